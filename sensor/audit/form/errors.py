"""What can go wrong with the log, as types that the sensor acts on."""

from __future__ import annotations

import enum

from sensor.model.errors import HandrailError


class Cause(enum.Enum):
    """Why an entry was not committed."""

    DISK_FULL = "disk_full"
    READ_ONLY = "read_only"
    IO = "io"
    SYNC = "sync"
    CORRUPT = "corrupt"
    CLOSED = "closed"


class AuditUnavailable(HandrailError):
    """The entry is not in the log, or not durable. The caller applies the setting `audit.failure` and must not answer as usual.

    The journal's head is as it was before. It counts what it refused and writes a `gap` entry as soon as it can.
    """

    def __init__(self, cause: Cause, detail: str) -> None:
        super().__init__(f"The audit log cannot be written ({cause.value}: {detail}).", next_step="Run 'handrail doctor'.")
        self.cause = cause


class EntryRefused(HandrailError):
    """A draft outside the canonical subset: a fault of the code that made it."""


class LogLocked(HandrailError):
    """Another sensor holds this log."""


class LogDamaged(HandrailError):
    """Bytes that a checkpoint or pin covers are missing or changed. `segment` is to be set aside, "" when missing."""

    def __init__(self, why: str, segment: str = "") -> None:
        super().__init__(f"The audit log is damaged: {why}.", next_step="Run 'handrail verify'.")
        self.why, self.segment = why, segment
