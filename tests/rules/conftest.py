"""The shipped rules, compiled once, with the whole pipeline over them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sensor.judging import example_judge
from sensor.policy.load import load_rules
from tests.sensor.live import shared_cache


@pytest.fixture(scope="session")
def shipped():
    return load_rules(None).rules


@pytest.fixture(scope="session")
def rule_cache() -> Path:
    """Compiled databases, shared by the tests of one user on this machine."""
    return shared_cache()


@pytest.fixture(scope="session")
def judge(shipped, rule_cache):
    return example_judge(shipped, rule_cache)
