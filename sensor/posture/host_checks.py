"""Area HOST: what the machine itself lets others do."""

from __future__ import annotations

from collections.abc import Iterator

from sensor.host.machine.file_facts import WRITERS
from sensor.model.findings import Severity
from sensor.posture.check import Check, Result, private_below_home, rights, verdict
from sensor.posture.context import Context
from sensor.posture.places import CREDENTIALS


def agent_as_root(context: Context) -> Iterator[Result]:
    for process in context.running:
        yield verdict(f"process {process.pid} runs as root" if process.uid == 0 else "", process.agent)


def open_home(context: Context) -> Iterator[Result]:
    yield rights(context.fact(context.home), WRITERS, context)


def open_credentials(context: Context) -> Iterator[Result]:
    yield from private_below_home(context, CREDENTIALS)


def traceable(context: Context) -> Iterator[Result]:
    if context.ptrace_scope is not None:
        yield verdict("processes of one user may look into each other (ptrace_scope 0)" if context.ptrace_scope == 0 else "", "kernel")


H, M, LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW
HOST: tuple[Check, ...] = (
    Check("HOST-01", H, "an agent runs as root", "What it does wrong has no limit.",
          "Start it as an ordinary user.", agent_as_root, references=("CWE-250",)),
    Check("HOST-02", H, "the home folder is open to others", "Another user can replace every file of settings in it.",
          "Take the right to write away.", open_home, "chmod go-w ~", ("CWE-732",)),
    Check("HOST-03", M, "credentials are open to others", "Another user of this machine can read them.",
          "Take the rights of others away.", open_credentials, references=("CWE-732",)),
    Check("HOST-05", LOW, "processes may look into each other", "What runs as you can read keys out of the sensor's memory.",
          "Set kernel.yama.ptrace_scope to 1.", traceable, "sudo sysctl kernel.yama.ptrace_scope=1"),
)
