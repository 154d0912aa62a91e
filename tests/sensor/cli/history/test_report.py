"""`handrail report` on a real log: page and JSON agree, and a damaged log is called so."""

from __future__ import annotations

import json
import re

import pytest

from sensor.audit.drafts.drafts import draft_approval, draft_heartbeat
from sensor.audit.form.parts import ApprovalFacts, Reference
from sensor.audit.journal.opening import LogSettings, open_log
from sensor.cli.history.report import _figures
from sensor.export.period import Figure
from sensor.paths import locate, make_private
from tests.sensor.cli.conftest import Terminal
from tests.sensor.export.conftest import call


@pytest.fixture
def paths(tmp_path):
    found = locate(tmp_path, tmp_path / "p")
    make_private(found.state)
    journal = open_log(LogSettings(root=found.log, keys=found.keys, reserve_bytes=0)).journal
    journal.append(draft_heartbeat("quiet"))
    journal.append(draft_approval(ApprovalFacts(id="Q7", by="sam", action="approve"), Reference(seq=-1)))
    journal.close()
    return found


@pytest.fixture
def shell(paths, tmp_path):
    return Terminal(tmp_path / "p")


def test_page_and_json_say_the_same(shell, tmp_path):
    shown = shell.json("report")
    assert (shown["entries"], shown["decisions"][0]["by"], shown["verification"]["problems"]) == (4, "sam", [])
    out = tmp_path / "report.html"
    shell.ok("report", "--out", str(out))
    text = out.read_text()
    assert "approve Q7" in text and "verified: log" in text and shown["last_hash"] in text
    assert json.loads(shell.ok("report", "--format", "json"))["entries"] == 4


def test_a_period_without_entries_and_without_verification(shell):
    shown = shell.json("report", "--since", "2020-01-01", "--until", "2020-02-01", "--no-verify")
    assert (shown["entries"], shown["verification"]) == (0, None)
    assert shell.error("report", "--since", "yesterday").exit_code == 2


def test_a_damaged_log_is_called_so(shell, paths):
    path = next(paths.log.glob("0/journal-*.jsonl"))
    path.write_bytes(path.read_bytes().replace(b'"note":"quiet"', b'"note":"queit"'))
    assert "TAMPERED" in shell.ok("report")


def test_no_log(tmp_path):
    assert "handrail run" in Terminal(tmp_path / "none").error("report").next_step


def test_a_terminal_gets_the_figures_and_where_the_page_comes_from(shell, monkeypatch):
    from sensor.cli.history import report

    page = shell.ok("report")
    monkeypatch.setattr(report, "_on_terminal", lambda: True)
    text = shell.ok("report")
    assert page.startswith("<!doctype html>") and "<" not in text
    assert "1 decision of a person" in text and "verified" in text and "--out report.html" in text
    assert re.search(r"from +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\n", text) and "test calls" not in text


@pytest.mark.parametrize(("number", "ends"), [(0, "none"), (8, "1 R7"), (11, "1 R7, and 3 others")])
def test_the_figures_that_are_left_out_are_counted(number, ends):
    assert _figures(tuple(Figure(name=f"R{one}", count=1, first="a", last="b") for one in range(number))).endswith(ends)


def test_test_calls_are_told_beside_the_figures(shell, paths, monkeypatch):
    from sensor.cli.history import report

    journal = open_log(LogSettings(root=paths.log, keys=paths.keys, reserve_bytes=0)).journal
    for session in ("demo-1", "s-1"):
        journal.append(call(1, "ls", session=session))
    journal.close()
    monkeypatch.setattr(report, "_on_terminal", lambda: True)
    text = shell.ok("report")
    assert "1 of the demo and of self-tests, in none of these figures" in text and re.search(r"verdicts +1 clean\n", text)
