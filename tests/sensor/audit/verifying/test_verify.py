"""Negative tests of the verifier: one good log, one manipulation each, both verifiers must say the same (section 9)."""

from __future__ import annotations

import base64
import json
import re
import shutil
import sqlite3

import pytest

from sensor.audit.form.chain import leaf_hash
from sensor.audit.form.keys import ENTRY_TAG, MemorySigner
from sensor.audit.form.notes import render_checkpoint
from sensor.audit.journal.journal import Limits
from sensor.audit.journal.opening import _Opening
from sensor.audit.journal.segments import cut_line, render_line
from sensor.audit.verifying.verify import VerifyOptions, verify_newest
from sensor.export.lines import render_raw
from sensor.export.records import Selection, read_records
from sensor.store.indexer import IndexerConfig, rebuild


def read_all(state):
    """All lines by segment."""
    return {path: path.read_bytes().splitlines(keepends=True) for path in state.segments()}


def write_all(lines):
    for path, rows in lines.items():
        path.write_bytes(b"".join(rows))


def place(state, number):
    """(path, index) of a line by its seq."""
    for path, rows in read_all(state).items():
        if number < len(rows):
            return path, number
        number -= len(rows)
    raise IndexError(number)


def change_line(state, number, change):
    lines = read_all(state)
    path, index = place(state, number)
    lines[path][index] = change(lines[path][index])
    write_all(lines)


def change_entry(state, number, change):
    """Edit an entry and keep its signature."""

    def edit(line):
        data, sig = cut_line(line)
        return render_line(change(data), sig)

    change_line(state, number, edit)


def edit_field(state, number, name, value):
    def edit(data):
        entry = json.loads(data)
        assert name in entry
        entry[name] = value
        return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    change_entry(state, number, edit)


def count(state):
    return sum(len(rows) for rows in read_all(state).values())


def entry_of(state, number):
    path, index = place(state, number)
    return json.loads(cut_line(read_all(state)[path][index])[0])


def find(state, kind):
    return next(number for number in range(count(state)) if entry_of(state, number)["kind"] == kind)


def delete_line(state, number):
    lines = read_all(state)
    path, index = place(state, number)
    del lines[path][index]
    write_all(lines)


def insert_copy(state, number):
    lines = read_all(state)
    path, index = place(state, number)
    lines[path].insert(index, lines[path][index])
    write_all(lines)


def swap(state, number):
    lines = read_all(state)
    path, index = place(state, number)
    rows = lines[path]
    rows[index], rows[index + 1] = rows[index + 1], rows[index]
    write_all(lines)


def swap_segments(state):
    first, second = state.segments()[:2]
    spare = first.with_suffix(".spare")
    first.rename(spare)
    second.rename(first)
    spare.rename(second)


def append_bytes(path, data):
    path.write_bytes(path.read_bytes() + data)


def copy_signature(state, number):
    other = cut_line(read_all(state)[place(state, number + 1)[0]][place(state, number + 1)[1]])[1]
    change_line(state, number, lambda line: render_line(cut_line(line)[0], other))


def foreign_signature(state, number):
    def edit(line):
        data, _ = cut_line(line)
        return render_line(data, MemorySigner(b"x" * 32).sign(ENTRY_TAG + leaf_hash(data)))

    change_line(state, number, edit)


def notes_of(state):
    return state.log / "checkpoints.txt"


def edit_notes(state, change):
    notes_of(state).write_text(change(notes_of(state).read_text(encoding="utf-8")), encoding="utf-8")


def resign_last_note(state, signer):
    """Replace the newest checkpoint by one for the same tree under another key."""
    text = notes_of(state).read_text(encoding="utf-8").split("\n\n")
    origin, size, root = text[-3].split("\n")
    note = render_checkpoint(origin, int(size), base64.b64decode(root), signer).decode()
    notes_of(state).write_text("\n\n".join([*text[:-3], note[:-1], ""]), encoding="utf-8")


def cut_tail(state, keep_notes):
    """Remove the last five entries, and optionally every checkpoint that covers them."""
    lines = read_all(state)
    path = list(lines)[-1]
    del lines[path][-5:]
    write_all(lines)
    if not keep_notes:
        size = count(state)
        blocks = re.findall(r"[^\n]+\n(\d+)\n[^\n]+\n\n[^\n]+\n\n", notes_of(state).read_text())
        kept = [m[0] for m in re.finditer(r"[^\n]+\n(\d+)\n[^\n]+\n\n[^\n]+\n\n", notes_of(state).read_text()) if int(m[1]) <= size]
        assert len(kept) < len(blocks)
        notes_of(state).write_text("".join(kept))


NEGATIVE = {
    "N1 edited": lambda s: edit_field(s, 3, "session", "s-2"),
    "N1 deleted": lambda s: delete_line(s, 5),
    "N1 first deleted": lambda s: delete_line(s, 0),
    "N1 inserted": lambda s: insert_copy(s, 6),
    "N1 reordered": lambda s: swap(s, 2),
    "N1 segments exchanged": swap_segments,
    "N1 segment deleted": lambda s: s.segments()[1].unlink(),
    "N1 bytes between segments": lambda s: append_bytes(s.segments()[0], b"hidden"),
    "N1 entry between segments": lambda s: append_bytes(s.segments()[0], read_all(s)[s.segments()[0]][-1]),
    "N3 signature removed": lambda s: change_line(s, 4, lambda line: line[:-99] + b"}\n"),
    "N3 signature empty": lambda s: change_line(s, 4, lambda line: line[:-91] + b'"}\n'),
    "N3 signature short": lambda s: change_line(s, 4, lambda line: line[:-7] + b'"}\n'),
    "N3 signature zero": lambda s: change_line(s, 4, lambda line: render_line(cut_line(line)[0], bytes(64))),
    "N3 signature copied": lambda s: copy_signature(s, 4),
    "N3 last signature copied": lambda s: copy_signature(s, count(s) - 2),
    "N3 unknown key": lambda s: foreign_signature(s, 7),
    "N3 unknown key, last entry": lambda s: foreign_signature(s, count(s) - 1),
    "N4 signatures stripped": lambda s: edit_notes(s, lambda text: re.sub("\u2014 [^\n]*\n", "", text)),
    "N4 last signature stripped": lambda s: edit_notes(s, lambda text: text[: text.rindex("\u2014")]),
    "N4 unknown keys only": lambda s: resign_last_note(s, MemorySigner(b"y" * 32)),
    "N4 root edited": lambda s: edit_notes(s, lambda text: text.replace(text.split("\n")[2], base64.b64encode(bytes(32)).decode())),
    "N4 size edited": lambda s: edit_notes(s, lambda text: text.replace(f"\n{text.split(chr(10))[1]}\n", "\n3\n", 1)),
    "N4 CRLF": lambda s: edit_notes(s, lambda text: text.replace("\n", "\r\n")),
    "N5 tail cut": lambda s: cut_tail(s, keep_notes=True),
    "N5 tail and checkpoints cut": lambda s: cut_tail(s, keep_notes=False),
    "N5 journal wiped": lambda s: [path.unlink() for path in s.segments()],
    "N5 checkpoints wiped": lambda s: notes_of(s).unlink(),
    "N7 head segment deleted": lambda s: s.segments()[0].unlink(),
    "N11 rotation deleted": lambda s: delete_line(s, find(s, "key_rotation")),
    "N13 prev": lambda s: edit_field(s, 8, "prev", "0" * 64),
    "N15 space": lambda s: change_entry(s, 5, lambda data: data.replace(b'"kind":', b'"kind": ')),
    "N15 escape": lambda s: change_entry(s, 5, lambda data: data.replace(b'"call"', b'"\\u0063all"')),
}


def test_a_good_log_is_verified_by_both(sample):
    assert sample.codes() == (0, 0)
    report = sample.report()
    assert report.entries == report.signatures_checked == report.published == count(sample) > 30
    assert report.epochs > 3 and report.restarts == 2 and len(sample.segments()) >= 3
    assert [anchor.name for anchor in report.anchors] == ["local pin"]


@pytest.mark.parametrize("name", NEGATIVE)
def test_manipulation_is_found_by_both(sample, name):
    NEGATIVE[name](sample)
    assert sample.codes() == (1, 1)


@pytest.mark.parametrize("name", [
    "answer", "agent", "boot_id", "cwd", "effects", "epoch", "kind", "lat_us", "log", "mode", "mono_us", "path", "phase", "profile",
    "rules", "seq", "session", "stage_us", "summary", "tool", "tool_kind", "tool_use_id", "ts", "v", "verdict", "would_answer",
])
def test_every_field_is_covered(sample, name):
    number = find(sample, "call")
    old = entry_of(sample, number)[name]
    new = old + 1 if isinstance(old, int) else ["x"] if isinstance(old, list) else {"x": 1} if isinstance(old, dict) else old + "x"
    edit_field(sample, number, name, new)
    report = sample.report()
    assert report.problems[0].seq == number, report.problems
    assert sample.codes() == (1, 1)


def test_last_entry_edited_is_found_although_nothing_follows(sample):
    edit_field(sample, count(sample) - 1, "ts", "2031-01-01T00:00:00.000000Z")
    assert sample.codes() == (1, 1)


def rewrite(state, signer):
    """N2: the whole log again, chained well, signed with a key of the attacker's."""
    prev, rows = None, []
    for path, lines in read_all(state).items():
        new = []
        for line in lines:
            entry = json.loads(cut_line(line)[0])
            entry["prev"] = prev or entry["prev"]
            if "open" in entry:
                entry["open"]["pk"] = base64.b64encode(signer.public).decode()
            data = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
            leaf = leaf_hash(data)
            prev = leaf.hex()
            new.append(render_line(data, signer.sign(ENTRY_TAG + leaf)))
        rows.append((path, new))
    write_all(dict(rows))


@pytest.mark.parametrize("keep", [True, False], ids=["pin and checkpoints kept", "pin and checkpoints removed"])
def test_a_log_rewritten_without_the_key_is_found(sample, keep):
    rewrite(sample, MemorySigner(b"z" * 32))
    if not keep:
        notes_of(sample).unlink()
        (sample.keys / "pin.json").unlink()
    assert sample.codes() == (1, 1)


def test_no_anchor_is_not_proven(sample):
    (sample.keys / "pin.json").unlink()
    assert sample.codes() == (3, 3)


def test_skipped_signatures_are_never_a_success(sample):
    assert sample.report(signatures=False).exit_code == 3
    assert sample.report(first=10).exit_code == 3
    foreign_signature(sample, 7)
    assert sample.report(signatures=False).exit_code == 3  # says not proven, not verified


def test_without_a_trusted_identity_it_is_not_proven(sample):
    assert sample.report(identity=b"").exit_code == 3
    assert sample.report(identity=b"q" * 32).exit_code == 1


def test_an_old_copy_restored_is_found(sample, make_call, tmp_path):
    old = tmp_path / "old"
    shutil.copytree(sample.log, old)
    opened = sample.open()
    opened.journal.append(make_call(99))
    opened.journal.close()
    assert sample.codes() == (0, 0)
    shutil.rmtree(sample.log)
    shutil.copytree(old, sample.root / "0")
    assert sample.codes() == (1, 1)


def test_the_newest_log_gone_is_found(sample):
    shutil.rmtree(sample.log)
    report = verify_newest(sample.root, sample.keys, VerifyOptions(workers=1), 0)
    assert report.exit_code == 1
    (sample.keys / "pin.json").unlink()
    assert verify_newest(sample.root, sample.keys, VerifyOptions(workers=1), 0).exit_code == 3


def test_a_later_log_that_names_none_before_it_is_found(sample, monkeypatch):
    """An empty folder with a number was enough to begin one."""
    monkeypatch.setattr(_Opening, "_predecessor", lambda *unused: None)
    (sample.log / "checkpoints.txt").unlink()
    sample.open().journal.close()
    assert sample.log.name == "1" and sample.codes() == (1, 1)
    assert [problem.row for problem in sample.report().problems] == ["N7"]


def test_a_copy_under_another_number_is_found(sample):
    """The pin is of the log that it was copied from, and would not count."""
    shutil.copytree(sample.log, sample.root / "5")
    report = verify_newest(sample.root, sample.keys, VerifyOptions(workers=1), 0)
    assert [problem.what[-28:] for problem in report.problems] == [" lies in the folder of log 5"]


def test_a_pin_signed_by_another_is_evidence(sample):
    path = sample.keys / "pin.json"
    path.write_text(path.read_text().replace('"restarts":2', '"restarts":1'))
    assert verify_newest(sample.root, sample.keys, VerifyOptions(workers=1), 0).exit_code == 1


def test_an_unfinished_last_line_is_listed_not_an_entry(sample):
    last = sample.segments()[-1]
    append_bytes(last, read_all(sample)[last][-1][:-1])
    assert sample.codes() == (0, 0)
    assert any("unfinished line" in note for note in sample.report().notes)


def test_a_note_kept_elsewhere_is_an_anchor_and_shows_a_fork(sample):
    note = ("\n\n".join(notes_of(sample).read_text().split("\n\n")[:2]) + "\n").encode()
    kept = sample.report(notes=(("auditor", note),))
    assert kept.exit_code == 0 and {anchor.name for anchor in kept.anchors} == {"auditor", "local pin"}
    forged = note.replace(note.split(b"\n")[2], base64.b64encode(bytes(32)))
    assert sample.report(notes=(("auditor", forged),)).exit_code == 1


def test_first_bad_entry_and_both_hashes_are_named(sample):
    edit_field(sample, 5, "session", "s-9")
    problem = sample.report().problems[0]
    assert problem.seq == 5
    assert {"N1", "N3"} >= {one.row for one in sample.report().problems}
    assert any(len(one.expected) == len(one.found) == 64 and one.expected != one.found for one in sample.report().problems)


def test_worker_processes_find_the_same(sample, monkeypatch):
    monkeypatch.setattr("sensor.audit.verifying.signatures.POOL_FROM", 1)
    monkeypatch.setattr("sensor.audit.verifying.signatures.BATCH", 10)
    assert sample.report(workers=2).exit_code == 0
    foreign_signature(sample, 7)
    foreign_signature(sample, 21)
    assert sample.report(workers=2).problems[0].seq == 7


class Seeds:
    """Randomness that a thief of keys remembers."""

    def __init__(self):
        self.given = []

    def __call__(self, length):
        self.given.append(bytes([len(self.given) + 1]) * length)
        return self.given[-1]


@pytest.fixture
def stolen(state, make_call):
    """A log of two epochs whose keys the test knows: (state, signers by epoch)."""
    seeds = Seeds()
    opened = state.open(random=seeds, limits=Limits(epoch_entries=6))
    for number in range(8):
        opened.journal.append(make_call(number, verdict="block", answer="deny"))
    opened.journal.drain()
    opened.journal.close()
    signers = [MemorySigner(seed) for seed in seeds.given[1:]]
    assert state.codes() == (0, 0)
    return state, signers


def test_an_old_entry_signed_again_with_a_newer_key_is_found(stolen):
    state, signers = stolen

    def sign_again(line):
        data, _ = cut_line(line)
        return render_line(data, signers[1].sign(ENTRY_TAG + leaf_hash(data)))

    change_line(state, 2, sign_again)
    assert state.codes() == (1, 1)


def test_a_checkpoint_signed_again_with_a_newer_key_is_found(stolen):
    state, signers = stolen
    text = notes_of(state).read_text(encoding="utf-8")
    origin, size, root = text.split("\n")[:3]
    note = render_checkpoint(origin, int(size), base64.b64decode(root), signers[1]).decode()
    notes_of(state).write_text(note + "\n" + "".join(part + "\n\n" for part in text.split("\n\n")[2:-1]), encoding="utf-8")
    assert state.codes() == (1, 1)
    assert state.report().problems[0].row == "N10"


def test_cut_and_continued_with_the_stolen_key_is_found_by_the_pin(stolen):
    state, signers = stolen
    lines = read_all(state)
    path = list(lines)[-1]
    entries = [json.loads(cut_line(line)[0]) for line in lines[path]]
    keep = next(index for index, entry in enumerate(entries) if entry["epoch"] == 1) + 1
    forged = {**entries[keep], "summary": {"action": "shell", "text": "echo harmless"}, "prev": leaf_hash(cut_line(lines[path][keep - 1])[0]).hex()}
    data = json.dumps(forged, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    lines[path] = [*lines[path][:keep], render_line(data, signers[1].sign(ENTRY_TAG + leaf_hash(data)))]
    write_all(lines)
    kept = [m[0] for m in re.finditer(r"[^\n]+\n(\d+)\n[^\n]+\n\n[^\n]+\n\n", notes_of(state).read_text()) if int(m[1]) <= keep]
    notes_of(state).write_text("".join(kept))
    assert state.codes() == (1, 1)
    (state.keys / "pin.json").unlink()
    assert state.codes() == (3, 3)  # without any anchor nobody can tell: the limit that the report states


def test_an_epoch_that_the_identity_did_not_certify_is_found(stolen):
    state, _ = stolen
    edit_field(state, 0, "open", {**entry_of(state, 0)["open"], "cert": base64.b64encode(bytes(64)).decode()})
    assert state.codes() == (1, 1)


def test_a_sensor_that_was_stopped_for_hours_is_not_proven(state, make_call):
    """N8: nothing in the log explains the silence. An honest sleep is told by the log itself."""
    journal = state.open().journal
    journal.append(make_call(1))
    state.ticking.pass_s(8 * 3600)
    journal.append(make_call(2))
    journal.close()
    assert state.codes() == (3, 3)
    assert any("silence" in reason for reason in state.report().not_proven)


def test_a_clock_set_by_years_is_listed_and_no_evidence(state, make_call):
    """N9."""
    journal = state.open().journal
    for step in (10 * 365 * 86400, -20 * 365 * 86400, -3600):
        state.ticking.wall += step * 10**9
        journal.append(make_call(step % 97))
    journal.close()
    assert state.codes() == (0, 0)
    notes = state.report().notes
    assert sum("clock jump" in note for note in notes) == 3 and sum("wall clock goes back" in note for note in notes) == 2


def test_an_edited_index_changes_neither_the_verifier_nor_an_export(sample):
    """N14: both read the journal."""
    index = sample.folder / "index.db"
    rebuild(IndexerConfig(log=sample.root, index=index, wakeup=sample.folder / "wake"))
    before = b"".join(render_raw(read_records(sample.root, Selection())))
    with sqlite3.connect(index) as raw:
        raw.execute("UPDATE entries SET verdict = 0, summary = 'nothing happened'")
        raw.execute("DELETE FROM entries WHERE id % 2")
    assert sample.codes() == (0, 0)
    assert b"".join(render_raw(read_records(sample.root, Selection()))) == before


def test_a_last_note_torn_at_any_byte_is_judged_alike_by_both_verifiers(sample):
    """Also within a letter: the dash before a signature is three bytes."""
    path = sample.log / "checkpoints.txt"
    whole = path.read_bytes()
    begin = whole[:-1].rfind(b"\n\n", 0, whole.rfind("\u2014".encode()) - 2) + 2
    (sample.keys / "pin.json").unlink()
    seen = set()
    for end in range(begin, len(whole)):
        path.write_bytes(whole[:end])
        first, second = sample.codes()
        assert first == second, (end - begin, whole[begin:end])
        seen.add(first)
    assert seen
    path.write_bytes(whole[:begin - 40] + b"\xe2\x80" + whole[begin - 38:])
    assert sample.codes() == (1, 1)
