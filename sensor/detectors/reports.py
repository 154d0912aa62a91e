"""Turn secrets into findings: how grave one is depends on where it is and where it goes."""

from __future__ import annotations

import re

from sensor.detectors.secrets import SecretHit
from sensor.model.calls import ToolCall, WriteAction
from sensor.model.effects import Text, TextField
from sensor.model.findings import Finding, Severity, Stage

# Where secrets belong (environment files are kept out of git) and where they are made up (tests, fixtures, documents).
EXPECTED_PLACE = re.compile(
    r"(?i)(?:^|/)\.env(?:\.[\w.\-]+)?$|(?:^|/)(?:tests?|spec|__tests__|fixtures?|testdata|mocks?|examples?|docs?|samples?)/|[._-](?:test|spec|fixture|mock|example|sample)s?\."
)
SPOKEN = {
    TextField.COMMAND: "the command", TextField.CONTENT: "the written text", TextField.URL: "the address", TextField.ARGS: "the arguments",
    TextField.RESULT: "the result", TextField.DESCRIPTION: "the description", TextField.PROMPT: "the prompt", TextField.PATH: "a path",
}
REMEDY = "Keep the value in the environment or a secret manager and refer to it by name; rotate it if it was real."
FINDINGS_PER_KIND = 1


def report_secrets(hits: tuple[SecretHit, ...], text: Text, call: ToolCall) -> list[Finding]:
    """One finding per kind of secret in a text."""
    findings: dict[str, Finding] = {}
    for hit in hits:
        rule = f"HR-SEC-{hit.format.id}"
        if rule not in findings:
            findings[rule] = Finding(
                rule=rule, severity=weigh(hit, text, call), stage=Stage.ANALYZERS, category="secret", field=text.field, span=hit.span,
                name=text.name, message=f"{hit.format.title} in {SPOKEN[text.field]}", remedy=REMEDY,
            )
    return list(findings.values())


def weigh(hit: SecretHit, text: Text, call: ToolCall) -> Severity:
    """Only an issued token that leaves by a call is worth a question; in results and prompts it is already out."""
    if not hit.certain or hit.format.severity < Severity.HIGH:
        return Severity.MEDIUM
    if text.field in (TextField.RESULT, TextField.PROMPT, TextField.DESCRIPTION):
        return Severity.MEDIUM
    if isinstance(call.action, WriteAction) and all(EXPECTED_PLACE.search(path) for path, _ in call.action.files):
        return Severity.MEDIUM
    return Severity.HIGH
