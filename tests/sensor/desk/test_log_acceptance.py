"""Who may accept a loss of the log, of which logs, and in which order entry and file come."""

from __future__ import annotations

import pytest

from sensor.audit.form.errors import AuditUnavailable, Cause
from sensor.desk.log_acceptance import LogAcceptance
from sensor.model.calls import Caller
from sensor.model.errors import UsageError

LOSSES = [{"log": "local/d/0", "size": 7}]


class Desk:
    def __init__(self):
        self.done, self.answers, self.below_agent, self.error, self.full = [], [], False, None, False
        self.desk = LogAcceptance("local/d/1", self, keep=self.keep, person=self.person, redact=lambda text: text.replace("hunter2", "[REDACTED]"),
                                  changed=lambda: self.done.append("changed"))

    def durable(self, entry, then):
        self.done.append(entry.entry)
        then(self.error)

    def keep(self, losses):
        if self.full:
            raise OSError("no room")
        self.done.append(losses)

    def person(self, caller):
        if self.below_agent:
            raise UsageError("only a person")

    def ask(self, losses=LOSSES, **args):
        self.desk.table()["log.accept"]({"losses": losses, "reason": "a disk died, pw hunter2", "by": "sam", **args},
                                        Caller(uid=1000, pid=7), lambda code, value: self.answers.append((code, value)))
        ((code, value),) = self.answers
        return code, value


@pytest.fixture
def desk():
    return Desk()


def test_the_entry_comes_first_and_says_who_and_why(desk):
    assert desk.ask() == (0, {"accepted": tuple(LOSSES)})
    entry, kept, told = desk.done
    assert (entry.kind, entry.note, entry.accepted, entry.peer.pid, told) == ("log_accept", "sam: a disk died, pw [REDACTED]", kept, 7, "changed")


@pytest.mark.parametrize("args", [
    {"reason": " "}, {"losses": []}, {"losses": "x"}, {"losses": [{"log": "local/d/0"}]}, {"losses": [{"log": "local/other/0", "size": 1}]},
    {"losses": [{"log": "d", "size": 1}]}, {"losses": [{"log": "local/d/0", "size": -1}]}, {"losses": LOSSES * 101},
])
def test_what_cannot_be_accepted(desk, args):
    with pytest.raises(UsageError):
        desk.ask(**args)
    assert desk.done == []


def test_an_agent_cannot(desk):
    desk.below_agent = True
    with pytest.raises(UsageError):
        desk.ask()
    assert desk.done == []


def test_what_is_not_recorded_or_not_kept_is_not_accepted(desk):
    desk.error = AuditUnavailable(Cause.DISK_FULL, "full")
    assert desk.ask()[0] != 0 and len(desk.done) == 1
    desk.answers, desk.error, desk.full = [], None, True
    assert desk.ask()[0] != 0 and "changed" not in desk.done
