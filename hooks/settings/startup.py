"""The block in a shell's start-up file that starts the wrapper: put in, taken out to the byte, looked at.

A start-up file is bytes with lines in them: nothing else of it is read, so no syntax and no encoding is in the way. What a
file was before is recorded (`hooks.settings.record`, below `<state>/startup`), as for the settings of agents.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from pathlib import Path

from hooks.settings.files import (
    SettingsError,
    SettingsFile,
    check_writable,
    delete_file,
    missing_folders,
    read_file,
    write_file,
)
from hooks.settings.own_writes import note_own_write
from hooks.settings.record import Record, delete_record, digest, load_record, load_records, record_name, save_record
from sensor.model.calls import Value

SHELLS = ("bash", "zsh", "fish")
FOLDER = "startup"
REMOVE = "shell remove"
BEGIN, END = b"# >>> handrail shell >>> (`handrail shell remove` takes this block away)", b"# <<< handrail shell <<<"
_BLOCK = re.compile(rb"^%s\n.*?^%s\n?" % (re.escape(BEGIN), re.escape(END)), re.MULTILINE | re.DOTALL)
_MARK = re.compile(rb"^# (?:>>>|<<<) handrail shell ", re.MULTILINE)
LOGIN_FILES = (".bash_profile", ".bash_login", ".profile")


class State(enum.Enum):
    """How a start-up file stands."""

    ABSENT = "absent"
    INSTALLED = "installed"
    ALTERED = "altered"
    PROBLEM = "problem"


class StartupFile(Value):
    """One start-up file of a shell and the line that starts the wrapper in it."""

    shell: str
    path: Path
    line: str

    @property
    def block(self) -> bytes:
        return b"%s\n%s\n%s\n" % (BEGIN, self.line.encode(), END)

    @property
    def name(self) -> str:
        """The name of the file without its dot."""
        return self.path.name.lstrip(".")

    @property
    def record(self) -> str:
        """Name of its record."""
        return record_name(self.shell, self.name, "")


class Change(Value):
    """What installing would do to one file. `after` are the bytes it would have."""

    of: StartupFile
    file: SettingsFile
    after: bytes
    record: Record

    @property
    def change(self) -> bool:
        return self.after != self.file.data or not self.file.exists


def startup_files(shell: str, home: Path, environment: Mapping[str, str], folder: Path) -> tuple[StartupFile, ...]:
    """The files that `shell` reads, with the wrapper's files in `folder`. bash has two: one per terminal, one per login."""
    if shell == "fish":
        config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
        file = f"'{folder}/wrapper.fish'"
        return (StartupFile(shell=shell, path=config / "fish" / "conf.d" / "handrail.fish", line=f"test -r {file}; and source {file}"),)
    line = f"[ ! -r '{folder}/start.sh' ] || . '{folder}/start.sh'"
    if shell == "zsh":
        own = Path(environment.get("ZDOTDIR") or home)
        return (StartupFile(shell=shell, path=(own if own.is_relative_to(home) else home) / ".zshenv", line=line),)
    login = next((name for name in LOGIN_FILES if (home / name).exists()), LOGIN_FILES[-1])
    return tuple(StartupFile(shell=shell, path=home / name, line=line) for name in (".bashrc", login))


def plan_block(state: Path, one: StartupFile) -> Change:
    """What has to change so that `one` starts the wrapper. Writes nothing. Raises SettingsError."""
    file = read_file(one.path)
    clean = _without_block(file)
    known = load_record(state / FOLDER, one.record)
    untouched = known is not None and known.file == str(one.path) and known.after_sha256 == digest(file.data)
    before = known.before if known is not None and untouched else clean if file.exists else None
    if _BLOCK.search(file.data):
        after = _BLOCK.sub(lambda found: one.block, file.data, count=1)
    else:
        after = clean + (b"" if not clean or clean.endswith(b"\n") else b"\n") + one.block
    created = known.created_folders if known is not None and known.file == str(one.path) else missing_folders(file.target.parent)
    return Change(of=one, file=file, after=after, record=Record(
        agent=one.shell, file=str(one.path), client=one.line, before=before, after_sha256=digest(after), created_folders=created, scope=one.name))


def put_block(state: Path, change: Change) -> None:
    """Write what was planned; the record first. Raises SettingsError, and then the file is as it was."""
    if change.change:
        check_writable(change.file)
    known = load_record(state / FOLDER, change.of.record)
    if known != change.record:
        save_record(state / FOLDER, change.record)
    if change.change:
        note_own_write(state, change.file.path, change.after, "shell install")
        write_file(change.file, change.after)


def take_blocks(state: Path, shells: tuple[str, ...] = SHELLS) -> tuple[tuple[Path, str], ...]:
    """Take the block out of every file that was changed for `shells`: (file, "restored", "deleted", "block removed" or "not in it"). Raises SettingsError."""
    return tuple((Path(record.file), _take(state, record)) for record in load_records(state / FOLDER) if record.agent in shells)


def installed_files(state: Path) -> tuple[StartupFile, ...]:
    """The files that were changed and not put back. Raises SettingsError for a damaged record."""
    return tuple(StartupFile(shell=record.agent, path=Path(record.file), line=record.client) for record in load_records(state / FOLDER))


def inspect_block(one: StartupFile) -> tuple[State, str]:
    """How a file stands, and what is wrong with it in words."""
    try:
        file = read_file(one.path)
        _without_block(file)
    except SettingsError as error:
        return State.PROBLEM, error.message
    found = _BLOCK.search(file.data)
    if found is None:
        return State.ABSENT, ""
    return (State.INSTALLED, "") if found[0].rstrip(b"\n") == one.block.rstrip(b"\n") else (State.ALTERED, f"{one.path}: the block is not what Handrail wrote")


def _take(state: Path, record: Record) -> str:
    file = read_file(Path(record.file))
    outcome = _put_back(state, file, record)
    for folder in reversed(record.created_folders):
        try:
            Path(folder).rmdir()
        except OSError:
            break
    delete_record(state / FOLDER, record.name)
    return outcome


def _put_back(state: Path, file: SettingsFile, record: Record) -> str:
    if digest(file.data) == record.after_sha256:
        if record.before is None:
            note_own_write(state, file.path, None, REMOVE)
            delete_file(file)
            return "deleted"
        check_writable(file)
        note_own_write(state, file.path, record.before, REMOVE)
        write_file(file, record.before)
        return "restored"
    found = _BLOCK.search(file.data)
    if found is None:
        return "not in it"
    head, tail = file.data[: found.start()], file.data[found.end():]
    if record.before is not None and head == record.before + b"\n":
        head = record.before  # the line break was ours
    check_writable(file)
    if record.before is None and not head + tail:
        note_own_write(state, file.path, None, REMOVE)
        delete_file(file)
        return "deleted"
    note_own_write(state, file.path, head + tail, REMOVE)
    write_file(file, head + tail)
    return "block removed"


def _without_block(file: SettingsFile) -> bytes:
    """The bytes without our block. Raises SettingsError where marks do not pair."""
    clean, count = _BLOCK.subn(b"", file.data)
    if _MARK.search(clean) or count > 1:
        line = clean[: found.start()].count(b"\n") + 1 if (found := _MARK.search(clean)) else 1
        raise SettingsError(f"{file.path}:{line}: a mark of Handrail's block stands alone or twice",
                            next_step="Delete the lines with `handrail shell` in it, then try again.")
    return clean

