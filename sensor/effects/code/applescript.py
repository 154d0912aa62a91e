"""What AppleScript and JavaScript for Automation delete, and the shell texts that they run. Read by patterns, as `code` does."""

from __future__ import annotations

import re

_FOLDERS = {"home": "", "desktop": "/Desktop", "documents": "/Documents", "downloads": "/Downloads", "pictures": "/Pictures", "library": "/Library", "movies": "/Movies", "music": "/Music", "startup disk": "//"}
_DELETE = re.compile(r"(?<!\.)\b(?:delete|move)\s([^\n]{1,400})")
_NAMED = re.compile(r"(every\b[^\n\"]{0,60}?\bof\s+|(?:contents|items|folders|files)\s+of\s+)?(?:the\s+)?(?:(POSIX file|POSIX path of|alias|file|folder|disk item)\s*\"([^\"\n]+)\"|(?:path to\s+)?(?:the\s+)?(home|desktop|documents|downloads|pictures|library|movies|music|startup disk)(?:\s+folder)?\b)", re.I)
_TRASH = re.compile(r"\bempty\s+(?:the\s+)?trash\b|\.emptyTrash\s*\(|\bempty\(\s*\)", re.I)
_SCRIPTED = re.compile(r"(?:\.delete\(\s*(?:\w+\.)?Path\(\s*|removeItemAtPath\w*\(\s*(?:\$\(\s*)?|trashItemAtURL\w*\(\s*(?:\$\.NSURL\.fileURLWithPath\(\s*)?(?:\$\(\s*)?)[\"']([^\"'\n]+)")
_SHELL = re.compile(r"\bdoShellScript\(\s*(?:\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`([^`]*)`)")


def removed(code: str, home: str) -> list[str]:
    """The paths that `code` deletes or moves to the trash."""
    found = list(_SCRIPTED.findall(code))
    if _TRASH.search(code):
        found.append(f"{home}/.Trash/*")
    for deed in _DELETE.finditer(code):
        if deed.group().startswith("move") and not re.search(r"\bto\s+(?:the\s+)?trash\b", deed.group(1)):
            continue
        named = _NAMED.search(deed.group(1))
        if named is not None:
            found.append(_path(named, deed.group(1), home))
    return [path for path in found if path]


def started(code: str) -> list[str]:
    """The shell texts of `doShellScript`; `do shell script` is read with other languages' calls."""
    return [next(part for part in found.groups() if part is not None).replace('\\"', '"') for found in _SHELL.finditer(code)]


def _path(named: re.Match[str], deed: str, home: str) -> str:
    many, _, text, place = named.groups()
    if place:
        path = home + _FOLDERS[place.lower()] if place.lower() != "startup disk" else "/"
    elif text.startswith(("/", "~")):
        path = text
    elif ":" in text:  # a path of the old Mac begins with the name of the disk
        path = "/" + text.partition(":")[2].replace(":", "/").rstrip("/")
    else:
        inside = re.search(r"\bof\s+(?:folder\s+\"([^\"\n/]+)\"\s+of\s+)?(?:the\s+)?(home|desktop|documents|downloads)\b", deed[named.end() :], re.I)
        path = "/".join(part for part in (home + _FOLDERS[inside.group(2).lower()], inside.group(1), text) if part) if inside else ""
    return path.rstrip("/") + "/*" if many and path else path
