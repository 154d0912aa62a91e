"""The pipeline that the detection benchmark scores."""

from __future__ import annotations

import time
from collections.abc import Callable

from sensor.detectors.definitions import definition_texts
from sensor.detectors.scan import build_detectors
from sensor.detectors.secrets import SecretScanner
from sensor.model.calls import OtherAction, ToolCall, ToolKind
from sensor.model.effects import Effects, Text, TextField
from sensor.model.findings import Finding
from sensor.model.verdicts import ScanProfile

Judge = Callable[[ToolCall], tuple[str, tuple[Finding, ...]]]
WORDS = ("allow", "flag", "flag", "ask", "block")


def build_judge() -> Judge:
    """Detectors alone, until the pipeline exists."""
    detectors = build_detectors(SecretScanner(), time.perf_counter)

    def judge(call: ToolCall) -> tuple[str, tuple[Finding, ...]]:
        findings = detectors.scan(call, Effects(texts=_texts(call)), ScanProfile.STRICT)
        worst = max((finding.severity for finding in findings), default=0)
        return WORDS[worst], findings

    return judge


def _texts(call: ToolCall) -> tuple[Text, ...]:
    action = call.action
    if call.event == "tools/list" and isinstance(action, OtherAction):
        given = action.arguments
        return definition_texts(given.get("name", ""), given.get("description", ""), given.get("input_schema"))
    if call.kind is ToolKind.SHELL and not call.result:
        return (Text(field=TextField.COMMAND, text=action.command),)
    if call.kind is ToolKind.FILE_WRITE:
        return tuple(Text(field=TextField.CONTENT, text=edit.new) for _, edits in action.files for edit in edits)
    if call.kind is ToolKind.PROMPT:
        return (Text(field=TextField.PROMPT, text=action.text),)
    if call.kind is ToolKind.NETWORK and not call.result:
        return (Text(field=TextField.URL, text=action.url),)
    return ()
