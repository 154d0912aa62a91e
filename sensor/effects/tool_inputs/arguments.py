"""Effects of what MCP and other tools are given: arguments by key and value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from shlex import quote
from typing import TYPE_CHECKING, Any

import msgspec

from sensor.effects.places.hosts import parse_target, parse_url
from sensor.effects.runs.sql import DATA_FLAGS, UNCOMMENTED
from sensor.effects.shell.paths import path_field
from sensor.effects.skim import run_whole
from sensor.effects.tool_inputs.deeds import deed_flags
from sensor.effects.tool_inputs.patches import Patch, parse_patch
from sensor.effects.tool_inputs.statements import DATABASE_WORDS, as_client_run
from sensor.model.calls import McpAction
from sensor.model.effects import Effect, Host, PathRef, TextField
from sensor.model.names import name_words
from sensor.model.samples import mask_samples

if TYPE_CHECKING:
    from sensor.effects.shell.walk import Walk

MAX_VALUES = 400
MAX_TEXT = 1 << 20
MAX_HOSTS = 2000  # of one call
MAX_WORD = 1000  # a longer value is a text and no option
MAX_SHORT = 120  # one that is no longer is a word also behind MAX_WORDS
MAX_WORDS = 1 << 18  # characters of all words of one call
SINGLE_TEXTS = 150  # that patterns see one by one
MAX_COUNT = 50_000  # values of one call; no model writes as many
MAX_DEPTH = 64  # of arguments in arguments
MAX_PLACE = 200  # characters of where a text was
UNREAD = "unread-commands"  # of the effect of a tool whose commands or statements were looked at in part
_PATH_KEYS = frozenset({
    "path", "paths", "file", "files", "filename", "filepath", "dir", "directory", "folder", "source", "destination",
    "src", "dest", "dst", "target", "location", "uri", "cwd", "from", "to", "output", "input", "root", "repo",
    "workdir", "notebook",
})
_COMMAND_KEYS = frozenset({"command", "cmd", "script", "shell", "bash", "commands", "exec", "commandline", "argv"})
_URL_KEYS = frozenset({
    "url", "urls", "uri", "link", "href", "endpoint", "host", "hostname", "address", "webhook", "callback", "domain",
    "site", "base",
})
_CONTENT_KEYS = frozenset({
    "content", "contents", "text", "body", "data", "code", "message", "new", "value", "input", "patch", "diff",
    "html", "markdown", "edits",
})
_DELETE_VERBS = frozenset({"delete", "remove", "rm", "unlink", "rmdir", "trash", "purge", "erase", "drop", "destroy"})
_WRITE_VERBS = frozenset({
    "write", "edit", "create", "update", "append", "save", "put", "patch", "replace", "insert", "modify", "mkdir",
    "touch", "overwrite", "apply", "set", "move", "rename", "copy", "export", "download", "chmod",
    "truncate", "add", "push", "upsert",
})
_MOVE_VERBS = frozenset({"move", "rename", "mv"})
_SOURCE_KEYS = frozenset({"source", "src", "from", "old", "input"})
# What an argument that holds program text is called, and the interpreter that a tool's name speaks of.
_PROGRAM_TEXT_KEYS = frozenset({"code", "expression", "snippet", "program"})
_SCRIPT = frozenset({"script"})
_RUNS_TEXT = frozenset({"run", "execute", "exec", "eval", "evaluate", "repl", "interpreter", "calculate", "calculator"})
_LANGUAGE_KEYS = frozenset({"language", "lang", "runtime", "kernel"})
_INTERPRETERS = {
    "python": "python3 -c", "py": "python3 -c", "ipython": "python3 -c", "jupyter": "python3 -c", "node": "node -e", "nodejs": "node -e", "js": "node -e",
    "javascript": "node -e", "typescript": "node -e", "ruby": "ruby -e", "perl": "perl -e", "php": "php -r", "bash": "bash -c", "sh": "bash -c", "shell": "bash -c", "powershell": "pwsh -c",
    "osascript": "osascript -e", "applescript": "osascript -e",
}
_SHELLS = frozenset({"bash", "shell", "powershell"})
# Words of tools that type what they are given into a shell, and what the typed text is called.
_TERMINALS = frozenset({"terminal", "tmux", "iterm", "screen", "console", "pty", "tty", "shell", "keys", "keystrokes"})
_TYPED_KEYS = frozenset({"text", "keys", "input", "data", "line", "keystrokes"})
# Tools that pass the words of one program on: the rest of such a name says no more than that.
_PASSED_ON = {
    "kubectl": "kubectl", "helm": "helm", "docker": "docker", "terraform": "terraform", "git": "git", "gh": "gh", "aws": "aws", "gcloud": "gcloud", "az": "az",
    "redis": "redis-cli",
}
_PASSES_ON = frozenset({"cli", "command", "commands", "raw", "call", "execute", "run"})
_LUA = frozenset({"eval", "lua", "script", "execute", "run"})
_WORD_KEYS = frozenset({"args", "arguments", "command", "cmd", "subcommand"})
_PROGRAM_KEYS = frozenset({"command", "cmd", "program", "executable", "exec", "binary"})
_LIST_KEYS = frozenset({"args", "arguments", "argv", "params", "parameters"})
_DATABASE_KEYS = frozenset({"database", "db", "dbname"})
# What these hold is a text for others and is not opened; what those hold says what the call does, also behind more values than are looked at.
_KEPT_SHUT = _CONTENT_KEYS - {"input"}
_TELLING = _COMMAND_KEYS | _PATH_KEYS | _URL_KEYS | _DATABASE_KEYS | _WORD_KEYS | DATABASE_WORDS | frozenset({"action", "operation", "method", "tool", "function", "mutation", "verb", "resource"})
_DRIVE = re.compile(r"^[A-Za-z]:[\\/]")


def mcp_effects(walk: Walk, action: McpAction) -> None:
    """Add effects and texts of a call of an MCP tool."""
    words, server = _words(action.tool), _words(action.server)
    given = _spelled_out(action.arguments, words, server)
    if (words | server) & _TERMINALS:
        given = {("command" if isinstance(value, str) and _words(str(key)) <= _TYPED_KEYS and "command" not in given else key): value for key, value in given.items()}
    if words & _RUNS_TEXT and (words | server) & _INTERPRETERS.keys() - _SHELLS:
        given = {("code" if _words(str(key)) == _SCRIPT else key): value for key, value in given.items()}
    argument_effects(walk, given, action.tool, action.server)
    _program_texts(walk, given, words, server)


def refs(walk: Walk, texts: tuple[str, ...], deletes: bool = False) -> tuple[PathRef, ...]:
    """The places that paths name, as far as they are looked at."""
    found = []
    for text in texts[:MAX_VALUES]:
        ref = walk.ref(path_field(walk.home, text), deletes)
        if ref is not None:
            found.append(ref)
    return tuple(found)


def _words(name: str) -> frozenset[str]:
    return frozenset(name_words(name))


def _spelled_out(arguments: dict[str, Any], tool: frozenset[str], server: frozenset[str]) -> dict[str, Any]:
    """The arguments, with the words that a tool passes on to one program as the command that they stand for.

    The program is that of the tool's name, or of the server's when the tool's name only says that it passes on."""
    script = next((value for key, value in arguments.items() if isinstance(value, str) and _words(str(key)) <= _LUA), "") if "redis" in server else ""
    if script and tool <= _LUA:
        return {**arguments, "command": f"redis-cli eval {quote(script)}"}
    program = next((name for word, name in _PASSED_ON.items() if (word in tool and tool <= {word} | _PASSES_ON) or (word in server and tool and tool <= _PASSES_ON)), "")
    if not program:
        return _joined(arguments)
    rest, words = dict(arguments), []
    for key, value in arguments.items():
        given = " ".join(map(quote, value)) if isinstance(value, list) and all(isinstance(item, str) for item in value) else value
        if _words(str(key)) & _WORD_KEYS and isinstance(given, str) and given.split() and given.split()[0].strip("'") != program:
            words.append(given)
            del rest[key]
    return {**rest, "command": f"{program} {' '.join(words)}"} if words else arguments


def _joined(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments, with a program and the list of its words as one command."""
    program = next((key for key, value in arguments.items() if isinstance(value, str) and value.strip() and not value.split()[1:] and _words(str(key)) & _PROGRAM_KEYS), "")
    words = next((key for key, value in arguments.items() if isinstance(value, list) and all(isinstance(item, str) for item in value) and _words(str(key)) & _LIST_KEYS), "")
    if not program or not words:
        return arguments
    return {**{key: value for key, value in arguments.items() if key not in (program, words)}, "command": " ".join(map(quote, [arguments[program], *arguments[words]]))}


def _program_texts(walk: Walk, arguments: dict[str, Any], tool: frozenset[str], server: frozenset[str]) -> None:
    """Run program text that a tool is given, in the language that the tool's or the server's name speaks of. It is a text of the call already."""
    language = next((_words(value) for key, value in arguments.items() if isinstance(value, str) and _words(str(key)) & _LANGUAGE_KEYS), frozenset())
    known = [command for names in (language, tool, server if tool & _RUNS_TEXT else frozenset()) for word, command in _INTERPRETERS.items() if word in names]
    if not known and not tool & _RUNS_TEXT:
        return
    for key, value in arguments.items():
        if isinstance(value, str) and _words(str(key)) & _PROGRAM_TEXT_KEYS:
            texts = len(walk.texts)
            run_whole(walk, f"{known[0] if known else 'python3 -c'} {quote(value)}")
            del walk.texts[texts:]


class _Collected:
    """What the arguments of a tool name."""

    def __init__(self, about: frozenset[str]) -> None:
        self.about = about  # words of the tool and its server, none for one that is not an MCP tool
        self.statements: list[str] = []
        self.database = ""
        self.paths: list[tuple[str, str]] = []
        self.hosts: list[Host] = []
        self.commands: list[str] = []
        self.patch = Patch()
        self.count = 0
        self.words: list[str] = []
        self.room = MAX_WORDS
        self.switches: set[str] = set()
        self.late: dict[TextField, list[str]] = {}  # texts behind the first SINGLE_TEXTS

    def text(self, walk: Walk, field: TextField, text: str, name: str) -> None:
        """Hand a text to the patterns; of many the later ones as one. Keys out of manuals are no secrets."""
        text = mask_samples(text)
        if len(walk.texts) < SINGLE_TEXTS:
            walk.add_text(field, text, name)
        else:
            self.late.setdefault(field, []).append(text)

    def note(self, key: str, value: object) -> None:
        """A value as the word `key=value` that rules on `args` see; what is switched on is a flag as well."""
        text = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        if len(text) <= (MAX_WORD if self.room >= 0 else MAX_SHORT):
            self.words.append(f"{key}={text}")
            self.room -= len(self.words[-1])
        if text.lower() == "true" and key:
            self.switches.add("-".join(name_words(key)))


def argument_effects(walk: Walk, arguments: dict[str, Any], tool: str = "", server: str = "") -> None:
    """By key and value: paths are read, written or deleted as the tool's name says, commands are parsed as shell, statements are run by a client."""
    verbs = _words(tool)
    found = _Collected(verbs | _words(server) if tool else frozenset())
    _collect(walk, arguments, ("arguments", "", 0), found)
    for field, late in found.late.items():
        walk.add_text(field, "\n".join(late), "arguments")
    sources = tuple(text for key, text in found.paths if _words(key) & _SOURCE_KEYS)
    texts = tuple(text for _, text in found.paths)
    if verbs & _DELETE_VERBS:
        effect = Effect(deletes=refs(walk, texts, True), hosts=tuple(found.hosts), cwd=walk.cwd())
    elif verbs & _WRITE_VERBS:
        targets = tuple(text for text in texts if text not in sources) or texts
        moved = refs(walk, sources, True) if verbs & _MOVE_VERBS and targets != texts else ()
        effect = Effect(reads=refs(walk, sources) if targets != texts else (), writes=refs(walk, targets), deletes=moved,
                        hosts=tuple(found.hosts), cwd=walk.cwd())
    else:
        effect = Effect(reads=refs(walk, texts), hosts=tuple(found.hosts), cwd=walk.cwd())
    if found.patch.writes or found.patch.deletes:
        effect = msgspec.structs.replace(effect, writes=effect.writes + refs(walk, found.patch.writes), deletes=effect.deletes + refs(walk, found.patch.deletes, True))
    deeds = deed_flags(tool, server, found.words) if tool else frozenset()
    walk.effects.append(msgspec.structs.replace(effect, argv=(tool, *found.words), flags=deeds.union(found.switches)))
    own = len(walk.effects) - 1
    if found.statements:
        _run_statements(walk, found, own)
    _run_all(walk, found.commands)
    if found.count > MAX_COUNT or (walk.exhausted and (found.statements or found.commands)):
        walk.effects[own] = msgspec.structs.replace(walk.effects[own], flags=walk.effects[own].flags | {UNREAD})
    if found.count > MAX_VALUES * 4 or found.room < 0 or not found.patch.whole:
        walk.give_up("size")


def _run_all(walk: Walk, commands: Sequence[str]) -> None:
    """Run commands one after the other; those behind one that used up the budget are looked at as one text."""
    for number, command in enumerate(commands):
        if walk.exhausted:
            run_whole(walk, "\n".join(commands[number:]))
            return
        run_whole(walk, command)


def _run_statements(walk: Walk, found: _Collected, own: int) -> None:
    """Run statements by a client; what is known of all of them is known of the tool's own effect. They are texts of the call already."""
    texts = len(walk.texts)
    _run_all(walk, [as_client_run(statement, found.about, found.database) for statement in found.statements])
    walk.texts[texts:] = [text for text in walk.texts[texts:] if text.name == UNCOMMENTED]
    known = [effect.flags & DATA_FLAGS for effect in walk.effects[own + 1 :]]
    if known and all(known) and not walk.exhausted:
        walk.effects[own] = msgspec.structs.replace(walk.effects[own], flags=walk.effects[own].flags.union(*known))


def _collect(walk: Walk, value: Any, where: tuple[str, str, int], found: _Collected) -> None:
    name, key, depth = where
    found.count += 1
    if depth >= MAX_DEPTH:
        walk.give_up("nesting")
    elif found.count > MAX_COUNT:
        return
    elif isinstance(value, dict):
        if not value:
            found.note(key, "{}")
        for inner, child in (_joined(value) if depth else value).items():
            if key and str(inner)[:1] == "/":  # a folder of the host that is mapped
                found.note(key, f"{inner}:")
            _collect(walk, child, (f"{name}.{inner}"[:MAX_PLACE], str(inner), depth + 1), found)
    elif isinstance(value, (list, tuple)):
        if not value:
            found.note(key, "[]")
        if _words(key) & _COMMAND_KEYS and value and all(isinstance(item, str) for item in value):
            found.commands.append("\n".join(value) if _is_script(value, key) else " ".join(quote(item) if " " in item and len(value) > 1 else item for item in value))
            found.text(walk, TextField.COMMAND, found.commands[-1][:MAX_TEXT], name)
            return
        for number, child in enumerate(value):
            _collect(walk, child, (f"{name}.{number}"[:MAX_PLACE], key, depth + 1), found)
    elif found.count <= MAX_VALUES * 4 or value is True or _words(key) & _TELLING:
        found.note(key, value)
        if isinstance(value, str) and value:
            _string(walk, value, (name, key), found)
            if value[0] in "{[\"" and not _words(key) & _KEPT_SHUT:
                _collect(walk, _opened(value), (name, key, depth + 1), found)
    elif isinstance(value, str):
        found.text(walk, TextField.CONTENT if _words(key) & _CONTENT_KEYS else TextField.ARGS, value, name)


def _opened(text: str) -> Any:
    """What a text of JSON holds, nothing when it is none or holds no more than it says."""
    try:
        found = msgspec.json.decode(text)
    except (ValueError, RecursionError):
        return ()
    return found if isinstance(found, (dict, list)) or (isinstance(found, str) and found[:1] in "{[\"") else ()


def _is_script(values: Sequence[str], key: str) -> bool:
    """A list of whole commands, not the words of one."""
    spaced = sum(" " in value for value in values)
    return spaced > len(values) / 2 or (spaced > 0 and "commands" in _words(key))


def _string(walk: Walk, value: str, where: tuple[str, str], found: _Collected) -> None:
    name, key = where
    words = _words(key)
    line = value.strip()
    field = TextField.ARGS
    if words & _DATABASE_KEYS and len(line) < 64 and line.isidentifier():
        found.database = line
    if "://" in line[:40] and not any(char.isspace() for char in line):
        host = parse_url(line) if len(found.hosts) < MAX_HOSTS else None
        if host is not None:
            found.hosts.append(host)
            field = TextField.URL
        elif line.lower().startswith("file:"):
            found.paths.append((key, line))
            field = TextField.PATH
    elif found.about and (not words & _CONTENT_KEYS or found.about & DATABASE_WORDS) and as_client_run(value, found.about, ""):
        found.statements.append(value)
    elif words & _COMMAND_KEYS:
        found.commands.append(value)
        field = TextField.COMMAND
    elif words & _URL_KEYS and len(found.hosts) < MAX_HOSTS and (host := parse_target(line)) is not None:
        found.hosts.append(host)
        field = TextField.URL
    elif _is_path(line, words):
        found.paths.append((key, line))
        field = TextField.PATH
    elif words & _CONTENT_KEYS:
        field = TextField.CONTENT
        found.patch = parse_patch(value) or found.patch
    found.text(walk, field, value, name)


def _is_path(text: str, words: frozenset[str]) -> bool:
    if not text or "\n" in text or len(text) > 1000:
        return False
    if text.startswith(("/", "~/", "./", "../", "$HOME/")) or _DRIVE.match(text):
        return " " not in text or bool(words & _PATH_KEYS)
    return bool(words & _PATH_KEYS) and (text[0] in ".~" or "/" in text or "." in text or bool(words & {"path", "paths", "file", "filename", "directory"}))
