"""MCP servers in the agents' settings: which there are, and whether they are started through our proxy.

    plan = plan_wrapping(place)       nothing is written
    apply(plan)

Which files hold wrapped servers stands in `<state>/mcp-files.json`, so that an uninstallation finds them all. Every function
raises SettingsError when a file cannot be read, understood or written; then nothing was changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from hooks.settings import server_entries
from hooks.settings.files import (
    SettingsError,
    SettingsFile,
    bytes_of,
    check_writable,
    read_file,
    sync_folder,
    text_of,
    write_file,
)
from hooks.settings.jsonc import SyntaxProblem, position
from hooks.settings.own_writes import note_own_write
from hooks.settings.server_entries import Server
from sensor.model.calls import Value
from sensor.model.errors import UsageError, in_words
from sensor.paths import replace_private

KNOWN_FILES = "mcp-files.json"
AGENTS = ("claude-code", "cursor")


class ServerPlace(Value):
    """Whose MCP settings, and which proxy. `project` None: those of the user; else those that lie in that folder."""

    agent: str
    home: Path
    state: Path
    proxy: Path
    project: Path | None = None
    environment: Mapping[str, str] = {}

    @property
    def file(self) -> Path:
        """The settings file."""
        if self.agent not in AGENTS:
            raise UsageError(f"unknown agent: {self.agent}", next_step=f"Known agents: {', '.join(AGENTS)}")
        if self.agent == "cursor":
            return (self.project or self.home) / ".cursor" / "mcp.json"
        if self.project is not None:
            return self.project / ".mcp.json"
        chosen = self.environment.get("CLAUDE_CONFIG_DIR", "")
        return (Path(chosen) if chosen.startswith("/") else self.home) / ".claude.json"


class ServerPlan(Value):
    """A change to apply. `servers` are those of the file as they will be."""

    state: Path
    file: SettingsFile
    after: bytes
    servers: tuple[Server, ...]

    @property
    def change(self) -> bool:
        return self.after != self.file.data


class ServerStatus(Value):
    """How one file stands. `problem` is set when it cannot be understood."""

    agent: str
    file: Path
    servers: tuple[Server, ...] = ()
    problem: str = ""


def plan_wrapping(place: ServerPlace) -> ServerPlan:
    """What has to change so that every stdio server of this file is started through the proxy. Writes nothing."""
    file = read_file(place.file, inside=place.project)
    text, proxy = text_of(file), str(place.proxy)
    try:
        after = server_entries.wrap(text, proxy, place.agent)
        same = server_entries.unwrap(after, proxy) == server_entries.unwrap(text, proxy)
        found = server_entries.find_servers(after, proxy)
    except SyntaxProblem as error:
        raise _not_understood(file, text, error) from error
    if not same:
        raise SettingsError(f"{file.path} is written in a way that cannot be edited safely", next_step="Nothing was changed. Reformat it, then try again.")
    return ServerPlan(state=place.state, file=file, after=bytes_of(file, after) if after != text else file.data, servers=found)


def plan_unwrapping(path: Path, state: Path, proxy: Path) -> ServerPlan:
    """What has to change so that no server of this file is started through the proxy. Writes nothing."""
    file = read_file(path)
    text = text_of(file)
    try:
        after = server_entries.unwrap(text, str(proxy))
        found = server_entries.find_servers(after, str(proxy))
    except SyntaxProblem as error:
        raise _not_understood(file, text, error) from error
    return ServerPlan(state=state, file=file, after=bytes_of(file, after) if after != text else file.data, servers=found)


def apply(plan: ServerPlan) -> None:
    """Write what was planned. A file is known as changed before it is, and until it is not."""
    wrapped = any(server.wrapped for server in plan.servers)
    if plan.change:
        check_writable(plan.file)
    if wrapped:
        _remember(plan.state, plan.file.path, True)
    if plan.change:
        note_own_write(plan.state, plan.file.path, plan.after, "mcp wrap" if wrapped else "mcp unwrap")
        write_file(plan.file, plan.after)
    if not wrapped:
        _remember(plan.state, plan.file.path, False)


def inspect(place: ServerPlace) -> ServerStatus:
    """How the file stands. Never raises for a broken one: it says so."""
    try:
        file = read_file(place.file, inside=place.project)
        text = text_of(file)
        return ServerStatus(agent=place.agent, file=place.file, servers=server_entries.find_servers(text, str(place.proxy)))
    except SettingsError as error:
        return ServerStatus(agent=place.agent, file=place.file, problem=error.message)
    except SyntaxProblem as error:
        return ServerStatus(agent=place.agent, file=place.file, problem=_not_understood(file, text, error).message)


def changed_files(state: Path) -> tuple[Path, ...]:
    """The files that hold servers behind the proxy. Raises SettingsError."""
    file = state / KNOWN_FILES
    try:
        return tuple(Path(name) for name in msgspec.json.decode(file.read_bytes(), type=list[str]))
    except FileNotFoundError:
        return ()
    except (OSError, msgspec.MsgspecError) as error:
        raise SettingsError(f"{file} cannot be read: {in_words(error)}", next_step="Delete it, then run: handrail mcp unwrap") from error


def _remember(state: Path, path: Path, wrapped: bool) -> None:
    known = {str(one) for one in changed_files(state)}
    now = known | {str(path)} if wrapped else known - {str(path)}
    if now == known:
        return
    file = state / KNOWN_FILES
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_private(file, msgspec.json.encode(sorted(now)), durable=True)
        sync_folder(state)
    except OSError as error:
        raise SettingsError(f"{file} cannot be written: {error.strerror}", next_step="Mend that, then try again.") from error


def _not_understood(file: SettingsFile, text: str, error: SyntaxProblem) -> SettingsError:
    line, column = position(text, error.offset)
    return SettingsError(f"{file.path}:{line}:{column}: {error}", next_step="It was left as it is. Correct it there, then try again.")
