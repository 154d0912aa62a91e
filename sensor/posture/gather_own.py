"""What there is to know of our own installation, its log and the projects that it saw."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec
import psutil

from hooks.settings.startup import installed_files
from sensor.access.pins import Pin
from sensor.access.policy import AccessFile, load_policy
from sensor.audit.verifying.report import VerifyReport
from sensor.audit.verifying.verify import verify_newest
from sensor.host.checks.evidence import options_here
from sensor.host.files.manifest import load_manifest
from sensor.host.machine.sockets import listening
from sensor.host.services.children import load_state, running
from sensor.host.services.installed import service_for
from sensor.host.services.supervisor import STATE_FILE
from sensor.model.errors import HandrailError, in_words
from sensor.paths import Paths
from sensor.policy.load import load_rules, user_rules
from sensor.posture.context import Listener, LogFacts, OwnFacts
from sensor.settings import Settings, load_settings
from sensor.store.queries.record import count_since, newest
from sensor.store.queries.sessions import page
from sensor.store.reading import IndexMissing, open_index
from sensor.watching.places import repository

DAY_S = 86_400.0
RECENT_DAYS, LOSS_DAYS = 30, 7
MAX_PROJECTS, MAX_SESSIONS = 20, 300
SIGNED_BYTES = 24 << 20  # about a second of work
LOSSES = ("gap", "drop", "task_keys_lost")
DOORS: dict[str, Callable[[Settings], tuple[int, bool]]] = {  # the children that wait on TCP: on which port, and whether they do
    "sensor": lambda settings: (settings.intake.port, settings.intake.enabled),
    "web": lambda settings: (settings.web.port, True),
}
T = TypeVar("T")


def own_facts(paths: Paths, home: Path) -> OwnFacts:
    """The installation; of nothing but defaults where there is none."""
    settings, settings_problem = _loaded(lambda: load_settings(paths.config_file))
    access, access_problem = _loaded(lambda: load_policy(paths.policy_file, None) or AccessFile())
    manifest, _ = _loaded(lambda: load_manifest(paths))
    shells, _ = _loaded(lambda: installed_files(paths.state))
    pins, pins_problem = _pins(paths.state / "mcp-pins.json")
    rules, _ = _loaded(lambda: user_rules(paths.user_rules))
    altered, count = _shipped()
    return OwnFacts(
        settings=settings, settings_problem=settings_problem, access=access, access_problem=access_problem, manifest=manifest,
        service=service_for(paths, home).status() if manifest is not None else None, listeners=tuple(_listeners(paths, settings)), core=_core(settings),
        user_rules=rules, altered=altered, shipped_count=count, spooled=_spooled(paths.spool), wrapped_shells=len(shells or ()), pins=pins,
        pins_problem=pins_problem,
    )


def log_facts(paths: Paths, now: float) -> LogFacts:
    """The log, verified as `doctor` does it (a large one without its signatures, which take a minute for a million), and what the index knows of it."""
    room = shutil.disk_usage(paths.state if paths.state.exists() else "/")
    size = sum(map(_size, paths.log.rglob("*")))
    losses, verified = _indexed(paths, now)

    def verify() -> VerifyReport:
        options = msgspec.structs.replace(options_here(paths), signatures=size <= SIGNED_BYTES)
        return verify_newest(paths.log, paths.keys, options, int(now * 1_000_000))

    report, problem = _loaded(verify)
    return LogFacts(report=report, problem=problem, losses=losses, verified=verified, size=size, free=room.free, total=room.total)


def recent_projects(paths: Paths, now: float) -> Iterator[str]:
    """Repositories in which agents worked in the last 30 days, newest first."""
    try:
        with open_index(paths.index) as index:
            sessions = page(index, limit=MAX_SESSIONS).sessions
    except IndexMissing:
        return
    recent = (one.cwd for one in sessions if one.cwd.startswith("/") and max(one.started, one.ended) >= (now - RECENT_DAYS * DAY_S) * 1_000_000)
    yield from list(dict.fromkeys(repository(folder) or folder for folder in recent))[:MAX_PROJECTS]


def _loaded(load: Callable[[], T]) -> tuple[T | None, str]:
    """The value, or None and why not."""
    try:
        return load(), ""
    except HandrailError as error:
        return None, error.message.splitlines()[0]
    except OSError as error:
        return None, in_words(error, with_file=True)


def _pins(file: Path) -> tuple[tuple[Pin, ...], str]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=tuple[Pin, ...]), ""
    except FileNotFoundError:
        return (), ""
    except (OSError, msgspec.DecodeError) as error:
        return (), f"cannot be read: {in_words(error)}"


def _core(settings: Settings | None) -> frozenset[str]:
    """Ids of core rules; reading all rules takes most of a second, so only where a setting changes one."""
    if settings is None or not settings.overrides:
        return frozenset()
    return frozenset(rule.id for rule in load_rules().rules if rule.is_core)


def _shipped() -> tuple[tuple[str, ...] | None, int]:
    """Rule files that differ from those that the package brought, and how many were compared; None in a checkout, which has no such list."""
    try:
        listed = [file for file in importlib.metadata.files("handrail") or () if file.parts[0] == "rules" and file.suffix == ".yaml" and file.hash]
    except importlib.metadata.PackageNotFoundError:
        listed = []
    if not listed:
        return None, 0
    return tuple(str(file) for file in listed if _digest(Path(str(file.locate()))) != getattr(file.hash, "value", "")), len(listed)


def _digest(file: Path) -> str:
    try:
        return base64.urlsafe_b64encode(hashlib.sha256(file.read_bytes()).digest()).rstrip(b"=").decode()
    except OSError:
        return ""


def _size(file: Path) -> int:
    """Bytes of a file; none of one that has just gone."""
    try:
        return file.stat().st_size if file.is_file() else 0
    except OSError:
        return 0


def _spooled(folder: Path) -> float:
    """When the oldest event was written that still waits; 0 = none does."""
    try:
        return min((one.stat().st_mtime for one in os.scandir(folder) if one.name.endswith(".json")), default=0.0)
    except OSError:
        return 0.0


def _listeners(paths: Paths, settings: Settings | None) -> Iterator[Listener]:
    """TCP ports of the supervisor's children; of one that hides its sockets (see `harden`) those at its door by the machine's list."""
    state = load_state(paths.run / STATE_FILE)
    for child in state.children if state is not None else ():
        process = running(child)
        try:
            for one in process.net_connections(kind="tcp") if process is not None else ():
                if one.status == psutil.CONN_LISTEN and one.laddr:
                    yield Listener(process=child.name, address=one.laddr[0], port=one.laddr[1])
        except psutil.NoSuchProcess:
            continue
        except psutil.AccessDenied:
            yield from _at_door(child.name, settings)


def _at_door(name: str, settings: Settings | None) -> Iterator[Listener]:
    if name not in DOORS:
        return
    port, is_open = DOORS[name](settings) if settings is not None else (0, True)
    try:
        addresses = [address for address, at in listening(os.getuid()) if at == port]
    except OSError:
        addresses = []
    yield from (Listener(process=name, address=address, port=port) for address in addresses or ([""] if is_open else []))


def _indexed(paths: Paths, now: float) -> tuple[dict[str, int] | None, float | None]:
    """Losses of the last days by kind, and when a person verified the log last; None where the index cannot say."""
    try:
        with open_index(paths.index) as index:
            seen = newest(index, "verify_result")
            return count_since(index, LOSSES, int((now - LOSS_DAYS * DAY_S) * 1_000_000)), seen.ts / 1_000_000 if seen is not None else 0.0
    except IndexMissing:
        return None, None
