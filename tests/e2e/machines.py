"""A developer's machine as a folder: HOME, projects, the installed Handrail, and what can be asked of it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from scripted_model import ScriptedModel

from sensor.audit.journal.reader import JournalReader, newest_log
from sensor.settings import save_value

ROOT = Path(__file__).resolve().parents[2]
KEPT = (".local/state/handrail/log", ".local/state/handrail/keys")
RULE_CACHE = ".local/state/handrail/cache"
CLIENT_OPTIONS = ("--allowedTools", "Bash Read Write Edit Agent", "--output-format", "json")


class Machine:
    """One HOME. Nothing of the test's own environment reaches the programs that run in it."""

    def __init__(self, home: Path, wheelhouse: Path, environment: Path | None = None) -> None:
        self.home = home
        self.wheelhouse = wheelhouse
        self.environment = environment
        self.data = home / ".local/share/handrail"
        self.state = home / ".local/state/handrail"
        self.settings = home / ".claude/settings.json"

    def env(self, **more: str) -> dict[str, str]:
        return {"HOME": str(self.home), "PATH": "/usr/local/bin:/usr/bin:/bin", "SHELL": "/bin/bash", "LANG": "C.UTF-8", "USER": "dev", **more}

    def run(self, *command: str | Path, timeout: float = 300, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([str(word) for word in command], env=self.env(**more), cwd=cwd or self.home, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=timeout, check=False)

    # -- the installation

    def install(self, *options: str) -> subprocess.CompletedProcess[str]:
        """The real thing: install.sh, offline."""
        return self.run("sh", ROOT / "install.sh", "--wheels", self.wheelhouse, *options, HANDRAIL_PYTHON=_base_python())

    def install_rest(self, *options: str) -> subprocess.CompletedProcess[str]:
        """What install.sh does once it has built the private environment (taken from the `environment` fixture)."""
        assert self.environment is not None
        return self.run(self.environment / "bin/python", "-I", "-m", "sensor.host.install", "--venv", self.environment, *options)

    def handrail(self, *words: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        return self.run(self.data / "bin/handrail", *words, timeout=timeout)

    def json(self, *words: str) -> dict:
        done = self.handrail(*words, "--json")
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def settle(self) -> None:
        """Calls that are held for a person are refused after a second: nobody is there. Ports that no other installation would choose."""
        web, intake = random.sample(range(20_000, 32_000), 2)  # below those that the system gives to outgoing connections
        for setting, value in ((("approvals", "wait-seconds"), 1), (("web", "port"), web), (("intake", "port"), intake)):
            save_value(self.home / ".config/handrail/config.yaml", setting, value)
        assert self.handrail("service", "restart").returncode == 0

    def end(self) -> None:
        """Uninstall, if installed; then end by id whatever still runs from this HOME."""
        if (self.data / "venv").exists():
            self.run(self.data / "venv/bin/python", "-I", "-m", "sensor.cli.main", "uninstall", "--yes", "--delete-log")
        for process in self.processes():
            process.kill()

    def processes(self) -> list[psutil.Process]:
        """Processes of this installation."""
        found = []
        for process in psutil.process_iter():
            try:
                if any(str(self.data) in word for word in process.cmdline()):
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def children(self) -> dict[str, int]:
        """Name -> process id of what the supervisor runs; "supervisor" is itself."""
        state = json.loads((self.run_folder() / "children.json").read_text())
        return {"supervisor": state["supervisor"], **{child["name"]: child["pid"] for child in state["children"]}}

    def run_folder(self) -> Path:
        """Where the socket is: not below the state folder when that path is too long for a socket."""
        settings = dict(line.split("=", 1) for line in (self.data / "bin/handrail-hook.conf").read_text().splitlines())
        return Path(settings["socket"]).parent

    def hide_program(self) -> None:
        """Make it impossible to start Handrail again; `show_program` undoes it."""
        (self.data / "bin/handrail").rename(self.data / "bin/hidden")

    def show_program(self) -> None:
        (self.data / "bin/hidden").rename(self.data / "bin/handrail")

    def kill_everything(self) -> None:
        """SIGKILL the supervisor and its children, as a crash or an attacker would."""
        for pid in self.children().values():
            os.kill(pid, signal.SIGKILL)
        left = self.processes()
        for process in left:  # what the sensor had begun, as an audit
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(left, timeout=5)

    def kill_sensor(self) -> None:
        """SIGKILL the sensor alone."""
        pid = self.children()["sensor"]
        if pid:
            os.kill(pid, signal.SIGKILL)

    # -- the record

    def entries(self, session: str = "") -> list[dict]:
        """Entries of the journal (of one session), oldest first."""
        folder = newest_log(self.state / "log")
        if folder is None:
            return []
        with JournalReader(folder) as reader:
            entries = [json.loads(line.entry) for line in reader.lines()]
        return [entry for entry in entries if not session or entry.get("session") == session]

    def wait_for_entries(self, session: str, enough, timeout: float = 60) -> list[dict]:
        """Entries of a session once `enough(entries)` holds, else whatever there is after `timeout`."""
        deadline = time.monotonic() + timeout
        entries = self.entries(session)
        while not enough(entries) and time.monotonic() < deadline:
            time.sleep(0.2)
            entries = self.entries(session)
        return entries

    # -- the developer's side

    def prepare(self, claude: Path | None = None) -> None:
        """What a developer has: a key, documents, a git identity, and perhaps Claude Code."""
        if claude is not None:
            (self.home / ".local/bin").mkdir(parents=True)
            (self.home / ".local/bin/claude").symlink_to(claude)
        (self.home / ".ssh").mkdir(mode=0o700)
        (self.home / ".ssh/id_ed25519").write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nnot-a-real-key\n-----END OPENSSH PRIVATE KEY-----\n")
        (self.home / "documents").mkdir()
        (self.home / "documents/thesis.txt").write_text("years of work\n")
        (self.home / ".gitconfig").write_text("[user]\n\tname = Dev\n\temail = dev@example.com\n[init]\n\tdefaultBranch = main\n")

    def warm(self, cache: Path) -> None:
        """Take compiled rules over from another machine: compiling them takes longer than the rest of an installation."""
        shutil.copytree(cache, self.home / RULE_CACHE)
        for folder in (self.home / RULE_CACHE, self.state):
            folder.chmod(0o700)

    def project(self, name: str) -> Project:
        return Project(self, name)


class Project:
    """A git repository with a remote of its own on this machine, one commit behind a force push."""

    def __init__(self, machine: Machine, name: str) -> None:
        self.machine = machine
        self.folder = machine.home / "projects" / name
        self.remote = machine.home / "remotes" / f"{name}.git"
        self.folder.mkdir(parents=True)
        (self.folder / "README.md").write_text(f"# {name}\n")
        self.git("init", "-q")
        self.git("add", "README.md")
        self.git("commit", "-q", "-m", "first")
        self.remote.parent.mkdir(exist_ok=True)
        machine.run("git", "init", "-q", "--bare", self.remote)
        self.git("remote", "add", "origin", str(self.remote))
        self.git("push", "-q", "origin", "main")
        self.git("commit", "-q", "--amend", "-m", "rewritten")
        self.published = self.remote_head()

    def git(self, *words: str) -> str:
        done = self.machine.run("git", *words, cwd=self.folder)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def remote_head(self) -> str:
        return self.machine.run("git", "--git-dir", self.remote, "rev-parse", "main").stdout.strip()

    def run_claude(self, claude: Path, model: ScriptedModel, timeout: float = 300, prompt: str = "go") -> str:
        """Let the real client play the model's script here; its session id."""
        done = self.machine.run(
            claude, "-p", prompt, *CLIENT_OPTIONS, cwd=self.folder, timeout=timeout,
            ANTHROPIC_BASE_URL=model.url, ANTHROPIC_API_KEY="dummy", DISABLE_TELEMETRY="1", DISABLE_AUTOUPDATER="1",
            DISABLE_ERROR_REPORTING="1", CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC="1",
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return json.loads(done.stdout)["session_id"]


@contextlib.contextmanager
def home_folder() -> Iterator[Path]:
    """A new HOME where homes are: what lies below a folder for temporary files may be deleted without a question."""
    places = [place for place in (Path("/home"), Path("/srv"), ROOT / "build") if place == ROOT / "build" or os.access(place, os.W_OK)]
    places[0].mkdir(exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="handrail-e2e-", dir=places[0]))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def snapshot(folder: Path, without: tuple[str, ...] = ()) -> dict[str, str]:
    """Path -> mode and content of everything below `folder`, but not what lies below `without`."""
    tree = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if any(name == one or name.startswith(one + "/") or one.startswith(name + "/") for one in without):
            continue
        facts = path.lstat()
        if path.is_symlink():
            tree[name] = f"link {os.readlink(path)}"
        elif path.is_dir():
            tree[name] = f"folder {facts.st_mode:o}"
        elif path.is_file():
            tree[name] = f"file {facts.st_mode:o} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        else:
            tree[name] = f"other {facts.st_mode:o}"
    return tree


def login_address(text: str) -> str:
    """The one-time dashboard address in some output."""
    found = re.search(r"http://127\.0\.0\.1:\d+/login\?token=\S+", text)
    assert found, text
    return found[0]


def _base_python() -> str:
    """The interpreter behind the test's environment: a developer's python3."""
    import sys

    return getattr(sys, "_base_executable", sys.executable)
