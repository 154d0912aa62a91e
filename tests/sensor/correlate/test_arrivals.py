"""Which files count as having come by themselves, and how mildly they are judged."""

from __future__ import annotations

import os
import time

import pytest

from sensor.correlate.arrivals import MAX_BYTES, arrived_since, milder, path_of_program, run_files
from sensor.effects import derive_effects
from sensor.model.effects import Surroundings
from sensor.model.findings import Finding, Severity


def test_only_small_files_of_ours_that_are_new(tmp_path):
    new = arrived_since(time.time() - 60)
    file = tmp_path / "x.sh"
    file.write_text("ls\n")
    assert new(str(file)) and not arrived_since(time.time() + 60)(str(file))
    os.utime(file, (0, 0))
    assert new(str(file)), "the times that an archive or a program sets are not the ones that count"
    (tmp_path / "link").symlink_to(file)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b"x" * (MAX_BYTES + 1))
    assert not any(new(str(path)) for path in (tmp_path, tmp_path / "none", tmp_path / "link", tmp_path / "pipe", tmp_path / "large", "a\0b"))


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_files_of_others_are_not_ours(tmp_path):
    file = tmp_path / "x.sh"
    file.write_text("ls\n")
    os.chown(file, 1, 1)
    assert not arrived_since(time.time() - 60)(str(file))


@pytest.mark.parametrize(("command", "paths"), [
    ("bash x.sh", {"/home/dev/project/x.sh"}), ("./x", {"/home/dev/project/x"}), ("python3 a/b.py c", {"/home/dev/project/a/b.py"}), ("cat x.sh | sh", {"/home/dev/project/x.sh"}), ("sh *.sh", set()),
])
def test_what_a_call_runs(shell_call, command, paths):
    effects = derive_effects(shell_call(command, cwd="/home/dev/project"), Surroundings(home="/home/dev"))
    assert set(run_files(effects)) == paths
    assert path_of_program(("a\0/b",), "/") == path_of_program((), "/") == path_of_program(("ls",), "/") == path_of_program(("/" * 4097,), "/") == ""


@pytest.mark.parametrize(("severity", "category", "then"), [
    (Severity.CRITICAL, "exfiltration", Severity.HIGH), (Severity.CRITICAL, "download-execute", Severity.INFO), (Severity.CRITICAL, "container", Severity.INFO),
    (Severity.HIGH, "exfiltration", Severity.INFO),
])
def test_a_person_is_asked_about_what_would_be_denied(severity, category, then):
    finding = milder(Finding(rule="HR-X-001", severity=severity, category=category, message="It sends a key."), "x.sh")
    assert finding.severity is then and finding.message.startswith("It sends a key. That is what x.sh holds")
