"""Rules of agents' permissions, and flags that switch questions off: parsed, never searched as text."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from sensor.host.machine.processes import AGENT_PROGRAMS

RULE = re.compile(r"(\w+|\*)(?:\((.*)\))?", re.S)
SHELL_TOOLS = ("Bash", "Shell", "PowerShell", "run_shell_command", "ShellTool")
INTERPRETERS = frozenset({
    "sh", "bash", "zsh", "fish", "dash", "ksh", "pwsh", "python", "python2", "python3", "pypy", "node", "nodejs",
    "deno", "bun", "perl", "ruby", "php", "lua", "osascript", "awk", "gawk",
    "env", "xargs", "eval", "exec", "sudo", "su", "doas", "pkexec", "curl", "wget", "nc", "ncat", "socat", "ssh",
    "scp", "rsync", "npx", "uvx", "pipx", "bunx", "make", "nohup", "timeout", "command",
})
WORDS = {"sudo": "sudo", "su": "sudo", "doas": "sudo", "pkexec": "sudo", "curl": "a downloader", "wget": "a downloader"}
FLAGS = {
    "claude-code": ("--dangerously-skip-permissions", "--allow-dangerously-skip-permissions", "--bare", "bypassPermissions"),
    "codex": ("--dangerously-bypass-approvals-and-sandbox", "--yolo", "danger-full-access"),
    "gemini": ("--yolo", "-y"),
    "cursor": ("--force", "-f", "--yolo"),
    "copilot": ("--allow-all-tools", "--allow-all", "--yolo"),
}
MODES = ("bypassPermissions", "danger-full-access", "yolo")
MAX_WORDS = 200  # of a command line of a start-up file
MAX_STARS = 8  # in a path pattern; one with more is taken as none
PREFIXES = ("alias", "exec", "command", "function", "then", "do", "else", "nohup", "env", "export")


def wide_rule(rule: str) -> str:
    """Why a rule allows too much, without its words, which may hold secrets; "" when it does not."""
    found = RULE.fullmatch(rule.strip())
    if found is None:
        return ""
    tool, inside = found[1], (found[2] or "").strip()
    if tool == "*":
        return "the rule * allows every tool"
    if tool not in SHELL_TOOLS:
        return ""
    if inside in ("", "*", ":*", "**"):
        return f"the rule {tool} allows every command"
    words = inside.removesuffix(":*").removesuffix("*").split()
    program = os.path.basename(words[0]) if words else ""
    is_open = inside.endswith("*") or tool in ("Shell", "run_shell_command")
    if not program or program == "*":
        return f"a rule of {tool} allows every command"
    if is_open and program in INTERPRETERS and _is_open_ended(program, words[1:]):
        return f"a rule of {tool} allows {program} ({WORDS.get(program, 'it runs any other program')}) with words of the agent's choice"
    return ""


def _is_open_ended(program: str, rest: list[str]) -> bool:
    """A first operand that names a script or a target (`make test`, `python manage.py`) is no blank cheque; options are."""
    return program in WORDS or not rest or (rest[0].startswith("-") and rest[0] not in ("-m",))


def deny_covers(rule: str, path: str, home: str) -> bool:
    """Whether a rule of Claude Code denies reading `path` (absolute)."""
    found = RULE.fullmatch(rule.strip())
    if found is None or found[1] not in ("Read", "*"):
        return False
    inside = (found[2] or "").strip()
    if inside in ("", "*", "**"):
        return True
    inside = re.sub(r"(?:\*\*/)+", "**/", inside)
    if len(re.findall(r"\*+", inside)) > MAX_STARS:
        return False
    pattern = home + inside[1:] if inside.startswith("~/") else inside[1:] if inside.startswith("//") else inside
    if not pattern.startswith("/"):
        pattern = "**/" + pattern.removeprefix("./").removeprefix("**/")
    return re.fullmatch(_expression(pattern), path) is not None or re.fullmatch(_expression(pattern), path + "/x") is not None


def _expression(pattern: str) -> str:
    """A path pattern as an expression: `**` is anything, `*` stays in one name."""
    parts = re.split(r"(\*\*/?|\*|\?)", pattern)
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(words.get(part) or re.escape(part) for part in parts)


def bypass_flag(agent: str, words: Iterable[str]) -> str:
    """The word in a command line of `agent` that switches questions off, "" when none does."""
    return next((word for word in words if word in FLAGS.get(agent, ()) or word.partition("=")[2] in MODES), "")


def started_with(line: str) -> str:
    """The flag with which a line of a start-up file (an alias, a function, a command) starts an agent without questions; "" = none."""
    text = line.strip()
    for part in re.split(r"[;|&(){}]", re.sub(r"['\"]", " ", text)) if not text.startswith("#") else ():
        words = part.split(None, MAX_WORDS)
        while words and (words[0] in PREFIXES or words[0].endswith("=") or re.fullmatch(r"\w+=\S*", words[0])):
            words = [words[0].partition("=")[2], *words[1:]] if "=" in words[0] and words[0].partition("=")[2] in AGENT_PROGRAMS else words[1:]
        agent = AGENT_PROGRAMS.get(os.path.basename(words[0])) if words else None
        flag = bypass_flag(agent, words[1:]) if agent is not None else ""
        if flag:
            return flag
    return ""
