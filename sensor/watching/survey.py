"""From spots to what there is now: the files that count, the folders to watch, and which name in which folder is of interest."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from fnmatch import translate
from functools import lru_cache

from sensor.model.calls import Value
from sensor.watching.places import Spot, is_temporary

MAX_FILES, MAX_FOLDERS = 3000, 1000
MAX_SPOT_FILES = 400
SKIPPED = frozenset({".git", "node_modules", "__pycache__", ".venv"})


class Level(Value):
    """A folder of a spot: names that count in it, and how many levels may follow below."""

    spot: Spot
    below: int


class Survey(Value):
    """`files` by path with their spot; `levels` by folder; `folders` are to be watched.

    `links` are targets of symbolic links with the name that leads there; `awaited` are folders that do not exist yet.
    """

    files: dict[str, Spot]
    levels: dict[str, tuple[Level, ...]]
    folders: frozenset[str]
    links: dict[str, str]
    awaited: frozenset[str]
    problems: tuple[str, ...] = ()

    def files_of(self, folder: str, name: str) -> tuple[tuple[str, Spot], ...]:
        """The watched files that a change of `name` in `folder` is about: itself, and the link that leads to it."""
        path = f"{folder.rstrip('/')}/{name}"
        found = [(path, level.spot) for level in self.levels.get(folder, ()) if fits(level.spot, name)][:1]
        link = self.links.get(path)
        if link is not None and link in self.files:
            found.append((link, self.files[link]))
        return tuple(found)

    def is_structure(self, folder: str, name: str) -> bool:
        """Whether a folder that comes or goes under this name changes the survey."""
        path = f"{folder.rstrip('/')}/{name}"
        return path in self.levels or any(level.below > 0 for level in self.levels.get(folder, ())) or any(
            one == path or one.startswith(path + "/") for one in self.awaited)


class _Walk:
    def __init__(self) -> None:
        self.files: dict[str, Spot] = {}
        self.levels: dict[str, list[Level]] = {}
        self.folders: set[str] = set()
        self.links: dict[str, str] = {}
        self.awaited: set[str] = set()
        self.problems: list[str] = []
        self.counts: dict[str, int] = {}

    def enter(self, spot: Spot, folder: str, below: int) -> None:
        self.levels.setdefault(folder, []).append(Level(spot=spot, below=below))
        try:
            with os.scandir(folder) as found:
                inside = sorted(found, key=lambda one: one.name)
        except PermissionError:
            self.problems.append(f"{folder} may not be read")
            return
        except OSError:
            self.await_folder(folder)
            return
        if len(self.folders) >= MAX_FOLDERS:
            self.problems.append(f"more than {MAX_FOLDERS} folders: {folder} is not watched")
            return
        self.folders.add(folder)
        for one in inside:
            if not is_text(one.name):
                self.problems.append(f"{folder} holds a name that is not UTF-8: it is not watched")
                continue
            try:
                is_folder = one.is_dir(follow_symlinks=False)
            except OSError:
                continue
            if not is_folder and fits(spot, one.name):
                self.add(spot, one.path, one.is_symlink())
            elif is_folder and below > 0 and one.name not in SKIPPED:
                self.enter(spot, one.path, below - 1)

    def add(self, spot: Spot, path: str, is_link: bool) -> None:
        if path in self.files:
            return
        if self.counts.get(spot.id, 0) >= MAX_SPOT_FILES or len(self.files) >= MAX_FILES:
            note = f"{spot.folder} holds more than {MAX_SPOT_FILES} files of one kind: the rest is not watched"
            if note not in self.problems:
                self.problems.append(note)
            return
        self.counts[spot.id] = self.counts.get(spot.id, 0) + 1
        self.files[path] = spot
        if is_link:
            target = os.path.realpath(path)
            self.links[target] = path
            if os.path.isdir(os.path.dirname(target)):
                self.folders.add(os.path.dirname(target))

    def await_folder(self, folder: str) -> None:
        self.awaited.add(folder)
        above = os.path.dirname(folder)
        while above != "/" and not os.path.isdir(above):
            above = os.path.dirname(above)
        if os.access(above, os.R_OK):
            self.folders.add(above)


def survey(spots: Iterable[Spot]) -> Survey:
    """Look at the folders of all spots. Files of an earlier spot stay its own."""
    walk = _Walk()
    for spot in dict.fromkeys(spots):
        walk.enter(spot, spot.folder, spot.depth)
    return Survey(files=walk.files, levels={folder: tuple(levels) for folder, levels in walk.levels.items()}, folders=frozenset(walk.folders),
                  links=walk.links, awaited=frozenset(walk.awaited), problems=tuple(walk.problems))


def fits(spot: Spot, name: str) -> bool:
    """Whether a file of this name counts in the folders of `spot`."""
    if (spot.kind != "chosen" and is_temporary(name)) or (name.startswith("known_hosts") and spot.kind == "ssh") or not is_text(name):
        return False
    return _pattern(spot.names).match(name) is not None


def is_text(name: str) -> bool:
    """Whether a name is UTF-8: others cannot stand in an entry, and are told as a problem."""
    return name.isascii() or not any("\ud800" <= char <= "\udfff" for char in name)


@lru_cache(maxsize=512)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(translate(name) for name in names))
