"""What becomes of the watcher's reports: entries, alerts, status; and who may ask for what."""

from __future__ import annotations

import msgspec
import pytest

from sensor.audit.form.errors import AuditUnavailable, Cause
from sensor.desk.attribution import Writers
from sensor.desk.watch_plan import WatchPlanKeeper
from sensor.desk.watching import SILENT_SECONDS, WatchDesk
from sensor.detectors.redact import Redacted
from sensor.model.calls import Caller
from sensor.model.errors import UsageError
from sensor.model.watching import HookChange, HookEntry, HookState, Observation, Repair, WatchFacts
from sensor.settings import WatchRepair, WatchSettings

OURS, PERSON, NOBODY = Caller(uid=0, pid=1), Caller(uid=0, pid=2), Caller(uid=0, pid=3)
PATH = "/h/.claude/settings.json"
LOST = HookChange(agent="claude-code", lost=("PreToolUse",), is_expected=False)
SEEN = Observation(path=PATH, kind="settings", event="change", since=1, until=1, seen="event", before="a", after="b")


class Desk:
    def __init__(self, folder) -> None:
        self.drafts, self.changes, self.alerts, self.answers = [], [], [], []
        self.settings, self.at, self.seen = WatchSettings(), 1000.0, 0
        self.disk: list = []  # of what waits for it, when it is slow
        self.is_slow = False
        self.plan = WatchPlanKeeper(folder, "/h", lambda write: write())
        self.desk = WatchDesk(
            writers=Writers(lambda: self.at), plan=self.plan, recorder=lambda: self, redact=lambda text: Redacted(text=text, count=0, kinds=()), wishes=lambda: self.settings,
            why_not_ours=lambda caller: "" if caller is OURS else "not ours", person=lambda caller: self.only(caller, PERSON), alert=lambda *words: self.alerts.append(words), now=lambda: self.at)

    @staticmethod
    def only(caller: Caller, wanted: Caller) -> None:
        if caller is not wanted:
            raise UsageError("refused")

    def note(self, entry) -> None:
        self.drafts.append(entry)

    def durable(self, entry, then) -> None:
        self.drafts.append(entry)
        if self.is_slow:
            self.disk.append(then)
        else:
            then(None)

    def change(self, what, before, after, by, then) -> None:
        self.changes.append((what, before, after, by))
        then()

    def ask(self, op: str, caller: Caller, **args: object) -> object:
        self.answers.clear()
        self.desk.table()[op](args, caller, lambda code, value: self.answers.append((code, value)))
        ((code, value),) = self.answers
        assert code == 0, value
        return value

    def saw(self, **changes: object) -> None:
        self.seen += 1
        self.ask("watch.changed", OURS, observations=[msgspec.to_builtins(msgspec.structs.replace(SEEN, **{"since": self.seen, **changes}))])

    def report(self, *hooks: HookState, **facts: object) -> None:
        self.ask("watch.report", OURS, facts=msgspec.to_builtins(WatchFacts(pid=1, started=0, files=3, hooks=hooks, **facts)))


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_every_change_is_an_entry(desk):
    two = [msgspec.to_builtins(msgspec.structs.replace(SEEN, path=f"/h/{name}")) for name in "ab"]
    assert desk.ask("watch.changed", OURS, observations=two) == {"recorded": 2}
    assert [draft.entry.change.what for draft in desk.drafts] == ["/h/a", "/h/b"] and not desk.alerts


def test_what_is_told_again_is_no_second_change(desk):
    """A sensor that compiles its rules answers late; the watcher has told it three times by then."""
    def tell(*seen):
        answers = []
        desk.desk.table()["watch.changed"]({"observations": [msgspec.to_builtins(one) for one in seen]}, OURS, lambda code, value: answers.append(code))
        return answers

    desk.is_slow = True
    first, again = tell(SEEN), tell(SEEN)
    assert len(desk.drafts) == 1 and first == [] and again == [3], "nobody is told that it is recorded before it is"
    desk.disk.pop()(None)
    assert first == [0] and tell(SEEN) == [0] and len(desk.drafts) == 1
    back = msgspec.structs.replace(SEEN, before="b", after="a")
    for one in (back, msgspec.structs.replace(SEEN, since=2)):
        tell(one)
        desk.disk.pop()(None)
    assert len(desk.drafts) == 3 and tell(msgspec.structs.replace(SEEN, since=2)) == [0]
    lost = msgspec.structs.replace(SEEN, since=3)
    tell(lost)
    desk.disk.pop()(AuditUnavailable(Cause.DISK_FULL, "no space"))
    tell(lost)
    assert len(desk.drafts) == 5, "what was not written is written when it is told again"


@pytest.mark.parametrize("op", ["watch.changed", "watch.lost", "watch.began", "watch.repaired", "watch.report", "watch.repair", "hooks.accept"])
def test_nobody_else_may(desk, op):
    for caller in (NOBODY, PERSON if op.startswith("watch.") and op != "watch.repair" else OURS):
        with pytest.raises(UsageError, match="refused"):
            desk.ask(op, caller)
    assert not desk.drafts and not desk.changes


@pytest.mark.parametrize("args", [{}, {"observations": []}, {"observations": [{"path": 1}]}, {"observations": [msgspec.to_builtins(SEEN)] * 101}])
def test_what_cannot_be_used_is_refused(desk, args):
    with pytest.raises(UsageError):
        desk.ask("watch.changed", OURS, **args)


def test_lost_entries_alert_with_the_next_step_that_the_setting_makes(desk):
    for repair, words in ((WatchRepair.OFF, "handrail hooks install"), (WatchRepair.ASK, "handrail watch repair"), (WatchRepair.AUTO, "put back now")):
        desk.settings = WatchSettings(repair=repair)
        desk.saw(hooks=LOST)
        assert words in desk.alerts[-1][1] and PATH in desk.alerts[-1][1]
    assert desk.drafts[-1].entry.kind == "hook_change"


@pytest.mark.parametrize("changes", [{"hooks": LOST, "own": "hooks uninstall"}, {"hooks": msgspec.structs.replace(LOST, is_expected=True)}, {}])
def test_what_is_expected_alerts_nobody(desk, changes):
    desk.saw(**changes)
    assert not desk.alerts and len(desk.drafts) == 1


def test_new_entries_of_others_alert_until_they_are_accepted(desk):
    foreign = HookEntry(event="Stop", sha256="c" * 64)
    desk.saw(hooks=HookChange(agent="cursor", foreign=(foreign,)))
    assert "1 new hook of another program in cursor" in desk.alerts[-1][0]
    desk.report(HookState(agent="cursor", path=PATH, foreign=(foreign,)))
    assert desk.desk.summary()["foreign"] == 1
    desk.ask("hooks.accept", PERSON, digests=["c" * 64], by="sam")
    assert desk.desk.summary()["foreign"] == 0 and desk.changes[-1][2:] == ("known: cccccccccccc", "sam")
    desk.saw(hooks=HookChange(agent="cursor", foreign=(foreign,)))
    assert len(desk.alerts) == 1
    with pytest.raises(UsageError, match="SHA-256"):
        desk.ask("hooks.accept", PERSON, digests=["zz"], by="sam")


def test_dropped_events_and_a_new_beginning_are_entries(desk):
    desk.ask("watch.lost", OURS, what="the queue was full", times=2)
    assert desk.drafts[-1].entry.drops.files == 2
    desk.ask("watch.began", OURS, files=7, sha256="d" * 64)
    assert desk.changes[-1][0] == "file watch" and "7 files" in desk.changes[-1][2]


def test_a_wish_is_kept_until_it_was_tried(desk):
    desk.report(HookState(agent="cursor", path=PATH, recorded=True, missing=("stop",)))
    desk.ask("watch.repair", PERSON, agent="cursor", by="sam")
    assert [(wish.agent, wish.by) for wish in desk.plan.plan.wishes] == [("cursor", "sam")]
    desk.ask("watch.repaired", OURS, **msgspec.to_builtins(Repair(agent="cursor", path=PATH, by="sam", outcome="not restored", problem="write-protected")))
    assert not desk.plan.plan.wishes and "write-protected" in desk.alerts[-1][1] and "write-protected" in desk.desk.summary()["problems"][0]
    with pytest.raises(UsageError, match="no hooks"):
        desk.ask("watch.repair", PERSON, agent="claude-code", by="sam")


def test_the_state_in_a_word(desk):
    assert desk.desk.summary()["state"] == "starting"
    desk.at += SILENT_SECONDS
    assert desk.desk.summary()["state"] == "silent"
    desk.report()
    assert desk.desk.summary()["state"] == "running" and desk.ask("watch.status", NOBODY)["facts"]["files"] == 3
    desk.at += SILENT_SECONDS + 1
    assert desk.desk.summary()["state"] == "silent"
    desk.settings = WatchSettings(enabled=False)
    assert desk.desk.summary()["state"] == "off"


def test_what_is_wrong_with_hooks_in_words(desk):
    desk.report(HookState(agent="a", path="/a", recorded=True, missing=("x", "y")), HookState(agent="b", path="/b", recorded=True, problem="no comma"),
                HookState(agent="c", path="/c", recorded=True, off=True), HookState(agent="d", path="/d", off=True, problem="x"))
    found = desk.desk.summary()
    assert found["harmed"] == ["a", "b"] and len(found["problems"]) == 3
    assert "lost Handrail's entries for 2 events. Restore them: handrail hooks install a" in found["problems"][0] and "no comma" in found["problems"][1] and "disableAllHooks" in found["problems"][2]
    desk.settings = WatchSettings(repair=WatchRepair.ASK)
    assert "handrail watch repair a" in desk.desk.summary()["problems"][0]
