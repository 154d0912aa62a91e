"""What the sensor does by the clock, and when a session ends: heartbeats, expiries, anchors, retention."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Awaitable, Callable
from pathlib import Path

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from sensor.access.desk import SESSION_ENDS
from sensor.access.quarantine import HeldCall, Quarantine
from sensor.access.tasks import TaskKeys
from sensor.audit.outside.anchor_runs import AnchorRuns
from sensor.desk.recorder import JournalRecorder
from sensor.desk.retention import RetentionDesk
from sensor.desk.waiting import WaitingRoom
from sensor.model.verdicts import JudgedCall
from sensor.settings import AuditSettings


class Housekeeping:
    """Built once by `sensor.daemon`; belongs to its event loop. `audit` are the settings in force, `posture` makes the audit of the deployment when one is due, `now` gives Unix seconds."""

    def __init__(self, *, audit: Callable[[], AuditSettings], quarantine: Quarantine, waiting: WaitingRoom, tasks: TaskKeys, recorder: JournalRecorder,
                 anchors: AnchorRuns, posture: Callable[[], Awaitable[None]], retention: RetentionDesk, now: Callable[[], float]) -> None:
        self._audit, self._quarantine, self._waiting, self._tasks = audit, quarantine, waiting, tasks
        self._posture = posture
        self._recorder, self._anchors, self._retention, self._now = recorder, anchors, retention, now

    def schedule(self) -> AsyncIOScheduler:
        """The scheduler with every job; the caller starts and ends it."""
        scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": None})
        scheduler.add_job(on_loop(self._recorder.heartbeat), "interval", minutes=5)
        scheduler.add_job(on_loop(self.expire), "interval", minutes=1)
        scheduler.add_job(on_loop(self.evict), "interval", seconds=30)
        scheduler.add_job(self.anchor, "interval", minutes=self._audit().anchor_minutes)
        scheduler.add_job(self._posture, "interval", minutes=5)
        scheduler.add_job(on_loop(self.retain), "interval", hours=1)
        return scheduler

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
        audit = self._audit()
        if audit.anchor_git or audit.anchor_tsa or audit.witness_policy:
            await self._anchors.run()

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


def on_loop(function: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    """`function` as a job that the scheduler runs on the loop: a plain function it would run in a thread, beside the one writer."""

    async def job() -> None:
        function()

    return job
