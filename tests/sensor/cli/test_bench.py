"""`handrail bench`: figures of this installation's rules, and nothing of the installation is changed."""

from __future__ import annotations

import json

import msgspec
import pytest

from sensor.cli.bench import DOCUMENT, SCRIPT, SMALL, call_costs, measure, payload, prepare
from sensor.cli.context import Installation


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    ready = prepare(Installation(folder / "installed"), folder / "run", quick=True)
    return msgspec.structs.replace(ready, calls=60, entries=600)


def test_every_figure_is_measured_and_named(prepared):
    figures = list(measure(prepared))
    assert all(figure.value > 0 for figure in figures) and len({figure.name for figure in figures if figure.target}) >= 5
    assert {figure.unit for figure in figures} == {"us", "per s"}


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


def test_the_installation_is_not_touched(terminal_of, tmp_path):
    value = terminal_of(tmp_path / "p").json("bench", "--quick")
    assert value["cores"] >= 1 and value["figures"][0]["name"].startswith("small call, p50")
    assert not (tmp_path / "p").exists()
