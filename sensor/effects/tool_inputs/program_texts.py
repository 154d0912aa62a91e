"""Program text that tools are given: in the language that their names or an argument speak of, in cells of notebooks, typed into what runs already."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Any

from sensor.effects.code.cells import shell_lines
from sensor.effects.skim import run_whole
from sensor.effects.tool_inputs.keys import has_word, only_words, words_of
from sensor.effects.tool_inputs.loaded import run_grave

if TYPE_CHECKING:
    from sensor.effects.shell.walk import Walk

TEXT_KEYS = frozenset({"code", "expression", "snippet", "program"})
RUNS_TEXT = frozenset({"run", "execute", "exec", "eval", "evaluate", "repl", "interpreter", "calculate", "calculator"})
LANGUAGE_KEYS = frozenset({"language", "lang", "runtime", "kernel", "interpreter"})
INTERPRETERS = {
    "python": "python3 -c", "python3": "python3 -c", "py": "python3 -c", "ipython": "python3 -c", "jupyter": "python3 -c", "node": "node -e", "nodejs": "node -e", "js": "node -e",
    "javascript": "node -e", "typescript": "node -e", "ruby": "ruby -e", "perl": "perl -e", "php": "php -r", "bash": "bash -c", "sh": "bash -c", "shell": "bash -c", "powershell": "pwsh -c",
    "osascript": "osascript -e", "applescript": "osascript -e", "automator": "osascript -e", "jxa": "osascript -l JavaScript -e", "elixir": "elixir -e", "tidewave": "elixir -e", "clojure": "clojure -e",
    "elisp": "emacs --batch --eval", "emacs": "emacs --batch --eval", "lua": "lua -e", "groovy": "groovy -e", "julia": "julia -e", "rails": "rails runner", "django": "python3 manage.py shell -c",
    "tinker": "php artisan tinker --execute", "vim": "vim -c", "nvim": "nvim -c", "neovim": "nvim -c",
}
SHELLS = frozenset({"bash", "shell", "powershell"})
# Of a tool that does nothing but run text of one language, any of these may hold it.
_RUNNERS = frozenset({*INTERPRETERS, *RUNS_TEXT, "code", "script", "runner", "console", "shell", "project", "command", "text", "automator", "macos"}) - {"calculate", "calculator"}
_WIDE_KEYS = TEXT_KEYS | frozenset({"source", "text", "content", "command", "python", "javascript", "input", "query", "script", "expr", "elisp", "lua", "cell", "execute", "to"})
_AT_CONSOLES = frozenset({"runner", "console", "shell", "command", "text", "tinker"})  # beside the server's language
_NOTEBOOKS = frozenset({"jupyter", "notebook", "ipython", "colab", "ipynb"})
_CELL_KEYS = frozenset({"cell", "source", "code", "content", "command", "input", "text"})
_PROSE = frozenset({"markdown", "raw", "md"})
# Tools that send text to what runs already, a shell or an interpreter, and those that press keys.
_SENDS = frozenset({"interact", "send", "write", "input", "stdin"})
_SENT_KEYS = frozenset({"input", "text", "data", "keys", "command", "value"})
_DESKTOPS = frozenset({"computer", "desktop", "automation", "windows", "macos", "keyboard", "screen"})


def run_program_texts(walk: Walk, arguments: dict[str, Any], tool: frozenset[str], server: frozenset[str]) -> None:
    """Run program text that a tool is given, in the language that the tool's or the server's name speaks of. It is a text of the call already."""
    if (tool | server) & _NOTEBOOKS and not any(str(value).lower() in _PROSE for value in arguments.values()):
        _run_cells(walk, arguments)
    _run_typed(walk, arguments, tool, server)
    language = next((words_of(value) for key, value in arguments.items() if isinstance(value, str) and has_word(key, LANGUAGE_KEYS)), frozenset())
    at_server = server if tool & RUNS_TEXT or tool & _AT_CONSOLES else frozenset()
    known = [command for names in (language, tool, at_server) for word, command in INTERPRETERS.items() if word in names]
    if not known and not tool & RUNS_TEXT:
        return
    wide = bool(known) and tool <= _RUNNERS and not (tool | server) & SHELLS - {"shell"}
    for key, value in arguments.items():
        if isinstance(value, str) and (has_word(key, TEXT_KEYS) or (wide and only_words(key, _WIDE_KEYS))):
            _run_silently(walk, f"{known[0] if known else 'python3 -c'} {quote(value)}")


def _run_cells(walk: Walk, arguments: dict[str, Any]) -> None:
    for key, value in arguments.items():
        if isinstance(value, str) and only_words(key, _CELL_KEYS):
            _run_silently(walk, shell_lines(value))
            run_grave(walk, f"python3 -c {quote(value)}", code=True)


def _run_typed(walk: Walk, arguments: dict[str, Any], tool: frozenset[str], server: frozenset[str]) -> None:
    """What is sent to a process, or typed with the key that ends a line: as a shell and as Python would take it, as far as that is grave."""
    process = "process" in tool and tool & _SENDS
    typed = (tool | server) & _DESKTOPS and ("type" in tool or "type" in arguments.values())
    if not process and not typed:
        return
    entered = any(value is True and has_word(key, {"enter", "submit"}) for key, value in arguments.items())
    for key, value in arguments.items():
        if isinstance(value, str) and only_words(key, _SENT_KEYS) and (process or entered or value.endswith(("\n", "\r"))):
            run_grave(walk, value.strip())
            run_grave(walk, f"python3 -c {quote(value)}", code=True)


def _run_silently(walk: Walk, command: str) -> None:
    if walk.exhausted:
        return
    texts = len(walk.texts)
    run_whole(walk, command)
    del walk.texts[texts:]
