"""Read PowerShell text for plain effects: cmdlets and their aliases, pipes, downloads that are run, encoded commands.

This is pattern reading, not evaluation: variables but the home folder stay unknown.
"""

from __future__ import annotations

import base64
import ntpath
import re
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.code.as_shell import ALIASES, is_program, plain_strings, shell_text
from sensor.effects.code.power_functions import called_bodies
from sensor.effects.places.hosts import parse_target, parse_url
from sensor.effects.shell.scope import Field
from sensor.model.effects import Effect, Host, Origin, PathRef, Sink

if TYPE_CHECKING:
    from sensor.effects.shell.command import Context
    from sensor.effects.shell.walk import Walk

MAX_STATEMENTS = 300
MAX_PIPE = 60_000
"""Characters of a pipe that are read for its programs."""
MAX_WORDS = 2000
_READS = frozenset({"get-content", "import-csv", "select-string", "get-filehash", "copy-item"})
_WRITES = frozenset({"set-content", "add-content", "out-file", "new-item", "tee-object", "clear-content", "export-csv", "set-itemproperty", "set-acl", "expand-archive"})
_DELETES = frozenset({"remove-item", "move-item"})
_NETWORK = frozenset({"invoke-webrequest", "invoke-restmethod", "start-bitstransfer", "test-netconnection", "send-mailmessage", "invoke-command", "enter-pssession"})
_PATHS = frozenset({"path", "literalpath", "filepath", "destination", "outfile", "infile"})
_SWITCHES = frozenset({
    "recurse", "force", "confirm", "whatif", "append", "usebasicparsing", "wait", "passthru", "noprofile", "verbose", "raw", "nonewline", "asjob", "hidden",
})
_NAMES = tuple(sorted(_SWITCHES | _PATHS))
_STATEMENT = re.compile(r"""(?:'[^']*'|`.|"(?:[^"`]|`.)*"|[$@]\{[^{}]*\}|[^'";|\n&{}]|&(?!&))+|[;|\n{}]|&&""", re.S)
_ENDS = frozenset({";", "&&", "{", "}"})
_EACH = re.compile(r"foreach\s*\(\s*\$(\w+)\s+in\s+", re.I)
_TOKEN = re.compile(r"""'((?:[^']|'')*)'|"((?:[^"`]|`.)*)"|((?:`\S|[^\s'"(){},])+)""", re.S)
_DOWNLOADS = re.compile(r"\b(?:iwr|irm|curl|wget|invoke-webrequest|invoke-restmethod|downloadstring|downloaddata|downloadfile|start-bitstransfer)\b", re.I)
_RUNS = re.compile(r"\b(?:iex|invoke-expression|scriptblock\]::create|reflection\.assembly\]::load)\b", re.I)
# A file that a download is saved as, a statement that starts a file, and what tells everything the environment holds.
_SAVED_AS = re.compile(r"""(?:-OutFile|-Destination|DownloadFile\([^,]{1,400},)\s*['"]?([^\s'"),]+)""", re.I)
_STARTS = re.compile(r"""(?:start-process|saps|start|invoke-item|ii|msiexec(?:\.exe)?|rundll32(?:\.exe)?|regsvr32(?:\.exe)?|cmd(?:\.exe)?\s+/c|powershell(?:\.exe)?|&|\.(?=[\s\\/]))\s*(.+)""", re.I | re.S)
_ENVIRONMENT = re.compile(r"\b(?:gci|get-childitem|dir|ls|get-item|gi)\s+(?:-Path\s+)?env:(?:[\\/]?\*?)?(?=\s|$|\))|GetEnvironmentVariables\(", re.I)
_DECODES = re.compile(r"frombase64string", re.I)
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_HOME = re.compile(r"(?:\$HOME|\$env:USERPROFILE|\$env:HOME|%USERPROFILE%|~)(?=[\\/]|$)", re.I)
_VARIABLE = re.compile(r"\$\{?(\w+)\}?")
_WINDOWS_ROOT = re.compile(r"[A-Za-z]:[\\/]?\*?$|\$env:SystemDrive[\\/]?\*?$", re.I)
_WINDOWS_TEMP = re.compile(r"[A-Za-z]:[\\/](?:Windows[\\/]|Users[\\/][^\\/]+[\\/]AppData[\\/]Local[\\/])?Te?mp[\\/]|\$env:Te?mp[\\/]|%Te?mp%[\\/]", re.I)
_WINDOWS_SYSTEM = re.compile(r"[A-Za-z]:[\\/](?:(?:Windows|Program Files(?: \(x86\))?|ProgramData)(?:[\\/]|$)|Users[\\/]?\*?$)|\$env:(?:SystemRoot|windir|ProgramFiles)", re.I)
_WINDOWS_USERS = re.compile(r"[A-Za-z]:[\\/]Users[\\/]", re.I)
_WINDOWS_HOME = re.compile(r"[A-Za-z]:[\\/]Users[\\/][^\\/]+[\\/]?\*?$", re.I)


def run_powershell(walk: Walk, text: str, context: Context) -> None:
    """Add the effects of PowerShell text: its cmdlets, and the programs that it starts, which a name such as `rm` may be as well."""
    if not walk.spend(len(text) >> 5):
        return
    outer, walk.scope = walk.scope, walk.scope.fork()
    walk.scope.functions, walk.scope.aliases = {}, {}
    text = plain_strings(text)
    _run_statements(walk, text, context)
    if (called := called_bodies(text)) and walk.spend(len(called) >> 5):
        _run_statements(walk, called, context)
    walk.scope = outer
    if _RUNS.search(text) and (origins := _origins(text)):
        walk.effects.append(Effect(program="invoke-expression", argv=("invoke-expression",), executes=origins, opaque=True, wrappers=context.wrappers,
                                   privilege=context.privilege, cwd=walk.cwd(), span=context.span or walk.span))
        for origin in sorted(origins, key=lambda one: one.value):
            walk.add_flow(origin, Sink.INTERPRETER, "powershell")


def _run_statements(walk: Walk, text: str, context: Context) -> None:
    handed = _NOTHING
    outer: list[_Handed] = []
    fetched: set[str] = set()
    stages: list[str] = []
    piped = False
    for number, match in enumerate(_STATEMENT.finditer(text)):
        statement = match.group().strip()
        if number > MAX_STATEMENTS or not walk.spend():
            walk.give_up("size")
            break
        if statement == "|":
            stages = stages if not piped else _run_stages(walk, stages, context)  # `||` is two of them
            piped = True
            continue
        if not statement and piped:
            continue
        if not piped or statement in _ENDS:
            stages = _run_stages(walk, stages, context)
        piped = False
        if statement in (";", "&&"):
            handed = _NOTHING
        elif statement == "{":
            outer.append(handed)
        elif statement == "}":
            handed = outer.pop() if outer else _NOTHING
        elif (each := _EACH.match(statement)) is not None:
            statement = statement[each.end() :].rstrip(") \t").lstrip("(")
            handed = msgspec.structs.replace(_statement(walk, statement, context, _NOTHING), name=each.group(1).lower())
            stages.append(statement)
        elif statement:
            _start_of_fetched(walk, statement, fetched)
            handed = _statement(walk, statement, context, handed)
            fetched |= {_base(found) for found in _SAVED_AS.findall(statement)}
            stages.append(statement)
    _run_stages(walk, stages, context)


def _run_stages(walk: Walk, stages: list[str], context: Context) -> list[str]:
    """A whole pipe, for what its programs do; no stage is left of it."""
    if sum(map(len, stages)) > MAX_PIPE:
        walk.give_up("size")
    elif stages and (text := shell_text(stages)):
        walk.run_text(text, context if context.span is not None else context.within(span=walk.span))
    return []


def decode_command(text: str) -> str:
    """The text of `-EncodedCommand`, "" when it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-16-le")
    except ValueError:
        return ""


def _origins(text: str) -> frozenset[Origin]:
    found = {Origin.DOWNLOAD} if _DOWNLOADS.search(text) else set()
    return frozenset(found | ({Origin.DECODED} if _DECODES.search(text) else set()))


class _Words(msgspec.Struct):
    """A cmdlet call: named and positional arguments, switches."""

    named: dict[str, str]
    rest: list[str]
    flags: set[str]


class _Handed(msgspec.Struct, frozen=True):
    """What a pipe or a loop hands on: names and the variable that stands for them, whether folders are entered, and where its data comes from."""

    paths: tuple[str, ...] = ()
    name: str = "_"
    deep: bool = False
    origins: frozenset[Origin] = frozenset()


_NOTHING = _Handed()


def _split(words: list[str]) -> _Words:
    found = _Words({}, [], set())
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        if len(word) < 2 or word[0] != "-" or not word[1].isalpha():
            found.rest.append(word)
            continue
        name, colon, _ = word[1:].lower().partition(":")
        name = "recurse" if name == "r" else next((long for long in _NAMES if len(name) > 1 and long.startswith(name)), name)
        found.flags.add("recursive" if name == "recurse" else name)
        if colon:
            found.named[name] = word.partition(":")[2]
        elif name not in _SWITCHES and index < len(words) and not words[index].startswith("-"):
            found.named[name] = words[index]
            index += 1
    return found


def _statement(walk: Walk, text: str, context: Context, handed: _Handed) -> _Handed:
    """Add the effect of one statement; `handed` is what the one before it in the pipe hands on, as is what it returns."""
    words = [next(part for part in match.groups() if part is not None) for match in islice(_TOKEN.finditer(text), MAX_WORDS)]
    if len(words) == MAX_WORDS:
        walk.give_up("size")
    environment = handed.origins | ({Origin.SECRET} if _ENVIRONMENT.search(text) else frozenset())
    while words and (words[0] in ("&", ".", "=") or words[0].startswith("$")):
        words = words[1:]
    if not words or words[0][:1] in ("", "-"):
        return _Handed(origins=environment)
    name = words[0].rpartition("\\")[2].lower().removesuffix(".exe")
    if is_program(words) or "/" in name:
        return _NOTHING
    name = ALIASES.get(name, name)
    found = _split(words[1:])
    given = [word.lower().partition(".")[0] for word in (*found.rest, *(found.named[key] for key in ("path", "literalpath") if key in found.named))]
    if name == "remove-item" and all(word == "$" + handed.name for word in given):
        found.rest, found.named = list(handed.paths), {}
        found.flags |= {"recursive"} if handed.deep else set()
    hosts = _hosts(words[1:], name)
    reads, writes, deletes = _files(walk, name, found)
    walk.effects.append(Effect(
        program=name, argv=(name, *words[1:]), flags=frozenset(found.flags), operands=tuple(found.rest), reads=reads, writes=writes, deletes=deletes, hosts=hosts,
        wrappers=context.wrappers, privilege=context.privilege, background=context.background, executes=context.executes, cwd=walk.cwd(), span=context.span or walk.span))
    origins = environment | ({Origin.SECRET} if any("@credentials" in ref.places for ref in reads) else frozenset())
    if hosts and Origin.SECRET in origins and name in _NETWORK:
        walk.add_flow(Origin.SECRET, Sink.NETWORK, name)
    if name in ("foreach-object", "where-object", "sort-object", "select-object", "%", "?"):
        return msgspec.structs.replace(handed, origins=origins)
    if name != "get-childitem" or not found.flags <= {"recursive", "force", "path", "literalpath", "hidden", "file", "directory"}:
        return _Handed(origins=origins)
    named = [found.named[key] for key in ("path", "literalpath") if key in found.named] or found.rest or ["."]
    return _Handed(tuple(path if "*" in path else path.rstrip("/\\") + "/*" for path in named), "_", "recursive" in found.flags, origins)


def _start_of_fetched(walk: Walk, statement: str, fetched: set[str]) -> None:
    """`iwr url -OutFile a.exe; Start-Process a.exe`, `& ./a.exe`: a file that this text downloaded is started."""
    if fetched and (found := _STARTS.match(statement)) is not None and any(_base(word) in fetched for word in found.group(1).split()):
        walk.add_flow(Origin.DOWNLOAD, Sink.INTERPRETER, "powershell")


def _base(path: str) -> str:
    """The last part of a path, in small letters and without quotes."""
    return re.split(r"[\\/]", path.strip("'\"(),"))[-1].lower()


def _hosts(words: list[str], name: str) -> tuple[Host, ...]:
    found = [host for word in words if "://" in word and (host := parse_url(word)) is not None]
    if name in _NETWORK and not found:
        found = [host for word in words if (host := parse_target(word)) is not None][:1]
        # The lines that vendors publish (`irm bun.sh/install.ps1 | iex`) leave the scheme out; their servers lead on to https.
        found = [known if (known := parse_url(f"https://{host.url}")) is not None and "@installers" in known.places else host for host in found]
    return tuple(found)


def _files(walk: Walk, name: str, found: _Words) -> tuple[tuple[PathRef, ...], tuple[PathRef, ...], tuple[PathRef, ...]]:
    first = [found.named[key] for key in ("path", "literalpath", "filepath") if key in found.named] or found.rest[:1]
    target = [found.named["destination"]] if "destination" in found.named else found.rest[1:2]
    all_named = found.rest if name == "remove-item" and "path" not in found.named else first
    reads = first if name in _READS else []
    writes = first if name in _WRITES else []
    if name in ("copy-item", "move-item", "expand-archive"):
        writes = target
    reads += [found.named["infile"]] if "infile" in found.named else []
    writes += [found.named["outfile"]] if "outfile" in found.named else []
    deletes = all_named if name in _DELETES else []
    return _refs(walk, reads), _refs(walk, writes), _refs(walk, deletes, True)


def _refs(walk: Walk, texts: list[str], deletes: bool = False) -> tuple[PathRef, ...]:
    found = [_ref(walk, text, deletes) for text in texts if "://" not in text and not (deletes and re.fullmatch(r"/[a-zA-Z]", text))]
    return tuple(ref for ref in found if ref is not None)


def _ref(walk: Walk, text: str, deletes: bool) -> PathRef | None:
    has_drive = _DRIVE.match(text) is not None
    if has_drive and ".." in text:
        text = ntpath.normpath(text)
    for pattern, place in ((_WINDOWS_ROOT, "@root"), (_WINDOWS_HOME, "@home"), (_WINDOWS_TEMP, "@temp"), (_WINDOWS_SYSTEM, "@system")):
        if pattern.match(text) and ".." not in text:
            return PathRef(raw=text, places=frozenset({place, "@outside"}), glob="*" in text)
    if has_drive:
        places = frozenset({"@under_home", "@outside"} if _WINDOWS_USERS.match(text) else {"@outside"})
        return PathRef(raw=text, path=text.replace("\\", "/"), places=places, glob="*" in text)
    if text.startswith("\\\\"):
        return PathRef(raw=text, path=text.replace("\\", "/"), places=frozenset({"@outside"}), glob="*" in text)
    plain = _VARIABLE.sub(lambda found: _held(walk, found), _HOME.sub(lambda _: walk.home, text)).replace("\\", "/")
    unknown = "$" in plain
    return walk.ref(Field(plain, known=not unknown, glob="*" in plain, head=plain.partition("$")[0] if unknown else ""), deletes)


def _held(walk: Walk, variable: re.Match[str]) -> str:
    """What a variable holds that this text gave a constant, else the variable as written."""
    value = walk.scope.variables.get(variable.group(1).lower())
    return value.fields[0].text if value is not None and len(value.fields) == 1 and value.fields[0].known else variable.group()
