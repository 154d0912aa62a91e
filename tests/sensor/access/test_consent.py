import msgspec
import pytest

from sensor.access import consent
from sensor.model.calls import AgentAction, Edit, ShellAction, ToolKind, WriteAction
from sensor.model.effects import Effect, Effects, PathRef, Span

KEY = b"k" * 32
NOTHING = Effects()


def consent_digest(call, key, effects=NOTHING):
    return consent.consent_digest(call, consent.deeds(effects, "/home/dev"), key)


def lasting_digest(call, key, effects=NOTHING):
    return consent.lasting_digest(call, consent.deeds(effects, "/home/dev"), key)


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


DEED = Effect(program="git", argv=("git", "push", "--force"), cwd="/p", deletes=(PathRef(raw="old", path="/p/old"),), span=Span(1, 2))


@pytest.mark.parametrize("change", [
    {"argv": ("git", "push", "--mirror")}, {"cwd": "/q"}, {"deletes": (PathRef(raw="old", path="/home/dev"),)}, {"writes": (PathRef(raw="x", path="/p/x"),)},
    {"assignments": (("GIT_SSH", "x"),)},
])
@pytest.mark.parametrize("digest", [consent_digest, lasting_digest])
def test_a_yes_is_for_what_the_call_did_when_it_was_asked_about(shell_call, digest, change):
    call, before = shell_call("make deploy"), Effects(effects=(DEED,))
    assert digest(call, KEY, before) == digest(call, KEY, Effects(effects=(msgspec.structs.replace(DEED, span=Span(3, 4)),)))
    assert digest(call, KEY, before) != digest(call, KEY, Effects(effects=(msgspec.structs.replace(DEED, **change),)))
    assert digest(call, KEY, before) != digest(call, KEY, Effects(effects=(DEED, DEED)))


def test_arguments_that_change_how_a_command_runs_belong_to_it(shell_call):
    def digest(**arguments):
        return consent_digest(shell_call("ls", arguments={"command": "ls", **arguments}), KEY)

    assert digest() == digest(description="list", timeout=5000)
    assert len({digest(), digest(dangerouslyDisableSandbox=True), digest(run_in_background=True)}) == 3


@pytest.mark.parametrize("action", [WriteAction(files=(("/p/x", (Edit(new="b", old="a"),)),)), AgentAction(prompt="go")])
def test_arguments_that_an_action_leaves_out_belong_to_it(shell_call, action):
    def digest(**arguments):
        return consent_digest(shell_call("", kind=ToolKind.FILE_WRITE, tool="Edit", action=action, arguments=arguments), KEY)

    assert digest(a=1) == digest(a=1, description="a word beside it")
    assert len({digest(a=1), digest(a=1, replace_all=True), digest(a=1, isolation="none")}) == 3


def test_a_yes_to_a_push_is_for_the_remote_as_it_was(shell_call, tmp_path):
    (tmp_path / ".git").mkdir()
    config = tmp_path / ".git" / "config"
    config.write_text('[remote "origin"]\n\turl = https://a.example.com/x\n')
    does = Effects(effects=(msgspec.structs.replace(DEED, subcommand=("push",), cwd=str(tmp_path)),))
    before = consent_digest(shell_call("git push --force"), KEY, does)
    config.write_text('[remote "origin"]\n\turl = https://b.example.net/x\n')
    assert consent_digest(shell_call("git push --force"), KEY, does) != before
