"""What people may ask about findings of the audit: to accept some for a while, to take that back, to repair some.

A part of the table of `sensor.desk.operations`.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from sensor.desk.requests import Args, ChangeRecorder, Done, Operation, text_of
from sensor.model.acceptance import MAX_AT_ONCE, MAX_DAYS, Accepting, check_of, day_of, why_never
from sensor.model.calls import Caller
from sensor.model.errors import HandrailError, UsageError
from sensor.model.findings import Severity
from sensor.settings import AcceptedSettings

MAX_WORDS, MAX_REPAIRS = 500, 1000


class Keeper(Protocol):
    """Changes `accepted` in config.yaml; `accept` returns all as they were."""

    def accept(self, changes: Mapping[str, AcceptedSettings | None]) -> dict[str, AcceptedSettings]: ...

    def accepted(self) -> dict[str, AcceptedSettings]: ...


class Acceptances:
    """Built once by `sensor.composition`.

    `person` raises for callers that are none; `redact` takes secrets out of a person's words; `changed` hears of each change.
    """

    def __init__(self, keeper: Keeper, recorder: ChangeRecorder, *, person: Callable[[Caller], None], redact: Callable[[str], str],
                 changed: Callable[[], None] = lambda: None, today: Callable[[], datetime.date] = lambda: day_of(time.time())) -> None:
        self._keeper, self._recorder = keeper, recorder
        self._person, self._redact, self._changed, self._today = person, redact, changed, today

    def table(self) -> dict[str, Operation]:
        """The operations by name."""
        return {"posture.accept": self._accept, "posture.unaccept": self._unaccept, "posture.repair": self._repair, "posture.look": self._look}

    def _accept(self, args: Args, caller: Caller, done: Done) -> None:
        self._person(caller)
        findings, expires, by = _findings(args.get("findings")), self._expires(text_of(args, "expires")), text_of(args, "by", "unknown")
        reason = " ".join(self._redact(text_of(args, "reason", "")[:MAX_WORDS]).split())
        if not reason:
            raise UsageError("accepting needs a reason", next_step="Say why this is right here.")
        today = self._today().isoformat()
        made = {}
        for one in findings:
            what = self._redact(one.what[:MAX_WORDS])
            made[one.key] = AcceptedSettings(severity=one.severity, expires=expires, by=by, reason=reason, what=what, created=today)
        before = self._keeper.accept(made)
        words = "; ".join(f"{key} ({one.what[:100]})" for key, one in made.items())
        try:
            self._recorder.change(f"accepted findings of the audit: {words[:2000]}", "", f"until {expires}: {reason[:200]}", by, lambda: self._end(done, made))
        except HandrailError:
            self._keeper.accept({key: before.get(key) for key in made})  # what cannot be recorded is not accepted
            raise

    def _unaccept(self, args: Args, caller: Caller, done: Done) -> None:
        self._person(caller)
        name = text_of(args, "id")
        gone = {key: one for key, one in self._keeper.accepted().items() if key == name or key.startswith(f"{name}-")}
        if not gone:
            raise UsageError(f"nothing that {name[:40]!r} names is accepted", next_step="See: handrail audit accepted")
        self._keeper.accept(dict.fromkeys(gone))
        words, by = f"accepted findings of the audit: {', '.join(gone)[:2000]}", text_of(args, "by", "unknown")
        self._recorder.change(words, "accepted", "taken back", by, lambda: self._end(done, gone))

    def _repair(self, args: Args, caller: Caller, done: Done) -> None:
        """A person is about to make repairs of the audit: an entry before anything changes."""
        self._person(caller)
        what = self._redact(text_of(args, "what")[:MAX_REPAIRS])
        self._recorder.change(f"repairs of the audit: {what}", "", "begun", text_of(args, "by", "unknown"), lambda: done(0, {"ok": True}))

    def _look(self, args: Args, caller: Caller, done: Done) -> None:
        """A person has changed something: the audit is made again."""
        self._person(caller)
        self._changed()
        done(0, {"ok": True})

    def _expires(self, text: str) -> str:
        last = self._today() + datetime.timedelta(days=MAX_DAYS)
        try:
            day = datetime.date.fromisoformat(text)
        except ValueError:
            raise UsageError(f"{text[:40]!r} is not a date (YYYY-MM-DD)") from None
        if not self._today() <= day <= last:
            raise UsageError(f"the last day is from today to {last.isoformat()} ({MAX_DAYS} days)")
        return day.isoformat()

    def _end(self, done: Done, findings: Mapping[str, AcceptedSettings]) -> None:
        self._changed()
        done(0, {"findings": {key: msgspec.to_builtins(one) for key, one in findings.items()}})


def _findings(value: object) -> tuple[Accepting, ...]:
    """What is to be accepted. Raises UsageError for what cannot be."""
    try:
        findings = msgspec.convert(value, tuple[Accepting, ...])
        named = [(check_of(one.key), Severity[one.severity.upper()]) for one in findings]
    except (msgspec.ValidationError, ValueError, KeyError) as error:
        raise UsageError(f"these findings cannot be read: {error}") from error
    if not 1 <= len(findings) <= MAX_AT_ONCE:
        raise UsageError(f"from 1 to {MAX_AT_ONCE} findings are accepted at once")
    for check, severity in named:
        if why := why_never(check, severity):
            raise UsageError(why)
    return findings
