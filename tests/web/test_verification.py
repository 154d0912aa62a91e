"""The full check from the dashboard."""

from __future__ import annotations

import shutil
import threading
import time

import pytest

from sensor.audit.drafts.drafts import draft
from sensor.audit.journal.checkpoints import last_note
from sensor.audit.journal.opening import LogSettings, open_log
from sensor.audit.verifying.report import Outcome
from web import verification
from web.making import Made
from web.verification import Verification


@pytest.fixture
def copied(config, run):
    """The configuration over a log that a real journal wrote and closed."""
    journal = open_log(LogSettings(root=run / "log", keys=run / "keys", reserve_bytes=0)).journal
    for number in range(50):
        journal.append(draft("heartbeat", note=f"beat {number}"))
    journal.close()
    facts = {name: getattr(config, name) for name in config.__struct_fields__}
    return type(config)(**{**facts, "log": run / "log", "keys": run / "keys"})


def finished(config) -> Made:
    checker = Verification(config, time.time)
    thread = checker.start()
    assert thread is not None
    thread.join(60)
    assert not checker.check.is_running
    return checker.check


def test_it_reads_every_entry_and_signature(copied):
    report = finished(copied).report
    assert report is not None and report.outcome is Outcome.VERIFIED and report.entries > 50
    assert report.signatures_checked == report.entries


def test_an_edited_entry_is_found(copied):
    segment = next(copied.log.glob("0/journal-*.jsonl"))
    segment.write_bytes(segment.read_bytes().replace(b"beat 20", b"beat 99", 1))
    report = finished(copied).report
    assert report is not None and report.outcome is Outcome.TAMPERED and report.problems[0].seq >= 0


def test_without_a_key_there_is_no_report_but_a_reason(copied):
    shutil.rmtree(copied.keys)
    check = finished(copied)
    assert check.report is None and check.problem


def test_it_uses_the_anchors_that_the_command_uses(copied, tmp_path):
    kept = tmp_path / "kept.txt"
    kept.write_bytes(last_note(copied.log / "0") + b"\n")
    assert finished(copied).report.outside_window.seconds == -1
    copied.paths.config_file.parent.mkdir(parents=True)
    copied.paths.config_file.write_text(f"audit:\n  anchor-files: [{kept}]\n")
    (copied.paths.log).parent.mkdir(parents=True, exist_ok=True)
    copied.paths.log.symlink_to(copied.log)
    report = finished(copied).report
    assert report.outside_window.seconds >= 0 and report.outside_window.entries == 0 and "kept.txt" in {one.name for one in report.anchors}
    copied.paths.config_file.write_text("audit:\n  witness-policy: /nowhere/policy.txt\n")
    assert finished(copied).report.outcome is Outcome.NOT_PROVEN
    copied.paths.config_file.write_text("nonsense: 1\n")
    assert "nonsense" in finished(copied).problem


def test_one_at_a_time(copied, monkeypatch):
    go = threading.Event()
    monkeypatch.setattr(verification, "verify_newest", lambda *_: go.wait(60))
    checker = Verification(copied, time.time)
    first = checker.start()
    assert first is not None and checker.start() is None and checker.check.is_running
    go.set()
    first.join(30)
    second = checker.start()
    assert second is not None
    second.join(30)


def test_the_page_begins_it_and_shows_the_result(person):
    assert person.get("/log/verify").status_code == 405
    assert person.post("/log/verify", csrf="wrong").status_code == 403
    assert person.post("/log/verify").headers["Location"] == "/log#verification"
    checker = person.app.extensions["handrail"].verification
    end = time.monotonic() + 60
    while checker.check.is_running and time.monotonic() < end:
        time.sleep(0.02)
    text = person.get("/log").get_data(as_text=True)
    assert f"{checker.check.report.entries:,} entries" in text and "signatures" in text
