"""What `handrail doctor` looks at on the disk: each check is a function from the place to its findings."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from hooks.settings.startup import State, inspect_block, installed_files
from sensor import __version__
from sensor.audit.form.clock import micros
from sensor.audit.form.keys import load_identity
from sensor.audit.verifying.report import Outcome
from sensor.audit.verifying.verify import verify_newest
from sensor.host.checks.evidence import options_here
from sensor.host.files.hook_client import CONF, client_path, render_conf
from sensor.host.files.launcher import NAME, launcher_path
from sensor.host.files.manifest import load_manifest
from sensor.host.files.shell_files import altered
from sensor.host.machine.file_facts import OTHERS, WRITERS, look_at, rights_problem
from sensor.model.calls import Value
from sensor.model.errors import HandrailError, in_words
from sensor.paths import Paths
from sensor.settings import load_settings

LOW_DISK = 500 * 1024 * 1024
NO_DISK = 50 * 1024 * 1024
EARLIEST = 1_735_689_600  # 2025-01-01: a clock before it was never set
AHEAD_S = 120.0
ACCEPT = " When you know why entries are missing: handrail verify --accept 'WHY'"
AGAIN = "Run install.sh again; it repairs the installation and keeps configuration, keys and log."


class Check(Value):
    """One thing that was looked at. `outcome` is ok, warn or fail; `next_step` says what to do about the last two."""

    name: str
    outcome: str
    detail: str
    next_step: str = ""


class Place(Value):
    """The installation that is looked at, and the wall clock (seconds since 1970)."""

    paths: Paths
    home: Path
    now: float


Look = Callable[[Place], Iterator[Check]]


def ok(name: str, detail: str) -> Check:
    """Nothing is wrong."""
    return Check(name=name, outcome="ok", detail=detail)


def warn(name: str, detail: str, next_step: str) -> Check:
    """It works, but somebody should look."""
    return Check(name=name, outcome="warn", detail=detail, next_step=next_step)


def fail(name: str, detail: str, next_step: str) -> Check:
    """It does not protect as it should."""
    return Check(name=name, outcome="fail", detail=detail, next_step=next_step)


def folders(place: Place) -> Iterator[Check]:
    """Folders exist, are ours and closed to others."""
    paths = place.paths
    wrong = []
    for folder in (paths.config, paths.state, paths.run, paths.data, paths.keys):
        problem = _permission_problem(folder, OTHERS)
        if problem:
            wrong.append(f"{folder} {problem}")
    if wrong:
        yield fail("folders", "; ".join(wrong), f"Run: chmod 700 {wrong[0].split(' ')[0]}, or {AGAIN}")
    else:
        yield ok("folders", "private to this user")


def configuration(place: Place) -> Iterator[Check]:
    """config.yaml can be read and is closed to others."""
    file = place.paths.config_file
    try:
        settings = load_settings(file)
    except HandrailError as error:
        yield fail("configuration", error.message, error.next_step)
        return
    problem = _permission_problem(file, WRITERS)
    if problem:
        yield fail("configuration", f"{file} {problem}", f"Run: chmod 600 '{file}'" if file.exists() else AGAIN)
    elif settings.mode.value == "observe":
        yield warn("configuration", "mode observe: nothing is stopped", "To stop what must not happen: handrail mode enforce")
    else:
        yield ok("configuration", f"mode {settings.mode.value}")


def keys(place: Place) -> Iterator[Check]:
    """The key that signs the log is there and private."""
    try:
        load_identity(place.paths.keys)
    except (HandrailError, OSError) as error:
        yield fail("keys", in_words(error, with_file=True), "Restore the keys folder from a backup. Without it new entries cannot continue this log.")
        return
    wide = [str(file) for file in place.paths.keys.iterdir() if file.is_file() and file.suffix != ".pub" and file.stat().st_mode & 0o077]
    if wide:
        yield fail("keys", f"others can read {', '.join(wide)}", f"Run: chmod 600 '{wide[0]}'")
    else:
        yield ok("keys", "present and private")


def program(place: Place) -> Iterator[Check]:
    """Launcher, hook client and its settings are the ones of this version."""
    paths, manifest = place.paths, load_manifest(place.paths)
    if manifest is None:
        yield fail("program", f"no installation is recorded in {paths.state}", AGAIN)
        return
    if manifest.version != __version__:
        yield fail("program", f"version {__version__}, but {manifest.version} was installed", AGAIN)
        return
    for file in (launcher_path(paths), client_path(paths)):
        if not os.access(file, os.X_OK):
            yield fail("program", f"{file} is missing or cannot be executed", AGAIN)
            return
    conf = paths.bin / CONF
    if not conf.exists() or conf.read_text(encoding="utf-8", errors="replace") != render_conf(paths):
        yield fail("program", f"{conf} is not what this version wrote", AGAIN)
        return
    other = shutil.which(NAME)
    if other and os.path.realpath(other) != os.path.realpath(launcher_path(paths)):
        yield warn("program", f"`{NAME}` on your PATH is another one: {other}", f"Call {launcher_path(paths)}, or remove the other one.")
    else:
        yield ok("program", f"version {__version__}")


def shells(place: Place) -> Iterator[Check]:
    """The shell wrapper, where it was installed: its files and its blocks are as Handrail wrote them."""
    installed = installed_files(place.paths.state)
    if not installed:
        return
    wrong = [f"{one.path}: {state.value}" for one in installed if (state := inspect_block(one)[0]) is not State.INSTALLED]
    wrong += [f"{name} is altered" for name in altered(place.paths)]
    if wrong:
        yield warn("shell wrapper", "; ".join(wrong), "Look who changed that, then run: handrail shell install")
    else:
        yield ok("shell wrapper", f"in {len(installed)} start-up files")


def disk(place: Place) -> Iterator[Check]:
    """Room for the log."""
    free = shutil.disk_usage(place.paths.state if place.paths.state.exists() else place.home).free
    text = f"{free / 1024**3:.1f} GB free"
    if free < NO_DISK:
        yield fail("disk space", text, "Make room: without it the log cannot be written, and audit.failure decides about calls.")
    elif free < LOW_DISK:
        yield warn("disk space", text, "Make room soon: the log needs it.")
    else:
        yield ok("disk space", text)


def spool(place: Place) -> Iterator[Check]:
    """What the hook client decided alone has reached the log."""
    folder = place.paths.spool
    names = os.listdir(folder) if folder.is_dir() else []
    waiting = sum(name.endswith(".json") for name in names)
    lost = sum((folder / name).stat().st_size for name in names if name.startswith("lost-"))
    if lost:
        yield warn("spool", f"{waiting} events wait for the log, {lost} were lost",
                   "Calls were made while the sensor was away for long. Look at: handrail service status")
    elif waiting:
        step = "They are read when the sensor starts: handrail service restart"
        yield warn("spool", f"{waiting} events wait for the log", step)
    else:
        yield ok("spool", "empty")


def record(place: Place) -> Iterator[Check]:
    """The log verifies, with the evidence that there is, and the clock is not behind it."""
    try:
        report = verify_newest(place.paths.log, place.paths.keys, options_here(place.paths), int(place.now * 1_000_000))
    except (OSError, HandrailError) as error:
        yield fail("log", in_words(error, with_file=True), "Run: handrail verify")
        return
    text = f"{report.entries} entries, {report.outcome.name.lower().replace('_', ' ')}"
    if report.outcome is Outcome.TAMPERED:
        yield fail("log", f"{text}: {report.problems[0].what}", f"Run: handrail verify, and keep a copy of the log folder.{ACCEPT if report.losses else ''}")
    elif report.losses:
        yield fail("log", f"{text}: {report.not_proven[0]}", f"Look what is missing and why: handrail verify.{ACCEPT}")
    elif report.outcome is Outcome.NOT_PROVEN:
        yield warn("log", f"{text}: {'; '.join(report.not_proven[:1])}", "Run: handrail verify")
    else:
        yield ok("log", text)
    yield clock(place, report.last_ts)


def clock(place: Place, newest: str) -> Check:
    """The clock is set, and not behind the newest entry of the log ("" = the log is empty)."""
    ahead = micros(newest) / 1_000_000 - place.now if newest else 0.0
    if place.now < EARLIEST:
        return fail("clock", f"it says {time.strftime('%Y-%m-%d', time.gmtime(place.now))}", "Set the clock of this machine.")
    if ahead > AHEAD_S:
        return warn("clock", f"the newest entry of the log is {ahead:.0f} s in the future", "Look whether the clock of this machine was set back.")
    return ok("clock", time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(place.now)))


ON_DISK: tuple[Look, ...] = (folders, configuration, keys, program, shells, disk, spool, record)


def _permission_problem(path: Path, forbidden: int) -> str:
    """What is wrong with the owner or the rights of `path`; "" when nothing is. Our own files are no links and belong to nobody else."""
    fact = look_at(path)
    if fact.is_link:
        return "is a link"
    return "belongs to another user" if fact.exists and fact.uid != os.getuid() else rights_problem(fact, forbidden, os.getuid())
