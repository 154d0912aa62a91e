from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def model_file() -> Path:
    """A real model file, as `tests/run.sh` fetches it."""
    place = os.environ.get("HANDRAIL_TEST_MODEL", "")
    if not place or not Path(place).exists():
        pytest.skip("no model file: set HANDRAIL_TEST_MODEL, or run tests/run.sh")
    return Path(place)
