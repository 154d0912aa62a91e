"""Signed notes: the published form of C2SP, strictly parsed; every byte counts."""

from __future__ import annotations

import base64
import re

import pytest

from sensor.audit.form.keys import MemorySigner
from sensor.audit.form.notes import (
    BadNote,
    device_of,
    is_signed_by,
    key_id,
    number_of,
    parse_checkpoint,
    render_checkpoint,
    split_notes,
    whole_notes,
)

SIGNER = MemorySigner(bytes(range(32)))
NOTE = render_checkpoint("local/device/0", 42, bytes(32), SIGNER)


def test_the_form_is_that_of_the_specification():
    assert re.fullmatch(rb"local/device/0\n42\nA{43}=\n\n\xe2\x80\x94 local/device/0 [A-Za-z0-9+/]{91}=\n", NOTE)
    checkpoint = parse_checkpoint(NOTE)
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == ("local/device/0", 42, bytes(32))
    assert is_signed_by(checkpoint, "local/device/0", SIGNER.public)


def test_what_a_logs_name_says():
    assert (number_of("local/device/12"), device_of("local/device/12")) == (12, "device")
    for name in ("", "local/device", "local/device/x", "a/b/c/1", "local/device/\u0663"):
        assert number_of(name) == -1 or device_of(name) == "", name


def test_a_vector_of_the_specification_verifies():
    """The example of the Go module's note package: PeterNeumann's key and text."""
    body = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    public = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")[1:]
    signature = base64.b64decode("x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=")
    from sensor.audit.form.keys import is_signed

    assert key_id("PeterNeumann", public).hex() == "c74f20a3" == signature[:4].hex()
    assert is_signed(body.encode(), signature[4:], public)


def test_unknown_signatures_are_ignored_but_one_of_ours_must_hold():
    line = b"\xe2\x80\x94 witness.example/w1 " + base64.b64encode(b"abcd" + bytes(72)) + b"\n"
    assert is_signed_by(parse_checkpoint(NOTE + line), "local/device/0", SIGNER.public)
    only_foreign = NOTE[: NOTE.index(b"\n\n") + 2] + line
    assert not is_signed_by(parse_checkpoint(only_foreign), "local/device/0", SIGNER.public)
    assert not is_signed_by(parse_checkpoint(NOTE), "local/other/0", SIGNER.public)
    assert not is_signed_by(parse_checkpoint(NOTE), "local/device/0", MemorySigner(bytes(32)).public)


def test_no_changed_byte_is_accepted():
    for at in range(len(NOTE)):
        for bit in (1, 2, 16, 128):
            bad = NOTE[:at] + bytes([NOTE[at] ^ bit]) + NOTE[at + 1:]
            try:
                checkpoint = parse_checkpoint(bad)
            except BadNote:
                continue
            assert not is_signed_by(checkpoint, "local/device/0", SIGNER.public), (at, bit)


@pytest.mark.parametrize("note", [
    b"", b"\n\n", NOTE[:-1], NOTE.replace(b"\n", b"\r\n"), NOTE + b"trailing", NOTE.replace(b"\n42\n", b"\n042\n"), NOTE.replace(b"\n42\n", b"\n-1\n"),
    NOTE.replace(b"\n42\n", b"\n4 2\n"), NOTE.replace(b"\n42\n", b"\n" + b"9" * 17 + b"\n"), NOTE.replace("\u2014".encode(), b"-"),
    NOTE.replace(b"AAAA=", b"AAA="), NOTE[:-2] + b"\n", b"\xff" + NOTE, NOTE.replace(b"local", b"lo\x07al"), NOTE + b"x" * 70_000,
    NOTE[: NOTE.index(b"\n\n") + 2] * 2,
], ids=lambda note: repr(note[:30]))
def test_malformed_notes_are_refused(note):
    with pytest.raises(BadNote):
        parse_checkpoint(note)


def test_too_many_signatures_are_refused_and_sixteen_are_not():
    line = b"\xe2\x80\x94 w " + base64.b64encode(b"abcd" + bytes(64)) + b"\n"
    assert len(parse_checkpoint(NOTE + line * 16).signatures) == 17
    with pytest.raises(BadNote):
        parse_checkpoint(NOTE + line * 101)


def test_a_file_of_notes_is_cut_and_a_torn_one_stays_over():
    data = (NOTE + b"\n") * 3
    notes, rest = split_notes(data)
    assert [note for _, note in notes] == [NOTE] * 3 and rest == b""
    assert [data[offset:offset + len(NOTE)] for offset, _ in notes] == [NOTE] * 3
    for cut in range(1, len(NOTE)):
        notes, rest = split_notes(data[:-cut])
        assert len(notes) == 2 and rest == data[2 * (len(NOTE) + 1):-cut]


def test_a_last_note_with_holes_is_unfinished_and_an_earlier_one_is_not():
    holes = b"\0" * 20 + NOTE[20:]
    good = NOTE + b"\n"
    assert whole_notes(good + holes + b"\n") == ([(0, NOTE)], holes + b"\n")
    assert len(whole_notes(holes + b"\n" + good)[0]) == 2
    assert whole_notes(good) == split_notes(good)
