"""Scripts that a build tool runs by name: package.json scripts, make targets."""

from __future__ import annotations

import json
import os
import re
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sensor.effects.shell.walk import Walk
    from sensor.model.effects import Effect

MAX_BYTES = 200_000
_RUN_WORDS = frozenset({"run", "run-script", "rum", "urn"})
_LIFECYCLE = frozenset({"test", "start", "stop", "restart", "t", "tst"})
_INSTALL = frozenset({"install", "i", "ci", "add"})
_VARIABLE = re.compile(r"\$[({](\w+)[)}]")
_ASSIGN = re.compile(r"^(\w+)\s*[:?]?=\s*(.*)$", re.M)
_FUNCTION = re.compile(r"\$[({]shell\s+([^()]+(?:\([^()]*\)[^()]*)*)[)}]")
_INCLUDE = re.compile(r"^(?:-|s)?include[ \t]+([^\n#]+)", re.M)
_FROM_SHELL = {**{name: f"${{{name}}}" for name in ("HOME", "PWD", "TMPDIR", "USER")}, "CURDIR": "${PWD}"}
MAX_FUNCTIONS = 64
MAX_INCLUDED = 8


def script_text(walk: Walk, effect: Effect, given: str = "") -> str:
    """The shell text behind a build command, "" when it cannot be read. `given` = recipes that come in front of the makefile's, or are it where it is no file."""
    folder = effect.cwd
    if not folder:
        return ""
    if effect.program in ("make", "gmake"):
        return _make(walk, effect, "\n".join(filter(None, (given, _makefile(walk, effect)))))
    return _package(walk, effect, folder)


def read_limited(path: str) -> str:
    """The beginning of a regular file, "" for anything else. A pipe laid in the way must not make the sensor wait."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return ""
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return ""
        return os.read(handle, MAX_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
    finally:
        os.close(handle)


def text_at(walk: Walk, path: str) -> str:
    """What a file says when the program starts: the text that this very call wrote into it, else its beginning on disk."""
    written = walk.written.get(path)
    return written.text[:MAX_BYTES] if written is not None and written.text else read_limited(path)


def _package(walk: Walk, effect: Effect, folder: str) -> str:
    words = [*effect.subcommand, *effect.operands]
    if not words:
        names = ["preinstall", "install", "postinstall", "prepare"] if effect.program == "yarn" else []
    elif words[0] in _RUN_WORDS:
        names = [f"pre{words[1]}", words[1], f"post{words[1]}"] if len(words) > 1 else []
    elif words[0] in _LIFECYCLE:
        name = "test" if words[0] in ("t", "tst") else words[0]
        names = [f"pre{name}", name, f"post{name}"]
    elif words[0] in _INSTALL and "ignore-scripts" not in effect.flags:
        names = ["preinstall", "install", "postinstall", "prepare"]
    elif effect.program in ("yarn", "pnpm", "bun"):
        names = [f"pre{words[0]}", words[0], f"post{words[0]}"]
    else:
        names = []
    text = text_at(walk, f"{folder}/package.json") if names else ""
    if not text:
        return ""
    try:
        scripts = json.loads(text).get("scripts", {})
    except (ValueError, AttributeError, RecursionError):
        return ""
    if not isinstance(scripts, dict):
        return ""
    return "\n".join(scripts[name] for name in names if isinstance(scripts.get(name), str))


def _makefile(walk: Walk, effect: Effect) -> str:
    names = [ref.path for ref in effect.reads if ref.path] or [f"{effect.cwd}/{name}" for name in ("GNUmakefile", "makefile", "Makefile")]
    text = next((found for name in names if (found := text_at(walk, name))), "")
    return _with_included(walk, text, effect.cwd)


def _with_included(walk: Walk, text: str, folder: str) -> str:
    """A makefile and, behind it, the files that it and they include; their names may not be patterns."""
    texts, seen = [text], set[str]()
    for one in texts:
        for names in _INCLUDE.findall(one):
            for name in names.split():
                path = os.path.join(folder, name)
                if path not in seen and len(seen) < MAX_INCLUDED and (found := text_at(walk, path)):
                    seen.add(path)
                    texts.append(found)
    return "\n".join(texts)


def _make(walk: Walk, effect: Effect, text: str) -> str:
    targets = [word for word in effect.operands if "=" not in word]
    if not text or "dry-run" in effect.flags:
        return ""
    variables = {**_FROM_SHELL, **dict(_ASSIGN.findall(text)[:200])}
    recipes: list[str] = []
    seen: set[str] = set()
    queue = targets or _first_target(text)
    while queue and len(seen) < 20:
        target = queue.pop(0)
        if target in seen:
            continue
        seen.add(target)
        match = re.search(rf"^{re.escape(target)}\s*::?(?!=)([^\n#;]*)(?:#[^\n]*|;([^\n]*))?\n((?:\t[^\n]*\n?|\s*\n)*)", text + "\n", re.M)
        if match:
            queue += match.group(1).split()
            recipes.append("\n".join(line.strip().lstrip("@-+") for line in [match.group(2) or "", *match.group(3).split("\n")]))
    text = "\n".join([*recipes, *shell_functions(text)])
    for _ in range(3):
        text = _VARIABLE.sub(lambda found: variables.get(found.group(1), found.group()), text)
    return text.replace("$$", "$")


def _first_target(text: str) -> list[str]:
    match = re.search(r"^([A-Za-z0-9_][\w./-]*)\s*:(?!=)", text, re.M)
    return [match.group(1)] if match else []


def shell_functions(text: str) -> list[str]:
    """The commands of `$(shell ...)` in a make text."""
    return [found.replace("$$", "$") for found in _FUNCTION.findall(text)[:MAX_FUNCTIONS]] if "shell" in text else []
