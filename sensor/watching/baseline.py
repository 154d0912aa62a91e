"""`<state>/watch.json`: the files as they were last recorded. What differs from it has not become an entry yet.

So nothing is lost between an event and its entry: not by a sensor that is away, not by a watcher that is killed, not while
Handrail does not run.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec

from sensor.model.calls import Value
from sensor.paths import replace_private
from sensor.watching.facts import FileState

FILE = "watch.json"
VERSION = 1


class Known(Value):
    """A file as it was last recorded, and the spot that it belongs to."""

    state: FileState
    spot: str


class _Content(Value):
    version: int
    at: float
    files: dict[str, Known]
    covered: tuple[str, ...]
    installed: dict[str, tuple[str, ...]] = {}
    familiar: tuple[str, ...] = ()


class Baseline:
    """The recorded state of every watched file. `covered` are spots that were looked at before: what appears there is new.

    `installed` are the events that our entries of a settings file stood for when we wrote it; `familiar` are digests of hook entries of others that
    stood there when watching began. `at` is when it was saved last.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self.files: dict[str, Known] = {}
        self.covered: set[str] = set()
        self.installed: dict[str, tuple[str, ...]] = {}
        self.familiar: set[str] = set()
        self.at = 0.0
        self.is_changed = False

    def load(self) -> bool:
        """Read what was kept; False when there is nothing that can be used."""
        try:
            content = msgspec.json.decode(self._file.read_bytes(), type=_Content)
        except (OSError, msgspec.MsgspecError):
            return False
        if content.version != VERSION:
            return False
        self.files, self.covered, self.installed, self.at = content.files, set(content.covered), content.installed, content.at
        self.familiar = set(content.familiar)
        return True

    def put(self, path: str, state: FileState | None, spot: str) -> None:
        """The file is recorded in this state; None = it is gone."""
        if state is None:
            self.files.pop(path, None)
        else:
            self.files[path] = Known(state=state, spot=spot)
        self.is_changed = True

    def keep(self, spots: set[str]) -> None:
        """From now on exactly these spots count; what belonged to others is forgotten."""
        if spots != self.covered:
            self.files = {path: known for path, known in self.files.items() if known.spot in spots}
            self.covered, self.is_changed = spots, True

    def moved_from(self, state: FileState) -> str:
        """The recorded file that this one was before it was renamed, "" when none: same inode and content, and no longer there."""
        for path, known in self.files.items():
            if known.state.signature.inode == state.signature.inode and known.state.sha256 == state.sha256 and not os.path.lexists(path):
                return path
        return ""

    def digest(self) -> str:
        """SHA-256 over every path and digest."""
        lines = "".join(f"{path}\0{known.state.sha256}\n" for path, known in sorted(self.files.items()))
        return hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()

    def save(self, now: float) -> None:
        """Write it as a whole, 0600. Raises OSError."""
        self.at, self.is_changed = now, False
        content = _Content(version=VERSION, at=now, files=self.files, covered=tuple(sorted(self.covered)), installed=self.installed,
                           familiar=tuple(sorted(self.familiar)))
        replace_private(self._file, msgspec.json.encode(content))
