"""`<state>/agents/<name>.json`: a settings file as it was before we changed it, so that it can be put back to the byte."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from hooks.settings.files import SettingsError, sync_folder
from sensor.model.calls import Value
from sensor.model.errors import in_words
from sensor.paths import replace_private

FOLDER = "agents"


class Record(Value):
    """`before` is None when there was no file; `after_sha256` is what we left; `created_folders` are ours, outermost first.

    `scope` and `project` say whose file it is: "user", "project" or "managed".
    """

    agent: str
    file: str
    client: str
    before: bytes | None
    after_sha256: str
    created_folders: tuple[str, ...] = ()
    scope: str = "user"
    project: str = ""

    @property
    def name(self) -> str:
        """Name of the record's file."""
        return record_name(self.agent, self.scope, self.project)


def record_name(agent: str, scope: str, project: str) -> str:
    """One name per settings file; that of a user's own is the agent's."""
    if scope == "user":
        return agent
    return f"{agent}.{scope}" + (f".{digest(project.encode())[:12]}" if project else "")


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def load_records(state: Path) -> tuple[Record, ...]:
    """Everything that was recorded, by name. Raises SettingsError for a damaged record."""
    names = sorted(file.stem for file in (state / FOLDER).glob("*.json"))
    return tuple(record for name in names if (record := load_record(state, name)) is not None)


def load_record(state: Path, name: str) -> Record | None:
    """What was recorded under this name; None when nothing was. Raises SettingsError for a damaged record."""
    file = _file(state, name)
    try:
        return msgspec.json.decode(file.read_bytes(), type=Record)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        step = "Delete it; our entries can then still be removed, only not to the byte."
        raise SettingsError(f"{file} cannot be read: {in_words(error)}", next_step=step) from error


def save_record(state: Path, record: Record) -> None:
    """Keep a record, mode 0600. Raises SettingsError."""
    file = _file(state, record.name)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_private(file, msgspec.json.encode(record), durable=True)
        sync_folder(file.parent)
    except OSError as error:
        raise SettingsError(f"{file} cannot be written: {error.strerror}", next_step="Nothing was changed. Mend that, then try again.") from error


def delete_record(state: Path, name: str) -> None:
    """Forget a settings file."""
    _file(state, name).unlink(missing_ok=True)


def _file(state: Path, name: str) -> Path:
    return state / FOLDER / f"{name}.json"
