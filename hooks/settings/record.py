"""`<state>/agents/<agent>.json`: a settings file as it was before we changed it, so that it can be put back to the byte."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec

from hooks.settings.files import SettingsError, sync_folder
from sensor.model.calls import Value

FOLDER = "agents"


class Record(Value):
    """`before` is None when there was no file; `after_sha256` is what we left; `created_folders` are ours, outermost first."""

    agent: str
    file: str
    client: str
    before: bytes | None
    after_sha256: str
    created_folders: tuple[str, ...] = ()


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def load_record(state: Path, agent: str) -> Record | None:
    """What was recorded for this agent; None when nothing was. Raises SettingsError for a damaged record."""
    file = _file(state, agent)
    try:
        return msgspec.json.decode(file.read_bytes(), type=Record)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise SettingsError(f"{file} cannot be read: {error}", next_step="Delete it; our entries can then still be removed, only not to the byte.") from error


def save_record(state: Path, record: Record) -> None:
    """Keep a record, mode 0600. Raises SettingsError."""
    file = _file(state, record.agent)
    fresh = file.with_suffix(".tmp")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(msgspec.json.encode(record))
            out.flush()
            os.fsync(out.fileno())
        os.replace(fresh, file)
        sync_folder(file.parent)
    except OSError as error:
        raise SettingsError(f"{file} cannot be written: {error.strerror}", next_step="Nothing was changed. Mend that, then try again.") from error


def delete_record(state: Path, agent: str) -> None:
    """Forget an agent."""
    _file(state, agent).unlink(missing_ok=True)


def _file(state: Path, agent: str) -> Path:
    return state / FOLDER / f"{agent}.json"
