"""Scripts that came without an agent's hand: by a clone, an archive, a build. They are told by their times, and judged more mildly than what an agent wrote."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator

import msgspec

from sensor.model.effects import Effects
from sensor.model.findings import Finding, Severity
from sensor.model.globs import MAX_PATH

TOOLS_OF_BUILDS = frozenset({"download-execute", "container"})
MAX_BYTES = 65_536  # a larger file is a program of its own kind; a shell runs it unread as before

Arrived = Callable[[str], bool]


def arrived_since(start: float) -> Arrived:
    """Whether a path is a small file of ours that came, or was changed, since `start` (Unix seconds): by its ctime, which no program can set back."""
    uid = os.getuid()

    def arrived(path: str) -> bool:
        try:
            facts = os.lstat(path)
        except (OSError, ValueError):
            return False
        return facts.st_ctime >= start and stat.S_ISREG(facts.st_mode) and facts.st_size <= MAX_BYTES and facts.st_uid == uid

    return arrived


def run_files(effects: Effects) -> Iterator[str]:
    """Paths that a call which runs something may run: programs named by a path, and what commands read (`cat x | sh`), those that run something first."""
    for effect in sorted(effects.effects, key=lambda effect: not (effect.executes or effect.opaque)):
        yield from (ref.path for ref in effect.reads if ref.path and not ref.glob)
        if program := path_of_program(effect.argv, effect.cwd):
            yield program


def path_of_program(argv: tuple[str, ...], cwd: str) -> str:
    """The file behind a program that is named by a path, "" where it is not."""
    path = os.path.join(cwd or "/", argv[0]) if argv and "/" in argv[0] and "\0" not in argv[0] else ""
    return os.path.realpath(path) if 0 < len(path) <= MAX_PATH else ""


def milder(finding: Finding, names: str) -> Finding:
    """What would be denied is asked about: people run what they cloned. What would be asked about, and what builds do to get at their tools, is only noted."""
    asked = finding.severity is Severity.CRITICAL and finding.category not in TOOLS_OF_BUILDS
    return msgspec.structs.replace(
        finding, severity=Severity.HIGH if asked else Severity.INFO,
        message=f"{finding.message.rstrip('.')}. That is what {names} holds, which came here since Handrail started and was written by no call.")
