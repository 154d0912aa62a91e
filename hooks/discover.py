"""Which agents this user has: their program, their version, their folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from hooks.settings.formats import FORMATS, Version, known_events
from sensor.model.calls import Value

VERSION_SECONDS = 10.0
_NUMBERS = re.compile(r"(?<![\d.])(\d{1,4})\.(\d{1,4})(?:\.(\d{1,6}))?(?![\d.]*[-]\d)")


class Whereabouts(Value):
    """Where an agent may be: names on PATH, programs below HOME and absolute ones, its folder below HOME, names in `package.json`."""

    names: tuple[str, ...]
    places: tuple[str, ...]
    folder: str
    packages: tuple[str, ...]


KNOWN: dict[str, Whereabouts] = {
    "claude-code": Whereabouts(
        names=("claude",), folder=".claude", packages=("@anthropic-ai/claude-code",),
        places=(".local/bin/claude", ".claude/local/claude", "/usr/local/bin/claude", "/opt/homebrew/bin/claude"),
    ),
    "cursor": Whereabouts(
        names=("cursor", "cursor-agent"), folder=".cursor", packages=("Cursor", "cursor"),
        places=(
            "/Applications/Cursor.app/Contents/Resources/app/bin/cursor", "Applications/Cursor.app/Contents/Resources/app/bin/cursor",
            "/usr/share/cursor/bin/cursor", "/opt/Cursor/cursor", "/opt/cursor/cursor", ".local/bin/cursor-agent",
        ),
    ),
}


class FoundAgent(Value):
    """An agent of this user. `program` "" = only its folder was found; `version` () = unknown."""

    agent: str
    program: str = ""
    version: Version = ()
    folder: str = ""

    @property
    def events(self) -> tuple[str, ...]:
        """The events that this version knows and we register."""
        return known_events(self.agent, self.version)

    @property
    def version_text(self) -> str:
        return ".".join(map(str, self.version)) or "unknown version"


def find_agents(home: Path, environment: Mapping[str, str]) -> tuple[FoundAgent, ...]:
    """The agents that this user has a program or a folder of."""
    found = (look_for(agent, home, environment) for agent in FORMATS)
    return tuple(agent for agent in found if agent.program or agent.folder)


def look_for(agent: str, home: Path, environment: Mapping[str, str]) -> FoundAgent:
    """What there is of one agent; neither program nor folder when it is not there."""
    known = KNOWN[agent]
    folder = FORMATS[agent].file(home, environment).parent
    program = _program(known, home, environment.get("PATH", ""))
    version = _version(program, known, home, environment) if program else ()
    return FoundAgent(agent=agent, program=program, version=version, folder=str(folder) if folder.is_dir() else "")


def parse_version(text: str) -> Version:
    """The first version number in a text; a date with a hash, as cursor-agent prints it, is none."""
    match = _NUMBERS.search(text)
    numbers = tuple(int(part) for part in match.groups() if part is not None) if match else ()
    return numbers if numbers and numbers[0] < 1000 else ()


def _program(known: Whereabouts, home: Path, path: str) -> str:
    for name in known.names:
        on_path = shutil.which(name, path=path)
        if on_path:
            return on_path
    return next((str(home / place) for place in known.places if os.access(home / place, os.X_OK)), "")


def _version(program: str, known: Whereabouts, home: Path, environment: Mapping[str, str]) -> Version:
    """From the package beside the program, from the name of a versioned file, or from the program itself."""
    real = Path(os.path.realpath(program))
    for folder in list(real.parents)[:4]:
        for file in (folder / "package.json", folder / "resources" / "app" / "package.json"):
            version = _package_version(file, known.packages)
            if version:
                return version
    return parse_version(real.name) or _ask_program(program, home, environment)


def _package_version(file: Path, names: tuple[str, ...]) -> Version:
    try:
        facts = json.loads(file.read_bytes())
        return parse_version(facts["version"]) if facts["name"] in names else ()
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def _ask_program(program: str, home: Path, environment: Mapping[str, str]) -> Version:
    quiet = {"HOME": str(home), "PATH": environment.get("PATH", ""), "DISABLE_AUTOUPDATER": "1", "DISABLE_TELEMETRY": "1", "NO_COLOR": "1"}
    try:
        done = subprocess.run(
            [program, "--version"], env=quiet, stdin=subprocess.DEVNULL, capture_output=True, timeout=VERSION_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return parse_version(done.stdout.decode("utf-8", "replace"))
