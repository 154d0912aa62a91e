"""`handrail export` and `handrail bundle` beside a running sensor: files, streams, times, and the entry each export leaves."""

from __future__ import annotations

import json

import pytest

from sensor.export.formats import FORMATS


@pytest.fixture(scope="module")
def told(live):
    live.bash("ls -la", "call-1")
    live.bash("rm -rf ~/", "call-2")
    return live


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_to_a_file_and_to_standard_output(terminal, told, tmp_path, form):
    out = tmp_path / f"x.{form}"
    terminal.ok("export", "--format", form, "--session", "s1", "--out", str(out))
    assert out.stat().st_mode & 0o777 == 0o600 and b"rm -rf" in out.read_bytes()
    assert "rm -rf" in terminal.ok("export", "--format", form, "--session", "s1")


def test_what_was_written_is_said_in_json(terminal, told, tmp_path):
    assert terminal.json("export", "--format", "csv", "--verdict", "block", "--out", str(tmp_path / "x")) == {"schema_version": 1, "out": str(tmp_path / "x"), "format": "csv", "entries": 1}
    assert "jsonl" in terminal.error("export", "--format", "csv", "--json").next_step


def test_an_export_is_an_entry(terminal, told, tmp_path):
    terminal.ok("export", "--format", "raw", "--verdict", "block", "--out", str(tmp_path / "x"))
    terminal.ok("bundle", "--session", "s1", "--out", str(tmp_path / "s.bundle"))
    notes = [entry["note"] for entry in told.entries() if entry["kind"] == "export"]
    assert notes[-2] == "raw, 1 entries" and notes[-1].startswith("bundle (entries)")


def test_a_bundle_of_a_running_sensor_verifies(terminal, told, tmp_path):
    made = terminal.json("bundle", "--out", str(tmp_path / "all.bundle"))
    assert made["kind"] == "log" and made["entries"] >= 3
    assert terminal.run("verify", str(tmp_path / "all.bundle")).exit_code == 0
    terminal.ok("bundle", "--session", "s1", "--out", str(tmp_path / "s.bundle"))
    assert terminal.run("verify", str(tmp_path / "s.bundle")).exit_code == 0


def test_without_a_sensor_the_export_is_made_and_says_so(idle_terminal, tmp_path):
    result = idle_terminal.run("export", "--format", "csv", "--out", str(tmp_path / "x.csv"))
    assert result.exit_code == 0 and "not in the audit log" in result.output
    assert idle_terminal.error("bundle", "--out", str(tmp_path / "x.bundle")).exit_code == 3
    assert not list(tmp_path.glob("*.part")) and not (tmp_path / "x.bundle").exists()


def test_a_file_that_cannot_be_written(terminal, told, tmp_path):
    (tmp_path / "x.csv.part").symlink_to(tmp_path / "elsewhere")
    for out in (tmp_path / "none" / "x.csv", tmp_path / "x.csv"):
        assert terminal.error("export", "--format", "csv", "--out", str(out)).exit_code == 2
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("words", [("export", "--format", "csv"), ("bundle",)])
def test_an_unknown_session_is_an_error_and_no_file(terminal, told, tmp_path, words):
    error = terminal.error(*words, "--session", "nosuch", "--out", str(tmp_path / "x"))
    assert error.exit_code == 2 and "no session is called 'nosuch'" in error.message and not list(tmp_path.glob("x*"))


def test_since_and_until(terminal, told):
    lines = terminal.ok("export", "--format", "jsonl", "--since", "1h").splitlines()
    assert any(json.loads(line)["entry"]["kind"] == "log_open" for line in lines if line.startswith("{"))
    assert not [line for line in terminal.ok("export", "--format", "jsonl", "--until", "1h").splitlines() if line.startswith("{")]
