"""`<state>/install.json`: what the installation created outside its own folders, so that `uninstall` can undo it.

The agents' settings have records of their own (`hooks.settings.record`), which `handrail hooks` keeps too.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from sensor.model.calls import Value
from sensor.model.errors import HandrailError, in_words
from sensor.paths import Paths, replace_private

FILE = "install.json"
CREATED_FOLDERS = "created-folders"


class Manifest(Value):
    """Everything to undo. Times are seconds since 1970; `created_folders` outermost first."""

    version: str
    installed: float
    upgraded: float = 0.0
    prefix: str = ""
    service: str = ""
    service_files: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    created_folders: tuple[str, ...] = ()


def load_manifest(paths: Paths) -> Manifest | None:
    """The manifest of an installation; None when there is none. Raises HandrailError for a damaged one."""
    file = paths.state / FILE
    try:
        return msgspec.json.decode(file.read_bytes(), type=Manifest)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise HandrailError(f"{file} cannot be read: {in_words(error)}", next_step="Run install.sh again; it writes a new one.") from error


def save_manifest(paths: Paths, manifest: Manifest) -> None:
    """Write the manifest, 0600, as a whole."""
    replace_private(paths.state / FILE, msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n", durable=True)


def missing_parents(*folders: Path) -> tuple[str, ...]:
    """The folders that creating `folders` will create above and including them, outermost first."""
    missing: list[Path] = []
    for folder in folders:
        chain = [one for one in (folder, *folder.parents) if not one.exists() and one not in missing]
        missing.extend(reversed(chain))
    return tuple(str(folder) for folder in missing)


def noted_by_script(paths: Paths) -> tuple[str, ...]:
    """The folders that install.sh had to create before Python ran."""
    try:
        lines = (paths.data / CREATED_FOLDERS).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    return tuple(line for line in lines if line.startswith("/"))


def remove_if_empty(folders: tuple[str, ...]) -> None:
    """Remove the folders an installation created, innermost first, as far as nobody put something into them."""
    for folder in sorted(set(folders), key=len, reverse=True):
        try:
            os.rmdir(folder)
        except OSError:
            continue
