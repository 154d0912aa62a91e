"""Area OCL: OpenClaw's configuration in JSON5."""

from __future__ import annotations

import json

import pytest

from sensor.model.findings import Severity
from sensor.posture.openclaw_checks import OCL, document_of, members
from tests.sensor.posture.machine import Machine, Rows, hold, names

FILE = ".openclaw/openclaw.json"
TOKEN = "Zk3" + "q9Xv7Lw2Rt8Yb5Nc1Hs6Jd4Fg0PmAeUi"


def text(value: str, mode: int = 0o600, name: str = FILE):
    return lambda machine: machine.write(name, value, mode)


def settings(**sections: object):
    return text(json.dumps(sections, indent=1))


def folder(mode: int):
    return lambda machine: machine.write(FILE, "{}").parent.chmod(mode)


def auth(bind: str, **facts: object):
    return settings(gateway={"bind": bind, "auth": facts})


def sandbox(mode: object, **tools: object):
    return settings(agents={"defaults": {"sandbox": {"mode": mode}}}, tools=tools)


def browser(value: object):
    return settings(tools={"browser": {"ssrfPolicy": {"dangerouslyAllowPrivateNetwork": value}}})


BROKEN = text("{gateway: ")
ROWS: Rows = [
    ("OCL-01", "fail", text("// c\n{gateway: {bind: 'lan'}}", name=".openclaw/openclaw.json5")),
    ("OCL-01", "unread: includes", text("{$include: '../x.json5'}")),
    ("OCL-01", "near", settings(gateway={"bind": "loopback", "port": 1})),
    ("OCL-02", "fail", auth("lan", mode="token", token="")),
    ("OCL-02", "fail: placeholder", auth("lan", mode="token", token="changeme")),
    ("OCL-02", "fail: on this machine", auth("loopback", mode="token")),
    ("OCL-02", "near", auth("lan", mode="token", token="${TOKEN}")),
    ("OCL-03", "fail", settings(tools={"exec": {"security": "allow"}})),
    ("OCL-03", "near", settings(tools={"exec": {"security": "full", "ask": "always"}})),
    ("OCL-04", "fail", settings(tools={"profile": "full"})),
    ("OCL-04", "near", settings(tools={"profile": "full", "deny": ["exec"]})),
    ("OCL-05", "fail", sandbox("off")),
    ("OCL-05", "fail: by default", settings(tools={})),
    ("OCL-05", "fail: one agent", settings(agents={"defaults": {"sandbox": {"mode": "all"}}, "list": [{"sandbox": {"mode": "off"}}]})),
    ("OCL-05", "near", sandbox("off", exec={"security": "deny"})),
    ("OCL-06", "fail", settings(channels={"chat": {"dmPolicy": "open"}})),
    ("OCL-06", "near", settings(channels={"chat": {"dmPolicy": "pairing", "open": True}})),
    ("OCL-07", "fail", settings(tools={"elevated": {"enabled": True}})),
    ("OCL-07", "fail: any", settings(tools={"elevated": {"allowFrom": {"chat": ["*"]}}})),
    ("OCL-07", "near", settings(tools={"elevated": {"enabled": True, "allowFrom": {"chat": ["me"]}}})),
    ("OCL-08", "fail", settings(gateway={"controlUi": {"dangerouslyDisableDeviceAuth": True}})),
    ("OCL-08", "near", settings(gateway={"controlUi": {"dangerouslyDisableDeviceAuth": False}})),
    ("OCL-09", "fail", settings(gateway={"controlUi": {"allowInsecureAuth": True}})),
    ("OCL-09", "near", settings(gateway={"controlUi": {"enabled": True}})),
    ("OCL-10", "fail", settings(hooks={"enabled": True})),
    ("OCL-10", "fail: short", settings(hooks={"enabled": True, "token": "short"})),
    ("OCL-10", "near", settings(hooks={"enabled": True, "token": TOKEN})),
    ("OCL-11", "fail", settings(channels={"chat": {"dangerouslyAllowNames": True}})),
    ("OCL-11", "near", settings(channels={"chat": {"dangerouslyAllowNames": False}})),
    ("OCL-12", "fail", settings(channels={"chat": {"groupAllowFrom": ["*"]}})),
    ("OCL-12", "near", settings(channels={"chat": {"allowFrom": ["+1*"]}})),
    ("OCL-13", "fail", folder(0o755)),
    ("OCL-13", "near", folder(0o700)),
    ("OCL-14", "fail", settings(models={"apiKey": TOKEN})),
    ("OCL-14", "near", settings(models={"apiKey": "${API_KEY}"})),
    ("OCL-15", "fail", settings(tools={"fs": {"workspaceOnly": False}})),
    ("OCL-15", "near", settings(tools={"fs": {"workspaceOnly": True}})),
    ("OCL-16", "fail", settings(logging={"redactSensitive": "off"})),
    ("OCL-16", "near", settings(logging={"redactSensitive": "tools"})),
    ("OCL-17", "fail", settings(discovery={"mdns": {"mode": "full"}})),
    ("OCL-17", "near", settings(discovery={"mdns": {"mode": "minimal"}})),
    ("OCL-18", "fail", settings(hooks={"allowRequestSessionKey": True})),
    ("OCL-18", "near", settings(hooks={"allowRequestSessionKey": "no"})),
    ("OCL-19", "fail", browser(True)),
    ("OCL-19", "fail: by default", settings()),
    ("OCL-19", "near", browser(False)),
    ("OCL-20", "fail", text("{}", 0o644)),
    ("OCL-20", "near", text("{}", 0o400)),
    *((f"OCL-{number:02}", "unread", BROKEN) for number in range(1, 20) if number != 13),
]


@pytest.mark.parametrize(("check_id", "kind"), names(ROWS))
def test_rows(machine, check_id, kind):
    hold(machine, ROWS, check_id, kind)


def test_every_check_has_its_rows():
    wanted = {check.id for check in OCL if check.severity is not Severity.INFO}
    assert {check_id for check_id, kind, _ in ROWS if kind.startswith("fail")} == wanted == {check_id for check_id, kind, _ in ROWS if kind.startswith("near")}


def test_a_gateway_of_this_machine_without_a_token_weighs_less(machine: Machine):
    (result,) = [one for one in machine.results("OCL-02", auth("loopback", mode="token")) if one.state.value == "fail"]
    assert result.severity is Severity.MEDIUM


def test_a_secret_is_not_shown(machine):
    machine.write(FILE, json.dumps({"models": {"apiKey": TOKEN}, "gateway": {"auth": {"token": TOKEN}}}))
    assert not [one for check in OCL for one in machine.results(check.id) if TOKEN in str(one)]


def test_nothing_is_said_without_openclaw(machine):
    assert document_of(machine.context()) is None and not any(machine.results(check.id) for check in OCL)


def test_members_of_lists_are_looked_through():
    assert [(keys, value) for keys, value in members({"a": [{"b": 1}]}) if value == 1] == [(("a", "b"), 1)]
