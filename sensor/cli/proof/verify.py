"""`handrail verify`: prove the audit log or a bundle offline. `handrail index rebuild`: make the index anew from it."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import click
import msgspec
from msgspec import structs

from sensor.audit.form.keys import PUBLIC_FILE, load_public, parse_public
from sensor.audit.journal.bundle import BadBundle, is_bundle, read_manifest, unpack
from sensor.audit.verifying.report import VerifyReport, render_report
from sensor.audit.verifying.verify import verify_log, verify_newest
from sensor.audit.verifying.verify_bundle import verify_bundle
from sensor.audit.verifying.verify_chain import verify_chain
from sensor.cli.context import Installation, json_option, who
from sensor.cli.output import Printer, visible_lines
from sensor.host.checks.evidence import Named, log_here, options_elsewhere, options_here
from sensor.model.errors import HandrailError, UsageError
from sensor.store.indexer import IndexerConfig, rebuild


@click.command()
@click.argument("bundle", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--identity", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Public key of the device that you trust (identity.pub).")
@click.option("--from", "first", default=0, show_default=True, type=click.IntRange(0), help="First entry whose signature is checked.")
@click.option("--to", "last", default=-1, type=int, help="Entry before which checking of signatures ends (default: the end).")
@click.option("--no-signatures", is_flag=True, help="Only chain and checkpoints; the result is then never better than not proven.")
@click.option("--chain-only", is_flag=True, help="Only the links from entry to entry: quick, and never better than not proven.")
@click.option("--from-checkpoint", "note", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A note you kept: the log must extend it.")
@click.option("--anchor", "anchors", multiple=True, type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A file of notes that left the machine.")
@click.option("--timestamps", "stamps", multiple=True, type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="A folder of timestamps (.tsr and .note) kept elsewhere.")
@click.option("--tsa-ca", "authorities", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="Root certificates of timestamp authorities (default: audit.tsa-ca).")
@click.option("--policy", "policy", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="Witness policy: its quorum must have cosigned (default: audit.witness-policy).")
@click.option("--accept", "reason", default="", metavar="WHY", help="Accept that the entries that are gone stay gone; kept in the log. The sensor must run.")
@click.option("--yes", is_flag=True, help="With --accept: do not ask again.")
@json_option
@click.pass_obj
def verify(installation: Installation, bundle: Path | None, identity: Path | None, note: Path | None, printer: Printer, **more: Any) -> None:
    """Prove the audit log, or a BUNDLE of it: chain, signatures, checkpoints. Offline; reads no index and repairs nothing.

    Exit codes: 0 verified, 1 tampered, 2 usage, 3 not proven.

    \b
    Examples:
      handrail verify
      handrail verify --json
      handrail verify session.bundle --identity identity.pub
      handrail verify --from-checkpoint kept-note.txt
      handrail verify --anchor /mnt/share/handrail-notes.txt
      handrail verify --policy witnesses.txt
      handrail verify --tsa-ca authority.pem
      handrail verify --accept "restored from Friday's backup"
    """
    reason, is_sure = more.pop("reason"), more.pop("yes")
    if reason and bundle is not None:
        raise UsageError("--accept is about the log of this machine, not a bundle")
    limits = {name: more.pop(name) for name in ("first", "last", "no_signatures", "chain_only")}
    named = Named(notes=((note.name, note.read_bytes()),) if note is not None else (), **more)
    if bundle is not None:
        _check_bundle(bundle)
    origin = _origin_of(bundle) if bundle else log_here(installation.paths)
    options = options_elsewhere(origin, named) if bundle else options_here(installation.paths, named)
    known = options.policy.log(origin) if options.policy is not None else None
    trusted = parse_public(identity) if identity is not None else known.public if known is not None else b""
    options = structs.replace(options, identity=trusted, signatures=not limits["no_signatures"], first=limits["first"], last=limits["last"])
    now_us = time.time_ns() // 1000
    if bundle is None:
        if not (installation.paths.keys / PUBLIC_FILE).exists():
            raise HandrailError("There is no audit log on this machine.", next_step="Start it with: handrail run. Or name a bundle: handrail verify FILE")
        check = verify_chain if limits["chain_only"] else verify_log
        report = verify_newest(installation.paths.log, installation.paths.keys, options, now_us, check)
    else:
        report = verify_bundle(bundle, structs.replace(options, identity=trusted or _own_identity(installation)), now_us)
    if not printer.result({"outcome": report.outcome.name.lower(), **msgspec.to_builtins(report)}):
        printer.line(visible_lines(render_report(report).rstrip()), "green" if report.exit_code == 0 else "red" if report.exit_code == 1 else "yellow")
        if report.losses and bundle is None:
            printer.line("Look what is missing and why, and keep a copy of the log folder. To accept it: handrail verify --accept 'WHY'")
    if bundle is None and not limits["chain_only"]:
        _note(installation, report)
    if reason:
        _accept(installation, report, reason, is_sure)
    raise SystemExit(report.exit_code)


def _accept(installation: Installation, report: VerifyReport, reason: str, is_sure: bool) -> None:
    """Have the sensor record that what is lost stays lost; the next verification says whether anything else is wrong."""
    if not report.losses:
        raise UsageError("nothing is missing by the word of anything that is known: there is nothing to accept")
    words = ", ".join(f"{one.log} ({one.size} entries)" for one in report.losses)
    if not is_sure:
        click.confirm(f"Accept that these logs ended before their time: {words}?", abort=True, err=True)
    installation.ask("log.accept", losses=msgspec.to_builtins(report.losses), reason=reason, by=who())
    click.echo("Accepted, and recorded. Verify again: handrail verify", err=True)


def _note(installation: Installation, report: VerifyReport) -> None:
    """A verification is an entry itself, where a sensor runs that may write it and a person asked."""
    try:
        outcome = f"{report.outcome.name.lower()}: {report.entries} entries"
        installation.ask("verify.note", what=f"{outcome}, checkpoint {report.published}, window {report.window.words}")
    except HandrailError:
        return


def _check_bundle(bundle: Path) -> None:
    """Raise UsageError for a file that never was a bundle: nobody tampered with it."""
    with bundle.open("rb") as file:
        if not is_bundle(file):
            raise UsageError(f"{bundle} is no bundle of Handrail: nothing was verified",
                             next_step="Make one with: handrail bundle. The log of this machine is verified without a file.")


def _origin_of(bundle: Path) -> str:
    """Name of the log that a bundle is of, "" when it cannot be told."""
    with tempfile.TemporaryDirectory(prefix="handrail-verify-") as place, bundle.open("rb") as file:
        try:
            unpack(file, Path(place))
            return read_manifest(Path(place)).log
        except BadBundle:
            return ""


def _own_identity(installation: Installation) -> bytes:
    """This device's own key: a bundle made here needs no other. b"" where nothing is installed."""
    try:
        return load_public(installation.paths.keys)
    except FileNotFoundError:
        return b""


@click.group()
def index() -> None:
    """The index that pages and lists are read from; it never decides anything.

    \b
    Examples:
      handrail index rebuild
    """


@index.command("rebuild")
@json_option
@click.pass_obj
def rebuild_index(installation: Installation, printer: Printer) -> None:
    """Make the index anew from the journal."""
    paths = installation.paths
    began = time.monotonic()
    entries = rebuild(IndexerConfig(log=paths.log, index=paths.index, wakeup=paths.index_wakeup))
    if not printer.result({"entries": entries}):
        printer.line(f"{entries} entries indexed in {time.monotonic() - began:.1f} s", "green")
