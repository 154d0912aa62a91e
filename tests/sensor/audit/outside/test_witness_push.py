"""Pushing: what is shown to a witness comes from the journal, and each of its answers is understood."""

from __future__ import annotations

import time

import pytest

from sensor.audit.form.keys import MemorySigner, load_identity
from sensor.audit.form.notes import ED25519, is_signed_by, parse_checkpoint, whole_notes
from sensor.audit.journal.reader import newest_log
from sensor.audit.outside.cosignatures import COSIGNATURE, NoteKey
from sensor.audit.outside.witness import Answer, Witness
from sensor.audit.outside.witness_policy import WitnessKey, WitnessPolicy
from sensor.audit.outside.witness_push import NothingToShow, cosigned_file, keep, post_to, push, stand

SIGNER = MemorySigner(b"\x07" * 32)
KEY = NoteKey(name="w/1", type=COSIGNATURE, public=SIGNER.public)
POLICY = WitnessPolicy(witnesses=(WitnessKey(name="one", key=KEY, url="http://127.0.0.1:1"), WitnessKey(name="silent", key=KEY)), quorum="one")


def standing(state):
    keys = state.settings().keys
    return stand(newest_log(state.settings().root), keys, load_identity(keys))


@pytest.fixture
def written(state, make_call):
    journal = state.open().journal
    for number in range(12):
        journal.append(make_call(number))
    journal.close()
    return state


@pytest.fixture
def witness(tmp_path, written):
    folder = tmp_path / "witness"
    folder.mkdir()
    return Witness(folder, "w/1", SIGNER, lambda origin: NoteKey(name=origin, type=ED25519, public=written.public()), lambda: 55)


def test_a_push_and_the_next_one_are_cosigned(written, witness, make_call, tmp_path):
    first = standing(written)
    note, told = push(first, POLICY, lambda url, body: witness.add_checkpoint(body))
    assert [(one.witness, one.state, one.size) for one in told] == [("one", "cosigned", first.checkpoint.size)]
    assert POLICY.is_satisfied(parse_checkpoint(note)) and is_signed_by(parse_checkpoint(note), first.checkpoint.origin, written.public())
    journal = written.open().journal
    journal.append(make_call(99))
    journal.close()
    second = standing(written)
    assert second.checkpoint.size > first.checkpoint.size
    newer, told = push(second, POLICY, lambda url, body: witness.add_checkpoint(body))
    assert told[0].state == "cosigned"
    path = cosigned_file(tmp_path, newest_log(written.settings().root))
    for one in (note, newer):
        keep(path, one)
    assert [data for _, data in whole_notes(path.read_bytes())[0]] == [note, newer] and path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("answer", "said"), [
    (Answer(status=409, body=b"100000\n"), "rollback"), (Answer(status=409, body=b"0\n"), "fork"), (Answer(status=422, body=b""), "fork"),
    (Answer(status=404, body=b"who?"), "refused"), (Answer(status=200, body=b"thanks\n"), "refused"), (Answer(status=409, body=b"junk"), "fork"),
])
def test_what_a_witness_may_say(written, answer, said):
    note, told = push(standing(written), POLICY, lambda url, body: answer)
    assert told[0].state == said and note == standing(written).note


def test_a_witness_with_another_key_is_not_believed(written, tmp_path):
    liar = Witness(tmp_path, "w/1", MemorySigner(b"\x08" * 32), lambda origin: NoteKey(name=origin, type=ED25519, public=written.public()), lambda: 55)
    assert push(standing(written), POLICY, lambda url, body: liar.add_checkpoint(body))[1][0].state == "refused"


def test_a_witness_that_is_away(written):
    assert push(standing(written), POLICY, post_to)[1][0].state == "away"


@pytest.mark.parametrize("head", [b"", b"HTTP/1.0 200 OK\r\n\r\n", b"HTTP/1.0 404 Who\r\n\r\n"])
def test_a_witness_that_drips_is_away(written, dripping, monkeypatch, head):
    """It would keep the others, and what they know, from being heard."""
    monkeypatch.setattr("sensor.audit.outside.witness_push.SECONDS", 0.5)
    policy = WitnessPolicy(witnesses=(WitnessKey(name="one", key=KEY, url=dripping(head)),), quorum="one")
    began = time.monotonic()
    assert push(standing(written), policy, post_to)[1][0].state == "away" and time.monotonic() - began < 5


def test_a_journal_that_does_not_give_its_checkpoint_is_shown_to_nobody(written):
    path = next(written.log.glob("journal-*.jsonl"))
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b'"seq":3,', b'"seq":3, ', 1))
    with pytest.raises(NothingToShow):
        standing(written)
