"""Recipes that task runners run by name: just, task, invoke, fab, nox, rake, poe, taskipy. What is read is text; nothing is evaluated.

Values that only the runner knows become shell variables that nobody set, so that a path with one stays unknown.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise, takewhile
from shlex import join, quote
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.projects.manifests import text_at

if TYPE_CHECKING:
    from sensor.effects.shell.walk import Walk
    from sensor.model.effects import Effect

MAX_RECIPES = 20
MAX_LEVELS = 12  # folders upwards in which a file of recipes is looked for
MAX_INCLUDED = 8


class Book(msgspec.Struct, frozen=True):
    """A file of recipes: its text, and the words of the call."""

    text: str
    words: tuple[str, ...]


class Runner(msgspec.Struct, frozen=True):
    """`names` of the file, `options` that name another one, what reads the commands out of a book, `shows` = options of a run that starts nothing."""

    names: tuple[str, ...]
    options: tuple[str, ...]
    read: Callable[[Book], str]
    shows: frozenset[str] = frozenset()


def runner_text(walk: Walk, effect: Effect) -> str:
    """The shell text behind a call of a program of RUNNERS, "" when there is no file of recipes or it is only listed."""
    words = effect.argv[1:]
    leading = frozenset(takewhile(lambda word: word.startswith("-"), words))
    for runner in RUNNERS[effect.program] if effect.cwd and "help" not in effect.flags else ():
        if leading & runner.shows:
            return ""
        path = _given(words, runner.options, effect.cwd) or _found(walk, effect.cwd, runner.names)
        text = text_at(walk, path) if path else ""
        found = runner.read(Book(_with_imports(walk, text, os.path.dirname(path)), words)) if text else ""
        if found:
            folder = os.path.dirname(path)
            return found if folder == effect.cwd else f"cd {quote(folder)}\n{found}"
    return ""


def _given(words: Sequence[str], options: Sequence[str], cwd: str) -> str:
    """The file that an option names, "" where none does."""
    given = [other for one, other in pairwise(words) if one in options]
    given += [value for name, equals, value in (word.partition("=") for word in words) if equals and name in options]
    return os.path.join(cwd, given[0]) if given and "\0" not in given[0] else ""


def _found(walk: Walk, folder: str, names: Sequence[str]) -> str:
    for _ in range(MAX_LEVELS):
        path = next((f"{folder}/{name}" for name in names if f"{folder}/{name}" in walk.written or os.path.isfile(f"{folder}/{name}")), "")
        if path or not folder.rpartition("/")[0]:
            return path
        folder = folder.rpartition("/")[0]
    return ""


_IMPORT = re.compile(r"^import\??[ \t]+['\"]([^'\"\n]+)['\"]", re.M)


def _with_imports(walk: Walk, text: str, folder: str) -> str:
    """A justfile with the files that it takes in."""
    return "\n".join([text, *(text_at(walk, os.path.join(folder, path)) for path in _IMPORT.findall(text)[:MAX_INCLUDED])])


def _named(words: Iterable[str], known: Iterable[str], default: str) -> list[str]:
    """The recipes that words name; the default one where no word may be a name."""
    names, given = frozenset(known), list(words)
    plain = [word for before, word in pairwise(["", *given]) if word[:1] != "-" and before[:1] != "-" and "=" not in word]
    return [word for word in given if word in names] or ([default] if default in names and not plain else [])


# just

_JUST_RECIPE = re.compile(r"^@?([A-Za-z_][\w-]*)((?:[ \t][^:\n]*)?):(?!=)([^\n]*)\n((?:[ \t]+[^\n]*\n|[ \t]*\n)*)", re.M)
_JUST_VALUE = re.compile(r"^(?:export[ \t]+)?([A-Za-z_][\w-]*)[ \t]*:=[ \t]*(?:'([^'\n]*)'|\"([^\"\n]*)\")[ \t]*$", re.M)
_JUST_ALIAS = re.compile(r"^alias[ \t]+([\w-]+)[ \t]*:=[ \t]*([\w-]+)", re.M)
_JUST_PARAMETER = re.compile(r"[*+$]?([A-Za-z_][\w-]*)(?:=(?:'([^']*)'|\"([^\"]*)\"|(\S+)))?")
_BRACES = re.compile(r"\{\{[ \t]{0,8}\.?([\w.-]{1,60})[^{}\n]{0,60}\}\}")


def _just(book: Book) -> str:
    recipes = {found.group(1): found.groups()[1:] for found in _JUST_RECIPE.finditer(book.text + "\n")}
    aliases = dict(_JUST_ALIAS.findall(book.text))
    values = {name: one or two for name, one, two in _JUST_VALUE.findall(book.text)}
    words = [aliases.get(word, word) for word in book.words]
    queue, seen, texts = _named(words, recipes, next(iter(recipes), "")), set[str](), list[str]()
    while queue and len(seen) < MAX_RECIPES:
        name = queue.pop(0)
        if name in seen or name not in recipes:
            continue
        seen.add(name)
        parameters, before, body = recipes[name]
        given = words[words.index(name) + 1 :] if name in words else []
        known = dict(values)
        for place, (parameter, *default) in enumerate(_JUST_PARAMETER.findall(parameters)):
            known[parameter] = given[place] if place < len(given) else "".join(default)
        queue += re.findall(r"[A-Za-z_][\w-]*", re.sub(r"'[^']*'|\"[^\"]*\"", "", before))
        texts.append(_body(_filled(body, known)))
    return "\n".join(texts)


def _filled(text: str, values: dict[str, str]) -> str:
    """`{{name}}` by its value, or by a variable that nobody set."""
    return _BRACES.sub(lambda found: values.get(found.group(1)) or "${" + re.sub(r"\W", "_", found.group(1)) + "}", text)


def _body(text: str) -> str:
    """The commands of an indented recipe; one with a `#!` line is a script."""
    lines = [line.strip() for line in text.split("\n")]
    first = next((line for line in lines if line), "")
    if not first.startswith("#!"):
        return "\n".join(line.lstrip("@-") for line in lines)
    program = first.split()[-1].rpartition("/")[2]
    script = re.sub(r"^[ \t]{1,8}", "", text[text.index(first) + len(first) :], flags=re.M)
    return f"{program} {'-e' if program in ('node', 'ruby', 'perl') else '-c'} {quote(script)}"


# task

_TASK_HEAD = re.compile(r"^(['\"]?)([\w.*:-]+)\1:(?:[ \t]+(.*))?$")
_TASK_COMMAND = re.compile(r"^(?:-[ \t]+)?(?:(cmd|defer|sh):[ \t]*)(.*)$")
_BLOCK_MARK = re.compile(r"[|>][+-]?\d?")


def _task(book: Book) -> str:
    tasks = _tasks(book.text)
    values = dict(re.findall(r"^[ \t]+([A-Z_a-z]\w*):[ \t]*['\"]?([\w./~$-]+)['\"]?[ \t]*$", book.text, re.M))
    queue, seen, texts = _named(book.words, tasks, "default"), set[str](), list[str]()
    while queue and len(seen) < MAX_RECIPES:
        name = queue.pop(0)
        if name in seen or name not in tasks:
            continue
        seen.add(name)
        commands, others = _task_parts(tasks[name])
        queue += others
        texts.append(_filled("\n".join(commands), values))
    return "\n".join(texts)


def _tasks(text: str) -> dict[str, list[str]]:
    """The lines of each task, the rest of its first line before them."""
    tasks: dict[str, list[str]] = {}
    inside, depth, name = False, 0, ""
    for line in text.split("\n"):
        bare = line.strip()
        indent = len(line) - len(line.lstrip(" "))
        if not bare or bare.startswith("#"):
            continue
        if indent == 0:
            inside, depth = bare == "tasks:", 0
        elif inside:
            depth = depth or indent
            head = _TASK_HEAD.match(bare) if indent == depth else None
            if head is not None:
                name = head.group(2)
                tasks[name] = [head.group(3)] if head.group(3) else []
            elif name:
                tasks[name].append(line)
    return tasks


def _task_parts(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The commands of a task, and the tasks that it runs before or between them."""
    commands: list[str] = []
    others: list[str] = []
    section, block, edge = "cmds", -1, -1
    for line in lines:
        bare, indent = line.strip(), len(line) - len(line.lstrip(" "))
        if block >= 0 and indent > block:
            commands.append(bare)
            continue
        block = -1
        key = re.match(r"([a-z_]+):[ \t]*(.*)$", bare)
        if key is not None and edge in (-1, indent) and key.group(1) not in ("sh", "defer", "task"):
            section, edge = key.group(1), indent
            bare = key.group(2)
            listed = [word.strip("'\" ") for word in bare.strip("[]").split(",") if word.strip()] if bare.startswith("[") else []
            (others if section == "deps" else commands if section == "cmds" else []).extend(listed)
            block = indent if section == "cmd" and _BLOCK_MARK.fullmatch(bare) else -1
            commands += [_unquoted(bare)] if section == "cmd" and block < 0 else []
            continue
        other = re.match(r"(?:-[ \t]+)?task:[ \t]*['\"]?([\w.:-]+)", bare)
        said = _TASK_COMMAND.match(bare)
        text = said.group(2) if said else bare.removeprefix("- ") if section == "cmds" else ""
        if other is not None:
            others.append(other.group(1))
        elif section == "deps":
            others.append(bare.lstrip("- '\"").rstrip("'\""))
        elif _BLOCK_MARK.fullmatch(text):
            block = indent
        elif text and not re.match(r"(?:silent|ignore_error|platforms|vars|set|shopt|for|msg):", text):
            commands.append(_unquoted(text))
    return commands, others


def _unquoted(text: str) -> str:
    """A scalar of YAML without its quotes."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1].replace("''", "'") if text[0] == "'" else text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return text


# invoke, fab, nox: functions of Python

_STRING = r"[rfRF]{0,2}(?:\"\"\"[^\\]{0,2000}?\"\"\"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
_PYTHON_RUN = re.compile(rf"\.(?:run|sudo|local|run_always|run_install)\(\s*({_STRING}(?:\s*,\s*{_STRING})*)")
_PYTHON_STRING = re.compile(_STRING)
_PYTHON_BRACES = re.compile(r"\{(\w*)[^{}]*\}")


def _invoke(book: Book) -> str:
    functions = _functions(book.text)
    names = {name.replace("_", "-"): name for name in functions} | {name: name for name in functions}
    return _python([functions[names[word]] for word in book.words if word in names])


def _nox(book: Book) -> str:
    functions = _functions(book.text)
    sessions = {name: text for name, text in functions.items() if re.search(r"^@(?:nox\.)?session\b", text, re.M)}
    chosen = {part for one, other in pairwise(book.words) if one in ("-s", "--session", "--sessions", "-e") for part in other.split(",")} | {word.partition("=")[2] for word in book.words if "=" in word}
    named = {word.replace("-", "_").partition("(")[0] for word in (*chosen, *book.words)}
    return _python([text for name, text in sessions.items() if not chosen or name in named])


def _functions(text: str) -> dict[str, str]:
    """The functions at the left edge with their decorators."""
    found: dict[str, list[str]] = {}
    above: list[str] = []
    name = ""
    for line in text.split("\n"):
        if line[:1].strip() and line[0] not in ")]}#":
            head = re.match(r"(?:async\s+)?def\s+(\w+)", line)
            if head is not None:
                found[head.group(1)] = above
            name, above = (head.group(1) if head is not None else ""), ([*above, line] if line[0] == "@" else [])
        elif not name:
            above.append(line)
        if name:
            found[name].append(line)
    return {name: "\n".join(lines) for name, lines in found.items()}


def _python(functions: Sequence[str]) -> str:
    """The commands that functions run, and the functions as program text."""
    texts: list[str] = []
    for function in functions[:MAX_RECIPES]:
        for call in _PYTHON_RUN.findall(function):
            words = [_content(word) for word in _PYTHON_STRING.findall(call)]
            texts.append(words[0] if len(words) == 1 else join(words))
        texts.append(f"python3 -c {quote(function)}")
    return "\n".join(texts)


def _content(literal: str) -> str:
    formatted = "f" in literal[:2].lower()
    text = literal.lstrip("rfRF")
    text = text[3:-3] if text.startswith('"""') else text[1:-1]
    text = text.replace('\\"', '"').replace("\\'", "'")
    return _PYTHON_BRACES.sub(lambda found: "${" + (found.group(1) or "value") + "}", text) if formatted else text


# rake

_RAKE_HEAD = re.compile(r"([ \t]*)task[ \t(]+:?['\"]?([\w:]+)['\"]?:?(.*)")
_RAKE_RUNS = re.compile(r"\bsh[ \t(]+(?:\"((?:[^\"\\\n]|\\.)*)\"|'([^'\n]*)')")


def _rake(book: Book) -> str:
    needs: dict[str, list[str]] = {}
    bodies: dict[str, list[str]] = {}
    name, edge = "", 0
    for line in book.text.split("\n"):
        head = _RAKE_HEAD.match(line)
        if head is not None:
            name, edge = head.group(2), len(head.group(1))
            needs.setdefault(name, []).extend(re.findall(r":['\"]?(\w+)", head.group(3)))
        elif line.strip() == "end" and len(line) - len(line.lstrip()) <= edge:
            name = ""
        elif name:
            bodies.setdefault(name, []).append(line)
    queue, seen, texts = _named((word.partition("[")[0] for word in book.words), needs, "default"), set[str](), list[str]()
    while queue and len(seen) < MAX_RECIPES:
        name = queue.pop(0)
        if name not in seen:
            seen.add(name)
            queue += needs.get(name, [])
            body = "\n".join(bodies.get(name, []))
            texts += [one or two for one, two in _RAKE_RUNS.findall(body)]
            texts += [f"ruby -e {quote(body)}"] if body else []
    return "\n".join(texts)


# poe, taskipy: tables of pyproject.toml

_TOML_STRING = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'([^'\n]*)'")


def _poe(book: Book) -> str:
    return _table(book, "tool.poe.tasks")


def _taskipy(book: Book) -> str:
    return _table(book, "tool.taskipy.tasks")


def _table(book: Book, table: str) -> str:
    texts: list[str] = []
    for word in book.words[:MAX_RECIPES]:
        texts += list(_entries(book.text, table, word)) if re.fullmatch(r"[\w-]+", word) else []
    return "\n".join(texts)


def _entries(text: str, table: str, name: str) -> Iterator[str]:
    """The commands of one task, a line or a table of its own."""
    section = ""
    for line in text.split("\n"):
        bare = line.strip()
        if bare.startswith("["):
            section = bare.strip("[] ")
        key, equals, value = (part.strip() for part in bare.partition("="))
        key = key.replace('"', "")
        mine = section == table and re.fullmatch(rf"{re.escape(name)}(?:\.(?:cmd|shell|script|sequence|expr))?", key)
        own = section == f"{table}.{name}" and key in ("cmd", "shell", "sequence")
        if equals and (mine or own):
            yield from (one or two for one, two in _TOML_STRING.findall(re.sub(r"\bhelp\s*=\s*(?:\"[^\"]*\"|'[^']*')", "", value)))


def _shows(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PROJECT = ("pyproject.toml",)
_INVOKE_SHOWS = _shows("-l --list --dry -R --complete")
_INVOKE = Runner(("tasks.py",), ("-c", "--collection"), _invoke, _INVOKE_SHOWS)
_TASK = Runner(("Taskfile.yml", "taskfile.yml", "Taskfile.yaml", "taskfile.yaml", "Taskfile.dist.yml", "Taskfile.dist.yaml"), ("-t", "--taskfile"), _task, _shows("-l --list -a --list-all -n --dry --summary --init -i"))
RUNNERS: dict[str, tuple[Runner, ...]] = {
    "just": (Runner(("justfile", "Justfile", ".justfile", "JUSTFILE"), ("-f", "--justfile"), _just, _shows("-l --list --summary -s --show -n --dry-run --dump --evaluate --variables -e --edit --init --groups")),),
    "task": (_TASK, Runner(_PROJECT, (), _taskipy, _shows("-l --list"))), "go-task": (_TASK,),
    "invoke": (_INVOKE,), "inv": (_INVOKE,), "fab": (Runner(("fabfile.py",), ("-f", "--fabfile"), _invoke, _INVOKE_SHOWS),),
    "nox": (Runner(("noxfile.py",), ("-f", "--noxfile"), _nox, _shows("-l --list --list-sessions")),),
    "rake": (Runner(("Rakefile", "rakefile", "Rakefile.rb", "rakefile.rb"), ("-f", "--rakefile"), _rake, _shows("-T --tasks -P --prereqs -n --dry-run -D --describe -W --where -AT")),),
    "poe": (Runner(_PROJECT, (), _poe, _shows("-d --dry-run")),),
}
"""Programs that run recipes, and the files in which they look for them, in order."""
