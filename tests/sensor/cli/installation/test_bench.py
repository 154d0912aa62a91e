"""`handrail bench`: figures of this installation's rules, and nothing of the installation is changed."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from sensor.cli.context import Installation
from sensor.cli.installation.bench import DOCUMENT, SCRIPT, SMALL, Figure, call_costs, measure, payload, prepare
from sensor.judging import Judging, build_judging
from sensor.paths import Paths
from tests.sensor.live import warm


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    installed = Installation(folder / "installed")
    warm(installed.paths.cache)
    ready = prepare(installed, folder / "run", quick=True)
    return msgspec.structs.replace(ready, calls=60, entries=600)


def test_every_figure_is_measured_and_named(prepared):
    figures = list(measure(prepared))
    assert all(figure.value > 0 for figure in figures) and len({figure.name for figure in figures if figure.target}) >= 5
    assert {figure.unit for figure in figures} == {"us", "per s"}


@pytest.mark.parametrize(("value", "target", "missed"), [(200, "<= 200", False), (201, "<= 200", True), (14_999, ">= 15,000", True), (15_000, ">= 15,000", False), (1, "", False)])
def test_a_missed_target_is_said(value, target, missed):
    assert Figure("x", value, "us", target).missed is missed


def test_percentiles_do_not_fall(prepared):
    p50, p95, p99 = (figure.value for figure in call_costs(prepared, "small", SMALL, ""))
    assert 0 < p50 <= p95 <= p99


def test_what_is_measured_is_judged_by_all_rules_and_written(prepared):
    draft = prepared.handle(payload("rm -rf --no-preserve-root /", 77))
    assert draft.entry.verdict == "block" and draft.entry.rules
    written = b"".join(file.read_bytes() for file in (prepared.folder / "state" / "log").rglob("*") if file.is_file())
    assert b"toolu_77" in written


def test_calls_are_distinct_and_of_the_size_that_is_named():
    first, second = (json.loads(payload(SCRIPT, number)) for number in (1, 2))
    assert first["tool_input"]["command"] != second["tool_input"]["command"]
    assert all(1800 <= len(text) <= 2300 for text in (SCRIPT, DOCUMENT))


def contents(folder: Path) -> dict[Path, tuple[int, int]]:
    return {file: (file.stat().st_mtime_ns, file.stat().st_size) for file in folder.rglob("*")}


def test_the_installation_is_not_touched(idle_terminal, warm_paths, tmp_path):
    before = contents(tmp_path)
    value = idle_terminal.json("bench", "--quick")
    assert value["cores"] >= 1 and value["figures"][0]["name"].startswith("small call, p50")
    assert before and contents(tmp_path) == before


def test_what_is_not_installed_is_not_made(tmp_path, monkeypatch):
    def build(paths: Paths) -> Judging:
        assert not paths.cache.exists()
        warm(paths.cache)  # instead of compiling for seconds
        return build_judging(paths)

    monkeypatch.setattr("sensor.judging.build_judging", build)
    assert prepare(Installation(tmp_path / "p"), tmp_path / "run", quick=True).draft.entry.verdict == "clean"
    assert not (tmp_path / "p").exists()
