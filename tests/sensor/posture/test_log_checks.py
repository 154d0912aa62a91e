"""Area LOG: the record, its keys and its room."""

from __future__ import annotations

import msgspec
import pytest

from sensor.audit.verifying.report import VerifyReport, Window
from sensor.model.findings import Severity
from sensor.posture.context import SensorFacts
from sensor.posture.log_checks import GB, LOG, summary
from tests.sensor.posture.machine import NOW, Machine, Rows, hold, names


def log(**facts):
    return lambda machine: {"log": msgspec.structs.replace(machine.context().log, **facts)}


def change_entry(machine: Machine) -> None:
    (file,) = machine.paths.log.glob("*/journal-*.jsonl")
    file.write_bytes(file.read_bytes().replace(b'"session":"s"', b'"session":"t"'))


def config(text: str):
    return lambda machine: machine.write("p/config/config.yaml", text)


def window(seconds: int, entries: int):
    return lambda machine: {"log": msgspec.structs.replace(machine.context().log, report=VerifyReport(outside_window=Window(seconds=seconds, entries=entries)))}


LARGE = VerifyReport(entries=100_000, signatures_checked=0)
ROWS: Rows = [
    ("LOG-01", "fail", change_entry),
    ("LOG-01", "unread", log(report=None, problem="it cannot be read")),
    ("LOG-01", "near", log(report=VerifyReport(entries=3, not_proven=("no identity",)))),
    ("LOG-02", "fail", log(report=LARGE, verified=NOW - 8 * 86_400)),
    ("LOG-02", "fail: never", log(report=LARGE, verified=0.0)),
    ("LOG-02", "unread", log(report=LARGE, verified=None)),
    ("LOG-02", "near", log(report=LARGE, verified=NOW - 6 * 86_400)),
    ("LOG-03", "fail", config("mode: enforce\n")),
    ("LOG-03", "unread", config("mode: [\n")),
    ("LOG-03", "near", config("audit: {anchor-git: [https://example.com/x]}\n")),
    ("LOG-04", "fail", window(90_000, 5)),
    ("LOG-04", "fail: none holds", window(-1, 5)),
    ("LOG-04", "near", window(90_000, 0)),
    ("LOG-05", "fail", log(losses={"gap": 1})),
    ("LOG-05", "unread", log(losses=None)),
    ("LOG-05", "near", log(losses={})),
    ("LOG-06", "fail", lambda machine: (machine.paths.keys / "identity.key").chmod(0o640)),
    ("LOG-06", "fail: missing", lambda machine: (machine.paths.keys / "identity.key").unlink()),
    ("LOG-06", "near", lambda machine: (machine.paths.keys / "identity.pub").chmod(0o644)),
    ("LOG-11", "fail", log(free=GB, total=20 * GB)),
    ("LOG-11", "fail: share", log(free=10 * GB, total=1000 * GB)),
    ("LOG-11", "near", log(free=3 * GB, total=50 * GB)),
    ("LOG-12", "fail", config("audit: {keep-days: 90, archive: /a}\n")),
    ("LOG-12", "unread", config("mode: [\n")),
    ("LOG-12", "near", config("audit: {keep-days: 180, archive: /a}\n")),
    ("LOG-13", "fail", lambda machine: {"sensor": SensorFacts(alarm="another writer")}),
    ("LOG-13", "near", lambda machine: {"sensor": SensorFacts(version="1")}),
]


@pytest.mark.parametrize(("check_id", "kind"), names(ROWS))
def test_rows(machine, check_id, kind):
    hold(machine, ROWS, check_id, kind)


def test_every_check_has_its_rows():
    wanted = {check.id for check in LOG if check.severity is not Severity.INFO}
    assert {check_id for check_id, kind, _ in ROWS if kind.startswith("fail")} == wanted == {check_id for check_id, kind, _ in ROWS if kind.startswith("near")}


def test_the_audit_checks_signatures_of_an_ordinary_log_itself(machine):
    assert machine.context(log=machine.context().log).log.report.signatures_checked > 0
    assert machine.states("LOG-02", log(verified=0.0)) == {"pass"}


def test_the_summary(machine):
    assert "entries" in next(summary(machine.context())).detail
