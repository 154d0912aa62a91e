"""The shapes in which tools are told what to run: a text, a program and its words, a text for its input, code in a language."""

from __future__ import annotations

import functools
from itertools import islice
from shlex import quote
from typing import TYPE_CHECKING, Any

from sensor.effects.skim import run_whole
from sensor.model.names import name_words

if TYPE_CHECKING:
    from sensor.effects.shell.walk import Walk

MAX_VARIABLES = 2000  # more than any budget sets
COMMAND_KEYS = frozenset({"command", "cmd", "script", "shell", "bash", "commands", "exec", "commandline", "argv"})
# What an argument that holds program text is called, and the interpreter that a tool's name speaks of.
_PROGRAM_TEXT_KEYS = frozenset({"code", "expression", "snippet", "program"})
_SCRIPT = frozenset({"script"})
_RUNS_TEXT = frozenset({"run", "execute", "exec", "eval", "evaluate", "repl", "interpreter", "calculate", "calculator"})
_LANGUAGE_KEYS = frozenset({"language", "lang", "runtime", "kernel", "interpreter"})
_INTERPRETERS = {
    "python": "python3 -c", "python3": "python3 -c", "py": "python3 -c", "ipython": "python3 -c", "jupyter": "python3 -c", "node": "node -e", "nodejs": "node -e", "js": "node -e",
    "javascript": "node -e", "typescript": "node -e", "ruby": "ruby -e", "perl": "perl -e", "php": "php -r", "bash": "bash -c", "sh": "bash -c", "shell": "bash -c", "powershell": "pwsh -c",
    "osascript": "osascript -e", "applescript": "osascript -e",
}
_SHELLS = frozenset({"bash", "shell", "powershell"})
# Words of tools that type what they are given into a shell, and what the typed text is called.
_TERMINALS = frozenset({"terminal", "tmux", "iterm", "screen", "console", "pty", "tty", "shell", "keys", "keystrokes"})
_TYPED_KEYS = frozenset({"text", "keys", "input", "data", "line", "keystrokes"})
# Tools that pass the words of one program on: the rest of such a name says no more than that.
_PASSED_ON = {
    "kubectl": "kubectl", "helm": "helm", "docker": "docker", "terraform": "terraform", "git": "git", "gh": "gh", "aws": "aws", "gcloud": "gcloud", "az": "az", "azure": "az",
    "redis": "redis-cli",
}
_PASSES_ON = frozenset({"cli", "command", "commands", "raw", "call", "execute", "run"})
_LUA = frozenset({"eval", "lua", "script", "execute", "run"})
WORD_KEYS = frozenset({"args", "arguments", "command", "cmd", "subcommand"})
_PROGRAM_KEYS = frozenset({"command", "cmd", "program", "executable", "exec", "binary"})
_LIST_KEYS = frozenset({"args", "arguments", "argv", "params", "parameters"})
_STDIN_KEYS = frozenset({"stdin", "input"})
_ENVIRONMENT_KEYS = frozenset({"env", "environment", "environ", "envs"})
_SHELL_TOOLS = frozenset({"bash", "sh", "zsh", "shell", "spawn", "popen", "cmd", "powershell", "pwsh", "terminal", "console", "subprocess"})
_STARTS = frozenset({"execute", "run", "exec", "invoke", "start", "launch", "command", "process", "eval", "system", "perform", "os"})
_SHELL_KEYS = frozenset({"input", "cmdline", "cli", "run", "source", "body", "content", "value", "task", "line", "lines", "steps", "arguments", "args", "text", "code", "program", "payload", "instruction", "statement", "query", "to", "heredoc", "data", "stdin"})
_WINDOWS = {"powershell": "pwsh -Command", "pwsh": "pwsh -Command", "cmd": "cmd /c"}


def as_one_command(arguments: dict[str, Any], tool: frozenset[str], server: frozenset[str]) -> dict[str, Any]:
    """The arguments, with what a tool is given to run as one command, in the way that it is run. `tool` and `server` are the words of their names."""
    given = _spelled_out(arguments, tool, server)
    if (tool | server) & _TERMINALS:
        given = {("command" if isinstance(value, str) and words_of(str(key)) <= _TYPED_KEYS and "command" not in given else key): value for key, value in given.items()}
    if (tool & _RUNS_TEXT and (tool | server) & _INTERPRETERS.keys() - _SHELLS) or any(isinstance(value, str) and words_of(str(key)) <= _LANGUAGE_KEYS and value in _INTERPRETERS.keys() - _SHELLS for key, value in given.items()):
        given = {("code" if words_of(str(key)) == _SCRIPT else key): value for key, value in given.items()}
    starts = tool & _SHELL_TOOLS or (tool and tool <= _STARTS and (server & _SHELL_TOOLS or "ssh" in server or tool & {"command", "system"}))
    if starts and not any(words_of(str(key)) & COMMAND_KEYS for key in given):
        given = {("command" if isinstance(value, (str, list)) and words_of(str(key)) and words_of(str(key)) <= _SHELL_KEYS else key): value for key, value in given.items()}
    return _in_its_shell(given, tool | server)


def _spelled_out(arguments: dict[str, Any], tool: frozenset[str], server: frozenset[str]) -> dict[str, Any]:
    """The arguments, with the words that a tool passes on to one program as the command that they stand for.

    The program is that of the tool's name, or of the server's when the tool's name only says that it passes on."""
    script = next((value for key, value in arguments.items() if isinstance(value, str) and words_of(str(key)) <= _LUA), "") if "redis" in server else ""
    if script and tool <= _LUA:
        return {**arguments, "command": f"redis-cli eval {quote(script)}"}
    program = next((name for word, name in _PASSED_ON.items() if (word in tool and tool <= {word} | _PASSES_ON) or (word in server and tool and tool <= _PASSES_ON)), "")
    if not program:
        return joined_words(arguments)
    rest, words = dict(arguments), []
    for key, value in arguments.items():
        given = " ".join(map(quote, value)) if isinstance(value, list) and all(isinstance(item, str) for item in value) else value
        if words_of(str(key)) & WORD_KEYS and isinstance(given, str) and given.split() and given.split()[0].strip("'") != program:
            words.append(given)
            del rest[key]
    return {**rest, "command": f"{program} {' '.join(words)}"} if words else arguments


def _in_its_shell(arguments: dict[str, Any], about: frozenset[str]) -> dict[str, Any]:
    """The arguments, with a command as it is run: by a shell of Windows, with variables before it and a text as its standard input."""
    arguments = {key: " ".join(map(quote, value)) if isinstance(value, list) and words_of(str(key)) & {"argv", "command", "cmd"} and value and all(isinstance(one, str) for one in value) and any(
        isinstance(other, str) and words_of(str(name)) & _STDIN_KEYS for name, other in arguments.items()) else value for key, value in arguments.items()}
    key = next((key for key, value in arguments.items() if isinstance(value, str) and value.strip() and words_of(str(key)) & COMMAND_KEYS and words_of(str(key)) != {"shell"}), "")
    if not key:
        return arguments
    command = arguments[key]
    stdin = next((value for name, value in arguments.items() if isinstance(value, str) and words_of(str(name)) & _STDIN_KEYS and name != key), "")
    shell = next((name for name, value in arguments.items() if isinstance(value, str) and words_of(str(name)) & {"shell", "interpreter"} and name != key), "")
    named = arguments[shell].rpartition("/")[2].removesuffix(".exe") if shell else ""
    windows = _WINDOWS.get(named) or next((run for word, run in _WINDOWS.items() if word in about and word != "cmd"), "")
    if named in _WINDOWS:
        arguments = {name: value for name, value in arguments.items() if name != shell}
    given = next((value for name, value in arguments.items() if isinstance(value, dict) and words_of(str(name)) & _ENVIRONMENT_KEYS), {})
    variables = "".join(f"{name}={quote(str(value))}; export {name}; " for name, value in islice(given.items(), MAX_VARIABLES) if str(name).isidentifier() and isinstance(value, (str, int)))
    if windows and not command.split()[0].lower().startswith(("pwsh", "powershell", "cmd")):
        command = f"{windows} {quote(command)}"
    if stdin:
        command = f"{command} <<< {quote(stdin)}"
    return arguments if command is arguments[key] and not variables else {**arguments, key: variables + command}


def joined_words(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments, with a program and the list of its words as one command."""
    about = {key: words_of(str(key)) for key, value in arguments.items() if isinstance(value, (list, str)) and value}
    arguments = {key: value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str) and about[key] & _PROGRAM_KEYS else value for key, value in arguments.items()}
    program = next((key for key, words in about.items() if words & _PROGRAM_KEYS and isinstance(arguments[key], str) and len(arguments[key].split(maxsplit=1)) == 1), "")
    words = next((key for key, words in about.items() if key != program and words & _LIST_KEYS), "")
    if not program or not words:
        return arguments
    given = arguments[words]
    behind = given if isinstance(given, str) else " ".join(quote(str(item)) for item in given if isinstance(item, (str, int, float)))
    return {**{key: value for key, value in arguments.items() if key not in (program, words)}, "command": f"{quote(arguments[program])} {behind}"}


def run_program_texts(walk: Walk, arguments: dict[str, Any], tool: frozenset[str], server: frozenset[str]) -> None:
    """Run program text that a tool is given, in the language that the tool's or the server's name speaks of. It is a text of the call already."""
    language = next((words_of(value) for key, value in arguments.items() if isinstance(value, str) and words_of(str(key)) & _LANGUAGE_KEYS), frozenset())
    known = [command for names in (language, tool, server if tool & _RUNS_TEXT else frozenset()) for word, command in _INTERPRETERS.items() if word in names]
    if not known and not tool & _RUNS_TEXT:
        return
    for key, value in arguments.items():
        if isinstance(value, str) and words_of(str(key)) & _PROGRAM_TEXT_KEYS and not walk.exhausted:
            texts = len(walk.texts)
            run_whole(walk, f"{known[0] if known else 'python3 -c'} {quote(value)}")
            del walk.texts[texts:]


@functools.lru_cache(maxsize=4096)
def words_of(name: str) -> frozenset[str]:
    """The words of a name in any style, in lower case."""
    return frozenset(name_words(name))
