"""What a session has done so far weighs on what it may do next (F26): a score that grows with findings and fades.

At 80 the next verdicts go up one level, at 160 two: clean becomes flag, flag becomes quarantine, quarantine becomes
block. A clean call that only looks never goes beyond flag. The score halves every 30 minutes and is gone 30 minutes
after the last raise; a person can clear it. It survives a restart of the sensor.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import msgspec

from sensor.model.calls import Phase, ToolCall, ToolKind, Value
from sensor.model.findings import Finding, Severity, Stage
from sensor.model.verdicts import Verdict
from sensor.paths import replace_private

RULE = "HR-ESC-001"
_LOG = logging.getLogger(__name__)
POINTS = {Verdict.FLAG: 5.0, Verdict.QUARANTINE: 20.0, Verdict.BLOCK: 40.0}
REPEATED = 15.0
ASSESSED = 40.0  # times the weight that a model gives
ASSESSED_MOST = 40.0  # of one session: no model alone makes a session be judged more strictly
HALF_LIFE = 1800.0
SECONDS = 1800.0
LEVELS = (80.0, 160.0)
MAX_SESSIONS = 1000
MAX_TERMS = 50
LOOKING = frozenset({ToolKind.FILE_READ, ToolKind.SEARCH})
# The severity that stands for a verdict, so that a raised verdict is a finding like any other.
_SEVERITY = {Verdict.FLAG: Severity.LOW, Verdict.QUARANTINE: Severity.HIGH, Verdict.BLOCK: Severity.CRITICAL}


class Term(Value):
    """One part of the sum: points when they were given, and why; `total` is the score then. `step` names the call: phase and id, "" for none."""

    at: float
    points: float
    why: str
    total: float = 0.0
    step: str = ""


class Score(msgspec.Struct):
    """The score of one session, and what of it came from a model. Times in monotonic seconds."""

    value: float
    at: float
    raised: float
    terms: list[Term]
    assessed: float = 0.0


class _Kept(msgspec.Struct):
    """The file: scores by "agent session", and when it was written, in both clocks. Monotonic seconds mean nothing to the next run."""

    wall: float
    now: float
    scores: dict[str, Score]


class SessionRisk:
    """Scores of the sessions at work. `now` gives monotonic seconds; `usual` the verdict that findings lead to."""

    def __init__(self, now: Callable[[], float], usual: Callable[[tuple[Finding, ...]], Verdict], snapshot: Path | None = None,
                 later: Callable[[Callable[[], None]], None] = lambda write: write()) -> None:
        """`snapshot` carries the scores over a restart, written by `later`; None keeps nothing."""
        self._now = now
        self._usual = usual
        self._snapshot = snapshot
        self._later = later
        self._unwritten = False
        self._scores: OrderedDict[tuple[str, str], Score] = OrderedDict(_load(snapshot, now()) if snapshot is not None else ())

    def level(self, agent: str, session: str) -> int:
        """How many levels the verdicts of a session go up now: 0, 1 or 2."""
        score = self.score(agent, session)
        return sum(score >= limit for limit in LEVELS)

    def score(self, agent: str, session: str) -> float:
        """The score as it has faded until now."""
        kept = self._scores.get((agent, session))
        if kept is None:
            return 0.0
        now = self._now()
        if now - kept.raised > SECONDS:
            del self._scores[(agent, session)]
            return 0.0
        return float(kept.value * 0.5 ** ((now - kept.at) / HALF_LIFE))

    def check(self, call: ToolCall, so_far: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """A finding that lifts the verdict of `call` when its session has earned it."""
        if call.phase is not Phase.BEFORE or not self._scores:
            return ()
        level = self.level(call.agent, call.session)
        if not level:
            return ()
        usual = self._usual(so_far)
        raised = Verdict(min(usual + level, Verdict.BLOCK))
        if usual is Verdict.CLEAN and (call.kind in LOOKING or raised > Verdict.QUARANTINE):
            raised = Verdict.FLAG if call.kind in LOOKING else Verdict.QUARANTINE
        if raised <= usual:
            return ()
        score = f"{self.score(call.agent, call.session):.0f}"
        worst = max(so_far, key=lambda finding: finding.severity, default=None)
        if worst is not None and worst.severity > Severity.INFO:
            message = f"{worst.message} ({worst.rule}), after what this session did before (risk {score})"
        else:
            message = f"Taken more seriously because of what this session did before (risk {score})"
        remedy = worst.remedy if worst is not None and worst.remedy else "Slow down, and tell the user what you are about to do and why."
        return (Finding(rule=RULE, severity=_SEVERITY[raised], stage=Stage.ESCALATION, category="session-risk", message=message,
                        remedy=f"{remedy} The user can clear the risk: `handrail escalation clear {call.agent}`."),)

    def note(self, call: ToolCall, verdict: Verdict, rule: str, repeated: bool) -> bool:
        """Add what a call earned; True when the level of its session rose."""
        points = POINTS.get(verdict, 0.0) + (REPEATED if repeated else 0.0)
        if not points or rule == RULE or not call.session:
            return False
        why = ", ".join([f"{verdict.word} {rule}"] * (verdict in POINTS) + ["a refused end tried again"] * repeated)
        return self._add((call.agent, call.session), Term(at=self._now(), points=points, why=why, step=step_of(call.phase.value, call.tool_use_id)))

    def assess(self, agent: str, session: str, weight: float, why: str) -> bool:
        """Add what a model thinks of a call (`weight` 0 to 1), as far as it has a say left; True when the level rose."""
        self.score(agent, session)  # lets go of what is over
        kept = self._scores.get((agent, session))
        points = min(ASSESSED * weight, ASSESSED_MOST - (kept.assessed if kept is not None else 0.0))
        if points <= 0 or not session:
            return False
        return self._add((agent, session), Term(at=self._now(), points=points, why=why), points)

    def _add(self, place: tuple[str, str], term: Term, assessed: float = 0.0) -> bool:
        before, value = self.level(*place), self.score(*place) + term.points
        kept = self._scores.pop(place, None)
        terms = [*(kept.terms if kept is not None else []), msgspec.structs.replace(term, total=value)][-MAX_TERMS:]
        self._scores[place] = Score(value=value, at=term.at, raised=term.at, terms=terms, assessed=assessed + (kept.assessed if kept is not None else 0.0))
        if len(self._scores) > MAX_SESSIONS:
            self._scores.popitem(last=False)
        self._changed()
        return self.level(*place) > before

    def clear(self, agent: str, session: str = "") -> int:
        """Forget the score of a session, or of every session of an agent. Returns how many were forgotten."""
        gone = [place for place in self._scores if place[0] == agent and session in ("", place[1])]
        for place in gone:
            del self._scores[place]
        if gone:
            self._changed()
        return len(gone)

    def sessions(self) -> tuple[tuple[str, str, float, int, tuple[Term, ...]], ...]:
        """(agent, session, score, level, terms) of every session with a score, highest first."""
        found = [(agent, session, self.score(agent, session), self.level(agent, session), tuple(kept.terms))
                 for (agent, session), kept in list(self._scores.items())]
        return tuple(sorted((one for one in found if one[2] > 0), key=lambda one: -one[2]))

    def write(self) -> None:
        """Write the snapshot."""
        self._unwritten = False
        if self._snapshot is None:
            return
        kept = _Kept(wall=time.time(), now=self._now(), scores={" ".join(place): score for place, score in self._scores.items()})
        try:
            replace_private(self._snapshot, msgspec.json.encode(kept))
        except OSError as error:
            _LOG.error("the risk of sessions could not be kept: %s", error)

    def _changed(self) -> None:
        if not self._unwritten:
            self._unwritten = True
            self._later(self.write)


def step_of(phase: str, call_id: str) -> str:
    """The name of what a call or its result adds to the sum; "" when the agent gives its calls no ids."""
    return f"{phase} {call_id}" if call_id else ""


def _load(snapshot: Path, now: float) -> list[tuple[tuple[str, str], Score]]:
    """The scores of the last run, as old as they are by the wall clock. One that was set back makes none younger than it was."""
    try:
        kept = msgspec.json.decode(snapshot.read_bytes(), type=_Kept)
    except FileNotFoundError:
        return []
    except (OSError, msgspec.DecodeError) as error:
        _LOG.error("the risk of sessions is lost: %s", error)
        return []
    shift = now - kept.now - max(0.0, time.time() - kept.wall)
    found = []
    for name, score in kept.scores.items():
        agent, _, session = name.partition(" ")
        terms = [msgspec.structs.replace(term, at=term.at + shift) for term in score.terms]
        found.append(((agent, session), msgspec.structs.replace(score, at=score.at + shift, raised=score.raised + shift, terms=terms)))
    return found
