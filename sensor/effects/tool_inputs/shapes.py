"""The shapes in which tools are told what to run: a text, a program and its words, a text for its input, variables, a shell of its own."""

from __future__ import annotations

import re
from itertools import islice
from shlex import quote
from typing import Any

from sensor.effects.tool_inputs.keys import COMMAND_KEYS, find_text, has_word, is_list_of_texts, only_words
from sensor.effects.tool_inputs.passed_on import passed_on
from sensor.effects.tool_inputs.program_texts import INTERPRETERS, LANGUAGE_KEYS, RUNS_TEXT, SHELLS

MAX_VARIABLES = 2000  # more than any budget sets
_SCRIPT = frozenset({"script"})
# Words of tools that type what they are given into a shell, and what the typed text is called.
_TERMINALS = frozenset({"terminal", "tmux", "iterm", "screen", "console", "pty", "tty", "shell", "keys", "keystrokes"})
_TYPED_KEYS = frozenset({"text", "keys", "input", "data", "line", "keystrokes"})
_PROGRAM_KEYS = frozenset({"command", "cmd", "program", "executable", "exec", "binary"})
_LIST_KEYS = frozenset({"args", "arguments", "argv", "params", "parameters"})
_STDIN_KEYS = frozenset({"stdin", "input"})
_ENVIRONMENT_KEYS = frozenset({"env", "environment", "environ", "envs"})
# Tools that are a shell or start programs, and what the command may be called when no argument is called one.
_SHELL_TOOLS = frozenset({"bash", "sh", "zsh", "shell", "spawn", "popen", "cmd", "powershell", "pwsh", "terminal", "console", "subprocess"})
_STARTS = frozenset({"execute", "run", "exec", "invoke", "start", "launch", "command", "commands", "process", "eval", "system", "perform", "os", "script"})
_SHELL_KEYS = frozenset({
    "input", "cmdline", "cli", "run", "source", "body", "content", "value", "task", "line", "lines", "steps", "arguments", "args", "text", "code", "program", "payload", "instruction", "statement", "query", "to", "heredoc", "data", "stdin",
})
_WINDOWS = {"powershell": "pwsh -Command", "pwsh": "pwsh -Command", "cmd": "cmd /c"}
_PROMPT = re.compile(r"%\w+%|\s/[A-Za-z]\b|\b[A-Za-z]:\\")  # how only the command prompt of Windows is written
_POSIX_SHELL = re.compile(r"(?:.*/)?(?:ba|z|da|k|a|fi)?sh|(?:.*/)?(?:nu|env)|(?!.*/).*")


def as_one_command(arguments: dict[str, Any], tool: frozenset[str], server: frozenset[str]) -> dict[str, Any]:
    """The arguments, with what a tool is given to run as one command, in the way that it is run. `tool` and `server` are the words of their names."""
    about = tool | server
    given = passed_on(arguments, tool, server) or joined_words(arguments)
    if about & _TERMINALS:
        given = {("command" if isinstance(value, str) and only_words(key, _TYPED_KEYS) and "command" not in given else key): value for key, value in given.items()}
    if _runs_language(given, tool, about):
        given = {("code" if only_words(key, _SCRIPT) else key): value for key, value in given.items()}
    if _starts_programs(tool, server) and not any(has_word(key, COMMAND_KEYS) for key in given):
        given = {("command" if isinstance(value, (str, list)) and only_words(key, _SHELL_KEYS) else key): value for key, value in given.items()}
    given = {("command" if isinstance(value, str) and value.startswith("curl ") and only_words(key, frozenset({"curl"})) else key): value for key, value in given.items()}
    return _in_its_shell(given, about)


def _runs_language(given: dict[str, Any], tool: frozenset[str], about: frozenset[str]) -> bool:
    """Whether a script that the tool is given is program text of a language, not of a shell."""
    languages = INTERPRETERS.keys() - SHELLS
    return bool(tool & RUNS_TEXT and about & languages) or any(isinstance(value, str) and only_words(key, LANGUAGE_KEYS) and value in languages for key, value in given.items())


def _starts_programs(tool: frozenset[str], server: frozenset[str]) -> bool:
    if tool & _SHELL_TOOLS:
        return True
    return bool(tool) and tool <= _STARTS and bool(server & _SHELL_TOOLS or "ssh" in server or tool & {"command", "system"})


def _in_its_shell(arguments: dict[str, Any], about: frozenset[str]) -> dict[str, Any]:
    """The arguments, with a command as it is run: by a shell of Windows or a program of the caller's, with variables before it and a text as its standard input."""
    if find_text(arguments, _STDIN_KEYS)[0]:
        arguments = {key: " ".join(map(quote, value)) if isinstance(value, list) and has_word(key, {"argv", "command", "cmd"}) and is_list_of_texts(value) else value for key, value in arguments.items()}
    key = next((key for key, value in arguments.items() if isinstance(value, str) and value.strip() and has_word(key, COMMAND_KEYS) and not only_words(key, frozenset({"shell"}))), "")
    if not key:
        return arguments
    command = arguments[key]
    shell, named = find_text(arguments, {"shell", "interpreter"}, but=key)
    base = named.rpartition("/")[2].removesuffix(".exe")
    if base in _WINDOWS:
        arguments = {name: value for name, value in arguments.items() if name != shell}
    if {"power", "shell"} <= about:
        about |= {"powershell"}
    windows = _WINDOWS.get(base) or next((run for word, run in _WINDOWS.items() if word in about and (word != "cmd" or _PROMPT.search(command))), "")
    if windows and not command.split()[0].lower().startswith(("pwsh", "powershell", "cmd")):
        command = f"{windows} {quote(command)}"
    elif named and not _POSIX_SHELL.fullmatch(named):
        command = f"{quote(named)} -c {quote(command)}"
    stdin = find_text(arguments, _STDIN_KEYS, but=key)[1]
    if stdin:
        command = f"{command} <<< {quote(stdin)}"
    variables = _variables(arguments)
    return arguments if command is arguments[key] and not variables else {**arguments, key: variables + command}


def _variables(arguments: dict[str, Any]) -> str:
    """The environment that a command is given, a map or a list of `NAME=value`, as a shell sets it."""
    given: dict[str, Any] = {}
    for key, value in arguments.items():
        if has_word(key, _ENVIRONMENT_KEYS):
            given |= value if isinstance(value, dict) else dict(one.split("=", 1) for one in value if isinstance(one, str) and "=" in one) if isinstance(value, list) else {}
    return "".join(f"{name}={quote(str(value))}; export {name}; " for name, value in islice(given.items(), MAX_VARIABLES) if str(name).isidentifier() and isinstance(value, (str, int)))


def joined_words(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments, with a program and the list of its words as one command."""
    arguments = {key: value[0] if isinstance(value, list) and len(value) == 1 and is_list_of_texts(value) and has_word(key, _PROGRAM_KEYS) else value for key, value in arguments.items()}
    program = next((key for key, value in arguments.items() if isinstance(value, str) and len(value.split(maxsplit=1)) == 1 and has_word(key, _PROGRAM_KEYS)), "")
    words = next((key for key, value in arguments.items() if key != program and isinstance(value, (list, str)) and value and has_word(key, _LIST_KEYS)), "")
    if not program or not words:
        return arguments
    given = arguments[words]
    behind = given if isinstance(given, str) else " ".join(quote(str(item)) for item in given if isinstance(item, (str, int, float)))
    return {**{key: value for key, value in arguments.items() if key not in (program, words)}, "command": f"{quote(arguments[program])} {behind}"}
