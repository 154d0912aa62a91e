"""An installation keeps the kind of service it was given."""

from __future__ import annotations

import pytest

from sensor.host.installed import plan_for, service_for
from sensor.host.manifest import Manifest, save_manifest


@pytest.mark.parametrize(("recorded", "kind"), [("background", "background"), ("systemd", "systemd"), (None, "systemd")])
def test_kind_follows_the_manifest(plan, fake_program, own_home, recorded, kind):
    fake_program("systemctl", "exit 0")
    plan.paths.state.mkdir(parents=True)
    if recorded is not None:
        save_manifest(plan.paths, Manifest(version="1", installed=1.0, service=recorded))
    assert service_for(plan.paths, own_home).kind == kind


def test_it_runs_the_launcher(plan, own_home):
    assert plan_for(plan.paths, own_home).command == (str(plan.paths.bin / "handrail"), "run", "--quiet")
