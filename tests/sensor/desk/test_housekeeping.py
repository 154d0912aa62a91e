"""What the sensor does by the clock: each job, that all of them come again, and that a scheduler is there only for what the settings ask for."""

from __future__ import annotations

import asyncio
import datetime
import itertools

import pytest

from sensor.access.quarantine import PENDING_SECONDS, HeldCall, Quarantine, State
from sensor.access.tasks import TaskKeys
from sensor.desk import housekeeping
from sensor.desk.housekeeping import Housekeeping
from sensor.model.calls import Caller
from sensor.model.verdicts import Answer, JudgedCall, Judgement, Mode, ScanProfile, Verdict
from sensor.settings import AuditSettings

CLEAN = Judgement(verdict=Verdict.CLEAN, answer=Answer.ALLOW, would_answer=Answer.ALLOW, mode=Mode.ENFORCE, profile=ScanProfile.STRICT)


class World:
    """Real queues on a clock of the test's; what the others are told is noted."""

    def __init__(self, folder, **audit) -> None:
        self.wall, self.mono, self.happened = 1_788_000_000.0, 0.0, []
        self.audit = AuditSettings(**audit)
        numbers = itertools.count(1)
        self.quarantine = Quarantine(folder / "quarantine.json", lambda: self.wall, lambda: f"Q{next(numbers)}")
        self.housekeeping = Housekeeping(
            audit=lambda: self.audit, quarantine=self.quarantine, waiting=self, tasks=TaskKeys(lambda: self.mono, lambda: self.wall), recorder=self,
            anchors=self, posture=self.posture, retention=self, now=lambda: self.wall)

    def hold(self) -> HeldCall:
        return self.quarantine.hold(HeldCall(id="", consent="c", agent="claude-code", session="s1", tool="Bash", rule="HR-X", reason="why", lines=(), created=0, expires=0))

    def decided(self, held):
        self.happened.append(f"{held.id} decided")

    def approval(self, held, action, then):
        self.happened.append(f"{held.id} {action} {held.state.value}")

    def task_keys_lost(self, count, why):
        self.happened.append(f"{count} task keys: {why}")

    def heartbeat(self):
        self.happened.append("heartbeat")

    def posture(self):
        self.happened.append("audit")
        raise RuntimeError("an audit that cannot begin")

    async def run(self):
        self.happened.append("anchors")

    def begin(self, before, folder):
        self.happened.append(f"archive {before} {folder}")


def test_what_nobody_answered_expires_and_is_recorded_once(tmp_path):
    world = World(tmp_path)
    held = world.hold()
    world.housekeeping.expire()
    assert world.happened == []
    world.wall += PENDING_SECONDS
    world.housekeeping.expire()
    world.housekeeping.expire()
    assert world.happened == [f"{held.id} expire expired"] and world.quarantine.find(held.id).state is State.EXPIRED


def test_a_clock_that_jumped_costs_the_task_keys(tmp_path):
    world = World(tmp_path)
    world.housekeeping.evict()
    assert world.happened == []
    world.wall += 3600
    world.housekeeping.evict()
    assert world.happened == ["0 task keys: the clock jumped"]


@pytest.mark.parametrize(("audit", "expected"), [
    ({}, []), ({"anchor_git": ("https://git.example/log",)}, ["anchors"]), ({"anchor_tsa": ("https://tsa.example",)}, ["anchors"]), ({"witness_policy": "/p"}, ["anchors"]),
])
def test_anchors_are_reached_only_when_some_are_wanted(tmp_path, audit, expected):
    world = World(tmp_path, **audit)
    asyncio.run(world.housekeeping.anchor())
    assert world.happened == expected


def test_what_is_kept_for_some_days_goes_into_the_archive(tmp_path):
    kept, for_ever = World(tmp_path, keep_days=30, archive="/archive"), World(tmp_path)
    asyncio.run(kept.housekeeping.retain())
    asyncio.run(for_ever.housekeeping.retain())
    assert kept.happened == ["archive 2026-07-30T10:40:00.000000Z /archive"] and for_ever.happened == []


def test_what_waits_in_a_session_that_ends_is_over_when_the_end_is_recorded(tmp_path, shell_call):
    world = World(tmp_path)
    held = world.hold()

    async def judged(event, session):
        world.housekeeping.judged(JudgedCall(call=shell_call("x", event=event, session=session), caller=Caller(uid=1), judgement=CLEAN))
        world.happened.append("recorded")
        await asyncio.sleep(0)

    asyncio.run(judged("PreToolUse", "s1"))
    asyncio.run(judged("SessionEnd", "s2"))
    assert world.happened == ["recorded", "recorded"]
    asyncio.run(judged("SessionEnd", "s1"))
    assert world.happened[2:] == ["recorded", f"{held.id} expire expired", f"{held.id} decided"]


@pytest.fixture
def fast(monkeypatch):
    """Clocks that run six thousand times as fast."""
    for name in ("HEARTBEAT_S", "AUDIT_S", "EXPIRE_S", "EVICT_S"):
        monkeypatch.setattr(housekeeping, name, getattr(housekeeping, name) / 6000)


def test_every_job_comes_again_also_after_one_that_raises_until_the_end(tmp_path, fast):
    world = World(tmp_path)

    async def main():
        world.housekeeping.start()
        held = world.hold()
        world.wall += PENDING_SECONDS
        while world.happened.count("audit") < 2 or world.happened.count("heartbeat") < 2:
            await asyncio.sleep(0.01)
        assert {f"{held.id} expire expired", "0 task keys: the clock jumped"} <= set(world.happened)
        world.housekeeping.close()
        before = list(world.happened)
        await asyncio.sleep(0.1)
        assert world.happened == before

    asyncio.run(asyncio.wait_for(main(), 30))


@pytest.mark.parametrize("audit", [{"keep_days": 30, "archive": "/archive"}, {"anchor_git": ("https://git.example/log",)}])
def test_a_scheduler_is_there_from_when_the_settings_ask_for_one(tmp_path, audit):
    world = World(tmp_path)

    async def main():
        world.housekeeping.start()
        assert world.housekeeping._scheduler is None
        world.audit = AuditSettings(anchor_minutes=7, **audit)
        world.housekeeping.settle()
        world.housekeeping.settle()
        jobs = world.housekeeping._scheduler.get_jobs()
        world.housekeeping.close()
        return jobs

    assert sorted(job.trigger.interval.total_seconds() for job in asyncio.run(main())) == [420, 3600]


def test_scheduled_jobs_run_on_the_loop_where_the_one_writer_is(tmp_path):
    """A plain function would run in a thread."""
    assert asyncio.iscoroutinefunction(Housekeeping.anchor) and asyncio.iscoroutinefunction(Housekeeping.retain)
    world = World(tmp_path, keep_days=30, archive="/archive")

    async def main():
        world.housekeeping.start()
        for job in world.housekeeping._scheduler.get_jobs():
            job.modify(next_run_time=datetime.datetime.now(datetime.timezone.utc))
        while not world.happened:
            await asyncio.sleep(0.01)
        world.housekeeping.close()

    asyncio.run(asyncio.wait_for(main(), 10))
    assert world.happened == ["archive 2026-07-30T10:40:00.000000Z /archive"]
