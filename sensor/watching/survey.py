"""From spots to what there is now: the files that count, the folders to watch, and which name in which folder is of interest."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from fnmatch import translate
from functools import lru_cache

from sensor.model.calls import Value
from sensor.watching.places import Spot, is_temporary

# Those of one spot are few enough that no folder full of files or folders takes the place of another spot of the user.
MAX_FILES, MAX_FOLDERS = 8000, 4000
MAX_SPOT_FILES, MAX_SPOT_FOLDERS = 400, 100  # folders: for each level below
MAX_PROBLEMS = 50
SKIPPED = frozenset({".git", "node_modules", "__pycache__", ".venv"})


class Level(Value):
    """A folder of a spot: names that count in it, and how many levels may follow below."""

    spot: Spot
    below: int


class Survey(Value):
    """`files` by path with their spot; `levels` by folder; `folders` are to be watched.

    `links` are targets of symbolic links with the name that leads there; `awaited` are folders that do not exist yet; `structure` are the folders of
    spots, awaited ones too, and those above them.
    """

    files: dict[str, Spot]
    levels: dict[str, tuple[Level, ...]]
    folders: frozenset[str]
    links: dict[str, str]
    awaited: frozenset[str]
    structure: frozenset[str] = frozenset()
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
        return f"{folder.rstrip('/')}/{name}" in self.structure or any(level.below > 0 for level in self.levels.get(folder, ()))


class _Walk:
    def __init__(self) -> None:
        self.files: dict[str, Spot] = {}
        self.levels: dict[str, list[Level]] = {}
        self.folders: set[str] = set()
        self.links: dict[str, str] = {}
        self.awaited: set[str] = set()
        self.problems: dict[str, None] = {}
        self.counts: dict[str, int] = {}
        self.below: dict[str, int] = {}

    def start(self, spot: Spot) -> None:
        if "\0" in spot.folder:
            self.tell(f"{spot.folder!r} is no folder")
        else:
            self.enter(spot, spot.folder, spot.depth)

    def tell(self, problem: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems[problem] = None

    def enter(self, spot: Spot, folder: str, below: int) -> None:
        if below < spot.depth and (self.below.get(spot.id, 0) >= MAX_SPOT_FOLDERS * spot.depth or len(self.folders) >= MAX_FOLDERS):
            self.tell(f"{spot.folder} holds more than {MAX_SPOT_FOLDERS * spot.depth} folders: the rest is not watched")
            return
        self.levels.setdefault(folder, []).append(Level(spot=spot, below=below))
        try:
            with os.scandir(folder) as found:
                inside = sorted(found, key=lambda one: one.name)
        except PermissionError:
            self.tell(f"{folder} may not be read")
            return
        except OSError:
            self.await_folder(folder)
            return
        self.below[spot.id] = self.below.get(spot.id, 0) + (below < spot.depth)
        self.folders.add(folder)
        for one in inside:
            if not is_text(one.name):
                self.tell(f"{folder} holds a name that is not UTF-8: it is not watched")
                continue
            try:
                is_folder = one.is_dir(follow_symlinks=False)
            except OSError:  # gone since the folder was read
                continue
            if not is_folder and fits(spot, one.name):
                self.add(spot, one.path, one.is_symlink())
            elif is_folder and below > 0 and one.name not in SKIPPED:
                self.enter(spot, one.path, below - 1)

    def add(self, spot: Spot, path: str, is_link: bool) -> None:
        if path in self.files:
            return
        if self.counts.get(spot.id, 0) >= MAX_SPOT_FILES or len(self.files) >= MAX_FILES:
            self.tell(f"{spot.folder} holds more than {MAX_SPOT_FILES} files of one kind: the rest is not watched")
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
        walk.start(spot)
    return Survey(files=walk.files, levels={folder: tuple(levels) for folder, levels in walk.levels.items()}, folders=frozenset(walk.folders),
                  links=walk.links, awaited=frozenset(walk.awaited), structure=_with_those_above(walk.levels), problems=tuple(walk.problems))


def _with_those_above(folders: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for folder in folders:
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return frozenset(found)


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
