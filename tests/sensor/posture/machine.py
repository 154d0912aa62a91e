"""A user's machine in a temporary home: a good installation with Claude Code connected, and what a test changes of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from sensor import __version__
from sensor.audit.drafts.drafts import draft
from sensor.audit.journal.opening import LogSettings, open_log
from sensor.audit.verifying.report import Window
from sensor.host.checks.agents import connect
from sensor.host.files.hook_client import place_client
from sensor.host.files.launcher import write_launcher
from sensor.host.files.manifest import Manifest, save_manifest
from sensor.model.verdicts import Mode
from sensor.paths import locate, make_private
from sensor.posture.audit import CHECKS
from sensor.posture.check import Check, Result
from sensor.posture.context import Context, SensorFacts
from sensor.posture.gather import Wish, gather

NOW = 1_800_000_000.0
CONFIG = """mode: enforce
alerts:
  desktop: true
audit:
  anchor-files: [%s]
"""
POLICY = "default: deny\nagents:\n  claude-code:\n    shell: read-only\n"
CLAUDE = {
    "permissions": {"deny": ["Read(~/.ssh/**)", "Read(~/.aws/**)", "Read(**/.env)", "Read(~/p/config/**)", "Read(~/p/state/**)", "Read(~/p/data/**)"], "allow": ["Bash(git status)"]},
    "sandbox": {"enabled": True},
}
Change = Callable[["Machine"], object]


Rows = list[tuple[str, str, Change]]


class Machine:
    """`home` is good as it is made: no check fails but HOOK-19, as the machine has no settings of root's."""

    def __init__(self, tmp_path: Path, home: Path) -> None:
        self.home, self.root, self.paths = home, tmp_path / "root", locate(home, home / "p")
        home.chmod(0o700)
        for folder in (self.paths.config, self.paths.user_rules, self.paths.state, self.paths.run, self.paths.data, self.paths.bin, self.paths.spool, self.root):
            make_private(folder)
        opened = open_log(LogSettings(root=self.paths.log, keys=self.paths.keys, version="0", platform=sys.platform))
        opened.journal.append(draft("call", session="s"))
        opened.journal.close()
        write_launcher(self.paths, None)
        place_client(self.paths)
        save_manifest(self.paths, Manifest(version=__version__, installed=NOW, service="background"))
        self.write("p/config/config.yaml", CONFIG % (tmp_path / "elsewhere"))
        self.write("p/config/policy.yaml", POLICY)
        self.environment = {"PATH": "/usr/bin:/bin"}
        self.write(".claude/settings.json", json.dumps(CLAUDE, indent=2))
        self.write(".local/bin/claude", "#!/bin/sh\n", 0o755)
        self.write(".local/bin/package.json", '{"name": "@anthropic-ai/claude-code", "version": "2.1.328"}')
        connect(self.paths, home, "claude-code", Mode.ENFORCE)

    def write(self, name: str, text: str, mode: int = 0o600) -> Path:
        """A file below HOME."""
        file = self.home / name
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)
        return file

    def edit(self, name: str, change: Callable[[dict], object]) -> None:
        """Change a JSON file below HOME in place."""
        file = self.home / name
        value = json.loads(file.read_text()) if file.exists() else {}
        change(value)
        self.write(name, json.dumps(value, indent=2))

    def config(self, text: str) -> None:
        """Add to config.yaml."""
        file = self.paths.config_file
        file.write_text(file.read_text() + text)

    def project(self) -> Path:
        """A repository of the user's."""
        folder = self.home / "code"
        (folder / ".git").mkdir(parents=True, exist_ok=True)
        return folder

    def servers(self, **entries: object) -> None:
        """MCP servers of Claude Code."""
        self.write(".claude.json", json.dumps({"mcpServers": entries}, indent=2))

    def context(self, **changes: object) -> Context:
        """As an audit sees it, with a sensor that answers, an index without losses, and no process of the machine that runs the tests."""
        projects = (self.home / "code",) if (self.home / "code").exists() else ()
        seen = gather(Wish(paths=self.paths, home=self.home, now=NOW, environment=self.environment, projects=projects, root=self.root))
        report = msgspec.structs.replace(seen.log.report, outside_window=Window(seconds=10)) if seen.log.report is not None else None
        log = msgspec.structs.replace(seen.log, report=report, losses={}, verified=NOW, free=1 << 40, total=1 << 41)
        usual = {"sensor": SensorFacts(version=__version__, watch="running"), "running": (), "ptrace_scope": 1, "log": log}
        return msgspec.structs.replace(seen, **{**usual, **changes})

    def results(self, check_id: str, change: Change | None = None) -> list[Result]:
        """What one check says after a change. A change may return fields of the context that the disk cannot show."""
        more = change(self) if change is not None else None
        return list(check_named(check_id).run(self.context(**(more if isinstance(more, dict) else {}))))

    def states(self, check_id: str, change: Change | None = None) -> set[str]:
        """The states among the results."""
        return {one.state.value for one in self.results(check_id, change)}


def hold(machine: Machine, rows: Rows, check_id: str, kind: str) -> None:
    """One row of a table: after a change the check fails, cannot look ("unread"), or is content with a near miss ("near")."""
    states = machine.states(check_id, next(change for one, what, change in rows if (one, what) == (check_id, kind)))
    if kind.startswith("fail"):
        assert "fail" in states
    elif kind.startswith("unread"):
        assert "unknown" in states and "fail" not in states
    else:
        assert states == {"pass"}


def names(rows: Rows) -> list[tuple[str, str]]:
    """What to parametrize a test with."""
    return [(check_id, kind) for check_id, kind, _ in rows]


def check_named(check_id: str) -> Check:
    """The row of the table."""
    return next(check for check in CHECKS if check.id == check_id)
