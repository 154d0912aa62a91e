"""Read PowerShell text for plain effects: cmdlets and their aliases, pipes, downloads that are run, encoded commands.

This is pattern reading, not evaluation: variables but the home folder stay unknown.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.places.hosts import parse_target, parse_url
from sensor.effects.shell.scope import Field
from sensor.model.effects import Effect, Host, Origin, PathRef, Sink

if TYPE_CHECKING:
    from sensor.effects.shell.command import Context
    from sensor.effects.shell.walk import Walk

MAX_STATEMENTS = 300
_ALIASES = {
    "ri": "remove-item", "del": "remove-item", "erase": "remove-item", "rd": "remove-item", "rmdir": "remove-item", "rm": "remove-item",
    "gc": "get-content", "cat": "get-content", "type": "get-content", "sc": "set-content", "ac": "add-content", "ni": "new-item", "md": "new-item", "mkdir": "new-item",
    "cpi": "copy-item", "copy": "copy-item", "cp": "copy-item", "mi": "move-item", "move": "move-item", "mv": "move-item", "tee": "tee-object",
    "iwr": "invoke-webrequest", "curl": "invoke-webrequest", "wget": "invoke-webrequest", "irm": "invoke-restmethod", "iex": "invoke-expression",
    "saps": "start-process", "start": "start-process", "spsv": "stop-service", "spps": "stop-process", "kill": "stop-process", "gci": "get-childitem", "ls": "get-childitem",
    "dir": "get-childitem", "cd": "set-location", "sl": "set-location", "clc": "clear-content", "icm": "invoke-command", "echo": "write-output",
}
_READS = frozenset({"get-content", "import-csv", "select-string", "get-filehash", "copy-item"})
_WRITES = frozenset({"set-content", "add-content", "out-file", "new-item", "tee-object", "clear-content", "export-csv", "set-itemproperty", "set-acl", "expand-archive"})
_DELETES = frozenset({"remove-item", "move-item"})
_NETWORK = frozenset({"invoke-webrequest", "invoke-restmethod", "start-bitstransfer", "test-netconnection", "send-mailmessage", "invoke-command", "enter-pssession"})
_PATHS = frozenset({"path", "literalpath", "filepath", "destination", "outfile", "infile"})
_SWITCHES = frozenset({
    "recurse", "force", "confirm", "whatif", "append", "usebasicparsing", "wait", "passthru", "noprofile", "verbose", "raw", "nonewline", "asjob", "hidden",
})
_NAMES = tuple(sorted(_SWITCHES | _PATHS))
_STATEMENT = re.compile(r"""(?:'[^']*'|"(?:[^"`]|`.)*"|[^'";|\n&]|&(?!&))+|[;|\n]|&&""", re.S)
_TOKEN = re.compile(r"""'((?:[^']|'')*)'|"((?:[^"`]|`.)*)"|([^\s'"(){},]+)""", re.S)
_DOWNLOADS = re.compile(r"\b(?:iwr|irm|curl|wget|invoke-webrequest|invoke-restmethod|downloadstring|downloaddata|downloadfile|start-bitstransfer)\b", re.I)
_RUNS = re.compile(r"\b(?:iex|invoke-expression|scriptblock\]::create|reflection\.assembly\]::load)\b", re.I)
_DECODES = re.compile(r"frombase64string", re.I)
_HOME = re.compile(r"(?:\$HOME|\$env:USERPROFILE|\$env:HOME|%USERPROFILE%|~)(?=[\\/]|$)", re.I)
_WINDOWS_ROOT = re.compile(r"[A-Za-z]:[\\/]?\*?$|\$env:SystemDrive[\\/]?\*?$", re.I)
_WINDOWS_TEMP = re.compile(r"[A-Za-z]:[\\/](?:Windows[\\/]|Users[\\/][^\\/]+[\\/]AppData[\\/]Local[\\/])?Te?mp[\\/]|\$env:Te?mp[\\/]|%Te?mp%[\\/]", re.I)
_WINDOWS_SYSTEM = re.compile(r"[A-Za-z]:[\\/](?:(?:Windows|Program Files(?: \(x86\))?|ProgramData)(?:[\\/]|$)|Users[\\/]?\*?$)|\$env:(?:SystemRoot|windir|ProgramFiles)", re.I)
_WINDOWS_USERS = re.compile(r"[A-Za-z]:[\\/]Users[\\/]", re.I)
_WINDOWS_HOME = re.compile(r"[A-Za-z]:[\\/]Users[\\/][^\\/]+[\\/]?\*?$", re.I)


def run_powershell(walk: Walk, text: str, context: Context) -> None:
    """Add the effects of PowerShell text."""
    walk.spend(len(text) >> 5)
    listed = _NOTHING
    for number, match in enumerate(_STATEMENT.finditer(text)):
        statement = match.group().strip()
        if number > MAX_STATEMENTS or not walk.spend():
            walk.give_up("size")
            break
        if statement in (";", "&&"):
            listed = _NOTHING
        elif statement and statement != "|":
            listed = _statement(walk, statement, context, listed)
    if _RUNS.search(text) and (origins := _origins(text)):
        walk.effects.append(Effect(program="invoke-expression", argv=("invoke-expression",), executes=origins, opaque=True, wrappers=context.wrappers,
                                   privilege=context.privilege, cwd=walk.cwd(), span=context.span or walk.span))
        for origin in sorted(origins, key=lambda one: one.value):
            walk.add_flow(origin, Sink.INTERPRETER, "powershell")


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


class _Listed(msgspec.Struct, frozen=True):
    """What a pipe hands on: names, and whether folders are entered."""

    paths: tuple[str, ...] = ()
    deep: bool = False


_NOTHING = _Listed()


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


def _statement(walk: Walk, text: str, context: Context, listed: _Listed) -> _Listed:
    """Add the effect of one statement; `listed` is what the one before it in the pipe lists, as is what it returns."""
    words = [next(part for part in match.groups() if part is not None) for match in _TOKEN.finditer(text)]
    while words and (words[0] in ("&", ".", "=") or words[0].startswith("$")):
        words = words[1:]
    if not words:
        return _NOTHING
    name = words[0].rpartition("\\")[2].lower().removesuffix(".exe")
    name = _ALIASES.get(name, name)
    if name in ("cmd", "powershell", "pwsh") and len(words) > 1:
        inner = " ".join(word for word in words[1:] if word.lower() not in ("/c", "/k", "-command", "-c", "-noprofile", "-nop"))
        run_powershell(walk, inner, context)
        return _NOTHING
    found = _split(words[1:])
    if name == "remove-item" and not found.rest and not found.named:
        found.rest = list(listed.paths)
        found.flags |= {"recursive"} if listed.deep else set()
    hosts = _hosts(words[1:], name)
    reads, writes, deletes = _files(walk, name, found)
    walk.effects.append(Effect(
        program=name, argv=(name, *words[1:]), flags=frozenset(found.flags), operands=tuple(found.rest), reads=reads, writes=writes, deletes=deletes, hosts=hosts,
        wrappers=context.wrappers, privilege=context.privilege, background=context.background, executes=context.executes, cwd=walk.cwd(), span=context.span or walk.span))
    if hosts and any("@credentials" in ref.places for ref in reads):
        walk.add_flow(Origin.SECRET, Sink.NETWORK, name)
    if name != "get-childitem" or not found.flags <= {"recursive", "force", "path", "literalpath", "hidden", "file", "directory"}:
        return _NOTHING
    named = [found.named[key] for key in ("path", "literalpath") if key in found.named] or found.rest or ["."]
    return _Listed(tuple(path if "*" in path else path.rstrip("/\\") + "/*" for path in named), "recursive" in found.flags)


def _hosts(words: list[str], name: str) -> tuple[Host, ...]:
    found = [host for word in words if "://" in word and (host := parse_url(word)) is not None]
    if name in _NETWORK and not found:
        found = [host for word in words if (host := parse_target(word)) is not None][:1]
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
    for pattern, place in ((_WINDOWS_ROOT, "@root"), (_WINDOWS_HOME, "@home"), (_WINDOWS_TEMP, "@temp"), (_WINDOWS_SYSTEM, "@system")):
        if pattern.match(text):
            return PathRef(raw=text, places=frozenset({place, "@outside"}), glob="*" in text)
    if re.match(r"[A-Za-z]:[\\/]", text):
        places = frozenset({"@under_home", "@outside"} if _WINDOWS_USERS.match(text) else {"@outside"})
        return PathRef(raw=text, path=text.replace("\\", "/"), places=places, glob="*" in text)
    if text.startswith("\\\\"):
        return PathRef(raw=text, path=text.replace("\\", "/"), places=frozenset({"@outside"}), glob="*" in text)
    plain = _HOME.sub(lambda _: walk.home, text).replace("\\", "/")
    unknown = "$" in plain
    return walk.ref(Field(plain, known=not unknown, glob="*" in plain, head=plain.partition("$")[0] if unknown else ""), deletes)
