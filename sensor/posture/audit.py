"""All checks in order, made on one context, and what a repair would be worth."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from sensor.model.calls import Value
from sensor.posture.acceptance import with_accepted
from sensor.posture.agent_checks import AGT
from sensor.posture.check import Check, Result, State, passed, unknown
from sensor.posture.context import Context, readable
from sensor.posture.grading import Grade, Outcome, grade, points_of, severity_of
from sensor.posture.hook_checks import HOOK
from sensor.posture.host_checks import HOST
from sensor.posture.log_checks import LOG
from sensor.posture.mcp_checks import MCP
from sensor.posture.nanoclaw_checks import NCL
from sensor.posture.openclaw_checks import OCL
from sensor.posture.self_checks import SELF

CHECKS: tuple[Check, ...] = (*HOOK, *SELF, *LOG, *AGT, *MCP, *OCL, *NCL, *HOST)

MAX_LISTED, MAX_CHARS = 100, 400  # results of a check, characters of what one says

# What settings of an unforeseen shape can raise in a check; it costs that check and the claim to be complete, and hides no other.
BROKEN = (TypeError, ValueError, AttributeError, LookupError, RecursionError)


class Audit(Value):
    """What an audit found. `outcomes` are in the order of the table."""

    outcomes: tuple[Outcome, ...]
    grade: Grade

    @property
    def is_complete(self) -> bool:
        """Whether every check could be made to its end."""
        return all(one.is_complete for one in self.outcomes)

    @property
    def unknowns(self) -> tuple[Outcome, ...]:
        """Checks that could not look at everything."""
        return tuple(one for one in self.outcomes if any(result.state is State.UNKNOWN for result in one.results))


def audit(context: Context, checks: Sequence[Check] = CHECKS, live: bool = False) -> Audit:
    """Make the checks, live ones only where asked for. Where there is neither an agent nor an installation nothing applies."""
    applies = has_subject(context)
    outcomes = tuple(_outcome(check, context) if applies and (live or not check.live) else Outcome(check=check, results=()) for check in checks)
    return Audit(outcomes=outcomes, grade=grade(outcomes))


def has_subject(context: Context) -> bool:
    """Whether there is anything whose safety could be asked about."""
    has_agents = bool(context.others) or any(one.is_there for one in context.agents)
    return context.is_installed or has_agents or any(document.exists for document in context.extra.values())


def _outcome(check: Check, context: Context) -> Outcome:
    try:
        results, is_complete = _listed(check, with_accepted(check, tuple(map(_clipped, check.run(context))), context)), True
    except BROKEN as error:
        results, is_complete = (unknown("this check", f"it broke: {type(error).__name__}. Please report this."),), False
    return Outcome(check=check, results=results, points=points_of(check, results), is_complete=is_complete)


def _clipped(result: Result) -> Result:
    """The result with words that can be shown: a name is a few words, whatever a repository writes. The digest keeps two long ones apart."""
    command = readable(result.command) if len(result.command) <= MAX_CHARS else ""
    return msgspec.structs.replace(result, subject=_short(result.subject), detail=_short(result.detail), command=command)


def _short(text: str) -> str:
    text = readable(text)
    return text if len(text) <= MAX_CHARS else f"{text[:MAX_CHARS]}... ({hashlib.sha256(text.encode()).hexdigest()[:8]})"


def _listed(check: Check, results: tuple[Result, ...]) -> tuple[Result, ...]:
    """As many as a person can look through, what counts first. Nothing that fails is left out without a word, and points are limited long before."""
    if len(results) <= MAX_LISTED:
        return results
    order = (State.FAIL, State.UNKNOWN, State.ACCEPTED, State.PASS, State.NOT_APPLICABLE)
    ranked = sorted(results, key=lambda one: (order.index(one.state), -severity_of(check, one)))
    rest = sum(one.state is not State.PASS for one in ranked[MAX_LISTED:])
    return (*ranked[:MAX_LISTED], *((unknown("further places", f"{rest} more were found, which are not listed"),) if rest else ()))


def fixes(found: Audit, count: int = 3) -> tuple[tuple[Outcome, int], ...]:
    """The failed checks whose repair alone would raise the score most, with the score after it."""
    after = [(one, _score_without(found, one)) for one in found.outcomes if one.state is State.FAIL]
    return tuple(sorted(after, key=lambda pair: (-pair[1], -pair[0].points, pair[0].check.id))[:count])


def _score_without(found: Audit, fixed: Outcome) -> int:
    """The check then passes, so that its area stays in the mean."""
    repaired = Outcome(check=fixed.check, results=(passed(),))
    return grade(tuple(repaired if one is fixed else one for one in found.outcomes)).score or 0
