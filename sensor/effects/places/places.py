"""Which named sets a path lies in."""

from __future__ import annotations

import fnmatch
import functools
import re
from collections.abc import Callable
from typing import NamedTuple

from sensor.effects.places import places_table as table
from sensor.model.globs import fits_glob

_OTHER_HOME = re.compile(r"/(?:home|Users)/[^/]+(?=/|$)|/root(?=/|$)|/var/root(?=/|$)|/private/var/root(?=/|$)")
_HOMES = ("/home/", "/Users/", "/root", "/var/root", "/private/var/root")
_LOCAL = tuple(folder + "/" for folder in table.LOCAL_SOFTWARE)
_WILD = re.compile(r"[*?\[\]!.^{},]+")
_GLOB_CHARS = re.compile(r"[*?\[]")


def _regex(pattern: str) -> str:
    text = re.escape(pattern)
    return text.replace(r"\*\*/", "(?:.*/)?").replace(r"/\*\*", "/.*").replace(r"\*", "[^/]*").replace(r"\~", "~")


Fits = Callable[[str], object]


def _compiled(pattern: str) -> Fits:
    return re.compile(_regex(pattern)).fullmatch


def _ends_with(ending: str) -> Fits:
    return lambda text: text.endswith(ending)


class _Rows:
    """Rows that paths with one name have to be held against. Compiled when such a path first comes: most never does."""

    __slots__ = ("_compiled", "_patterns")

    def __init__(self) -> None:
        self._patterns: list[tuple[str, str]] = []
        self._compiled: list[tuple[str, Fits]] = []

    def add(self, place: str, pattern: str) -> None:
        self._patterns.append((place, pattern))

    def compiled(self) -> list[tuple[str, Fits]]:
        if not self._compiled:
            self._compiled = [(place, _compiled(pattern)) for place, pattern in self._patterns]
        return self._compiled


class _Table:
    """Rows of one or more sets, found by a literal name in the path, so that a path meets few patterns."""

    def __init__(self, rows: tuple[tuple[str, tuple[str, ...]], ...], fold: bool) -> None:
        self.fold = fold
        self.names: dict[str, _Rows] = {}
        self.folders: dict[str, _Rows] = {}
        self.endings: dict[str, _Rows] = {}
        self.prefixes: dict[str, _Rows] = {}
        self.always: list[tuple[str, Fits]] = []
        for place, patterns in rows:
            for pattern in patterns:
                self._add(place, pattern.lower() if fold else pattern)
        self.folder_names = frozenset(self.folders)

    def _add(self, place: str, pattern: str) -> None:
        parts = pattern.split("/")
        literal = [part for part in parts[:-1] if part and "*" not in part and part != "~"]
        if "*" not in parts[-1]:
            self.names.setdefault(parts[-1], _Rows()).add(place, pattern)
        elif literal:
            self.folders.setdefault(literal[-1], _Rows()).add(place, pattern)
        elif len(prefix := parts[-1].partition("*")[0]) >= 3:
            self.prefixes.setdefault(prefix[:3], _Rows()).add(place, pattern)
        elif "*" not in (ending := parts[-1].rpartition(".")[2]):
            self.endings.setdefault(ending, _Rows()).add(place, pattern)
        elif pattern.startswith("**/*") and "*" not in (ending := pattern[4:]) and ending:
            self.always.append((place, _ends_with(ending)))
        else:
            self.always.append((place, _compiled(pattern)))

    def find(self, form: str, found: set[str]) -> None:
        """Add the sets of a path given in one spelling."""
        text = form.lower() if self.fold else form
        parts = text.split("/")
        last = parts[-1]
        candidates = self.always
        if last in self.names:
            candidates = candidates + self.names[last].compiled()
        for folder in self.folder_names.intersection(parts[:-1]):
            candidates = candidates + self.folders[folder].compiled()
        ending = last.rpartition(".")[2]
        if ending in self.endings:
            candidates = candidates + self.endings[ending].compiled()
        if last[:3] in self.prefixes:
            candidates = candidates + self.prefixes[last[:3]].compiled()
        for place, fits in candidates:
            if place not in found and fits(text):
                found.add(place)


_ROWS = (
    ("@credentials", table.CREDENTIALS + table.WINDOWS_CREDENTIALS + table.MACOS_CREDENTIALS), ("@agent-config", table.AGENT_CONFIG), ("@agent-memory", table.AGENT_MEMORY),
    ("@persistence", table.PERSISTENCE), ("@devices", table.DEVICES),
)
_TABLES = {fold: _Table(_ROWS, fold) for fold in (False, True)}
_PUBLIC = {fold: _Table((("public", table.PUBLIC),), fold) for fold in (False, True)}
# One literal instance of each table row, to ask whether a pattern written by the agent could reach it.
_SAMPLES = tuple(
    (name, pattern.replace("**/", "").replace("**", "x").replace("*", "x")) for name, patterns in _ROWS[:2] for pattern in patterns
)
_TELLING = re.compile(r"^~/\.|^/etc/|^/root|(?:^|/)[.?*\[]*(?:\.?e[nv?*]|id_|\.?ss[h?*]|\.?aw[s?*]|key|cred|secret|shado|passw|hist)", re.I)


_OWN = frozenset({"@repo", "@temp", "@home", "@under_home"})


class Ground(NamedTuple):
    """The folders that sets are relative to: home, repository, temporary folders, this installation."""

    home: str
    repo: str
    temps: tuple[str, ...]
    handrail: tuple[str, ...]


@functools.lru_cache(maxsize=512)
def places_of(path: str, ground: Ground, glob: bool = False, fold: bool = False) -> frozenset[str]:
    """All sets that the absolute, resolved `path` lies in. `glob` = the last part is a pattern.

    Only names are compared, no file is looked at, so that answers can be kept.
    """
    found: set[str] = set()
    home, repo = ground.home, ground.repo
    below = path + "/"
    wild = glob and _WILD.fullmatch(path.rpartition("/")[2]) is not None
    whole = (path.rpartition("/")[0] or "/") if wild else path
    tilde = _tilde_form(path, home)
    inside_repo = repo != "" and below.startswith(repo + "/")
    inside_temp = _deepest(below, ground.temps) if path.startswith(ground.temps) else 0
    under_home = path.startswith(home + "/") if home != "/" else True
    if inside_repo:
        found.add("@repo")
    if repo and (whole == repo or (len(whole) < len(repo) and repo.startswith(whole.rstrip("/") + "/") and whole not in ("/", home))):
        found.add("@repo_root")
    if "/.git/" in path or path.endswith("/.git"):
        found.add("@git_dir")
    if tilde == "~" or (wild and tilde.count("/") == 1 and tilde.startswith("~/")):
        found.add("@home")
    elif tilde.startswith("~/"):
        found.add("@under_home")
    owner = max(len(home) if under_home else 0, len(repo) if inside_repo else 0)
    if inside_temp > owner:
        found.add("@temp")
    _system(path, whole, glob, found)
    if not inside_repo and "@temp" not in found:
        found.add("@outside")
    for folder in ground.handrail if glob or path.startswith(ground.handrail) else ():
        if below.startswith(folder + "/") or (glob and _covers(path, folder)):
            found.add("@handrail")
    _listed((path, tilde), glob, fold, found)
    return frozenset(found)


def _covers(pattern: str, folder: str) -> bool:
    """Whether a pattern with wild cards can name `folder` or something below it."""
    parts, names = pattern.split("/"), folder.split("/")
    return len(parts) >= len(names) and all(map(fits_glob, names, parts)) and any(_GLOB_CHARS.search(part) for part in parts[: len(names)])


def holds_handrail(path: str, ground: Ground) -> bool:
    """Whether a folder of this installation lies below `path` (which is no home or root folder)."""
    return any(folder.startswith(path.rstrip("/") + "/") for folder in ground.handrail)


def _deepest(below: str, folders: tuple[str, ...]) -> int:
    """Length of the longest of `folders` that holds the path `below` (with a slash at its end)."""
    best = 0
    for folder in folders:
        if below.startswith(folder) and len(folder) > best and below[len(folder)] == "/":
            best = len(folder)
    return best


def _tilde_form(path: str, home: str) -> str:
    if path.startswith(home) and path[len(home) : len(home) + 1] in ("", "/"):
        return "~" + path[len(home) :]
    match = _OTHER_HOME.match(path) if path.startswith(_HOMES) else None
    return "~" + path[match.end() :] if match else path


def _system(path: str, whole: str, glob: bool, found: set[str]) -> None:
    if whole == "/":
        found.add("@root")
        return
    if not _OWN.isdisjoint(found):
        return
    top = path[1:].partition("/")[0]
    if glob and _GLOB_CHARS.search(top) and top.strip("*?") and any(fits_glob(name, top) for name in table.SYSTEM_TOPS):
        found.add("@system")
    if top in table.SYSTEM_TOPS and path not in table.STREAMS and not path.startswith("/dev/"):
        local = path.startswith(_LOCAL) and any(path.startswith(folder + "/") and whole != folder for folder in table.LOCAL_SOFTWARE)
        found.add("@local" if local else "@system")


def _listed(forms: tuple[str, str], glob: bool, fold: bool, found: set[str]) -> None:
    path, tilde = forms
    both = (tilde,) if tilde is path or tilde == path else (tilde, path)
    table = _TABLES[fold]
    for form in both:
        table.find(form, found)
    if "@credentials" in found:
        public: set[str] = set()
        for form in both:
            _PUBLIC[fold].find(form, public)
        if public:
            found.discard("@credentials")
    if glob and _GLOB_CHARS.search(tilde):
        found.update(_reachable(tilde))


def _reachable(tilde: str) -> set[str]:
    """Sets whose members a pattern such as `~/.ss?/id_*` can name. A bare `*` names nothing in particular."""
    if len(tilde) > 300 or tilde.count("*") > 6 or not _TELLING.search(tilde):
        return set()
    regex = re.compile(fnmatch.translate(tilde).replace(".*", "[^/]*"), re.S)
    last = tilde.rpartition("/")[2]
    if len(last.strip("*?.[]!")) < 2 and not tilde.startswith("~/."):
        return set()
    relative = re.compile(fnmatch.translate(last))
    return {
        name for name, sample in _SAMPLES
        if (regex.match(sample) if "/" in sample else len(last.strip("*?.[]!")) > 1 and relative.match(sample))
    }
