"""Losses in a verification: what evidence knows and the log does not have, and whether a person accepted that."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path

from sensor.audit.form.notes import number_of
from sensor.audit.form.parts import Lost
from sensor.audit.journal.acceptance import FILE, Accepted, log_before, read_accepted
from sensor.audit.journal.pin import PinError
from sensor.audit.verifying.checks import Chain, Findings


class Losses:
    """Collects them for one log. `accepted` is None where nothing was accepted, or no trusted key could tell."""

    def __init__(self, folder: Path, identity: bytes, findings: Findings) -> None:
        self._findings, self._found, self._excused = findings, list[Lost](), 0
        self.accepted: Accepted | None = None
        try:
            self.accepted = read_accepted(folder, identity) if identity else None
        except PinError as error:
            findings.tampered("N7", -1, error.message)

    @property
    def found(self) -> tuple[Lost, ...]:
        """What is lost and not accepted, by log."""
        return merge(self._found)

    def is_excused(self, log: str, size: int) -> bool:
        """Whether evidence of `size` entries of `log`, which the log does not have, was accepted as lost; it is remembered when not."""
        if self.accepted is not None and self.accepted.covers(Lost(log=log, size=size)):
            self._excused += 1
            return True
        self._found.append(Lost(log=log, size=size))
        return False

    def judge(self, chain: Chain, is_pruned: bool, is_closed: bool) -> None:
        """What an entry must confirm, and where the log began. In a closed bundle, made in that moment, the entry may be missing: nothing is proven then."""
        accepted = self.accepted
        if accepted is not None and accepted.log != chain.log:
            self._findings.tampered("N7", -1, f"{FILE} is of log {accepted.log}")
        elif accepted is not None and not is_pruned and any(chain.accepted.get(one.log, -1) < one.size for one in accepted.losses):
            why = f"no entry of the log says that a person accepted what {FILE} names"
            self._findings.unproven(why) if is_closed else self._findings.tampered("N7", -1, why)
        if number_of(chain.log) > 0:
            told = chain.predecessor
            before = Lost(log=told["log"], size=told["size"]) if told is not None else None
            if accepted is None or not accepted.covers_beginning(before):
                before = before or Lost(log=log_before(chain.log), size=0)
                self._found.append(before)
                cause = f" ({told['cause']})" if told is not None and "cause" in told else ""
                self._findings.unproven(f"it was begun anew behind {before.log}{cause}, and nobody has accepted that")
        if self._excused:
            self._findings.note(f"{self._excused} pieces of evidence know more than the log has; a person accepted that")


def accepted_in(folder: Path | None, identity: bytes) -> Accepted | None:
    """What was accepted in the newest log; what cannot be trusted is nothing here, and a problem of that log."""
    try:
        return read_accepted(folder, identity) if folder is not None else None
    except PinError:
        return None


def merge(*losses: Iterable[Lost]) -> tuple[Lost, ...]:
    """One line for each log, with the largest size."""
    sizes: dict[str, int] = {}
    for one in itertools.chain(*losses):
        sizes[one.log] = max(one.size, sizes.get(one.log, 0))
    return tuple(Lost(log=log, size=size) for log, size in sorted(sizes.items()))
