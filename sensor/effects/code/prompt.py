"""Read a command line of the Windows command prompt: its loops, and what its own words delete, as PowerShell would say it."""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_STATEMENTS = 100
_JOINTS = re.compile(r"\|\||&&|[&|\n]")
_LOOP = re.compile(r"""(?ix)^\(?\s*@?for\s+(?P<how>(?:/\w\s+(?:"[^"]*"\s+|(?=[^%\s/"])[^%\s]+\s+)?)*)%+(?P<name>\w)\s+in\s+\((?P<all>[^)]*)\)\s+do\s+\(?""")
_START = re.compile(r"(?i)^@?\s*(?:call\s+|if\s+(?:not\s+)?exist\s+\S+\s+\(?|start\s+(?:\"[^\"]*\"\s+)?(?:/\w+\s+)*)*")
_DELETES = re.compile(r"(?i)^(?P<verb>rd|rmdir|del|erase)(?:\.exe)?(?=[\s/])(?P<rest>.*)$", re.S)
_OPTION = re.compile(r"(?:(?<!\S)|(?<=/\w))/(\w)(?::\S*)?(?=\s|/|$)")
_ALL_FILES = re.compile(r"\*\.\*(?=\"?\s*$)")


def read_prompt(text: str) -> Iterator[tuple[str, str]]:
    """Each statement with its language, `powershell` for deletions and `shell` for all else, which reads like one of ours as far as it goes."""
    loop: tuple[str, str] | None = None
    for number, part in enumerate(_JOINTS.split(text.replace("^", ""))):
        if number >= MAX_STATEMENTS:
            return
        statement = part.strip()
        while (found := _LOOP.match(statement)) is not None:
            loop = (found["name"], found["all"].strip("'\"` ")) if "/f" not in found["how"].lower() else None
            statement = statement[found.end() :]
        if loop is not None:
            name, every = loop
            statement = re.sub(rf"%+(?:~[a-z$]*)?{re.escape(name)}(?!\w)", lambda _: every, statement)  # noqa: B023  used at once
        statement = _START.sub("", statement.strip())
        deletes = _DELETES.match(statement)
        if deletes is None:
            yield "shell", statement
            continue
        options = {option.lower() for option in _OPTION.findall(deletes["rest"])}
        paths = _ALL_FILES.sub("*", _OPTION.sub("", deletes["rest"]).strip().rstrip(")").strip())
        yield "powershell", f"Remove-Item {'-Recurse ' if 's' in options else ''}-Force {paths}"
