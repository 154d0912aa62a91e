"""Kept timestamps, checked: which checkpoint notes of a log an authority has seen, and when."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sensor.audit.form.notes import BadNote, parse_checkpoint
from sensor.audit.outside.timestamps import BadTimestamp, check_reply, parse_authorities
from sensor.audit.outside.tsa_anchor import stamp_files
from sensor.audit.verifying.verify import Stamp
from sensor.model.calls import Value


class KeptStamps(Value, frozen=True):
    """Stamps whose tokens hold, and what is wrong with each of the others."""

    stamps: tuple[Stamp, ...]
    problems: tuple[str, ...]


def read_stamps(folder: Path, ca: bytes, belongs: Callable[[str], bool]) -> KeptStamps:
    """Check every token in `folder` offline against the roots in `ca` (PEM). Notes of logs that do not belong are left out.

    Raises OSError, and BadTimestamp when `ca` is no CA file.
    """
    authorities, stamps, problems = parse_authorities(ca), [], []
    for kept in stamp_files(folder):
        try:
            if not belongs(parse_checkpoint(kept.note).origin):
                continue
            told = check_reply(kept.reply, kept.note, authorities)
        except BadNote as error:
            problems.append(f"timestamp {kept.name}: its note cannot be read: {error}")
        except BadTimestamp as error:
            problems.append(f"timestamp {kept.name}: {error.message}")
        else:
            moment = told.at.strftime("%Y-%m-%dT%H:%M:%SZ")
            stamps.append(Stamp(name=f"timestamp of {told.authority} at {moment}", note=kept.note, at_us=int(told.at.timestamp() * 1_000_000)))
    return KeptStamps(stamps=tuple(stamps), problems=tuple(problems))
