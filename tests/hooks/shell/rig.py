"""A HOME with the wrapper's files, the compiled client and a real sensor: shells run in it as below an agent, or below none."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from sensor.audit.journal.reader import JournalReader, newest_log
from sensor.host.files.hook_client import CONF, TIMEOUT_MS, client_path, place_client, render_conf
from sensor.host.files.shell_files import place_shell_files, shell_folder
from tests.sensor.live import LiveSensor

ROOT = Path(__file__).resolve().parents[3]
RUN = "import os, subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]) % 256)"


class Rig:
    """`prefix` holds the installation, `home` the start-up files. `agent` is a program that the sensor takes for Claude Code."""

    def __init__(self, folder: Path, client: Path) -> None:
        self.home = folder / "home"
        self.work = self.home / "work"
        self.work.mkdir(parents=True)
        self.sensor = LiveSensor(self.home)
        self.sensor.configure("mode: enforce\napprovals: {quarantine: none}\n")
        self.paths = self.sensor.paths
        place_client(self.paths)
        shutil.copy(client, client_path(self.paths))
        # A shell goes on without an answer that takes too long; here the machine may be busy.
        (self.paths.bin / CONF).write_text(render_conf(self.paths).replace(f"timeout_ms={TIMEOUT_MS}\n", "timeout_ms=20000\n"))
        place_shell_files(self.paths, shims=False, prefix=False)
        self.folder = shell_folder(self.paths)
        self.agent = folder / "claude"
        self.agent.symlink_to(os.path.realpath(sys.executable))
        self.start_line = f"[ ! -r '{self.folder}/start.sh' ] || . '{self.folder}/start.sh'\n"

    def env(self, wrapped: bool = True, **more: str) -> dict[str, str]:
        own = {"HOME": str(self.home), "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "xterm", "USER": "dev", "HISTFILE": ""}
        return {**own, **({"BASH_ENV": f"{self.folder}/wrapper.bash", "ZDOTDIR": str(self.zdotdir)} if wrapped else {"ZDOTDIR": str(self.home / "bare")}), **more}

    @property
    def zdotdir(self) -> Path:
        folder = self.home / "zsh"
        folder.mkdir(exist_ok=True)
        (folder / ".zshenv").write_text(f"unsetopt GLOBAL_RCS\n{self.start_line}")
        return folder

    def words(self, command: tuple[str, ...], agent: bool) -> list[str]:
        return [str(self.agent), "-I", "-S", "-c", RUN, *command] if agent else list(command)

    def run(self, *command: str, agent: bool = True, wrapped: bool = True, stdin: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(self.words(command, agent), env=self.env(wrapped, **more), cwd=self.work, input=stdin, capture_output=True, timeout=60, check=False)

    def entries(self, since: int = 0) -> list[dict]:
        """Entries about calls, oldest first."""
        folder = newest_log(self.paths.log)
        if folder is None:
            return []
        with JournalReader(folder) as reader:
            entries = [json.loads(line.entry) for line in reader.lines()]
        return [entry for entry in entries if entry.get("agent", {}).get("event", "").startswith("shell/")][since:]
