"""The report of a period as one HTML page to print, without scripts."""

from __future__ import annotations

from sensor.audit.verifying.report import render_report
from sensor.export.page import STYLE, safe
from sensor.export.period import Figure, Happened, PeriodReport

FIGURES = (
    ("Verdicts of calls", "verdicts"), ("Answers to agents", "answers"), ("Agents", "agents"), ("Tools", "tools"), ("Rules that matched", "rules"),
    ("Modes", "modes"), ("How calls were decided", "paths"), ("Entries by kind", "kinds"),
    ("Test calls by session", "test_calls"),
)
NOT_WORK = "Test calls are those that Handrail itself played (its demo and self-tests). They are entries like all others, and counted in no other figure."
LISTS = (("Decisions of people", "decisions"), ("Changes of settings, rules and hooks", "changes"), ("Gaps and interruptions", "interruptions"))

UNVERIFIED = "of the entries counted here are of an older log, which this verification does not cover."


def render_period(report: PeriodReport) -> str:
    """The whole page."""
    parts = [
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Handrail report</title><style>{STYLE}</style><h1>Handrail report</h1>',
        f"<p>From {safe(report.since or 'the beginning')} to {safe(report.until or 'the end')}, made {safe(report.made)}.</p>",
        f"<p>{report.entries} entries, {safe(report.first or 'none')} to {safe(report.last or 'none')}; {report.sessions} sessions; "
        f"{report.redacted} secrets taken out before recording.</p>",
        f"<p>Last entry {safe(report.last_ts)}, hash {safe(report.last_hash)}, covered by {_checkpoint(report)}.</p>",
        _verification(report),
    ]
    parts += [_figures(title, getattr(report, name)) for title, name in FIGURES]
    if report.test_calls:
        parts.append(f"<p>{NOT_WORK}</p>")
    parts += [_list(title, getattr(report, name)) for title, name in LISTS]
    if report.left_out:
        parts.append(f"<p>{report.left_out} more entries are not listed; handrail export has all of them.</p>")
    parts.append("<p>This page proves nothing by itself: make a bundle of the same period (handrail bundle) and run handrail verify on it. "
                 "The fields behind each figure are named in docs/compliance.md.</p></html>\n")
    return "\n".join(parts)


def _checkpoint(report: PeriodReport) -> str:
    return f"the checkpoint of size {report.checkpoint}" if report.checkpoint else "no checkpoint yet"


def _verification(report: PeriodReport) -> str:
    if report.verification is None:
        return "<h2>Verification</h2><p>Left out on request.</p>"
    rest = f"<p>{report.unverified} {UNVERIFIED}</p>" if report.unverified else ""
    return f"<h2>Verification</h2><pre>{safe(render_report(report.verification))}</pre>{rest}"


def _figures(title: str, figures: tuple[Figure, ...]) -> str:
    if not figures:
        return f"<h2>{safe(title)}</h2><p>None.</p>"
    rows = "".join(f"<tr><td>{safe(one.name)}<td>{one.count}<td><small>{safe(one.first)}</small><td><small>{safe(one.last)}</small></tr>" for one in figures)
    return f"<h2>{safe(title)}</h2><table><thead><tr><th>What<th>Count<th>First entry<th>Last entry</thead><tbody>{rows}</tbody></table>"


def _list(title: str, found: tuple[Happened, ...]) -> str:
    if not found:
        return f"<h2>{safe(title)}</h2><p>None.</p>"
    rows = "".join(
        f"<tr><td><small>{safe(one.entry)}</small><td>{safe(one.ts)}<td>{safe(one.kind)}<td>{safe(one.what)}<td>{safe(one.by)}</tr>"
        for one in found)
    return f"<h2>{safe(title)}</h2><table><thead><tr><th>Entry<th>Time (UTC)<th>Kind<th>What<th>By</thead><tbody>{rows}</tbody></table>"
