"""A refused intent that comes back in other words or through another tool.

What counts is the end, not the means: the path that was to be deleted or written, the credential that was to be read,
the host that was to be reached. Kept per session, bounded, in memory only.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import msgspec

from sensor.model.calls import Phase, ToolCall
from sensor.model.effects import Effect, Effects, Origin, Sink, TextField
from sensor.model.findings import Finding, Severity, Stage
from sensor.model.verdicts import Verdict

RULE = "HR-RTY-001"
MAX_SESSIONS = 256
MAX_INTENTS = 64
SECONDS = 1800.0
SHORTEST_NAME = 6
GUARDED = frozenset({"@credentials", "@agent-config", "@agent-memory", "@persistence", "@handrail", "@system", "@devices"})
PROGRAM_TEXTS = frozenset({TextField.COMMAND, TextField.CONTENT, TextField.ARGS})
REMEDY = "Stop trying to reach this end; tell the user what you wanted to do and why, and wait."

Intent = tuple[str, str]


class Refusal(msgspec.Struct, frozen=True):
    """What was refused: the rule, the tool and when (monotonic seconds)."""

    rule: str
    tool: str
    at: float


class RefusedIntents:
    """Refused ends of the sessions at work. `now` gives monotonic seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._sessions: OrderedDict[tuple[str, str], OrderedDict[Intent, Refusal]] = OrderedDict()

    def check(self, call: ToolCall, effects: Effects) -> tuple[Finding, ...]:
        """A finding when the call wants what this session was refused before."""
        refused = self._sessions.get((call.agent, call.session))
        if not refused or call.phase is not Phase.BEFORE:
            return ()
        now = self._now()
        for intent in intents_of(effects):
            refusal = refused.get(intent)
            if refusal is not None and now - refusal.at <= SECONDS:
                return (_finding(intent, refusal, Severity.HIGH, now),)
        for intent, refusal in refused.items():
            if now - refusal.at <= SECONDS and is_spelled_out(intent, effects):
                return (_finding(intent, refusal, Severity.MEDIUM, now),)
        return ()

    def note(self, call: ToolCall, effects: Effects, verdict: Verdict, rule: str) -> None:
        """Remember the ends of a refused call; a verdict below quarantine refuses nothing."""
        if verdict < Verdict.QUARANTINE or call.phase is not Phase.BEFORE or rule == RULE:
            return
        ends = intents_of(effects)
        if not ends:
            return
        kept = self._sessions.setdefault((call.agent, call.session), OrderedDict())
        self._sessions.move_to_end((call.agent, call.session))
        for intent in ends:
            kept[intent] = Refusal(rule=rule, tool=call.tool, at=self._now())
            kept.move_to_end(intent)
        while len(kept) > MAX_INTENTS:
            kept.popitem(last=False)
        while len(self._sessions) > MAX_SESSIONS:
            self._sessions.popitem(last=False)

    def forgive(self, call: ToolCall, effects: Effects) -> None:
        """A person allowed it: these ends are no longer refused in this session."""
        kept = self._sessions.get((call.agent, call.session))
        for intent in intents_of(effects) if kept else ():
            kept.pop(intent, None)  # type: ignore[union-attr]


def intents_of(effects: Effects) -> tuple[Intent, ...]:
    """The ends of a call that can be worth refusing, each as (verb, target)."""
    found: dict[Intent, None] = {}
    sends = any(flow.sink is Sink.NETWORK or flow.origin is Origin.DOWNLOAD for flow in effects.flows)
    for effect in effects.effects:
        found.update(dict.fromkeys(_ends(effect, sends)))
    return tuple(found)


def _ends(effect: Effect, sends: bool) -> list[Intent]:
    ends = [("delete", ref.path) for ref in effect.deletes if ref.path and "@temp" not in ref.places]
    ends += [("write", ref.path) for ref in effect.writes if ref.path and ref.places & GUARDED]
    ends += [("read", ref.path) for ref in effect.reads if ref.path and "@credentials" in ref.places]
    if sends:
        ends += [("reach", host.host) for host in effect.hosts if "@loopback" not in host.places]
    return ends


def is_spelled_out(intent: Intent, effects: Effects) -> bool:
    """Whether a program text of the call names the refused target although no effect of it is known.

    A command that only reads or prints is data, not a program; its effects would show a write.
    """
    _verb, target = intent
    if len(target.rpartition("/")[2]) < SHORTEST_NAME:
        return False
    runs_text = any(effect.opaque or Origin.DECODED in effect.executes or Origin.JUST_WRITTEN in effect.executes for effect in effects.effects)
    return runs_text and any(target in text.text for text in effects.texts if text.field in PROGRAM_TEXTS)


def _finding(intent: Intent, refusal: Refusal, severity: Severity, now: float) -> Finding:
    verb, target = intent
    return Finding(
        rule=RULE, severity=severity, stage=Stage.ESCALATION, category="repeated-intent", name=target[:80],
        message=f"The same end as a call refused {now - refusal.at:.0f} s ago ({verb} {target[:120]}, rule {refusal.rule}), by other means",
        remedy=REMEDY,
    )
