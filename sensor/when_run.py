"""What a script that a call writes does when it runs: a note beside the writing.

A script that an agent writes and runs is judged by its text when it runs. One that a scheduler, a colleague or a build
starts is seen only here. To write it harms nobody, so what would be stopped is noted, once for each text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from shlex import quote

import msgspec

from sensor.effects import derive_effects
from sensor.effects.tool_inputs.cases import of_tests
from sensor.effects.tool_inputs.loaded import is_shell_script
from sensor.model.calls import Phase, ShellAction, ToolCall, ToolKind, WriteAction
from sensor.model.effects import Effects, FileFact, Surroundings
from sensor.model.findings import Finding, Severity, Stage

MAX_FILES = 8
MAX_TEXT = 65_536  # characters of a script that are read
SEVERE = Severity.HIGH
NOTED = Severity.LOW
_QUOTING = frozenset({"ruby", "perl", "php"})  # what stands between backticks runs
SHELL = "bash"
OF_SHELLS = frozenset({"download-execute"})  # programs fetch texts and run functions; what they have to do with each other their text does not tell
RUNNERS = {
    ".py": "python3", ".pyw": "python3", ".js": "node", ".mjs": "node", ".cjs": "node", ".ts": "node", ".mts": "node", ".jsx": "node", ".tsx": "node",
    ".rb": "ruby", ".rake": "ruby", ".pl": "perl", ".pm": "perl", ".php": "php", ".lua": "lua",
    ".ps1": "pwsh", ".exs": "elixir", ".ex": "elixir", ".jl": "julia", ".groovy": "groovy",
}
# Where program text starts programs, takes files or rows away, or handles its environment as a whole: the rest is not read, as it takes milliseconds.
_ACTS = re.compile(
    r"subprocess|\bos\.(?:system|popen|exec|spawn|execute|remove)|[pP]open|child_process|exec(?:Sync|File|a\b)|shelljs|\bspawn|\bsystem\s*[(\s]|shell_exec|passthru|proc_open"
    r"|Open3|%x|\bqx\b|System\.(?:cmd|shell)"
    r"|\bsh\b|Start-Process|Invoke-|Remove-Item|rmtree|\brm(?:Sync|_rf|_r)?\b|remove_entry|unlink|rimraf|delete(?:_|Dir|Recursive)|\brun\s*\("
    r"|process\.env(?![.\w\[?])|os\.environ(?![.\w\[])|(?i:\b(?:drop|truncate|delete\s+from)\b|drop_?(?:all|database)|delete(?:Many|_all)|force:\s*true|\.delete\(\))")
Match = Callable[[ToolCall, Effects], tuple[Finding, ...]]


def when_run(call: ToolCall, around: Surroundings, match: Match, so_far: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Notes on the scripts that `call` writes, by the rules that `match` a call with its effects; none where the call is to be asked about anyway."""
    if not isinstance(call.action, WriteAction) or call.phase is not Phase.BEFORE or any(finding.severity >= SEVERE for finding in so_far):
        return ()
    noted: dict[str, Finding] = {}
    for path, text, runner in _scripts(call.action):
        run = msgspec.structs.replace(call, kind=ToolKind.SHELL, action=ShellAction(command=f"{runner} {quote(path)}"))
        effects = derive_effects(run, around, (FileFact(path=path, text=text),))
        found = match(run, msgspec.structs.replace(effects, exhausted=False, unresolved=()))  # that a text is long or hard to read is no deed of it
        severe = [one for one in found if one.severity >= SEVERE and (runner == SHELL or one.category not in OF_SHELLS)]
        if severe:
            worst = max(severe, key=lambda finding: finding.severity)
            noted.setdefault(worst.rule, _note(worst, path))
    return tuple(noted.values())


def _scripts(action: WriteAction) -> Iterator[tuple[str, str, str]]:
    """Path, text and interpreter of each script that is written."""
    for path, edits in action.files[:MAX_FILES]:
        text = "\n".join(edit.new for edit in edits)
        if not text or len(text) > MAX_TEXT or of_tests(path) or "/node_modules/" in path:
            continue
        runner = RUNNERS.get(path[path.rfind("."):]) if "." in path.rpartition("/")[2] else None
        if runner is None and is_shell_script(path, text):
            runner = SHELL
        if runner == SHELL or (runner is not None and (_ACTS.search(text) or (runner in _QUOTING and "`" in text))):
            yield path, text, runner


def _note(finding: Finding, path: str) -> Finding:
    name = path.rpartition("/")[2][:80]
    return msgspec.structs.replace(
        finding, severity=NOTED, stage=Stage.RULES, message=f"{finding.message.rstrip('.')}. That is what {name} does when it runs; writing it is let through")
