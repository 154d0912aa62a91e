"""Read interpreter code for plain, static effects: shell strings it runs, files and addresses it opens.

This is pattern reading, not evaluation: it finds what a one-liner says openly. What it does not find is left to the
text rules; code is never opaque for it.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.budget import HOST, READ_CODE
from sensor.effects.code.applescript import removed
from sensor.effects.code.applescript import started as applescript_started
from sensor.effects.code.compiled import read_by, sends, taken_away, with_homes, with_paths
from sensor.effects.code.dialects import LANGUAGES as DIALECTS
from sensor.effects.code.dialects import PROGRAMS as DIALECT_PROGRAMS
from sensor.effects.code.dialects import started
from sensor.effects.code.fetched import loads_address, runs_fetched, runs_kept, simple_commands
from sensor.effects.code.folding import fold
from sensor.effects.code.listings import gathered, swept
from sensor.effects.code.literals import STRING as _STRING
from sensor.effects.code.literals import text_of as _text
from sensor.effects.code.packages import started_by_packages
from sensor.effects.code.python_parse import MAX_CODE
from sensor.effects.code.python_tree import MAX_GROWTH as MAX_WRITTEN
from sensor.effects.code.python_tree import plain
from sensor.effects.code.room import MAX_GROWTH, MAX_STEPS, Room
from sensor.effects.code.variables import sends_variable
from sensor.effects.code.verbs import commands_at_home, loads_code, read_verbs
from sensor.effects.places.hosts import parse_url
from sensor.effects.shell.merging import graver
from sensor.effects.shell.paths import path_field
from sensor.effects.shell.scope import Field
from sensor.model.effects import Host, Origin, PathRef

if TYPE_CHECKING:
    from sensor.effects.shell.walk import Walk

LANGUAGES = {
    "python": "python", "pypy": "python", "ipython": "python", "node": "node", "nodejs": "node", "bun": "bun", "deno": "deno", "tsx": "node", "ts-node": "node", "zx": "node",
    "perl": "perl", "ruby": "ruby", "irb": "ruby", "php": "php", "lua": "lua", "luajit": "lua", "Rscript": "Rscript", "R": "Rscript", "julia": "julia",
    "osascript": "osascript", "tclsh": "tclsh", "wish": "tclsh", "jshell": "jshell", "swift": "swift", "guile": "guile", "groovy": "groovy", "groovysh": "groovy", "elixir": "elixir", "erl": "erl", "ocaml": "ocaml", "scala": "scala", "kotlin": "kotlin",
    **DIALECT_PROGRAMS,
}
_BLANKS = re.compile(r"\s{9,}")  # which mean nothing, and would be tried from every place
BUILT = DIALECTS | {"built", "jshell", "swift", "groovy", "scala", "ocaml", "kotlin", "Rscript", "julia", "erl", "guile", "tclsh", "editor"}
"""Languages in which `compiled` and `verbs` read."""
_LIST_LANGUAGES = frozenset({"node", "bun", "deno", "perl", "ruby", "python"})
_SHELL_CALL = re.compile(
    r"(?<![/\w])(?:os\.(?:system|popen)|subprocess\.(?:run|call|Popen|check_output|check_call|getoutput|getstatusoutput)|commands\.getoutput|"
    r"pty\.spawn|os\.exec[lv]p?e?|os\.spawn[lv]p?e?|asyncio\.create_subprocess_\w+|execa(?:Sync|Command|CommandSync)?|"
    r"(?:child_process['\"]?\)?\.)?(?:execSync|execFileSync|spawnSync|execFile|spawn|exec)|Bun\.spawn(?:Sync)?|Bun\.\$|"
    r"shell_exec|passthru|system|popen|proc_open|pcntl_exec|io\.popen|os\.execute|Open3\.\w+|IO\.popen|Kernel\.\w+|%x|qx|do shell script)"
    r"\s*\(?\s*(?:\[\s*)?" + _STRING
)
_LIST = re.compile(r"(?:subprocess\.\w+|os\.exec[lv]p?e?|asyncio\.create_subprocess_exec|pty\.spawn|(?:execFile|spawn|execa)(?:Sync)?|system|exec|Bun\.spawn\w*)\s*\(\s*(\[[^\]]{1,2000}\]|[\"'][^)]{1,2000})")
_CHDIR = re.compile(r"(?:os\.chdir|contextlib\.chdir|process\.chdir|Dir\.chdir|Deno\.chdir|(?<![\w.$])chdir|Sys\.setwd|setwd)\s*(?:\(\s*)?" + _STRING)
_SENT = re.compile(r"\bsend\(\s*:(?:system|exec|spawn|`)\s*,\s*" + _STRING)
_SHELL_TEMPLATE = re.compile(r"(?:\bawait\s+|\bBun\.)\$`([^`]{1,2000})`")
# Perl: `open F,">>file"`, `open(my $f,">","file")`, `open(my $f,"|-","sh")`; Ruby: `open("|cmd")`.
_PERL_OPEN = re.compile(r"\bopen\s*\(?\s*(?:my\s+)?[\w$]+\s*,\s*[\"']\s*(\+?>>?|<|\|-?|-\|)?(?::\w+)?\s*([^\"'\n]*)[\"'](?:\s*,\s*[\"']([^\"'\n]+)[\"'])?")
_PIPED = re.compile(r"\bopen\s*\(?\s*[\"']\|([^\"'\n]+)[\"']")
_PRINTED = re.compile(r"\bprint\s+(?:\{?\s*\$?\w+\s*\}?\s+)" + _STRING)
_BARE_MOVE = re.compile(r"(?<![\w.$>])(rename|symlink|link|truncate)\s*\(?\s*" + _STRING + r"\s*,\s*(?:" + _STRING + r"|\d+)")
_JOINED_WORDS = re.compile(r"\b(?:system|exec)\s*\(?\s*join\s*\(?\s*[\"'] [\"']\s*,\s*((?:[\"'][^\"'\n]*[\"']\s*,?\s*){1,20})")
_NAMED = re.compile(r",\s*\w+\s*=(?!=)")
_BARE_LIST = re.compile(r"\b(?:system|exec)\s+((?:\"[^\"]*\"|'[^']*')(?:\s*,\s*(?:\"[^\"]*\"|'[^']*')){1,20})")
_COMMAND_CLASS = re.compile(r"Deno\.Command\s*\(\s*" + _STRING + r"(?:\s*,\s*\{[^{}]{0,2000}?\bargs\s*:\s*\[([^\]]{0,2000})\])?")
_JULIA_RUN = re.compile(r"\b(?:run|read|open|pipeline)\(\s*`([^`]{1,2000})`")
_SCALA_RUN = re.compile(r"(?<!\\)" + _STRING + r"\s*\.?!")
_TCL_DELETE = re.compile(r"\bfile\s+delete(?:\s+-force)?(?:\s+--)?\s+([~/][^\s;\]\"]*)")
_GROOVY_RUN = re.compile(r"(?<!\\)" + _STRING + r"\.execute\(")
_BACKTICK = re.compile(r"`([^`]{1,2000})`")
_QX = re.compile(r"(?:qx|%x)\s*([{(\[/|!])(.{1,2000}?)[})\]/|!]")
_TCL_EXEC = re.compile(r"\bexec\s+(?:--\s+)?([^\n;\]]+)")
_STRINGS = re.compile(_STRING)
_OPEN = re.compile(r"(?:(?<![\w.])|(?<=[\"')]\.)(?=file_get_contents))(?:io\.|codecs\.|File\.|aiofiles\.)?(?:open|fopen|file_get_contents|file|readfile|File\.read|IO\.read|IO\.readlines|File\.readlines|Path|pathlib\.Path|readFileSync|readFile|"
                   r"createReadStream|slurp|require|Bun\.file)\s*\(\s*" + _STRING + r"(?:\s*,\s*(?:mode\s*=\s*)?[\"']([<>+rwabxt]{1,3})[\"'])?(?=([^;\n]{0,60}))")
_RUBY_READ = re.compile(r"(?:(?:File|IO)\.(?:read|readlines|binread|foreach|open)|\.(?:readFileSync|readFile|createReadStream|readdirSync|readTextFile(?:Sync)?))\s*\(?\s*" + _STRING)
_WRITE = re.compile(r"(?:writeFileSync|writeFile|appendFileSync|appendFile|createWriteStream|file_put_contents|File\.write|IO\.write|truncateSync|chmodSync|"
                    r"os\.chmod|os\.chown|os\.truncate|os\.mkdir|os\.makedirs|mkdirSync|FileUtils\.touch|FileUtils\.mkdir_p|writefile\s*\(\s*\[[^\]]{0,500}\]\s*,|\((?:append-to-file|write-region)\s+(?:nil|\"[^\"]*\")\s+nil|Bun\.write|Deno\.writeTextFile(?:Sync)?)\s*\(?\s*(?:expand\s*\(\s*)?" + _STRING)
_DELETE = re.compile(r"(?<![\w'\"/-])(?:shutil\.rmtree|rmtree|os\.(?:remove|unlink|rmdir|removedirs|Remove|RemoveAll)|(?:fs\.|fsp\.|promises\.)?(?:rmSync|rmdirSync|unlinkSync|rm|rmdir|unlink|removeSync)|"
                     r"rm_rf|FileUtils\.(?:rm_r|rm|remove_dir|remove_entry)|File\.(?:delete|unlink)|Deno\.remove(?:Sync)?|remove_tree|rimraf(?:\.sync)?|\(delete-(?:directory|file)|\bcall\s+delete|vim\.fn\.delete|file\s+delete(?:\s+-force)?(?:\s+--)?|array_map\(\s*[\"']unlink[\"']\s*,)\s*\(?\s*(?:expand\s*\(\s*)?(?:(?:glob\.|Dir\.)?i?glob\s*\(?\s*)?(?:os\.path\.expanduser\s*\(\s*|Path\s*\(\s*)?" + _STRING)
_RECURSIVE = re.compile(r"delete-directory|vim\.fn\.delete|os\.RemoveAll|call delete\([^\n]{0,300}rf|file delete|rmtree|remove_tree|rm_rf|rm_r\b|recursive\s*[:=]\s*(?:true|True)|rimraf")
_PATH_METHOD = re.compile(r"Path\s*\(\s*" + _STRING + r"\s*\)(?:\.expanduser\(\)|\.resolve\(\))*\.(\w+)")
_HOME_METHOD = re.compile(r"(?<!Path\()[\"']([~/][^\"'\n]*)[\"']\)*(?:\.expanduser\(\)|\.resolve\(\))*\.(unlink|rmdir|write_text|write_bytes|touch|chmod|rename|replace(?=\(\s*[^,)\n]+\))|read_text|read_bytes|open|iterdir|glob|rglob)\(")
_READ_METHODS = frozenset({"read_text", "read_bytes", "open", "iterdir", "glob", "rglob"})
_WRITE_METHODS = frozenset({"touch", "mkdir", "chmod"})
_GONE = frozenset({"unlink", "rmdir", "rename", "replace"})  # `replace` of a text takes two words
_FIRST = r"\s*\(?\s*(?:src\s*=\s*)?(?:(?:(?:os\.path\.)?expanduser|(?:pathlib\.)?Path|File\.expand_path)\s*\(\s*)?" + _STRING + r"\)*"
_COPY = re.compile(r"(?:shutil\.copy\w*|os\.(?:link|symlink)|copyFileSync|symlinkSync|cpSync|copyFile)\s*\(\s*" + _STRING + r"\s*,\s*" + _STRING)
# What is moved is gone from where it was. The new name may be anything.
_MOVED = re.compile(r"(?<![\w'\"/-])(?:shutil\.move|os\.(?:rename|renames|replace|Rename)|(?:\w+\.){0,3}(?:renameSync|moveSync)|(?:fs|fsp|fse|promises)\.(?:rename|move)|Deno\.rename(?:Sync)?|"
                    r"File\.rename|FileUtils\.(?:mv|move)|(?<!\.)(?:rename|move)(?=\s*\()|file\.rename)" + _FIRST + r"(?:\s*,\s*(?:dst\s*=\s*)?" + _STRING + ")?")
_EMACS_MOVE = re.compile(r"\((rename-file|copy-file)\s+\"([^\"]+)\"\s+\"([^\"]+)\"")
_HOME = re.compile(r"(?:os\.path\.expanduser|expanduser)\s*\(\s*" + _STRING)
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,12}://[^\s\"'`<>\\)]+")
_SOCKET = re.compile(r"(?:connect|SMTP(?:_SSL)?|create_connection|Socket(?:\.new|\.tcp)?|TCPSocket\.(?:new|open)|fsockopen|net\.connect|createConnection|PeerAddr\s*=>|inet_aton)\s*\(?\s*\(?\s*(?:\d+\s*,\s*)?[\"']([^\"'\s]+)[\"'](?:\s*[,:]\s*(\d+))?")
_HOST_OPTION = re.compile(r"\bhost(?:name)?[\"']?\s*[:=]\s*[\"']([\w.-]+\.[a-z]{2,})[\"']")
_FETCH = re.compile(r"urlopen|\bReq\.get|HTTPoison|:httpc\.request|requests\.(?:get|post|put|request|Session)|urlretrieve|httpx\.|http\.client|fetch\s*\(|https?(?:[\"']\))?\.(?:get|request)|axios|\burl-(?:copy-file|retrieve|insert)|URI\.open|\b(?:get|getstore|getprint)\s*\(?\s*[\"']https?:|\b(?:include|require)(?:_once)?\s*\(?\s*[\"']https?:|\bcopy\s*\(\s*[\"']https?:|smtplib|LWP|HTTP::Tiny|Net::HTTP|open-uri|file_get_contents\s*\(\s*[\"']http|curl_exec|aiohttp|\brequest\s*\(\s*[\"']https?:")
_SEND = re.compile(r"(?:\.|->)post\s*\(|\.put\s*\(|method\s*[:=]\s*[\"'](?:POST|PUT)|data\s*=|json\s*=|body\s*[:=]|\.send(?:all|mail|_message)?\s*\(|socket|params\s*=|upload|urlopen\s*\([^)]*\+|\b(?:Request|urlopen)\s*\(\s*(?:[fr]?[\"'][^\"'\n]*[\"']|\w+)\s*,\s*(?!(?:timeout|headers|context|method|None)\b)(?:[\w(]|b?[\"']{2}\.join)|fetch\s*\([^)]*\+|get\s*\([^)]*\+|file_get_contents\s*\([^)]*[\"']\s*[.]|f[\"']http|\$\{", re.I)
_RUNS_CODE = re.compile(r"(?<![\w.])(?:(?:include|require)(?:_once)?\s*\(?\s*[\"']https?:|import\s*\(\s*[\"'](?:data|https?):|(?:exec|eval|compile|Function|vm\.runIn\w+|__import__|instance_eval|loadstring|load|load-file|eval-buffer|assert)\b)|new Function")
# Where code is run by a call of a function alone, and `assert`, `load` and `exec` are words of every test and data set.
_CALLS_CODE = re.compile(r"(?<![\w.])(?:import\s*\(\s*[\"'](?:data|https?):|(?:exec|eval|compile|Function|vm\.runIn\w+|__import__)\s*(?:[(;,)\]\n]|$))|new Function|\b(?:globalThis|global|window|self)\[\s*[\"'](?:eval|Function)[\"']\s*\]\s*\(")
_BY_CALLS = frozenset({"python", "node", "bun", "deno"})
_RUNS_DECODED = re.compile(r"(?:system|popen|run|call|Popen|check_output|execSync|spawn|passthru|shell_exec)\s*\(?.{0,200}?(?:b64decode|fromhex|unhexlify|atob|decode64|codecs\.decode|base64|\bpack\s*\()")
_DECODE = re.compile(r"b64decode|base64|fromhex|unhexlify|atob|decode64|unpack\s*\(?[\"']m|zlib\.|marshal\.|codecs\.decode|pack\s*\(|rot13|chr\s*\(")
_ENVIRON = re.compile(r"os\.environ(?!\.get|\[|\.setdefault|\.pop|\.copy)|dict\s*\(\s*os\.environ|process\.env(?![.\[\w])|%ENV|ENV\.(?:to_h|inspect|map)|getenv\s*\(\s*\)|\$_ENV|JSON\.stringify\(process\.env\)")
# A name that is made of what is known is looked up, by which it gets to whoever answers for the rest of the name.
_ASKS_FOR_NAME = re.compile(r"(?:\bdns(?:\.promises)?(?:[\"']\))?\.(?:resolve\w*|lookup)|\bgethostbyname|\bgetaddrinfo|dns\.resolver\.\w+|\bResolv\.getaddress|\bdns_get_record)\s*\(?(?:[^;\n]{0,200}\+\s*[\"'`]\.|[^;\n]{0,200}\}\.|[^;\n]{0,200}\.\s*[\"']\.)")
_STARTS_CLIENT = re.compile(r"(?:exec|execSync|spawn|spawnSync|system|popen|Popen|run|call|check_output|check_call|shell_exec)\s*\(\s*\[?\s*[fr]?[\"'`](?:curl|wget|nc|ncat)\b")
_HANDED_ENVIRON = re.compile(r"\benv\s*[=:]\s*(?:\{[^{}]*\}|dict\([^()]*\)|os\.environ(?:\.copy\(\))?|process\.env\b)")


_LISTENS = re.compile(r"syscall\.(?:Bind|Connect|Listen)|\.(?:bind|listen|connect|connect_ex|accept)\s*\(|socket\.(?:connect|bind|tcp)|TCPS(?:ocket|erver)|create_(?:connection|server)|createServer|fsockopen|net\.(?:connect|Socket|Dial|Listen)|PeerAddr|inet_aton|sockaddr_in|io\.socket|socketConnection|gen_tcp[.:](?:connect|listen)|open_connection|connect\(|listen\(")
_SHELL = re.compile(r"(?:/bin/|[\"'`])(?:ba|z|da|k)?sh\b|cmd\.exe|powershell|pty\.spawn|[dD]up2|`\$\w+`|exec\.Command|ProcessBuilder|os[.:]cmd\(|Sys(?:tem)?\.(?:cmd|command)\b|(?:os\.execute|io\.popen|subprocess|popen|exec|spawn|system|run)\s*\(\s*[a-z_]\w*\s*[,)]")


class Code(msgspec.Struct):
    """What code says it does. `leaks` = it reads a secret and sends something, `folder` is where it goes first. The flag "reverse-shell" is set when it
    ties a connection to a shell."""

    reads: tuple[PathRef, ...] = ()
    writes: tuple[PathRef, ...] = ()
    deletes: tuple[PathRef, ...] = ()
    hosts: tuple[Host, ...] = ()
    executes: frozenset[Origin] = frozenset()
    flags: frozenset[str] = frozenset()
    shell: tuple[str, ...] = ()
    commands: tuple[tuple[str, ...], ...] = ()
    leaks: bool = False
    folder: str = ""


def read_code(walk: Walk, code: str, language: str) -> Code:
    """Collect the open effects of `code`. It is searched for some sixty patterns, which takes a microsecond for a character or two."""
    if len(code) > MAX_CODE:
        walk.give_up("code")
    code = code[:MAX_CODE]
    given = _BLANKS.sub(_one_blank, code)
    found = Code()
    if not walk.spend(READ_CODE + len(given)):
        return found
    written = _plain(walk, code) if language == "python" else None
    room = Room(min(MAX_GROWTH, walk.budget.left))
    given = with_homes(given) if language in BUILT else given
    code = fold(given if written in (code, None) else _BLANKS.sub(_one_blank, written or ""), room, in_place=written is None)
    code = with_paths(code) if language in BUILT else code
    walk.budget.left -= max(len(code) - len(given), 0)
    if room.ran_out:
        walk.give_up("size")
    found.shell, found.commands = _processes(code, language)
    named = _named(given, code, (language, walk.home))
    if language in BUILT:
        _add_verbs(walk, code, found, named)
    saved, folder = walk.scope.cwd, _CHDIR.search(code)
    found.deletes, found.reads, found.writes = _places(walk, named)
    if folder is not None:  # what stands before it is done here, what stands behind it there
        walk.scope.cwd = walk.paths.absolute(path_field(walk.home, _text(folder)).text, saved) or saved
        there = _places(walk, named)
        found.deletes, found.reads, found.writes = (tuple(dict.fromkeys(one + other)) for one, other in zip((found.deletes, found.reads, found.writes), there, strict=True))
        found.folder = graver(walk.paths, walk.scope.cwd, saved)
        walk.scope.cwd = saved
    if named.recursive:
        found.flags = frozenset({"recursive"})
    found.hosts = _hosts(walk, code)
    _judge(code, language, found)
    return found


def _add_verbs(walk: Walk, code: str, found: Code, named: _Named) -> None:
    """Add what the verbs of a language that few use do."""
    verbs = read_verbs(code)
    if verbs.ran_out:
        walk.give_up("code")
    found.shell = tuple(dict.fromkeys((*found.shell, *verbs.texts)))
    found.commands = tuple(dict.fromkeys(commands_at_home([*found.commands, *verbs.commands], walk.home)))
    named.deletes += verbs.deletes
    named.reads += verbs.reads
    named.writes += verbs.writes
    named.recursive = named.recursive or verbs.recursive


def _plain(walk: Walk, code: str) -> str | None:
    """Python written out. A step for each character is paid for."""
    room = Room(MAX_WRITTEN, min(MAX_STEPS, len(code) + walk.budget.left))
    paid = room.steps - len(code)
    written = plain(code, room)
    walk.budget.left -= max(paid - room.steps, 0)
    if room.ran_out:
        walk.give_up("code")
    return written


def _one_blank(found: re.Match[str]) -> str:
    return "\n" if "\n" in found.group() else " "


class _Named(msgspec.Struct):
    """Paths as they stand in code. `recursive` = what lies below those that are deleted goes as well."""

    deletes: list[str]
    reads: list[str]
    writes: list[str]
    recursive: bool


def _places(walk: Walk, named: _Named) -> tuple[tuple[PathRef, ...], tuple[PathRef, ...], tuple[PathRef, ...]]:
    """What is deleted, read and written, seen from the current folder."""
    return _refs(walk, named.deletes, deletes=True), _refs(walk, named.reads), _refs(walk, named.writes)


def _named(given: str, code: str, about: tuple[str, str]) -> _Named:
    """The paths of code as it was given and with its constants put together; `about` are its language and the home folder."""
    language, home = about
    deletes = [*map(_text, _DELETE.finditer(code)), *(_TCL_DELETE.findall(code) if language == "tclsh" else ()), *(removed(given, home) if language == "osascript" else ())]
    recursive = any(deletes) and (language == "osascript" or _RECURSIVE.search(code) is not None)
    emptied = swept(code)
    taken, with_rest = taken_away(code) if language in BUILT else ([], False)
    deletes, recursive = deletes + emptied + taken, recursive or bool(emptied) or (bool(taken) and with_rest)
    reads, writes = _opens(code)
    reads += gathered(code) + (read_by(code) if language in BUILT else [])
    for match in _COPY.finditer(code):
        groups = match.groups()
        reads.append(next((part for part in groups[:3] if part is not None), ""))
        writes.append(next((part for part in groups[3:6] if part is not None), ""))
    for match in _MOVED.finditer(code):
        deletes.append(_text(match))
        writes.append(next((part for part in match.groups()[3:6] if part is not None), ""))
    writes += [_text(match) for match in _WRITE.finditer(code)]
    for match in _EMACS_MOVE.finditer(code):
        writes.append(match.group(3))
        reads.append(match.group(2))
        deletes += [match.group(2)] if match.group(1) == "rename-file" else []
    if language in ("perl", "ruby", "php"):
        moved_from, moved_to = _bare_moves(code)
        deletes += moved_from
        writes += moved_to
    reads += [_text(match) for match in _RUBY_READ.finditer(code)] + [_text(match) for match in _HOME.finditer(given)]
    named = [(match.group(1), match.group(2), match.group(2) in _READ_METHODS) for match in _HOME_METHOD.finditer(code)]
    named += [(_text(match), match.group(4), not match.group(4).startswith("write") and match.group(4) not in _WRITE_METHODS) for match in _PATH_METHOD.finditer(code)]
    for path, method, only_reads in named:
        (deletes if method in _GONE else reads if only_reads else writes).append(path)
    return _Named(deletes, reads, writes, recursive)


def _judge(code: str, language: str, found: Code) -> None:
    """Add to `found` what its parts mean together."""
    fetches = bool(found.hosts) and (language in BUILT or _FETCH.search(code) is not None)
    runs_code = loads_code(code) if language in BUILT else (_CALLS_CODE if language in _BY_CALLS else _RUNS_CODE).search(code) is not None
    origins = set()
    if loads_address(code) or (fetches and (runs_fetched(code) or runs_kept(code, [*found.commands, *(words for text in found.shell for words in simple_commands(text))]))):
        found.flags |= {"fetched-command"}
    if (fetches and runs_code) or "fetched-command" in found.flags:
        origins.add(Origin.DOWNLOAD)
    if _DECODE.search(code) and (runs_code or _RUNS_DECODED.search(code)):
        origins.add(Origin.DECODED)
    if _LISTENS.search(code) and _SHELL.search(code):
        origins.add(Origin.DOWNLOAD)
        found.flags |= {"reverse-shell"}
    found.executes = frozenset(origins)
    secret = any("@credentials" in ref.places for ref in found.reads) or bool(_ENVIRON.search(code))
    found.leaks = secret and bool(found.hosts) and (fetches or bool(_SOCKET.search(code))) and bool(_SEND.search(code))
    found.leaks = found.leaks or (secret and language in BUILT and bool(found.hosts) and sends(code))
    found.leaks = found.leaks or sends_variable(code, found.hosts) or (secret and _ASKS_FOR_NAME.search(code) is not None)
    if found.hosts and not found.leaks and _STARTS_CLIENT.search(code):  # what the program hands over in words
        found.leaks = bool(_ENVIRON.search(_HANDED_ENVIRON.sub("", code)))


def _bare_moves(code: str) -> tuple[list[str], list[str]]:
    """What `rename a, b`, `symlink a, b`, `truncate a, 0` and `open F, ">a"` take away and write."""
    gone, written = [], []
    for match in _BARE_MOVE.finditer(code):
        groups = match.groups()
        first, second = (next((part for part in groups[at : at + 3] if part is not None), "") for at in (1, 4))
        gone += [first] if match.group(1) == "rename" else []
        written += [first] if match.group(1) == "truncate" else [second]
    for match in _PERL_OPEN.finditer(code):
        if ">" in (match.group(1) or ""):
            written.append(match.group(3) or match.group(2))
    return gone, written


def _opens(code: str) -> tuple[list[str], list[str]]:
    reads: list[str] = []
    writes: list[str] = []
    for match in _OPEN.finditer(code):
        path, mode, rest = _text(match), match.group(4) or "", match.group(5) or ""
        if "w" in mode or "a" in mode or "x" in mode or ">" in mode or ".write" in rest:
            writes.append(path)
        elif (path and not re.fullmatch(r"(?:node:)?[\w@-]+(?:/[\w-]+)?", path)) or (path and ("." in path or "/" in path)):
            reads.append(path)
    return reads, writes


def _processes(code: str, language: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    shell: list[str] = []
    commands: list[tuple[str, ...]] = []
    taken: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for match in _LIST.finditer(code):
        body = match.group(1) if match.group(1)[0] == "[" else _NAMED.split(match.group(1), maxsplit=1)[0]
        words = [_text(one) for one in _STRINGS.finditer(body)]
        listed = body.startswith("[") or len(words) > 1
        encoding = len(words) > 1 and words[1] in ("utf8", "utf-8", "r", "w")
        if words and listed and not encoding and (body.startswith("[") or language in _LIST_LANGUAGES):
            commands.append(tuple(words))
            taken[0].append(match.span(1))
    for match in _COMMAND_CLASS.finditer(code):
        commands.append((_text(match), *(_text(word) for word in _STRINGS.finditer(match.group(4) or ""))))
    if language in ("perl", "ruby"):
        for match in _BARE_LIST.finditer(code):
            commands.append(tuple(next((part for part in one.groups() if part is not None), "") for one in _STRINGS.finditer(match.group(1))))
            taken[1].append(match.span(1))
    for match in _SHELL_CALL.finditer(code):
        if not any(_is_inside(match.end(), spans) for spans in taken) and _text(match).strip():
            shell.append(_text(match))
    shell += [match.group(1) for match in _SHELL_TEMPLATE.finditer(code)]
    if language in ("perl", "ruby"):
        shell += [match.group(1) for match in _PIPED.finditer(code)] + [_text(match) for match in _SENT.finditer(code)]
        shell += [" ".join(_text(word) for word in _STRINGS.finditer(match.group(1))) for match in _JOINED_WORDS.finditer(code)]
        piped = [match.group(3) or match.group(2) for match in _PERL_OPEN.finditer(code) if "|" in (match.group(1) or "")]
        shell += piped
        if any(re.fullmatch(r"(?:/\S*/)?(?:ba|z|da|k)?sh", one.strip()) for one in piped):
            shell += [_text(match) for match in _PRINTED.finditer(code)]
    if language in ("perl", "ruby", "php"):
        shell += [match.group(1) for match in _BACKTICK.finditer(code)]
        shell += [match.group(2) for match in _QX.finditer(code)]
    if language == "groovy":
        shell += [_text(match) for match in _GROOVY_RUN.finditer(code)]
    if language == "julia":
        shell += [match.group(1) for match in _JULIA_RUN.finditer(code)]
    if language == "tclsh":
        shell += [match.group(1).replace('"~', "~").replace('"', "") for match in _TCL_EXEC.finditer(code)]
    if language == "osascript":
        shell += applescript_started(code)
    if language == "scala":
        shell += [_text(match) for match in _SCALA_RUN.finditer(code)]
    if language in ("node", "bun", "deno"):
        texts, programs = started_by_packages(code)
        shell, commands = shell + texts, commands + programs
    if language in DIALECTS:
        texts, programs = started(code, language)
        shell, commands = shell + texts, commands + programs
    return tuple(dict.fromkeys(shell)), tuple(dict.fromkeys(commands))


def _is_inside(place: int, spans: list[tuple[int, int]]) -> bool:
    """Whether a place lies in one of `spans`, which are in order and apart."""
    before = bisect_right(spans, (place, sys.maxsize))
    return before > 0 and place <= spans[before - 1][1]


def _refs(walk: Walk, texts: list[str], deletes: bool = False) -> tuple[PathRef, ...]:
    found = []
    for text in dict.fromkeys(texts):
        if walk.budget.left < 0:
            break
        if not text or "://" in text or len(text) > 1000:
            continue
        if text == "~" or text.startswith("~/"):
            text = walk.home + text[1:]
        elif text.startswith(("$HOME", "${HOME}")):
            text = walk.home + text.partition("HOME")[2].lstrip("}")
        ref = walk.ref(Field(text, glob="*" in text), deletes)
        if ref is not None:
            found.append(ref)
    return tuple(found)


def _hosts(walk: Walk, code: str) -> tuple[Host, ...]:
    urls = [match.group() for match in _URL.finditer(code)]
    urls += [f"tcp://{match.group(1)}:{match.group(2) or 0}" for match in _SOCKET.finditer(code) if "/" not in match.group(1)]
    urls += [f"tcp://{match.group(1)}" for match in _HOST_OPTION.finditer(code)] if "request" in code or "onnect" in code else []
    found = []
    for url in dict.fromkeys(urls):
        if not walk.spend(HOST + (len(url) >> 2)):
            break
        host = parse_url(url)
        if host is not None:
            found.append(host)
    return tuple(dict.fromkeys(found))
