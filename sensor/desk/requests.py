"""A request to the running sensor (`op`): its arguments, its answer, and who may make it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from sensor.model.calls import Caller
from sensor.model.errors import UsageError

MAX_TEXT = 65536

Args = dict[str, Any]
Done = Callable[[int, object], None]
"""Called once, with the exit code and what is answered."""
Operation = Callable[[Args, Caller, Done], None]


class ChangeRecorder(Protocol):
    """Writes an entry about a change; `then` is called once it is on disk."""

    def change(self, what: str, before: str, after: str, by: str, then: Callable[[], None]) -> None: ...


def text_of(args: Args, key: str, default: str | None = None) -> str:
    """A text argument. Raises UsageError for anything else, and where it is missing without a default."""
    value = args.get(key, default)
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise UsageError(f"the argument {key!r} must be text")
    return value


def require_person(caller: Caller, why_no_person: Callable[[int], str]) -> None:
    """Raise UsageError when a request that only a person may make comes from a process that no person stands behind."""
    why = why_no_person(caller.pid)
    if why:
        raise UsageError(f"refused: {why}, and only a person may do this", next_step="Do it in a terminal of your own, or in the dashboard.")
