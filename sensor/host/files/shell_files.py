"""The shell wrapper's own files in `<data>/shell`: what start-up files read, the shims, and Claude Code's shell prefix.

They are the files of `hooks/shell/` with the paths of this installation in them.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

import hooks
from hooks.settings.own_writes import note_own_write
from hooks.settings.startup import SHELLS, Change, plan_block, put_block, startup_files
from sensor.host.files.hook_client import CONF_MODE, client_path
from sensor.host.files.hook_client import MODE as PROGRAM_MODE
from sensor.host.files.replacing import replace_file
from sensor.model.errors import HandrailError
from sensor.paths import Paths

FOLDER, SHIMS, SHIM, PREFIX = "shell", "shims", "shim", "handrail-sh"
SOURCES = Path(hooks.__file__ or "").parent / "shell"
READ = ("start.sh", "wrapper.bash", "watch.bash", "wrapper.zsh", "wrapper.fish")
# Programs that fetch, send, delete, publish or change rights, and that a shell does not bring itself.
SHIMMED = (
    "aws", "az", "chmod", "chown", "crontab", "curl", "dd", "docker", "gcloud", "gh", "git", "helm", "kubectl", "mkfs", "mv", "nc", "npm", "pip", "podman",
    "psql", "rm", "rsync", "scp", "sftp", "shred", "ssh", "sudo", "systemctl", "tee", "terraform", "truncate", "wget",
)


def shell_folder(paths: Paths) -> Path:
    """Where the files are."""
    return paths.data / FOLDER


def place_shell_files(paths: Paths, *, shims: bool, prefix: bool) -> None:
    """Write all files for this installation; `shims` and `prefix` say whether those are wanted. Raises HandrailError."""
    folder = shell_folder(paths)
    if any(char in str(folder) for char in "\n'"):
        raise HandrailError(f"Shells could not read a path like {str(folder)!r}", next_step="Choose a --prefix without quotes and line breaks.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in READ:
        _write(paths, folder / name, _render(paths, name), CONF_MODE)
    shutil.rmtree(folder / SHIMS, ignore_errors=True)
    if shims:
        (folder / SHIMS).mkdir(mode=0o700)
        _write(paths, folder / SHIM, _render(paths, "shim.sh"), PROGRAM_MODE)
        for name in SHIMMED:
            (folder / SHIMS / name).symlink_to(f"../{SHIM}")
    else:
        (folder / SHIM).unlink(missing_ok=True)
    if prefix:
        _write(paths, folder / PREFIX, _render(paths, "prefix.sh"), PROGRAM_MODE)
    else:
        (folder / PREFIX).unlink(missing_ok=True)


def plan_shells(paths: Paths, home: Path, environment: Mapping[str, str], shells: tuple[str, ...] = ()) -> tuple[Change, ...]:
    """The change of each start-up file of `shells` (none named = those that are found). Writes nothing. Raises HandrailError."""
    chosen = shells or tuple(name for name in SHELLS if shutil.which(name, path=environment.get("PATH")))
    return tuple(plan_block(paths.state, one) for name in chosen for one in startup_files(name, home, environment, shell_folder(paths)))


def apply_shells(paths: Paths, plans: tuple[Change, ...], *, shims: bool = False, prefix: bool = False) -> None:
    """Place the wrapper's files, then change the start-up files. Raises HandrailError."""
    place_shell_files(paths, shims=shims, prefix=prefix)
    for plan in plans:
        put_block(paths.state, plan)


def refresh_shell_files(paths: Paths) -> None:
    """After an upgrade: the files of this version, if any were placed."""
    folder = shell_folder(paths)
    if folder.is_dir():
        place_shell_files(paths, shims=(folder / SHIMS).is_dir(), prefix=(folder / PREFIX).exists())


def remove_shell_files(paths: Paths) -> None:
    """Take them away. Shells that run now go on without."""
    folder = shell_folder(paths)
    for file in folder.glob("*"):
        if not file.is_dir():
            note_own_write(paths.state, file, None, "shell remove")
    shutil.rmtree(folder, ignore_errors=True)


def altered(paths: Paths) -> tuple[str, ...]:
    """Names of files that are missing or not as this version writes them; nothing where none were placed."""
    folder = shell_folder(paths)
    if not folder.is_dir():
        return ()
    sources = dict(zip(READ, READ, strict=True))
    if os.path.lexists(folder / PREFIX):
        sources[PREFIX] = "prefix.sh"
    if _has_shims(folder):
        sources[SHIM] = "shim.sh"
    found = []
    for name, source in sources.items():
        try:
            same = (folder / name).read_text(encoding="utf-8", errors="replace") == _render(paths, source)
        except OSError:
            same = False
        if not same:
            found.append(name)
    return (*found, *(f"{SHIMS}/{name}" for name in SHIMMED if _has_shims(folder) and not _leads_to_shim(folder / SHIMS / name)))


def _has_shims(folder: Path) -> bool:
    return os.path.lexists(folder / SHIM) or os.path.lexists(folder / SHIMS)


def _leads_to_shim(link: Path) -> bool:
    try:
        return os.readlink(link) == f"../{SHIM}"
    except OSError:
        return False


def _render(paths: Paths, name: str) -> str:
    text = (SOURCES / name).read_text(encoding="utf-8")
    for mark, path in (("@FOLDER@", shell_folder(paths)), ("@CLIENT@", client_path(paths)), ("@BIN@", paths.bin)):
        text = text.replace(mark, shlex.quote(str(path)))
    return text


def _write(paths: Paths, file: Path, text: str, mode: int) -> None:
    note_own_write(paths.state, file, text.encode(), "shell install")
    replace_file(file, text.encode(), mode)
