"""A made-up result of the daily audit, in the words of the real checks."""

from __future__ import annotations

import datetime

import msgspec

from sensor.model.posture import Acceptance, AuditArea, AuditCap, AuditFix, AuditResult, LastAudit, Place
from sensor.paths import Paths, make_private
from sensor.posture.audit import CHECKS

ROWS = {check.id: check for check in CHECKS}
# (check, severity, subject, path, line, detail, command, points)
FOUND = (
    ("AGT-01", "critical", "claude-code", "~/.claude/settings.json", 16, "permissions.defaultMode is bypassPermissions", "", 25.0),
    ("AGT-03", "high", "claude-code", "~/.claude/settings.json", 12, "a rule of Bash allows python3 (it runs any other program) with words of the agent's choice", "narrow or remove it in permissions.allow", 12.0),
    ("AGT-03", "high", "claude-code", "~/.claude/settings.json", 13, "a rule of Bash allows curl (a downloader) with words of the agent's choice", "narrow or remove it in permissions.allow", 2.4),
    ("LOG-03", "high", "audit", "~/.config/handrail/config.yaml", 0, "no checkpoint leaves this machine", "", 12.0),
    ("MCP-04", "high", "docs", "~/.claude.json", 3, "npx starts a package without an exact version", "", 12.0),
    ("AGT-14", "medium", "claude-code", "~/.claude/settings.json", 0, "sandbox.enabled is not true", "", 5.0),
    ("HOST-03", "medium", "~/.netrc", "~/.netrc", 0, "is open to others (mode 644)", "chmod go-rwx ~/.netrc", 5.0),
    ("HOST-05", "low", "kernel", "", 0, "processes of one user may look into each other (ptrace_scope 0)", "", 2.0),
)
LAST = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()


def key(number: int) -> str:
    """The key of the finding with this number in FOUND."""
    return f"{FOUND[number][0]}-{number:016x}"


def audit(now: float, accepted: tuple[int, ...] = ()) -> LastAudit:
    """The result of an hour ago; findings with these numbers are accepted."""
    results = []
    for number, (check, severity, subject, path, line, detail, command, points) in enumerate(FOUND):
        row, taken = ROWS[check], number in accepted
        results.append(AuditResult(
            id=check, key=key(number), severity=severity, state="accepted" if taken else "fail", title=row.title, detail=detail, subject=subject,
            location=Place(path=path, line=line) if path else None, why=row.why, remediation=row.remedy, command=command or row.command, points=0.0 if taken else points,
            accepted=Acceptance(by="dev", reason="this laptop has one user", created="2026-11-20", expires="2027-02-18") if taken else None))
    row = ROWS["HOOK-01"]
    results.append(AuditResult(id=row.id, key="HOOK-01-00000000000000ff", severity="critical", state="unknown", title=row.title, detail="cannot be understood: the text ends too early",
                               subject="cursor", location=Place(path="~/.cursor/hooks.json", line=1), why=row.why, points=12.5))
    results += [AuditResult(id=check.id, key=f"{check.id}-00000000000000aa", severity="info", state="pass", title=check.title) for check in CHECKS[:41]]
    moment = datetime.datetime.fromtimestamp(now - 3600, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    areas = {"HOOK": (87.5, 25), "LOG": (88.0, 20), "SELF": (100.0, 20), "AGT": (55.6, 15), "MCP": (88.0, 10), "HOST": (93.0, 5)}
    return LastAudit(
        time=moment, grade="D", score=59, mean=85, mode="enforce", accepted=len(accepted), areas={name: AuditArea(score=score, weight=weight) for name, (score, weight) in areas.items()},
        caps=(AuditCap(limit=59, because="AGT-01"),), counts={"critical": 1, "high": 4, "medium": 2, "low": 1, "info": 0, "unknown": 1},
        fixes=(AuditFix(id="AGT-01", title=ROWS["AGT-01"].title, score=88), AuditFix(id="LOG-03", title=ROWS["LOG-03"].title, score=59)), results=tuple(results))


def keep(paths: Paths, last: LastAudit, config: str = "") -> None:
    """Leave it where the sensor would, and what config.yaml says of accepted findings."""
    make_private(paths.state)
    make_private(paths.config)
    paths.last_audit.write_bytes(msgspec.json.encode(last))
    paths.config_file.write_text(config)


def accepting(*numbers: int, severity: str = "medium", expires: str = LAST) -> str:
    """config.yaml in which these findings are accepted."""
    lines = [f"  {key(number)}: {{severity: {severity}, expires: '{expires}', by: dev, reason: this laptop has one user, created: '2026-11-20'}}" for number in numbers]
    return "\n".join(("accepted:", *lines, ""))
