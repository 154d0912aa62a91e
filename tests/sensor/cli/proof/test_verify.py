"""`handrail verify` and `handrail index`: the exit codes, with and without --json, and bundles on a machine without an installation."""

from __future__ import annotations

import json
import shutil
import tarfile
import time

import pytest

from sensor.audit.drafts.drafts import draft_heartbeat
from sensor.audit.journal.opening import LogSettings, open_log
from sensor.model.errors import UsageError
from sensor.paths import locate, make_private
from sensor.store.reading import open_index
from tests.sensor.cli.conftest import Terminal


@pytest.fixture
def installed(tmp_path):
    """Folders of an installation in which nothing ran yet."""
    return locate(tmp_path, tmp_path / "p")


@pytest.fixture
def idle_terminal(tmp_path):
    return Terminal(tmp_path / "p")


@pytest.fixture
def logged(installed):
    """An installation with a log of a few entries, nothing running."""
    make_private(installed.state)
    journal = open_log(LogSettings(root=installed.log, keys=installed.keys, reserve_bytes=0)).journal
    for number in range(5):
        journal.append(draft_heartbeat(f"n{number}"))
    journal.close()
    return installed


def test_a_good_log(idle_terminal, logged):
    result = idle_terminal.run("verify")
    assert result.exit_code == 0 and result.output.startswith("verified") and "window" in result.output
    shown = json.loads(idle_terminal.run("verify", "--json").output)
    assert shown["outcome"] == "verified" and shown["entries"] == 7


@pytest.mark.parametrize("words", [("--no-signatures",), ("--chain-only",), ("--from", "3"), ("--to", "2")])
def test_checks_left_out_are_not_proven(idle_terminal, logged, words):
    assert idle_terminal.run("verify", *words).exit_code == 3
    assert idle_terminal.run("verify", "--json", *words).exit_code == 3


def test_an_edited_log(idle_terminal, logged):
    path = next(logged.log.glob("0/journal-*.jsonl"))
    path.write_bytes(path.read_bytes().replace(b'"note":"n2"', b'"note":"n3"'))
    result = idle_terminal.run("verify")
    assert result.exit_code == 1 and "TAMPERED" in result.output
    assert idle_terminal.run("verify", "--json").exit_code == 1


def test_nothing_to_verify(idle_terminal, installed):
    error = idle_terminal.error("verify")
    assert error.exit_code == 3 and "handrail run" in error.next_step


def test_a_kept_note(idle_terminal, logged, tmp_path):
    notes = (logged.log / "0" / "checkpoints.txt").read_bytes().split(b"\n\n")
    note = tmp_path / "kept.txt"
    note.write_bytes(b"\n\n".join(notes[:2]) + b"\n")
    result = idle_terminal.run("verify", "--from-checkpoint", str(note))
    assert result.exit_code == 0 and "anchor kept.txt" in result.output


def test_a_bundle_elsewhere(idle_terminal, logged, tmp_path):
    bundle = tmp_path / "all.bundle"
    made = idle_terminal.run("bundle", "--out", str(bundle))
    assert made.exit_code == 0, made.output
    elsewhere = Terminal(tmp_path / "elsewhere")
    key = str(logged.keys / "identity.pub")
    assert elsewhere.run("verify", str(bundle), "--identity", key).exit_code == 0
    assert elsewhere.run("verify", str(bundle)).exit_code == 3
    assert idle_terminal.run("verify", str(bundle)).exit_code == 0
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    bundle.write_bytes(data)
    assert elsewhere.run("verify", str(bundle), "--identity", key).exit_code == 1
    assert elsewhere.run("verify", str(tmp_path / "none"), "--identity", key).exit_code == 2


def test_a_file_that_never_was_a_bundle_is_not_called_tampered(idle_terminal, logged, tmp_path):
    file = tmp_path / "x.tar"
    with tarfile.open(file, "w") as tar:
        tar.add(logged.config_file.parent.parent, "p")
    result = idle_terminal.run("verify", str(file))
    assert isinstance(result.exception, UsageError) and "is no bundle of Handrail" in result.exception.message and "TAMPERED" not in result.output


def test_the_index_is_made_anew(idle_terminal, logged):
    shown = json.loads(idle_terminal.run("index", "rebuild", "--json").output)
    assert shown["entries"] == 7
    open_index(logged.index).close()


def test_a_verification_is_an_entry_where_a_sensor_runs(terminal, live):
    before = len(live.entries())
    assert terminal.run("verify").exit_code in (0, 3) and terminal.run("verify", "--chain-only").exit_code == 3
    notes = [entry["note"] for entry in live.entries()[before:] if entry["kind"] == "verify_result"]
    assert len(notes) == 1 and " entries, checkpoint " in notes[0]


def cut(paths, left):
    """Somebody takes the newest entries out of the journal while no sensor runs."""
    path = next(paths.log.glob("0/journal-*.jsonl"))
    path.chmod(0o600)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:left]))


def test_a_cut_log_is_not_forgotten_until_a_person_accepts_it(own_live, terminal_of, tmp_path):
    """Kill, cut, start: that made `verify` a success and doctor content, although an anchor knew more."""
    terminal, anchor = terminal_of(own_live.prefix), tmp_path / "notes.txt"
    own_live.configure(f"mode: enforce\naudit: {{anchor-files: [{anchor}]}}\n")
    own_live.start()
    for number in range(4):
        own_live.bash("rm -rf ~", f"c{number}")
    own_live.stop()
    cut(own_live.paths, 3)
    assert terminal.run("verify").exit_code == 1
    for _ in range(2):
        own_live.start()
        own_live.bash("ls", "after")
        assert own_live.op("status")["alarm"]
        result = terminal.run("verify")
        assert result.exit_code == 1 and "/0, of which" in result.output and "begun anew" in result.output and "--accept" in result.output
        (log,) = [check for check in json.loads(terminal.run("doctor", "--json").output)["checks"] if check["name"] == "log"]
        assert log["outcome"] == "fail" and "handrail verify --accept" in log["next_step"]
        own_live.stop()
    shutil.rmtree(own_live.paths.log / "0")
    own_live.start()
    assert terminal.run("verify").exit_code == 1
    assert terminal.run("verify", "--accept", "a disk died", "--yes").exit_code == 1
    assert terminal.run("verify").exit_code == 0 and own_live.op("status")["alarm"] == ""
    (entry,) = [entry for entry in own_live.entries() if entry["kind"] == "log_accept"]
    assert entry["accepted"][0]["log"].endswith("/0") and entry["note"].endswith(": a disk died")
    own_live.stop()
    own_live.start()
    assert own_live.op("status")["alarm"] == "" and terminal.run("verify").exit_code == 0


def test_there_is_nothing_to_accept_in_a_whole_log(terminal, tmp_path):
    assert isinstance(terminal.run("verify", "--accept", "x", "--yes").exception, UsageError)
    out = tmp_path / "whole.bundle"
    terminal.ok("bundle", "--out", str(out))
    assert isinstance(terminal.run("verify", str(out), "--accept", "x").exception, UsageError)


def test_a_state_folder_that_was_put_back_is_an_alarm_from_the_start_on(own_live, terminal_of, tmp_path):
    terminal, anchor, before = terminal_of(own_live.prefix), tmp_path / "notes.txt", tmp_path / "before"
    own_live.configure(f"mode: enforce\naudit: {{anchor-files: [{anchor}]}}\n")
    own_live.start()
    own_live.bash("rm -rf ~", "c1")
    own_live.stop()
    shutil.copytree(own_live.paths.state, before, symlinks=True, ignore=shutil.ignore_patterns("*.sock"))
    own_live.start()
    for number in range(4):
        own_live.bash("rm -rf ~", f"d{number}")
    assert own_live.op("status")["alarm"] == ""
    own_live.stop()
    shutil.rmtree(own_live.paths.state)
    shutil.copytree(before, own_live.paths.state, symlinks=True)
    own_live.start()
    deadline = time.monotonic() + 60
    while not (alarm := own_live.op("status")["alarm"]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert "the anchor notes.txt knows" in alarm and "handrail verify" in alarm
    assert terminal.run("verify").exit_code == 1
    assert terminal.run("verify", "--accept", "put back from a backup", "--yes").exit_code == 1, "it says once more what is gone"
    own_live.stop()
    own_live.start()
    own_live.bash("ls", "after")
    time.sleep(0.5)  # longer than the look at the anchors takes: an alarm would be there by now
    assert own_live.op("status")["alarm"] == ""
