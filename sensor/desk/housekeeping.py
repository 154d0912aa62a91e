"""What the sensor does by the clock, and when a session ends: heartbeats, expiries, anchors, retention."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable
from pathlib import Path

from sensor.access.desk import SESSION_ENDS
from sensor.access.quarantine import HeldCall, Quarantine
from sensor.access.tasks import TaskKeys
from sensor.audit.anchor_runs import AnchorRuns
from sensor.desk.recorder import JournalRecorder
from sensor.desk.retention import RetentionDesk
from sensor.desk.waiting import WaitingRoom
from sensor.model.verdicts import JudgedCall
from sensor.settings import AuditSettings


class Housekeeping:
    """Built once by `sensor.daemon`; belongs to its event loop. `audit` are the settings in force, `now` gives Unix seconds."""

    def __init__(self, *, audit: Callable[[], AuditSettings], quarantine: Quarantine, waiting: WaitingRoom, tasks: TaskKeys, recorder: JournalRecorder,
                 anchors: AnchorRuns, retention: RetentionDesk, now: Callable[[], float]) -> None:
        self._audit, self._quarantine, self._waiting, self._tasks = audit, quarantine, waiting, tasks
        self._recorder, self._anchors, self._retention, self._now = recorder, anchors, retention, now
        self._timers: dict[Callable[[], None], asyncio.TimerHandle] = {}
        self._anchoring: asyncio.Task[None] | None = None

    def jobs(self) -> tuple[tuple[int, Callable[[], None]], ...]:
        """Every job, behind the seconds between two of its turns."""
        return ((300, self._recorder.heartbeat), (60, self.expire), (30, self.evict), (self._audit().anchor_minutes * 60, self.anchor), (3600, self.retain))

    def start(self) -> None:
        """Do every job by the clock, on the running loop, until `stop`."""
        for seconds, job in self.jobs():
            self._again(seconds, job)

    def stop(self) -> None:
        """No job has another turn."""
        for timer in self._timers.values():
            timer.cancel()

    def _again(self, seconds: float, job: Callable[[], None]) -> None:
        def turn() -> None:
            self._again(seconds, job)  # before the job: one that fails is in the loop's log, and has its next turn all the same
            job()

        self._timers[job] = asyncio.get_running_loop().call_later(seconds, turn)

    def judged(self, judged: JudgedCall) -> None:
        """What waits in a session that ends is closed once the end itself is recorded."""
        if judged.call.event in SESSION_ENDS and judged.call.session:
            asyncio.get_running_loop().call_soon(self._session_over, judged.call.agent, judged.call.session)

    def expire(self) -> None:
        """Held calls that nobody answered in time are over."""
        for held in self._quarantine.expire():
            self._record_expiry(held)

    def evict(self) -> None:
        """Task keys whose time is up go; after a clock jump all of them do."""
        if self._tasks.jumped():
            self._recorder.task_keys_lost(self._tasks.lose_all(), "the clock jumped")
        self._tasks.evict()

    def anchor(self) -> None:
        """Git remotes, timestamp authorities and witnesses get the newest checkpoint, if any are wanted and the last run is over."""
        audit = self._audit()
        if (audit.anchor_git or audit.anchor_tsa or audit.witness_policy) and (self._anchoring is None or self._anchoring.done()):
            self._anchoring = asyncio.get_running_loop().create_task(self._anchors.run())

    def retain(self) -> None:
        """What is older than `audit.keep-days` goes into an archive, if that is wanted."""
        audit = self._audit()
        if audit.keep_days:
            before = datetime.datetime.fromtimestamp(self._now(), datetime.timezone.utc) - datetime.timedelta(days=audit.keep_days)
            self._retention.begin(before.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), str(Path(audit.archive).expanduser()))

    def _session_over(self, agent: str, session: str) -> None:
        for held in self._quarantine.session_over(agent, session):
            self._record_expiry(held)
            self._waiting.decided(held)

    def _record_expiry(self, held: HeldCall) -> None:
        self._recorder.approval(held, "expire", lambda: None)
