"""What a verification here takes into account beside the log itself: kept notes, witnesses, timestamps.

One place for `handrail verify`, `handrail report` and the dashboard's full check, so that all three say the same.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sensor.audit.form.keys import device_id, load_public
from sensor.audit.form.notes import BadNote, device_of, parse_checkpoint
from sensor.audit.journal.anchors import read_notes
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
    device = _device_here(paths)
    missing: list[str] = []
    policy = _policy(named, audit, missing)
    files = [*named.anchors, *(Path(name).expanduser() for name in audit.anchor_files)]
    if policy is not None:
        files += sorted(cosigned_file(paths.state, Path("0")).parent.glob("*.txt"))
    own = tuple(sorted(stamp_folder(paths.state, Path("0")).parent.glob("*")))
    found = [*_notes(files, named.anchors, origin, missing), *_stamps(own, named, audit, lambda log: log == origin or device_of(log) == device, missing)]
    found += [Stamp(name=name, note=note, at_us=0, is_outside=True) for name, note in named.notes if _is_other(note, origin, device)]
    notes = [(name, note) for name, note in named.notes if not _is_other(note, origin, device)]
    notes += [(one.name, one.note) for one in found if not one.at_us and _log_of(one.note) == origin]
    stamps = [one for one in found if one.at_us and _log_of(one.note) == origin]
    others = [one for one in found if _is_other(one.note, origin, device)]
    return VerifyOptions(notes=tuple(notes), stamps=tuple(stamps), others=tuple(others), policy=policy, missing=tuple(missing))


def options_elsewhere(origin: str, named: Named) -> VerifyOptions:
    """How to verify a bundle of log `origin`: with what was named, and nothing of this machine. Raises PolicyError."""
    missing: list[str] = []
    policy = _policy(named, AuditSettings(), missing)
    kept = ((one.name, one.note) for one in _notes(list(named.anchors), named.anchors, origin, missing) if _log_of(one.note) == origin)
    stamps = _stamps((), named, AuditSettings(), lambda log: log == origin, missing)
    return VerifyOptions(notes=(*named.notes, *kept), stamps=stamps, policy=policy, missing=tuple(missing))


def log_here(paths: Paths) -> str:
    """Name of the newest log, "" where there is none."""
    folder = newest_log(paths.log)
    note = last_note(folder) if folder is not None else b""
    return note.split(b"\n")[0].decode("utf-8")


def stamp_folder(state: Path, log: Path) -> Path:
    """Where timestamps of a log are kept: outside the log's folder, one folder per log."""
    return state / STAMPS / log.name


def _device_here(paths: Paths) -> str:
    """The device's name, which all its logs share; "" where there is no key."""
    try:
        return device_id(load_public(paths.keys))
    except FileNotFoundError:
        return ""


def _log_of(note: bytes) -> str:
    """The log that a note is of, "" when it is no checkpoint."""
    try:
        return parse_checkpoint(note).origin
    except BadNote:
        return ""


def _is_other(note: bytes, origin: str, device: str) -> bool:
    """Whether it is of another log of this device than the newest."""
    return _log_of(note) != origin and bool(device) and device_of(_log_of(note)) == device


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


def _notes(files: list[Path], named: tuple[Path, ...], origin: str, missing: list[str]) -> list[Stamp]:
    """Notes of the files that can be reached; one that was named by hand must be, and without a note of this log it is missing evidence."""
    found = {file: read_notes(file) for file in files if file in named or file.is_file()}
    missing += [f"{file.name} holds no checkpoint of {origin or 'this log'}" for file in named if all(note.origin != origin for note, _ in found[file])]
    return [Stamp(name=file.name, note=data, at_us=0, is_outside=True) for file, notes in found.items() for _, data in notes]


def _stamps(own: tuple[Path, ...], named: Named, audit: AuditSettings, belongs: Callable[[str], bool], missing: list[str]) -> tuple[Stamp, ...]:
    """Timestamps of logs that belong here whose tokens hold; every other one is missing evidence."""
    folders = [folder for folder in (*own, *named.stamps) if folder in named.stamps or any(folder.glob("*.tsr"))]
    if not folders:
        return ()
    ca = named.authorities or (Path(audit.tsa_ca).expanduser() if audit.tsa_ca else None)
    if ca is None:
        missing.append("timestamps were not checked: name the authorities' root certificates with --tsa-ca or audit.tsa-ca")
        return ()
    from sensor.audit.verifying.stamps import read_stamps  # needs the certificate library, which only timestamps need

    try:
        found = [(read_stamps(folder, ca.read_bytes(), belongs), folder in named.stamps) for folder in folders]
    except (OSError, HandrailError) as error:
        missing.append(f"timestamps were not checked: {in_words(error, with_file=True)}")
        return ()
    missing += [problem for kept, _ in found for problem in kept.problems]
    return tuple(Stamp(name=one.name, note=one.note, at_us=one.at_us, is_outside=outside) for kept, outside in found for one in kept.stamps)
