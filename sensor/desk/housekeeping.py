"""What the sensor does by the clock, and when a session ends: heartbeats, expiries, anchors, retention."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sensor.access.desk import SESSION_ENDS
from sensor.access.quarantine import HeldCall, Quarantine
from sensor.access.tasks import TaskKeys
from sensor.audit.outside.anchor_runs import AnchorRuns
from sensor.desk.recorder import JournalRecorder
from sensor.desk.retention import RetentionDesk
from sensor.desk.waiting import WaitingRoom
from sensor.model.verdicts import JudgedCall
from sensor.settings import AuditSettings

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

HEARTBEAT_S, AUDIT_S, EXPIRE_S, EVICT_S = 300.0, 300.0, 60.0, 30.0


class Housekeeping:
    """Built once by `sensor.composition`; belongs to its event loop.

    `audit` are the settings in force, `posture` begins an audit of the deployment when one is due, `now` gives Unix seconds.

    What every sensor does is done by timers of the loop; what goes elsewhere, and only where the settings ask for it, by a scheduler.
    """

    def __init__(self, *, audit: Callable[[], AuditSettings], quarantine: Quarantine, waiting: WaitingRoom, tasks: TaskKeys, recorder: JournalRecorder,
                 anchors: AnchorRuns, posture: Callable[[], None], retention: RetentionDesk, now: Callable[[], float]) -> None:
        self._audit, self._quarantine, self._waiting, self._tasks = audit, quarantine, waiting, tasks
        self._posture = posture
        self._recorder, self._anchors, self._retention, self._now = recorder, anchors, retention, now
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._scheduler: AsyncIOScheduler | None = None

    def start(self) -> None:
        """Begin, in the running loop."""
        self._every(HEARTBEAT_S, "heartbeat", self._recorder.heartbeat)
        self._every(EXPIRE_S, "expire", self.expire)
        self._every(EVICT_S, "evict", self.evict)
        self._every(AUDIT_S, "audit", self._posture)
        self.settle()

    def settle(self) -> None:
        """Schedule what the settings ask for, now that they were read (again). Each job looks at them once more when it is due."""
        audit = self._audit()
        if self._scheduler is not None or not (wants_anchors(audit) or audit.keep_days):
            return
        # The scheduler and what it loads take 2.4 MB, and most installations ask for neither.
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        self._scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": None})
        self._scheduler.add_job(self.anchor, "interval", minutes=audit.anchor_minutes)
        self._scheduler.add_job(self.retain, "interval", hours=1)
        self._scheduler.start()

    def close(self) -> None:
        """No job begins any more."""
        for timer in self._timers.values():
            timer.cancel()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)

    def _every(self, seconds: float, name: str, job: Callable[[], None]) -> None:
        def run() -> None:
            self._every(seconds, name, job)  # first, so that a job that raises comes again
            job()

        self._timers[name] = asyncio.get_running_loop().call_later(seconds, run)

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

    async def anchor(self) -> None:
        """Git remotes, timestamp authorities and witnesses get the newest checkpoint, if any are wanted."""
        if wants_anchors(self._audit()):
            await self._anchors.run()

    async def retain(self) -> None:
        """What is older than `audit.keep-days` goes into an archive, if that is wanted.

        A coroutine, as a plain function would run in a thread, beside the one writer.
        """
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


def wants_anchors(audit: AuditSettings) -> bool:
    """Whether checkpoints go to somebody over the network."""
    return bool(audit.anchor_git or audit.anchor_tsa or audit.witness_policy)
