"""What is worth an alert, and when the same one may be given again. Texts are redacted before they come here."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from sensor.model.calls import Phase, Value
from sensor.model.verdicts import JudgedCall, Verdict

COOL_DOWN = 300.0
MOST_HELD = 10  # held calls of one session and rule that are told one by one before the rest is only counted
MAX_KNOWN = 1000


class Alert(Value):
    """One thing to tell a person. `kind` is block, quarantine, risk, budget, hooks, posture, sensor or test; `key` names what repeats."""

    kind: str
    title: str
    text: str
    key: str
    rule: str = ""
    agent: str = ""
    session: str = ""
    hold: str = ""
    repeated: int = 0


def alert_of(judged: JudgedCall) -> Alert | None:
    """The alert that a call earns, None when it is none of those a person must hear of: what a person said yes to is not."""
    call, judgement = judged.call, judged.judgement
    if (call.phase is not Phase.BEFORE and not call.is_definition) or judgement.verdict < Verdict.QUARANTINE or not judgement.findings:
        return None
    if judgement.approval is not None:
        return None
    worst = max(judgement.findings, key=lambda finding: finding.severity)
    kind = judgement.verdict.word
    title = f"Handrail {'stopped' if kind == 'block' else 'holds'} a call of {call.agent}"
    if call.is_definition:
        kind, title = "quarantine", f"Handrail withholds a tool of an MCP server from {call.agent}"
    key = f"{kind} {call.agent} {call.session} {worst.rule} {call.tool if call.is_definition else ''}"
    return Alert(kind=kind, title=title, text=judgement.reason, key=key, rule=worst.rule, agent=call.agent, session=call.session, hold=judgement.hold)


class Admitted(NamedTuple):
    """An alert that may be given. `repeated`: how many like it were held back before; `is_last`: more of its kind are held back for now."""

    repeated: int
    is_last: bool


class CoolDown:
    """Lets `most` alerts of a key through in five minutes; what was held back is counted in the next one. `now`: monotonic seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._known: OrderedDict[str, tuple[float, int, int]] = OrderedDict()

    def admit(self, key: str, most: int = 1) -> Admitted | None:
        """None when this one is held back."""
        now = self._now()
        at, given, held = self._known.get(key, (now - COOL_DOWN, 0, 0))
        if now - at < COOL_DOWN:
            self._known[key] = (at, given + 1, 0) if given < most else (at, given, held + 1)
            return Admitted(0, given + 1 == most) if given < most else None
        self._known[key] = (now, 1, 0)
        self._known.move_to_end(key)
        if len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)
        return Admitted(held, most == 1)
