"""Whether a person may stand behind a request: nobody that an agent started does.

A process is followed up to the first one of this machine. Whoever cannot be followed (it has ended, it lives in another
container, the chain is endless) is refused: an agent's process could end, or hide, between its request and this look.
A process that has left the agent's tree still carries the agent's mark in its environment, unless it was taken out.
"""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil

from sensor.host.machine.processes import agent_of

LONGEST_CHAIN = 512
TABLES = {"/proc/net/tcp": "0100007F", "/proc/net/tcp6": "0000000000000000FFFF00000100007F"}  # and 127.0.0.1 as it stands there
ESTABLISHED = "01"
# What agents set for the programs they start, and not for terminals that they merely show.
MARKS = {
    "CLAUDE_CODE_CHILD_SESSION": "claude-code",
    "CURSOR_AGENT": "cursor",
    "GEMINI_CLI": "gemini",
    "CODEX_SANDBOX": "codex",
    "AI_AGENT": "an agent",
}


def why_no_person(pid: int) -> str:
    """Why the process that asks is not a person's, in words that follow "refused: "; "" = it may be."""
    if pid <= 0:
        return "the process that asks lives outside of what this sensor can see (another container)"
    try:
        chain = list(itertools.islice(_upwards(pid), LONGEST_CHAIN + 1))
    except psutil.Error:
        return "the process that asked has ended"
    if len(chain) > LONGEST_CHAIN:
        return f"more than {LONGEST_CHAIN} processes stand above the one that asks"
    for process in chain:
        agent = _agent(process)
        if agent:
            if process is chain[0]:
                return f"this request comes from {agent}"
            return f"this request comes from a process that {agent} (process {process.pid}) started"
    for process in chain:
        mark = next((name for name in _environment(process) if name in MARKS), "")
        if mark:
            return f"this request comes from a process that {MARKS[mark]} left behind ({mark} is set in process {process.pid})"
    return ""


def why_no_person_on_port(port: int, ours: int) -> str:
    """The same for the program at the other end of a TCP connection of 127.0.0.1: its port, and that of our listener.

    Who cannot be seen (a tunnel of ssh, a browser outside of a virtual machine) may be a person, unless a process that
    hides its files is an agent's. Another user of this machine is none; root, who can do all of this anyway, may be.
    """
    if sys.platform == "linux":
        peer = _peer(port, ours)
        if peer is None:
            return "the program that asked has ended"
        uid, inode = peer
        if uid not in (0, os.getuid()):
            return "this request comes from another user of this machine"
        candidates = _holders(inode)
    else:
        candidates = _holders_elsewhere(port, ours)
    return next((why for why in map(why_no_person, candidates) if why), "")


def _upwards(pid: int) -> Iterator[psutil.Process]:
    """The process and everyone above it. Raises psutil.Error when one of them has ended."""
    while pid:
        process = psutil.Process(pid)
        above = process.ppid()
        yield process
        pid = above


def _agent(process: psutil.Process) -> str:
    try:
        return agent_of(process.name(), process.cmdline())
    except psutil.AccessDenied:
        return ""


def _environment(process: psutil.Process) -> dict[str, str]:
    """The environment it was started with; nothing for processes of others and those that hide it, such as ours."""
    try:
        return process.environ()
    except psutil.Error:
        return {}


def _peer(port: int, ours: int) -> tuple[int, str] | None:
    """User and socket (its inode) of the program that is connected from `port`; None when it has closed it."""
    for table, host in TABLES.items():
        wanted = [f"{host}:{port:04X}", f"{host}:{ours:04X}", ESTABLISHED]
        try:
            lines = Path(table).read_text(encoding="ascii").splitlines()
        except FileNotFoundError:  # a kernel without IPv6
            continue
        for words in map(str.split, lines):
            if words[1:4] == wanted:
                return int(words[7]), words[9]
    return None


def _holders(inode: str) -> list[int]:
    """Processes of this user that hold a socket; when none is seen to, those that hide their files."""
    holders, hidden = [], []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            if folder.stat().st_uid == os.getuid() and any(os.readlink(file) == f"socket:[{inode}]" for file in (folder / "fd").iterdir()):
                holders.append(int(folder.name))
        except PermissionError:
            hidden.append(int(folder.name))
        except OSError:
            continue  # it ended, or closed the file meanwhile
    return holders or [pid for pid in hidden if psutil.pid_exists(pid)]


def _holders_elsewhere(port: int, ours: int) -> list[int]:
    for process in psutil.process_iter():
        try:
            if process.uids().real == os.getuid() and any(
                one.laddr and one.raddr and (one.laddr[1], one.raddr[1]) == (port, ours) for one in process.net_connections(kind="tcp4")
            ):
                return [process.pid]
        except psutil.Error:
            continue
    return []
