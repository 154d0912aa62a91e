"""Run every detector over the texts of one call."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from sensor.detectors.decoders import decode
from sensor.detectors.injection import InjectionReader, Reading
from sensor.detectors.injection_words import load_model
from sensor.detectors.intent import find_contradictions
from sensor.detectors.packages import find_package_tricks
from sensor.detectors.reports import report_reading, report_secrets, report_tricks, threshold_of
from sensor.detectors.secrets import SecretScanner
from sensor.detectors.split_words import whole_words
from sensor.detectors.unicode_tricks import find_tricks, tag_text
from sensor.detectors.windows import windows
from sensor.model.calls import ShellAction, ToolCall, ToolKind, WriteAction
from sensor.model.effects import Effects, Span, Text, TextField
from sensor.model.findings import Finding, Severity, Stage
from sensor.model.verdicts import ScanProfile
from sensor.patterns.normalise import normalise

Clock = Callable[[], float]

# Processor time per call: a text of 30 MB is seen whole, and other calls wait no longer than for a slow disk.
SECONDS_PER_CALL = 0.25
MAX_DECODE = 128 * 1024
# Fields whose text reaches a model as something to read, so that orders in it may be obeyed.
READ_BY_MODEL = frozenset({TextField.RESULT, TextField.DESCRIPTION, TextField.PROMPT, TextField.ARGS})
# What an MCP call leaves for others to read: an issue, a message, a memory.
_LEFT = frozenset({TextField.CONTENT, TextField.ARGS})
_MEMORIES = re.compile(r"memor|remember|knowledge|observation|mem0|zep")
# What is written for readers, and what agents are told by files: text of an edit bears its number behind the path.
_PROSE = re.compile(
    r"(?i)(?:\.(?:md|mdx|mdc|markdown|rst|adoc|txt)|/\.(?:cursor|windsurf|cline)rules|/(?:README|CONTRIBUTING|SECURITY|NOTES|TODO))(?: edit \d+)?$")
_SILENT = {ToolKind.SHELL: TextField.DESCRIPTION, ToolKind.SEARCH: TextField.ARGS}


class Detectors:
    """Every detector, built once; `scan` judges one call."""

    def __init__(self, secrets: SecretScanner, reader: InjectionReader, clock: Clock) -> None:
        self._secrets = secrets
        self._reader = reader
        self._clock = clock

    def scan(self, call: ToolCall, effects: Effects, profile: ScanProfile) -> tuple[Finding, ...]:
        """Findings of all detectors on the call's texts; what the time budget left out is a finding of its own."""
        is_heard = call.is_definition and profile is not ScanProfile.MINIMAL
        if is_heard:
            # Only who has MCP servers pays for these patterns: 1.4 MB, and once 80 ms, which is no time of the scan.
            from sensor.detectors.definition_orders import WORDED, Order, beyond_first, hear
            from sensor.detectors.definition_report import report_orders
        deadline = self._clock() + SECONDS_PER_CALL
        findings: list[Finding] = [*find_contradictions(call, effects), *find_package_tricks(effects)]
        left_out, where = 0, None
        # Short texts first: a long one must not use up the time of the others.
        for text in sorted(texts_of(call, effects), key=lambda text: len(text.text)):
            for start, end in windows(len(text.text)):
                if self._clock() > deadline:
                    left_out, where = left_out + end - start, text
                    continue
                part = text if end - start == len(text.text) else msgspec.structs.replace(text, text=text.text[start:end])
                findings += moved(self._scan_text(part, call, profile), text.text, start)
        if is_heard:
            orders, described = hear(effects.texts, lambda: self._clock() > deadline), beyond_first(effects.texts)
            worded = self._reader.read(described.encode("utf-8", "replace"), wording=True).worded
            if worded is not None and worded.score >= WORDED:
                orders = (*orders, Order(kind="worded", weight=1.0, place="description"))
            findings += report_orders(orders, seconded=any(found.rule.startswith("HR-INJ-") for found in findings))
        if where is not None:
            findings.append(not_examined(left_out, where))
        return merge(findings)

    def _scan_text(self, text: Text, call: ToolCall, profile: ScanProfile) -> list[Finding]:
        raw = text.text
        findings = [] if self._is_known(text, call) else report_secrets(self._secrets.find(raw.encode("utf-8", "replace")), text, call)
        findings += report_tricks(find_tricks(raw), text, call)
        if is_read_by_model(text, call) and profile is not ScanProfile.MINIMAL:
            findings += self._read_views(raw, text, call)
        return findings

    def _is_known(self, text: Text, call: ToolCall) -> bool:
        """Whether this is whole lines of a command in which nothing looks like a secret: a file that the command brings along."""
        action = call.action
        if text.field is not TextField.CONTENT or not isinstance(action, ShellAction) or text.text[-1:] != "\n":
            return False
        return self._secrets.is_bare(action.command.encode("utf-8", "replace")) and f"\n{text.text}" in action.command

    def _read_views(self, raw: str, text: Text, call: ToolCall) -> list[Finding]:
        """The text as given, as a person reads it, and what is encoded in it: the most alarming view counts."""
        limit = threshold_of(text, call)
        if call.is_definition:
            raw = without_own_calls(raw, call.tool)
        views = [(raw, text.form)]
        plain = normalise(raw)
        if plain != raw:
            views += [(plain, "normalized"), (tag_text(raw), "decoded")]
        ends = ends_of(plain, MAX_DECODE)
        views.append((whole_words(ends), "normalized"))
        views += [(piece.text, "decoded") for piece in decode(ends).pieces]
        best: list[Finding] = []
        is_written = isinstance(call.action, WriteAction) and text.field is TextField.CONTENT
        for view, form in views:
            if len(view) < 8:
                continue
            # What a person or a definition says to the model are orders, however they are worded.
            reading = self._reader.read(view.encode("utf-8", "replace"), wording=text.field is TextField.RESULT or is_memory(text, call))
            if reading.reaches(limit - (2 if form == "decoded" else 0)) and (not is_written or is_covert(reading)):
                found = report_reading(reading, text, call, form)
                best = max(best, found, key=lambda some: max((one.severity for one in some), default=Severity.INFO))
        return best


def is_read_by_model(text: Text, call: ToolCall) -> bool:
    """Whether a model may obey what stands there. What it says itself about a shell call is for the person, what it searches for is for a program."""
    if call.kind is ToolKind.MCP and not call.is_definition and text.field in _LEFT:
        return True
    if text.field is TextField.CONTENT:
        return isinstance(call.action, WriteAction) and _PROSE.search(text.name) is not None
    return text.field in READ_BY_MODEL and text.field is not _SILENT.get(call.kind)


def is_memory(text: Text, call: ToolCall) -> bool:
    """Whether a text goes into what a model is reminded of later: an order there is one in every session."""
    return call.kind is ToolKind.MCP and not call.is_definition and text.field in _LEFT and _MEMORIES.search(call.tool.lower()) is not None


def is_covert(reading: Reading) -> bool:
    """Whether orders are kept from the user. People write open ones for their agents, and write about attacks, every day."""
    return reading.hidden or "secrecy" in reading.groups


def texts_of(call: ToolCall, effects: Effects) -> tuple[Text, ...]:
    """The texts of a call; its result is one of them even where the effects do not repeat it."""
    texts = effects.texts
    if call.result and all(text.field is not TextField.RESULT for text in texts):
        texts = (*texts, Text(field=TextField.RESULT, text=call.result, name="result"))
    return texts


def without_own_calls(text: str, tool: str) -> str:
    """A text of a definition in which examples of a call of its own tool are no calls: `{"name": "search", "arguments": …}` in the text of `search`."""
    own = re.escape(tool.rpartition("__")[2])
    return re.sub(rf"(?<=[\"'])(?:name|tool)(?=[\"']\s{{0,4}}:\s{{0,4}}[\"']{own}[\"'])", "from", text) if own else text


def ends_of(text: str, size: int) -> str:
    """The first and last `size` characters of a text longer than both."""
    return text if len(text) <= 2 * size else f"{text[:size]}\n{text[-size:]}"


def moved(findings: list[Finding], whole: str, start: int) -> list[Finding]:
    """Findings of a window with their spans in the whole text."""
    if not start or not findings:
        return findings
    before = len(whole[:start].encode("utf-8", "replace"))
    return [
        msgspec.structs.replace(found, span=Span(start=found.span.start + before, end=found.span.end + before)) if found.span.end else found
        for found in findings
    ]


def not_examined(size: int, text: Text) -> Finding:
    """The finding for what the budget left out: a part nobody looked at is not clean."""
    return Finding(rule="HR-DET-BUDGET", severity=Severity.MEDIUM, stage=Stage.ANALYZERS, category="not_examined", field=text.field,
                   name=text.name, message=f"Not examined: {size} characters, as the time for detectors ran out", remedy="Split the text into smaller parts.")


def merge(findings: list[Finding]) -> tuple[Finding, ...]:
    """One finding per rule and field: the gravest."""
    kept: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        key = (finding.rule, finding.field.value if finding.field else "")
        if key not in kept or finding.severity > kept[key].severity:
            kept[key] = finding
    return tuple(kept.values())


def build_detectors(secrets: SecretScanner, clock: Clock) -> Detectors:
    """Build every detector around the scanner that redaction also uses."""
    return Detectors(secrets=secrets, reader=InjectionReader(load_model()), clock=clock)
