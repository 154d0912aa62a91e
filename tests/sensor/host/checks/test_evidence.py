"""The evidence of a verification here: what config.yaml names, what was named by hand, and what is missing."""

from __future__ import annotations

import shutil

import pytest

from sensor.audit.drafts.drafts import draft_heartbeat
from sensor.audit.form.keys import MemorySigner
from sensor.audit.form.notes import parse_checkpoint, render_checkpoint, whole_notes
from sensor.audit.journal.checkpoints import last_note
from sensor.audit.journal.opening import LogSettings, open_log
from sensor.audit.outside.cosignatures import COSIGNATURE, NoteKey
from sensor.audit.outside.timestamps import parse_authorities
from sensor.audit.outside.tsa_anchor import TsaAnchor
from sensor.audit.outside.witness_policy import PolicyError
from sensor.audit.outside.witness_push import cosigned_file, keep
from sensor.audit.verifying.verify import verify_newest
from sensor.host.checks.evidence import Named, log_here, options_elsewhere, options_here, stamp_folder
from sensor.paths import locate, make_private
from tests.sensor.audit.authority import Authority, Served, make, needs_openssl

ROOT = make("root of the tests")
LATER = 4_000_000_000_000_000  # far behind every entry, in microseconds


@pytest.fixture
def paths(tmp_path):
    """An installation with a closed log."""
    found = locate(tmp_path, tmp_path / "p")
    make_private(found.state)
    make_private(found.config)
    write(found, 3)
    return found


def write(paths, count):
    journal = open_log(LogSettings(root=paths.log, keys=paths.keys, reserve_bytes=0)).journal
    for number in range(count):
        journal.append(draft_heartbeat(f"n{number}"))
    journal.close()


def configure(paths, *lines):
    paths.config_file.write_text("audit:\n" + "".join(f"  {line}\n" for line in lines))


def report(paths, named=None):
    return verify_newest(paths.log, paths.keys, options_here(paths, named), LATER)


def note_of(paths):
    return last_note(paths.log / "0")


def stamp(paths, tmp_path, folder=None):
    with Served(Authority(tmp_path / "tsa", make("tsa", ROOT), (ROOT,)).reply) as served:
        TsaAnchor(folder or stamp_folder(paths.state, paths.log / "0"), served.url, parse_authorities(ROOT.pem))(note_of(paths))
    (tmp_path / "ca.pem").write_bytes(ROOT.pem)
    return tmp_path / "ca.pem"


def test_without_anything_the_pin_is_the_only_anchor(paths):
    told = report(paths)
    assert [one.name for one in told.anchors] == ["local pin"] and told.exit_code == 0
    assert told.window.seconds > 0 and told.outside_window.seconds == -1 and told.outside_window.entries == told.entries


def test_configured_and_named_files_count_and_are_outside(paths, tmp_path):
    (tmp_path / "kept.txt").write_bytes(note_of(paths) + b"\n")
    configure(paths, f"anchor-files: [{tmp_path}/kept.txt, {tmp_path}/away.txt]")
    told = report(paths)
    assert [one.is_outside for one in told.anchors if one.name == "kept.txt"] == [True] and told.outside_window.seconds > 0
    paths.config_file.unlink()
    assert report(paths, Named(anchors=(tmp_path / "kept.txt",))).outside_window.seconds > 0
    with pytest.raises(OSError):
        options_here(paths, Named(anchors=(tmp_path / "away.txt",)))


@pytest.mark.parametrize("content", [b"", b"nonsense\n", b"\xff\x00\n\n\xfe"])
def test_a_named_file_without_a_note_of_this_log_is_missing_evidence(paths, tmp_path, content):
    kept = tmp_path / "kept.txt"
    kept.write_bytes(content)
    told = report(paths, Named(anchors=(kept,)))
    assert told.exit_code == 3 and any("kept.txt holds no checkpoint" in reason for reason in told.not_proven)
    assert "kept.txt" in "".join(options_elsewhere(log_here(paths), Named(anchors=(kept,))).missing)


def test_a_configured_policy_is_used_without_being_asked_for(paths, tmp_path):
    policy = tmp_path / "policy.txt"
    policy.write_text("quorum none\n")
    configure(paths, f"witness-policy: {policy}")
    assert options_here(paths).policy is not None
    policy.write_text("nonsense\n")
    told = report(paths)
    assert told.exit_code == 3 and any("audit.witness-policy" in reason for reason in told.not_proven)
    for content in (b"nonsense\n", b"\xff\xfe\x00"):
        policy.write_bytes(content)
        with pytest.raises(PolicyError):
            options_here(paths, Named(policy=policy))


@needs_openssl
def test_own_timestamps_are_checked_and_are_not_outside(paths, tmp_path):
    ca = stamp(paths, tmp_path)
    told = report(paths)
    assert told.exit_code == 3 and any("--tsa-ca" in reason for reason in told.not_proven)
    configure(paths, f"tsa-ca: {ca}")
    told = report(paths)
    (anchor,) = (one for one in told.anchors if one.name.startswith("timestamp of CN=tsa"))
    assert told.exit_code == 0 and not anchor.is_outside and anchor.size == told.entries


@needs_openssl
def test_a_copy_elsewhere_is_outside_and_convicts_a_log_that_was_put_back(paths, tmp_path):
    ca = stamp(paths, tmp_path, tmp_path / "copy")
    named = Named(stamps=(tmp_path / "copy",), authorities=ca)
    assert report(paths, named).outside_window.seconds > 0
    segment = next(paths.log.glob("0/journal-*.jsonl"))
    segment.chmod(0o600)
    segment.write_bytes(b"".join(segment.read_bytes().splitlines(keepends=True)[:3]))
    assert any(problem.row == "N5" for problem in report(paths, named).problems)


@needs_openssl
@pytest.mark.parametrize("how", ["token", "other CA", "no CA file"])
def test_a_timestamp_that_does_not_hold_keeps_the_result_unproven(paths, tmp_path, how):
    ca = stamp(paths, tmp_path)
    if how == "token":
        path = next(stamp_folder(paths.state, paths.log / "0").glob("*.tsr"))
        data = bytearray(path.read_bytes())
        data[-5] ^= 1
        path.write_bytes(data)
    elif how == "other CA":
        ca.write_bytes(make("another root").pem)
    else:
        ca.unlink()
    configure(paths, f"tsa-ca: {ca}")
    told = report(paths)
    assert told.exit_code == 3 and any("timestamp" in reason for reason in told.not_proven)


@needs_openssl
def test_a_clock_ahead_of_the_authority_is_listed(paths, tmp_path):
    ca = stamp(paths, tmp_path)
    options = options_here(paths, Named(authorities=ca))
    early = type(options.stamps[0])(name="early", note=options.stamps[0].note, at_us=1)
    told = verify_newest(paths.log, paths.keys, type(options)(stamps=(early,)), LATER)
    assert any("ahead of the timestamp" in note for note in told.notes)
    assert not any("ahead" in note for note in report(paths, Named(authorities=ca)).notes)


def wipe(paths, folder):
    """The log and its pin are removed, and a folder with another number is made; then the sensor starts."""
    shutil.rmtree(paths.log / "0")
    (paths.keys / "pin.json").unlink()
    if folder:
        (paths.log / folder).mkdir()
    write(paths, 1)


@pytest.mark.parametrize("folder", ["", "1", "7"])
def test_a_log_that_was_wiped_is_convicted_by_an_anchor_whatever_number_the_next_one_has(paths, tmp_path, folder):
    configure(paths, f"anchor-files: [{tmp_path}/kept.txt]")
    (tmp_path / "kept.txt").write_bytes(note_of(paths) + b"\n")
    wipe(paths, folder)
    assert report(paths).exit_code == 1


def later_log(paths):
    """The log was damaged, and the sensor began the next one."""
    segment = next(paths.log.glob("0/journal-*.jsonl"))
    segment.chmod(0o600)
    segment.write_bytes(b"".join(segment.read_bytes().splitlines(keepends=True)[:3]))
    write(paths, 1)
    assert (paths.log / "1").is_dir()


@pytest.mark.parametrize("how", ["configured", "named", "note"])
def test_evidence_of_the_log_before_counts(paths, tmp_path, how):
    kept = tmp_path / "kept.txt"
    kept.write_bytes(note_of(paths) + b"\n")
    earlier = kept.read_bytes()
    later_log(paths)
    kept.write_bytes(earlier + last_note(paths.log / "1") + b"\n")
    if how == "configured":
        configure(paths, f"anchor-files: [{kept}]")
    named = {"configured": None, "named": Named(anchors=(kept,)), "note": Named(notes=(("note", earlier[:-1]),))}[how]
    told = report(paths, named)
    assert [problem.row for problem in told.problems] == ["N5"] and "/0, of which" in told.problems[0].what
    assert [one.size for one in told.losses] == [5]


def test_a_later_log_that_was_removed_is_missed(paths, tmp_path):
    """What is left is the log before it, whole or begun anew."""
    first = {path: path.read_bytes() for path in (*(paths.log / "0").iterdir(), paths.keys / "pin.json")}
    configure(paths, f"anchor-files: [{tmp_path}/kept.txt]")
    later_log(paths)
    (tmp_path / "kept.txt").write_bytes(last_note(paths.log / "1") + b"\n")
    shutil.rmtree(paths.log / "1")
    shutil.rmtree(paths.log / "0")
    (paths.log / "0").mkdir()
    for path, data in first.items():
        path.write_bytes(data)
    assert [problem.row for problem in report(paths).problems] == ["N5"]


def test_other_devices_notes_in_the_same_file_are_no_evidence_here(paths, tmp_path):
    others = b"".join(render_checkpoint(log, 99, bytes(32), MemorySigner(bytes(32))) + b"\n" for log in ("local/other/0", "local/other/1", "x"))
    (tmp_path / "kept.txt").write_bytes(others + note_of(paths) + b"\n")
    configure(paths, f"anchor-files: [{tmp_path}/kept.txt]")
    assert report(paths).exit_code == 0


@needs_openssl
def test_timestamps_of_the_log_before_count(paths, tmp_path):
    configure(paths, f"tsa-ca: {stamp(paths, tmp_path)}")
    later_log(paths)
    assert any("timestamp" in problem.what and problem.row == "N5" for problem in report(paths).problems)


def test_what_witnesses_cosigned_of_the_log_before_counts(paths, tmp_path):
    (tmp_path / "policy.txt").write_text("quorum none\n")
    configure(paths, f"witness-policy: {tmp_path}/policy.txt")
    keep(cosigned_file(paths.state, paths.log / "0"), note_of(paths))
    later_log(paths)
    assert any("0.txt covers" in problem.what for problem in report(paths).problems)


def test_a_bundle_takes_nothing_from_this_machine(paths, tmp_path):
    (tmp_path / "kept.txt").write_bytes(note_of(paths) + b"\n")
    configure(paths, f"anchor-files: [{tmp_path}/kept.txt]")
    origin = log_here(paths)
    assert options_elsewhere(origin, Named()).notes == ()
    assert len(options_elsewhere(origin, Named(anchors=(tmp_path / "kept.txt",))).notes) == 1
    assert options_elsewhere("local/other/0", Named(anchors=(tmp_path / "kept.txt",))).notes == ()


def end_without_a_trace(paths):
    """The newest entries go, with the checkpoints that cover them and the pin."""
    (paths.keys / "pin.json").unlink()
    notes = (paths.log / "0" / "checkpoints.txt").read_bytes()
    first = whole_notes(notes)[0][0][1]
    (paths.log / "0" / "checkpoints.txt").write_bytes(first + b"\n")
    segment = next(paths.log.glob("0/journal-*.jsonl"))
    segment.chmod(0o600)
    segment.write_bytes(b"".join(segment.read_bytes().splitlines(keepends=True)[:parse_checkpoint(first).size]))


def remove_all(paths):
    shutil.rmtree(paths.log / "0")
    (paths.keys / "pin.json").unlink()


def remove_keys_too(paths):
    remove_all(paths)
    shutil.rmtree(paths.keys)


@pytest.mark.parametrize(("take", "anchored"), [(end_without_a_trace, 1), (remove_all, 1), (remove_keys_too, 0)])
def test_what_docs_limits_md_admits_about_removed_entries(paths, tmp_path, take, anchored):
    """Unseen without anything elsewhere; with it all but another device's name."""
    write(paths, 2)
    kept = note_of(paths)
    take(paths)
    write(paths, 1)
    assert report(paths).exit_code == 0
    (tmp_path / "kept.txt").write_bytes(kept + b"\n")
    configure(paths, f"anchor-files: [{tmp_path}/kept.txt]")
    assert report(paths).exit_code == anchored
    witness = NoteKey(name="w", type=COSIGNATURE, public=MemorySigner(bytes(32)).public)
    (tmp_path / "policy.txt").write_text(f"witness w {witness.text()}\nquorum w\n")
    configure(paths, f"anchor-files: [{tmp_path}/kept.txt]", f"witness-policy: {tmp_path}/policy.txt")
    assert report(paths).exit_code in (1, 3)
