"""`handrail scan`: look at files as an agent would read them: orders to a model, secrets, hidden characters."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from sensor.cli.context import Installation, json_option
from sensor.cli.output import Printer, counted, progress, visible
from sensor.model.calls import Abilities, Caller, Edit, Phase, ReadAction, ToolCall, ToolKind, WriteAction
from sensor.model.errors import HandrailError, in_words
from sensor.model.findings import Finding, Severity
from sensor.model.verdicts import Judgement

MAX_BYTES = 32 * 1024 * 1024
STANDARD_INPUT = Path("(standard input)")
SKIPPED_FOLDERS = frozenset({".git", "node_modules", ".venv", "venv", "__pycache__", ".mypy_cache", ".tox", "dist", "build"})


class Hit(msgspec.Struct, frozen=True):
    """One finding in one file; line and column count from 1, 0 = the whole file."""

    file: str
    line: int
    column: int
    severity: str
    rule: str
    message: str


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--written", is_flag=True, help="Judge the texts as if an agent were about to write them.")
@click.option("--least", default="low", show_default=True, type=click.Choice([s.name.lower() for s in Severity]), help="Leave out what weighs less.")
@json_option
@click.pass_obj
def scan(installation: Installation, paths: tuple[Path, ...], written: bool, least: str, printer: Printer) -> None:
    """Scan files, folders or standard input (-). Exit code 1 when something was found, 3 when nothing could be scanned.

    What is binary or larger than 32 MB is left out, and so are folders such as .git, node_modules and dist.

    \b
    Examples:
      handrail scan README.md docs/
      curl -s https://example.com/page | handrail scan -
      handrail scan --written src/ --json
    """
    from sensor.judging import build_judging  # loads the whole rule engine: only when it is needed

    pipeline, caller, hits, count = build_judging(installation.paths).dry(), Caller(uid=os.getuid()), [], 0
    unread: dict[str, str] = {}
    files = tuple(_found(paths))
    with progress(len(files), "files", printer.as_json) as done:
        for file in files:
            name = os.fsencode(file).decode("utf-8", "backslashreplace")
            try:
                data = _read(file)
            except ValueError as error:
                unread[name] = str(error)
            else:
                count += 1
                judgement = pipeline.judge(call_of(name, data.decode("utf-8", "replace"), written), caller)
                hits += [hit for hit in hits_of(name, data, judgement) if Severity[hit.severity.upper()] >= Severity[least.upper()]]
            done()
    missed = f", {counted(len(unread), 'file')} not scanned" if unread else ""
    if not printer.result({"files": count, "unread": list(unread), "findings": [msgspec.to_builtins(hit) for hit in hits]}):
        for hit in hits:
            place = f"{hit.file}:{hit.line}:{hit.column}" if hit.line else hit.file
            style = {"critical": "bold red", "high": "yellow"}.get(hit.severity, "cyan")
            printer.line(f"{visible(place)}: {hit.severity}: {visible(hit.message)} [{hit.rule}]", style)
        for name, why in unread.items():
            printer.line(f"{visible(name)}: not scanned: {why}", "dim")
        if count:
            printer.line(f"{counted(count, 'file')} scanned, {counted(len(hits), 'finding')}{missed}", "dim" if hits else "green")
    if not count:
        why = missed.removeprefix(", ") if missed else f"no file is in {', '.join(map(str, paths))}"
        raise HandrailError(f"nothing was scanned: {why}", next_step=f"Left out are {', '.join(sorted(SKIPPED_FOLDERS))}: name such a folder to scan it.")
    raise SystemExit(1 if hits else 0)


def _found(paths: tuple[Path, ...]) -> Iterator[Path]:
    """Every file that is meant, standard input under its name. Raises BadParameter for what is not there."""
    for path in paths:
        if str(path) == "-":
            yield STANDARD_INPUT
        elif not path.exists():
            raise click.BadParameter(f"{path} does not exist", param_hint="PATHS")
        else:
            yield from _files(path)


def _read(file: Path) -> bytes:
    """What it holds. Raises ValueError, with the reason, for what cannot be read, is binary or too large."""
    if file is STANDARD_INPUT:
        return sys.stdin.buffer.read(MAX_BYTES)
    try:
        with file.open("rb") as opened:  # one of /proc says that it is empty, and has no end
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise ValueError(in_words(error)) from error
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES >> 20} MB")
    if b"\0" in data[:8192]:
        raise ValueError("binary")
    return data


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
        for name in sorted(names):
            file = Path(folder, name)
            if file.is_file() and not file.is_symlink():
                yield file


def call_of(name: str, text: str, written: bool) -> ToolCall:
    """The call in which an agent would read (or write) the text."""
    if written:
        return ToolCall(agent="claude-code", event="scan", phase=Phase.BEFORE, kind=ToolKind.FILE_WRITE, tool="Write", cwd=os.getcwd(),
                        abilities=Abilities(deny=True, ask=True), action=WriteAction(files=((os.path.abspath(name), (Edit(new=text),)),)))
    return ToolCall(agent="claude-code", event="scan", phase=Phase.AFTER, kind=ToolKind.FILE_READ, tool="Read", cwd=os.getcwd(), result=text,
                    action=ReadAction(paths=(os.path.abspath(name),)))


def hits_of(name: str, data: bytes, judgement: Judgement) -> list[Hit]:
    """The findings of a file with their places, in order."""
    found = [_hit(name, data, finding) for finding in judgement.findings]
    return sorted(found, key=lambda hit: (hit.line, hit.column, hit.rule))


def _hit(name: str, data: bytes, finding: Finding) -> Hit:
    line = column = 0
    if finding.span.end > finding.span.start and finding.span.end <= len(data) and finding.form == "raw":
        before = data[: finding.span.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    return Hit(file=name, line=line, column=column, severity=finding.severity.name.lower(), rule=finding.rule,
               message=finding.message.replace("in the result", "in the file"))  # of a call that was not made
