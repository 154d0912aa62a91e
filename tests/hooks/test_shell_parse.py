"""The bytes that shells write, and the command inside of what agents wrap around it."""

from __future__ import annotations

import pytest

from hooks.shell_parse import NOBODY, bare, form_of, name_tool, parse_event
from sensor.model.calls import Abilities, InputProblem, Phase, ShellAction, Surface, ToolKind

SNAPSHOT = "source /home/dev/.claude/shell-snapshots/snapshot-bash-1795703526773-0jj43f.sh 2>/dev/null || true && "
TAMED = (
    r"{ \builtin shopt -u extglob || \builtin setopt NO_EXTENDED_GLOB NO_BARE_GLOB_QUAL; } >/dev/null 2>&1 || true && "
    r"{ \builtin unalias -- 'which'; \builtin unset -f -- 'which'; } >/dev/null 2>&1 || true && ")
CWD = " && pwd -P >| /tmp/claude-180f-cwd"


def report(head: str, text: str) -> bytes:
    return f"{head}\n\n{text}\n".encode()


def test_a_report():
    call = parse_event(report("form=run\nshell=bash\ncwd=/work\nsession=s-1", "git push\nls"), False)
    assert (call.agent, call.tool, call.event, call.kind, call.phase) == (NOBODY, "shell", "shell/run", ToolKind.SHELL, Phase.BEFORE)
    assert call.action == ShellAction(command="git push\nls") and call.arguments == {"command": "git push\nls"}
    assert (call.cwd, call.session, call.surface, call.abilities, call.problems) == ("/work", "s-1", Surface.WRAPPER, Abilities(deny=True), ())


@pytest.mark.parametrize(("text", "command"), [
    ("a\n", "a\n"), ("", ""), ("a\n\nb", "a\n\nb"), ("x=y\n\nform=part", "x=y\n\nform=part"), ("ä € 漢", "ä € 漢"), ("\t a ", "\t a "),
])
def test_the_text_is_taken_to_the_byte(text, command):
    assert parse_event(report("form=part", text), False).action == ShellAction(command=command)


def test_the_words_of_a_program_are_quoted():
    call = parse_event(b"form=program\nshell=shim\ncwd=/w\n\ngit\0commit\0-m\0it's $x\0\0", False)
    assert call.action == ShellAction(command="""git commit -m 'it'"'"'s $x' ''""")


@pytest.mark.parametrize(("escaped", "cwd"), [("/a", "/a"), ("/a\\\\b", "/a\\b"), ("/a\\nb", "/a\nb"), ("/a\\\\nb", "/a\\nb"), ("", "")])
def test_folders_with_odd_names(escaped, cwd):
    assert parse_event(report(f"form=part\ncwd={escaped}", "ls"), False).cwd == cwd


def test_bytes_that_are_no_text_do_not_stop_a_script():
    assert parse_event(b"form=run\n\necho \xe9\n", False).problems == (InputProblem.LOSSY,)


def test_a_cut_report_says_so():
    assert parse_event(report("form=run", "ls"), True).problems == (InputProblem.TRUNCATED,)


@pytest.mark.parametrize("body", [b"", b"\n", b"\0", b"form=", b"form=unknown\n\nls", b"{}", b"\xff\xfe", b"no header at all", b"\n\n\n\n"])
def test_whatever_comes_is_a_report(body):
    assert form_of(parse_event(body, False)) == "run"


@pytest.mark.parametrize(("agent", "tool"), [("claude-code", "Bash"), ("cursor", "Shell"), ("codex", "shell")])
def test_the_tool_is_named_as_the_agents_hooks_name_it(agent, tool):
    assert name_tool(agent) == tool


@pytest.mark.parametrize(("text", "command"), [
    (f"{SNAPSHOT}{TAMED}eval 'ls -l'{CWD}", "ls -l"),
    (f"{SNAPSHOT}eval 'ls -l' < /dev/null{CWD}", "ls -l"), (f"{TAMED}eval 'ls -l'{CWD}", "ls -l"),
    (f"{SNAPSHOT}eval 'ls -l' \\< /dev/null{CWD}", "ls -l"),
    (f"{SNAPSHOT}shopt -u extglob 2>/dev/null || true && eval 'ls'{CWD}", "ls"),
    (f"""{SNAPSHOT}{TAMED}eval 'echo '"'"'it'"'"' "$HOME"\ncat <<E\nx\nE'{CWD}""", "echo 'it' \"$HOME\"\ncat <<E\nx\nE"),
    (f"""/data/shell/handrail-sh '{(SNAPSHOT + "eval 'a b'" + CWD).replace("'", chr(39) + chr(34) + chr(39) + chr(34) + chr(39))}'""", "a b"),
])
def test_what_claude_code_puts_around_a_command_is_taken_off(text, command):
    assert bare(text) == command
    assert parse_event(report("form=run", text), False).action == ShellAction(command=command)


@pytest.mark.parametrize("text", [
    "ls", "eval 'ls'", f"{SNAPSHOT}eval 'ls' && pwd -P >| /home/dev/.bashrc", f"{SNAPSHOT}eval 'ls' && pwd -P >| /tmp/claude-1-cwd/../x", f"{SNAPSHOT}eval 'ls'", f"rm -rf ~; {SNAPSHOT}eval 'ls'{CWD}", f"{SNAPSHOT}rm -rf ~ && eval 'ls'{CWD}",
    f"{SNAPSHOT}eval 'ls'{CWD}; rm -rf ~", f"{SNAPSHOT}eval 'ls' 'rm'{CWD}", f"{SNAPSHOT}eval 'ls'; rm -rf '~'{CWD}", f"{SNAPSHOT}eval \"ls\"{CWD}",
    f"{SNAPSHOT}{{ \\builtin eval rm; }} >/dev/null 2>&1 || true && eval 'ls'{CWD}", f"{SNAPSHOT}{{ \\builtin unset x$(rm -rf ~); }} >/dev/null 2>&1 || true && eval 'ls'{CWD}",
    f"source /x/$(rm)/shell-snapshots/snapshot-bash-1.sh 2>/dev/null || true && eval 'ls'{CWD}", f"{SNAPSHOT}eval 'ls' && pwd -P >| /tmp/$(rm)",
    f"{SNAPSHOT}shopt $(rm) 2>/dev/null || true && eval 'ls'{CWD}",
])
def test_anything_else_is_judged_as_it_is(text):
    assert bare(text) == text


def test_a_long_text_is_read_in_time():
    text = SNAPSHOT + TAMED * 2000 + "eval '" + "a" * 1_000_000
    assert bare(text) == text


def test_saving_the_shells_state_is_not_leaving_the_wrapper():
    head = "SNAPSHOT_FILE=/h/.claude/shell-snapshots/snapshot-bash-1.sh\n      source /h/.bashrc < /dev/null\n"
    assert bare(f"{head}      declare -F | (\n        trap - DEBUG\n        f\n") == f"{head}      declare -F | (\n        f\n"
    for text in ("declare -F | (\n        trap - DEBUG\n", f"{head}trap - DEBUG\n", "SNAPSHOT_FILE=/tmp/x\ndeclare -F | (\n  trap - DEBUG\n"):
        assert bare(text) == text
