"""Limits on the arguments of tools: a pattern, a length, an amount.

Patterns run on an engine without back-tracking where there is one, so that no argument can stall the sensor.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterator
from typing import Any, Protocol

try:
    import re2 as engine
except ImportError:  # no wheel for this platform
    engine = re  # type: ignore[assignment]

MAX_TEXT = 64 * 1024


class Limit(Protocol):
    """The part of `sensor.access.policy.ArgumentSection` that is looked at here."""

    field: str
    allow: str
    deny: str
    max: float | None
    ask_above: float | None
    max_length: int | None


@functools.lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> Any:
    """A compiled regular expression. Raises ValueError."""
    try:
        return engine.compile(pattern)
    except (re.error, engine.error) as error:
        raise ValueError(str(error)) from error


def check_argument(limit: Limit, arguments: dict[str, Any]) -> tuple[str, bool]:
    """(what is wrong, whether a person may allow it); ("", False) when nothing is. An absent argument breaks no limit.

    Some servers read keys in any case, so each spelling of the field counts; the worst decides.
    """
    found = [problem for problem in (_check(limit, value) for value in _values(arguments, limit.field.split("."))) if problem[0]]
    return min(found, key=lambda problem: problem[1], default=("", False))


def _values(value: Any, names: list[str]) -> Iterator[Any]:
    """What stands at the end of a path of keys, in every spelling of them."""
    if not names:
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key.casefold() == names[0].casefold():
                yield from _values(inner, names[1:])


def _check(limit: Limit, value: Any) -> tuple[str, bool]:
    text = value if isinstance(value, str) else str(value)
    if limit.max_length is not None and len(text) > limit.max_length:
        return f"{limit.field} is longer than {limit.max_length} characters", False
    if (limit.allow or limit.deny) and len(text) > MAX_TEXT:
        return f"{limit.field} is too long to be compared", False
    if limit.allow and compile_pattern(limit.allow).fullmatch(text) is None:
        return f"{limit.field} is not of the allowed form", False
    if limit.deny and compile_pattern(limit.deny).search(text) is not None:
        return f"{limit.field} has a form that is denied", False
    return _check_amount(limit, value)


def _check_amount(limit: Limit, value: Any) -> tuple[str, bool]:
    if limit.max is None and limit.ask_above is None:
        return "", False
    try:
        amount = float(value)
    except (TypeError, ValueError):
        amount = math.nan
    if isinstance(value, bool) or math.isnan(amount):
        return f"{limit.field} is not a number", False
    if limit.max is not None and abs(amount) > limit.max:
        return f"{limit.field} is above {limit.max:g}", False
    if limit.ask_above is not None and abs(amount) > limit.ask_above:
        return f"{limit.field} is above {limit.ask_above:g}", True
    return "", False
