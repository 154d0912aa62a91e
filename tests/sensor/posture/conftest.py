"""The machine that every test of the audit changes: made once for a module, and put back before each test."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.sensor.posture.machine import Machine


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A good machine, and the copy that it is put back from."""
    base = tmp_path_factory.mktemp("machine")
    home = base / "home"
    home.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        made = Machine(base, home)
    shutil.copytree(home, base / "saved", symlinks=True)
    return made, base / "saved"


@pytest.fixture
def machine(template, monkeypatch) -> Machine:
    """A good installation with Claude Code connected."""
    made, saved = template
    for folder, inside, _ in os.walk(made.home):
        for name in inside:
            os.chmod(os.path.join(folder, name), 0o700)
    shutil.rmtree(made.home)
    shutil.copytree(saved, made.home, symlinks=True)
    monkeypatch.setenv("HOME", str(made.home))
    return made
