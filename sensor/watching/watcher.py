"""The watcher's loop: hints say where to look, the disk says what is there, the baseline says what was recorded.

    events   a hint: look at once where content was written, after 0.2 s where something is absent or may still be written
    sweep    within 30 s: signatures of all files, so that nothing depends on an event
    deliver  what differs goes to the sensor; only what it has recorded becomes the new baseline
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from sensor.ask import SensorAway, SensorRefused
from sensor.model.watching import Observation, WatchFacts, WatchPlan
from sensor.settings import Settings, SettingsError, WatchRepair, load_settings
from sensor.watching.baseline import Baseline
from sensor.watching.eyes import ABSENCE, DROPPED, FOLDER, GONE, NEW, Eyes, Hint
from sensor.watching.facts import FileState, sign
from sensor.watching.inbox import Inbox
from sensor.watching.observing import Noticed, Observer
from sensor.watching.places import Spot, World, chosen_spots, project_spots, record_spots, user_spots
from sensor.watching.repair import Repairer
from sensor.watching.survey import Survey, survey

log = logging.getLogger(__name__)

SWEEP_SECONDS = 29.5  # what only a sweep finds is an entry within 30 s
SETTLE_SECONDS = 0.2
QUIET_SECONDS, QUIET_TIMES = 0.5, 20  # between two looks at one file, and how many times as long as a look takes: Claude Code rewrites megabytes all the time
STRUCTURE_SECONDS, SURVEY_SECONDS = 0.05, 0.5  # from a new folder to the survey; between two surveys
RETRY_SECONDS = (0.5, 1.0, 2.0, 5.0)
MOST_AT_ONCE = 50
MOST_PER_MINUTE, REST_SECONDS = 600, 5.0  # beyond it files without hooks wait, so that no program fills the log
PLAN_FILE = "watch-plan.json"
AGENTS_FOLDER = "agents"


class Link(Protocol):
    """The sensor. Raises SensorAway, SensorRefused."""

    def __call__(self, op: str, args: dict[str, Any]) -> dict[str, Any]: ...


class Due(msgspec.Struct):
    """A file to look at. `at` is monotonic."""

    spot: Spot
    at: float
    noticed: Noticed


class Watcher:
    """Built once by `sensor.watching.process`. `clock` gives Unix seconds, `now` monotonic ones."""

    def __init__(self, world: World, eyes: Callable[[Callable[[Hint], None]], Eyes], link: Link, *,
                 clock: Callable[[], float], now: Callable[[], float]) -> None:
        self._world, self._link, self._clock, self._now = world, link, clock, now
        self._baseline = Baseline(world.paths.state)
        self._is_first = not self._baseline.load()
        self._observer = Observer(world, self._baseline)
        self._repairer = Repairer(world, now)
        self._inbox = Inbox()
        self._eyes = eyes(self._inbox.tell)
        self._settings = Settings()
        self._plan = WatchPlan()
        self._granted: set[str] = set()
        self._survey: Survey = survey(())
        self._due: dict[str, Due] = {}
        self._quiet: dict[str, float] = {}
        self._lost: list[str] = []
        self._failures = 0
        self._owes_begin, self._owes_report = self._is_first, False
        self._retry_at = self._survey_at = self._surveyed_at = float("-inf")
        self._recent: deque[float] = deque(maxlen=MOST_PER_MINUTE)
        self._looked_at = 0.0
        self._own_watched: frozenset[str] = frozenset()
        self._sweep_at = now()
        self._blind: dict[str, str] = {}
        self._facts = WatchFacts(pid=os.getpid(), started=clock())
        self._own = (str(world.paths.state), str(world.paths.state / AGENTS_FOLDER))
        self._inbox.is_wanted = self._is_wanted
        self._load()

    # -- the loop

    def run(self, is_stopped: Callable[[], bool]) -> None:
        """Watch until `is_stopped` after a `wake`."""
        self.start()
        while not is_stopped():
            self.turn()

    def wake(self) -> None:
        """Let `run` look at `is_stopped`."""
        self._inbox.wake()

    def start(self) -> None:
        """Compare everything with what was recorded when Handrail ran last."""
        self.sweep("start")

    def turn(self, longest: float = SWEEP_SECONDS) -> None:
        """Wait for something to do, and do it."""
        for hint in self._inbox.take(min(longest, max(0.0, self._next() - self._now()))):
            self._take(hint)
        if self._survey_at != float("-inf") and self._survey_at <= self._now():
            self._look_around()
        if self._now() >= self._sweep_at:
            self.sweep("sweep")
        now = self._now()
        if now >= self._retry_at:
            self._deliver(now)
            self._pay()
        if self._baseline.is_changed and not self._due:
            self._save()

    def close(self) -> None:
        """End the threads and keep what is known."""
        self._eyes.close()
        self._save()

    def _next(self) -> float:
        moments = [self._sweep_at, *([self._survey_at] if self._survey_at != float("-inf") else [])]
        waiting = [due.at for due in self._due.values()]
        if waiting or self._lost or self._owes_begin or self._owes_report:
            moments.append(max(self._retry_at, min(waiting, default=self._now())))
        return min(moments)

    # -- hints

    def _is_wanted(self, hint: Hint) -> bool:
        seen = self._survey
        return (hint.what is GONE or bool(seen.files_of(hint.folder, hint.name)) or seen.is_structure(hint.folder, hint.name)
                or (hint.folder == self._own[0] and hint.name in (PLAN_FILE, AGENTS_FOLDER)) or hint.folder == self._own[1])

    def _take(self, hint: Hint) -> None:
        if hint.what is DROPPED:
            self._lost.append("the operating system dropped file events: its queue was full")
            self._facts = msgspec.structs.replace(self._facts, overflows=self._facts.overflows + 1)
            self._sweep_at = self._now()
            return
        if hint.folder in self._own:
            self._load()
            self._survey_at = self._now()
            return
        if hint.what in (GONE, FOLDER) or self._survey.is_structure(hint.folder, hint.name):
            self._survey_soon()
        settle = SETTLE_SECONDS if hint.what in (ABSENCE, NEW) else 0.0
        for path, spot in self._survey.files_of(hint.folder, hint.name):
            self._look_at(path, spot, Noticed(since=self._clock(), until=self._clock(), seen="event"), settle)

    def _look_at(self, path: str, spot: Spot, noticed: Noticed, after: float) -> None:
        at = max(self._now() + after, self._quiet.get(path, float("-inf")))
        waiting = self._due.get(path)
        if waiting is None:
            self._due[path] = Due(spot=spot, at=at, noticed=noticed)
        else:
            waiting.at = min(waiting.at, at) if after == 0 else waiting.at
            waiting.noticed = msgspec.structs.replace(waiting.noticed, until=max(noticed.until, waiting.noticed.until))

    def _survey_soon(self) -> None:
        if self._survey_at == float("-inf"):
            self._survey_at = max(self._now() + STRUCTURE_SECONDS, self._surveyed_at + SURVEY_SECONDS)

    # -- what is watched

    def _load(self) -> None:
        """Settings, and what the sensor wants. What is broken stays as it was."""
        try:
            self._settings = load_settings(self._world.paths.config_file)
        except SettingsError:
            pass
        try:
            self._plan = msgspec.json.decode((self._world.paths.state / PLAN_FILE).read_bytes(), type=WatchPlan)
        except (OSError, msgspec.MsgspecError):
            pass
        self._observer.refresh()

    def _spots(self) -> list[Spot]:
        watch, world = self._settings.watch, self._world
        found = list(user_spots(world))
        if not watch.enabled:
            return [spot for spot in found if spot.kind == "handrail"]
        found += record_spots(tuple(self._observer.records.values()))
        for project in self._plan.projects:
            found += project_spots(project, world)
        return [*found, *chosen_spots(watch.paths, world.home)]

    def _look_around(self, seen: str = "event") -> None:
        """Survey everything, watch its folders, adopt what belongs to spots that are new, and look at what is another file than the recorded one."""
        self._survey_at, self._surveyed_at = float("-inf"), self._now()
        own = frozenset(folder for folder in self._own if os.path.isdir(folder))
        self._observer.refresh()
        spots = self._spots()
        for _ in range(3):  # a folder that appears while it is being surveyed is seen in the next round
            before, self._survey = self._survey, survey(spots)
            self._blind = self._eyes.watch(self._survey.folders | own)
            if self._survey.folders == before.folders:
                break
        ids = {spot.id for spot in spots}
        fresh = ids - self._baseline.covered
        noticed = Noticed(since=self._looked_at or self._baseline.at or self._clock(), until=self._clock(), seen=seen)
        if own - self._own_watched:
            self._own_watched = own
            self._survey_soon()  # a record may have been written before its folder was watched
        for path, spot in self._survey.files.items():
            if path not in self._baseline.files:
                if spot.id in fresh and not self._observer.was_ours(path, self._clock()):
                    self._observer.adopt(path, spot, self._is_first)
                else:
                    self._look_at(path, spot, noticed, 0.0)
        self._owes_report = True
        self._baseline.keep(ids)
        self._is_first = False
        for path in self._baseline.files.keys() - self._survey.files.keys():
            self._look_at(path, self._spot_of(path), noticed, SETTLE_SECONDS)
        self._compare(noticed)
        self._looked_at = self._clock()

    def _spot_of(self, path: str) -> Spot:
        """The spot of a recorded file that is not there now."""
        folder, _, name = path.rpartition("/")
        found = self._survey.files_of(folder, name)
        kind, base, names, depth = self._baseline.files[path].spot.split("|")
        return found[0][1] if found else Spot(kind=kind, folder=base, names=tuple(names.split(",")), depth=int(depth))

    # -- the sweep

    def sweep(self, seen: str) -> None:
        """Look at every file whose signature is another than the recorded one, whether or not there was an event."""
        began = self._now()
        self._load()
        self._look_around(seen)
        self._sweep_at = self._now() + SWEEP_SECONDS
        self._facts = msgspec.structs.replace(self._facts, swept=self._clock(), sweep_ms=round((self._now() - began) * 1000, 2), sweeps=self._facts.sweeps + 1)
        self._owes_report = True

    def _compare(self, noticed: Noticed) -> None:
        """Look at every file whose signature is another than the recorded one.

        A folder that took the place of another brings files that are older than that.
        """
        for path, known in tuple(self._baseline.files.items()):
            there = sign(path)
            if there == known.state.signature or path in self._due:
                continue
            at = there.ctime_ns / 1e9 if there is not None and noticed.seen != "event" else 0.0
            found = Noticed(since=at or noticed.since, until=at or self._clock(), seen=noticed.seen)
            self._look_at(path, self._survey.files.get(path) or self._spot_of(path), found, 0.0)

    # -- the sensor

    def _deliver(self, now: float) -> None:
        """Read what is due, and give what changed to the sensor."""
        ready = self._ready(now)
        if not ready and not self._lost:
            return
        if any(self._observer.agent_of(path) for path in ready):
            self._observer.refresh()  # the record of an installation is written just before the settings
        changes: list[tuple[Observation, FileState | None, Spot]] = []
        for path in ready:
            due, began = self._due[path], self._now()
            state = self._observer.read(path)
            self._quiet[path] = now + max(QUIET_SECONDS, QUIET_TIMES * (self._now() - began))
            if state is None and due.noticed.seen == "event" and 0 <= self._clock() - due.noticed.until < SETTLE_SECONDS:
                due.at = now + SETTLE_SECONDS  # between the two steps of a program that replaces it
                continue
            observation = self._observer.observe(path, due.spot, state, due.noticed, self._clock())
            if observation is None:
                self._unchanged(path, state, due.spot)
            else:
                changes.append((observation, state, due.spot))
        moved = {one.source for one, _, _ in changes if one.source}
        changes = [one for one in changes if one[0].path not in moved or one[0].event != "delete"]
        if not self._send([one for one, _, _ in changes]):
            return
        for observation, state, spot in changes:
            self._recorded(observation, state, spot, now)
        for path in moved & self._due.keys():
            del self._due[path]
        if any(one.hooks is not None or one.seen != "event" for one, _, _ in changes):
            self._owes_report = True

    def _ready(self, now: float) -> list[str]:
        """The files to read now."""
        ready = [path for path, due in self._due.items() if due.at <= now]
        if len(self._recent) == MOST_PER_MINUTE and now - self._recent[0] < 60:
            for path in ready:
                if not self._observer.agent_of(path):
                    self._due[path].at = now + REST_SECONDS
            ready = [path for path in ready if self._due[path].at <= now]
        return ready[:MOST_AT_ONCE]

    def _unchanged(self, path: str, state: FileState | None, spot: Spot) -> None:
        del self._due[path]
        known = self._baseline.files.get(path)
        if state is not None and known is not None and known.state.signature != state.signature:
            self._baseline.put(path, state, spot.id)  # written anew with the same content

    def _send(self, changes: list[Observation]) -> bool:
        """Whether the sensor has recorded them."""
        if self._lost and self._tell("watch.lost", {"what": self._lost[0], "times": len(self._lost)}):
            self._lost.clear()
        return not self._lost and (not changes or self._tell("watch.changed", {"observations": msgspec.to_builtins(changes)}))

    def _tell(self, op: str, args: dict[str, Any]) -> bool:
        """Whether the sensor took it; if not, it is tried again a little later."""
        try:
            self._link(op, args)
        except (SensorAway, SensorRefused) as error:
            if self._failures == 0:
                log.warning("not recorded yet: %s", error.message)
            self._retry_at = self._now() + RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS) - 1)]
            self._failures += 1
            return False
        self._failures, self._retry_at = 0, float("-inf")
        return True

    def _pay(self) -> None:
        """What the sensor has not been told yet: that watching began anew, and how the watcher is."""
        if self._owes_begin and self._retry_at <= self._now():
            self._owes_begin = not self._tell("watch.began", {"files": len(self._baseline.files), "sha256": self._baseline.digest()})
        if self._owes_report and self._retry_at <= self._now():
            self._owes_report = not self._report()
            self._grant()

    def _recorded(self, observation: Observation, state: FileState | None, spot: Spot, now: float) -> None:
        self._observer.accept(observation, state, spot)
        path = observation.path
        self._due.pop(path, None)
        self._recent.append(now)
        self._facts = msgspec.structs.replace(self._facts, changes=self._facts.changes + 1, missed=self._facts.missed + (observation.seen == "sweep"))
        if state is not None and state.signature.target:
            self._survey_soon()  # a link: what it leads to is watched as well
        if path == str(self._world.paths.config_file):
            self._load()
            self._survey_at = self._now()
        if observation.hooks is not None and observation.hooks.is_harm and self._settings.watch.repair is WatchRepair.AUTO:
            self._repair(path, "watch.repair: auto", False)

    def _repair(self, path: str, by: str, is_wish: bool) -> None:
        record = self._observer.records.get(path)
        if record is None:
            return
        done = self._repairer.restore(record, by, is_wish)
        log.info("%s: %s %s", done.path, done.outcome, done.problem)
        self._tell("watch.repaired", msgspec.to_builtins(done))

    def _grant(self) -> None:
        """Repairs that a person wishes, each once."""
        for wish in self._plan.wishes:
            if wish.id not in self._granted:
                self._granted.add(wish.id)
                for path in [file for file, record in self._observer.records.items() if record.agent == wish.agent]:
                    self._repair(path, wish.by, True)

    def _report(self) -> bool:
        """Tell the sensor how the watcher is."""
        seen = self._survey
        kinds: dict[str, int] = {}
        for path in self._baseline.files:
            kind = self._baseline.files[path].spot.partition("|")[0]
            kinds[kind] = kinds.get(kind, 0) + 1
        self._facts = msgspec.structs.replace(
            self._facts, enabled=self._settings.watch.enabled, files=len(self._baseline.files), folders=len(seen.folders), kinds=kinds,
            projects=self._plan.projects if self._settings.watch.enabled else (), blind=self._blind, problems=seen.problems, waiting=len(self._due),
            hooks=self._observer.hook_states(frozenset(self._plan.accepted), self._clock()))
        return self._tell("watch.report", {"facts": msgspec.to_builtins(self._facts)})

    def _save(self) -> None:
        try:
            self._baseline.save(self._clock())
        except OSError as error:
            log.error("the baseline cannot be kept: %s", error)
            self._baseline.is_changed = False
