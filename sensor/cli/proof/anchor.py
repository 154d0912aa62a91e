"""`handrail anchor`: take the newest checkpoint out of this machine's state, and get back what others keep."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from sensor.audit.form.notes import parse_checkpoint
from sensor.audit.journal.anchors import FileAnchor, kept_notes
from sensor.audit.journal.checkpoints import last_note
from sensor.audit.journal.reader import newest_log
from sensor.audit.outside.git_anchor import AnchorConflict, GitAnchor
from sensor.cli.context import Installation, json_option
from sensor.cli.output import Printer
from sensor.cli.proof.export import new_file
from sensor.cli.proof.witness import push_once, read_policy
from sensor.host.checks.evidence import stamp_folder
from sensor.model.calls import Value
from sensor.model.errors import HandrailError, UsageError, in_words, way_out
from sensor.settings import AuditSettings, load_settings

FOLDER = "anchors"


class Anchored(Value):
    """What became of one anchor. `state`: "kept", "cosigned", "known" (it has the checkpoint), "conflict", "away",
    "refused" (a timestamp that does not hold), or a witness's word."""

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
@click.option("--tsa", "authorities", multiple=True, help="Address of a timestamp authority (default: audit.anchor-tsa).")
@click.option("--tsa-ca", type=click.Path(dir_okay=False), help="Root certificates of the timestamp authorities (default: audit.tsa-ca).")
@click.option("--due", is_flag=True, help="Leave out timestamp authorities that were asked within audit.tsa-minutes.")
@json_option
@click.pass_obj
def push(installation: Installation, files: tuple[str, ...], remotes: tuple[str, ...], printer: Printer, **stamping: Any) -> None:
    """Give the newest checkpoint to every anchor now; the sensor does it by itself every audit.anchor-minutes.

    Exit code 1 when an anchor knows another past of this log, 3 when one could not be reached.

    \b
    Examples:
      handrail anchor push
      handrail anchor push --file /mnt/share/notes.txt --git git@host:a.git
      handrail anchor push --tsa https://tsa.example.com --tsa-ca authority.pem
    """
    audit, authorities = load_settings(installation.paths.config_file).audit, stamping["authorities"]
    if files or remotes or authorities:
        audit = msgspec.structs.replace(audit, anchor_files=files, anchor_git=remotes, anchor_tsa=authorities, witness_policy="")
    audit = msgspec.structs.replace(audit, tsa_ca=stamping["tsa_ca"] or audit.tsa_ca)
    told = tuple(push_all(installation, audit, due=stamping["due"]))
    if not printer.result({"anchors": msgspec.to_builtins(told)}):
        printer.table(("ANCHOR", "STATE", "WHY"), [(one.anchor, one.state, one.why) for one in told],
                      "No anchor is configured: set audit.anchor-files, audit.anchor-git, audit.anchor-tsa or audit.witness-policy.")
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
    Examples:
      handrail anchor fetch --out notes.txt
    """
    _, note = _newest(installation)
    wanted = remotes or load_settings(installation.paths.config_file).audit.anchor_git
    try:
        notes = [kept for remote in wanted for kept in _git(installation, remote, note).notes()]
    except OSError as error:
        raise HandrailError(f"a git remote cannot be read: {in_words(error)}") from error
    with new_file(out) as file:
        file.writelines(kept + b"\n" for kept in notes)
    if not printer.result({"notes": len(notes), "out": str(out)}):
        printer.line(f"{len(notes)} checkpoints in {out}", "green")


def push_all(installation: Installation, audit: AuditSettings, due: bool = False) -> list[Anchored]:
    """Files, git remotes, timestamp authorities and witnesses, in this order; one that fails keeps no other from its turn."""
    origin, note = _newest(installation)
    told = [_try(name, lambda place=Path(name).expanduser(): _to_file(place, origin, note)) for name in audit.anchor_files]
    told += [_try(name, lambda remote=name: _git(installation, remote, note)(note)) for name in audit.anchor_git]
    told += _stamp(installation, audit, note, due) if audit.anchor_tsa else []
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


def _stamp(installation: Installation, audit: AuditSettings, note: bytes, due: bool) -> list[Anchored]:
    """Have the note stamped by every authority; with `due` only by those that were not asked lately."""
    from sensor.audit.outside.timestamps import (
        parse_authorities,  # needs the certificate library, which only timestamps need
    )
    from sensor.audit.outside.tsa_anchor import TsaAnchor

    folder = newest_log(installation.paths.log)
    if folder is None or not audit.tsa_ca:
        raise UsageError("the authorities' root certificates are not named", next_step="Give --tsa-ca FILE, or set audit.tsa-ca in config.yaml.")
    try:
        trusted = parse_authorities(Path(audit.tsa_ca).expanduser().read_bytes())
    except OSError as error:
        raise UsageError(f"cannot read {audit.tsa_ca}: {in_words(error)}", next_step=way_out(error)) from error
    anchors = [(url, TsaAnchor(stamp_folder(installation.paths.state, folder), url, trusted)) for url in audit.anchor_tsa]
    return [_try(url, lambda give=one: give(note)) for url, one in anchors if not due or one.age(time.time()) >= audit.tsa_minutes * 60]


def _try(name: str, give: Callable[[], bool]) -> Anchored:
    try:
        return Anchored(anchor=name, state="kept" if give() else "known")
    except AnchorConflict as error:
        return Anchored(anchor=name, state="conflict", why=error.message)
    except OSError as error:
        return Anchored(anchor=name, state="away", why=in_words(error))
    except UsageError:
        raise
    except HandrailError as error:
        return Anchored(anchor=name, state="refused", why=error.message)
