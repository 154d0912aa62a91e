"""The daily audit: when it runs, what of it is kept, recorded and told."""

from __future__ import annotations

import asyncio
import json
import sys
import time

import pytest

from sensor.host.checks.audit_runs import AGAIN_S, DAY_S, AuditRuns, load_last
from sensor.host.running.own_commands import audit_command

NOW = 1_800_000_000.0  # 2027-01-15T08:00:00Z


def report(grade="B", score=80, *critical: str) -> str:
    results = [{"id": "AGT-01", "key": key, "severity": "critical", "state": "fail", "title": "an agent asks nobody", "subject": key, "fixable": False} for key in critical]
    return json.dumps({"schema_version": 1, "time": "2027-01-15T08:00:00Z", "grade": grade, "score": score, "results": results, "host": {"os": "linux"}})


def printing(text: str, exit_code: int = 0) -> tuple[str, ...]:
    return (sys.executable, "-c", f"import sys; print({text!r}); sys.exit({exit_code})")


class World:
    def __init__(self, folder):
        self.file, self.now, self.records, self.alerts = folder / "posture.json", NOW, [], []
        self.runs = self.start()

    def start(self) -> AuditRuns:
        return AuditRuns((), self.file, record=lambda found: self.records.append(found.words), alert=lambda title, text: self.alerts.append((title, text)), now=lambda: self.now)

    def due(self, command: tuple[str, ...]) -> int:
        """How many entries the clock's call makes when the audit prints this."""
        self.runs._command = command
        before = len(self.records)
        asyncio.run(self._look())
        return len(self.records) - before

    async def _look(self) -> None:
        self.runs.soon_if_due()
        await asyncio.gather(*self.runs._tasks)


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def test_once_a_day_also_over_a_restart(world):
    assert world.due(printing(report())) == 1 and world.due(printing(report())) == 0
    world.runs = world.start()
    world.now += DAY_S - 1
    assert world.due(printing(report())) == 0
    world.now += 1
    assert world.due(printing(report("A", 95))) == 1
    assert world.records == ["grade B (80 of 100): no findings", "grade A (95 of 100): no findings"] and load_last(world.file).grade == "A"
    assert world.file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("command", [printing("no json", 3), printing("{}"), printing("", 2)])
def test_a_run_that_failed_is_tried_again_after_an_hour(world, command):
    assert world.due(command) == 0 and world.due(printing(report())) == 0 and not world.file.exists()
    world.now += AGAIN_S
    assert world.due(printing(report())) == 1


def test_a_run_that_failed_is_told_once(world):
    for command, told in ((printing("no json"), 1), (printing("no json"), 1), (printing(report()), 1), (printing("no json"), 2)):
        world.due(command)
        world.now += 2 * DAY_S
        assert [title for title, _ in world.alerts] == ["The audit could not be made"] * told


def test_more_than_the_sensor_can_hold_is_not_read(world, monkeypatch):
    monkeypatch.setattr("sensor.host.checks.audit_runs.MAX_BYTES", 1000)
    endless = (sys.executable, "-c", "import sys\nwhile True: sys.stdout.write('x' * 100)")
    assert world.due(endless) == 0 and not world.file.exists()


def test_a_result_of_tomorrow_is_no_result(world):
    world.now -= 3 * DAY_S
    assert world.due(printing(report())) == 1
    world.now += 2 * AGAIN_S
    assert world.due(printing(report())) == 1


def test_it_is_told_when_the_grade_falls_and_when_something_critical_is_new(world):
    steps = (report("B", 80), report("C", 70), report("C", 70, "a"), report("C", 70, "a"), report("D", 50, "a", "b"), report("B", 80))
    for text in steps:
        world.due(printing(text))
        world.now += 2 * DAY_S
    assert [title for title, _ in world.alerts] == ["The grade of this deployment fell from B to C", "The audit found something critical", "The grade of this deployment fell from C to D"]
    assert world.alerts[1][1].startswith("AGT-01 an agent asks nobody (a)") and "AGT-01 an agent asks nobody (b)" in world.alerts[2][1]


def test_who_removes_or_forges_the_kept_result_silences_nothing(world):
    for number, forge in enumerate((world.file.unlink, lambda: world.file.write_text(report("D", 50)))):
        world.due(printing(report("B", 80)))
        forge()
        world.now += 2 * DAY_S
        world.due(printing(report("C", 70)))
        world.now += 2 * DAY_S
        assert [title for title, _ in world.alerts] == ["The grade of this deployment fell from B to C"] * (number + 1)


def test_a_change_during_a_run_is_followed_by_another(world, tmp_path):
    count = tmp_path / "count"
    world.runs._command = (sys.executable, "-c", f"import time; open({str(count)!r}, 'a').write('x'); time.sleep(0.3); print({report()!r})")

    async def main():
        world.runs.soon()
        await asyncio.sleep(0.1)
        world.runs.soon()
        world.runs.soon()
        await world.runs.run()
        while world.runs._running:
            await asyncio.sleep(0.05)

    asyncio.run(main())
    assert count.read_text() == "xx" and len(world.records) == 2


def test_a_sensor_that_ends_takes_the_run_with_it(world):
    world.runs._command = (sys.executable, "-c", "import time; time.sleep(60)")

    async def main():
        world.runs.soon()
        await asyncio.sleep(0.3)

    asyncio.run(main())
    assert not world.runs._running and world.records == []


def test_what_cannot_be_kept_is_recorded_all_the_same(tmp_path):
    world = World(tmp_path / "nowhere")
    assert world.due(printing(report())) == 1


def test_the_command_is_read_only_and_gives_way(tmp_path):
    assert audit_command(tmp_path)[3:] == ("sensor.cli.main", "--prefix", str(tmp_path), "audit", "--background", "--json", "--fail-on", "none")


def test_a_name_that_a_project_chose_moves_nothing_where_the_alert_is_read(world):
    assert world.due(printing(report("F", 30, "docs\x1b]0;x\u202e\n" + "y" * 200))) == 1
    ((_, text),) = world.alerts
    assert text.startswith("AGT-01 an agent asks nobody (docs\ufffd]0;x\ufffd\ufffdyyy") and len(text) < 200


@pytest.mark.parametrize("after", [0, 0.001, 0.3])
def test_a_sensor_that_ends_while_a_run_begins_does_not_hang(world, after):
    world.runs._command = (sys.executable, "-c", "import time; time.sleep(60)")

    async def main():
        world.runs.soon()
        await asyncio.sleep(after)
        await world.runs.close()
        world.runs.soon()

    began = time.monotonic()
    asyncio.run(asyncio.wait_for(main(), 20))
    assert time.monotonic() - began < 10 and not world.runs._running and world.alerts == []
