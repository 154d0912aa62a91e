import pytest

from sensor.access.consent import consent_digest, lasting_digest
from sensor.model.calls import ShellAction

KEY = b"k" * 32


def test_the_same_call_has_the_same_digest_whatever_the_agent_says_about_it(shell_call):
    first = shell_call("rm -rf x", action=ShellAction(command="rm -rf x", description="clean up"), tool_use_id="a")
    second = shell_call("rm -rf x", action=ShellAction(command="rm -rf x", description="remove x"), tool_use_id="b")
    assert consent_digest(first, KEY) == consent_digest(second, KEY)


@pytest.mark.parametrize("change", [
    {"action": ShellAction(command="rm -rf y")}, {"cwd": "/"}, {"session": "other"}, {"subagent": "sub"}, {"tool": "PowerShell"}, {"agent": "cursor"},
])
def test_any_change_of_the_call_changes_the_digest(shell_call, change):
    assert consent_digest(shell_call("rm -rf x"), KEY) != consent_digest(shell_call("rm -rf x", **change), KEY)


def test_the_digest_cannot_be_guessed_without_the_device_key(shell_call):
    assert consent_digest(shell_call("ls"), KEY) != consent_digest(shell_call("ls"), b"j" * 32)


def test_a_lasting_digest_leaves_out_the_session_only(shell_call):
    first = lasting_digest(shell_call("ls", session="one", subagent="a1", subagent_type="Explore"), KEY)
    assert first == lasting_digest(shell_call("ls", session="two", subagent="a2", subagent_type="Explore"), KEY)
    others = [shell_call("ls", session="one"), shell_call("ls", subagent="a1"), shell_call("ls", subagent="a1", subagent_type="Explore", cwd="/"),
              shell_call("ls", subagent="a1", subagent_type="Explore", agent="cursor"), shell_call("ls -a", subagent="a1", subagent_type="Explore")]
    assert first not in [lasting_digest(call, KEY) for call in others] and first != consent_digest(shell_call("ls", session="one"), KEY)
