"""From two states of a file to an `Observation`: what happened, whether Handrail did it, and what it means for hooks."""

from __future__ import annotations

import os

from hooks.settings.files import SettingsError
from hooks.settings.formats import known_events
from hooks.settings.own_writes import own_writes
from hooks.settings.record import Record, load_records
from sensor.host.files.hook_client import client_path
from sensor.model.calls import Value
from sensor.model.watching import HookState, Observation
from sensor.watching.baseline import Baseline
from sensor.watching.facets import facet_of
from sensor.watching.facts import FileState, HookView, compare_hooks, read_state
from sensor.watching.places import Spot, World, agent_of_settings

WRITE_SECONDS = 30.0  # from the announcement of a write to the look at the file, on a machine with much to do


class Noticed(Value):
    """When something about a file was noticed: it happened between `since` and `until` (Unix seconds); `seen` as in `Observation`."""

    since: float
    until: float
    seen: str


class Observer:
    """Reads files and says what changed against the baseline. `refresh` looks at our records anew."""

    def __init__(self, world: World, baseline: Baseline) -> None:
        self._world = world
        self._baseline = baseline
        self._used: set[tuple[str, str, float]] = set()
        self._spoken: dict[str, tuple[str, str, float]] = {}
        self.records: dict[str, Record] = {}
        self.refresh()

    def refresh(self) -> None:
        """Take the records of installed hooks over. A damaged record leaves them as they were."""
        try:
            self.records = {record.file: record for record in load_records(self._world.paths.state)}
        except SettingsError:
            pass

    def agent_of(self, path: str) -> str:
        """Whose hooks stand in this file, "" when it holds none."""
        record = self.records.get(path)
        return record.agent if record is not None else agent_of_settings(path, self._world)

    def read(self, path: str) -> FileState | None:
        """The file as it is now."""
        record = self.records.get(path)
        return read_state(path, self.agent_of(path), record.client if record is not None else str(client_path(self._world.paths)))

    def observe(self, path: str, spot: Spot, state: FileState | None, noticed: Noticed, now: float) -> Observation | None:
        """What became of the file since it was recorded; None when nothing that counts did."""
        known = self._baseline.files.get(path)
        before = known.state if known is not None else None
        if (before.essence if before else None) == (state.essence if state else None):
            return None
        own = self._own(path, state, now)
        source = self._baseline.moved_from(state) if before is None and state is not None else ""
        facet = facet_of(path)
        agent = self.agent_of(path)
        hooks = compare_hooks(_view(before), _view(state), agent, bool(own) or path not in self.records) if agent else None
        newest = state or before
        return Observation(
            path=path, kind=spot.kind, event="delete" if state is None else "move" if source else "change" if before else "create",
            since=noticed.since, until=noticed.until, seen=noticed.seen, source=source, own=own, hooks=hooks,
            before=before.sha256 if before else "", after=state.sha256 if state else "", part=facet[0] if facet is not None else "",
            size_before=before.signature.size if before else -1, size_after=state.signature.size if state else -1,
            mode_before=before.signature.mode if before else -1, mode_after=state.signature.mode if state else -1,
            uid=newest.signature.uid if newest else -1, target=newest.signature.target if newest else "",
        )

    def accept(self, observation: Observation, state: FileState | None, spot: Spot) -> None:
        """The observation is recorded: it is what later changes are held against."""
        if observation.own and observation.path in self._spoken:
            self._used.add(self._spoken.pop(observation.path))
        if observation.source:
            self._baseline.put(observation.source, None, spot.id)
        self._baseline.put(observation.path, state, spot.id)
        if state is not None and state.hooks is not None and observation.own:
            self._baseline.installed[observation.path] = tuple(state.hooks.ours)

    def was_ours(self, path: str, now: float) -> bool:
        """Whether Handrail has just written this file: then it was not there before anybody looked."""
        return any(note.path == path for note in own_writes(self._world.paths.state, now))

    def adopt(self, path: str, spot: Spot, is_first: bool) -> None:
        """Take a file over as it is, without an entry: it was there before anybody looked.

        Hook entries of others that stand there when watching begins (`is_first`) are the user's; those that a project brings later are not known.
        """
        state = self.read(path)
        if state is None:
            return
        self._baseline.put(path, state, spot.id)
        if state.hooks is not None and is_first:
            self._baseline.familiar |= {entry.sha256 for entry in state.hooks.foreign}
        if state.hooks is not None and path in self.records:
            self._baseline.installed[path] = tuple(state.hooks.ours)

    def hook_states(self, accepted: frozenset[str], now: float) -> tuple[HookState, ...]:
        """How every settings file with hooks stands, as far as it is recorded; those without anything to say are left out.

        Entries that Handrail is writing at this moment are not missing: their record and their announcement come before the file.
        """
        found = []
        for path in sorted({*self._baseline.files, *self.records}):
            agent = self.agent_of(path)
            if not agent:
                continue
            known = self._baseline.files.get(path)
            view = _view(known.state if known is not None else None) or HookView(agent=agent)
            recorded = path in self.records
            wanted = self._baseline.installed.get(path) or (known_events(agent, ()) if not view.ours and not self._is_being_written(path, now) else ())
            missing = tuple(event for event in wanted if event not in view.ours) if recorded else ()
            foreign = tuple(entry for entry in view.foreign if entry.sha256 not in accepted and entry.sha256 not in self._baseline.familiar)
            if recorded or foreign or view.off or view.problem:
                found.append(HookState(agent=agent, path=path, recorded=recorded, missing=missing, foreign=foreign, off=view.off, problem=view.problem))
        return tuple(found)

    def _is_being_written(self, path: str, now: float) -> bool:
        """Whether Handrail has announced a write of this file that was not looked at yet."""
        notes = [(note.path, note.sha256, note.at) for note in own_writes(self._world.paths.state, now) if note.path == path]
        return bool(notes) and notes[-1] not in self._used and now - notes[-1][2] < WRITE_SECONDS

    def _own(self, path: str, state: FileState | None, now: float) -> str:
        """What of Handrail wrote the file as it is now; "" when nothing did. Each note speaks for one change."""
        sha256 = state.sha256 if state is not None else ""
        names = {path, _real(path)}
        for note in reversed(own_writes(self._world.paths.state, now)):
            mark = (note.path, note.sha256, note.at)
            if note.sha256 == sha256 and mark not in self._used and names & {note.path, _real(note.path)}:
                self._spoken[path] = mark
                return note.what
        return ""


def _real(path: str) -> str:
    """Where the links of a path lead; the path itself while somebody swaps a link for a folder under our eyes."""
    try:
        return os.path.realpath(path)
    except OSError:
        return path


def _view(state: FileState | None) -> HookView | None:
    return state.hooks if state is not None else None
