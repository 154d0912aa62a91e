"""Fold what interpreter code composes out of constants: the home folder, joined strings, names asked for by text, variables.

The result is for pattern reading only: it need not run, and what is not constant stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sensor.effects.code.functions import put_in_place
from sensor.effects.code.room import Room

MAX_ROUNDS = 12
MAX_LOOPS = 6
MAX_ITEMS = 12
MAX_BODY = 600  # characters behind the head of a loop that are read for each of its items
_QUOTED_HOME = r"""["']HOME["']"""
_HOME = (
    r"(?:os\.)?path\.expanduser\(\s*[\"']~[\"']\s*\)|(?:os\.)?environ(?:\.get)?[\[(]\s*" + _QUOTED_HOME + r"\s*[\])]|os\.[Gg]etenv\(\s*" + _QUOTED_HOME + r"\s*\)|"
    r"(?:process|Bun)\.env(?:\.HOME\b|\[\s*" + _QUOTED_HOME + r"\s*\])|Deno\.env\.get\(\s*" + _QUOTED_HOME + r"\s*\)|"
    r"(?:(?:require\(\s*[\"'](?:node:)?os[\"']\s*\)|\bos)\.)?\bhomedir\(\s*\)|(?:pathlib\.)?\bPath\.home\(\s*\)|\bDir\.home\b(?:\(\s*\))?|"
    r"\bENV(?:\.fetch)?[\[(]\s*" + _QUOTED_HOME + r"\s*[\])]|\$ENV\{\s*[\"']?HOME[\"']?\s*\}|\$::?env\(HOME\)|\$env\(HOME\)|\$_(?:SERVER|ENV)\[\s*[\"']?HOME[\"']?\s*\]|"
    r"\(getenv\s+\"HOME\"\)|(?:System\.)?\bgetenv\(\s*" + _QUOTED_HOME + r"\s*\)|System\.getProperty\(\s*\"user\.home\"\s*\)|File\.expand_path\(\s*[\"']~[\"']\s*\)|\$HOME\b"
)
_HOME_SIGNS = ("HOME", "home", "expand")
_INSIDE = re.compile(r"[#$]?\{\s*(?:" + _HOME + r")\s*\}|\$\(\s*(?:" + _HOME + r")\s*\)")
_BARE = re.compile(_HOME)
_EXPANDED = re.compile(r"(?:(?:(?:os\.)?path\.)?\bexpanduser|\bFile\.expand_path)\(\s*([\"'])(~/[^\"'\n]*)\1\s*\)")
_STRING = r"(?:\"[^\"'\\\n]*\"|'[^\"'\\\n]*')"
_JOINED = re.compile(r"(" + _STRING + r")\s*(?:\+|\.\.|\.)\s*(" + _STRING + r")(?!\s*\.[a-z])")  # not the text whose method is called
_BELOW = re.compile(r"([\"']~[^\"'\\\n]*[\"'])\s*/\s*(" + _STRING + ")")
_JOIN_CALL = re.compile(r"\b(?:\w+\.){1,2}join\(\s*([\"'][~/.][^\"'\\\n]*[\"'])\s*,\s*(" + _STRING + r")\s*(?:\)|(,))")
_JOIN_METHOD = re.compile(r"([\"'][~/][^\"'\\\n]*[\"'])\)?\.joinpath\(\s*(" + _STRING + r")\s*(?:\)|(,))")
_IMPORT = re.compile(r"(?:__import__|import_module)\(\s*[\"'](\w+)[\"']\s*\)")
_REQUIRE = re.compile(r"\brequire\(\s*[\"'](?:node:)?(fs|os|path|child_process)[\"']\s*\)")
_PROMISED = re.compile(r"\b(?:\w+\.)?promisify\(\s*((?:\w+\.){0,3}\w+)\s*\)")
_WHERE = r"(?:process\.cwd\(\s*\)|\b__dirname\b|\bDir\.pwd\b|\b(?:Deno\.cwd|os\.getcwd|getcwd)\(\s*\))"
_CURRENT = re.compile(_WHERE)
_HERE_INSIDE = re.compile(r"[#$]\{\s*" + _WHERE + r"\s*\}")
_RESOLVED = re.compile(r"\b(?:path|fs)\.(?:resolve|normalize|realpathSync)\(\s*(\"[^\"'\\\n]*\"|'[^\"'\\\n]*')\s*\)")
_UNPACKED = re.compile(r"\{([^{}\n]{1,300})\}\s*(?:=\s*(?:await\s+)?(?:import\(|require\(|(?:fs|os|path|child_process|cp)\b)|from\s*[\"'])")
_SAME_CALL = re.compile(r"(?:^|[;\n{]|\b(?:const|let|var))\s*([A-Za-z_]\w*)\s*=\s*(?:\w+\.){0,3}(execSync|execFileSync|spawnSync|execFile|exec|spawn|rmSync|rmdirSync|unlinkSync|homedir)\s*(?=[;,\n]|$)")
_RENAMED = re.compile(r"\bimport\s+(?:\w+\s*,\s*)*(os|subprocess|shutil|pathlib|pty)\s+as\s+(\w+)")
_TAKEN = re.compile(r"\bfrom\s+(os|subprocess|shutil|pty)\s+import\s+\(?([\w ,]+)")
_CALLED = re.compile(r"(?<![\w.])([A-Za-z_]\w*)(?:(\.)(?=\w)|(?=\s*\())")
_MEMBER = re.compile(r"\bgetattr\(\s*([\w.]+)\s*,\s*[\"'](\w+)[\"']\s*\)")
_FORMATTED = re.compile(r"(" + _STRING + r")(?:\s*%\s*(?:(" + _STRING + r")|\(\s*(" + _STRING + r")\s*,?\s*\))|\.format\(\s*(" + _STRING + r")\s*\))")
_ITEMS = _STRING + r"(?:\s*,\s*" + _STRING + r"){0,30}\s*,?\s*"
_LOOPS = (
    re.compile(r"\bfor\s+(?P<name>\w+)\s+in\s*[(\[{]\s*(?P<items>" + _ITEMS + r")[)\]}]"),
    re.compile(r"\bfor\s*\(\s*(?:const|let|var)\s+(?P<name>\w+)\s+of\s*\[\s*(?P<items>" + _ITEMS + r")\]"),
    re.compile(r"\[\s*(?P<items>" + _ITEMS + r")\]\.(?:forEach|map|each)\s*(?:\(\s*\(?|\{\s*\||do\s*\|)\s*(?P<name>\w+)"),
)
_LIST = re.compile(r"(?<![\w.])(?P<name>[A-Za-z_]\w*)\s*=\s*[(\[{]\s*(?P<items>" + _ITEMS + r")[)\]}]")
_NAME = r"[$]?[A-Za-z_]\w*"
_CONSTANT = (r"(?:^|[;\n{(]|\b(?:const|let|var|my|local)\b)[^\S\n]*(?P<name>" + _NAME + r")\s*:?=\s*(?:(?:pathlib\.)?Path\(\s*)?(?P<value>[\"'](?:[~/]|rm )[^\"'\\\n]*[\"'])\)?\s*(?=[;,)\n]|$)")
_NAMES = re.compile(
    _CONSTANT + r"|[$#]?\{\s*(?P<inside>" + _NAME + r")\s*\}|(?<![\w.])(?P<assigned>" + _NAME + r")\s*:?=(?!=)|(?<![\w.\"'$])(?P<used>" + _NAME + r")(?![\w(\"'])")



class _Step(NamedTuple):
    """What is put in the place of `pattern`, which is looked for in code with one of the `signs`: to look for all of them takes longer than the rest."""

    signs: tuple[str, ...]
    pattern: re.Pattern[str]
    put: str | Callable[[re.Match[str]], str]


def _join(found: re.Match[str], between: str) -> str:
    first, second = found.group(1)[1:-1], found.group(2)[1:-1]
    return f'"{first.rstrip("/") if between else first}{between}{second.lstrip("/") if between else second}"'


def _joined(found: re.Match[str]) -> str:
    """`os.path.join("~", "a", ...)` and `"~".joinpath("a", ...)` with one part less to come."""
    joined = _join(found, "/")
    return joined if not found.group(3) else f"path.join({joined}, "


def _formatted(found: re.Match[str]) -> str:
    """`"rm %s" % "x"` and `"rm {}".format("x")` when there is one place for it."""
    text, bare, tupled, given = found.groups()
    place, value = "{}" if given else "%s", (bare or tupled or given)[1:-1]
    return f'"{text[1:-1].replace(place, value)}"' if text.count(place) == 1 else found.group()


_IMPORTED = _Step(("import",), _IMPORT, r"\1")
_NAMED = (_IMPORTED, _Step(("require",), _REQUIRE, r"\1"), _Step(("promisify",), _PROMISED, r"\1"))
# The current folder, and what only says in full where a path leads.
_HERE = (
    _Step(("cwd", "__dirname", "pwd"), _HERE_INSIDE, "."),
    _Step(("cwd", "__dirname", "pwd"), _CURRENT, '"."'),
    _Step(("resolve", "normalize", "realpathSync"), _RESOLVED, r"\1"),
)
_HOMES = (_Step(_HOME_SIGNS, _INSIDE, "~"),)
_EXPANSIONS = (_Step(("expand",), _EXPANDED, r'"\2"'),)
_JOINS = (
    _IMPORTED,
    _Step(("+", "."), _JOINED, lambda found: _join(found, "")),
    _Step(("~",), _BELOW, lambda found: _join(found, "/")),
    _Step(("join(",), _JOIN_CALL, _joined),
    _Step(("joinpath",), _JOIN_METHOD, _joined),
    _Step(("getattr",), _MEMBER, r"\1.\2"),
    _Step(("%", ".format("), _FORMATTED, _formatted),
)

def fold(code: str, room: Room | None = None, in_place: bool = True) -> str:
    """The code with its constant pieces put together; a home folder is written `~`. It grows by what `room` gives. `in_place` = constants of any kind are put
    where they are handed over, which is done already for code that was read by its tree."""
    room = room or Room()
    code = _unalias(_replaced(_NAMED, code), room)
    code = _replaced(_HERE, code)
    code = _unroll(_replaced(_HOMES, put_in_place(code, room) if in_place else code), room)
    code = _replaced(_EXPANSIONS, code)
    code = _fold_homes(code) if any(sign in code for sign in _HOME_SIGNS) else code
    for _ in range(MAX_ROUNDS):
        folded = _replaced(_JOINS, code)
        if folded == code:
            folded = _fold_variables(code, room)
            if folded == code:
                return code
        code = folded
    room.ran_out = True
    return code


def _replaced(steps: Sequence[_Step], code: str) -> str:
    for signs, pattern, put in steps:
        if any(sign in code for sign in signs):
            code = pattern.sub(put, code)
    return code


def _unroll(code: str, room: Room) -> str:
    """The code, and behind it what stands in a loop over constant strings once more for each of them."""
    for number, named in enumerate(_LIST.finditer(code)):
        if number >= MAX_LOOPS:
            break
        name = named.group("name")
        uses = re.compile(rf"(?<=\bin )\s*{name}\b|(?<=\bof )\s*{name}\b|(?<![\w.]){name}(?=\.(?:forEach|map|each)\b)")
        code = room.put(uses, f"[{named.group('items')}]", code)
    rounds = []
    for pattern in _LOOPS:
        for number, loop in enumerate(pattern.finditer(code)):
            if number >= MAX_LOOPS:
                break
            use = re.compile(rf"(?<![\w.\"'$]){re.escape(loop.group('name'))}(?![\w(\"'])")
            body = code[loop.end() : loop.end() + MAX_BODY]
            inside = re.compile(rf"[$#]?\{{\s*{re.escape(loop.group('name'))}\s*\}}")
            for item in re.findall(_STRING, loop.group("items"))[:MAX_ITEMS]:
                room.left -= len(body)
                rounds.append(room.put(use, item, room.put(inside, item[1:-1], body)))
    return "\n".join([code, *rounds])


def _unalias(code: str, room: Room) -> str:
    """`import subprocess as s` and `from subprocess import run as r`: calls get the name that everybody knows."""
    if not any(word in code for word in ("import", "child_process", "fs", "os")):
        return code
    modules = {found.group(2): found.group(1) for found in _RENAMED.finditer(code)}
    functions = {}
    for found in _TAKEN.finditer(code):
        for taken in found.group(2).split(","):
            name, _, own = taken.strip().partition(" as ")
            functions[own.strip() or name] = f"{found.group(1)}.{name}"
    for found in _UNPACKED.finditer(code):
        for pair in found.group(1).split(","):
            name, colon, own = pair.replace(" as ", ":").partition(":")
            if colon and own.strip().isidentifier():
                functions[own.strip()] = name.strip()
    functions.update({found.group(1): found.group(2) for found in _SAME_CALL.finditer(code)})

    def known(found: re.Match[str]) -> str:
        name = (modules if found.group(2) else functions).get(found.group(1))
        return f"{name}{found.group(2) or ''}" if name is not None and room.take(len(name)) else found.group()

    return _CALLED.sub(known, code) if modules or functions else code


def _fold_homes(code: str) -> str:
    """Inside a string the sign stands alone, elsewhere it becomes a string."""
    pieces, last = [], 0
    for found in _BARE.finditer(code):
        line = code[code.rfind("\n", 0, found.start()) + 1 : found.start()]
        pieces += [code[last : found.start()], "~" if line.count('"') % 2 else '"~"']
        last = found.end()
    return "".join([*pieces, code[last:]])


def _fold_variables(code: str, room: Room) -> str:
    """Put paths in the place of the variables that hold them, each up to where it is assigned anew."""
    values: dict[str, str] = {}
    pieces, last = [], 0
    for found in _NAMES.finditer(code):
        kind = found.lastgroup
        if kind == "value":
            values[found["name"]] = found["value"]
        elif values and (value := values.get(found[kind or ""])) is not None:
            if kind == "assigned":
                del values[found["assigned"]]
            elif room.take(len(value)):
                pieces += [code[last : found.start()], value if kind == "used" else value[1:-1]]
                last = found.end()
    return "".join([*pieces, code[last:]])
