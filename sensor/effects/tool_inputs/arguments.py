"""Effects of what MCP and other tools are given: arguments by key and value."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice
from shlex import quote
from typing import TYPE_CHECKING, Any

import msgspec

from sensor.effects.budget import STATEMENT
from sensor.effects.places.hosts import parse_target, parse_url
from sensor.effects.runs.sql import DATA_FLAGS, UNCOMMENTED
from sensor.effects.shell.paths import path_field
from sensor.effects.skim import run_whole
from sensor.effects.tool_inputs.deeds import deed_flags
from sensor.effects.tool_inputs.keys import COMMAND_KEYS, WORD_KEYS, words_of
from sensor.effects.tool_inputs.patches import Patch, parse_patch
from sensor.effects.tool_inputs.program_texts import run_program_texts
from sensor.effects.tool_inputs.shapes import as_one_command, joined_words
from sensor.effects.tool_inputs.statements import DATABASE_WORDS, as_client_run, is_too_long
from sensor.model.calls import McpAction
from sensor.model.effects import Effect, Host, PathRef, TextField
from sensor.model.names import name_words
from sensor.model.samples import mask_samples

if TYPE_CHECKING:
    from sensor.effects.shell.walk import Walk

MAX_VALUES = 400
MAX_TEXT = 1 << 20
MAX_HOSTS = 600  # of one call
MAX_PATHS = 1500
MAX_NOTED = 4000  # words of one call
MAX_WORD = 1000  # a longer value is a text and no option
MAX_SHORT = 120  # one that is no longer is a word also behind MAX_WORDS
MAX_WORDS = 1 << 18  # characters of all words of one call
SINGLE_TEXTS = 150  # that patterns see one by one
MAX_COUNT = 20_000  # values of one call; no model writes as many
MAX_KEYS = 500  # of the arguments themselves
LOOKED_AT = 200  # commands behind a budget that is used up, from the first and from the last of them
MAX_DEED = 40  # characters of a word that says what is done
MAX_DEPTH = 64  # of arguments in arguments
MAX_PLACE = 200  # characters of where a text was
UNREAD = "unread-commands"  # of the effect of a tool whose commands or statements were looked at in part
_PATH_KEYS = frozenset({
    "path", "paths", "file", "files", "filename", "filepath", "dir", "directory", "folder", "source", "destination",
    "src", "dest", "dst", "target", "location", "uri", "cwd", "from", "to", "output", "input", "root", "repo",
    "workdir", "notebook",
})
_URL_KEYS = frozenset({
    "url", "urls", "uri", "link", "href", "endpoint", "host", "hostname", "address", "webhook", "callback", "domain",
    "site", "base",
})
_CONTENT_KEYS = frozenset({
    "content", "contents", "text", "body", "data", "code", "message", "new", "value", "input", "patch", "diff",
    "html", "markdown", "edits",
})
_DELETE_VERBS = frozenset({"delete", "remove", "rm", "unlink", "rmdir", "trash", "purge", "erase", "drop", "destroy", "shred", "wipe", "nuke", "rimraf", "del", "clear", "rmtree", "deltree", "rmdirs", "expunge", "obliterate", "discard", "recycle", "deletefile", "deletefolder", "removefile"})
_WRITE_VERBS = frozenset({
    "write", "edit", "create", "update", "append", "save", "put", "patch", "replace", "insert", "modify", "mkdir",
    "touch", "overwrite", "apply", "set", "move", "rename", "copy", "export", "download", "chmod",
    "truncate", "add", "push", "upsert", "store", "dump", "prepend", "tee", "screenshot", "extract", "unzip", "unpack", "symlink", "new",
})
_MOVE_VERBS = frozenset({"move", "rename", "mv"})
_TARGET_KEYS = frozenset({"destination", "dest", "dst", "to", "target", "new"})
# Tools that take files away without saying so: what they do, and to what. `clean` alone is what builds do.
_CLEANS = frozenset({"clean", "cleanup", "reclaim", "kill", "empty"})
_CLEANED = frozenset({"folder", "folders", "directory", "directories", "dir", "file", "files", "space", "disk", "path", "tree", "up", "all", "trash"})
_FILE_SERVERS = frozenset({"file", "files", "filesystem", "fs", "disk", "folder", "folders"})
_SOURCE_KEYS = frozenset({"source", "src", "from", "old", "input"})
# Where a tool of many deeds is told which one is meant.
_DEED_KEYS = frozenset({"action", "operation", "op", "verb", "type", "method", "mode", "tool", "name", "command", "subcommand", "function", "task"})
# What only looks, whatever else it is given beside a path; and what an argument is called that is written to in any case.
_READ_VERBS = frozenset({"read", "get", "list", "search", "find", "grep", "view", "show", "open", "load", "stat", "check", "lint", "validate", "analyze", "analyse", "diff", "compare", "query", "count", "parse", "preview", "explain", "review", "test", "summarize", "fetch", "watch", "scan", "ask"})
_OUTPUT_KEYS = frozenset({"output", "out", "save", "saveas", "outfile"})
_BODY_KEYS = frozenset({"content", "contents", "text", "data", "body"})
_WRITTEN_KEYS = _BODY_KEYS | {"new", "code", "lines"}
_FILE_KEYS = frozenset({"path", "paths", "file", "files", "filename", "filepath", "dir", "directory", "folder", "notebook", "target", "destination"})
_FOLDER_KEYS = frozenset({"cwd", "workdir", "directory", "dir", "folder", "working", "work", "basedir", "base", "root", "current", "project", "projectpath", "workspace"})
_DATABASE_KEYS = frozenset({"database", "db", "dbname"})
# What these hold is a text for others and is not opened; what those hold says what the call does, also behind more values than are looked at.
_KEPT_SHUT = _CONTENT_KEYS - {"input"}
_TELLING = COMMAND_KEYS | _PATH_KEYS | _URL_KEYS | _DATABASE_KEYS | WORD_KEYS | DATABASE_WORDS | frozenset({"action", "operation", "method", "tool", "function", "mutation", "verb", "resource"})
_STATEMENT_KEYS = frozenset({"sql", "statement", "statements", "stmt", "cypher"})
_READERS = frozenset({"lint", "transpile", "format", "parse", "sqlfluff", "sqlglot"})
_ASKED = frozenset({"query"})
_SEARCHES = frozenset({"search", "find", "lookup", "resolve", "docs", "documentation", "question", "ask", "topic", "browse", "create", "issue", "ticket", "page", "message", "thought", "thinking", "todo", "note", "memory"})
_DRIVE = re.compile(r"^[A-Za-z]:[\\/]")


def mcp_effects(walk: Walk, action: McpAction) -> None:
    """Add effects and texts of a call of an MCP tool."""
    words, server = words_of(action.tool), words_of(action.server)
    given = as_one_command(action.arguments, words, server) if len(action.arguments) <= MAX_KEYS else action.arguments
    argument_effects(walk, given, action.tool, action.server)
    run_program_texts(walk, given, words, server)


def refs(walk: Walk, texts: tuple[str, ...], deletes: bool = False) -> tuple[PathRef, ...]:
    """The places that paths name, as far as they are looked at."""
    found = []
    for text in texts:
        if walk.budget.left < 0:
            walk.give_up("work")
            break
        ref = walk.ref(path_field(walk.home, text), deletes)
        if ref is not None:
            found.append(ref)
    return tuple(found)


def is_given_files(arguments: dict[str, Any]) -> bool:
    """Whether an argument is called a file, a folder or a path."""
    return any(words_of(str(key)) & _FILE_KEYS for key in islice(arguments, MAX_KEYS))


def written_texts(arguments: dict[str, Any]) -> tuple[str, ...]:
    """What arguments say should stand in a file: contents and what edits put in."""
    listed = [item for value in islice(arguments.values(), MAX_KEYS) if isinstance(value, list) for item in value[:SINGLE_TEXTS] if isinstance(item, dict)]
    found = [text for given in (arguments, *listed) for key, text in islice(given.items(), MAX_KEYS) if isinstance(text, str) and text and words_of(str(key)) & _WRITTEN_KEYS]
    return tuple(found[:SINGLE_TEXTS])


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
        self.is_cut = False  # a statement is longer than what is looked at
        self.words: list[str] = []
        self.room = MAX_WORDS
        self.switches: set[str] = set()
        self.late: dict[TextField, list[str]] = {}  # texts behind the first SINGLE_TEXTS

    def text(self, walk: Walk, field: TextField, text: str, name: str) -> None:
        """Hand a text to the patterns; of many the later ones as one. Keys out of manuals are no secrets."""
        if len(walk.texts) < SINGLE_TEXTS:
            walk.add_text(field, mask_samples(text), name)
        else:
            self.late.setdefault(field, []).append(text)

    def keeps(self, walk: Walk, kept: Sequence[object], most: int) -> bool:
        """Whether one more of what a call names is looked at; otherwise it is said that it is not."""
        if len(kept) >= most:
            walk.give_up("size")
        return len(kept) < most

    def note(self, key: str, value: object) -> None:
        """A value as the word `key=value` that rules on `args` see; what is switched on is a flag as well."""
        text = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        if len(self.words) >= MAX_NOTED:
            self.room = -1
        elif len(text) <= (MAX_WORD if self.room >= 0 else MAX_SHORT):
            self.words.append(f"{key}={text}")
            self.room -= len(self.words[-1])
        if text.lower() == "true" and key:
            self.switches.add("-".join(name_words(key)))


def argument_effects(walk: Walk, arguments: dict[str, Any], tool: str = "", server: str = "") -> None:
    """By key and value: paths are read, written or deleted as the tool's name says, commands are parsed as shell, statements are run by a client."""
    is_cut = len(arguments) > MAX_KEYS
    if is_cut:
        walk.give_up("size")
        arguments, rest = dict(islice(arguments.items(), MAX_KEYS)), dict(islice(arguments.items(), MAX_KEYS, None))
        walk.add_text(TextField.ARGS, str(rest), "arguments")
    verbs = words_of(tool)
    if tool and not verbs & (_DELETE_VERBS | _WRITE_VERBS):  # a tool of many deeds
        verbs |= frozenset().union(*[words_of(value) for key, value in arguments.items() if isinstance(value, str) and len(value) <= MAX_DEED and " " not in value and words_of(str(key)) <= _DEED_KEYS]) & (_DELETE_VERBS | _WRITE_VERBS)
    if verbs & _CLEANS and verbs <= _CLEANS | _CLEANED and (verbs & _CLEANED or words_of(server) & _FILE_SERVERS):
        verbs |= {"delete"}
    found = _Collected(verbs | words_of(server) if tool else frozenset())
    _collect(walk, arguments, ("arguments", "", 0), found)
    for field, late in found.late.items():
        walk.add_text(field, mask_samples("\n".join(late)), "arguments")
    if tool and not verbs & (_DELETE_VERBS | _READ_VERBS) and found.paths and any(isinstance(value, str) and words_of(str(key)) & _BODY_KEYS for key, value in arguments.items()):
        verbs |= {"write"}  # whatever it is called: it is given a path and what should stand there
    sources = tuple(text for key, text in found.paths if words_of(key) & _SOURCE_KEYS)
    if verbs & _MOVE_VERBS and not sources and any(words_of(key) & _TARGET_KEYS for key, _ in found.paths):
        sources = tuple(text for key, text in found.paths if not words_of(key) & _TARGET_KEYS)
    texts = tuple(text for _, text in found.paths)
    if verbs & _DELETE_VERBS:
        effect = Effect(deletes=refs(walk, texts, True), hosts=tuple(found.hosts), cwd=walk.cwd())
    elif verbs & _WRITE_VERBS:
        targets = tuple(text for text in texts if text not in sources) or texts
        moved = refs(walk, sources, True) if verbs & _MOVE_VERBS and targets != texts else ()
        effect = Effect(reads=refs(walk, sources) if targets != texts else (), writes=refs(walk, targets), deletes=moved,
                        hosts=tuple(found.hosts), cwd=walk.cwd())
    else:
        written = tuple(text for key, text in found.paths if words_of(key) & _OUTPUT_KEYS) if tool else ()
        effect = Effect(reads=refs(walk, tuple(text for text in texts if text not in written)), writes=refs(walk, written), hosts=tuple(found.hosts), cwd=walk.cwd())
    if found.patch.writes or found.patch.deletes:
        effect = msgspec.structs.replace(effect, writes=effect.writes + refs(walk, found.patch.writes), deletes=effect.deletes + refs(walk, found.patch.deletes, True))
    deeds = deed_flags(tool, server, found.words) if tool else frozenset()
    walk.effects.append(msgspec.structs.replace(effect, argv=(tool, *found.words), flags=deeds.union(found.switches)))
    own = len(walk.effects) - 1
    if found.statements:
        _run_statements(walk, found, own)
    outer = walk.scope.cwd
    if found.commands:
        walk.scope.cwd = _folder_of(walk, arguments)
    _run_all(walk, found.commands)
    walk.scope.cwd = outer
    if found.count > MAX_COUNT or is_cut or found.is_cut or (walk.exhausted and (found.statements or found.commands or found.paths or found.hosts)):
        walk.effects[own] = msgspec.structs.replace(walk.effects[own], flags=walk.effects[own].flags | {UNREAD})
    if found.count > MAX_VALUES * 4 or found.room < 0 or not found.patch.whole:
        walk.give_up("size")


def _folder_of(walk: Walk, arguments: dict[str, Any]) -> str:
    """Where the commands of a call run: the folder that it names, else the agent's."""
    for key, value in arguments.items():
        if isinstance(value, str) and value.strip() and words_of(str(key)) and words_of(str(key)) <= _FOLDER_KEYS | {"path"} and words_of(str(key)) != {"path"}:
            return walk.paths.absolute(path_field(walk.home, value.strip()).text, walk.scope.cwd) or walk.scope.cwd
    return walk.scope.cwd


def _run_all(walk: Walk, texts: Sequence[str], as_command: Callable[[str], str] = str) -> None:
    """Run texts as commands, one after the other; those behind one that used up the budget are looked at as one text."""
    for number, text in enumerate(texts):
        if walk.exhausted:
            rest = texts[number:] if len(texts) - number <= 2 * LOOKED_AT else [*texts[number : number + LOOKED_AT], *texts[-LOOKED_AT:]]
            run_whole(walk, "\n".join(map(as_command, rest)))
            return
        run_whole(walk, as_command(text))


def _run_statements(walk: Walk, found: _Collected, own: int) -> None:
    """Run statements by a client; what is known of all of them is known of the tool's own effect. They are texts of the call already."""
    texts = len(walk.texts)
    _run_all(walk, found.statements, lambda statement: as_client_run(statement, found.about, found.database))
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
        for inner, child in (joined_words(value) if depth else value).items():
            if key and str(inner)[:1] == "/":  # a folder of the host that is mapped
                found.note(key, f"{inner}:")
            _collect(walk, child, (f"{name}.{inner}"[:MAX_PLACE], str(inner), depth + 1), found)
    elif isinstance(value, (list, tuple)):
        if not value:
            found.note(key, "[]")
        if words_of(key) & COMMAND_KEYS and value and all(isinstance(item, str) for item in value):
            found.commands.append("\n".join(value) if _is_script(value, key) else " ".join(quote(item) if " " in item and len(value) > 1 else item for item in value))
            found.text(walk, TextField.COMMAND, found.commands[-1][:MAX_TEXT], name)
            return
        for number, child in enumerate(value):
            _collect(walk, child, (f"{name}.{number}"[:MAX_PLACE], key, depth + 1), found)
    elif found.count <= MAX_VALUES * 4 or value is True or words_of(key) & _TELLING:
        found.note(key, value)
        if isinstance(value, str) and value:
            _string(walk, value, (name, key), found)
            if value[0] in "{[\"" and not words_of(key) & _KEPT_SHUT:
                _collect(walk, _opened(value), (name, key, depth + 1), found)
    elif isinstance(value, str):
        found.text(walk, TextField.CONTENT if words_of(key) & _CONTENT_KEYS else TextField.ARGS, value, name)


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
    return spaced > len(values) / 2 or (spaced > 0 and "commands" in words_of(key))


def _string(walk: Walk, value: str, where: tuple[str, str], found: _Collected) -> None:
    name, key = where
    words = words_of(key)
    line = value.strip()
    field = TextField.ARGS
    if words & _DATABASE_KEYS and len(line) < 64 and line.isidentifier():
        found.database = line
    if "://" in line[:40] and not any(char.isspace() for char in line):
        host = parse_url(line) if found.keeps(walk, found.hosts, MAX_HOSTS) else None
        if host is not None:
            found.hosts.append(host)
            field = TextField.URL
        elif line.lower().startswith("file:") and found.keeps(walk, found.paths, MAX_PATHS):
            found.paths.append((key, line))
            field = TextField.PATH
    elif found.about and _may_be_statement(value, words, found.about) and walk.spend(STATEMENT + (len(value) >> 2)) and as_client_run(value, found.about, ""):
        found.statements.append(value)
        found.is_cut |= is_too_long(value)
    elif words & COMMAND_KEYS:
        found.commands.append(value)
        field = TextField.COMMAND
    elif words & _URL_KEYS and found.keeps(walk, found.hosts, MAX_HOSTS) and (host := parse_target(line)) is not None:
        found.hosts.append(host)
        field = TextField.URL
    elif _is_path(line, words):
        if found.keeps(walk, found.paths, MAX_PATHS):
            found.paths.append((key, line))
        field = TextField.PATH
    elif words & _CONTENT_KEYS:
        field = TextField.CONTENT
        found.patch = parse_patch(value) or found.patch
    found.text(walk, field, value, name)


def _may_be_statement(text: str, key: frozenset[str], about: frozenset[str]) -> bool:
    """Whether a text that reads like a statement is meant as one: of tools that are about no database, many are titles and searches."""
    if about & _READERS:
        return False
    if about & DATABASE_WORDS - _ASKED or key & _STATEMENT_KEYS:
        return True
    return not key & _CONTENT_KEYS and not about & _SEARCHES and (text.lstrip().partition(" ")[0].isupper() or text.rstrip().endswith(";"))


def _is_path(text: str, words: frozenset[str]) -> bool:
    if not text or "\n" in text or len(text) > 1000:
        return False
    if text.startswith(("/", "~/", "./", "../", "$HOME/")) or _DRIVE.match(text):
        return " " not in text or bool(words & _PATH_KEYS)
    return bool(words & _PATH_KEYS) and (text[0] in ".~" or "/" in text or "." in text or bool(words & {"path", "paths", "file", "filename", "directory"}))
