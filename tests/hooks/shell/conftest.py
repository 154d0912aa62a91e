"""One sensor for all tests of the wrapper, and the shells that are missing as a visible skip."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

from harness import build
from rig import Rig


@pytest.fixture(scope="session")
def rig():
    """A HOME where homes are, with everything in it."""
    folder = Path(tempfile.mkdtemp(prefix="shells-"))
    try:
        program = folder / "client"
        problem = build("compiled", program)
        if problem:
            pytest.skip(f"the compiled client cannot be built here: {problem}")
        made = Rig(folder, program)
        made.sensor.start()
        try:
            yield made
        finally:
            made.sensor.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def need():
    """`need("zsh")`: skip, visibly, where a shell is not installed."""

    def check(shell: str) -> None:
        if not shutil.which(shell):
            pytest.skip(f"{shell} is not installed; tests/run.sh installs it on Debian")

    return check
