"""`handrail audit accept`, `accepted`, `unaccept` against a running sensor: the finding stays, costs nothing, and the log says who."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from sensor import __version__
from sensor.host.checks.audit_runs import load_last
from sensor.host.files.manifest import Manifest, save_manifest
from sensor.model.errors import UsageError


@pytest.fixture
def here(live, terminal, monkeypatch):
    """The terminal beside the sensor, whose home is that of the audit too. Its rights allow everything."""
    monkeypatch.setenv("HOME", str(live.prefix))
    live.paths.policy_file.write_text("default: allow\n")
    save_manifest(live.paths, Manifest(version=__version__, installed=1.0, service="none"))
    return terminal


def results(terminal, check="SELF-03"):
    facts = json.loads(terminal.run("audit", "--only", check, "--json").output)
    return facts, {one["state"] for one in facts["results"]}


def test_a_finding_is_accepted_shown_and_taken_back(here, live):
    before, states = results(here)
    assert states == {"fail"} and before["accepted"] == 0
    assert "Accepted 1 until" in here.ok("audit", "accept", "self-03", "--reason", "everybody here is one person", "--for", "30d", "--yes")
    after, states = results(here)
    assert states == {"accepted"} and after["accepted"] == 1 and after["score"] > before["score"] and after["counts"]["high"] == 0
    text = here.ok("audit", "--only", "SELF-03")
    assert re.search(r"^Grade A \(100 of 100, 1 accepted\)|^Grade A \(100 of 100\), 1 accepted", text) and "Accepted" in text and "everybody here is one person" in text
    (kept,) = here.json("audit", "accepted")["accepted"]
    assert kept["key"].startswith("SELF-03-") and kept["severity"] == "high" and not kept["expired"] and "default is allow" in kept["what"]
    assert kept["key"] in here.ok("audit", "accepted")
    assert "No longer accepted: SELF-03-" in here.ok("audit", "unaccept", "SELF-03")
    assert results(here)[1] == {"fail"} and "Nothing is accepted" in here.ok("audit", "accepted")
    changes = [entry["change"] for entry in live.entries() if entry["kind"] == "config_change" and "findings of the audit" in entry["change"]["what"]]
    assert [("everybody here" in one["after"], one["by"] != "") for one in changes] == [(True, True), (False, True)]


def test_the_sensor_looks_again_when_what_counts_has_changed(here, live):
    def kept(count):
        deadline = time.monotonic() + 60
        while (found := load_last(live.paths.last_audit)) is None or found.accepted != count:
            assert time.monotonic() < deadline, (live.prefix / "sensor.log").read_text()[-2000:]
            time.sleep(0.1)
        return found

    here.ok("audit", "accept", "SELF-03", "--reason", "one person", "--yes")
    (one,) = (result for result in kept(1).results if result.state == "accepted")
    assert (one.id, one.accepted.reason, one.points) == ("SELF-03", "one person", 0)
    here.ok("audit", "unaccept", "SELF-03")
    assert "SELF-03" in kept(0).words
    notes = [entry["note"] for entry in live.entries() if entry["kind"] == "posture"]
    assert "1 accepted" in "".join(notes) and notes[-1].startswith("grade ") and "SELF-03" in notes[-1]


def test_it_is_asked_first_and_shown(here):
    result = here.run("audit", "accept", "SELF-03", "--reason", "x")
    assert result.exit_code == 1 and "default is allow" in result.output and "Accept this until" in result.output
    assert here.json("audit", "accepted")["accepted"] == []


@pytest.mark.parametrize("words", [
    ("AGT-99",), ("SELF-05",), ("SELF-03", "--subject", "another"), ("SELF-03", "--until", "2020-01-01"), ("SELF-03", "--until", "2099-01-01"),
    ("SELF-03", "--until", "soon"), ("SELF-03", "--until", "2099-01-01", "--for", "3d"), ("LOG-03",), ("SELF-03-0123456789abcdef",),
])
def test_what_cannot_be_accepted(here, words):
    here.run("audit", "accept", *words, "--reason", "x", "--yes")
    assert here.json("audit", "accepted")["accepted"] == []


def test_without_a_reason_nothing_is_accepted(here):
    assert here.run("audit", "accept", "SELF-03", "--yes").exit_code == 2


def test_an_agent_cannot_accept(here, live):
    """The same command below a process that has the mark of an agent."""
    command = [sys.executable, "-I", "-m", "sensor.cli.main", "--prefix", str(live.prefix), "audit", "accept", "SELF-03", "--reason", "x", "--yes"]
    done = subprocess.run(command, env={"HOME": str(live.prefix), "PATH": os.environ["PATH"], "CURSOR_AGENT": "1"}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0 and done.returncode != -signal.SIGKILL and "only a person may do this" in done.stderr
    assert here.json("audit", "accepted")["accepted"] == []


def test_nothing_to_take_back(here):
    assert "nothing that" in here.error("audit", "unaccept", "AGT-14").message
    assert not isinstance(here.error("audit", "unaccept", "AGT-14"), UsageError)
