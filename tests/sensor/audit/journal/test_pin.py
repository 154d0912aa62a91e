"""The pin: signed by the identity, replaced whole, and of no use to anybody else."""

from __future__ import annotations

import json

import msgspec
import pytest

from sensor.audit.form.chain import CompactRange, leaf_hash
from sensor.audit.form.keys import MemorySigner
from sensor.audit.journal.medium import Medium
from sensor.audit.journal.pin import FILE, Pin, PinError, read_pin, write_pin

IDENTITY = MemorySigner(bytes(range(32)))


def make_pin(size=5, **changes) -> Pin:
    tree = CompactRange()
    for number in range(size):
        tree.append(leaf_hash(bytes([number])))
    facts = {
        "log": "local/device/0", "size": size, "root": tree.root().hex(), "peaks": tuple(peak.hex() for peak in tree.peaks),
        "segment": "journal-000000000000.jsonl", "offset": 900, "leaf": "ab" * 32, "epoch": 1, "epoch_first": 3, "pk": "x", "boot_id": "b",
        "restarts": 2, "ts": "2026-03-02T09:00:00.000000Z",
    }
    return Pin(**{**facts, **changes})


def test_it_comes_back_and_is_private(tmp_path):
    assert read_pin(tmp_path, IDENTITY.public) is None
    write_pin(tmp_path, make_pin(), IDENTITY, Medium())
    write_pin(tmp_path, make_pin(7), IDENTITY, Medium())
    assert read_pin(tmp_path, IDENTITY.public) == make_pin(7)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [FILE]
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_a_leftover_of_a_crash_is_no_obstacle(tmp_path):
    (tmp_path / (FILE + ".new")).write_bytes(b"torn")
    write_pin(tmp_path, make_pin(), IDENTITY, Medium())
    assert read_pin(tmp_path, IDENTITY.public) == make_pin()


def test_another_key_does_not_accept_it(tmp_path):
    write_pin(tmp_path, make_pin(), IDENTITY, Medium())
    with pytest.raises(PinError):
        read_pin(tmp_path, MemorySigner(bytes(32)).public)


@pytest.mark.parametrize("field", Pin.__struct_fields__)
def test_every_field_is_signed(tmp_path, field):
    write_pin(tmp_path, make_pin(), IDENTITY, Medium())
    content = json.loads((tmp_path / FILE).read_text())
    old = content["pin"][field]
    content["pin"][field] = old + 1 if isinstance(old, int) else [*old, "00" * 32] if isinstance(old, list) else old + "0"
    (tmp_path / FILE).write_text(json.dumps(content))
    with pytest.raises(PinError):
        read_pin(tmp_path, IDENTITY.public)


@pytest.mark.parametrize("content", [b"", b"{}", b"null", b'{"pin":{},"sig":""}', b"\xff", b"x" * 70_000])
def test_damage_is_an_error(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(PinError):
        read_pin(tmp_path, IDENTITY.public)


def test_peaks_must_give_the_root():
    assert make_pin(5).compact_range().size == 5
    for bad in (msgspec.structs.replace(make_pin(), root="00" * 32), msgspec.structs.replace(make_pin(), size=7), msgspec.structs.replace(make_pin(), peaks=("zz",))):
        with pytest.raises(PinError):
            bad.compact_range()
