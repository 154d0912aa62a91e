"""What the watcher tells the sensor about files: values that cross the socket. No content, only digests and typed facts."""

from __future__ import annotations

from sensor.model.calls import Value


class HookEntry(Value, frozen=True):
    """A handler in an agent's settings: the event it is for, and the SHA-256 of its canonical JSON."""

    event: str
    sha256: str


class HookChange(Value):
    """What a change did to the hooks of an agent's settings file.

    `lost`, `altered` and `gained` are events of entries of ours; `foreign` are entries of others that are new, `foreign_gone` counts
    those that went. `off` = the file now switches hooks off; `problem` = the file can no longer be understood.
    `is_expected` is False while our entries should stand in the file: they were installed and nobody took them out through us.
    """

    agent: str
    lost: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    foreign: tuple[HookEntry, ...] = ()
    foreign_gone: int = 0
    off: bool = False
    problem: str = ""
    is_expected: bool = True

    @property
    def is_harm(self) -> bool:
        """Whether protection is less than it should be after this change."""
        return not self.is_expected and bool(self.lost or self.altered or self.off or self.problem)


class Observation(Value):
    """One change of one file. Times in Unix seconds: it happened between `since` and `until`.

    `event` is "create", "change", "delete" or "move" (then `source` is where it was); `before` and `after` are SHA-256, "" where there is
    no file or it could not be read. `target` is where the links lead if the name is one. `seen` is "event", "sweep" or "start".
    `part` names the part of the file that counts; `own` says what of Handrail wrote it, "" = it was not Handrail.
    """

    path: str
    kind: str
    event: str
    since: float
    until: float
    seen: str
    before: str = ""
    after: str = ""
    size_before: int = -1
    size_after: int = -1
    mode_before: int = -1
    mode_after: int = -1
    uid: int = -1
    source: str = ""
    target: str = ""
    part: str = ""
    own: str = ""
    hooks: HookChange | None = None


class Repair(Value):
    """Our entries were put back into a settings file, or why they could not be."""

    agent: str
    path: str
    by: str
    outcome: str
    problem: str = ""


class HookState(Value):
    """How one settings file with hooks stands. `foreign` are entries of others that nobody accepted.

    `missing` are events without the entry that was installed; empty `recorded` = nothing of ours should be there.
    """

    agent: str
    path: str
    recorded: bool = False
    missing: tuple[str, ...] = ()
    foreign: tuple[HookEntry, ...] = ()
    off: bool = False
    problem: str = ""


class WatchFacts(Value):
    """How the watcher is. Times in Unix seconds, 0 = not yet; counts are since its start.

    `blind` are folders that are looked at by the sweep alone, with the reason. `missed` counts changes that only a sweep found,
    `overflows` how often the system dropped events, `waiting` changes that are not recorded yet.
    """

    pid: int
    started: float
    enabled: bool = True
    files: int = 0
    folders: int = 0
    kinds: dict[str, int] = {}
    projects: tuple[str, ...] = ()
    blind: dict[str, str] = {}
    problems: tuple[str, ...] = ()
    swept: float = 0
    sweep_ms: float = 0
    sweeps: int = 0
    changes: int = 0
    missed: int = 0
    overflows: int = 0
    waiting: int = 0
    hooks: tuple[HookState, ...] = ()


class RepairWish(Value):
    """A person wants our entries back in an agent's settings."""

    id: str
    agent: str
    by: str


class WatchPlan(Value):
    """What the sensor wants of the watcher, `<state>/watch-plan.json`: folders of recent sessions, accepted hook entries, wishes."""

    projects: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    wishes: tuple[RepairWish, ...] = ()
