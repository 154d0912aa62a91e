"""Run every detector over the texts of one call."""

from __future__ import annotations

from collections.abc import Callable

from sensor.detectors.reports import report_secrets
from sensor.detectors.secrets import SecretScanner
from sensor.model.calls import ToolCall
from sensor.model.effects import Effects, Text, TextField
from sensor.model.findings import Finding
from sensor.model.verdicts import ScanProfile

Clock = Callable[[], float]


class Detectors:
    """Every detector, built once; `scan` judges one call."""

    def __init__(self, secrets: SecretScanner, clock: Clock) -> None:
        self._secrets = secrets
        self._clock = clock

    def scan(self, call: ToolCall, effects: Effects, profile: ScanProfile) -> tuple[Finding, ...]:
        """Findings of all detectors on the call's texts."""
        findings: list[Finding] = []
        for text in texts_of(call, effects):
            findings += report_secrets(self._secrets.find(text.text.encode("utf-8", "replace")), text, call)
        return tuple(findings)


def texts_of(call: ToolCall, effects: Effects) -> tuple[Text, ...]:
    """The texts of a call; its result is one of them even where the effects do not repeat it."""
    texts = effects.texts
    if call.result and all(text.field is not TextField.RESULT for text in texts):
        texts = (*texts, Text(field=TextField.RESULT, text=call.result, name="result"))
    return texts


def build_detectors(secrets: SecretScanner, clock: Clock) -> Detectors:
    """Build every detector around the scanner that redaction also uses."""
    return Detectors(secrets=secrets, clock=clock)
