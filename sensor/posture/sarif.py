"""An audit as SARIF 2.1.0, for services that show findings of code scanners. What could not be looked at is a notification, no result."""

from __future__ import annotations

from urllib.parse import quote

from sensor import __version__
from sensor.export.sarif import LEVELS, SCHEMA, SCORES
from sensor.posture.acceptance import key_of
from sensor.posture.audit import Audit
from sensor.posture.check import Check, State, shorten
from sensor.posture.context import Context, readable
from sensor.posture.report import Line, command_of, lines_of


def render_sarif(found: Audit, context: Context) -> dict[str, object]:
    """The log with one run: a rule for each check that was made."""
    checks = [outcome.check for outcome in found.outcomes]
    numbers = {check.id: number for number, check in enumerate(checks)}
    return {
        "$schema": SCHEMA, "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "Handrail", "version": __version__, "rules": [_rule(check) for check in checks]}},
            "invocations": [{
                "executionSuccessful": found.is_complete,
                "toolExecutionNotifications": [_notification(line, context, numbers) for line in lines_of(found, State.UNKNOWN)],
            }],
            "results": [_result(line, context, numbers) for line in lines_of(found, State.FAIL, State.ACCEPTED)],
            "properties": {"grade": found.grade.letter, "score": -1 if found.grade.score is None else found.grade.score},
            "columnKind": "unicodeCodePoints",
        }],
    }


def _rule(check: Check) -> dict[str, object]:
    word = check.severity.name.lower()
    text = f"{check.why} {check.remedy}" + (f" {check.command}" if check.command else "")
    return {
        "id": check.id, "shortDescription": {"text": check.title}, "fullDescription": {"text": check.why}, "help": {"text": text},
        "defaultConfiguration": {"level": LEVELS[word]}, "properties": {"tags": ["security", *check.references], "security-severity": SCORES[word]},
    }


def _result(line: Line, context: Context, numbers: dict[str, int]) -> dict[str, object]:
    detail = shorten(line.result.detail, context)
    repair, accepted = shorten(command_of(line), context), line.result.acceptance
    suppressions = []
    if accepted is not None:
        why = f"{accepted.by}: {accepted.reason} (until {accepted.expires})"
        suppressions = [{"kind": "external", "status": "accepted", "justification": why}]
    return {
        "ruleId": line.check.id, "ruleIndex": numbers[line.check.id], "level": LEVELS[line.severity.name.lower()],
        "message": {"text": f"{line.check.title}: {detail}. {line.check.remedy} {repair}".rstrip()},
        "locations": [_location(line, context)],
        "partialFingerprints": {"handrailPosture/v1": key_of(line.check, line.result, context)},
        "suppressions": suppressions,
    }


def _notification(line: Line, context: Context, numbers: dict[str, int]) -> dict[str, object]:
    return {
        "level": "warning", "message": {"text": f"{line.check.id} could not be made: {shorten(line.result.detail, context)}"},
        "associatedRule": {"id": line.check.id, "index": numbers[line.check.id]}, "locations": [_location(line, context)],
    }


def _location(line: Line, context: Context) -> dict[str, object]:
    """The file where one is known, and the subject; a file of no project is named below `~`, so that it tells nobody whose it is."""
    place: dict[str, object] = {"logicalLocations": [{"name": line.result.subject or line.check.id, "kind": "resource"}]}
    if line.result.path:
        physical: dict[str, object] = {"artifactLocation": {"uri": quote(_shown(line, context))}}
        if line.result.line:
            physical["region"] = {"startLine": line.result.line}
        place["physicalLocation"] = physical
    return place


def _shown(line: Line, context: Context) -> str:
    """A path below a project relative to it, else with `~` for the home folder."""
    path = line.result.path
    project = next((one for one in context.projects if path.startswith(one.rstrip("/") + "/")), "")
    return readable(path[len(project.rstrip("/")) + 1:]) if project else context.shown(path)
