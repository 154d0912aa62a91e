"""Checks from entry to entry, on entries made for the purpose: what is listed, what is doubted, what is evidence."""

from __future__ import annotations

import pytest

from sensor.audit.form.chain import seed
from sensor.audit.form.clock import Stamp
from sensor.audit.form.keys import MemorySigner, epoch_message, text
from sensor.audit.verifying.checks import MAX_SILENCE_US, Chain, Findings

IDENTITY, EPOCH, NEXT = (MemorySigner(bytes([number]) * 32) for number in (1, 2, 3))
LOG = "local/device/0"


class Story:
    """Entries in order; each call adds one and gives what the chain says of it."""

    def __init__(self, identity=IDENTITY.public):
        self.findings = Findings()
        self.chain = Chain(identity, self.findings)
        self.chain.begin(LOG, seed(LOG))
        self.seq, self.prev, self.mono, self.boot, self.epoch = 0, seed(LOG), 1_000_000, "b1", 0
        self.stamp = Stamp()

    def open(self, signer=EPOCH, **changes):
        message = epoch_message(LOG, self.epoch, self.seq, signer.public)
        opened = {"identity": text(IDENTITY.public), "pk": text(signer.public), "cert": text(IDENTITY.sign(message)), "first": self.seq}
        return self.add("log_open", open={**opened, **changes.pop("opened", {})}, **changes)

    def add(self, kind="call", **changes):
        self.mono += 1000
        entry = {
            "log": LOG, "seq": self.seq, "prev": self.prev.hex(), "kind": kind, "epoch": self.epoch, "boot_id": self.boot, "mono_us": self.mono,
            "ts": self.stamp.render((1_800_000_000_000_000 + self.mono) * 1000), **changes,
        }
        self.prev = bytes([self.seq + 1]) * 32
        accepted = self.chain.accept(entry, self.prev)
        self.seq += 1
        return accepted

    @property
    def rows(self):
        return [problem.row for problem in self.findings.problems]


@pytest.fixture
def story():
    return Story()


def test_a_plain_log(story):
    assert story.open() and story.add() and story.add("heartbeat") and story.add("shutdown")
    story.chain.finish()
    assert (story.rows, story.findings.reasons, story.findings.notes) == ([], [], [])
    assert (story.chain.size, story.chain.epochs, story.chain.restarts) == (4, 1, 0)


@pytest.mark.parametrize(("change", "row"), [
    ({"seq": 7}, "N1"), ({"prev": "00" * 32}, "N1"), ({"log": "local/other/0"}, "N1"), ({"epoch": 1}, "N10"), ({"mono_us": "x"}, "N13"), ({"ts": "now"}, "N13"),
    ({"mono_us": 5}, "N9"), ({"kind": "log_open"}, "N7"),
])
def test_evidence(story, change, row):
    story.open()
    story.add(**change)
    assert story.rows == [row]


def test_the_first_entry_must_open_the_log(story):
    assert not story.add("call")
    assert story.rows == ["N7"]


@pytest.mark.parametrize(("opened", "row"), [
    ({"cert": text(bytes(64))}, "N3"), ({"first": 3}, "N11"), ({"identity": text(NEXT.public)}, "N2"), ({"pk": text(NEXT.public)}, "N3"), ({"pk": "?"}, "N13"),
])
def test_a_key_that_was_not_certified_for_this_place(story, opened, row):
    assert not story.open(opened=opened)
    assert story.rows == [row]


def test_rotation_changes_the_key_after_its_own_entry(story):
    story.open()
    assert story.add("key_rotation", rotation={"first": 0, "last": 2, "next_pk": text(NEXT.public)})
    assert story.chain.signing_key == EPOCH.public
    story.epoch = 1
    assert story.add() and story.chain.signing_key == NEXT.public and story.chain.epochs == 2


@pytest.mark.parametrize("rotation", [{"first": 1, "last": 2}, {"first": 0, "last": 3}])
def test_a_rotation_must_end_exactly_its_epoch(story, rotation):
    story.open()
    assert not story.add("key_rotation", rotation={**rotation, "next_pk": text(NEXT.public)})
    assert story.rows == ["N11"]


def test_two_rotations_in_one_epoch(story):
    story.open()
    story.add("key_rotation", rotation={"first": 0, "last": 2, "next_pk": text(NEXT.public)})
    assert not story.add("key_rotation", rotation={"first": 2, "last": 3, "next_pk": text(NEXT.public)})
    assert story.rows == ["N10"]


def restart(story, kind="shutdown", boot="b1"):
    story.open()
    story.add(kind)
    story.boot, story.epoch = boot, story.epoch + 1
    story.open(NEXT)


def test_a_restart_after_shutdown_needs_no_explanation(story):
    restart(story)
    story.add()
    assert story.findings.reasons == [] and story.chain.restarts == 1


def test_a_restart_after_a_kill_needs_crash_recovered(story):
    restart(story, kind="call")
    story.add()
    assert any("without crash_recovered" in reason for reason in story.findings.reasons)


def test_a_crash_that_is_told_is_listed(story):
    restart(story, kind="call", boot="b2")
    story.add("crash_recovered")
    assert story.findings.reasons == [] and any("crash_recovered" in note for note in story.findings.notes)


def test_a_log_that_ends_in_front_of_the_explanation(story):
    restart(story, kind="call")
    story.chain.finish()
    assert story.findings.reasons


def test_another_boot_without_a_restart_is_doubted(story):
    story.open()
    story.boot = "b2"
    story.add()
    assert any("another boot" in reason for reason in story.findings.reasons)


@pytest.mark.parametrize(("kind", "doubted"), [("call", True), ("clock_jump", False)])
def test_silence_longer_than_three_heartbeats(story, kind, doubted):
    story.open()
    story.mono += MAX_SILENCE_US + 1
    story.add(kind, **({"clock": {"wall_us": 1, "mono_us": 1}} if kind == "clock_jump" else {}))
    assert bool(story.findings.reasons) == doubted


def test_a_wall_clock_that_goes_back_is_listed_not_evidence(story):
    story.open()
    story.add(ts=story.stamp.render(1_700_000_000 * 10**9))
    assert story.rows == [] and story.findings.reasons == [] and any("wall clock goes back" in note for note in story.findings.notes)


@pytest.mark.parametrize(("kind", "fields", "word"), [
    ("gap", {"gap": {"count": 3, "cause": "disk_full"}}, "3 entries could not be stored"), ("drop", {}, "drop"), ("prune", {}, "prune"),
    ("call", {"drops": {"queue": 2}}, "lost before"), ("clock_jump", {"clock": {"wall_us": 9, "mono_us": 1}}, "clock jump"),
])
def test_what_a_log_says_about_itself_is_listed(story, kind, fields, word):
    story.open()
    story.add(kind, **fields)
    assert any(word in note for note in story.findings.notes)


def test_without_a_trusted_identity_the_logs_own_is_kept_to(story):
    own = Story(identity=b"")
    assert own.open()
