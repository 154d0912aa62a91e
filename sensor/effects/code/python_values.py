"""What an expression of Python comes to when its parts are constants: joined strings, paths, the home folder, lists.

Each function gets a node whose parts are evaluated already and returns what may stand in its place, None where the node has to stay.
A path is the call `Path('...')`; the home folder is written `~`, the current one `.`. Nothing is run.
"""

from __future__ import annotations

import ast
import posixpath
import re
import shlex
from collections.abc import Callable, Sequence
from typing import Any

MAX_TEXT = 4096
"""Characters of a string that is put together."""
MAX_ITEMS = 200
_HOME_NAME = re.compile(r"\$HOME\b|\$\{HOME\}")
# Functions that give the path or text they get; what they do to its form changes nothing about where it points to.
_SAME = frozenset({
    "str", "os.fspath", "os.fsencode", "os.fsdecode", "os.path.expanduser", "os.path.realpath", "os.path.abspath", "os.path.normpath", "os.path.expandvars", "bytes", "bytearray",
    "textwrap.dedent", "sqlalchemy.text", "sqlalchemy.sql.text", "shutil.which", "sys.intern", "io.StringIO",
})
_SAME_METHODS = frozenset({"expanduser", "resolve", "absolute", "as_posix", "__str__", "__fspath__", "encode", "decode", "copy"})
_PLACED = re.compile(r"\{[^{}]*[!:.\[]")  # a place of `format` that says more than what goes there
_STRIPS: dict[str, Callable[[str], str]] = {"strip": str.strip, "lstrip": str.lstrip, "rstrip": str.rstrip, "lower": str.lower, "upper": str.upper}
_LISTS = frozenset({"list", "tuple", "sorted", "set", "frozenset", "iter"})
_CURRENT = frozenset({"os.getcwd", "os.getcwdb", "os.curdir", "Path.cwd", "os.environ.PWD"})
_MADE = frozenset({"tempfile.gettempdir", "tempfile.mkdtemp", "tempfile.mktemp", "tempfile.NamedTemporaryFile"})
_MADE_FILE = "/tmp/made.file"
_NAMED = {"os.sep": "/", "os.path.sep": "/", "os.curdir": ".", "os.pardir": "..", "os.linesep": "\n", "os.extsep": ".", "sys.executable": "python3"}
_ASKS = frozenset({"isdir", "isfile", "exists", "islink", "ismount", "is_dir", "is_file", "is_symlink", "lexists", "access", "len", "bool", "isinstance"})
_PATHS = frozenset({"pathlib.Path", "pathlib.PosixPath", "pathlib.PurePath", "pathlib.PurePosixPath", "PurePath", "PosixPath", "py.path.local", "anyio.Path", "aiopath.AsyncPath"})
_SLASHED = frozenset({"os.path.join", "posixpath.join"})


def dotted(node: ast.AST) -> str:
    """The name `a.b.c` of a node, "" for what is no plain name."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def root_of(node: ast.AST) -> str:
    """The name that calls and members of a node begin with."""
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def text_of(node: ast.AST) -> str | None:
    """The text of a constant string (bytes as well) or path, None for other nodes."""
    if isinstance(node, ast.Constant):
        value = node.value
        return value if isinstance(value, str) else value.decode("utf-8", "replace") if isinstance(value, bytes) else None
    return path_of(node)


def path_of(node: ast.AST) -> str | None:
    """The text of `Path('...')`, None for other nodes."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Path" and len(node.args) == 1 and isinstance(node.args[0], ast.Constant):
        return text_of(node.args[0])
    return None


def texts_of(node: ast.AST) -> list[str] | None:
    """The texts of a list or tuple of constants, None for other nodes."""
    if not isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return None
    texts = [text_of(item) for item in node.elts]
    return [text for text in texts if text is not None] if None not in texts else None


def is_constant(node: ast.AST) -> bool:
    """Whether a node says all that it holds: a number, text or path, or a collection of such."""
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return all(is_constant(item) for item in node.elts)
    if isinstance(node, ast.Dict):
        return all(key is not None and is_constant(key) for key in node.keys) and all(is_constant(value) for value in node.values)
    return isinstance(node, ast.Constant) or path_of(node) is not None


def constant(text: str) -> ast.expr | None:
    """The string as a node, None for one that is too long."""
    return ast.Constant(text) if len(text) <= MAX_TEXT else None


def listed(texts: Sequence[str]) -> ast.List:
    return ast.List([ast.Constant(text) for text in texts], ast.Load())


def path(text: str) -> ast.expr:
    return ast.Call(ast.Name("Path", ast.Load()), [ast.Constant(text)], [])


def joined(first: str, second: str) -> str:
    """Two parts of a path; a second one from the root or the home folder stands alone."""
    if second.startswith(("/", "~")) or first in ("", "."):
        return second or first
    return first.rstrip("/") + "/" + second


def parent(text: str) -> str:
    """The folder that a path lies in: that of the current and the home folder is the one above."""
    name = posixpath.basename(text.rstrip("/"))
    if name in (".", "..", "~"):
        return joined(text, "..") if name != "." else posixpath.join(text, "..").removeprefix("./")
    return posixpath.dirname(text.rstrip("/")) or "."


def attribute(node: ast.Attribute) -> ast.expr | None:
    name = dotted(node)
    if name in _NAMED:
        return ast.Constant(_NAMED[name])
    if name in _PATHS:
        return ast.Name("Path", ast.Load())
    if name.startswith("builtins."):
        return ast.Name(node.attr, ast.Load())
    if node.attr == "name" and isinstance(node.value, ast.Call) and dotted(node.value.func) == "open" and node.value.args and isinstance(node.value.args[0], ast.Constant):
        return node.value.args[0]
    if node.attr == "pw_dir":
        return ast.Constant("~")
    at = path_of(node.value)
    if at is None:
        return None
    if node.attr == "parent":
        return path(parent(at))
    return ast.Constant(posixpath.basename(at)) if node.attr == "name" and at else None


def subscript(node: ast.Subscript) -> ast.expr | None:
    held, key = node.value, node.slice
    if isinstance(key, ast.Constant) and key.value in ("HOME", "PWD") and dotted(held) == "os.environ":
        return ast.Constant("~" if key.value == "HOME" else ".")
    if isinstance(held, ast.Attribute) and held.attr == "parents" and isinstance(key, ast.Constant) and isinstance(key.value, int) and 0 <= key.value < 9:
        at = path_of(held.value)
        for _ in range(key.value + 1 if at is not None else 0):
            at = parent(at or "")
        return path(at) if at is not None else None
    if isinstance(held, ast.Dict) and isinstance(key, ast.Constant):
        for name, value in zip(held.keys, held.values, strict=True):
            if isinstance(name, ast.Constant) and name.value == key.value:
                return value
        return None
    place = _slice(key)
    if place is None:
        return None
    if isinstance(held, (ast.List, ast.Tuple)) and not any(isinstance(item, ast.Starred) for item in held.elts):
        found = held.elts[place] if _fits(place, len(held.elts)) else None
        return ast.List(found, ast.Load()) if isinstance(found, list) else found
    if isinstance(held, ast.Constant) and isinstance(held.value, str) and _fits(place, len(held.value)):
        return ast.Constant(held.value[place])
    return None


def _fits(place: Any, length: int) -> bool:
    return isinstance(place, slice) or -length <= place < length


def _slice(key: ast.expr) -> int | slice | None:
    if isinstance(key, ast.Slice):
        parts = [None if part is None else number(part) for part in (key.lower, key.upper, key.step)]
        known = all(part is None or found is not None for part, found in zip((key.lower, key.upper, key.step), parts, strict=True))
        return slice(*parts) if known and parts[2] != 0 else None
    return number(key)


def number(node: ast.expr) -> int | None:
    """A whole number as a node says it."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = number(node.operand)
        return None if value is None else -value
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int and abs(node.value) < MAX_TEXT else None


def operation(node: ast.BinOp) -> ast.expr | None:
    first, second = node.left, node.right
    if isinstance(node.op, ast.Add) and isinstance(first, (ast.List, ast.Tuple)) and isinstance(second, (ast.List, ast.Tuple)):
        return ast.List([*first.elts, *second.elts], ast.Load()) if len(first.elts) + len(second.elts) <= MAX_ITEMS else None
    one, other = text_of(first), text_of(second)
    if isinstance(node.op, ast.Div):
        made = path_of(first) is not None or path_of(second) is not None
        return path(joined(one, other)) if made and one is not None and other is not None else None
    if one is None or path_of(first) is not None:
        return None
    if isinstance(node.op, ast.Add) and isinstance(second, ast.Constant) and other is not None:
        return constant(one + other)
    if isinstance(node.op, ast.Mod):
        values = texts_of(second) if isinstance(second, ast.Tuple) else [other] if other is not None else None
        return constant(_percent(one, values)) if values is not None and one.count("%s") == len(values) else None
    times = number(second)
    return constant(one * times) if isinstance(node.op, ast.Mult) and times is not None and times * len(one) <= MAX_TEXT else None


def _percent(text: str, values: Sequence[str]) -> str:
    pieces = text.split("%s")
    return "".join(part for pair in zip(pieces, [*values, ""], strict=True) for part in pair).replace("%%", "%")


def formatted(node: ast.JoinedStr) -> ast.expr | None:
    """`f"..."` of constants as one string; constants in it become part of the text."""
    values: list[ast.expr] = []
    for value in node.values:
        part = value
        if isinstance(value, ast.FormattedValue) and value.format_spec is None and value.conversion in (-1, 115):
            held = value.value
            text = str(held.value) if isinstance(held, ast.Constant) and isinstance(held.value, (str, int)) else path_of(held)
            part = ast.Constant(text) if text is not None else value
        if values and isinstance(part, ast.Constant) and isinstance(values[-1], ast.Constant):
            part = ast.Constant(str(getattr(values.pop(), "value", "")) + str(part.value))
        values.append(part)
    if all(isinstance(value, ast.Constant) for value in values):
        return constant("".join(str(value.value) for value in values if isinstance(value, ast.Constant)))
    if any("\n" in str(value.value) if isinstance(value, ast.Constant) else _takes_escapes(value) for value in values):  # which takes quotes of its own
        return ast.Constant("".join(str(value.value) if isinstance(value, ast.Constant) else "{" + ast.unparse(getattr(value, "value", value)) + "}" for value in values)[:MAX_TEXT])
    return ast.JoinedStr(values) if len(values) < len(node.values) else None


def _takes_escapes(node: ast.expr) -> bool:
    """Whether a constant stands in a node that `f"..."` has no way to write."""
    return any(isinstance(part, ast.Constant) and isinstance(part.value, (str, bytes)) and "\\" in repr(part.value) for part in ast.walk(node))


def call(node: ast.Call) -> ast.expr | None:
    """A call of a function that everybody knows, with constants."""
    name, args = dotted(node.func), node.args
    if name in _CURRENT and not args:
        return path(".") if name.startswith("Path") else ast.Constant(".")
    if name in _MADE:
        return ast.Call(ast.Name("open", ast.Load()), [ast.Constant(_MADE_FILE), ast.Constant("wb")], []) if "File" in name else ast.Constant("/tmp" if name.endswith("dir") else _MADE_FILE)
    if name == "Path.home" and not args:
        return path("~")
    first = args[0] if args else None
    text = text_of(first) if first is not None else None
    if name in ("os.getenv", "os.environ.get", "os.environ.setdefault") and text in ("HOME", "PWD"):
        return ast.Constant("~" if text == "HOME" else ".")
    if name == "Path":
        return _path(node)
    if name in _SLASHED:
        texts = [text_of(part) for part in args]
        return ast.Constant(_joined(texts)) if texts and None not in texts else None
    if name == "os.path.dirname" and text is not None:
        return ast.Constant(parent(text))
    if name == "os.path.basename" and text is not None:
        return ast.Constant(posixpath.basename(text))
    if name in _SAME and text is not None:
        return ast.Constant(_HOME_NAME.sub("~", text) if name.endswith("expandvars") else text)
    if name in _LISTS and isinstance(first, (ast.List, ast.Tuple, ast.Set)):
        return ast.List(first.elts, ast.Load())
    if name in ("getattr", "__import__", "importlib.import_module"):
        return _named(name, args)
    if name == "chr" and first is not None and (code := number(first)) is not None and code >= 0:
        return ast.Constant(chr(code))
    if name in ("shlex.quote", "pipes.quote") and text is not None:
        return ast.Constant(text if text.startswith("~") else shlex.quote(text))
    if name == "shlex.split" and text is not None:
        return _split(text)
    if name == "shlex.join" and first is not None and (words := texts_of(first)) is not None:
        return constant(shlex.join(words))
    return _method(node) if isinstance(node.func, ast.Attribute) else None


def _named(name: str, args: Sequence[ast.expr]) -> ast.expr | None:
    """`getattr(os, "system")` and `__import__("os")` as names."""
    text = text_of(args[1 if name == "getattr" else 0]) if len(args) > (name == "getattr") else None
    if text is None or not all(part.isidentifier() for part in text.split(".")):
        return None
    if name == "getattr":
        return ast.Attribute(args[0], text, ast.Load()) if "." not in text else None
    return ast.parse(text, mode="eval").body


def _path(node: ast.Call) -> ast.expr | None:
    texts = [text_of(part) for part in node.args]
    if not texts:
        return path(".")
    if None in texts or (len(texts) == 1 and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)):
        return None
    return path(_joined(texts))


def _joined(texts: Sequence[str | None]) -> str:
    made = ""
    for text in texts:
        made = joined(made, text or "")
    return made


def _split(text: str) -> ast.expr | None:
    try:
        return listed(shlex.split(text))
    except ValueError:
        return None


def _method(node: ast.Call) -> ast.expr | None:
    """A method of a constant text, path or list."""
    if not isinstance(node.func, ast.Attribute):
        return None
    owner, method, args = node.func.value, node.func.attr, node.args
    if isinstance(owner, ast.Dict) and method in ("items", "values", "keys") and None not in owner.keys:
        pairs: dict[str, list[ast.expr]] = {
            "items": [ast.Tuple([key, value], ast.Load()) for key, value in zip(owner.keys, owner.values, strict=True) if key is not None],
            "values": owner.values, "keys": [key for key in owner.keys if key is not None]}
        return ast.List(pairs[method], ast.Load())
    if isinstance(owner, ast.Dict) and method == "get" and args:
        return subscript(ast.Subscript(owner, args[0], ast.Load()))
    text = text_of(owner)
    if text is None:
        return None
    if method in _SAME_METHODS:
        return owner if path_of(owner) is not None and method not in ("as_posix", "__str__", "__fspath__") else ast.Constant(text)
    texts = [text_of(part) for part in args]
    known = [part for part in texts if part is not None]
    if path_of(owner) is not None:
        return path(_joined([text, *known])) if method == "joinpath" and len(known) == len(args) else None
    if method == "join" and len(args) == 1 and (words := texts_of(args[0])) is not None:
        return constant(text.join(words))
    if method in _STRIPS and not args:
        return ast.Constant(_STRIPS[method](text))
    if len(known) < len(args):
        return None
    if method == "split" and len(known) < 2:
        return listed((text.split(known[0]) if known and known[0] else text.split())[:MAX_ITEMS])
    if method == "splitlines":
        return listed(text.splitlines()[:MAX_ITEMS])
    if method == "replace" and len(known) == 2 and (text.count(known[0]) + 1) * len(known[1]) <= MAX_TEXT:
        return ast.Constant(text.replace(known[0], known[1]))
    if method == "format" and _PLACED.search(text) is None and len(text) + text.count("{") * sum(map(len, known)) <= MAX_TEXT:
        return _filled(text, known, {keyword.arg: text_of(keyword.value) for keyword in node.keywords})
    return None


def _filled(text: str, values: Sequence[str], named: dict[str | None, str | None]) -> ast.expr | None:
    """`"{} {0} {name}".format(...)`, where every place is one of what is given."""
    given: dict[str, str] = {str(place): value for place, value in enumerate(values)}
    given.update({name: value for name, value in named.items() if name is not None and value is not None})
    places = iter(range(len(values)))
    missing = False

    def put(found: re.Match[str]) -> str:
        nonlocal missing
        value = given.get(found.group(1) or str(next(places, len(values))))
        missing = missing or value is None
        return value or ""

    filled = re.sub(r"\{(\w*)\}", put, text)
    return None if missing else ast.Constant(filled.replace("{{", "{").replace("}}", "}"))


def items_of(node: ast.expr) -> list[ast.expr] | None:
    return node.elts if isinstance(node, (ast.List, ast.Tuple, ast.Set)) else None


def flat(items: Sequence[ast.expr]) -> list[ast.expr]:
    done: list[ast.expr] = []
    for item in items:
        inner = items_of(item.value) if isinstance(item, ast.Starred) else None
        done += inner if inner is not None else [item]
    return done


def is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and dotted(test.left) == "__name__"


def asks(test: ast.expr) -> bool:
    """Whether a condition only asks whether something is there and of which kind, or is there for all but nothing: it chooses nothing."""
    if isinstance(test, ast.UnaryOp):
        return asks(test.operand)
    if isinstance(test, ast.BoolOp):
        return all(asks(part) for part in test.values)
    if isinstance(test, ast.Call):
        return (test.func.attr if isinstance(test.func, ast.Attribute) else dotted(test.func)) in _ASKS
    return isinstance(test, ast.Constant) and bool(test.value)


def without_asking(node: Any) -> Any:
    """A comprehension without the conditions that choose nothing."""
    if any(asks(test) for part in node.generators for test in part.ifs):
        kept = [ast.comprehension(part.target, part.iter, [test for test in part.ifs if not asks(test)], part.is_async) for part in node.generators]
        node = type(node)(**{field: getattr(node, field) for field in node._fields if field != "generators"}, generators=kept)
    element = getattr(node, "elt", None)
    if isinstance(element, ast.IfExp) and asks(element.test):
        return type(node)(ast.Tuple([element.body, element.orelse], ast.Load()), node.generators)
    return node
