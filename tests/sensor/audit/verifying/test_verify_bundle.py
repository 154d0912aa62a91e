"""Bundles verified elsewhere: accepted as they are, and never after any byte of them was changed."""

from __future__ import annotations

import random
import tarfile

import pytest

from sensor.audit.form.keys import MemorySigner
from sensor.audit.verifying.verify import VerifyOptions
from sensor.audit.verifying.verify_bundle import verify_bundle
from sensor.export.bundle import write_entries_bundle, write_log_bundle
from sensor.export.records import Selection


@pytest.fixture
def bundles(sample, tmp_path):
    paths = {}
    for name in ("log", "entries"):
        paths[name] = tmp_path / f"{name}.bundle"
        with open(paths[name], "wb") as out:
            if name == "log":
                made = write_log_bundle(sample.log, sample.keys, out)
            else:
                made = write_entries_bundle(sample.log, sample.keys, Selection(verdict="block"), out)
        assert made.entries > 5 or name == "entries"
    return paths


def check(path, state, **options):
    return verify_bundle(path, VerifyOptions(**{"identity": state.public(), "workers": 1, **options}), state.ticking.wall // 1000)


@pytest.mark.parametrize("name", ["log", "entries"])
def test_it_is_accepted_as_it_is(bundles, sample, name):
    report = check(bundles[name], sample)
    assert report.exit_code == 0, report
    assert report.signatures_checked == report.entries >= 3 and report.anchors


@pytest.mark.parametrize("name", ["log", "entries"])
def test_without_a_trusted_key_or_with_another(bundles, sample, name):
    assert check(bundles[name], sample, identity=b"").exit_code == 3
    assert check(bundles[name], sample, identity=MemorySigner(b"q" * 32).public).exit_code == 1


def byte_classes(path) -> dict[str, list[int]]:
    """Places in a bundle by what they are: each member's header, padding, and, in members, its lines' parts."""
    data = path.read_bytes()
    places: dict[str, list[int]] = {}
    with tarfile.open(path) as tar:
        for info in tar:
            kind = info.name.split("-")[0]
            places.setdefault(f"{kind} header", []).extend(range(info.offset, info.offset_data))
            end = info.offset_data + info.size
            places.setdefault("padding", []).extend(range(end, end + -info.size % 512))
            for at in range(info.offset_data, end):
                places.setdefault(f"{kind} {_part(data, at, info.offset_data)}", []).append(at)
        places.setdefault("padding", []).extend(range(len(data) - 1024, len(data)))
    return {name: found for name, found in places.items() if found}


def _part(data: bytes, at: int, start: int) -> str:
    char = data[at:at + 1]
    line_start = max(data.rfind(b"\n", start, at) + 1, start)
    in_signature = data.rfind(b'"sig":"', line_start, at) >= 0 or data[line_start:line_start + 3] == "\u2014".encode()
    return ("signature " if in_signature else "") + ("letter" if char.isalpha() else "digit" if char.isdigit() else "sign")


@pytest.mark.parametrize("name", ["log", "entries"])
def test_no_changed_byte_of_any_class_is_accepted(bundles, sample, tmp_path, name):
    good, chance = bundles[name].read_bytes(), random.Random(5)
    classes = byte_classes(bundles[name])
    assert len(classes) >= 15
    tried, path = 0, tmp_path / "bad.bundle"
    for kind, places in classes.items():
        for at in chance.sample(places, min(12, len(places))):
            for flip in (1, 32, 128):
                path.write_bytes(good[:at] + bytes([good[at] ^ flip]) + good[at + 1:])
                report = check(path, sample)
                assert report.exit_code == 1, (kind, at, flip, report)
                tried += 1
    assert tried > 500


@pytest.mark.parametrize("name", ["log", "entries"])
def test_no_removed_or_doubled_piece_is_accepted(bundles, sample, tmp_path, name):
    good, path, chance = bundles[name].read_bytes(), tmp_path / "bad.bundle", random.Random(7)
    for _ in range(60):
        at, length = chance.randrange(len(good)), chance.choice([1, 7, 512, 700, 1024])
        for bad in (good[:at] + good[at + length:], good[:at] + good[at:at + length] + good[at:]):
            if bad != good:
                path.write_bytes(bad)
                assert check(path, sample).exit_code == 1


def test_a_shortened_log_with_a_fitting_manifest_is_found_by_the_pin(sample, tmp_path):
    """The bundle is made anew from a cut log, as its owner could; only the pin in it knows better."""
    lines = sample.segments()[-1].read_bytes().splitlines(keepends=True)
    sample.segments()[-1].write_bytes(b"".join(lines[:-3]))
    path = tmp_path / "cut.bundle"
    with open(path, "wb") as out:
        write_log_bundle(sample.log, sample.keys, out)
    assert check(path, sample).exit_code == 1


def test_a_note_kept_elsewhere_confirms_or_convicts(bundles, sample):
    from sensor.audit.journal.checkpoints import last_note

    note = last_note(sample.log)
    assert {anchor.name for anchor in check(bundles["entries"], sample, notes=(("kept", note),)).anchors} == {"pin of the device", "kept"}
    other = note.replace(note.split(b"\n")[2], b"A" * 43 + b"=")
    assert check(bundles["entries"], sample, notes=(("kept", other),)).exit_code == 1


def test_what_is_no_bundle_is_refused(sample, tmp_path):
    path = tmp_path / "x.bundle"
    for data in (b"", b"hello", bytes(10_240)):
        path.write_bytes(data)
        assert check(path, sample).exit_code == 1
    with pytest.raises(FileNotFoundError):
        check(tmp_path / "none", sample)
