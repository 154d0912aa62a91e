"""The service of an existing installation: the kind that was installed, not the one that would be chosen today."""

from __future__ import annotations

from pathlib import Path

from sensor.host.background import BackgroundService
from sensor.host.launcher import launcher_path
from sensor.host.manifest import load_manifest
from sensor.host.service import Service, choose
from sensor.host.service_plan import ServicePlan
from sensor.paths import Paths

RUN = ("run", "--quiet")


def plan_for(paths: Paths, home: Path) -> ServicePlan:
    """What a service of this installation starts."""
    return ServicePlan(command=(str(launcher_path(paths)), *RUN), paths=paths, home=home)


def service_for(paths: Paths, home: Path) -> Service:
    """The service as installed; without an installation, the best of this machine."""
    manifest = load_manifest(paths)
    plan = plan_for(paths, home)
    if manifest is not None and manifest.service == BackgroundService.kind:
        return BackgroundService(plan)
    return choose(plan)
