import json
import sys
import time

import msgspec
import pytest

from sensor.alerts.alert import MOST_HELD, Alert
from sensor.alerts.desk import MORE_HELD, WAITING, AlertDesk, send_all
from sensor.alerts.senders import MAX_TEXT
from sensor.model.verdicts import Verdict
from sensor.settings import AlertSettings
from tests.sensor.alerts.test_alert import judged


@pytest.fixture
def out(tmp_path):
    return tmp_path / "alerts"


@pytest.fixture
def wishes(out):
    return AlertSettings(command=(sys.executable, "-c", f"import sys; open({str(out)!r}, 'a').write(sys.stdin.read())"))


def desk(wishes):
    return AlertDesk(wishes=lambda: wishes, redact=lambda text: text.replace("secret", "[redacted]"), secret=b"s", now=lambda: 0.0)


def test_a_stopped_call_is_told_once_and_redacted(out, wishes, shell_call):
    alerts = desk(wishes)
    one = judged(shell_call("x"), Verdict.BLOCK)
    alerts.judged(one)
    alerts.judged(one)
    alerts.give(Alert(kind="test", title="t secret", text="my secret", key="other"))
    alerts.tell("posture", "The audit found something critical", "MCP-03 a server (secret)", "posture")
    alerts.close(20)
    told = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(one["kind"], one["text"]) for one in told] == [("block", "why"), ("test", "my [redacted]"), ("posture", "MCP-03 a server ([redacted])")] and alerts.sent == 3
    assert "secret" not in out.read_text(), "nor in a title"


def test_each_held_call_is_told_once_and_the_last_one_told_says_that_more_wait(out, wishes, shell_call):
    alerts = desk(wishes)
    one = judged(shell_call("x"), Verdict.QUARANTINE)
    for number in range(MOST_HELD + 3):
        for _ in range(2):
            alerts.judged(msgspec.structs.replace(one, judgement=msgspec.structs.replace(one.judgement, hold=f"Q{number}", reason="why " * 200)))
    alerts.close(20)
    told = [json.loads(line) for line in out.read_text().splitlines()]
    assert [one["hold"] for one in told] == [f"Q{number}" for number in range(MOST_HELD)]
    assert [MORE_HELD in one["text"][:MAX_TEXT] for one in told] == [False] * (MOST_HELD - 1) + [True]


def test_kinds_that_are_not_wanted_and_no_way_to_send_start_nothing(out, wishes, shell_call):
    for quiet in (AlertSettings(), msgspec.structs.replace(wishes, on=("quarantine",)), msgspec.structs.replace(wishes, on=())):
        alerts = desk(quiet)
        alerts.judged(judged(shell_call("x"), Verdict.BLOCK))
        assert alerts._thread is None and not out.exists()


def test_a_full_queue_drops_and_counts_instead_of_waiting(wishes):
    alerts = desk(wishes)
    alerts._thread = object()  # nobody takes anything out
    began = time.monotonic()
    for number in range(WAITING + 7):
        alerts.give(Alert(kind="test", title="t", text="x", key=str(number)))
    assert alerts.dropped == 7 and time.monotonic() - began < 5


def test_a_way_that_fails_does_not_keep_another_from_working(out, wishes):
    broken = msgspec.structs.replace(wishes, webhook="https://10.0.0.1/x")
    assert "no public address" in send_all(broken, b"s", Alert(kind="test", title="t", text="x", key="k"))[0] and out.exists()
