"""Area SELF: settings, rules and rights of Handrail itself."""

from __future__ import annotations

import os

import msgspec
import pytest

from sensor.host.files.manifest import Manifest
from sensor.model.findings import Severity
from sensor.posture.context import Listener, SensorFacts
from sensor.posture.self_checks import SELF, summary
from tests.sensor.posture.machine import NOW, Machine, Rows, hold, names

CORE = "HR-CORE"


def config(text: str):
    return lambda machine: machine.write("p/config/config.yaml", text)


def policy(text: str):
    return lambda machine: machine.write("p/config/policy.yaml", text)


def rights(agent: str):
    return policy(f"default: deny\nagents:\n  claude-code:\n{agent}")


def own(**facts):
    return lambda machine: {"own": msgspec.structs.replace(machine.context().own, **facts)}


def override(words: str, core: bool = False):
    def change(machine: Machine) -> dict[str, object] | None:
        machine.write("p/config/config.yaml", f"mode: enforce\noverrides:\n  {CORE}: {{{words}}}\n")
        return {"own": msgspec.structs.replace(machine.context().own, core=frozenset({CORE} if core else ()))}

    return change


def listens(address: str):
    return own(listeners=(Listener(process="web", address=address, port=4870),))


def never_connected(machine: Machine) -> dict[str, object]:
    return {"agents": tuple(msgspec.structs.replace(one, is_recorded=False) for one in machine.context().agents)}


BROKEN = config("mode: [\n")
RULE = "- id: %s\n  title: t\n  description: d\n  severity: low\n  category: evasion\n  when:\n    program: x\n"
ROWS: Rows = [
    ("SELF-01", "fail", config("mode: observe\n")),
    ("SELF-01", "fail: one agent", config("mode: enforce\nagents:\n  cursor:\n    mode: observe\n")),
    ("SELF-01", "unread", BROKEN),
    ("SELF-01", "near", config("mode: enforce\nagents:\n  cursor:\n    mode: enforce\n")),
    ("SELF-02", "fail", listens("0.0.0.0")),
    ("SELF-02", "unread", listens("")),
    ("SELF-02", "near", listens("127.0.0.7")),
    ("SELF-03", "fail", policy("default: allow\n")),
    ("SELF-03", "unread", policy("default: perhaps\n")),
    ("SELF-03", "near", policy("default: deny\n")),
    ("SELF-04", "fail", never_connected),
    ("SELF-04", "near", lambda machine: None),
    ("SELF-05", "fail", rights("    filesystem: full\n")),
    ("SELF-05", "unread", policy("agents: 3\n")),
    ("SELF-05", "near", rights("    tools: {allow: [Read, Bash]}\n")),
    ("SELF-06", "fail", config("approvals: {quarantine: none}\n")),
    ("SELF-06", "unread", BROKEN),
    ("SELF-06", "near", config("approvals: {quarantine: hold}\n")),
    ("SELF-07", "fail", config("limits: {calls-per-minute: 100000}\n")),
    ("SELF-07", "unread", BROKEN),
    ("SELF-07", "near", config("limits: {calls-per-minute: 6000}\n")),
    ("SELF-08", "fail", config("mode: enforce\n")),
    ("SELF-08", "fail: hooks left out", config("alerts: {desktop: true, 'on': [block]}\n")),
    ("SELF-08", "unread", BROKEN),
    ("SELF-08", "near", config("alerts: {command: [/usr/bin/tell]}\n")),
    ("SELF-10", "fail", override("action: ignore, reason: x", core=True)),
    ("SELF-10", "fail: lowered", override("severity: low, reason: x", core=True)),
    ("SELF-10", "fail: exempt", override("severity: critical, reason: x, exempt-tools: [shell]", core=True)),
    ("SELF-10", "unread", BROKEN),
    ("SELF-10", "near", override("severity: critical, reason: x", core=True)),
    ("SELF-11", "fail", override("action: flag, reason: x")),
    ("SELF-11", "fail: over", override("action: flag, reason: x, expires: '2020-01-01'")),
    ("SELF-11", "fail: no reason", override("action: flag, expires: '2040-01-01'")),
    ("SELF-11", "unread", BROKEN),
    ("SELF-11", "near", override("action: flag, reason: x, expires: '2040-01-01'")),
    ("SELF-13", "fail", config("watch: {enabled: false}\n")),
    ("SELF-13", "fail: silent", lambda machine: {"sensor": SensorFacts(watch="silent")}),
    ("SELF-13", "unread", BROKEN),
    ("SELF-13", "near", config("watch: {repair: auto}\n")),
    ("SELF-14", "fail", lambda machine: machine.paths.state.chmod(0o750)),
    ("SELF-14", "near", lambda machine: machine.paths.state.chmod(0o500)),
    ("SELF-15", "fail", config("audit: {failure: continue}\n")),
    ("SELF-15", "unread", BROKEN),
    ("SELF-15", "near", config("audit: {failure: deny-all}\n")),
    ("SELF-17", "fail", lambda machine: machine.write("p/config/rules.d/mine.yaml", "- id: 3\n")),
    ("SELF-17", "near", lambda machine: machine.write("p/config/rules.d/mine.yaml", "[]\n")),
    ("SELF-18", "fail", own(altered=("rules/web.yaml",))),
    ("SELF-18", "near", own(altered=())),
    ("SELF-19", "fail", own(manifest=Manifest(version="1", installed=NOW - 100 * 86_400))),
    ("SELF-19", "near", own(manifest=Manifest(version="1", installed=NOW - 100 * 86_400, upgraded=NOW - 86_400))),
    ("SELF-22", "fail", config("agents:\n  cursor:\n    profile: {shell: minimal}\n")),
    ("SELF-22", "unread", BROKEN),
    ("SELF-22", "near", config("agents:\n  cursor:\n    profile: {file_read: minimal}\n")),
]


@pytest.mark.parametrize(("check_id", "kind"), names(ROWS))
def test_rows(machine, check_id, kind):
    hold(machine, ROWS, check_id, kind)


def test_every_check_has_its_rows():
    wanted = {check.id for check in SELF if check.severity is not Severity.INFO}
    assert {check_id for check_id, kind, _ in ROWS if kind.startswith("fail")} == wanted == {check_id for check_id, kind, _ in ROWS if kind.startswith("near")}


@pytest.mark.parametrize(("days", "severity"), [(1, Severity.MEDIUM), (13.9, Severity.MEDIUM), (15, Severity.HIGH)])
def test_observing_for_long_weighs_more(machine, days, severity):
    file = machine.write("p/config/config.yaml", "mode: observe\n")
    os.utime(file, (NOW - days * 86_400, NOW - days * 86_400))
    (result,) = machine.results("SELF-01")
    assert result.severity is severity


def test_without_an_installation_nothing_is_said_of_its_settings(machine):
    (machine.paths.state / "install.json").unlink()
    context = machine.context()
    said = {check.id for check in SELF if list(check.run(context))}
    assert said <= {"SELF-05"}  # the rights of agents are read wherever they stand


def test_the_summary(machine):
    (result,) = summary(machine.context())
    assert "mode enforce" in result.detail and "claude-code" in result.detail
