import pytest

from sensor.access.consent import consent_digest
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
