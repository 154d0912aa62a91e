"""The one base of every error that Handrail raises on purpose."""

from __future__ import annotations

import errno


class HandrailError(Exception):
    """Something the user can act on: a sentence that says what is wrong, and the next step.

    `exit_code` follows `docs/cli.md`: 1 negative result, 2 usage, 3 could not be completed.
    """

    exit_code = 3

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message}\n{self.next_step}" if self.next_step else self.message


class UsageError(HandrailError):
    """The caller asked for something that does not exist or does not make sense."""

    exit_code = 2


class Declined(HandrailError):
    """A person said no to a question; nothing is wrong."""

    exit_code = 1


def in_words(error: Exception, with_file: bool = False) -> str:
    """What an error says, without the number that the system has for it; with the name of the file where the message does not name it anyway."""
    reason = getattr(error, "reason", None)  # of an address that could not be opened
    if isinstance(reason, OSError):
        return in_words(reason)
    if not isinstance(error, OSError) or not error.strerror:
        return str(error)
    return f"{error.filename}: {error.strerror}" if with_file and error.filename else error.strerror


def way_out(error: Exception) -> str:
    """What a person can do about it, as the next step of an error; nothing where we know of nothing."""
    if not isinstance(error, OSError):
        return "Save it as UTF-8 text." if isinstance(error, UnicodeDecodeError) else ""
    place = f" of {error.filename}" if error.filename else ""
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return f"Look whether the name{place} is right, and whether its folder is there."
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return f"Look at the rights{place} and of its folder (ls -ld), or choose another place."
        case errno.EISDIR:
            return "A folder has the name of the file: move it away."
        case errno.ENOSPC | errno.EDQUOT:
            return "Make room on that disk, then try again."
        case _:
            return ""
