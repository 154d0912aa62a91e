"""Calls of packages of JavaScript that do what a program does, as that program's words."""

from __future__ import annotations

import re

_STRINGS = re.compile(r"\"([^\"\\\n]{0,300})\"|'([^'\\\n]{0,300})'|`([^`\\]{0,300})`")
_CHEAP = re.compile(r"simple-git|isomorphic-git|shelljs|fs-extra|\bdel\b|trash|octokit|client-\w|execa|\bzx\b|sequelize|firestore")
_GIT = re.compile(r"\.(push|reset|clean|checkout|branch|raw|stash|rebase|addConfig)\(([^()]{0,300})\)")
_SHELLJS = re.compile(r"(?:shelljs|shell|\bsh)['\"]?\)?\.(rm|mv|cp|chmod|ln)\(([^()]{0,300})\)")
_EMPTIED = re.compile(r"\.(?:emptyDirSync|emptyDir|emptydirSync|removeSync|remove)\(\s*([\"'`][^()]{1,300})\)")
_DELETED = re.compile(r"(?:\.|\b)(?:deleteAsync|deleteSync|trash)\(([^()]{1,300})\)")
_PUSHED = re.compile(r"\.push\(\{[^;]{0,400}?\bforce\s*:\s*true")
_MOVED = re.compile(r"\b(?:updateRef|deleteRef)\(\{([^{}]{0,400})\}")
_CLOUD = re.compile(r"new\s+((?:Delete|Terminate|Purge|Drop)\w{1,60}?)Command\(\s*\{([^{}]{0,400})\}")
_SERVICE = re.compile(r"@aws-sdk/client-([\w-]{2,30})")
_VALUES = re.compile(r"(\w+)\s*:\s*[\"']([^\"'\n]{1,200})[\"']")
_SHELL_TEXT = re.compile(r"(?<![\w$])\$`([^`]{1,2000})`|\b(?:execa)?[cC]ommand(?:Sync)?\(\s*(?:\"((?:[^\"\\\n]|\\.){1,2000})\"|'((?:[^'\\\n]|\\.){1,2000})'|`((?:[^`\\]|\\.){1,2000})`)\s*[,)]")


def started_by_packages(code: str) -> tuple[list[str], list[tuple[str, ...]]]:
    """Shell texts, and the words of programs, that stand for calls of known packages."""
    if _CHEAP.search(code) is None:
        return [], []
    commands: list[tuple[str, ...]] = []
    if "simple-git" in code:
        commands += [("git", *(() if match.group(1) == "raw" else ("config",) if match.group(1) == "addConfig" else (match.group(1),)), *_words(match.group(2))) for match in _GIT.finditer(code)]
    if "isomorphic-git" in code and _PUSHED.search(code):
        commands.append(("git", "push", "--force"))
    if "octokit" in code.lower():
        commands += [("git", "push", "--force", "origin", _value(match.group(1), "ref").removeprefix("heads/")) for match in _MOVED.finditer(code) if re.search(r"\bforce\s*:\s*true", match.group(1))]
    if "shelljs" in code:
        commands += [(match.group(1), *_words(match.group(2))) for match in _SHELLJS.finditer(code)]
    if "fs-extra" in code:
        commands += [("rm", "-rf", *_words(match.group(1))[:1]) for match in _EMPTIED.finditer(code)]
    if re.search(r"[\"'](?:del|trash)[\"']", code):
        commands += [("rm", "-rf", *[word for word in _words(match.group(1)) if word[:1] != "!"]) for match in _DELETED.finditer(code)]
    service = _SERVICE.search(code)
    if service is not None:
        for match in _CLOUD.finditer(code):
            given = [word for name, value in _VALUES.findall(match.group(2)) for word in (f"--{_kebab(name)}", value)]
            commands.append(("aws", "s3api" if service.group(1) == "s3" else service.group(1), _kebab(match.group(1)), *given))
    texts = [next(part for part in match.groups() if part is not None).replace('\\"', '"').replace("\\'", "'") for match in _SHELL_TEXT.finditer(code)] if re.search(r"[\"'](?:zx|execa)[\"']", code) else []
    return texts, commands


def _words(text: str) -> list[str]:
    return [next(part for part in found.groups() if part is not None) for found in _STRINGS.finditer(text)]


def _value(text: str, name: str) -> str:
    return next((value for key, value in _VALUES.findall(text) if key == name), "")


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()
