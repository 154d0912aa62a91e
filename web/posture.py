"""Posture: what the sensor's daily audit found, how the grade was made, and what a person accepts of it."""

from __future__ import annotations

import datetime

import msgspec
from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sensor.host.checks.audit_runs import SECONDS, load_last
from sensor.model.acceptance import MAX_DAYS, USUAL_DAYS, Accepting, day_of, is_in_force, why_never
from sensor.model.calls import Value
from sensor.model.errors import HandrailError
from sensor.model.findings import GRAVEST, Severity
from sensor.model.posture import AREA_NAMES, Acceptance, AuditResult, LastAudit
from sensor.settings import AcceptedSettings, load_settings
from sensor.store.queries import record
from sensor.store.queries.events import EventRow
from sensor.store.reading import IndexMissing
from web.quarantine import MAX_REASON, signature
from web.render import SECOND_US
from web.site import index, site

pages = Blueprint("posture", __name__)

DAYS = (7, 30, USUAL_DAYS, MAX_DAYS)
EARLIER = 14
DONE = {"accepted": "accepted", "taken-back": "taken back"}  # an address may not put other words on the page
LOOKING_S = SECONDS + 60  # after this the run that was asked for has ended, whatever became of it
TYPED = ("handrail ", "chmod ", "sudo ", "./install.sh")  # what a remedy begins with that can be typed into a terminal as it is


class Group(Value):
    """The findings of one check of one severity. `never` says why they cannot be accepted, "" = they can be; `commands` are (text, can be typed)."""

    id: str
    severity: str
    title: str
    why: str
    remediation: str
    points: float
    never: str
    commands: tuple[tuple[str, bool], ...]
    findings: tuple[AuditResult, ...]


class Page(Value):
    """An audit as it stands now: `accepted` by what config.yaml says since; not `is_settled` = the audit is being made again with that."""

    last: LastAudit
    groups: tuple[Group, ...]
    accepted: tuple[tuple[AuditResult, Acceptance], ...]
    unknown: tuple[AuditResult, ...]
    passed: int
    is_settled: bool


@pages.get("/posture")
def show() -> str:
    """The whole page; `since` in its address: a run was asked for at that time, in Unix seconds."""
    page = standing()
    return render_template("posture.html", page=page, looking=_is_looking(page, request.args.get("since", "")), earlier=earlier(),
                           gravest=GRAVEST, area_names=AREA_NAMES, done=DONE.get(request.args.get("done", ""), ""))


@pages.post("/posture/look")
def look() -> Response:
    """Ask the sensor to make the audit now, beside its work."""
    site().sensor.change("posture.look")
    return redirect(url_for("posture.show", since=site().now_us // SECOND_US), 303)


def _is_looking(page: Page | None, since: str) -> bool:
    """Whether the run that was asked for at `since` is still to come."""
    asked, now = (int(since) if since.isascii() and since.isdigit() and len(since) < 20 else 0), site().now_us / SECOND_US
    return asked <= now < asked + LOOKING_S and (page is None or page.last.moment < asked)


@pages.get("/posture/accept/<check>")
def confirm(check: str) -> str:
    """Show the findings of a check once more, and ask for how long and why."""
    group, _ = _group(check)
    return render_template("posture_accept.html", group=group, days=DAYS, usual=USUAL_DAYS)


@pages.post("/posture/accept/<check>")
def accept(check: str) -> Response:
    """Ask the sensor to accept the chosen findings."""
    group, known = _group(check)
    keys, days, reason = request.form.getlist("key"), request.form.get("days", ""), request.form.get("reason", "").strip()[:MAX_REASON]
    if days not in map(str, DAYS):
        abort(400, "The days are one of those offered.")
    if _rank(group.severity) < _rank(request.form.get("severity", group.severity)):
        abort(400, "It has become graver since it was shown. Look at it again.")
    if not reason:
        abort(400, "Accepting needs a reason.")
    if not keys or not set(keys) <= set(known):
        abort(400, "Choose at least one of the findings that are shown.")
    chosen = [Accepting(key=key, severity=known[key].severity, what=_words(known[key])) for key in dict.fromkeys(keys)]
    expires = _today() + datetime.timedelta(days=int(days))
    site().sensor.change("posture.accept", findings=chosen, expires=expires.isoformat(), reason=reason, by=signature())
    return redirect(url_for("posture.show", done="accepted"), 303)


@pages.post("/posture/unaccept")
def unaccept() -> Response:
    """Take an acceptance back."""
    site().sensor.change("posture.unaccept", id=request.form.get("key", ""), by=signature())
    return redirect(url_for("posture.show", done="taken-back"), 303)


def standing() -> Page | None:
    """The last audit, and what was accepted or taken back since; None where there was no audit yet."""
    paths = site().config.paths
    last = load_last(paths.last_audit) if paths is not None else None
    if last is None:
        return None
    kept = _kept()
    failed, accepted, is_settled = [], [], True
    for one in last.results:
        if one.state not in ("fail", "accepted"):
            continue
        now = kept.get(one.key)
        if now is not None and (_never(one) or Severity[one.severity.upper()] > Severity[now.severity.upper()]):
            now = None
        is_settled &= (now is not None) == (one.state == "accepted")
        if now is None:
            failed.append(one)
        else:
            accepted.append((one, Acceptance(by=now.by, reason=now.reason, created=now.created, expires=now.expires)))
    return Page(
        last=last, groups=_groups(failed), accepted=tuple(accepted), unknown=tuple(one for one in last.results if one.state == "unknown"),
        passed=sum(one.state == "pass" for one in last.results), is_settled=is_settled)


def earlier() -> tuple[EventRow, ...]:
    """The runs as the log has them, the newest first."""
    try:
        return record.recent(index(), "posture", EARLIER)
    except IndexMissing:
        return ()


def _kept() -> dict[str, AcceptedSettings]:
    """What is accepted now by config.yaml; nothing where that cannot be read."""
    paths = site().config.paths
    try:
        accepted = load_settings(paths.config_file).accepted if paths is not None else {}
    except HandrailError:
        return {}
    return {key: one for key, one in accepted.items() if is_in_force(one.expires, _today())}


def _today() -> datetime.date:
    return day_of(site().now_us / SECOND_US)


def _groups(failed: list[AuditResult]) -> tuple[Group, ...]:
    found: dict[tuple[str, str], list[AuditResult]] = {}
    for one in failed:
        found.setdefault((one.severity, one.id), []).append(one)
    return tuple(_made(severity, members) for (severity, _), members in sorted(found.items(), key=lambda item: _rank(item[0][0])))


def _made(severity: str, findings: list[AuditResult]) -> Group:
    first = findings[0]
    commands = dict.fromkeys(one.command for one in findings if one.command)
    points = round(sum(one.points for one in findings), 1)
    return Group(
        id=first.id, severity=severity, title=first.title, why=first.why, remediation=first.remediation.removesuffix("."), points=points,
        never=_never(first), commands=tuple((text, text.startswith(TYPED)) for text in commands), findings=tuple(findings))


def _group(check: str) -> tuple[Group, dict[str, AuditResult]]:
    """The findings of a check that may be accepted now, and each by its key. Aborts where there are none."""
    page = standing()
    groups = [one for one in (page.groups if page is not None else ()) if one.id == check and not one.never]
    if not groups:
        abort(404, "No finding of this check can be accepted now.")
    findings = tuple(one for group in groups for one in group.findings)  # of every severity; the gravest is that of the page
    return msgspec.structs.replace(groups[0], findings=findings), {one.key: one for one in findings}


def _never(one: AuditResult) -> str:
    return why_never(one.id, Severity[one.severity.upper()]) if one.severity in GRAVEST else "it is of no known severity"


def _rank(severity: str) -> int:
    return GRAVEST.index(severity) if severity in GRAVEST else len(GRAVEST)


def _words(one: AuditResult) -> str:
    place = one.location.path if one.location is not None else ""
    if one.location is not None and one.location.line:
        place = f"{place}:{one.location.line}"
    return f"{one.id} {one.title}: {one.detail} [{', '.join(part for part in (one.subject, place) if part)}]"
