"""`handrail anchor`: take the newest checkpoint out of this machine's state, and get back what others keep."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
import msgspec

from sensor.audit.anchors import FileAnchor, kept_notes
from sensor.audit.checkpoints import last_note
from sensor.audit.git_anchor import AnchorConflict, GitAnchor
from sensor.audit.notes import parse_checkpoint
from sensor.audit.reader import newest_log
from sensor.cli.context import Installation, json_option
from sensor.cli.output import Printer
from sensor.cli.witness import push_once, read_policy
from sensor.model.calls import Value
from sensor.model.errors import HandrailError
from sensor.settings import AuditSettings, load_settings

FOLDER = "anchors"


class Anchored(Value):
    """What became of one anchor. `state`: "kept", "cosigned", "known" (it has the checkpoint), "conflict", "away", or a witness's word."""

    anchor: str
    state: str
    why: str = ""


@click.group()
def anchor() -> None:
    """Checkpoints that left this machine; nobody who owns its files can take back what they say.

    \b
    Examples:
      handrail anchor push --git git@example.com:team/anchors.git
      handrail anchor fetch --out notes.txt
      handrail verify --anchor notes.txt
    """


@anchor.command("push")
@click.option("--file", "files", multiple=True, type=click.Path(dir_okay=False), help="A file, such as on a share (default: audit.anchor-files).")
@click.option("--git", "remotes", multiple=True, help="A git remote (default: audit.anchor-git).")
@json_option
@click.pass_obj
def push(installation: Installation, files: tuple[str, ...], remotes: tuple[str, ...], printer: Printer) -> None:
    """Give the newest checkpoint to every anchor now; the sensor does it by itself every audit.anchor-minutes.

    Exit code 1 when an anchor knows another past of this log, 3 when one could not be reached.

    \b
    Examples:
      handrail anchor push
      handrail anchor push --file /mnt/share/notes.txt --git git@example.com:team/anchors.git
    """
    audit = load_settings(installation.paths.config_file).audit
    if files or remotes:
        audit = msgspec.structs.replace(audit, anchor_files=files, anchor_git=remotes, witness_policy="")
    told = tuple(push_all(installation, audit))
    if not printer.result({"anchors": msgspec.to_builtins(told)}):
        printer.table(("ANCHOR", "STATE", "WHY"), [(one.anchor, one.state, one.why) for one in told],
                      "No anchor is configured: set audit.anchor-files, audit.anchor-git or audit.witness-policy.")
    states = {one.state for one in told}
    raise SystemExit(1 if states & {"conflict", "rollback", "fork"} else 3 if states & {"away", "refused"} else 0)


@anchor.command("fetch")
@click.option("--git", "remotes", multiple=True, help="A git remote (default: audit.anchor-git).")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File for the notes, to give to: handrail verify --anchor.")
@json_option
@click.pass_obj
def fetch(installation: Installation, remotes: tuple[str, ...], out: Path, printer: Printer) -> None:
    """Write the checkpoints that git remotes keep into a file.

    \b
    Example:
      handrail anchor fetch --out notes.txt
    """
    _, note = _newest(installation)
    wanted = remotes or load_settings(installation.paths.config_file).audit.anchor_git
    try:
        notes = [kept for remote in wanted for kept in _git(installation, remote, note).notes()]
    except OSError as error:
        raise HandrailError(f"a git remote cannot be read: {error}") from error
    out.write_bytes(b"".join(kept + b"\n" for kept in notes))
    if not printer.result({"notes": len(notes), "out": str(out)}):
        printer.line(f"{len(notes)} checkpoints in {out}", "green")


def push_all(installation: Installation, audit: AuditSettings) -> list[Anchored]:
    """Files, git remotes and witnesses, in this order; one that fails keeps no other from its turn."""
    origin, note = _newest(installation)
    told = [_try(name, lambda place=Path(name).expanduser(): _to_file(place, origin, note)) for name in audit.anchor_files]
    told += [_try(name, lambda remote=name: _git(installation, remote, note)(note)) for name in audit.anchor_git]
    if audit.witness_policy:
        told += [Anchored(anchor=one.witness, state=one.state, why=one.why) for one in push_once(installation, read_policy(installation, None))]
    return told


def _newest(installation: Installation) -> tuple[str, bytes]:
    folder = newest_log(installation.paths.log)
    note = last_note(folder) if folder is not None else b""
    if not note:
        raise HandrailError("There is no checkpoint on this machine yet.", next_step="Start Handrail and wait a minute: handrail run")
    return parse_checkpoint(note).origin, note


def _to_file(place: Path, origin: str, note: bytes) -> bool:
    if place.exists() and any(kept == note for _, kept in kept_notes(place, origin)):
        return False
    FileAnchor(place)(note)
    return True


def _git(installation: Installation, remote: str, note: bytes) -> GitAnchor:
    _, device, _ = parse_checkpoint(note).origin.split("/")
    return GitAnchor(installation.paths.state / FOLDER, remote, f"handrail-{device}")


def _try(name: str, give: Callable[[], bool]) -> Anchored:
    try:
        return Anchored(anchor=name, state="kept" if give() else "known")
    except AnchorConflict as error:
        return Anchored(anchor=name, state="conflict", why=error.message)
    except OSError as error:
        return Anchored(anchor=name, state="away", why=str(error))
