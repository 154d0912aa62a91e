"""What the shell wrapper (`hooks/shell/`) reports: a command line, a script, a part of one, or a program, as a `ToolCall`.

    form=run\\nshell=bash\\ncwd=/work\\nsession=\\n\\n<the text to the end, with one line break that the shell adds>

Header lines, an empty line, then bytes that nothing has quoted or escaped: a shell can write this without a helper. The
wrapper does not know for whom it speaks; `sensor.desk.shells` puts agent, session and tool in.
"""

from __future__ import annotations

import re
import shlex

from sensor.model.calls import Abilities, InputProblem, Phase, ShellAction, Surface, ToolCall, ToolKind

CHANNEL = "shell"
NOBODY = "shell"
"""Agent of a command that no known agent started."""
RUN, SCRIPT, PART, LINE, START, PROGRAM = "run", "script", "part", "line", "start", "program"
"""A `-c` text; a script with its words; a simple command inside of either; a typed line; an interactive shell begins; a program's words."""
FORMS = frozenset({RUN, SCRIPT, PART, LINE, START, PROGRAM})
PREFIX_PROGRAM = "handrail-sh"

# How agents' hooks name their shell tool, so that rules, rights and approvals mean the same call whichever way it is reported.
SHELL_TOOLS = {"claude-code": "Bash", "cursor": "Shell"}

_QUOTED = r"""'((?:[^']|'"'"'|'\\'')*)'"""
_PATH = r"""[^\s'"`$;&|<>(){}\\]+"""
_TAME = r"""\\?builtin (?:shopt|setopt|unsetopt|unalias|unset) [^;&|`$<>(){}]*"""
# Claude Code puts its own words around each command: the saved shell state before, the folder it ended in behind.
_CLAUDE = re.compile(
    rf"""(?:source {_PATH}/shell-snapshots/snapshot-(?:bash|zsh)-{_PATH} 2>/dev/null \|\| true && )?"""
    rf"""(?:(?:\{{ {_TAME}(?:(?:; | \|\| ){_TAME})*;? ?\}} >/dev/null 2>&1|(?:shopt|setopt) [\w -]+ 2>/dev/null) \|\| true && )*"""
    rf"""eval {_QUOTED}(?: \\?< /dev/null)? && pwd -P >\| {_PATH}/claude-\w+-cwd\Z""")
# When it saves the shell's state, it takes DEBUG traps off in one subshell; that is not the agent leaving the wrapper.
_SAVING = re.compile(rf"SNAPSHOT_FILE={_PATH}/shell-snapshots/snapshot-(?:bash|zsh)-{_PATH}\n")
_UNTRAPPED = re.compile(r"(declare -F \| \(\n) +trap - DEBUG\n")
_PREFIXED = re.compile(rf"""'?{_PATH}/{PREFIX_PROGRAM}'? {_QUOTED}\Z""")


def name_tool(agent: str) -> str:
    """The shell tool of an agent, as its own hooks report it."""
    return SHELL_TOOLS.get(agent, "shell")


def parse_event(body: bytes, truncated: bool) -> ToolCall:
    """One report. Never raises: bytes that are no text are replaced, as a shell runs them all the same."""
    head, _, rest = body.partition(b"\n\n")
    fields = dict(line.partition("=")[::2] for line in head.decode("utf-8", "replace").split("\n"))
    text = rest.removesuffix(b"\n").decode("utf-8", "replace")
    problems = (InputProblem.TRUNCATED,) if truncated else (InputProblem.LOSSY,) if "\ufffd" in text else ()
    form = fields.get("form", "")
    form = form if form in FORMS else RUN
    if form == PROGRAM:
        text = shlex.join(text.removesuffix("\0").split("\0")) if text else ""
    command = bare(text) if form in (RUN, LINE) else text
    return ToolCall(
        agent=NOBODY, event=f"shell/{form}", phase=Phase.BEFORE, kind=ToolKind.SHELL, tool=name_tool(NOBODY), action=ShellAction(command=command),
        arguments={"command": command}, session=fields.get("session", ""), cwd=_unescaped(fields.get("cwd", "")), surface=Surface.WRAPPER,
        abilities=Abilities(deny=True), problems=problems, payload_bytes=len(body),
    )


def form_of(call: ToolCall) -> str:
    """Which form a report had."""
    return call.event.removeprefix("shell/")


def bare(text: str) -> str:
    """The command inside of what an agent wraps around it; `text` itself where nothing known is around it."""
    prefixed = _PREFIXED.match(text)
    if prefixed:
        text = _unquoted(prefixed[1])
    if _SAVING.match(text):
        return _UNTRAPPED.sub(r"\1", text, count=1)
    claude = _CLAUDE.match(text)
    return _unquoted(claude[1]) if claude else text


def _unquoted(text: str) -> str:
    return text.replace("""'"'"'""", "'").replace("""'\\''""", "'")


def _unescaped(path: str) -> str:
    """A folder whose name has line breaks or backslashes comes with them escaped."""
    return path if "\\" not in path else re.sub(r"\\(n|\\)", lambda found: "\n" if found[1] == "n" else "\\", path)
