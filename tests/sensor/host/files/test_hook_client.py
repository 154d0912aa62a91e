"""The client that is put in place runs, whichever it is, and finds its settings beside itself."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from sensor.host.files.hook_client import client_path, place_client, prebuilt_client, python_client, render_conf
from sensor.host.files.launcher import launcher_path
from sensor.model.errors import HandrailError
from tests.hooks.harness import prebuild

ROOT = Path(__file__).resolve().parents[4]
EVENT = {"hook_event_name": "PreToolUse", "session_id": "s", "tool_name": "Bash", "tool_use_id": "t", "cwd": "/", "tool_input": {"command": "rm -rf /"}}


@pytest.fixture(params=["compiled", "prebuilt", "python"])
def placed(request, plan, tmp_path, monkeypatch):
    """A client in place, in a folder with a space in its path. No sensor can be started: there is no launcher."""
    monkeypatch.setattr("sys.prefix", str(tmp_path / "environment"))
    if request.param == "compiled":
        target = tmp_path / "environment/bin/handrail-hook"
        target.parent.mkdir(parents=True)
        done = subprocess.run(["sh", ROOT / "packaging/build_client.sh", ROOT / "hooks/client.c", target], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    if request.param == "prebuilt":
        shutil.copytree(ROOT / "hooks", tmp_path / "release/hooks", ignore=shutil.ignore_patterns("__pycache__", "prebuilt"))
        monkeypatch.setattr("hooks.__file__", str(tmp_path / "release/hooks/__init__.py"))
        prebuilt_client().parent.mkdir()
        assert not prebuild(prebuilt_client())
    note = place_client(plan.paths)
    assert note.split()[0].strip(",") == ("in" if request.param == "python" else "compiled")
    assert ("release" in note) is (request.param == "prebuilt")
    return client_path(plan.paths)


def test_it_answers_without_a_sensor(placed):
    done = subprocess.run([placed, "--agent", "claude-code"], input=json.dumps(EVENT), capture_output=True, text=True, check=False, timeout=60)
    assert json.loads(done.stdout)["hookSpecificOutput"]["permissionDecision"] == "deny", done


def test_files_are_private_and_nothing_is_left(placed):
    files = {file.name: file.stat().st_mode & 0o777 for file in placed.parent.iterdir()}
    assert files == {"handrail-hook": 0o700, "handrail-hook.conf": 0o600, "handrail-mcp": 0o700}


def test_settings_name_the_way_to_everything(plan):
    pairs = dict(line.split("=", 1) for line in render_conf(plan.paths).splitlines())
    assert Path(pairs["client"]).name.startswith("client.") and Path(pairs["python"]).is_absolute()
    assert pairs["socket"] == str(plan.paths.socket) and pairs["state"] == str(plan.paths.state)
    assert pairs["handrail"] == f"'{launcher_path(plan.paths)}' run --quiet"


def test_the_client_is_found_through_the_link_to_the_environment_in_use(plan, monkeypatch):
    monkeypatch.setattr("hooks.__file__", f"{sys.prefix}/lib/python3/site-packages/hooks/__init__.py")
    assert python_client(plan.paths) == plan.paths.venv / "lib/python3/site-packages/hooks/client.py"


def test_compiled_code_is_preferred(plan, tmp_path, monkeypatch):
    monkeypatch.setattr("hooks.__file__", f"{tmp_path}/hooks/__init__.py")
    compiled = Path(cache_from_source(f"{tmp_path}/hooks/client.py"))
    compiled.parent.mkdir(parents=True)
    compiled.touch()
    assert python_client(plan.paths) == compiled


def test_a_line_break_in_a_path_is_refused(plan, monkeypatch):
    monkeypatch.setattr("sensor.host.files.hook_client.base_interpreter", lambda: "/a\nb")
    with pytest.raises(HandrailError, match="line break"):
        render_conf(plan.paths)
