"""Facts about processes of this machine, for error messages, `doctor` and the record. Read-only."""

from __future__ import annotations

import fcntl
import os
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import psutil

from sensor.access.presence import Process
from sensor.model.calls import Value

LONGEST_CHAIN = 64
# PIDFD_GET_INFO of Linux 6.13 and later: what is asked for, the control group, pid, thread group, parent, and more.
_GET_INFO, _INFO = 0xC040FF0B, struct.Struct("=Q8x8xI36x")

# Name of a program (or of the script that node runs) -> agent. The names are those of the vendors' releases.
AGENT_PROGRAMS = {
    "claude": "claude-code",
    "claude-code": "claude-code",
    "cursor": "cursor",
    "cursor-agent": "cursor",
    "codex": "codex",
    "gemini": "gemini",
    "copilot": "copilot",
    "opencode": "opencode",
    "windsurf": "windsurf",
}


class ProcessFact(Value):
    """One process; texts are "" where the system does not tell."""

    pid: int
    name: str = ""
    command: str = ""


def describe(process: psutil.Process) -> ProcessFact:
    """What may be known of a process that can end at any moment."""
    try:
        with process.oneshot():
            return ProcessFact(pid=process.pid, name=process.name(), command=" ".join(process.cmdline()))
    except psutil.Error:
        return ProcessFact(pid=process.pid)


def ancestry(pid: int) -> tuple[ProcessFact, ...]:
    """The process and its parents, nearest first."""
    chain: list[ProcessFact] = []
    try:
        process: psutil.Process | None = psutil.Process(pid)
        while process is not None and len(chain) < LONGEST_CHAIN:
            chain.append(describe(process))
            process = process.parent()
    except psutil.Error:  # it ended meanwhile: what was found counts
        pass
    return tuple(chain)


def describe_holder(port: int) -> str:
    """Who listens on a TCP port, for an error message: "process 4711 (node server.js)"."""
    fact = listener_on(port)
    return f"process {fact.pid} ({(fact.command or fact.name)[:80]})" if fact is not None and fact.pid else "another process"


def listener_on(port: int) -> ProcessFact | None:
    """Who listens on a TCP port of this machine. None when nobody visible does."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.Error:  # macOS tells root only
        return _own_listener_on(port)
    for connection in connections:
        if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr[1] == port:
            return describe(psutil.Process(connection.pid)) if connection.pid else ProcessFact(pid=0)
    return None


def _own_listener_on(port: int) -> ProcessFact | None:
    for process in psutil.process_iter():
        try:
            if process.uids().real == os.getuid() and any(
                one.status == psutil.CONN_LISTEN and one.laddr and one.laddr[1] == port for one in process.net_connections(kind="tcp")
            ):
                return describe(process)
        except psutil.Error:
            continue
    return None


def agent_of(name: str, command: list[str]) -> str:
    """The agent that a process is, "" when none. Interpreters are looked through to the script they run."""
    words = [name, *(Path(word).name for word in command[:2])]
    for word in words:
        agent = AGENT_PROGRAMS.get(word.lower().removesuffix(".exe").removesuffix(".js"))
        if agent:
            return agent
    return ""


def look(pid: int) -> Process | None:
    """Parent, start and name of a process; None when it has ended. Cheap where /proc is: this runs on the agent's clock."""
    if sys.platform == "linux":
        told = stat_of(str(pid))
        return Process(pid=pid, parent=int(told[1][1]), started=int(told[1][19]), name=told[0].decode("utf-8", "replace")) if told is not None else None
    try:
        process = psutil.Process(pid)
        with process.oneshot():
            return Process(pid=pid, parent=process.ppid(), started=int(process.create_time() * 1000), name=process.name())
    except psutil.Error:
        return None


def stat_of(pid: str) -> tuple[bytes, list[bytes]] | None:
    """The name of a process of Linux and what /proc/PID/stat says behind it, from its state on; None when it has ended."""
    try:
        handle = os.open(f"/proc/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        data = os.read(handle, 1024)
    except OSError:
        return None
    finally:
        os.close(handle)
    name, _, rest = data.rpartition(b")")
    return name.partition(b"(")[2], rest.split(None, 20)


def parent_finder() -> Callable[[int], int]:
    """The cheapest way of this machine to tell the parent of a process, 0 when it has ended: half of `look` for a process that is new."""
    try:
        return _parent_by_handle if sys.platform == "linux" and _ask_parent(os.getpid()) == os.getppid() else _parent_by_look
    except (OSError, AttributeError):  # an older kernel
        return _parent_by_look


def _ask_parent(pid: int) -> int:
    handle = os.pidfd_open(pid)
    try:
        return int(_INFO.unpack(fcntl.ioctl(handle, _GET_INFO, _INFO.pack(1, 0)))[1])
    finally:
        os.close(handle)


def _parent_by_handle(pid: int) -> int:
    try:
        return _ask_parent(pid)
    except OSError:
        return 0


def _parent_by_look(pid: int) -> int:
    process = look(pid)
    return process.parent if process is not None else 0


def agent_at(pid: int) -> str:
    """The agent that a process is, "" when none."""
    fact = ancestry(pid)[:1]
    return agent_of(fact[0].name, fact[0].command.split(" ")) if fact else ""


def agent_at_or_above(pid: int) -> str:
    """The agent that a process is or that started it, "" when none."""
    for fact in ancestry(pid):
        agent = agent_of(fact.name, fact.command.split(" "))
        if agent:
            return agent
    return ""


def _lives_in(home: Path, process: psutil.Process) -> bool:
    """Whether its home folder is `home`; macOS does not tell of every process, and then it may be."""
    try:
        return Path(process.environ().get("HOME", home)) == home
    except psutil.AccessDenied:
        return True


def running_agents(home: Path) -> tuple[tuple[str, ProcessFact], ...]:
    """(agent, process) of every agent of this user that runs now with this home folder; with another one it reads other settings."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.uids().real != os.getuid():
                continue
            agent = agent_of(process.name(), process.cmdline())
            if not agent or not _lives_in(home, process):
                continue
        except psutil.Error:
            continue
        found.append((agent, describe(process)))
    return tuple(found)
