"""What a verification found, as a value: for the command line, `--json` and the dashboard alike."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from sensor.audit.form.clock import micros
from sensor.audit.form.parts import Lost
from sensor.model.calls import Value


class Outcome(enum.IntEnum):
    """Exit codes of `handrail verify`."""

    VERIFIED = 0
    TAMPERED = 1
    NOT_PROVEN = 3


class Problem(Value, frozen=True):
    """Evidence of tampering: the row of the detection table, the first bad seq (-1 = none), and both hashes."""

    row: str
    seq: int
    what: str
    expected: str = ""
    found: str = ""


class Anchor(Value, frozen=True):
    """A state of the log that something outside its folder remembers. `ts` is when it was taken.

    `is_outside` is False when the owner of the state folder could take it back: the local pin, and timestamps kept here.
    """

    name: str
    size: int
    ts: str
    is_outside: bool = True


class Window(Value, frozen=True):
    """How far back the newest entries could be deleted unseen: seconds (-1 = no anchor, unlimited), and entries."""

    seconds: int = -1
    entries: int = 0

    @property
    def words(self) -> str:
        """For a line of text."""
        return "unlimited (no anchor)" if self.seconds < 0 else f"{self.seconds} s, {self.entries} {'entry' if self.entries == 1 else 'entries'}"


def window_behind(anchors: Iterable[Anchor], size: int, now_us: int) -> Window:
    """The window behind the newest of `anchors` in a log of `size` entries."""
    newest = max(anchors, key=lambda anchor: anchor.size, default=None)
    if newest is None:
        return Window(entries=size)
    return Window(seconds=max(0, (now_us - micros(newest.ts)) // 1_000_000), entries=max(0, size - newest.size))


class VerifyReport(Value, frozen=True):
    """The result. `not_proven` are the reasons why it is not more than "not proven"; `notes` are listed events.

    `window` is W, behind the newest anchor that holds; `outside_window` counts only anchors that the owner of the state
    folder cannot take back. `unpublished` counts the entries behind the newest checkpoint; `witnessed` those that
    `witnesses`, the quorum of a policy, have cosigned (0 = no policy, or not enough of them). `losses` are entries that are gone by the
    word of evidence or of the log itself, and that no person accepted.
    """

    log: str = ""
    entries: int = 0
    first: int = 0
    last_ts: str = ""
    epochs: int = 0
    restarts: int = 0
    checkpoints: int = 0
    published: int = 0
    anchors: tuple[Anchor, ...] = ()
    window: Window = Window()
    outside_window: Window = Window()
    unpublished: int = 0
    signatures_checked: int = 0
    witnessed: int = 0
    witnesses: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    not_proven: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    losses: tuple[Lost, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """Tampered before not proven before verified."""
        if self.problems:
            return Outcome.TAMPERED
        return Outcome.NOT_PROVEN if self.not_proven else Outcome.VERIFIED

    @property
    def exit_code(self) -> int:
        """Exit code of `handrail verify`, with and without `--json`."""
        return int(self.outcome)


LIMITS = (
    "A thief of the current key can add new entries that look real.",
    "A deletion of the newest entries is not detectable within the window since the last anchor.",
)


def render_report(report: VerifyReport) -> str:
    """The report as text, one fact per line."""
    words = {Outcome.VERIFIED: "verified", Outcome.TAMPERED: "TAMPERED", Outcome.NOT_PROVEN: "not proven"}
    lines = [f"{words[report.outcome]}: log {report.log or '?'}, {report.entries} entries"]
    for problem in report.problems[:20]:
        place = f"entry {problem.seq}: " if problem.seq >= 0 else ""
        lines.append(f"  {problem.row} {place}{problem.what}")
        if problem.expected or problem.found:
            lines.append(f"     expected {problem.expected}\n     found    {problem.found}")
    lines += [f"  lost: {one.size} entries that log {one.log} had" for one in report.losses if one.size]
    lines += [f"  not proven: {reason}" for reason in report.not_proven]
    lines.append(f"  signatures checked: {report.signatures_checked}; epochs: {report.epochs}; restarts: {report.restarts}")
    lines.append(f"  checkpoints: {report.checkpoints}, the newest covers {report.published}; {report.unpublished} entries behind it")
    for anchor in report.anchors:
        lines.append(f"  anchor {anchor.name}: {anchor.size} entries at {anchor.ts}")
    if report.witnesses:
        lines.append(f"  witnessed: {report.witnessed} entries, cosigned by {', '.join(report.witnesses)}")
    lines.append(f"  window in which a deletion goes unseen: {report.window.words}")
    lines.append(f"  the same for who can change keys and pin as well: {report.outside_window.words}")
    lines += [f"  note: {note}" for note in report.notes[:50]]
    lines += [f"  limit: {limit}" for limit in LIMITS]
    return "\n".join(lines)
