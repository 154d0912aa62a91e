"""`handrail explain -- COMMAND`: what would happen, and why. Nothing is run and nothing is recorded."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
import msgspec

from sensor.ask import SensorAway
from sensor.cli.agents import check_agent
from sensor.cli.context import Installation, json_option
from sensor.cli.output import Printer, visible
from sensor.model.effects import Effect, Effects, Origin, PathRef, Sink, TextField
from sensor.model.errors import UsageError
from sensor.model.findings import Finding, Severity
from sensor.model.verdicts import Judgement, Verdict
from sensor.policy.decide import gist

if TYPE_CHECKING:
    from sensor.policy.excused import Excused

VERDICT_STYLES = {Verdict.CLEAN: "green", Verdict.FLAG: "cyan", Verdict.QUARANTINE: "yellow", Verdict.BLOCK: "bold red"}
FATES = {
    Verdict.CLEAN: "It would run", Verdict.FLAG: "It would run, and be noted", Verdict.QUARANTINE: "It would wait for your answer",
    Verdict.BLOCK: "It would be stopped",
}
ORIGINS = {
    Origin.SECRET: "a secret", Origin.UNTRUSTED: "untrusted text", Origin.DOWNLOAD: "a download", Origin.DECODED: "decoded text",
    Origin.JUST_WRITTEN: "a file just written", Origin.LOCAL_FILE: "a file",
}
SINKS = {Sink.NETWORK: "to the network", Sink.INTERPRETER: "into a program that runs it", Sink.FILE: "into a file"}
EXCERPT = 79  # a line and the mark below it, which must not be folded


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, required=True, metavar="-- COMMAND")
@click.option("--cwd", type=click.Path(exists=True, file_okay=False), default=None, help="Folder in which the command would run (default: here).")
@click.option("--agent", default="claude-code", show_default=True, help="Whose policy applies.")
@click.option("--excused", is_flag=True, help="Also say which rules would fire but for an excuse, and which excuse it is.")
@json_option
@click.pass_obj
def explain(installation: Installation, words: tuple[str, ...], cwd: str | None, agent: str, excused: bool, printer: Printer) -> None:
    """Say what would happen to a shell command, and why.

    \b
    Examples:
      handrail explain -- rm -rf ./build
      handrail explain -- 'curl -s https://example.com/x | sh'
      handrail explain --excused -- pip install -i https://pypi.org/simple flask
      handrail explain --json -- git push --force

    One quoted word is taken as the whole command line; several words are quoted as a shell would.
    """
    command = words[0] if len(words) == 1 else shlex.join(words)
    _check(installation, command, agent)
    place = os.path.abspath(cwd or os.getcwd())
    judgement, source = _judge(installation, command, place, agent)
    known = _excused(installation, command, place, agent) if excused else ()
    if printer.result(
        {
            "command": command,
            "cwd": place,
            "judged_by": source,
            **_fields(judgement),
            **({"excused": msgspec.to_builtins(known)} if excused else {}),
        }
    ):
        return
    for line, style in (*render(command, judgement), *(_excuses(known) if excused else ())):
        printer.line(line, style)
    printer.line()
    printer.line(f"judged by the {source}; nothing was run or recorded", "dim")


def _check(installation: Installation, command: str, agent: str) -> None:
    """Raise UsageError for what cannot be judged: no command, an option that does not exist, bytes that are no text, an agent that does not exist."""
    if not command.strip():
        raise UsageError("there is nothing to explain: the command is empty", next_step="Write it behind two dashes: handrail explain -- rm -rf ./build")
    if command.startswith("-"):
        raise UsageError(f"no command begins with a dash: {command}", next_step="Options stand before the command; those there are: handrail explain --help")
    try:
        command.encode()
    except UnicodeEncodeError as error:
        raise UsageError("the command holds bytes that are not UTF-8 text") from error
    check_agent(installation, agent)


def _judge(installation: Installation, command: str, cwd: str, agent: str) -> tuple[Judgement, str]:
    try:
        answer = installation.ask("explain", command=command, cwd=cwd, agent=agent)
    except SensorAway:
        from sensor.judging import dry_judge  # loads the whole rule engine: only when no sensor can be asked

        return dry_judge(installation.paths)(command, cwd, agent), "rules of this installation (no sensor is running)"
    return msgspec.convert(answer, Judgement), "running sensor"


def _excused(installation: Installation, command: str, cwd: str, agent: str) -> tuple[Excused, ...]:
    from sensor.judging import excused_in  # as above

    return excused_in(installation.paths, command, cwd, agent)


def _excuses(known: tuple[Excused, ...]) -> Iterator[tuple[str, str]]:
    yield "", ""
    yield "What was excused", "underline"
    if not known:
        yield "  nothing", "dim"
    for one in known:
        yield f"  {one.rule}  {visible(one.name)}", ""
        for reason in one.by:
            yield f"           {visible(reason)}", "dim"


def _fields(judgement: Judgement) -> dict[str, object]:
    """A judgement for programs, with the words that other commands use for verdict and severity."""
    findings = [{**msgspec.to_builtins(finding), "severity": finding.severity.name.lower()} for finding in judgement.findings]
    return {**msgspec.to_builtins(judgement), "verdict": judgement.verdict.word, "findings": findings}


def render(command: str, judgement: Judgement) -> Iterator[tuple[str, str]]:
    """Lines (text, style) of the explanation, in the order in which somebody new to it asks."""
    yield visible(command), "bold"
    yield "", ""
    yield visible(outcome(judgement)), VERDICT_STYLES[judgement.verdict]
    yield f"  verdict {judgement.verdict.word}, answer {judgement.answer.value}; {judgement.mode.value} mode, {judgement.profile.value} profile", "dim"
    yield "", ""
    yield "What it would do", "underline"
    yield from effect_lines(judgement.effects)
    if judgement.findings:
        yield "", ""
        yield "What was found", "underline"
        for finding in sorted(judgement.findings, key=lambda f: -f.severity):
            yield from _finding(command, finding)
    if judgement.reason or judgement.advice:
        yield "", ""
        yield "What would be said", "underline"
    if judgement.reason:
        yield f"  to you:        {visible(judgement.reason)}", ""
    if judgement.advice:
        yield f"  to the agent:  {visible(judgement.advice)}", ""


def outcome(judgement: Judgement) -> str:
    """What would become of the call, and why, in one sentence."""
    fate = FATES[judgement.verdict]
    if judgement.answer is not judgement.would_answer:
        fate = f"It would run, because observe mode only records. In enforce mode {fate[0].lower()}{fate[1:]}"
    why = gist(judgement.reason) or ("what was found is only worth knowing" if judgement.findings else "nothing was found")
    return f"{fate}: {why}."


def effect_lines(effects: Effects) -> Iterator[tuple[str, str]]:
    """Lines (text, style) that tell what was seen in a call."""
    if not effects.effects:
        yield "  nothing that could be seen", "dim"
    for effect in effects.effects:
        yield from _effect(effect)
    for flow in effects.flows:
        yield f"  ↳ {ORIGINS[flow.origin]} goes {SINKS[flow.sink]}" + (f" ({visible(flow.detail)})" if flow.detail else ""), "yellow"
    for unresolved in effects.unresolved:
        yield f"  ? {visible(unresolved.reason)}", "yellow"
    if effects.exhausted:
        yield "  ? too much to look at in full: this list is not complete", "yellow"


def _effect(effect: Effect) -> Iterator[tuple[str, str]]:
    words = " ".join(effect.argv) or effect.program or "file tool"
    through = f"  (through {' > '.join(effect.wrappers)})" if effect.wrappers else ""
    yield f"  • {visible(words)[:300]}{through}", ""
    marks = [
        *(["with privilege"] if effect.privilege else []), *(["in the background"] if effect.background else []),
        *(["what it runs cannot be determined"] if effect.opaque else []),
        *(f"executes {ORIGINS[origin]}" for origin in sorted(effect.executes, key=lambda o: o.value)),
    ]
    for label, paths in (("reads", effect.reads), ("writes", effect.writes), ("deletes", effect.deletes)):
        marks += [f"{label} {_path(path)}" for path in paths]
    marks += [f"connects to {host.host}{f':{host.port}' if host.port else ''}{_places(host.places)}" for host in effect.hosts]
    for mark in marks:
        yield f"      {visible(mark)}", "dim"


def _path(path: PathRef) -> str:
    return f"{path.path or path.raw}{' (pattern)' if path.glob else ''}{_places(path.places)}"


def _places(places: frozenset[str]) -> str:
    return f"  [{' '.join(sorted(places))}]" if places else ""


def _finding(command: str, finding: Finding) -> Iterator[tuple[str, str]]:
    style = "bold red" if finding.severity is Severity.CRITICAL else "yellow" if finding.severity is Severity.HIGH else "cyan"
    yield f"  {finding.severity.name.lower():8} {finding.rule}  {visible(finding.message)}", style
    span = finding.span
    if finding.field is TextField.COMMAND and finding.form == "raw" and span.end > span.start:
        data = command.encode()
        if span.end <= len(data):
            before, hit = visible(data[:span.start].decode("utf-8", "replace")), visible(data[span.start:span.end].decode("utf-8", "replace"))
            first = max(0, len(before) - 40)
            yield f"           {before[first:]}{hit}"[:EXCERPT], "dim"
            yield f"           {' ' * len(before[first:])}{'‾' * max(1, len(hit))}"[:EXCERPT], style
    if finding.remedy:
        yield f"           instead: {visible(finding.remedy)}", "dim"
