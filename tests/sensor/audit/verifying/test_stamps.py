"""Kept timestamps of one log, checked offline."""

from __future__ import annotations

import pytest

from sensor.audit.outside.timestamps import BadTimestamp, parse_authorities
from sensor.audit.outside.tsa_anchor import TsaAnchor
from sensor.audit.verifying.stamps import read_stamps
from tests.sensor.audit.authority import Authority, Served, make, needs_openssl

NOTE = b"local/device/0\n12\n" + b"A" * 43 + b"=\n\n\xe2\x80\x94 local/device/0 AAAAAAAA\n"
ROOT = make("root of the tests")

pytestmark = needs_openssl


@pytest.fixture
def kept(tmp_path):
    """A folder with the timestamps of two notes."""
    with Served(Authority(tmp_path / "tsa", make("tsa", ROOT), (ROOT,)).reply) as served:
        anchor = TsaAnchor(tmp_path / "kept", served.url, parse_authorities(ROOT.pem))
        anchor(NOTE)
        anchor(NOTE.replace(b"\n12\n", b"\n13\n"))
    return tmp_path / "kept"


def test_good_ones(kept):
    found = read_stamps(kept, ROOT.pem, lambda log: log == "local/device/0")
    assert found.problems == () and len(found.stamps) == 2
    assert found.stamps[0].note == NOTE and found.stamps[0].at_us > 0 and found.stamps[0].name.startswith("timestamp of CN=tsa at 2")
    assert not found.stamps[0].is_outside


def test_notes_of_other_logs_are_left_out(kept):
    assert read_stamps(kept, ROOT.pem, lambda log: log == "local/device/1").stamps == ()


@pytest.mark.parametrize("damage", ["token", "note", "note gone", "notes exchanged"])
def test_each_that_does_not_hold_is_told(kept, damage):
    first, second = sorted(kept.glob("*.note"))
    if damage == "token":
        path = first.with_suffix(".tsr")
        data = bytearray(path.read_bytes())
        data[-5] ^= 1
        path.write_bytes(data)
    elif damage == "note":
        first.write_bytes(first.read_bytes().replace(b"\n12\n", b"\n14\n"))
    elif damage == "note gone":
        first.unlink()
    else:
        one, two = first.read_bytes(), second.read_bytes()
        first.write_bytes(two)
        second.write_bytes(one)
    found = read_stamps(kept, ROOT.pem, lambda log: log == "local/device/0")
    assert len(found.problems) == (2 if damage == "notes exchanged" else 1) and first.stem in found.problems[0]


def test_another_root_or_none(kept):
    found = read_stamps(kept, make("another root").pem, lambda log: log == "local/device/0")
    assert found.stamps == () and len(found.problems) == 2
    with pytest.raises(BadTimestamp):
        read_stamps(kept, b"no certificate", lambda log: log == "local/device/0")
