"""A settings file on the disk: read with everything that must stay as it is, written as a whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from hooks.settings.jsonc import position
from sensor.model.calls import Value
from sensor.model.errors import HandrailError

BOM = b"\xef\xbb\xbf"
MAX_BYTES = 8 * 1024 * 1024
NEW_FILE, NEW_FOLDER = 0o600, 0o700
SHARED_FILE, SHARED_FOLDER = 0o644, 0o755


class SettingsError(HandrailError):
    """A settings file cannot be read, understood or written; it was left as it is."""


class SettingsFile(Value):
    """`path` is what the agent opens; `target` is where its links lead. `mode`, `uid` and `gid` are those of the file, if it exists.

    `folder_mode` is for the folders that a new file needs.
    """

    path: Path
    target: Path
    exists: bool
    data: bytes = b""
    mode: int = NEW_FILE
    uid: int = -1
    gid: int = -1
    folder_mode: int = NEW_FOLDER


def read_file(path: Path, shared: bool = False, inside: Path | None = None) -> SettingsFile:
    """Read `path`; a missing file is an empty one that does not exist, to become readable for everybody if `shared`.

    Raises SettingsError, also for one that does not lie in the folder `inside`: what is read is what was looked at, whatever its links become meanwhile.
    """
    folder_mode = SHARED_FOLDER if shared else NEW_FOLDER
    try:
        target = Path(os.path.realpath(path))
        if inside is not None:
            _check_target(path, target, inside)
        descriptor = os.open(target, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
    except (FileNotFoundError, NotADirectoryError):
        return SettingsFile(path=path, target=target, exists=False, mode=SHARED_FILE if shared else NEW_FILE, folder_mode=folder_mode)
    except OSError as error:
        looped = error.errno == errno.ELOOP
        step = "Its symbolic links lead in a circle; remove them." if looped else "Make it readable for you, then try again."
        raise SettingsError(f"{path} cannot be read: {error.strerror}", next_step=step) from error
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode) or facts.st_size > MAX_BYTES:
        os.close(descriptor)
        what = f"is larger than {MAX_BYTES >> 20} MB" if stat.S_ISREG(facts.st_mode) else "is not a file"
        raise SettingsError(f"{path} {what}", next_step="Move it away, then try again.")
    try:
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(MAX_BYTES + 1)  # a file of /proc says it is empty, and has no end
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}", next_step="Move it away, then try again.") from error
    if len(data) > MAX_BYTES:
        raise SettingsError(f"{path} is larger than {MAX_BYTES >> 20} MB", next_step="Move it away, then try again.")
    return SettingsFile(path=path, target=target, exists=True, data=data, mode=stat.S_IMODE(facts.st_mode), uid=facts.st_uid, gid=facts.st_gid)


def text_of(file: SettingsFile) -> str:
    """The text of a file, without a byte order mark. Raises SettingsError."""
    data = file.data.removeprefix(BOM)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        good = data[: error.start].decode()
        line, column = position(good, len(good))
        raise SettingsError(f"{file.path}:{line}:{column}: not UTF-8", next_step="Save it as UTF-8, then try again.") from error


def bytes_of(file: SettingsFile, text: str) -> bytes:
    """`text` as the bytes of this file, with its byte order mark if it has one."""
    return (BOM if file.data.startswith(BOM) else b"") + text.encode()


def check_inside(path: Path, project: Path) -> None:
    """Raise SettingsError where a file of a project lies elsewhere: a repository may bring links, to the user's own settings for one."""
    try:
        target = Path(os.path.realpath(path))
    except OSError as error:  # a link that another program swaps for a folder meanwhile
        raise SettingsError(f"{path} cannot be read: {error.strerror}", next_step="Try again.") from error
    _check_target(path, target, project)


def _check_target(path: Path, target: Path, project: Path) -> None:
    try:
        inside = target.is_relative_to(os.path.realpath(project))
    except OSError:  # a link that is swapped for a folder meanwhile
        inside = False
    if not inside:
        raise SettingsError(f"{path} leads out of the project, to {target}", next_step="Nothing was changed. Remove the link, or name the folder it leads to.")


def check_writable(file: SettingsFile) -> None:
    """Raise SettingsError where a write would fail or would undo somebody's protection."""
    folder = file.target.parent
    if file.exists and not (file.mode & stat.S_IWUSR and os.access(file.target, os.W_OK)):
        raise SettingsError(f"{file.path} is write-protected", next_step=f"If it should be changed: chmod u+w '{file.target}', then try again.")
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError(f"{folder} is not a folder that can be written to",
                            next_step=f"Make it writable, so that {file.path.name} can be replaced in one step.")


def write_file(file: SettingsFile, data: bytes) -> None:
    """Replace `file` by `data` in one step; mode and owner stay. Raises SettingsError, also when it, or the way to it, has changed since it was read."""
    fresh = f".{file.target.name}.handrail-{os.getpid()}-{os.urandom(4).hex()}"
    try:
        for folder in map(Path, missing_folders(file.target.parent)):
            folder.mkdir(mode=file.folder_mode)
            folder.chmod(file.folder_mode)  # whatever the umask says
        with _folder_itself(file.target.parent) as inside:
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, NEW_FILE, dir_fd=inside)
            try:
                with os.fdopen(descriptor, "wb") as out:
                    if file.exists and (file.uid, file.gid) != (os.geteuid(), os.getegid()):
                        os.fchown(out.fileno(), file.uid, file.gid)
                    os.fchmod(out.fileno(), file.mode)
                    out.write(data)
                    out.flush()
                    os.fsync(out.fileno())
                _check_unchanged(file)
                os.replace(fresh, file.target.name, src_dir_fd=inside, dst_dir_fd=inside)
            finally:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(fresh, dir_fd=inside)
        sync_folder(file.target.parent)
    except OSError as error:
        raise SettingsError(f"{file.path} cannot be written: {error.strerror}", next_step="It was left as it is. Mend that, then try again.") from error


def delete_file(file: SettingsFile) -> None:
    """Delete a file that was created here. Raises SettingsError."""
    try:
        with _folder_itself(file.target.parent) as inside, contextlib.suppress(FileNotFoundError):
            _check_unchanged(file)
            os.unlink(file.target.name, dir_fd=inside)
    except OSError as error:
        raise SettingsError(f"{file.path} cannot be deleted: {error.strerror}", next_step="Delete it by hand.") from error


@contextlib.contextmanager
def _folder_itself(path: Path) -> Iterator[int]:
    """A descriptor of a folder whose links were resolved before.

    Raises OSError where a part of the way is a link by now: a repository must not lead us elsewhere.
    """
    how = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC | getattr(os, "O_PATH", os.O_RDONLY)
    folder = os.open("/", how)
    try:
        for part in path.parts[1:]:
            deeper = os.open(part, how, dir_fd=folder)
            os.close(folder)
            folder = deeper
        yield folder
    finally:
        os.close(folder)


def sync_folder(folder: Path) -> None:
    """Make names in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def missing_folders(folder: Path) -> tuple[str, ...]:
    """The folders that do not exist yet on the way to `folder`, outermost first."""
    return tuple(str(one) for one in reversed((folder, *folder.parents)) if not one.exists())


def _check_unchanged(file: SettingsFile) -> None:
    now = read_file(file.path)
    if (now.exists, now.data, now.target) != (file.exists, file.data, file.target):
        raise SettingsError(f"{file.path} was changed by another program just now", next_step="Nothing was written. Try again.")
