"""Connecting an agent: plan the change of its settings, apply it, undo it, and say how it stands.

    plan = plan_connection(place, version, enforce)     nothing is written
    apply(plan)
    disconnect(place)                                    byte-identical when nobody else changed the file since

Every function raises SettingsError when a file cannot be read, understood or written; then nothing was changed.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from hooks.settings import entries
from hooks.settings.files import (
    BOM,
    SettingsError,
    SettingsFile,
    bytes_of,
    check_writable,
    delete_file,
    missing_folders,
    read_file,
    text_of,
    write_file,
)
from hooks.settings.formats import FORMATS, Registration, Scope, SettingsFormat, Version
from hooks.settings.jsonc import Node, SyntaxProblem, position
from hooks.settings.own_writes import note_own_write
from hooks.settings.record import Record, delete_record, digest, load_record, record_name, save_record
from sensor.model.calls import Value
from sensor.model.errors import UsageError

UNINSTALL = "hooks uninstall"


class Place(Value):
    """Whose settings, and for which installation. `client` is the absolute path that agents run.

    `project` is the folder of the scope PROJECT; `root` is "/" outside of tests.
    """

    agent: str
    home: Path
    state: Path
    client: Path
    environment: Mapping[str, str] = {}
    scope: Scope = Scope.USER
    project: Path = Path()
    root: Path = Path("/")

    @property
    def form(self) -> SettingsFormat:
        if self.agent not in FORMATS:
            raise UsageError(f"unknown agent: {self.agent}", next_step=f"Known agents: {', '.join(sorted(FORMATS))}")
        return FORMATS[self.agent]

    @property
    def file(self) -> Path:
        """The agent's settings file of this scope. Raises UsageError where the system has none."""
        if self.scope is Scope.USER:
            return self.form.file(self.home, self.environment)
        if self.scope is Scope.PROJECT:
            return self.project / self.form.project
        if sys.platform not in self.form.managed:
            raise UsageError(f"{self.agent} has no managed settings on this system", next_step="Use the scope user or project.")
        return self.root / self.form.managed[sys.platform]

    @property
    def record(self) -> str:
        """Name of the record of this file."""
        return record_name(self.agent, self.scope.value, self.project_name)

    @property
    def project_name(self) -> str:
        """The project's folder where the scope is one project, else "". Raises UsageError for a name that no record can hold."""
        name = str(self.project) if self.scope is Scope.PROJECT else ""
        try:
            name.encode()
        except UnicodeEncodeError as error:
            shown = os.fsencode(name).decode("utf-8", "backslashreplace")
            raise UsageError(f"the name of {shown} is not UTF-8", next_step="Rename the folder, or use the scope user.") from error
        return name

    @property
    def command(self) -> str:
        """The shell command that we register."""
        return f"{shlex.quote(str(self.client))} --agent {self.agent}"


class Plan(Value):
    """A change to apply. `events` are those that will be reported; `change` = is there anything to write."""

    place: Place
    file: SettingsFile
    after: bytes
    events: tuple[str, ...]
    record: Record

    @property
    def change(self) -> bool:
        return self.after != self.file.data


class Removal(Value):
    """What undoing did: "restored" (to the byte), "deleted" (the file was ours), "entries removed", or "not connected"."""

    file: Path
    outcome: str


class Status(Value):
    """How an agent's settings stand. `commands` are ours as registered, by event; `missing` are events without us.

    `foreign` counts the handlers of others; `problem` is set when the file cannot be understood.
    """

    agent: str
    file: Path
    commands: dict[str, str] = {}
    missing: tuple[str, ...] = ()
    foreign: int = 0
    problem: str = ""

    @property
    def connected(self) -> bool:
        return bool(self.commands) and not self.missing and not self.problem


def plan_connection(place: Place, version: Version, enforce: bool) -> Plan:
    """What has to change so that every event of this version is reported to us. Writes nothing."""
    file = _read_own(place, place.file)
    if _is_the_users(place, file):
        raise SettingsError(f"{file.path} is the user's own settings file", next_step="Nothing was changed. Use the scope user.")
    wanted = place.form.entries(Registration(command=place.command, version=version, enforce=enforce))
    text = text_of(file)
    root = _parse(file, text)
    clean = _without_ours(place, file, text, root)
    known = load_record(place.state, place.record)
    same_file = known is not None and known.file == str(file.path)
    before: bytes | None = bytes_of(file, clean) if file.exists else None
    if known is not None and same_file and known.after_sha256 == digest(file.data):
        before = known.before
    after = text if _has_exactly(place, root, wanted) else entries.add_entries(clean, place.form, wanted)
    _check(place, file, root, after)
    record = Record(
        agent=place.agent, file=str(file.path), client=str(place.client), before=before, after_sha256=digest(bytes_of(file, after)),
        created_folders=known.created_folders if known is not None and same_file else missing_folders(file.target.parent),
        scope=place.scope.value, project=place.project_name,
    )
    return Plan(place=place, file=file, after=bytes_of(file, after), events=tuple(wanted), record=record)


def apply(plan: Plan, what: str = "hooks install") -> None:
    """Write what was planned. The record comes first: whatever happens then can be undone.

    `what` names the reason to the watcher, which must hear of it before it reads of entries that are not there yet.
    """
    if plan.change:
        check_writable(plan.file)
    known = load_record(plan.place.state, plan.place.record)
    if known is not None and known.file != plan.record.file:
        disconnect(plan.place)  # the agent's folder was moved: nothing of ours stays in the old one
    if plan.change:
        _announce(plan.place, plan.file, plan.after, what)
    if known != plan.record:
        save_record(plan.place.state, plan.record)
    if plan.change:
        write_file(plan.file, plan.after)


def disconnect(place: Place) -> Removal:
    """Take our entries out. The file becomes what it was, if nobody changed it since; else only our entries go."""
    known = load_record(place.state, place.record)
    file = _read_own(place, Path(known.file) if known is not None else place.file)
    outcome = _undo(place, file, known) if file.exists and not _is_the_users(place, file) else "not connected"
    for folder in reversed(known.created_folders if known is not None else ()):
        try:
            os.rmdir(folder)
        except OSError:
            break
    delete_record(place.state, place.record)
    return Removal(file=file.path, outcome=outcome)


def inspect(place: Place, version: Version) -> Status:
    """How the settings stand. Never raises for a broken file: it says so."""
    try:
        file = _read_own(place, place.file)
        root = _parse(file, text_of(file))
    except SettingsError as error:
        return Status(agent=place.agent, file=place.file, problem=error.message)
    found = entries.find_entries(root, place.form, str(place.client))
    commands = {entry.event: entry.handler["command"] for entry in found}
    wanted = place.form.entries(Registration(command=place.command, version=version))
    hooks = entries.foreign_part(root, place.form, str(place.client))[1]
    foreign = sum(_handlers_in(item, place.form.grouped) for items in hooks.values() for item in items)
    problem = "hooks are switched off (disableAllHooks)" if root.value.get("disableAllHooks") is True else ""
    missing = tuple(event for event in wanted if event not in commands)
    return Status(agent=place.agent, file=file.path, commands=commands, missing=missing, foreign=foreign, problem=problem)


def _handlers_in(item: object, grouped: bool) -> int:
    """How many handlers an item of an event holds: a group has several."""
    handlers = item.get("hooks") if grouped and isinstance(item, dict) else None
    return len(handlers) if isinstance(handlers, list) else 1


def _read_own(place: Place, path: Path) -> SettingsFile:
    """The settings file of this scope. Raises SettingsError for one of a project that lies elsewhere: a repository may bring links."""
    return read_file(path, shared=place.scope is Scope.MANAGED, inside=place.project if place.scope is Scope.PROJECT else None)


def _is_the_users(place: Place, file: SettingsFile) -> bool:
    """Whether a project's file is the one of the scope user: a link within the home folder, or the home folder as a project."""
    return place.scope is Scope.PROJECT and str(file.target) == os.path.realpath(place.form.file(place.home, place.environment))


def _undo(place: Place, file: SettingsFile, known: Record | None) -> str:
    if known is not None and digest(file.data) == known.after_sha256:
        if known.before is None:
            _announce(place, file, None, UNINSTALL)
            delete_file(file)
            return "deleted"
        if known.before != file.data:
            check_writable(file)
            _announce(place, file, known.before, UNINSTALL)
            write_file(file, known.before)
        return "restored"
    if place.client.name.encode() not in file.data:
        return "not connected"
    text = text_of(file)
    root = _parse(file, text)
    after = _without_ours(place, file, text, root, known)
    if after == text:
        return "not connected"
    check_writable(file)
    if known is not None and known.before is None and _parse(file, after).value in ({}, dict(place.form.fixed)):
        _announce(place, file, None, UNINSTALL)
        delete_file(file)
        return "deleted"
    _announce(place, file, bytes_of(file, after), UNINSTALL)
    write_file(file, bytes_of(file, after))
    return "entries removed"


def _announce(place: Place, file: SettingsFile, after: bytes | None, what: str) -> None:
    note_own_write(place.state, file.path, after, what)


def _without_ours(place: Place, file: SettingsFile, text: str, root: Node, known: Record | None = None) -> str:
    keep = entries.Keep()
    if known is not None and known.before is not None:
        try:
            keep = entries.kept_members(entries.parse_settings(known.before.removeprefix(BOM).decode()))
        except ValueError:
            pass  # a record from elsewhere: then empty lists go too
    after = entries.remove_entries(text, place.form, str(place.client), keep)
    _check(place, file, root, after)
    return after


def _has_exactly(place: Place, root: Node, wanted: dict[str, dict[str, object]]) -> bool:
    """Whether our entries are there as wanted, each once."""
    found = entries.find_entries(root, place.form, str(place.client))
    return len(found) == len(wanted) and all(entry.group == wanted.get(entry.event) for entry in found)


def _check(place: Place, file: SettingsFile, before: Node, after: str) -> None:
    """What is not ours must mean the same before and after."""
    client = str(place.client)
    try:
        same = entries.foreign_part(entries.parse_settings(after), place.form, client) == entries.foreign_part(before, place.form, client)
    except SyntaxProblem:
        same = False
    if not same:
        raise SettingsError(f"{file.path} is written in a way that cannot be edited safely", next_step="Nothing was changed. Reformat it, then try again.")


def _parse(file: SettingsFile, text: str) -> Node:
    try:
        return entries.parse_settings(text)
    except SyntaxProblem as error:
        line, column = position(text, error.offset)
        raise SettingsError(f"{file.path}:{line}:{column}: {error}", next_step="It was left as it is. Correct it there, then try again.") from error
