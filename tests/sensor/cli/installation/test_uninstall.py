"""`handrail uninstall`: never without a yes; what it removes is tested with `sensor.host.uninstall`."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from sensor.host.files.progress import Progress
from sensor.host.install import Options, Setup, install


@pytest.fixture
def installed(warm_paths, own_home, tmp_path):
    """An installation below the prefix of `idle_terminal`, not started."""
    options = Options(venv=Path(sys.prefix), prefix=tmp_path / "p", start=False)
    install(Setup(options=options, paths=warm_paths, home=own_home, progress=Progress(io.StringIO())))
    return warm_paths


def test_without_a_terminal_a_yes_is_needed(idle_terminal, installed):
    assert "--yes" in idle_terminal.error("uninstall").next_step
    assert installed.config_file.exists()


def test_yes_removes_it(idle_terminal, installed):
    assert "Handrail is removed." in idle_terminal.ok("uninstall", "--yes", "--delete-log")
    assert not installed.data.exists() and not installed.state.exists()


def test_json_says_what_is_kept_and_steps_go_to_standard_error(idle_terminal, installed):
    (installed.log / "0").mkdir(parents=True)
    result = idle_terminal.run("uninstall", "--yes", "--json")
    assert result.exit_code == 0 and "Service" in result.stderr
    found = json.loads(result.stdout)
    assert found["removed"] and [str(installed.log) in one for one in found["kept"]].count(True) == 1 and not installed.data.exists()


def test_nothing_to_remove_is_said(idle_terminal):
    assert "No installation is recorded" in idle_terminal.error("uninstall", "--yes").message
