"""Area HOOK: what each check fails on, cannot see, and lets pass although it looks alike."""

from __future__ import annotations

import json
import shlex
import shutil

import msgspec
import pytest

from hooks.settings.formats import Scope
from sensor.host.machine.file_facts import FileFact
from sensor.host.services.service_plan import ServiceStatus
from sensor.posture.context import Canary, Form, Running, SensorFacts, Source
from sensor.posture.documents import Document, parse_json
from sensor.posture.hook_checks import HOOK
from tests.sensor.posture.machine import NOW, Machine, Rows, hold, names

SETTINGS = ".claude/settings.json"


def edit(change):
    return lambda machine: machine.edit(SETTINGS, change)


def entry(settings: dict, event: str = "PreToolUse") -> dict:
    return settings["hooks"][event][0]


def handler(settings: dict, event: str = "PreToolUse") -> dict:
    return entry(settings, event)["hooks"][0]


def each_command(words):
    def change(settings: dict) -> None:
        for groups in settings["hooks"].values():
            groups[0]["hooks"][0]["command"] = words(groups[0]["hooks"][0]["command"])

    return edit(change)


def broken(machine: Machine) -> None:
    machine.write(SETTINGS, '{"hooks": {')


def twice(machine: Machine) -> None:
    machine.write(SETTINGS, '{"hooks": {}, "hooks": {}}')


def sensor(**facts):
    return lambda machine: {"sensor": SensorFacts(**facts)}


def own(**facts):
    return lambda machine: {"own": msgspec.structs.replace(machine.context().own, **facts)}


def managed(text: str, uid: int = 0, mode: int = 0o644, folder: str = "etc/claude-code"):
    """Settings of the machine, as root would have them."""
    def change(machine: Machine) -> dict[str, object]:
        context = machine.context()
        path = str(machine.root / folder / "managed-settings.json")
        source = Source(agent="claude-code", form=Form.CLAUDE, scope=Scope.MANAGED, document=parse_json(path, text), fact=FileFact(path=path, exists=True, mode=mode, uid=uid))
        agents = tuple(msgspec.structs.replace(one, managed=source) if one.name == "claude-code" else one for one in context.agents)
        return {"sources": (*(one for one in context.sources if one.scope is not Scope.MANAGED), source), "agents": agents}

    return change


def seen(version: tuple[int, ...], program: str = "/x/claude"):
    def change(machine: Machine) -> dict[str, object]:
        (one, *_) = machine.context().agents
        return {"agents": (msgspec.structs.replace(one, found=msgspec.structs.replace(one.found, version=version, program=program)),)}

    return change


def running(age_s: float, heard: bool):
    process = Running(agent="claude-code", pid=7, words=("claude",), uid=1, age_s=age_s)
    return lambda machine: {"running": (process,), "sensor": SensorFacts(version="1", heard=frozenset({"claude-code"} if heard else ()))}


def unreadable_managed(machine: Machine) -> dict[str, object]:
    source = Source(agent="claude-code", form=Form.CLAUDE, scope=Scope.MANAGED, document=Document(path="/m", exists=True, problem="cannot be read"), fact=FileFact(path="/m", exists=True))
    return {"agents": tuple(msgspec.structs.replace(one, managed=source) for one in machine.context().agents)}


def client_of_another_place(machine: Machine) -> None:
    other = machine.home / "other/handrail-hook"
    other.parent.mkdir()
    shutil.copy(machine.context().client, other)
    each_command(lambda words: f"{other} --agent claude-code")(machine)


OURS = json.dumps({"hooks": {"PreToolUse": [{"matcher": "*", "hooks": [{"type": "command", "command": "/opt/handrail/bin/handrail-hook --agent claude-code"}]}]}})
ROWS: Rows = [
    ("HOOK-01", "fail", edit(lambda settings: settings.pop("hooks"))),
    ("HOOK-01", "fail: only another program", each_command(lambda words: "/usr/bin/true handrail-hook")),
    ("HOOK-01", "unread", broken),
    ("HOOK-01", "near: quoted", each_command(lambda words: "'" + words.replace(" --agent", "' --agent"))),
    ("HOOK-02", "fail", client_of_another_place),
    ("HOOK-02", "fail: options", each_command(lambda words: words + " --quiet")),
    ("HOOK-02", "near", edit(lambda settings: settings["hooks"]["Stop"].append({"hooks": [{"type": "command", "command": "/usr/bin/other"}]}))),
    ("HOOK-03", "fail", lambda machine: machine.context().client.unlink()),
    ("HOOK-03", "fail: no right to run", lambda machine: machine.context().client.chmod(0o600)),
    ("HOOK-03", "fail: searched on PATH", each_command(lambda words: "handrail-hook --agent claude-code")),
    ("HOOK-03", "near", each_command(lambda words: words + " --x")),
    ("HOOK-04", "fail", edit(lambda settings: settings["hooks"].pop("PreToolUse"))),
    ("HOOK-04", "fail: matcher", edit(lambda settings: entry(settings).update(matcher="Bash"))),
    ("HOOK-04", "near: everything", edit(lambda settings: entry(settings).update(matcher=""))),
    ("HOOK-04", "near: an event that decides nothing", edit(lambda settings: settings["hooks"].pop("Stop"))),
    ("HOOK-05", "fail", edit(lambda settings: handler(settings).pop("onFailure"))),
    ("HOOK-05", "near", edit(lambda settings: handler(settings, "Stop").update(onFailure="allow"))),
    ("HOOK-06", "fail", edit(lambda settings: handler(settings).pop("timeout"))),
    ("HOOK-06", "fail: short", edit(lambda settings: handler(settings).update(timeout=4))),
    ("HOOK-06", "fail: no number", edit(lambda settings: handler(settings).update(timeout="60"))),
    ("HOOK-06", "near", edit(lambda settings: handler(settings).update(timeout=120))),
    ("HOOK-07", "fail", edit(lambda settings: settings.update(disableAllHooks=True))),
    ("HOOK-07", "fail: managed only", managed('{"allowManagedHooksOnly": true}')),
    ("HOOK-07", "unread", broken),
    ("HOOK-07", "unread: twice", twice),
    ("HOOK-07", "near", edit(lambda settings: settings.update(disableAllHooks="true"))),
    ("HOOK-07", "near: ours are managed", managed(json.dumps({"allowManagedHooksOnly": True, **json.loads(OURS)}))),
    ("HOOK-08", "fail", sensor(why_not="it is away")),
    ("HOOK-08", "near", sensor(version="other")),
    ("HOOK-09", "fail", lambda machine: machine.context().client.chmod(0o777)),
    ("HOOK-09", "near", lambda machine: machine.context().client.chmod(0o755)),
    ("HOOK-10", "fail", own(service=None)),
    ("HOOK-10", "fail: not registered", own(service=ServiceStatus(kind="systemd", installed=False, running=False, pid=0, detail=""))),
    ("HOOK-10", "near", own(service=ServiceStatus(kind="systemd", installed=True, running=False, pid=0, detail=""))),
    ("HOOK-11", "fail", lambda machine: {"canaries": (Canary(agent="cursor", is_denied=False, said="it was let through"),)}),
    ("HOOK-11", "near", lambda machine: {"canaries": (Canary(agent="cursor", is_denied=True, said="denied"),)}),
    ("HOOK-12", "fail", running(700, heard=False)),
    ("HOOK-12", "near", running(700, heard=True)),
    ("HOOK-14", "fail", sensor(version="0.0.1")),
    ("HOOK-14", "near", sensor()),
    ("HOOK-16", "fail", own(spooled=NOW - 7200)),
    ("HOOK-16", "near", own(spooled=NOW - 60)),
    ("HOOK-19", "fail", managed('{"hooks": {}}')),
    ("HOOK-19", "unread", unreadable_managed),
    ("HOOK-19", "near", managed(OURS)),
    ("HOOK-20", "fail", managed(OURS, uid=1000)),
    ("HOOK-20", "fail: writable", managed(OURS, mode=0o666)),
    ("HOOK-20", "near", managed(OURS)),
    ("HOOK-22", "fail", seen((2, 1, 294))),
    ("HOOK-22", "unread", seen(())),
    ("HOOK-22", "near", seen((2, 1, 295))),
]


@pytest.mark.parametrize(("check_id", "kind"), names(ROWS))
def test_rows(machine, check_id, kind):
    hold(machine, ROWS, check_id, kind)


def test_every_check_has_its_rows():
    assert {check_id for check_id, kind, _ in ROWS if kind.startswith("fail")} == {check.id for check in HOOK} == {check_id for check_id, kind, _ in ROWS if kind.startswith("near")}


def test_an_agent_that_fails_open_in_mode_observe_is_no_finding(machine):
    machine.edit(SETTINGS, lambda settings: handler(settings).pop("onFailure"))
    machine.write("p/config/config.yaml", "mode: observe\n")
    assert machine.results("HOOK-05") == []


def test_a_young_process_says_nothing(machine):
    assert machine.results("HOOK-12", running(30, heard=False)) == []


def test_a_finding_names_the_exact_command(machine):
    (result,) = machine.results("HOOK-01", edit(lambda settings: settings.pop("hooks")))
    assert result.command == "handrail hooks install claude-code" and result.path == str(machine.home / SETTINGS)


def test_the_command_for_the_machines_settings_can_be_typed_whatever_their_folder_is_called(machine):
    (result,) = machine.results("HOOK-20", managed(OURS, uid=1000, folder="it's ours"))
    assert shlex.split(result.command) == ["sudo", "chown", "root", result.path, "&&", "sudo", "chmod", "644", result.path]
