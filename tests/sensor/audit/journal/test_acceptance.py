"""What a person accepted: signed, of one log alone, and never less than before."""

from __future__ import annotations

import pytest

from sensor.audit.form.keys import MemorySigner
from sensor.audit.form.parts import Lost
from sensor.audit.journal.acceptance import FILE, add_accepted, log_before, read_accepted, why_unaccepted
from sensor.audit.journal.checkpoints import LogPlace
from sensor.audit.journal.medium import Medium
from sensor.audit.journal.pin import PinError

SIGNER = MemorySigner(bytes(range(32)))


@pytest.fixture
def place(tmp_path):
    return LogPlace(origin="local/d/2", folder=tmp_path, keys=tmp_path)


def accept(place, *losses):
    add_accepted(place, tuple(Lost(log=log, size=size) for log, size in losses), SIGNER, Medium())


def test_what_was_accepted_stays_and_grows(place):
    assert read_accepted(place.folder, SIGNER.public) is None
    accept(place, ("local/d/1", 7))
    accept(place, ("local/d/0", 3), ("local/d/1", 5))
    found = read_accepted(place.folder, SIGNER.public)
    assert (found.log, [(one.log, one.size) for one in found.losses]) == ("local/d/2", [("local/d/0", 3), ("local/d/1", 7)])
    assert found.covers(Lost(log="local/d/1", size=7)) and not found.covers(Lost(log="local/d/1", size=8)) and not found.covers(Lost(log="local/d/3", size=0))


@pytest.mark.parametrize("how", ["other key", "a byte", "spaces", "empty", "larger"])
def test_what_is_not_signed_counts_for_nothing(place, how):
    accept(place, ("local/d/1", 7))
    path, signer = place.folder / FILE, SIGNER
    data = path.read_bytes()
    if how == "other key":
        signer = MemorySigner(bytes(32))
    path.write_bytes({"a byte": data.replace(b"A", b"B", 1), "spaces": data.replace(b":", b": ", 1), "empty": b"", "larger": data.replace(b":7", b":9")}.get(how, data))
    with pytest.raises(PinError):
        read_accepted(place.folder, signer.public)
    with pytest.raises(PinError):
        add_accepted(place, (Lost(log="local/d/1", size=9),), signer, Medium())


def test_the_alarm_ends_with_the_acceptance_of_this_log_alone(place):
    assert why_unaccepted(LogPlace(origin="local/d/0", folder=place.folder, keys=place.keys), SIGNER.public) == ""
    assert "begun anew as number 2" in why_unaccepted(place, SIGNER.public)
    accept(place, ("local/d/2", 9))
    assert "begun anew" in why_unaccepted(place, SIGNER.public)
    accept(place, ("local/d/1", 0))
    assert why_unaccepted(place, SIGNER.public) == ""
    later = LogPlace(origin="local/d/3", folder=place.folder, keys=place.keys)
    assert "begun anew" in why_unaccepted(later, SIGNER.public)
    (place.folder / FILE).write_bytes(b"{}")
    assert "cannot be trusted" in why_unaccepted(place, SIGNER.public)


def test_the_cause_is_told(sample):
    (sample.log / "checkpoints.txt").unlink()
    journal = sample.open().journal
    journal.close()
    assert "(the newest checkpoint is missing)" in why_unaccepted(LogPlace(origin=journal.origin, folder=sample.log, keys=sample.keys), sample.public())


def test_the_log_before():
    assert log_before("local/d/10") == "local/d/9"
