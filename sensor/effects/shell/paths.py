"""Turn a path as written into a `PathRef`: absolute, links resolved, with its named sets."""

from __future__ import annotations

import os
import re
import stat

from sensor.effects.places.agent_files import meant_by
from sensor.effects.places.places import Ground, holds_handrail, places_of
from sensor.effects.places.places_table import STREAMS
from sensor.effects.shell.scope import NOWHERE, Field
from sensor.model.effects import PathRef, Surroundings

MAX_LOOKUPS = 800
MAX_LINKS = 20
MAX_PATH = 4096
MAX_KNOWN_DEPTH = 32
_UNTOLD = "/untold/folder"  # stands for a working folder that the call does not name
_BY_NAME = frozenset({"@credentials", "@agent-config", "@agent-memory", "@persistence", "@git_dir", "@repo", "@repo_root"})
_NOTHING = re.compile(r"/(?:\.?/)+")
_DESCRIPTOR = re.compile(r"/(?:dev|proc/(?:self|thread-self))/fd/(\d+)/")
_STAYS, _MOVES = frozenset({"", "."}), frozenset({"", ".", ".."})


def path_field(home: str, text: str) -> Field:
    """A path as a tool takes it: `~`, `file://`, percent-encoded, globs, a drive of Windows."""
    if text.startswith("file://"):
        text = "/" + text[7:].partition("/")[2]
    elif text[1:3] == ":\\":  # of Windows
        text = text[2:].replace("\\", "/")
    if text == "~" or text.startswith("~/"):
        text = home + text[1:]
    elif text.startswith(("$HOME/", "${HOME}/")):
        text = home + text[text.index("/") :]
    elif text == "$HOME":
        text = home
    return Field(text, glob=any(char in text for char in "*?["))


class PathResolver:
    """Resolves the paths of one call; every folder is looked up once. `exhausted` = too many to look at all."""

    def __init__(self, around: Surroundings, cwd: str, roots: tuple[str, ...]) -> None:
        self.lookups = 0
        self.exhausted = False
        self.secrets: frozenset[str] = frozenset()  # files that are known to hold what a credential file held
        self.descriptors: dict[str, str] = {}  # what `3< folder` opened
        self.links: dict[str, str | None] = {}
        self.folders: dict[str, tuple[str, bool]] = {}
        self.refs: dict[tuple[str, str, bool, bool], PathRef] = {}
        self.fold = around.platform == "darwin"
        self.home = around.home.rstrip("/") or "/"
        cwd = path_field(self.home, cwd).text if cwd[:1] in ("~", "$") else cwd
        self.cwd, missing = self._real(cwd) if cwd.startswith("/") and len(cwd) <= MAX_PATH else ("", False)
        self.folders[self.cwd] = self.cwd, missing
        self.roots = tuple(root for root in roots if len(root) <= MAX_PATH)
        self._ground = Ground(self.home, "", (*around.temps, "/private/tmp", "/private/var/tmp", "/dev/shm"), around.handrail)
        self._grounded = False

    @property
    def ground(self) -> Ground:
        """Found when the first path asks: many commands touch none."""
        if not self._grounded:
            self._grounded = True
            first = self._ground
            self._ground = Ground(first.home, self._project(self.roots), first.temps, first.handrail)
        return self._ground

    def _project(self, roots: tuple[str, ...]) -> str:
        """The git work tree of the call, else the folder the agent works in unless that is home, root or temporary."""
        if not self.cwd:
            return ""
        found = self.repo_root(self.cwd)
        if found:
            return found
        for root in roots:
            if root.startswith("/") and (self.cwd + "/").startswith(root.rstrip("/") + "/") and root != "/":
                return "" if self._too_wide(root) else root.rstrip("/")
        return "" if self._too_wide(self.cwd) else self.cwd

    def _too_wide(self, folder: str) -> bool:
        if folder in ("/", self.home) or self.home.startswith(folder + "/"):
            return True
        return bool(places_of(folder, self._ground) & {"@temp", "@system", "@root"})

    def repo_root(self, folder: str) -> str:
        """The nearest folder at or above `folder` with a `.git` entry, "" when there is none."""
        while folder and folder != "/":
            if self._mode(folder + "/.git"):
                return folder
            folder = folder.rpartition("/")[0]
        return ""

    def _mode(self, path: str) -> int:
        self.lookups += 1
        if self.lookups > MAX_LOOKUPS:
            self.exhausted = True
            return 0
        try:
            return os.lstat(path).st_mode
        except (OSError, ValueError):
            return 0

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder at the resolved `path`; also when too much was looked up to tell."""
        mode = self._mode(path)
        return self.exhausted or stat.S_ISDIR(mode) or stat.S_ISLNK(mode)

    def lacks(self, folder: str, cwd: str) -> bool:
        """Whether there is certainly no such `folder`: `cwd` is one of this machine, and what leads to `folder` ends on the way."""
        return self._mode(cwd) != 0 and self._folder(folder)[1] and not self.exhausted

    def holds_files(self, path: str, cwd: str) -> bool:
        """Whether `path` is certainly a folder: it is one here, or the current folder or home lie in it."""
        return bool(path) and (stat.S_ISDIR(self._mode(path)) or any(f"{known}/".startswith(path.rstrip("/") + "/") for known in (cwd, self.home) if known))

    def real(self, path: str) -> str:
        """`path` without `.`, `..` and links, as far as it exists."""
        return self._real(path)[0]

    def _real(self, path: str) -> tuple[str, bool]:
        """The real path, and whether it is certainly missing."""
        current, missing, hops = "", False, 0
        parts = path.split("/")[::-1]
        while parts:
            part = parts.pop()
            if part in _STAYS:
                continue
            if part == "..":
                current = current.rpartition("/")[0]
                missing = False
                continue
            following = f"{current}/{part}"
            target = self.links.get(following) or None if missing else self._link(following)
            if target is None:
                current = following
            elif target == "":
                current, missing = following, True
            else:
                hops += 1
                if hops > MAX_LINKS:
                    return following, missing
                if target.startswith("/"):
                    current = ""
                parts += target.split("/")[::-1]
        return current or "/", missing

    def _folder(self, folder: str) -> tuple[str, bool]:
        """The real path of a folder, and whether it is certainly missing; one below a known folder costs one look."""
        known = self.folders.get(folder)
        if known is None:
            above, _, name = folder.rpartition("/")
            parent = self.folders.get(above) if name not in _MOVES else None
            if parent is None and name not in _MOVES and above and above.count("/") < MAX_KNOWN_DEPTH:
                parent = self._folder(above)
            known = self.folders[folder] = self._real(folder) if parent is None else self._below(parent, name)
        return known

    def _below(self, parent: tuple[str, bool], name: str) -> tuple[str, bool]:
        """The real path of `name` in a folder."""
        current, missing = parent
        path = f"/{name}" if current == "/" else f"{current}/{name}"
        target = (self.links.get(path) or None) if missing else self._link(path)
        if target:
            return self._real(path)
        return path, missing or target == ""

    def _link(self, path: str) -> str | None:
        """Target of a link, None for any other file, "" when there is no such file."""
        if path in self.links:
            return self.links[path]
        mode = self._mode(path)
        target: str | None = None if mode else ""
        if mode and stat.S_ISLNK(mode):
            try:
                target = os.readlink(path)
            except OSError:
                target = ""
        self.links[path] = target
        return target

    def open(self, descriptor: str, path: str) -> None:
        """The call opens a folder or file under a number."""
        self.descriptors[descriptor] = path
        self.folders.clear()
        self.refs.clear()

    def add_link(self, path: str, target: str) -> None:
        """The call makes a link: later paths of it go through there."""
        self.links[path] = target
        self.folders.clear()
        self.refs.clear()

    def absolute(self, text: str, cwd: str, follow: bool = True) -> str:
        """Absolute real path, "" when it depends on an unknown folder. Without `follow`, a link at the end stays."""
        if "\0" in text or len(text) > MAX_PATH or text.startswith("\\\\"):
            return ""
        if not text.startswith("/"):
            if not cwd or cwd == NOWHERE:
                return ""
            text = f"{cwd}/{text}"
            if len(text) > 2 * MAX_PATH:
                return ""
        if "/fd" in text and (below := _DESCRIPTOR.match(_NOTHING.sub("/", text))) is not None:
            opened, rest = self.descriptors.get(below.group(1), ""), _NOTHING.sub("/", text)[below.end() :]
            return self.absolute(f"{opened}/{rest}", cwd, follow) if opened and "/fd/" not in opened else ""
        if not text.startswith("/proc/"):
            pass
        elif text.startswith("/proc/self/cwd"):
            text = cwd + text[len("/proc/self/cwd") :]
        elif text.startswith("/proc/self/root"):
            text = text[len("/proc/self/root") :] or "/"
        else:
            return os.path.normpath(text)  # its links are those of this process, not of the one that is judged
        folder, _, name = text.rpartition("/")
        if name in _MOVES:
            return self.real(text)
        parent = self._folder(folder)
        if follow:
            return self._below(parent, name)[0]
        return f"/{name}" if parent[0] == "/" else f"{parent[0]}/{name}"

    def ref(self, field: Field, cwd: str, deletes: bool = False) -> PathRef | None:
        """The reference for one word, None for a standard stream or an empty word."""
        text = field.text
        if not text or text == "-" or text in STREAMS or (text.startswith("/dev/fd/") and _DESCRIPTOR.match(text) is None):
            return None
        if not field.known:
            return self._partial(field, cwd)
        key = (text, cwd, field.glob, deletes)
        known = self.refs.get(key)
        if known is None:
            known = self.refs[key] = self._resolve(field, cwd, deletes)
        return known

    def _resolve(self, field: Field, cwd: str, deletes: bool) -> PathRef:
        path = self.absolute(field.text, cwd, not deletes)
        if not path:
            return PathRef(raw=field.text, places=self._untold(field, cwd), glob=field.glob)
        if path in STREAMS:
            return PathRef(raw=field.text, path=path)
        if field.glob:
            path = meant_by(self.home, path) or path
        places = places_of(path, self.ground, field.glob, self.fold)
        if path in self.secrets:
            places |= {"@credentials"}
        if deletes and "@handrail" not in places and path not in ("/", self.home) and holds_handrail(path, self.ground):
            places |= {"@handrail"}
        return PathRef(raw=field.text, path=path, places=places, glob=field.glob)

    def _untold(self, field: Field, cwd: str) -> frozenset[str]:
        """The sets of a path in a folder that nobody named. The folder as a whole is one that must not be lost, as for any call: it may be home."""
        path = os.path.normpath(f"{_UNTOLD}/{field.text}")
        listed = places_of(path, Ground(self.home, _UNTOLD, (), ()), field.glob, self.fold) & _BY_NAME
        if cwd or field.text.startswith("/"):
            return listed - {"@repo", "@repo_root"}
        return listed | {"@repo_root"} if f"{_UNTOLD}/".startswith(path.rstrip("/") + "/") else listed

    def _partial(self, field: Field, cwd: str) -> PathRef:
        """A path with an unresolved piece: its sets are those of what is certain."""
        head = field.head
        folder = head.rpartition("/")[0] if "/" in head else ""
        if head.startswith("/") and folder:
            parent = self.real(folder)
        elif head and folder and cwd and cwd != NOWHERE and not head.startswith("/"):
            parent = self.absolute(folder, cwd)
        else:
            listed = places_of("/x/" + field.tail.lstrip("/"), self.ground, field.glob, self.fold) & {
                "@credentials", "@agent-config", "@agent-memory", "@git_dir"} if "/" in field.tail else frozenset()
            return PathRef(raw=field.text, places=frozenset(listed), glob=field.glob)
        path = parent + "/" + field.text[len(folder) + 1 :] if field.text.startswith(folder) else parent + "/?"
        return PathRef(raw=field.text, path=path, places=places_of(path, self.ground, False, self.fold), glob=True)
