"""An installation keeps the kind of service it was given."""

from __future__ import annotations

import os

import pytest

from sensor.host.files.manifest import Manifest, save_manifest
from sensor.host.services.installed import hand_over, plan_for, service_for


@pytest.mark.parametrize(("recorded", "kind"), [("background", "background"), ("systemd", "systemd"), ("launchd", "launchd"), (None, "systemd")])
def test_kind_follows_the_manifest(plan, fake_program, own_home, recorded, kind):
    fake_program("systemctl", f'[ "$2" != show-environment ] || echo "HOME={own_home}"')
    plan.paths.state.mkdir(parents=True)
    if recorded is not None:
        save_manifest(plan.paths, Manifest(version="1", installed=1.0, service=recorded))
    assert service_for(plan.paths, own_home).kind == kind


def test_it_runs_the_launcher(plan, own_home):
    assert plan_for(plan.paths, own_home).command == (str(plan.paths.bin / "handrail"), "run", "--quiet")


def test_an_installation_keeps_its_kind_where_the_manager_is_gone(plan, fake_program, own_home):
    """Otherwise `uninstall` without the bus would leave the units behind, and systemd would start a program that is gone for ever."""
    fake_program("systemctl", "exit 1")
    plan.paths.state.mkdir(parents=True)
    save_manifest(plan.paths, Manifest(version="1", installed=1.0, service="systemd"))
    assert service_for(plan.paths, own_home).kind == "systemd"


@pytest.mark.parametrize(("recorded", "refuses", "by_manager", "handed"), [
    ("systemd", False, False, True), ("systemd", True, False, False), ("systemd", False, True, False), ("background", False, False, False),
    (None, False, False, False),
])
def test_what_a_hook_starts_is_handed_to_the_service_manager(plan, fake_program, own_home, recorded, refuses, by_manager, handed):
    log = fake_program("systemctl", "exit 1" if refuses else "exit 0")
    plan.paths.state.mkdir(parents=True)
    if recorded is not None:
        save_manifest(plan.paths, Manifest(version="1", installed=1.0, service=recorded))
    environment = {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"} if by_manager else {}
    assert hand_over(plan.paths, own_home, environment, os.getpid()) is handed
    assert ("--user start handrail.socket handrail.service" in log.read_text()) is (handed or refuses)
