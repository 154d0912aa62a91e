"""Changes of single rules by the user, for some tools, until some day. A core rule cannot be silenced: it stays a flag."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from sensor.model.calls import ToolCall, Value
from sensor.model.findings import Finding, Severity
from sensor.model.verdicts import Verdict
from sensor.policy.conditions import applies_to, tool_names

IGNORE = "ignore"
WEAKER = (Verdict.CLEAN, Verdict.FLAG)


class Override(Value):
    """One change of one rule. `action` fixes the verdict (CLEAN = ignore); `severity` goes through the usual map."""

    rule: str
    severity: Severity | None = None
    action: Verdict | None = None
    apply_to_tools: tuple[str, ...] = ()
    exempt_tools: tuple[str, ...] = ()
    expires: datetime.date | None = None
    reason: str = ""
    core: bool = False

    def concerns(self, finding: Finding, call: ToolCall) -> bool:
        """Whether it speaks of this finding on this call's tool."""
        return self.rule == finding.rule and applies_to(self.apply_to_tools, self.exempt_tools, tool_names(call))

    @property
    def weakening(self) -> str:
        """How it weakens a core rule, "" when it does not or the rule is none."""
        if not self.core:
            return ""
        if self.action in WEAKER:
            return "a core rule no longer stops anything"
        if self.severity is not None and self.severity < Severity.HIGH:
            return f"a core rule is lowered to {self.severity.name.lower()}"
        if self.exempt_tools:
            return f"a core rule does not count for {', '.join(self.exempt_tools)}"
        return "a core rule counts for some tools only" if self.apply_to_tools else ""

    def has_lapsed(self, today: datetime.date) -> bool:
        """Whether its last day is over."""
        return self.expires is not None and today > self.expires


class OverrideWords(Protocol):
    """An override as the settings have it."""

    severity: str
    action: str
    apply_to_tools: tuple[str, ...]
    exempt_tools: tuple[str, ...]
    expires: str
    reason: str


def parse_override(rule: str, words: OverrideWords, core: bool = False) -> Override:
    """An override from its words. Raises ValueError with a sentence."""
    severities = {severity.name.lower(): severity for severity in Severity}
    actions = {IGNORE: Verdict.CLEAN, **{verdict.word: verdict for verdict in Verdict if verdict is not Verdict.CLEAN}}
    if words.severity and words.severity not in severities:
        raise ValueError(f"overrides.{rule}.severity: {words.severity!r} is not one of {', '.join(severities)}")
    if words.action and words.action not in actions:
        raise ValueError(f"overrides.{rule}.action: {words.action!r} is not one of {', '.join(actions)}")
    if not (words.severity or words.action):
        raise ValueError(f"overrides.{rule}: needs severity or action")
    if not words.reason.strip():
        raise ValueError(f"overrides.{rule}: needs a reason")
    try:
        expires = datetime.date.fromisoformat(words.expires) if words.expires else None
    except ValueError:
        raise ValueError(f"overrides.{rule}.expires: {words.expires!r} is not a date like 2030-01-31") from None
    return Override(rule=rule, severity=severities.get(words.severity), action=actions.get(words.action), core=core,
                    apply_to_tools=words.apply_to_tools, exempt_tools=words.exempt_tools, expires=expires, reason=words.reason.strip())


def parse_overrides(given: Mapping[str, OverrideWords], is_core: Callable[[str], bool]) -> tuple[tuple[Override, ...], tuple[str, ...]]:
    """Overrides by rule id, and a sentence for each that is wrong and not used."""
    overrides, wrong = [], []
    for rule, words in given.items():
        try:
            overrides.append(parse_override(rule, words, core=is_core(rule)))
        except ValueError as error:
            wrong.append(str(error))
    return tuple(overrides), tuple(wrong)


def weakened(overrides: Iterable[Override], today: datetime.date) -> dict[str, str]:
    """Core rules that an override weakens today: how, until when and why."""
    return {one.rule: f"{one.weakening}{f' until {one.expires}' if one.expires else ''}: {one.reason}"
            for one in overrides if one.weakening and not one.has_lapsed(today)}
