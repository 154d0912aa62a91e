"""Write Python text in a plainer way, by its syntax tree, so that patterns can read it: constants stand where they are used.

Names that hold constants give way to them, functions and lambdas of the text are written out once for each call with constants, loops
over constants once for each item, imports under other names by their own, keywords in the place of the operands they stand for.
The result is for pattern reading only. Nothing is run, and what is not constant stays as it was.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from operator import is_
from typing import Any

from sensor.effects.code import python_values as constants
from sensor.effects.code.libraries import ROOTS, command_of
from sensor.effects.code.python_calls import given_to, in_order, named, option_of, parameters, process, written_plainly
from sensor.effects.code.python_names import Names, measured
from sensor.effects.code.python_parse import parse
from sensor.effects.code.python_values import dotted, is_constant, root_of, text_of
from sensor.effects.code.room import Room

MAX_WRITTEN_OUT = 400
"""Lines of functions and loops that are written out once more."""
MAX_ITEMS = 12
"""Of a comprehension."""
MAX_DEPTH = 4
MAX_GROWTH = 20_000
"""Characters that the text may grow by; behind more than that it follows as it was given."""
MAX_OPTIONS = 40
"""Options of a program with defaults."""
_ACTS = re.compile(  # of the libraries, names that stand in a word of their own
    r"\b(?:" + "|".join(sorted(ROOTS)) + r")\b|"
    r"subprocess|\bos\b|shutil|pathlib|\bopen\b|\bexec\b|\beval\b|socket|requests|urllib|httpx?\b|aiohttp|\bpty\b|import_module|__import__|execute|runpy|ctypes|pickle|joblib|torch")
_STARTS = re.compile(r"subprocess|os\.(?:system|popen|exec|spawn)|rmtree|\bremove\(|unlink|\bexec\(|\beval\(")  # what is to be known of it
_STARRED = {"os": ("system", "popen", "remove", "unlink", "path", "getenv", "environ"), "shutil": ("rmtree", "move", "copy"), "subprocess": ("run", "call", "Popen", "check_output", "check_call")}
_WRAPPED_LISTS = frozenset({"sorted", "reversed", "list", "tuple", "set", "iter", "tqdm", "tqdm.tqdm"})
_MAPS = frozenset({"map", "filter"})
_BARE = frozenset({ast.Load, ast.Store, ast.Del, ast.arg, ast.alias, ast.Add, ast.And, ast.Or, ast.Not, ast.Eq, ast.In, type(None), str, int})
_TARGETS = frozenset({ast.Name, ast.Attribute, ast.Subscript, ast.List, ast.Tuple, ast.Starred})
_FIELDS = ("body", "orelse", "finalbody")

def plain(code: str, room: Room | None = None) -> str | None:
    """The Python text with constants where they are used, as far as there is `room`, the same text when it does nothing; None for one that is no Python, and for
    one that is too long or nests too deeply, as if there were no room."""
    if _ACTS.search(code) is None:
        return code
    room = room or Room(MAX_GROWTH)
    try:
        tree = parse(code)
        writer = _Writer(tree, room, '"""' in code or "'''" in code)
        written = writer.block(tree.body)
        room.ran_out |= writer.left < 0 and _STARTS.search(code) is not None
        if len(written) == len(tree.body) and all(map(is_, written, tree.body)):
            return code
        return _text(code, written, room)
    except SyntaxError:
        return None
    except (ValueError, RecursionError, MemoryError):
        room.ran_out = _STARTS.search(code) is not None
        return None


def _text(code: str, statements: Sequence[ast.stmt], room: Room) -> str:
    """The statements as text; those that were not touched as they stand in `code`. Behind more than there is room for, `code` follows."""
    lines = code.splitlines(keepends=True) if code.isascii() and not re.search(r"[\r\f\v\x1c-\x1e]", code) else []
    parts, length = [], 0
    for statement in statements:
        start, end = getattr(statement, "lineno", 0), getattr(statement, "end_lineno", None)
        if lines and start and end is not None and not getattr(statement, "decorator_list", ()):
            taken = lines[start - 1 : end]
            taken[-1] = taken[-1][: statement.end_col_offset]
            taken[0] = taken[0][statement.col_offset :]
            parts.append("".join(taken))
        else:
            parts.append(ast.unparse(statement))
        length += len(parts[-1])
        if length > len(code) + MAX_GROWTH:
            parts.append(code)
            room.ran_out = True
            break
    return "\n".join(parts) + "\n"


class _Writer:
    """Writes statements anew. `names` hold what is known at the place that is written; `left` are bodies that may still be written out."""

    def __init__(self, tree: ast.Module, room: Room, has_triple: bool) -> None:
        self.room = room
        self.names = Names(room)
        self.functions: dict[str, Any] = {}
        self.methods: set[str] = set()
        self.define(tree.body, in_class=False)
        self.before: list[ast.stmt] = []
        self.left = MAX_WRITTEN_OUT
        self.inside: list[str] = []
        self.has_triple = has_triple
        self.done: set[str] = set()
        self.options: dict[str, ast.expr] = {}

    def define(self, statements: Sequence[ast.stmt], in_class: bool) -> None:
        """Note the functions of the text, which may be called before they stand there."""
        for node in statements:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.functions[node.name] = node
                self.methods |= {node.name} if in_class else set()
            for field in _FIELDS:
                self.define(getattr(node, field, ()), isinstance(node, ast.ClassDef))

    # Statements

    def block(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        """The statements, each with what stands in front of it now."""
        outer, done = self.before, []
        for statement in statements:
            self.before = []
            written = self.statement(statement)
            done += [*self.before, *written]
        self.before = outer
        return done

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self.imported(node)
            return [node]
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            return [self.assigned(node)]
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return [self.apart(node, [arg.arg for arg in parameters(node.args)])]
        if isinstance(node, ast.ClassDef):
            return [self.apart(node, [])]
        if isinstance(node, (ast.For, ast.AsyncFor)):
            return self.loop(node)
        if isinstance(node, ast.If):
            test = self.value(node.test)
            if constants.asks(test) or constants.is_main(test):
                return self.block([*node.body, *node.orelse])
        if isinstance(node, ast.Expr):
            return self.expression(node)
        for item in getattr(node, "items", ()):
            if isinstance(item, ast.withitem) and item.optional_vars is not None:
                self.names.forget(item.optional_vars)
                if isinstance(item.optional_vars, ast.Name):
                    self.names.hold(item.optional_vars.id, self.value(item.context_expr))
        return [self.changed(node)]

    def expression(self, node: ast.Expr) -> list[ast.stmt]:
        value = self.value(node.value)
        if isinstance(value, ast.IfExp) and constants.asks(value.test):
            return [ast.Expr(value.body), ast.Expr(value.orelse)]
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in ("append", "extend", "insert") and isinstance(node.value, ast.Call):
            name, given = dotted(getattr(node.value.func, "value", node.value)), value.args[-1:]
            held = self.names.get(name)
            added = given if value.func.attr != "extend" else getattr(given[0], "elts", []) if given else []
            if isinstance(held, ast.List) and added:
                self.names.add(name, ast.List([*held.elts, *added], ast.Load()), added)
        if isinstance(value, ast.Call) and dotted(value.func) in ("exec", "eval") and value.args and (text := text_of(value.args[0])) is not None and self.take("exec"):
            try:
                return [ast.Expr(value), *self.block(parse(text).body)]
            except (SyntaxError, ValueError) as error:
                self.room.ran_out |= isinstance(error, ValueError)
                return [ast.Expr(value)]
        if value is node.value:
            return [node]
        return [ast.Expr(item) for item in value.elts] if isinstance(value, ast.List) and value.elts else [ast.Expr(value)]

    def imported(self, node: ast.Import | ast.ImportFrom) -> None:
        module = getattr(node, "module", None)
        if isinstance(node, ast.ImportFrom) and (node.level or module is None):
            return
        for alias in node.names:
            if module is not None and alias.name != "*":
                found = constants.attribute(named(f"{module}.{alias.name}"))
                self.names.put(alias.asname or alias.name, found or named(f"{module}.{alias.name}"))
            elif alias.asname:
                self.names.put(alias.asname, named(alias.name))
            elif alias.name == "*":
                for name in _STARRED.get(str(module), ()):
                    self.names.put(name, named(f"{module}.{name}"))

    def assigned(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> ast.stmt:
        written = self.changed(node)
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        value = getattr(written, "value", None)
        if isinstance(node, ast.AugAssign):
            held = self.names.get(dotted(node.target))
            found = ast.BinOp(held, node.op, value) if held is not None and value is not None else None
            value = constants.operation(found) if found is not None else None
        for target in targets:
            self.names.forget(target)
            if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)) and len(target.elts) == len(value.elts):
                for one, other in zip(target.elts, value.elts, strict=True):
                    self.names.hold(dotted(one), other)
            elif value is not None:
                self.names.hold(dotted(target), value)
                if isinstance(value, ast.Call) and getattr(value.func, "attr", "") == "parse_args":
                    for option, default in self.options.items():
                        self.names.hold(f"{dotted(target)}.{option}", default)
                if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant) and isinstance(into := self.names.get(dotted(target.value)), ast.Dict):
                    self.names.add(dotted(target.value), ast.Dict([target.slice, *into.keys], [value, *into.values]), (target.slice, value))
        return written

    def apart(self, node: Any, parameters: Sequence[str]) -> ast.stmt:
        """A definition: what its own names hold is not known, and what is set in it holds there."""
        outer = dict(self.names.held)
        for name in parameters:
            self.names.held.pop(name, None)
        written = self.changed(node)
        own = {name: held for name, held in self.names.held.items() if outer.get(name) is not held}
        self.names.held = outer
        outer.update({name: held for name, held in own.items() if name.startswith("self.")})
        if isinstance(node, ast.ClassDef):
            outer.update({f"{owner}.{name}": held for name, held in own.items() for owner in ("self", "cls", node.name) if "." not in name})
        return written

    def loop(self, node: ast.For | ast.AsyncFor) -> list[ast.stmt]:
        over = self.value(node.iter)
        while isinstance(over, ast.Call) and dotted(over.func) in _WRAPPED_LISTS and over.args:
            over = over.args[0]
        numbered = isinstance(over, ast.Call) and dotted(over.func) == "enumerate" and len(over.args) > 0
        items = constants.items_of(over.args[0] if numbered and isinstance(over, ast.Call) else over)
        if items is None or not all(is_constant(item) or isinstance(item, (ast.List, ast.Tuple)) or dotted(item) for item in items):
            self.names.forget(node.target)
            if isinstance(node.target, ast.Name) and root_of(over) in ROOTS:
                self.names.hold(node.target.id, ast.Call(ast.Attribute(over, "each", ast.Load()), [], []))
            written = self.changed(node)
            if isinstance(written, (ast.For, ast.AsyncFor)) and over is not written.iter:
                written = type(written)(node.target, over, written.body, written.orelse, lineno=0)
            return [written]
        done: list[ast.stmt] = []
        for number, item in enumerate(items):
            if not self.take("for", node):
                return [*done, node]
            self.names.bind(node.target, ast.Tuple([ast.Constant(number), item], ast.Load()) if numbered else item)
            done += self.block(node.body)
        return done or [node]

    def take(self, name: str, node: Any = None) -> bool:
        """Whether one more body, of so many lines, may be written out."""
        self.left -= 1 + (getattr(node, "end_lineno", None) or 1) - getattr(node, "lineno", 1) if node is not None else 1
        return self.left >= 0 and self.room.step(1) and len(self.inside) < MAX_DEPTH and (name in ("for", "exec") or name not in self.inside)

    # Expressions

    def value(self, node: Any) -> Any:
        """The expression with constants in it; the same node when nothing changes."""
        if isinstance(node, ast.Name):
            return self.names.placed(node.id) or node
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (held := self.names.placed(f"{node.value.id}.{node.attr}")) is not None:
            return held
        if self.has_triple and isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
            return ast.Constant(node.value)
        if isinstance(node, ast.Lambda):
            return self.apart(node, [arg.arg for arg in parameters(node.args)])
        if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)):
            return self.comprehension(node)
        if isinstance(node, ast.NamedExpr):
            value = self.value(node.value)
            self.names.hold(node.target.id, value)
            return value
        written = self.changed(node)
        if isinstance(written, ast.Call):
            return self.called(written)
        if isinstance(written, (ast.List, ast.Tuple)) and any(isinstance(item, ast.Starred) for item in written.elts):
            return type(written)(constants.flat(written.elts), ast.Load())
        if isinstance(written, ast.Attribute):
            return constants.attribute(written) or written
        if isinstance(written, ast.Subscript):
            return constants.subscript(written) or written
        if isinstance(written, ast.BinOp):
            return constants.operation(written) or written
        return (constants.formatted(written) or written) if isinstance(written, ast.JoinedStr) else written

    def changed(self, node: Any) -> Any:
        """The node with each of its parts written anew; the same node when none changes."""
        parts: dict[str, Any] = {}
        for field in node._fields:
            old = getattr(node, field, None)
            if type(old) is list:
                if old and self.room.step(len(old)):
                    parts[field] = self.block(old) if field in _FIELDS and isinstance(old[0], ast.stmt) else [self.part(item) for item in old]
            elif isinstance(old, ast.AST) and self.room.step(1):
                parts[field] = self.part(old)
        return _with(node, parts)

    def part(self, node: Any) -> Any:
        kind = type(node)
        if kind in _BARE or (kind is ast.Constant and not self.has_triple):
            return node
        if isinstance(node, ast.expr):
            return self.value(node) if kind not in _TARGETS or isinstance(getattr(node, "ctx", None), ast.Load) else node
        return self.changed(node) if isinstance(node, (ast.excepthandler, ast.keyword, ast.withitem, ast.comprehension, ast.arguments)) or hasattr(node, "body") else node

    def comprehension(self, node: Any) -> Any:
        outer, first = dict(self.names.held), self.value(node.generators[0].iter)
        items = constants.items_of(first)
        if len(node.generators) == 1 and items and all(is_constant(item) for item in items) and len(items) <= MAX_ITEMS and self.take("for"):
            done = []
            for item in items:
                self.names.bind(node.generators[0].target, item)
                done.append((self.value(node.key), self.value(node.value)) if isinstance(node, ast.DictComp) else (self.value(node.elt),))
            self.names.held = outer
            return ast.Dict([key for key, _ in done], [value for _, value in done]) if isinstance(node, ast.DictComp) else ast.List([value for value, in done], ast.Load())
        parts: list[ast.comprehension] = []
        for part in node.generators:
            over = self.value(part.iter) if parts else first
            self.names.forget(part.target)
            if isinstance(part.target, ast.Name) and root_of(over) in ROOTS:
                self.names.hold(part.target.id, ast.Call(ast.Attribute(over, "each", ast.Load()), [], []))
            parts.append(_with(part, {"iter": over, "ifs": [self.value(test) for test in part.ifs]}))
        written = _with(node, {"generators": parts, **{field: self.value(getattr(node, field)) for field in ("elt", "key", "value") if hasattr(node, field)}})
        self.names.held = outer
        return constants.without_asking(written)

    def called(self, node: ast.Call) -> ast.expr:
        if any(isinstance(arg, ast.Starred) for arg in node.args):
            node = ast.Call(node.func, constants.flat(node.args), node.keywords)
        if isinstance(node.func, ast.Call) and dotted(node.func.func) in ("functools.partial", "partial") and node.func.args:
            node = ast.Call(node.func.args[0], [*node.func.args[1:], *node.args], [*node.func.keywords, *node.keywords])
        name = dotted(node.func)
        if (name in _MAPS or (isinstance(node.func, ast.Attribute) and node.func.attr in ("map", "submit", "starmap"))) and len(node.args) > 1:
            return self.mapped(node)
        function: Any = node.func if isinstance(node.func, ast.Lambda) else self.names.get(name) or self.functions.get(name)
        if function is None and isinstance(node.func, ast.Attribute) and node.func.attr in self.methods:
            function = self.functions.get(node.func.attr)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            return self.written_out(node, function)
        node = in_order(node, name)
        found = constants.call(node)
        if found is not None:
            return found
        if len(self.options) < MAX_OPTIONS:
            self.options.update(option_of(node))
        if (text := command_of(node)) != "":
            self.before.append(ast.Expr(ast.Call(named("os.system"), [ast.Constant(text)], [])))
        return process(node, name) or written_plainly(node) or node

    def mapped(self, node: ast.Call) -> ast.expr:
        """`map(f, items)` and `pool.submit(f, item)` as calls of `f`."""
        function, given = node.args[0], node.args[1:]
        if getattr(node.func, "attr", "") == "submit":
            return self.called(ast.Call(function, given, node.keywords))
        item = ast.Name("item", ast.Load())
        made = ast.ListComp(ast.Call(function, [item], []), [ast.comprehension(ast.Name("item", ast.Store()), given[0], [], 0)])
        return self.comprehension(made)

    def written_out(self, node: ast.Call, function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> ast.expr:
        """A call of a function of the text: its body with what it is given stands before, what it returns in the place of the call."""
        if self.left < 0:
            return node
        name = getattr(function, "name", "lambda")
        given = {parameter: held for parameter, value in given_to(node, function).items() if (held := measured(value)).is_small and self.room.step(held.nodes)}
        says = any(held.is_constant or isinstance(held.value, (ast.List, ast.JoinedStr, ast.Call, ast.Lambda)) or dotted(held.value) for held in given.values())
        single = isinstance(function, ast.Lambda) or any(isinstance(statement, ast.Return) for statement in function.body)
        if not (says or single):
            return node
        key = f"{name} {[ast.dump(held.value) for held in given.values()]}" if says else name
        if (key in self.done and not single) or not self.take(name, function):
            return node
        says = says and key not in self.done
        self.done.add(key)
        outer = dict(self.names.held)
        for parameter in parameters(function.args):
            self.names.held.pop(parameter.arg, None)
        self.names.held.update(given)
        self.inside.append(name)
        if isinstance(function, ast.Lambda):
            result = self.value(function.body)
        else:
            body = self.block(function.body)
            result = body[-1].value if body and isinstance(body[-1], ast.Return) else None
            if says:
                self.before += [one if not isinstance(one, ast.Return) else ast.Expr(one.value or ast.Constant(None)) for one in body if one not in function.body]
        self.inside.pop()
        self.names.held = outer
        return result if result is not None and (isinstance(function, ast.Lambda) or is_constant(result)) else node


def _with(node: Any, parts: dict[str, Any]) -> Any:
    """The node with other parts, by their fields; the same node when they are the same."""
    if all(new is (old := getattr(node, field)) or (type(old) is list and len(new) == len(old) and all(map(is_, new, old))) for field, new in parts.items()):
        return node
    return type(node)(**{field: parts[field] if field in parts else getattr(node, field, None) for field in node._fields}, lineno=0)
