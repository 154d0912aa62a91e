"""All checks in order, made on one context, and what a repair would be worth."""

from __future__ import annotations

from collections.abc import Sequence

from sensor.model.calls import Value
from sensor.posture.acceptance import with_accepted
from sensor.posture.agent_checks import AGT
from sensor.posture.check import Check, State, passed, unknown
from sensor.posture.context import Context
from sensor.posture.grading import Grade, Outcome, grade, points_of
from sensor.posture.hook_checks import HOOK
from sensor.posture.host_checks import HOST
from sensor.posture.log_checks import LOG
from sensor.posture.mcp_checks import MCP
from sensor.posture.nanoclaw_checks import NCL
from sensor.posture.openclaw_checks import OCL
from sensor.posture.self_checks import SELF

CHECKS: tuple[Check, ...] = (*HOOK, *SELF, *LOG, *AGT, *MCP, *OCL, *NCL, *HOST)


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
    return context.is_installed or bool(context.others) or any(one.is_there for one in context.agents) or any(document.exists for document in context.extra.values())


def _outcome(check: Check, context: Context) -> Outcome:
    try:
        results, is_complete = with_accepted(check, tuple(check.run(context)), context), True
    except BROKEN as error:
        results, is_complete = (unknown("this check", f"it broke: {type(error).__name__}. Please report this."),), False
    return Outcome(check=check, results=results, points=points_of(check, results), is_complete=is_complete)


def fixes(found: Audit, count: int = 3) -> tuple[tuple[Outcome, int], ...]:
    """The failed checks whose repair alone would raise the score most, with the score after it."""
    after = [(one, _score_without(found, one)) for one in found.outcomes if one.state is State.FAIL]
    return tuple(sorted(after, key=lambda pair: (-pair[1], -pair[0].points, pair[0].check.id))[:count])


def _score_without(found: Audit, fixed: Outcome) -> int:
    """The check then passes, so that its area stays in the mean."""
    repaired = Outcome(check=fixed.check, results=(passed(),))
    return grade(tuple(repaired if one is fixed else one for one in found.outcomes)).score or 0
