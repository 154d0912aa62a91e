"""The process that compiles beside a sensor: several at once and killed ones leave whole databases or none."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest

from sensor.patterns import engines

pytestmark = pytest.mark.skipif(engines.available()[0] != "hyperscan", reason="only hyperscan has databases to compile")
SETS = [[f"(?i)^{start}{number}.{{0,30}}z$" for number in range(300)] for start in "ab"]


def start(cache, sets=SETS) -> subprocess.Popen[bytes]:
    """A compiler that has its patterns."""
    process = subprocess.Popen([sys.executable, "-I", "-m", "sensor.patterns.compiling", str(cache)], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdin.write(msgspec.msgpack.encode(sets))
    process.stdin.close()
    return process


def is_whole(cache) -> bool:
    return all(engines.HyperscanEngine(patterns, cache).load() for patterns in SETS)


def test_several_at_once_do_no_harm(tmp_path):
    cache = tmp_path / "cache"
    processes = [start(cache) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert is_whole(cache) and len(list(cache.iterdir())) == len(SETS)


@pytest.mark.parametrize("seconds", [0.05, 0.2, 0.4, 0.6])
def test_one_that_is_killed_leaves_no_half_database(tmp_path, seconds):
    process = start(tmp_path)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    process.wait(60)
    for patterns, file in ((patterns, engines.HyperscanEngine(patterns, tmp_path)) for patterns in SETS):
        assert file.load() is file.is_stored, patterns[0]
    assert start(tmp_path).wait(60) == 0 and is_whole(tmp_path)


def test_a_refused_pattern_is_told(tmp_path):
    process = start(tmp_path, [["fine"], [r"(a)\1"]])
    assert process.wait(60) == 1 and b"pattern 0" in process.stderr.read()
    assert engines.HyperscanEngine(["fine"], tmp_path).load()
