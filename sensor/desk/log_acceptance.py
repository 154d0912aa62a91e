"""A person accepts that entries are gone: an entry first, then the signed file that the sensor reads at its next start.

A part of the table of `sensor.desk.operations`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

import msgspec

from sensor.audit.drafts.drafts import draft_acceptance
from sensor.audit.form.entry import EntryDraft
from sensor.audit.form.errors import AuditUnavailable
from sensor.audit.form.notes import device_of
from sensor.audit.form.parts import Lost
from sensor.desk.requests import Args, Done, Operation, text_of
from sensor.model.calls import Caller
from sensor.model.errors import HandrailError, UsageError, in_words

MAX_LOSSES, MAX_WORDS = 100, 500

_LOG = logging.getLogger(__name__)


class Recorder(Protocol):
    """Writes the entry; `then` is called when it is durable, or with the error."""

    def durable(self, entry: EntryDraft, then: Callable[[AuditUnavailable | None], None]) -> None: ...


class LogAcceptance:
    """Built once by `sensor.composition`. `keep` writes the signed file; `changed` hears of it."""

    def __init__(self, origin: str, recorder: Recorder, *, keep: Callable[[tuple[Lost, ...]], None], person: Callable[[Caller], None],
                 redact: Callable[[str], str], changed: Callable[[], None]) -> None:
        self._device, self._recorder = device_of(origin), recorder
        self._keep, self._person, self._redact, self._changed = keep, person, redact, changed

    def table(self) -> dict[str, Operation]:
        """The operations by name."""
        return {"log.accept": self._accept}

    def _accept(self, args: Args, caller: Caller, done: Done) -> None:
        self._person(caller)
        losses, by = self._losses(args.get("losses")), text_of(args, "by", "unknown")
        reason = " ".join(self._redact(text_of(args, "reason", "")[:MAX_WORDS]).split())
        if not reason:
            raise UsageError("accepting needs a reason", next_step="Say why entries are missing.")

        def then(error: AuditUnavailable | None) -> None:
            done(*self._kept(losses) if error is None else _refused(error))

        self._recorder.durable(draft_acceptance(losses, f"{by[:100]}: {reason}", caller), then)

    def _kept(self, losses: tuple[Lost, ...]) -> tuple[int, object]:
        try:
            self._keep(losses)
        except (OSError, HandrailError) as error:
            _LOG.error("what was accepted about the log could not be kept: %s", error)
            return _refused(error if isinstance(error, HandrailError) else HandrailError(in_words(error), next_step="Run: handrail doctor"))
        self._changed()
        return 0, {"accepted": msgspec.to_builtins(losses)}

    def _losses(self, value: object) -> tuple[Lost, ...]:
        """What is to be accepted: of logs of this device alone. Raises UsageError."""
        try:
            losses = msgspec.convert(value, tuple[Lost, ...])
        except msgspec.ValidationError as error:
            raise UsageError(f"these losses cannot be read: {error}") from error
        if not 1 <= len(losses) <= MAX_LOSSES or any(device_of(one.log) != self._device or one.size < 0 for one in losses):
            raise UsageError(f"from 1 to {MAX_LOSSES} logs of this device are accepted at once")
        return losses


def _refused(error: HandrailError) -> tuple[int, object]:
    return error.exit_code, {"error": error.message, "next_step": error.next_step}
