"""The service of an existing installation: the kind that was installed, not the one that would be chosen today."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from sensor.host.files.launcher import launcher_path
from sensor.host.files.manifest import load_manifest
from sensor.host.running import listening
from sensor.host.services.background import BackgroundService
from sensor.host.services.launchd import LaunchdService
from sensor.host.services.service import Service, choose
from sensor.host.services.service_plan import ServicePlan
from sensor.host.services.systemd import SystemdService
from sensor.model.errors import HandrailError
from sensor.paths import Paths

RUN = ("run", "--quiet")
KINDS: dict[str, Callable[[ServicePlan], Service]] = {kind.kind: kind for kind in (SystemdService, LaunchdService, BackgroundService)}


def plan_for(paths: Paths, home: Path) -> ServicePlan:
    """What a service of this installation starts."""
    return ServicePlan(command=(str(launcher_path(paths)), *RUN), paths=paths, home=home)


def service_for(paths: Paths, home: Path) -> Service:
    """The service as installed; without an installation, the best of this machine."""
    manifest = load_manifest(paths)
    plan = plan_for(paths, home)
    return KINDS.get(manifest.service if manifest is not None else "", choose)(plan)


def hand_over(paths: Paths, home: Path, environment: Mapping[str, str], pid: int) -> bool:
    """Let the service manager start what this process (`pid`) was called to run; False = it must run it itself.

    A hook client that finds no sensor starts one. Where a service manager keeps the installation, that one would live as long as
    the agent's session does, and hold the lock that the service needs.
    """
    manifest = load_manifest(paths)
    if manifest is None or manifest.service in ("", BackgroundService.kind) or listening.is_from_manager(environment, pid):
        return False
    try:
        service_for(paths, home).start()
    except HandrailError:
        return False
    return True
