"""The tests' own ground: which Handrail their processes are of, and what they leave behind."""

from __future__ import annotations

import sys
import venv
from pathlib import Path

from sensor.paths import locate
from tests.conftest import ROOT, why_not_this_checkout


def test_an_environment_of_another_checkout_or_of_none_is_told(tmp_path):
    assert why_not_this_checkout(sys.executable) == ""
    venv.create(tmp_path / "env", symlinks=True)
    python = str(tmp_path / "env/bin/python")
    assert "finds no Handrail" in why_not_this_checkout(python)
    (tmp_path / "other/sensor").mkdir(parents=True)
    (tmp_path / "other/sensor/__init__.py").touch()
    (packages,) = (tmp_path / "env").glob("lib/python3*/site-packages")
    (packages / "a.pth").write_text(f"{tmp_path / 'other'}\n")
    assert str(tmp_path / "other") in why_not_this_checkout(python)
    (packages / "a.pth").write_text(f"{ROOT}\n")
    assert why_not_this_checkout(python) == ""


def test_a_folder_for_sockets_outside_of_a_test_is_noted_and_one_that_was_there_is_not(folders_for_sockets, own_home):
    run = locate(own_home, own_home / ("d" * 120)).run
    assert run in folders_for_sockets and run.parent == Path("/tmp")
    run = locate(own_home, own_home / ("e" * 120)).run
    folders_for_sockets.discard(run)
    run.mkdir()
    try:
        locate(own_home, own_home / ("e" * 120))
        assert run not in folders_for_sockets
    finally:
        run.rmdir()
