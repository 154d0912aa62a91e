"""What the sensor's own run of the audit found, as it is kept and shown: the members of `handrail audit --json` that others need."""

from __future__ import annotations

import datetime

from sensor.model.calls import Value

LETTERS = "ABCDF"
AREA_NAMES = {
    "HOOK": "Hooks and sensor", "LOG": "Log and keys", "SELF": "Handrail's settings", "AGT": "Agents' settings", "MCP": "MCP servers",
    "OCL": "OpenClaw", "NCL": "NanoClaw", "HOST": "This machine",
}
MAX_IDS = 40


class Place(Value):
    """The file, with `~` for the home folder, and the line where one is known."""

    path: str
    line: int = 0


class Acceptance(Value):
    """Who accepted a finding, why, when, and until which day."""

    by: str
    reason: str
    created: str
    expires: str


class AuditResult(Value):
    """What a check says of one subject; `state` is fail, unknown, accepted or pass."""

    id: str
    key: str
    severity: str
    state: str
    title: str
    detail: str = ""
    subject: str = ""
    location: Place | None = None
    why: str = ""
    remediation: str = ""
    command: str = ""
    points: float = 0.0
    accepted: Acceptance | None = None


class AuditArea(Value):
    """The score of an area, and its weight in the mean."""

    score: float
    weight: int


class AuditCap(Value):
    """A limit of the score, and the checks that set it."""

    limit: int
    because: str


class AuditFix(Value):
    """A check, and the score that its repair alone would give."""

    id: str
    title: str
    score: int


class LastAudit(Value):
    """One run. `score` None = there was nothing to grade."""

    time: str
    grade: str
    score: int | None
    mean: int = 0
    mode: str = ""
    complete: bool = True
    accepted: int = 0
    areas: dict[str, AuditArea] = {}
    caps: tuple[AuditCap, ...] = ()
    counts: dict[str, int] = {}
    fixes: tuple[AuditFix, ...] = ()
    results: tuple[AuditResult, ...] = ()

    @property
    def moment(self) -> float:
        """When, in Unix seconds; 0 where that cannot be read."""
        try:
            return datetime.datetime.fromisoformat(self.time.replace("Z", "+00:00")).timestamp()
        except ValueError:
            return 0.0

    @property
    def failed(self) -> tuple[AuditResult, ...]:
        """The findings that count."""
        return tuple(one for one in self.results if one.state == "fail")

    @property
    def words(self) -> str:
        """The run in a sentence for the log: grade, counts, and the checks that failed."""
        score = "" if self.score is None else f" ({self.score} of 100)"
        counts = ", ".join(f"{count} {name}" for name, count in (*self.counts.items(), ("accepted", self.accepted)) if count) or "no findings"
        ids = list(dict.fromkeys(one.id for one in self.failed if one.severity != "info"))
        return f"grade {self.grade}{score}: {counts}" + (f"; {', '.join(ids[:MAX_IDS])}" if ids else "")


def has_fallen(before: LastAudit | None, now: LastAudit) -> bool:
    """Whether the letter is a worse one than that of the run before."""
    return before is not None and before.grade in LETTERS and now.grade in LETTERS and LETTERS.index(now.grade) > LETTERS.index(before.grade)


def new_critical(before: LastAudit | None, now: LastAudit) -> tuple[AuditResult, ...]:
    """Critical findings that the run before did not have."""
    known = {one.key for one in before.failed if one.severity == "critical"} if before is not None else set()
    return tuple(one for one in now.failed if one.severity == "critical" and one.key not in known)
