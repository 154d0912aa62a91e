"""The shipped rules, compiled once, with the whole pipeline over them."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from sensor.judging import example_judge
from sensor.paths import make_private
from sensor.policy.load import load_rules


@pytest.fixture(scope="session")
def shipped():
    return load_rules(None).rules


@pytest.fixture(scope="session")
def rule_cache() -> Path:
    """Compiled databases, shared by the tests of one user on this machine; their names hold the hash of what is in them."""
    folder = Path(tempfile.gettempdir()) / f"handrail-test-rules-{os.getuid()}"
    make_private(folder)
    return folder


@pytest.fixture(scope="session")
def judge(shipped, rule_cache):
    return example_judge(shipped, rule_cache)
