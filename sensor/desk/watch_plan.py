"""What the sensor wants of the watcher: folders of recent sessions, accepted hook entries, wishes. Owner of `<state>/watch-plan.json`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from sensor.model.verdicts import JudgedCall
from sensor.model.watching import RepairWish, WatchPlan
from sensor.paths import replace_private

FILE = "watch-plan.json"
MOST_PROJECTS = 20
MOST_ACCEPTED = 1000


class WatchPlanKeeper:
    """Keeps the plan and writes it when it changes. `later` runs a function soon; `home` is no project."""

    def __init__(self, folder: Path, home: str, later: Callable[[Callable[[], None]], None]) -> None:
        self._file = folder / FILE
        self._home = home
        self._later = later
        self._is_due = False
        self.plan = self._load()

    def judged(self, judged: JudgedCall) -> None:
        """Note the folders of a session. Cheap when the newest project is at work again."""
        for folder in (judged.call.cwd, *judged.call.roots):
            if folder in self.plan.projects[:1] or not self._is_project(folder):
                continue
            is_new = folder not in self.plan.projects
            rest = tuple(one for one in self.plan.projects if one != folder)
            self.plan = msgspec.structs.replace(self.plan, projects=(folder, *rest)[:MOST_PROJECTS])
            if is_new:
                self._write_soon()

    def accept(self, digests: tuple[str, ...]) -> None:
        """Hook entries of others that a person knows."""
        accepted = dict.fromkeys((*digests, *self.plan.accepted))
        self.plan = msgspec.structs.replace(self.plan, accepted=tuple(accepted)[:MOST_ACCEPTED])
        self.write()

    def wish(self, wish: RepairWish) -> None:
        """A person wants our entries of an agent back."""
        self.plan = msgspec.structs.replace(self.plan, wishes=(*self.plan.wishes, wish)[-10:])
        self.write()

    def granted(self, agent: str) -> None:
        """The watcher has tried it."""
        left = tuple(wish for wish in self.plan.wishes if wish.agent != agent)
        if left != self.plan.wishes:
            self.plan = msgspec.structs.replace(self.plan, wishes=left)
            self.write()

    def write(self) -> None:
        """Replace the file."""
        self._is_due = False
        replace_private(self._file, msgspec.json.encode(self.plan))

    def _write_soon(self) -> None:
        if not self._is_due:
            self._is_due = True
            self._later(self.write)

    def _is_project(self, folder: str) -> bool:
        return folder.startswith("/") and len(folder) < 4096 and folder not in ("/", self._home) and not self._home.startswith(folder.rstrip("/") + "/")

    def _load(self) -> WatchPlan:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=WatchPlan)
        except (OSError, msgspec.MsgspecError):
            return WatchPlan()
