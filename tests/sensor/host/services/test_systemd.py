"""Unit files, and the order in which systemctl is asked. A stand-in records the calls; no user manager is needed."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from sensor.host.services.systemd import SystemdService, quote, render_units, why_not
from sensor.model.errors import HandrailError


def test_units_name_the_program_and_the_socket(plan):
    units = render_units(plan)
    service = units["handrail.service"]
    assert f'ExecStart="{plan.command[0]}" "run"' in service
    assert f"ListenStream={plan.paths.socket}\n" in units["handrail.socket"]
    assert "@" not in service.replace("@system-service", "")
    for option in ("NoNewPrivileges=yes", "Restart=always", "WatchdogSec=20", "StartLimitIntervalSec=0", "UMask=0077"):
        assert option in service


def test_the_service_stays_in_the_user_namespace_of_the_agents(plan):
    """Each of these makes a user manager start the service in a namespace of its own, from where no /proc/PID/environ can be read."""
    service = render_units(plan)["handrail.service"]
    set_here = {line.partition("=")[0] for line in service.splitlines() if "=" in line and not line.startswith("#")}
    assert not [name for name in set_here if name.startswith(("Private", "Protect", "ReadOnly", "ReadWrite", "Inaccessible", "Bind", "TemporaryFileSystem"))]


@pytest.mark.parametrize(
    ("word", "quoted"), [("a b", '"a b"'), ('a"b', '"a\\"b"'), ("100%h", '"100%%h"'), ("back\\slash", '"back\\\\slash"')],
)
def test_words_cannot_leave_their_quotes(word, quoted):
    assert quote(word) == quoted


def test_a_line_break_is_refused():
    with pytest.raises(HandrailError):
        quote("a\nExecStart=/bin/evil")


def test_install_then_remove_leaves_no_file(plan, fake_program, own_home):
    log = fake_program("systemctl", "exit 0")
    service = SystemdService(plan)
    log.write_text("")
    files = service.install()
    assert all(file.exists() for file in files)
    service.start()
    service.remove()
    assert not any(file.exists() for file in files)
    assert log.read_text().splitlines() == [
        "--user daemon-reload",
        "--user enable handrail.socket handrail.service",
        "--user start handrail.socket handrail.service",
        "--user disable --now handrail.socket handrail.service",
        "--user daemon-reload",
        "--user reset-failed handrail.socket handrail.service",
    ]


def test_a_failure_carries_what_systemd_said(plan, fake_program):
    fake_program("systemctl", "echo 'Unit is masked' >&2; exit 1")
    with pytest.raises(HandrailError, match="Unit is masked") as caught:
        SystemdService(plan).start()
    assert "--no-service" in caught.value.next_step


def test_units_that_were_never_loaded_are_stopped(plan, fake_program):
    """The installer stops what an earlier installation left running; the first one finds nothing, and systemctl exits with 5."""
    fake_program("systemctl", "echo 'Failed to stop handrail.socket: Unit handrail.socket not loaded.' >&2; exit 5")
    SystemdService(plan).stop()


def test_units_that_do_not_stop_are_an_error(plan, fake_program):
    fake_program("systemctl", "echo 'Failed to connect to bus' >&2; exit 1")
    with pytest.raises(HandrailError, match="Failed to connect"):
        SystemdService(plan).stop()


def test_status_is_read(plan, fake_program):
    fake_program("systemctl", "echo ActiveState=active; echo MainPID=42; echo NRestarts=1")
    status = SystemdService(plan).status()
    assert (status.running, status.pid, status.installed) == (True, 42, False)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_itself_accepts_the_units(plan, tmp_path, own_home):
    program = plan.paths.data.parent / "bin" / "handrail"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for name, text in render_units(plan).items():
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in render_units(plan))], capture_output=True, text=True, check=False,
    )
    complaints = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "handrail" in line]
    assert not complaints, complaints


def test_units_go_where_the_manager_looks_and_not_where_a_shell_says(plan, fake_program, own_home, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(own_home / "of the shell"))
    fake_program("systemctl", f'[ "$2" != show-environment ] || echo "HOME={own_home}"')
    assert SystemdService(plan).install()[0] == own_home / ".config/systemd/user/handrail.socket"
    fake_program("systemctl", f"""[ "$2" != show-environment ] || printf '%s\\n' "XDG_CONFIG_HOME=\\$'{own_home}/of the manager'" """)
    assert SystemdService(plan).install()[0] == own_home / "of the manager/systemd/user/handrail.socket"


def test_removing_without_a_manager_leaves_no_link(plan, fake_program, own_home):
    """What `systemctl enable` made goes too: a login must not look for units that are gone."""
    fake_program("systemctl", "exit 1")
    folder = own_home / ".config/systemd/user"
    (folder / "default.target.wants").mkdir(parents=True)
    for name, text in render_units(plan).items():
        (folder / name).write_text(text)
    (folder / "default.target.wants/handrail.service").symlink_to(folder / "handrail.service")
    SystemdService(plan).remove()
    assert list(folder.rglob("*")) == []


@pytest.mark.parametrize(("answer", "reason"), [
    ("exit 1", "No systemd user manager answers"), ("echo HOME=/elsewhere", "serves the home folder /elsewhere, not"), ('echo "HOME=$HOME"', ""),
])
def test_why_systemd_cannot_be_used_is_said(plan, fake_program, own_home, monkeypatch, answer, reason):
    monkeypatch.setenv("HOME", str(own_home))
    fake_program("systemctl", answer)
    said = why_not(plan)
    assert reason in said and bool(said) is bool(reason)


def test_units_of_another_installation_are_left_alone(plan, fake_program, own_home):
    fake_program("systemctl", f'[ "$2" != show-environment ] || echo "HOME={own_home}"')
    (unit := own_home / ".config/systemd/user/handrail.service").parent.mkdir(parents=True)
    unit.write_text('[Service]\nExecStart="/other/bin/handrail" "run" "--quiet"\n')
    assert "belongs to another installation" in why_not(plan)
    SystemdService(plan).remove()
    assert unit.exists()


def test_a_masked_unit_is_named(plan, fake_program, own_home):
    fake_program("systemctl", f'[ "$2" != show-environment ] || echo "HOME={own_home}"')
    (unit := own_home / ".config/systemd/user/handrail.service").parent.mkdir(parents=True)
    unit.symlink_to("/dev/null")
    assert "is masked" in why_not(plan)
