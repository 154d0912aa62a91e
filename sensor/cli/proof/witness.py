"""`handrail witness`: cosign the logs of other machines, and have the log of this one cosigned by them."""

from __future__ import annotations

import datetime
import os
import time
from pathlib import Path

import click
import msgspec

from sensor.audit.form.keys import device_id, load_identity, load_or_create_identity
from sensor.audit.form.notes import ED25519, parse_checkpoint, whole_notes
from sensor.audit.journal.reader import newest_log
from sensor.audit.outside.cosignatures import COSIGNATURE, NoteKey, cosigned_at
from sensor.audit.outside.witness import Witness
from sensor.audit.outside.witness_door import open_door
from sensor.audit.outside.witness_policy import WitnessPolicy, parse_policy
from sensor.audit.outside.witness_push import Pushed, cosigned_file, keep, post_to, push, stand
from sensor.cli.context import Installation, json_option
from sensor.cli.output import Printer
from sensor.model.errors import HandrailError, UsageError, in_words, way_out
from sensor.paths import make_private
from sensor.settings import load_settings

PORT = 4872
FOLDER = "witness"

policy_option = click.option("--policy", "file", type=click.Path(path_type=Path, exists=True, dir_okay=False),
                             help="Policy file: known logs, trusted witnesses, quorum (default: audit.witness-policy).")


@click.group()
def witness() -> None:
    """Two machines cosign each other's checkpoints, so that neither can take back what its log said.

    \b
    Examples:
      handrail witness key
      handrail witness run --policy policy.txt
      handrail witness push --policy policy.txt
      handrail verify --policy policy.txt
    """


@witness.command("key")
@json_option
@click.pass_obj
def key(installation: Installation, printer: Printer) -> None:
    """Print the two lines that others put into their policy: the key of this log and the key of the witness here.

    \b
    Examples:
      handrail witness key
    """
    folder = newest_log(installation.paths.log)
    keys = {"witness": _witness_key(installation).text()}
    if folder is not None:
        origin = stand(folder, installation.paths.keys, load_identity(installation.paths.keys)).checkpoint.origin
        keys["log"] = NoteKey(name=origin, type=ED25519, public=load_identity(installation.paths.keys).public).text()
    if not printer.result(dict(keys)):
        if "log" in keys:
            click.echo(f"log {keys['log']}")
        click.echo(f"witness NAME {keys['witness']} http://ADDRESS:{PORT}")


@witness.command("run")
@policy_option
@click.option("--address", default="127.0.0.1", show_default=True, help="Address to listen on; any other than this machine's own is reached by the network.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one.")
@json_option
@click.pass_obj
def run(installation: Installation, file: Path | None, address: str, port: int, printer: Printer) -> None:
    """Cosign checkpoints of the logs in the policy until Ctrl-C. Rollback and forks are refused.

    \b
    Examples:
      handrail witness run --policy policy.txt
      handrail witness run --policy policy.txt --address 192.168.1.20
    """
    policy = read_policy(installation, file)
    if not policy.logs:
        raise UsageError("the policy names no log", next_step="Add the line that `handrail witness key` prints on the other machine.")
    signer = load_or_create_identity(_folder(installation), os.urandom(32))
    one = Witness(_folder(installation), _witness_key(installation).name, signer, policy.log, lambda: int(time.time()))
    try:
        server = open_door(address, port, one.add_checkpoint)
    except OSError as error:
        raise HandrailError(f"cannot listen on {address} port {port}: {error.strerror}", next_step="Choose another one with --port.") from error
    with server:
        if not printer.result({"address": address, "port": server.server_address[1], "logs": [known.name for known in policy.logs]}):
            click.echo(f"The witness listens on http://{address}:{server.server_address[1]} for {len(policy.logs)} logs; Ctrl-C ends it.")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


@witness.command("push")
@policy_option
@json_option
@click.pass_obj
def push_command(installation: Installation, file: Path | None, printer: Printer) -> None:
    """Have the newest checkpoint cosigned. Exit code 1 when a witness has seen another past of this log, 3 when none answered.

    \b
    Examples:
      handrail witness push --policy policy.txt
    """
    told = push_once(installation, read_policy(installation, file))
    if not printer.result({"witnesses": msgspec.to_builtins(told)}):
        printer.table(("WITNESS", "STATE", "ENTRIES", "WHY"), [(one.witness, one.state, str(one.size), one.why) for one in told],
                      "The policy names no witness with an address.")
    states = {one.state for one in told}
    raise SystemExit(1 if states & {"rollback", "fork"} else 0 if "cosigned" in states else 3)


@witness.command("list")
@policy_option
@json_option
@click.pass_obj
def list_command(installation: Installation, file: Path | None, printer: Printer) -> None:
    """List the newest cosigned checkpoint of this log, by witness of the policy.

    \b
    Examples:
      handrail witness list
    """
    policy = read_policy(installation, file)
    folder = newest_log(installation.paths.log)
    path = cosigned_file(installation.paths.state, folder) if folder is not None else None
    notes = [parse_checkpoint(note) for _, note in whole_notes(path.read_bytes())[0]] if path is not None and path.exists() else []
    rows = []
    for one in policy.witnesses:
        signed = [(note.size, at) for note in notes if (at := cosigned_at(note, one.key)) >= 0]
        size, at = max(signed, default=(0, -1))
        rows.append({"witness": one.name, "url": one.url, "size": size, "at": _clock(at)})
    satisfied = max((note.size for note in notes if policy.is_satisfied(note)), default=0)
    if not printer.result({"witnesses": rows, "quorum": policy.quorum, "witnessed": satisfied}):
        printer.table(("WITNESS", "ENTRIES", "AT", "ADDRESS"), [(row["witness"], str(row["size"]), row["at"], row["url"]) for row in rows],
                      "The policy names no witness.")
        printer.line(f"{satisfied} entries are cosigned by the quorum ({policy.quorum})", "dim")


def read_policy(installation: Installation, file: Path | None) -> WitnessPolicy:
    """The policy of `file`, else the configured one. Raises UsageError, PolicyError."""
    if file is None:
        name = load_settings(installation.paths.config_file).audit.witness_policy
        if not name:
            raise UsageError("no witness policy is named", next_step="Give --policy FILE, or set audit.witness-policy in config.yaml.")
        file = Path(name).expanduser()
    try:
        return parse_policy(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file}: {in_words(error)}", next_step=way_out(error)) from error


def push_once(installation: Installation, policy: WitnessPolicy) -> tuple[Pushed, ...]:
    """Show the newest checkpoint to every witness and keep the cosignatures. Raises NothingToShow."""
    folder = newest_log(installation.paths.log)
    if folder is None:
        raise HandrailError("There is no audit log on this machine.", next_step="Start it with: handrail run")
    standing = stand(folder, installation.paths.keys, load_identity(installation.paths.keys))
    note, told = push(standing, policy, post_to)
    if note != standing.note:
        keep(cosigned_file(installation.paths.state, folder), note)
    return told


def _folder(installation: Installation) -> Path:
    folder = installation.paths.state / FOLDER
    make_private(installation.paths.state)
    make_private(folder)
    return folder


def _witness_key(installation: Installation) -> NoteKey:
    """The witness key of this installation, made at its first use; its name in notes carries its own fingerprint."""
    public = load_or_create_identity(_folder(installation), os.urandom(32)).public
    return NoteKey(name=f"handrail-witness/{device_id(public)}", type=COSIGNATURE, public=public)


def _clock(seconds: int) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if seconds >= 0 else "never"
