"""What the sensor does with what the watcher sees: entries, alerts, status; and what people may ask about it.

The watcher is a process of its own and writes nothing: it reports here, and only a child of our supervisor may.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Protocol, TypeVar

import msgspec

from sensor.audit.drafts.file_drafts import OWN, Attribution, draft_file_change, draft_lost, draft_repair
from sensor.audit.drafts.summary import Redact
from sensor.audit.form.entry import EntryDraft
from sensor.audit.form.errors import AuditUnavailable
from sensor.desk.attribution import Writers
from sensor.desk.requests import Args, ChangeRecorder, Done, Operation
from sensor.desk.watch_plan import WatchPlanKeeper
from sensor.model.calls import Caller
from sensor.model.errors import HandrailError, UsageError
from sensor.model.states import Standing
from sensor.model.verdicts import JudgedCall
from sensor.model.watching import HookState, Observation, Repair, RepairWish, WatchFacts
from sensor.settings import WatchRepair, WatchSettings

SILENT_SECONDS = 90.0
MOST_OBSERVATIONS = 100
MOST_REMEMBERED = 10_000
T = TypeVar("T")
Mark = tuple[float, str, str, str, int]


class Recorder(ChangeRecorder, Protocol):
    """Writes entries. Raises AuditUnavailable when one cannot be written at all."""

    def note(self, entry: EntryDraft) -> None: ...

    def durable(self, entry: EntryDraft, then: Callable[[AuditUnavailable | None], None]) -> None: ...


class WatchDesk:
    """Built once by `sensor.composition`. `why_not_ours` says why a caller is not our watcher ("" = it is), `person` raises for those that are no person's.

    `alert(title, text, key)` tells a person. `now` gives Unix seconds.
    """

    def __init__(self, *, writers: Writers, plan: WatchPlanKeeper, recorder: Callable[[], Recorder], redact: Redact,
                 wishes: Callable[[], WatchSettings], why_not_ours: Callable[[Caller], str], person: Callable[[Caller], None],
                 alert: Callable[[str, str, str], None], now: Callable[[], float]) -> None:
        self._writers, self._plan, self._recorder, self._redact, self._wishes = writers, plan, recorder, redact, wishes
        self._why_not_ours, self._person, self._alert, self._now = why_not_ours, person, alert, now
        self._started = now()
        self._heard = 0.0
        self._facts: WatchFacts | None = None
        self._repairs: dict[str, Repair] = {}
        self._newest: dict[str, tuple[Mark, bool]] = {}  # of each file the last change that was told, and whether it is on the disk

    def judged(self, judged: JudgedCall) -> None:
        """Note whose call may change files, and where sessions work. Stands on the way of every call, as one may write at once when it is answered."""
        self._writers.judged(judged)
        self._plan.judged(judged)

    def table(self) -> dict[str, Operation]:
        """The operations by name."""
        return {
            "watch.changed": self._changed,
            "watch.lost": self._lost,
            "watch.began": self._began,
            "watch.repaired": self._repaired,
            "watch.report": self._report,
            "watch.status": lambda args, caller, done: done(0, {**self.summary(), "facts": msgspec.to_builtins(self._known())}),
            "watch.repair": self._repair,
            "hooks.accept": self._accept,
        }

    def summary(self) -> dict[str, object]:
        """What `status` says: whether files are watched, and what is wrong with hooks, in words with the next step."""
        facts, now = self._known(), self._now()
        hooks = facts.hooks if facts is not None else ()
        state = Standing.RUNNING
        if not self._wishes().enabled:
            state = Standing.OFF
        elif facts is None:
            state = Standing.STARTING if now - self._started < SILENT_SECONDS else Standing.SILENT
        elif now - self._heard > SILENT_SECONDS:
            state = Standing.SILENT
        return {
            "state": state.value, "heard": self._heard, "files": facts.files if facts else 0, "folders": facts.folders if facts else 0,
            "swept": facts.swept if facts else 0, "overflows": facts.overflows if facts else 0, "blind": len(facts.blind) if facts else 0,
            "repair": self._wishes().repair.value, "problems": [words for one in hooks for words in self._problems(one)],
            "harmed": sorted({one.agent for one in hooks if one.recorded and (one.missing or one.problem)}),
            "foreign": sum(len(one.foreign) for one in hooks),
        }

    def _known(self) -> WatchFacts | None:
        """The last report, without the entries that were accepted since."""
        if self._facts is None:
            return None
        accepted = self._plan.plan.accepted
        hooks = (msgspec.structs.replace(one, foreign=tuple(entry for entry in one.foreign if entry.sha256 not in accepted)) for one in self._facts.hooks)
        return msgspec.structs.replace(self._facts, hooks=tuple(hooks))

    def _ours(self, caller: Caller) -> None:
        why = self._why_not_ours(caller)
        if why:
            raise UsageError(f"refused: {why}, and only Handrail's own watcher reports", next_step="Start it with: handrail service start")

    def _problems(self, one: HookState) -> list[str]:
        if not one.recorded:
            return []
        failed = self._repairs.get(one.path)
        told = []
        if one.missing or one.problem:
            what = f"cannot be read ({one.problem})" if one.problem else f"lost Handrail's entries for {len(one.missing)} events"
            step = f"handrail watch repair {one.agent}" if self._wishes().repair is not WatchRepair.OFF else f"handrail hooks install {one.agent}"
            tried = f" They could not be put back: {failed.problem}." if failed is not None and failed.problem else ""
            told.append(f"{one.path} {what}.{tried} Restore them: {step}")
        if one.off:
            told.append(f"{one.path} switches all hooks off (disableAllHooks). Take that out of the file.")
        return told

    def _changed(self, args: Args, caller: Caller, done: Done) -> None:
        """Record what changed; answered once the last entry is on the disk.

        The watcher tells again what was not answered in time (a sensor that starts compiles its rules first): that is no second change.
        """
        self._ours(caller)
        seen = _read(args.get("observations"), tuple[Observation, ...])
        if not 0 < len(seen) <= MOST_OBSERVATIONS:
            raise UsageError(f"between 1 and {MOST_OBSERVATIONS} observations")
        known = [self._newest.get(one.path) for one in seen]
        fresh = [one for one, last in zip(seen, known, strict=True) if last is None or last[0] != _mark(one)]
        if not fresh:
            if all(last is not None and last[1] for last in known):
                done(0, {"recorded": len(seen)})
            else:
                done(HandrailError.exit_code, {"error": "these changes are being written"})
            return
        if len(self._newest) > MOST_REMEMBERED:
            self._newest.clear()
        recorder, drafts = self._recorder(), [draft_file_change(one, self._whose(one), self._redact) for one in fresh]
        for entry in drafts[:-1]:
            recorder.note(entry)
        for one in fresh:
            self._newest[one.path] = (_mark(one), False)
            self._tell(one)

        def durable(error: AuditUnavailable | None) -> None:
            for one in fresh:
                if self._newest.get(one.path) == (_mark(one), False):
                    self._newest.pop(one.path)
                    if error is None:
                        self._newest[one.path] = (_mark(one), True)
            done(0, {"recorded": len(seen)}) if error is None else done(HandrailError.exit_code, {"error": error.message})

        recorder.durable(drafts[-1], durable)

    def _whose(self, one: Observation) -> Attribution:
        if one.own:
            return Attribution(sure=OWN, how=one.own)
        return self._writers.whose(tuple(filter(None, (one.path, one.target, one.source))), one.since, one.until, one.event == "delete")

    def _tell(self, one: Observation) -> None:
        hooks = one.hooks
        if hooks is None or one.own:
            return
        if hooks.is_harm:
            lost = len(hooks.lost) + len(hooks.altered)
            what = "are switched off" if hooks.off else "cannot be read any more" if hooks.problem else f"were taken out or altered ({lost} events)"
            self._alert(f"Handrail's hooks of {hooks.agent} {what}", f"{one.path} was changed. {self._next_step(hooks.agent)}", f"hooks {one.path}")
        fresh = [entry for entry in hooks.foreign if entry.sha256 not in self._plan.plan.accepted]
        if fresh:
            events = ", ".join(sorted({entry.event for entry in fresh}))
            title = f"{len(fresh)} new hook{'s' if len(fresh) > 1 else ''} of another program in {hooks.agent}"
            self._alert(title, f"{one.path}: {events}. If you know them: handrail hooks accept", f"foreign {one.path}")

    def _next_step(self, agent: str) -> str:
        repair = self._wishes().repair
        if repair is WatchRepair.AUTO:
            return "They are put back now."
        return f"Put them back? handrail watch repair {agent}" if repair is WatchRepair.ASK else f"To put them back: handrail hooks install {agent}"

    def _lost(self, args: Args, caller: Caller, done: Done) -> None:
        self._ours(caller)
        times = _read(args.get("times"), int)
        self._recorder().durable(draft_lost(times, str(args.get("what", ""))[:200]), lambda error: done(0, {"ok": True}))

    def _began(self, args: Args, caller: Caller, done: Done) -> None:
        self._ours(caller)
        files, sha256 = _read(args.get("files"), int), _read(args.get("sha256"), str)
        found = f"{files} files as they are now, digest {sha256[:64]}"
        self._recorder().change("file watch", "nothing known", found, "handrail", lambda: done(0, {"ok": True}))

    def _repaired(self, args: Args, caller: Caller, done: Done) -> None:
        self._ours(caller)
        one = _read(args, Repair)
        self._repairs[one.path] = one
        self._plan.granted(one.agent)
        if one.problem:
            self._alert(f"Handrail's hooks of {one.agent} were not put back", f"{one.path}: {one.problem}", f"repair {one.path}")
        self._recorder().durable(draft_repair(one, self._redact), lambda error: done(0, {"ok": True}))

    def _report(self, args: Args, caller: Caller, done: Done) -> None:
        self._ours(caller)
        self._facts, self._heard = _read(args.get("facts"), WatchFacts), self._now()
        done(0, {"ok": True})

    def _repair(self, args: Args, caller: Caller, done: Done) -> None:
        self._person(caller)
        agent, by = _read(args.get("agent"), str)[:40], str(args.get("by", "unknown"))[:100]
        if self._facts is None or agent not in {one.agent for one in self._facts.hooks if one.recorded}:
            raise UsageError(f"no hooks of {agent!r} are installed", next_step="Install them: handrail hooks install")
        self._plan.wish(RepairWish(id=secrets.token_hex(8), agent=agent, by=by))
        self._recorder().change(f"hooks of {agent}", "", "to be put back", by, lambda: done(0, {"agent": agent}))

    def _accept(self, args: Args, caller: Caller, done: Done) -> None:
        self._person(caller)
        digests, by = _read(args.get("digests"), tuple[str, ...]), str(args.get("by", "unknown"))[:100]
        if not digests or any(len(one) != 64 or not set(one) <= set("0123456789abcdef") for one in digests):
            raise UsageError("hook entries are named by their SHA-256", next_step="See: handrail hooks accept --list")
        self._plan.accept(digests)
        shown = ", ".join(one[:12] for one in digests[:20])
        self._recorder().change(f"{len(digests)} hook entries of others", "", f"known: {shown}", by, lambda: done(0, {"accepted": len(digests)}))


def _mark(one: Observation) -> Mark:
    """What tells a change of a file from the one before it."""
    return one.since, one.event, one.before, one.after, one.mode_after


def _read(value: object, kind: type[T]) -> T:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise UsageError(f"the sensor cannot use this: {error}", next_step="Update Handrail: its parts differ in version.") from error
