"""Calls of Python in the form that patterns know: operands in their places, processes with what they are fed, files that are emptied.

Each function gets a call whose parts are evaluated already (see python_values).
"""

from __future__ import annotations

import ast
import re
import shlex
from typing import Any

from sensor.effects.code.python_values import constant, dotted, is_constant, listed, path_of, text_of, texts_of

# The operands of a function by name, in the order they stand.
_OPERANDS = {
    "os.system": ("command",), "os.popen": ("cmd",), "shutil.rmtree": ("path",), "os.remove": ("path",), "os.unlink": ("path",), "os.rmdir": ("path",), "open": ("file", "mode"),
    "shutil.move": ("src", "dst"), "shutil.copy": ("src", "dst"), "shutil.copyfile": ("src", "dst"), "shutil.copytree": ("src", "dst"), "os.rename": ("src", "dst"), "os.replace": ("src", "dst"),
    "urllib.request.urlretrieve": ("url", "filename"), "requests.get": ("url",), "requests.post": ("url",), "os.chdir": ("path",), "os.walk": ("top",), "os.listdir": ("path",), "os.scandir": ("path",),
}
_PROCESSES = frozenset({"run", "call", "Popen", "check_output", "check_call"})
_TEXTS = frozenset({"getoutput", "getstatusoutput"})


def named(text: str) -> Any:
    root, *members = text.split(".")
    node: ast.expr = ast.Name(root, ast.Load())
    for member in members:
        node = ast.Attribute(node, member, ast.Load())
    return node


def parameters(args: ast.arguments) -> list[ast.arg]:
    return [*args.posonlyargs, *args.args, *args.kwonlyargs, *([args.vararg] if args.vararg else []), *([args.kwarg] if args.kwarg else [])]


def option_of(node: ast.Call) -> dict[str, ast.expr]:
    """The constant that `add_argument("--name", default=...)` gives a program that is started without it."""
    default = next((keyword.value for keyword in node.keywords if keyword.arg == "default"), None)
    if default is None or not is_constant(default) or not isinstance(node.func, ast.Attribute) or node.func.attr != "add_argument":
        return {}
    names = [text.lstrip("-").replace("-", "_") for arg in node.args if (text := text_of(arg)) is not None and not re.fullmatch(r"-\w", text)]
    return {names[0]: default} if names else {}


def given_to(node: ast.Call, function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> dict[str, ast.expr]:
    """What the parameters of a function hold in a call of it."""
    args = function.args
    names = [arg.arg for arg in [*args.posonlyargs, *args.args]]
    if names[:1] in (["self"], ["cls"]):
        names = names[1:]
    given = dict(zip(reversed(names), reversed(args.defaults), strict=False))
    given.update({arg.arg: value for arg, value in zip(args.kwonlyargs, args.kw_defaults, strict=True) if value is not None})
    given.update(zip(names, node.args, strict=False))
    if args.vararg is not None:
        given[args.vararg.arg] = ast.List(node.args[len(names) :], ast.Load())
    given.update({keyword.arg: keyword.value for keyword in node.keywords if keyword.arg is not None})
    return given


def in_order(node: ast.Call, name: str) -> ast.Call:
    """A call whose first operands are given by name, in their places."""
    module, _, member = name.rpartition(".")
    order = _OPERANDS.get(name) or (("args",) if module == "subprocess" and member in _PROCESSES else ("cmd",) if module == "subprocess" and member in _TEXTS else ())
    args, keywords = list(node.args), list(node.keywords)
    for operand in order[len(args) :]:
        found = next((keyword for keyword in keywords if keyword.arg == operand), None)
        if found is None:
            break
        args.append(found.value)
        keywords.remove(found)
    return ast.Call(node.func, args, keywords) if len(args) > len(node.args) else node


def process(node: ast.Call, name: str) -> ast.expr | None:
    """A process that is started in a folder, or with a text on its standard input, as shell text; a tuple of words as a list."""
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    fed = owner.value if isinstance(owner, ast.Attribute) and owner.attr == "stdin" else owner
    if isinstance(fed, ast.Call) and name == "" and dotted(fed.func) == "subprocess.Popen" and isinstance(node.func, ast.Attribute) and node.func.attr in ("communicate", "write"):
        given = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "input")]
        return process(ast.Call(fed.func, fed.args, [*fed.keywords, ast.keyword("input", given[0])]), "subprocess.Popen") if given else None
    if not name.startswith(("subprocess.", "os.", "asyncio.", "pty.")) or not node.args:
        return None
    first = node.args[0]
    words = texts_of(first)
    line = shlex.join(words) if words else text_of(first)
    held = {keyword.arg: text_of(keyword.value) for keyword in node.keywords}
    if line and (held.get("input") or held.get("cwd")) and name.startswith("subprocess."):
        line = f"cd {_quoted(held['cwd'] or '')} && {line}" if held.get("cwd") else line
        line += f" <<< {shlex.quote(held['input'] or '')}" if held.get("input") else ""
        return ast.Call(named("os.system"), [ast.Constant(line)], [])
    if words and any("]" in word for word in words):
        return ast.Call(named("os.system"), [ast.Constant(shlex.join(words))], [])
    if path_of(first) is not None or (isinstance(first, ast.Tuple) and words):
        return ast.Call(node.func, [listed(words) if words else ast.Constant(text_of(first)), *node.args[1:]], node.keywords)
    return None


def _quoted(text: str) -> str:
    return text if text.startswith("~") and " " not in text else shlex.quote(text)


def written_plainly(node: ast.Call) -> ast.expr | None:
    """A file that is emptied and has no constant name, as one that is removed; `Path(x).open(m)` as `open(x, m)`; a path as its text where it is handed over."""
    function = node.func
    if isinstance(function, ast.Attribute):
        owner, given = function.value, [text_of(arg) for arg in node.args]
        if function.attr == "open" and path_of(owner) is not None:
            return ast.Call(ast.Name("open", ast.Load()), [ast.Constant(path_of(owner)), *node.args], node.keywords)
        if function.attr in ("write_bytes", "write_text") and given == [""] and isinstance(owner, ast.Name):
            return ast.Call(ast.Attribute(owner, "unlink", ast.Load()), [], [])
        if function.attr == "close" and isinstance(owner, ast.Call) and dotted(owner.func) == "open" and len(owner.args) > 1 and text_of(owner.args[0]) is None and text_of(owner.args[1]) in ("w", "wb"):
            return ast.Call(named("os.remove"), owner.args[:1], [])
    if dotted(function) == "os.truncate" and node.args and text_of(node.args[0]) is None:
        return ast.Call(named("os.remove"), node.args[:1], [])
    if any(path_of(arg) is not None for arg in node.args) and dotted(function) != "Path":
        return ast.Call(function, [constant(path_of(arg) or "") or arg if path_of(arg) is not None else arg for arg in node.args], node.keywords)
    return None
