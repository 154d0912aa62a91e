"""What anchors remember of the logs of this device, held against the checkpoints here: cheap enough for each start of the sensor.

Only the ends of files are read, and no entry: a checkpoint that was anchored was stored here first, so one that is not
here tells of a log that was put back or begun anew. Everything else is `handrail verify`'s to find.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sensor.audit.form.notes import number_of
from sensor.audit.form.parts import Lost
from sensor.audit.journal.acceptance import read_accepted
from sensor.audit.journal.checkpoints import checkpoint_files
from sensor.audit.journal.pin import PinError
from sensor.audit.journal.segments import list_logs
from sensor.model.errors import in_words

WITNESSED = "witnessed"
"""Folder of `<state>` with the notes that witnesses cosigned, a file for each log."""
END = 1 << 20  # bytes of each file

# How a note begins; the first one of an end may be cut off.
_HEAD = re.compile(rb"(?:\A|\n\n)([!-~]{1,300})\n(\d{1,18})\n([A-Za-z0-9+/]{43}=)\n")
_LOG = logging.getLogger(__name__)


class _Told(NamedTuple):
    """What a checkpoint says, without who signed it."""

    log: str
    size: int
    root: bytes


def what_is_gone(root: Path, origin: str, identity: bytes, anchors: Sequence[Path]) -> str:
    """A sentence about a log of the device of log `origin`, below `root` (`<state>/log`), of which one of the files `anchors` knows more, "" when all is here.

    What a person accepted as lost is not told. A file that cannot be read is no evidence. May wait for a share: not for the sensor's loop.
    """
    remembered: dict[_Told, str] = {}
    device = origin.rpartition("/")[0]
    for file in anchors:  # before what is here: the log goes on meanwhile
        try:
            remembered |= dict.fromkeys((told for told in _ends(file) if told.log.rpartition("/")[0] == device), file.name)
        except OSError as error:
            _LOG.warning("an anchor could not be read: %s", in_words(error, with_file=True))
    for log in sorted({told.log for told in remembered}):
        here = _checkpoints_here(root / str(number_of(log)), log)
        first, last = min(here, default=0), max(here, default=0)
        for told in sorted(told for told in remembered if told.log == log and told.size >= first):
            if here.get(told.size) != told.root and not _is_accepted(root, identity, Lost(log=log, size=told.size)):
                gone = f"{told.size} entries of log {log}, of which {last} are here"
                what = gone if told.size > last else f"another log {log} of {told.size} entries"
                return f"the anchor {remembered[told]} knows {what}; run: handrail verify"
    return ""


def _checkpoints_here(folder: Path, log: str) -> dict[int, bytes]:
    """Size and root of the newest checkpoints in a log's folder."""
    found: dict[int, bytes] = {}
    try:
        for file in reversed(checkpoint_files(folder)):
            found = {told.size: told.root for told in _ends(file) if told.log == log} | found
            if file.stat().st_size > END:
                break
    except OSError as error:
        _LOG.warning("checkpoints could not be read: %s", in_words(error, with_file=True))
    return found


def _is_accepted(root: Path, identity: bytes, lost: Lost) -> bool:
    logs = list_logs(root)
    try:
        accepted = read_accepted(logs[-1], identity) if logs else None
    except (PinError, OSError):
        return False
    return accepted is not None and accepted.covers(lost)


def _ends(file: Path) -> list[_Told]:
    """What the last notes of a file say. Raises OSError."""
    with file.open("rb") as opened:
        size = opened.seek(0, 2)
        opened.seek(max(0, size - END))
        data = opened.read(END)
    return [_Told(match[1].decode("ascii"), int(match[2]), match[3]) for match in _HEAD.finditer(data)]
