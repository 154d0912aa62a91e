"""Cosignatures: the bytes of the C2SP format, and that nothing else counts as one."""

from __future__ import annotations

import base64
import hashlib
import struct

import pytest
from nacl.signing import SigningKey, VerifyKey

from sensor.audit.form.keys import MemorySigner
from sensor.audit.form.notes import ED25519, BadNote, is_signed_by, parse_checkpoint, render_checkpoint
from sensor.audit.outside.cosignatures import COSIGNATURE, NoteKey, add_lines, cosign, cosigned_at, parse_key, sign_line

LOG, WITNESS = MemorySigner(bytes(32)), MemorySigner(b"\x01" * 32)
KEY = NoteKey(name="w.example/1", type=COSIGNATURE, public=WITNESS.public)
NOTE = render_checkpoint("local/d/0", 5, b"\x02" * 32, LOG)


def test_the_bytes_are_those_of_the_specification():
    body = parse_checkpoint(NOTE).body
    line = cosign(body, KEY.name, WITNESS, 1_679_315_147)
    dash, name, text = line.decode().rstrip("\n").split(" ")
    data = base64.b64decode(text)
    assert (dash, name) == ("\u2014", "w.example/1") and len(data) == 4 + 8 + 64
    public = bytes(SigningKey(b"\x01" * 32).verify_key)
    assert data[:4] == hashlib.sha256(b"w.example/1\n\x04" + public).digest()[:4]
    assert struct.unpack(">Q", data[4:12]) == (1_679_315_147,)
    VerifyKey(public).verify(b"cosignature/v1\ntime 1679315147\n" + body, data[12:])


def test_a_cosigned_note_counts_for_this_key_and_this_body_only():
    body = parse_checkpoint(NOTE).body
    note = parse_checkpoint(add_lines(NOTE, cosign(body, KEY.name, WITNESS, 100)))
    assert cosigned_at(note, KEY) == 100 and is_signed_by(note, "local/d/0", LOG.public)
    assert cosigned_at(parse_checkpoint(NOTE), KEY) == -1
    assert cosigned_at(note, NoteKey(name=KEY.name, type=COSIGNATURE, public=LOG.public)) == -1
    other = parse_checkpoint(render_checkpoint("local/d/0", 6, b"\x02" * 32, LOG)).body
    assert cosigned_at(parse_checkpoint(add_lines(NOTE, cosign(other, KEY.name, WITNESS, 100))), KEY) == -1


def test_a_plain_signature_of_a_witness_key_is_no_cosignature():
    body = parse_checkpoint(NOTE).body
    assert cosigned_at(parse_checkpoint(add_lines(NOTE, sign_line(body, KEY.name, WITNESS))), KEY) == -1
    assert cosigned_at(parse_checkpoint(add_lines(NOTE, sign_line(body, "local/d/0", LOG))), NoteKey(name="local/d/0", type=ED25519, public=LOG.public)) == -1


def test_every_flipped_byte_of_a_cosignature_is_refused():
    line = cosign(parse_checkpoint(NOTE).body, KEY.name, WITNESS, 100)
    data = base64.b64decode(line.split(b" ")[2])
    for at in range(len(data)):
        bad = data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
        note = parse_checkpoint(NOTE + f"\u2014 {KEY.name} {base64.b64encode(bad).decode()}\n".encode())
        assert cosigned_at(note, KEY) == -1, at


def test_a_wrong_signature_beside_a_good_one_spoils_it():
    body = parse_checkpoint(NOTE).body
    good = cosign(body, KEY.name, WITNESS, 100)
    forged = cosign(body + b"x\n", KEY.name, WITNESS, 200)
    assert cosigned_at(parse_checkpoint(NOTE + good + forged), KEY) == -1


def test_verifier_keys_go_there_and_back():
    assert parse_key(KEY.text()) == KEY
    name, number, body = KEY.text().split("+", 2)
    for bad in ("", "a", f"{name}+00000000+{body}", f"other+{number}+{body}", f"{name}+{number}+!!", f"{name}+{number}+{body[:-8]}"):
        with pytest.raises(BadNote):
            parse_key(bad)


def test_lines_are_added_once_and_junk_is_refused():
    line = cosign(parse_checkpoint(NOTE).body, KEY.name, WITNESS, 100)
    assert add_lines(add_lines(NOTE, line), line) == NOTE + line
    with pytest.raises(BadNote):
        add_lines(NOTE, b"junk\n")
