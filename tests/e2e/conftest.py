"""Whole machines for end-to-end tests: an empty HOME, an empty environment, the real programs.

`machine` is a HOME with Handrail installed by install.sh; `fresh_home` makes HOMEs without. Everything a test starts is
ended by the installation's own `uninstall`, or by process id.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CLAUDE_VERSION = "2.1.332"
CACHE = Path(os.environ.get("HANDRAIL_TEST_CACHE", ROOT / ".cache"))


def _load(name: str, folder: str = "e2e"):
    """A module of a test folder; tests/ is no package, so that equal names in different folders do not clash."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, ROOT / "tests" / folder / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


_load("scripted_model")
machines = _load("machines")
browsing = _load("browsing", "web")
_load("payloads", "hooks")


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
def claude() -> Path:
    """The pinned Claude Code, which tests/run.sh installs from npm."""
    program = find_claude()
    if program is None:
        pytest.skip("Claude Code is not installed; tests/run.sh installs it from npm")
    return program


def find_claude() -> Path | None:
    folder = CACHE / f"claude-code-{CLAUDE_VERSION}" / "node_modules" / "@anthropic-ai"
    return next(iter(sorted(folder.glob("claude-code-*/claude"))), None) if folder.exists() else None


@pytest.fixture(scope="session")
def driver():
    """A headless Chromium."""
    if not browsing.CHROMIUM or not browsing.DRIVER:
        pytest.skip("Chromium and its driver are not installed; tests/run.sh installs them on Debian")
    with browsing.browser() as one:
        yield one


@pytest.fixture(scope="session")
def wheelhouse() -> Path:
    """Every locked dependency as a wheel, fetched once, so that installations need no network."""
    lock = ROOT / "packaging" / "requirements.lock"
    folder = CACHE / f"wheelhouse-{_digest(lock)}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "wheelhouse.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # the workers of one run begin together
        if not (folder / "done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--require-hashes",
                            "--dest", str(folder), "-r", str(lock)], check=True)
            (folder / "done").touch()
    return folder


def _digest(file: Path) -> str:
    return f"{sys.version_info[0]}{sys.version_info[1]}-{hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"


@pytest.fixture(scope="session")
def machine(wheelhouse):
    """A HOME with the real install.sh run in it; shared by all tests, which use sessions and projects of their own."""
    with machines.home_folder() as home:
        made = machines.Machine(home, wheelhouse)
        made.prepare(find_claude())
        try:
            done = made.install("--agents", "claude-code,cursor", "--yes")
            assert done.returncode == 0, done.stdout + done.stderr
            made.settle()
            yield made
        finally:
            made.end()


@pytest.fixture(scope="session")
def environment(machine) -> Path:
    """The private environment that install.sh built, for tests that look at the rest of an installation only."""
    return (machine.data / "venv").resolve()


@pytest.fixture
def fresh_home(wheelhouse, environment, machine, tmp_path):
    """Make HOMEs without Handrail (but for compiled rules): `fresh_home("some name")`."""
    made: list = []

    def make(name: str = "fresh"):
        home = tmp_path / name
        home.mkdir()
        made.append(machines.Machine(home, wheelhouse, environment))
        made[-1].prepare()
        made[-1].warm(machine.state / "cache")
        return made[-1]

    yield make
    for one in made:
        one.end()
