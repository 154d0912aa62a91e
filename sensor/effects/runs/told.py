"""Programs that print a path or a name, and which one it is: `realpath ~`, `printenv HOME`, `getent passwd me`, `npm prefix`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from sensor.effects.shell.scope import NOWHERE

if TYPE_CHECKING:
    from sensor.effects.programs.operands import Arguments
    from sensor.effects.shell.walk import Walk

MAX_CODE = 300  # characters of code that may only print a path
_ACCOUNTS = "/etc/passwd"
_HOME_CODE = re.compile(
    r"(?:import [\w, .]+[;\n]\s*|from pathlib import Path[;\n]\s*|(?:const|var|let) \w+ ?= ?require\(.{1,16}\);\s*)*"
    r"(?:(?:print|puts|p|say|echo|console\.log|process\.stdout\.write|sys\.stdout\.write|IO\.write)[ (]\s*)?"
    r"(?:str\()?(?:(?:os\.path\.|op\.)?expanduser\(.~.\)|(?:pathlib\.)?Path\.home\(\)|(?:require\(.(?:node:)?os.\)|os)\.homedir\(\)|Dir\.home|process\.env\.HOME|(?:os\.environ|ENV|\$ENV)[\[{(]\W?HOME\W?[\]})]|(?:os\.)?getenv\(.HOME.\))"
    r"[\s);]*")
_HERE_CODE = re.compile(r"(?:import os[;\n]\s*)?(?:(?:print|puts|console\.log|echo)[ (]\s*)?(?:os\.getcwd\(\)|process\.cwd\(\)|Dir\.pwd|getcwd\(\))[\s);]*")
_FIELD = re.compile(r"\{\s*print\s*\$6\s*;?\s*\}")


def told(walk: Walk, program: str, arguments: Arguments) -> str | None:
    """What `program` of `TELLERS` prints when its words are constant and the answer is a path or the user's name, else None."""
    if not all(field.known for field in arguments.words):
        return None
    found = TELLERS[program](walk, arguments)
    return "".join(f"{line}\n" for line in found) if found else None


def printed_by(walk: Walk, code: str) -> str | None:
    """What `code` of any language prints when it does nothing but print the home or the current folder, else None."""
    if len(code) > MAX_CODE:
        return None
    if _HOME_CODE.fullmatch(code.strip()):
        return walk.home + "\n"
    return walk.cwd() + "\n" if walk.cwd() and _HERE_CODE.fullmatch(code.strip()) else None


def _resolved(walk: Walk, arguments: Arguments) -> list[str]:
    """`realpath` and `readlink -f`; a path relative to somewhere else leads to the same file."""
    paths = [walk.paths.absolute(field.text, walk.scope.cwd) for field in arguments.operands if not field.glob]
    return paths if all(paths) else []


def _link(walk: Walk, arguments: Arguments) -> list[str]:
    follows = {"f", "e", "m", "canonicalize", "canonicalize-existing", "canonicalize-missing"} & arguments.flags
    return _resolved(walk, arguments) if follows else []


def _variable(walk: Walk, arguments: Arguments) -> list[str]:
    """`printenv HOME`."""
    values = [_value(walk, field.text) for field in arguments.operands]
    return values if all(values) else []


def _value(walk: Walk, name: str) -> str:
    value = walk.scope.variables.get(name)
    if value is None:
        return walk.environment.get(name, "")
    return value.fields[0].text if len(value.fields) == 1 and value.fields[0].known else ""


def _account(walk: Walk, arguments: Arguments) -> list[str]:
    """`getent passwd NAME`."""
    words = [field.text for field in arguments.operands]
    return [_entry(walk)] if words[:1] == ["passwd"] and words[1:] and _is_user(walk, words[1]) else []


def _entry(walk: Walk) -> str:
    name = _name(walk)
    return f"{name}:x:1000:1000:{name}:{walk.home}:/bin/sh"


def _name(walk: Walk) -> str:
    return walk.around.user or walk.home.rpartition("/")[2]


def _is_user(walk: Walk, word: str) -> bool:
    return word == _name(walk) or (word.isdigit() and int(word) >= 500)


def _found_account(walk: Walk, arguments: Arguments) -> list[str]:
    """`grep ^me: /etc/passwd`, `awk -F: '/^me/{print $6}' /etc/passwd`."""
    words = [field.text for field in arguments.operands]
    if words == ["^HOME="]:  # among the variables that come in
        return [f"HOME={walk.home}"]
    if len(words) != 2 or words[1] != _ACCOUNTS:
        return []
    if _FIELD.search(words[0]):
        return [walk.home]
    return [_entry(walk)] if words[0].strip("^:") == _name(walk) else []


def _user(walk: Walk, arguments: Arguments) -> list[str]:
    return [_name(walk)]


def _identity(walk: Walk, arguments: Arguments) -> list[str]:
    """`id -un`, `id -u`."""
    if arguments.operands or ("u" not in arguments.flags and "user" not in arguments.flags):
        return []
    return [_name(walk) if arguments.flags & {"n", "name"} else "1000"]


def _user_folder(walk: Walk, arguments: Arguments) -> list[str]:
    """`xdg-user-dir DOCUMENTS`; without a word it says the home, as for one that it does not know."""
    words = [field.text for field in arguments.operands]
    return [f"{walk.home}/{words[0].capitalize()}" if words else walk.home]


def _package_folder(walk: Walk, arguments: Arguments) -> list[str]:
    """`npm prefix`, `npm root`, `yarn root`: the folder of the package, or that of its packages."""
    words = _plain(arguments)
    if words not in (["prefix"], ["root"], ["bin"]):
        return []
    base = "/usr/local" if arguments.flags & {"g", "global"} else walk.cwd()
    below = {"prefix": "", "root": "/lib/node_modules" if base == "/usr/local" else "/node_modules", "bin": "/bin" if base == "/usr/local" else "/node_modules/.bin"}
    return [base + below[words[0]]] if base and base != NOWHERE else []


def _plain(arguments: Arguments) -> list[str]:
    """The words that are no flags, with those that name a sub-command."""
    return [field.text for field in arguments.words if field.text[:1] != "-"]


def _manifest(walk: Walk, arguments: Arguments) -> list[str]:
    """`cargo locate-project --message-format plain`, `go env GOMOD`: the file in the root of the project."""
    words = _plain(arguments)
    name = {"locate-project": "Cargo.toml", "env": "go.mod"}.get("".join(words[:1]), "")
    if not name or not walk.cwd() or (name == "go.mod" and words[1:] != ["GOMOD"]):
        return []
    return [f"{walk.cwd()}/{name}"]


Teller = Callable[["Walk", "Arguments"], list[str]]
TELLERS: dict[str, Teller] = {
    "realpath": _resolved, "grealpath": _resolved, "readlink": _link, "greadlink": _link, "printenv": _variable, "getent": _account, "whoami": _user, "logname": _user, "id": _identity, "xdg-user-dir": _user_folder,
    **dict.fromkeys(("grep", "egrep", "awk", "gawk", "mawk"), _found_account), **dict.fromkeys(("npm", "pnpm", "yarn"), _package_folder), "cargo": _manifest, "go": _manifest,
}
