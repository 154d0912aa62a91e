"""The open segment: whole lines only, nothing behind an unfinished one, a reserve for a full disk."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from sensor.audit.form.errors import AuditUnavailable, Cause
from sensor.audit.form.parts import Tail
from sensor.audit.journal.medium import Medium
from sensor.audit.journal.segments import segment_name

RESERVE_FILE = "reserve"

_CAUSES = {
    errno.ENOSPC: Cause.DISK_FULL, errno.EDQUOT: Cause.DISK_FULL, errno.EFBIG: Cause.DISK_FULL,
    errno.EROFS: Cause.READ_ONLY, errno.EACCES: Cause.READ_ONLY, errno.EPERM: Cause.READ_ONLY,
}


def unavailable(error: OSError) -> AuditUnavailable:
    """The typed error of a failed file call."""
    return AuditUnavailable(_CAUSES.get(error.errno or 0, Cause.IO), error.strerror or str(error))


class Reserve:
    """A file that only takes space, given back when the disk is full so that the journal can go on."""

    def __init__(self, path: Path, size: int) -> None:
        self._path, self._size = path, size
        self.held = False

    def make(self) -> bool:
        """Take the space; False when there is not enough."""
        if self._size == 0:
            return True
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError:
            return False
        try:
            missing = self._size - os.fstat(handle).st_size
            if missing > 0:
                _allocate(handle, self._size)
            self.held = True
        except OSError:
            self._path.unlink(missing_ok=True)
        finally:
            os.close(handle)
        return self.held

    def release(self) -> bool:
        """Give the space back; False when it was used up before."""
        if not self.held:
            return False
        self.held = False
        try:
            self._path.unlink(missing_ok=True)
        except OSError:
            return False
        return True


def _allocate(handle: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(handle, 0, size)
        return
    block = bytes(64 * 1024)
    while os.fstat(handle).st_size < size:
        os.write(handle, block)


class SegmentWriter:
    """One segment open for appending. Raises AuditUnavailable; `torn` then says what lies behind the last line."""

    def __init__(self, folder: Path, medium: Medium, reserve: Reserve) -> None:
        self._folder, self._medium, self._reserve = folder, medium, reserve
        self.handle = -1
        self.name = ""
        self.offset = 0
        self.torn: Tail | None = None

    def reopen(self, name: str, offset: int) -> None:
        """Go on with an unsealed segment that ends at `offset`."""
        self.handle = self._guarded(lambda: self._medium.reopen(self._folder / name))
        self.name, self.offset, self.torn = name, offset, None

    def adopt(self, tail: Tail) -> None:
        """Take over the tail that recovery found, to be declared by the next segment."""
        self.torn = tail

    def begin(self, first: int, stamp: str) -> tuple[Tail, ...]:
        """Create the segment whose first line is `first`; durable by name. Returns the tail it leaves behind, if any.

        A segment of that name that holds no whole line is renamed to `*.torn-<stamp>` first.
        """
        tail = self.torn
        path = self._folder / segment_name(first)
        if path.exists():
            if path.stat().st_size == 0:
                self.reopen(path.name, 0)
                return (tail,) if tail else ()
            aside = path.with_name(f"{path.name}.torn-{stamp}")
            self._guarded(lambda: self._medium.replace(path, aside))
            if tail is not None:
                tail = Tail(**{name: getattr(tail, name) for name in tail.__struct_fields__} | {"segment": aside.name})
        if tail is not None and tail.segment != path.name:
            self.leave(tail.segment)
        handle = self._guarded(lambda: self._medium.create(path))
        self._guarded(lambda: self._medium.sync_folder(self._folder))
        self.handle, self.name, self.offset, self.torn = handle, path.name, 0, None
        return (tail,) if tail else ()

    def write(self, line: bytes) -> None:
        """Append a whole line. On failure nothing counts: what was taken of it is `torn`."""
        done = 0
        while done < len(line):
            try:
                done += self._medium.write(self.handle, line[done:] if done else line)
            except OSError as error:
                failure = unavailable(error)
                if failure.cause is Cause.DISK_FULL and self._reserve.release():
                    continue
                if done:
                    self.torn = Tail(
                        segment=self.name, offset=self.offset, bytes=done, cause=failure.cause.value,
                        sha256=hashlib.sha256(line[:done]).hexdigest(),
                    )
                raise failure from error
        self.offset += len(line)

    def sync_now(self) -> None:
        """Sync the open segment in the caller's thread."""
        self._guarded(lambda: self._medium.sync(self.handle))

    def leave(self, name: str) -> None:
        """Sync a segment that is not written any more and make it read-only.

        After a failed sync this does not make up for it (its lines are written again elsewhere); after a crash it covers
        the lines that the killed process had not synced, which the next checkpoint will cover.
        """
        handle = self._guarded(lambda: os.open(self._folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC))
        try:
            if self.torn is None or self.torn.cause != "sync":
                self._guarded(lambda: self._medium.sync(handle))
            self._guarded(lambda: os.fchmod(handle, 0o400))
        finally:
            os.close(handle)

    def protect(self) -> None:
        """Make the segment's file read-only (0400): it is never written again."""
        self._guarded(lambda: os.fchmod(self.handle, 0o400))

    def _guarded(self, call: Callable[[], object]) -> int:
        try:
            result = call()
        except OSError as error:
            raise unavailable(error) from error
        return result if isinstance(result, int) else -1
