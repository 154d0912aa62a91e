"""A sensor built whole and not running: what it makes on the disk, what it tells of itself, and what its threads hand over."""

from __future__ import annotations

import asyncio
import stat
import threading

import pytest

from sensor.composition import ALERT_SECRET, INTAKE_TOKEN, Sensor, put_off


@pytest.fixture
def sensor(warm_paths):
    built = Sensor(warm_paths)
    yield built
    built.recorder.close()


def test_its_folders_and_secrets_are_private_and_its_log_is_open(sensor):
    paths = sensor.paths
    assert all(stat.S_IMODE(folder.stat().st_mode) == 0o700 for folder in (paths.config, paths.state, paths.run, paths.cache, paths.spool))
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in (paths.run / INTAKE_TOKEN, paths.keys / ALERT_SECRET))
    assert sensor.journal.size == sensor.first_seq >= 1 and paths.client_policy.exists()


def test_the_token_of_the_intake_outlives_the_process_and_the_log_grows(warm_paths):
    tokens, sizes = [], []
    for _ in range(2):
        one = Sensor(warm_paths)
        tokens.append(one.token)
        sizes.append(one.first_seq)
        one.recorder.close()
    assert tokens[0] == tokens[1] and sizes[0] < sizes[1]


def test_a_risk_that_rises_is_an_entry(sensor):
    async def rise() -> int:
        before = sensor.journal.size
        sensor._risk_rose("claude-code", "s1", 40.0)
        while sensor.journal.durable < sensor.journal.size:  # its thread tells this loop
            await asyncio.sleep(0.01)
        return sensor.journal.size - before

    assert asyncio.run(rise()) == 1


def test_what_a_thread_delivers_is_done_in_the_loop_and_what_comes_after_its_end_is_left(sensor):
    done = []
    deliver = sensor._from_thread(lambda value: done.append((value, threading.get_ident())))

    async def work() -> None:
        sensor.loop = asyncio.get_running_loop()
        await asyncio.to_thread(deliver, 1)
        await asyncio.sleep(0)

    asyncio.run(work())
    deliver(2)
    assert done == [(1, threading.get_ident())]


def test_what_is_put_off_is_written_later_and_at_once_where_no_loop_runs():
    written = []
    put_off(lambda: written.append("now"))
    assert written == ["now"]

    async def work() -> None:
        put_off(lambda: written.append("later"), 0.01)
        assert written == ["now"]
        await asyncio.sleep(0.2)

    asyncio.run(work())
    assert written == ["now", "later"]
