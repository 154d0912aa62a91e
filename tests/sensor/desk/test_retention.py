"""Pruning by the running sensor: the entry before the files, one at a time, every failure told."""

from __future__ import annotations

import asyncio
import sys

import msgspec
import pytest

from sensor.audit.form.errors import AuditUnavailable, Cause
from sensor.audit.journal.pin import Pin
from sensor.audit.journal.pruning import Prepared
from sensor.desk.retention import RetentionDesk
from sensor.model.calls import Caller
from sensor.model.errors import UsageError

STATE = Pin(log="local/d/0", size=5, root="ab", peaks=(), segment="journal-000000000005.jsonl", offset=0, leaf="cd", epoch=0, epoch_first=0, pk="x", boot_id="b", restarts=0,
            ts="2026-03-02T09:00:00.000000Z")
PREPARED = Prepared(first=0, last=5, archive="/a/x.tar", archive_sha256="ef", state=STATE)


class World:
    """A desk whose command prints `said`, and the order of what happened."""

    def __init__(self, said: bytes = msgspec.json.encode(PREPARED), code: int = 0, err: str = "", fails: AuditUnavailable | None = None, size: int = 9) -> None:
        self.happened: list[str] = []
        self.fails = fails
        program = f"import sys; sys.stdout.buffer.write({said!r}); sys.stderr.write({err!r}); sys.exit({code})"
        self.desk = RetentionDesk(command=lambda before, folder: (sys.executable, "-I", "-c", program), finish=self.finish, size=lambda: size, recorder=self, person=lambda caller: None)

    def finish(self, prepared):
        self.happened.append(f"finish {prepared.last}")

    def durable(self, entry, then):
        self.happened.append(f"entry {entry.entry.prune.to_seq}")
        then(self.fails)

    def ring(self):
        self.happened.append("ring")

    def run(self):
        async def go():
            assert self.desk.begin("2026", "/a")
            assert self.desk.state.state == "running" and not self.desk.begin("2026", "/a")
            await self.desk._task

        asyncio.run(go())
        return self.desk.state


def test_the_entry_is_durable_before_the_files_go():
    world = World()
    state = world.run()
    assert (state.state, state.result) == ("done", PREPARED.result)
    assert world.happened == ["entry 5", "finish 5", "ring"]


@pytest.mark.parametrize(("world", "words", "code"), [
    (World(code=1, err="error: No whole segment is older.\nWait.\n"), "No whole segment", 1),
    (World(said=b"nothing"), "cannot be read", 3),
    (World(size=4), "durable part", 3),
    (World(said=msgspec.json.encode(msgspec.structs.replace(PREPARED, first=5))), "durable part", 3),
], ids=["nothing to prune", "no facts", "not durable yet", "empty"])
def test_what_cannot_be_prepared_removes_nothing(world, words, code):
    state = world.run()
    assert state.state == "failed" and words in state.error and state.exit_code == code and world.happened == []


def test_without_a_durable_entry_nothing_is_removed():
    world = World(fails=AuditUnavailable(Cause.DISK_FULL, "the disk is full"))
    assert world.run().state == "failed" and world.happened == ["entry 5"]


def test_after_a_failure_it_can_be_tried_again():
    world = World(code=3, err="error: away\n")
    assert world.run().error == "away" and world.run().state == "failed"


def test_only_a_person_starts_it_and_only_with_a_whole_path():
    world, told = World(), []

    def refuse(caller):
        raise UsageError("only a person")

    table = world.desk.table()
    with pytest.raises(UsageError, match="full path"):
        table["prune.start"]({"before": "2026", "archive": "a"}, Caller(uid=1), lambda code, value: told.append(value))
    world.desk._person = refuse
    with pytest.raises(UsageError, match="only a person"):
        table["prune.start"]({"before": "2026", "archive": "/a"}, Caller(uid=1), lambda code, value: told.append(value))
    table["prune.state"]({}, Caller(uid=1), lambda code, value: told.append(value))
    assert [one.state for one in told] == ["idle"]
