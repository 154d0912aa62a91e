"""What a verification here takes into account beside the log itself: kept notes, witnesses, timestamps.

One place for `handrail verify`, `handrail report` and the dashboard's full check, so that all three say the same.
"""

from __future__ import annotations

from pathlib import Path

from sensor.audit.journal.anchors import kept_notes
from sensor.audit.journal.checkpoints import last_note
from sensor.audit.journal.reader import newest_log
from sensor.audit.outside.witness_policy import PolicyError, WitnessPolicy, parse_policy
from sensor.audit.outside.witness_push import cosigned_file
from sensor.audit.verifying.verify import Stamp, VerifyOptions
from sensor.model.calls import Value
from sensor.model.errors import HandrailError, in_words
from sensor.paths import Paths
from sensor.settings import AuditSettings, load_settings

STAMPS = "timestamps"


class Named(Value):
    """Evidence that somebody named for this one verification; it comes before what config.yaml names.

    `notes` are (name, note) pairs, `anchors` files of notes, `stamps` folders of timestamps.
    """

    notes: tuple[tuple[str, bytes], ...] = ()
    anchors: tuple[Path, ...] = ()
    stamps: tuple[Path, ...] = ()
    authorities: Path | None = None
    policy: Path | None = None


def options_here(paths: Paths, named: Named | None = None) -> VerifyOptions:
    """How to verify the newest log below `paths`: with all that config.yaml and `named` name. Raises PolicyError, SettingsError."""
    named, audit, origin = named or Named(), load_settings(paths.config_file).audit, log_here(paths)
    missing: list[str] = []
    policy = _policy(named, audit, missing)
    files = [*named.anchors, *(Path(name).expanduser() for name in audit.anchor_files)]
    folder = newest_log(paths.log)
    if folder is not None and policy is not None:
        files.append(cosigned_file(paths.state, folder))
    notes = [*named.notes, *_notes(files, named.anchors, origin, missing)]
    own = (stamp_folder(paths.state, folder),) if folder is not None else ()
    stamps = _stamps(own, named, audit, origin, missing)
    return VerifyOptions(notes=tuple(notes), stamps=stamps, policy=policy, missing=tuple(missing))


def options_elsewhere(origin: str, named: Named) -> VerifyOptions:
    """How to verify a bundle of log `origin`: with what was named, and nothing of this machine. Raises PolicyError."""
    missing: list[str] = []
    policy = _policy(named, AuditSettings(), missing)
    notes = (*named.notes, *_notes(list(named.anchors), named.anchors, origin, missing))
    return VerifyOptions(notes=notes, stamps=_stamps((), named, AuditSettings(), origin, missing), policy=policy, missing=tuple(missing))


def log_here(paths: Paths) -> str:
    """Name of the newest log, "" where there is none."""
    folder = newest_log(paths.log)
    note = last_note(folder) if folder is not None else b""
    return note.split(b"\n")[0].decode("utf-8")


def stamp_folder(state: Path, log: Path) -> Path:
    """Where timestamps of a log are kept: outside the log's folder, one folder per log."""
    return state / STAMPS / log.name


def _policy(named: Named, audit: AuditSettings, missing: list[str]) -> WitnessPolicy | None:
    """The policy that was named, else the configured one; a configured one that cannot be read is missing evidence. Raises PolicyError."""
    if named.policy is not None:
        try:
            return parse_policy(named.policy.read_text(encoding="utf-8"))
        except UnicodeDecodeError as error:
            raise PolicyError(f"{named.policy} is no witness policy: it is not text") from error
    if not audit.witness_policy:
        return None
    try:
        return parse_policy(Path(audit.witness_policy).expanduser().read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, PolicyError) as error:
        missing.append(f"audit.witness-policy cannot be used: {in_words(error, with_file=True)}")
        return None


def _notes(files: list[Path], named: tuple[Path, ...], origin: str, missing: list[str]) -> list[tuple[str, bytes]]:
    """Notes of the files that can be reached; one that was named by hand must be, and without a note of this log it is missing evidence."""
    found = {file: kept_notes(file, origin) for file in files if file in named or file.is_file()}
    missing += [f"{file.name} holds no checkpoint of {origin or 'this log'}" for file in named if not found[file]]
    return [note for notes in found.values() for note in notes]


def _stamps(own: tuple[Path, ...], named: Named, audit: AuditSettings, origin: str, missing: list[str]) -> tuple[Stamp, ...]:
    """Timestamps of log `origin` whose tokens hold; every other one is missing evidence."""
    folders = [folder for folder in (*own, *named.stamps) if folder in named.stamps or any(folder.glob("*.tsr"))]
    if not folders:
        return ()
    ca = named.authorities or (Path(audit.tsa_ca).expanduser() if audit.tsa_ca else None)
    if ca is None:
        missing.append("timestamps were not checked: name the authorities' root certificates with --tsa-ca or audit.tsa-ca")
        return ()
    from sensor.audit.verifying.stamps import read_stamps  # needs the certificate library, which only timestamps need

    try:
        found = [(read_stamps(folder, ca.read_bytes(), origin), folder in named.stamps) for folder in folders]
    except (OSError, HandrailError) as error:
        missing.append(f"timestamps were not checked: {in_words(error, with_file=True)}")
        return ()
    missing += [problem for kept, _ in found for problem in kept.problems]
    return tuple(Stamp(name=one.name, note=one.note, at_us=one.at_us, is_outside=outside) for kept, outside in found for one in kept.stamps)
