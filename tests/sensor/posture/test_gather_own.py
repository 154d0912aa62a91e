"""Our own installation, its log and its projects."""

from __future__ import annotations

import json
import os
import socket
import sys

import msgspec
import psutil
import pytest

from sensor.host.services.children import ChildState, RunState, save_state
from sensor.host.services.supervisor import STATE_FILE
from sensor.posture import gather_own
from sensor.posture.check import State
from sensor.posture.context import Listener
from sensor.posture.gather_own import log_facts, own_facts, recent_projects
from tests.sensor.live import free_port
from tests.sensor.posture.machine import NOW


def test_files_that_cannot_be_used_are_named(machine):
    machine.write("p/config/config.yaml", "mode: [\n")
    machine.write("p/config/policy.yaml", "default: perhaps\n")
    machine.write("p/state/mcp-pins.json", "{")
    own = own_facts(machine.paths, machine.home)
    assert own.settings is None and own.settings_problem and own.access is None and own.access_problem and own.pins_problem


def test_core_rules_are_known_where_an_override_needs_them(machine):
    assert own_facts(machine.paths, machine.home).core == frozenset()
    machine.config("overrides:\n  X: {action: flag, reason: x}\n")
    assert own_facts(machine.paths, machine.home).core


def test_the_oldest_waiting_event(machine):
    assert own_facts(machine.paths, machine.home).spooled == 0.0
    for name, at in (("b-1.json", 200), ("b-2.json", 100), ("lost-1", 50)):
        os.utime(machine.write(f"p/state/spool/{name}", "{}"), (at, at))
    assert own_facts(machine.paths, machine.home).spooled == 100


def test_shipped_rules_are_compared_with_the_package(monkeypatch, tmp_path):
    class Listed:
        parts, suffix = ("rules", "x.yaml"), ".yaml"
        hash = type("Hash", (), {"value": "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"})()

        def locate(self):
            return tmp_path / "x.yaml"

        def __str__(self):
            return "rules/x.yaml"

    monkeypatch.setattr(gather_own.importlib.metadata, "files", lambda name: [Listed()])
    assert gather_own._shipped() == (("rules/x.yaml",), 1), "it is missing"
    (tmp_path / "x.yaml").write_text("")
    assert gather_own._shipped() == ((), 1)
    (tmp_path / "x.yaml").write_text("- changed")
    assert gather_own._shipped() == (("rules/x.yaml",), 1)
    monkeypatch.setattr(gather_own.importlib.metadata, "files", lambda name: None)
    assert gather_own._shipped() == (None, 0)


def test_a_large_log_is_verified_without_its_signatures(machine, monkeypatch):
    assert log_facts(machine.paths, NOW).report.signatures_checked > 0
    monkeypatch.setattr(gather_own, "SIGNED_BYTES", 0)
    assert log_facts(machine.paths, NOW).report.signatures_checked == 0


def test_without_an_index_losses_and_projects_are_unknown(machine):
    facts = log_facts(machine.paths, NOW)
    assert facts.losses is None and facts.verified is None and list(recent_projects(machine.paths, NOW)) == []


def test_pins_are_read(machine):
    pin = {"agent": "cursor", "server": "s", "server_id": "", "tool": "t", "accepted": "a", "seen": "a", "at": 1.0}
    machine.write("p/state/mcp-pins.json", json.dumps([pin]))
    assert [one.server for one in own_facts(machine.paths, machine.home).pins] == ["s"]


@pytest.fixture
def hidden_web(machine, monkeypatch):
    """A dashboard that runs (this process) and hides its sockets, as ours do from everybody but root; called with an address it waits there."""
    def refuse(process, kind):
        raise psutil.AccessDenied(process.pid)

    me = ChildState(name="web", pid=os.getpid(), started=psutil.Process().create_time())
    save_state(machine.paths.run / STATE_FILE, RunState(supervisor=1, started=1.0, children=(me, msgspec.structs.replace(me, name="indexer"))))
    monkeypatch.setattr(psutil.Process, "net_connections", refuse)
    port = free_port()
    machine.config(f"web: {{port: {port}}}\n")
    with socket.socket() as door:
        yield lambda address: (door.bind((address, port)), door.listen(), port)[2]


@pytest.mark.skipif(sys.platform != "linux", reason="others list sockets by process alone")
@pytest.mark.parametrize(("address", "state"), [("127.0.0.1", State.PASS), ("0.0.0.0", State.FAIL)])
def test_a_process_that_hides_its_sockets_is_found_by_its_port(machine, hidden_web, address, state):
    port = hidden_web(address)
    assert own_facts(machine.paths, machine.home).listeners == (Listener(process="web", address=address, port=port),)
    assert [one.state for one in machine.results("SELF-02")] == [state]


def test_where_a_hidden_process_waits_is_unknown_when_nothing_waits_on_its_port_or_the_port_is_unknown(machine, hidden_web, monkeypatch):
    assert [(one.state, one.subject) for one in machine.results("SELF-02")] == [(State.UNKNOWN, "web")]
    hidden_web("127.0.0.1")
    machine.config("mode: [\n")
    assert [one.state for one in machine.results("SELF-02")] == [State.UNKNOWN]


def test_a_process_with_another_start_is_none_of_ours(machine):
    stranger = ChildState(name="web", pid=os.getpid(), started=1.0)
    save_state(machine.paths.run / STATE_FILE, RunState(supervisor=1, started=1.0, children=(stranger,)))
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        assert own_facts(machine.paths, machine.home).listeners == ()
