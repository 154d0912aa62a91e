"""`handrail replay`: judge the histories that agents keep, and say what would have been stopped, asked or noted."""

from __future__ import annotations

import datetime
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
import jinja2
import msgspec

from hooks.adapters import ADAPTERS
from hooks.transcripts import Reported, Skipped, find_transcripts, read_transcript
from sensor.cli.context import Installation, json_option
from sensor.cli.durations import parse_micros
from sensor.cli.history.record import RESULT
from sensor.cli.output import Printer, counted, progress
from sensor.cli.proof.export import new_file
from sensor.model.calls import Caller, Heartbeat, Phase, ToolCall
from sensor.model.errors import UsageError
from sensor.model.verdicts import Judgement, Verdict

SAID = {"block": "would have been stopped", "quarantine": "would have been asked", "flag": "would have been noted", "clean": "would have passed"}
MAX_SHOWN = 60
MAX_NAMED = 3


class Row(msgspec.Struct, frozen=True):
    """One call that would not have passed in silence."""

    file: str
    line: int
    at: str
    agent: str
    session: str
    phase: str
    tool: str
    what: str
    verdict: str
    rule: str
    reason: str


class Replay:
    """Counts and rows of a run."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.results: Counter[str] = Counter()  # the same of what calls returned, without what is clean
        self.silent: list[str] = []  # files in which no call was found
        self.rows: list[Row] = []
        self.sessions: set[str] = set()
        self.files = 0
        self.skipped = Skipped()


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--html", "report", type=click.Path(path_type=Path, dir_okay=False), help="Also write a page with the result.")
@click.option("--since", metavar="TIME", default="", help="Only histories changed from this time on: 2026-03-02, or 24h, 7d ago.")
@json_option
@click.pass_obj
def replay(installation: Installation, files: tuple[Path, ...], report: Path | None, since: str, printer: Printer) -> None:
    """Judge recorded sessions of Claude Code or Cursor. Nothing is run, nothing is recorded.

    \b
    Examples:
      handrail replay                     everything that your agents keep
      handrail replay session.jsonl
      handrail replay --since 2026-11-01 --html report.html
    """
    chosen = _chosen(files, since)
    if not chosen:
        raise UsageError("no history was found", next_step="Name a file, or a folder with .jsonl files.")
    found = _run(installation, chosen, printer.as_json)
    if len(found.silent) == found.files:
        raise UsageError(
            f"no call was found in {_named(found.silent)}",
            next_step="Name histories that Claude Code or Cursor recorded (.jsonl files), or none for all of this user.",
        )
    if report is not None:
        with new_file(report) as page:
            page.write(render_html(found, datetime.date.today()).encode("utf-8"))
    summary = {
        "calls": found.counts.total(),
        "sessions": len(found.sessions),
        "files": found.files,
        "without_calls": found.silent,
        "skipped_lines": found.skipped.lines,
        "counts": dict(found.counts),
        "results": dict(found.results),
    }
    if printer.result({**summary, "rows": [msgspec.to_builtins(row) for row in found.rows]}):
        return
    _show(found, printer, name_silent=bool(files))
    if report is not None:
        printer.line(f"Page written: {report}", "green")


def _show(found: Replay, printer: Printer, *, name_silent: bool) -> None:
    """The table of what would have been stopped, asked or noted, below what was looked at."""
    printer.line(
        f"{counted(found.counts.total(), 'call')} of {counted(len(found.sessions), 'session')} in {counted(found.files, 'history', 'histories')}",
        "bold",
    )
    printer.facts(
        [
            *((SAID[word], str(found.counts[word])) for word in SAID),
            *((f"results {SAID[word]}", str(count)) for word, count in sorted(found.results.items())),
        ]
    )
    if name_silent and found.silent:
        printer.line(f"no call was found in {_named(found.silent)}", "yellow")
    if found.skipped.lines:
        printer.line(f"{counted(found.skipped.lines, 'line')} could not be read and {'was' if found.skipped.lines == 1 else 'were'} left out", "yellow")
    printer.line()
    printer.table(
        ("WHEN", "VERDICT", "TOOL", "RULE", "CALL"),
        (
            (
                row.at[:16].replace("T", " ") or f"line {row.line}",
                row.verdict,
                RESULT * (row.phase == Phase.AFTER.value) + row.tool,
                row.rule,
                row.what[:90],
            )
            for row in found.rows[:MAX_SHOWN]
        ),
        "Nothing would have been stopped, asked or noted.",
    )
    if len(found.rows) > MAX_SHOWN:
        printer.line(f"... and {len(found.rows) - MAX_SHOWN} more; --json or --html shows all", "dim")


def _chosen(files: tuple[Path, ...], since: str) -> list[Path]:
    found = [inner for path in files for inner in (sorted(path.rglob("*.jsonl")) if path.is_dir() else [path])]
    if not files:
        found = find_transcripts(Path.home(), os.environ.get("CLAUDE_CONFIG_DIR", ""))
    first = parse_micros(since, datetime.datetime.now(datetime.timezone.utc))
    return [path for path in found if path.stat().st_mtime_ns // 1000 >= first] if first else found


def _run(installation: Installation, files: list[Path], quiet: bool) -> Replay:
    from sensor.judging import build_judging  # loads the whole rule engine: only when it is needed

    judging = build_judging(installation.paths)
    pipeline, found = judging.dry(), Replay()
    caller = Caller(uid=os.getuid())
    with progress(len(files), "histories", quiet) as done:
        for path in files:
            found.files += 1
            before = found.counts.total()
            for reported in read_transcript(path, found.skipped):
                call = ADAPTERS[reported.agent].parse_event(reported.body, False)
                if isinstance(call, Heartbeat):
                    continue
                _take(found, path, reported, call, pipeline.judge(call, caller), judging.redactor.redact(what_of(call)).text)
            if found.counts.total() == before:
                found.silent.append(str(path))
            done()
    return found


def _named(files: list[str]) -> str:
    """The first files by name, and how many more there are."""
    more = len(files) - MAX_NAMED
    return ", ".join(files[:MAX_NAMED]) + (f" and {counted(more, 'other file')}" if more > 0 else "")


def _take(found: Replay, path: Path, reported: Reported, call: ToolCall, judgement: Judgement, what: str) -> None:
    found.sessions.add(f"{reported.agent} {reported.session}")
    word = judgement.verdict.word
    if call.phase is Phase.BEFORE:
        found.counts[word] += 1
    if judgement.verdict is Verdict.CLEAN:
        return
    if call.phase is not Phase.BEFORE:
        found.results[word] += 1
    worst = max(judgement.findings, key=lambda finding: finding.severity)
    found.rows.append(Row(file=str(path), line=reported.line, at=reported.at, agent=call.agent, session=call.session, phase=call.phase.value, tool=call.tool,
                          what=what, verdict=word, rule=worst.rule, reason=judgement.reason))


def what_of(call: ToolCall) -> str:
    """The call on one line."""
    action = call.action
    paths = [*getattr(action, "paths", ()), *(path for path, _ in getattr(action, "files", ()))]
    return str(getattr(action, "command", "") or getattr(action, "url", "") or " ".join(paths) or msgspec.json.encode(call.arguments).decode())[:2000]


def render_html(found: Replay, today: datetime.date) -> str:
    """The page of a run: one file, nothing from outside."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.get_template("replay.html").render(
        calls=found.counts.total(), sessions=len(found.sessions), files=found.files, date=today.isoformat(), rows=list(_for_page(found.rows)),
        counts=[(word, found.counts[word], said) for word, said in SAID.items()],
        results=[(word, count, f"results {SAID[word]}") for word, count in sorted(found.results.items())], skipped=found.skipped.lines, mark=RESULT)


def _for_page(rows: list[Row]) -> Iterator[Row]:
    order = [verdict.word for verdict in sorted(Verdict, reverse=True)]
    yield from sorted(rows, key=lambda row: order.index(row.verdict))
