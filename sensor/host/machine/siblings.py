"""Whether a process is one that our own supervisor started: it may report what a person need not ask for.

The supervisor's children share its process as their parent, by the kernel's word, and run one of our modules. A program of an
agent has another parent. Code of the same user that takes the supervisor's place can pass, and where the supervisor is the first process of a
container what an agent left behind can; docs/limits.md says so.
"""

from __future__ import annotations

import os
import sys

import psutil

WATCHER = "sensor.watching.process"
CORRELATOR = "sensor.correlate.process"


def why_not_ours(pid: int, module: str) -> str:
    """Why the process is not the child of our supervisor that runs `module`, in words that follow "refused: "; "" = it is."""
    try:
        process = psutil.Process(pid) if pid > 0 else None
        if process is None:
            return "the process that asks lives outside of what this sensor can see"
        if process.ppid() != os.getppid():
            return f"process {pid} was not started by Handrail's supervisor"
        words = process.cmdline()
    except psutil.Error:
        return "the process that asked has ended"
    # The supervisor may have been started as `../venv/bin/python`: its children are, too, and know themselves by the plain path.
    if words[1:4] != ["-I", "-m", module] or os.path.normpath(words[0]) != os.path.normpath(sys.executable):
        return f"process {pid} is not {module}"
    return ""
