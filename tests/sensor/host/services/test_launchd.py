"""The property list, and the order in which launchctl is asked."""

from __future__ import annotations

import os
import plistlib

from sensor.host.services.launchd import LABEL, LaunchdService, render_plist


def test_property_list(plan):
    agent = plistlib.loads(render_plist(plan))
    assert agent["Label"] == LABEL
    assert agent["ProgramArguments"] == list(plan.command)
    assert agent["Sockets"]["Hook"] == {"SockPathName": str(plan.paths.socket), "SockPathMode": 0o600}
    assert agent["KeepAlive"] is True and agent["ThrottleInterval"] == 1 and agent["Umask"] == 0o077


# Keys of launchd.plist(5) that are used here, and what Apple documents as their values. A key it does not know is ignored silently.
DOCUMENTED = {
    "Label": str, "ProgramArguments": list, "RunAtLoad": bool, "KeepAlive": bool, "ThrottleInterval": int, "Umask": int, "HardResourceLimits": dict,
    "ProcessType": ("Background", "Standard", "Adaptive", "Interactive"), "Sockets": dict, "StandardOutPath": str, "StandardErrorPath": str,
}
LIMITS = {"Core", "CPU", "Data", "FileSize", "MemoryLock", "NumberOfFiles", "NumberOfProcesses", "ResidentSetSize", "Stack"}
SOCKET = {
    "SockType", "SockPassive", "SockNodeName", "SockServiceName", "SockFamily", "SockProtocol", "SockPathName", "SecureSocketWithKey", "SockPathOwner",
    "SockPathGroup", "SockPathMode", "Bonjour", "ReceivePacketInfo", "MulticastGroup",
}


def test_only_documented_keys_with_documented_values(plan):
    agent = plistlib.loads(render_plist(plan))
    for key, value in agent.items():
        kind = DOCUMENTED[key]
        assert value in kind if isinstance(kind, tuple) else type(value) is kind, key
    assert set(agent["HardResourceLimits"]) <= LIMITS and set(agent["Sockets"]["Hook"]) <= SOCKET
    assert all(isinstance(word, str) for word in agent["ProgramArguments"]) and agent["ProgramArguments"][0].startswith("/")
    assert b"<integer>384</integer>" in render_plist(plan), "modes are decimal numbers there"


def test_stopping_waits_until_it_is_down(plan, fake_program, tmp_path):
    log = fake_program("launchctl", f'[ "$1" != print ] || [ "$(grep -c print "{tmp_path}/launchctl.log")" -lt 3 ]')
    LaunchdService(plan).stop()
    assert [line.split()[0] for line in log.read_text().splitlines()] == ["bootout", "print", "print", "print"]


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
