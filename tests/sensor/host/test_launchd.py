"""The property list, and the order in which launchctl is asked."""

from __future__ import annotations

import os
import plistlib

from sensor.host.launchd import LABEL, LaunchdService, render_plist


def test_property_list(plan):
    agent = plistlib.loads(render_plist(plan))
    assert agent["Label"] == LABEL
    assert agent["ProgramArguments"] == list(plan.command)
    assert agent["Sockets"]["Hook"] == {"SockPathName": str(plan.paths.socket), "SockPathMode": 0o600}
    assert agent["KeepAlive"] is True and agent["ThrottleInterval"] == 1 and agent["Umask"] == 0o077


def test_start_bootstraps_once_and_remove_leaves_no_file(plan, fake_program):
    log = fake_program("launchctl", '[ "$1" != print ]')
    service = LaunchdService(plan)
    (file,) = service.install()
    service.start()
    service.remove()
    domain = f"gui/{os.getuid()}"
    assert not file.exists()
    asked = [line for line in log.read_text().splitlines() if not line.startswith("print")]
    assert asked == [f"bootstrap {domain} {file}", f"kickstart {domain}/{LABEL}", f"bootout {domain}/{LABEL}"]


def test_status_reads_the_process(plan, fake_program):
    fake_program("launchctl", "printf 'x = {\\n\\tpid = 42\\n}\\n'")
    status = LaunchdService(plan).status()
    assert (status.running, status.pid, status.installed) == (True, 42, False)
