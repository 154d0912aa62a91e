"""Owner and rights of files."""

from __future__ import annotations

import os

import pytest

from sensor.host.machine.file_facts import OTHERS, WRITERS, FileFact, look_at, rights_problem


def test_what_is_seen(tmp_path):
    file = tmp_path / "f"
    file.write_text("")
    file.chmod(0o750)
    fact = look_at(file)
    assert (fact.exists, fact.mode, fact.uid, fact.is_folder, fact.is_link, fact.is_executable) == (True, 0o750, os.getuid(), False, False, True)
    (tmp_path / "l").symlink_to(file)
    link = look_at(tmp_path / "l")
    assert link.is_link and link.mode == 0o750
    assert look_at(tmp_path).is_folder and not look_at(tmp_path).is_executable


def test_what_is_not_there_or_cannot_be_looked_at(tmp_path):
    assert look_at(tmp_path / "no") == FileFact(path=str(tmp_path / "no"))
    (tmp_path / "round").symlink_to(tmp_path / "round")
    assert look_at(tmp_path / "round").problem
    assert look_at("a\0b").problem


@pytest.mark.parametrize(("fact", "forbidden", "problem"), [
    (FileFact(path="x", exists=True, mode=0o600, uid=7), OTHERS, ""),
    (FileFact(path="x", exists=True, mode=0o644, uid=7), OTHERS, "is open to others (mode 644)"),
    (FileFact(path="x", exists=True, mode=0o644, uid=7), WRITERS, ""),
    (FileFact(path="x", exists=True, mode=0o664, uid=7), WRITERS, "is open to others (mode 664)"),
    (FileFact(path="x", exists=True, mode=0o600, uid=8), OTHERS, "belongs to another user"),
    (FileFact(path="x", exists=True, mode=0o644, uid=0), WRITERS, ""),
    (FileFact(path="x", problem="cannot be used: no"), OTHERS, "cannot be used: no"),
    (FileFact(path="x"), OTHERS, "cannot be used: No such file or directory"),
])
def test_rights(fact, forbidden, problem):
    assert rights_problem(fact, forbidden, 7) == problem
