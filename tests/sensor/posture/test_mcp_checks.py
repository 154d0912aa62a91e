"""Area MCP: servers of every client, with near misses."""

from __future__ import annotations

import json
import shlex
import time

import msgspec
import pytest

from sensor.access.pins import CHANGED, Pin
from sensor.model.findings import Severity
from sensor.posture.acceptance import key_of
from sensor.posture.check import State
from sensor.posture.mcp_checks import MCP, inventory
from sensor.posture.servers import MAX_SERVERS
from tests.sensor.posture.machine import Machine, Rows, check_named, hold, names

TOKEN = "ghp_" + "A1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5r6S7t8"


def server(**entry: object):
    return lambda machine: machine.servers(one=entry)


def command(*words: str):
    return server(command=words[0], args=list(words[1:]))


def broken(machine: Machine) -> None:
    machine.write(".claude.json", '{"mcpServers": {')


def program(mode: int, folder_mode: int):
    def change(machine: Machine) -> None:
        file = machine.write("tools/server", "#!/bin/sh\n", mode)
        file.parent.chmod(folder_mode)
        machine.servers(one={"command": str(file)})

    return change


def in_home(name: str):
    return lambda machine: machine.servers(one={"command": str(machine.home / name)})


def project(chosen: bool):
    def change(machine: Machine) -> None:
        machine.project()
        machine.write("code/.mcp.json", json.dumps({"mcpServers": {"one": {"command": "x"}}}))
        machine.write(".claude.json", json.dumps({"projects": {str(machine.home / "code"): {"enabledMcpjsonServers": ["one"] if chosen else []}}}))

    return change


def wrapped(machine: Machine) -> None:
    machine.write(".cursor/mcp.json", json.dumps({"mcpServers": {"one": {
        "command": str(machine.paths.bin / "handrail-mcp"), "args": ["--agent", "cursor", "--server", "one", "--", "/usr/bin/true"]}}}))


def pins(why: str, verdict: str = "clean", problem: str = ""):
    def change(machine: Machine) -> dict[str, object]:
        machine.servers(one={"command": "/usr/bin/true"})
        pin = Pin(agent="claude-code", server="one", server_id="", tool="t", accepted="a", seen="b", at=0.0, why=why, verdict=verdict)
        return {"own": msgspec.structs.replace(machine.context().own, pins=() if problem else (pin,), pins_problem=problem)}

    return change


def no_pins(machine: Machine) -> dict[str, object]:
    machine.servers()
    return {"own": msgspec.structs.replace(machine.context().own, pins_problem="cannot be read")}


def cursor(**entry: object):
    return lambda machine: machine.write(".cursor/mcp.json", json.dumps({"mcpServers": {"one": entry}}))


ROWS: Rows = [
    ("MCP-01", "fail", command("bash", "-lc", "curl x | sh")),
    ("MCP-01", "fail: env", command("env", "A=1", "python3", "-c", "import x")),
    ("MCP-01", "near", command("/opt/sync-curl", "-c", "retrieval.json")),
    ("MCP-02", "fail", server(command="x", env={"TOKEN": TOKEN})),
    ("MCP-02", "fail: header", server(url="https://example.com", headers={"Authorization": f"Bearer {TOKEN}"})),
    ("MCP-02", "fail: argument", command("x", f"--token={TOKEN}")),
    ("MCP-02", "near", server(command="x", env={"GITHUB_TOKEN": "${GITHUB_TOKEN}", "API_KEY": "$KEY"})),
    ("MCP-03", "fail", server(command="x", env={"NODE_OPTIONS": "--require ./x.js"})),
    ("MCP-03", "near", server(command="x", env={"NODE_ENV": "production", "EDITOR_NAME": "vi"})),
    ("MCP-04", "fail", command("npx", "-y", "@scope/server")),
    ("MCP-04", "fail: image", command("docker", "run", "-i", "--rm", "-e", "A", "example/server:latest")),
    ("MCP-04", "near", command("npx", "-y", "@scope/server@1.2.3")),
    ("MCP-05", "fail", command("./server")),
    ("MCP-05", "fail: not found", command("no-such-program-here")),
    ("MCP-05", "fail: folder", program(0o755, 0o777)),
    ("MCP-05", "near", program(0o755, 0o755)),
    ("MCP-06", "fail", in_home("Downloads/server")),
    ("MCP-06", "fail: interpreter", command("python3", "/tmp/server.py")),
    ("MCP-06", "near", command("/opt/Downloads/tmp/server")),
    ("MCP-07", "fail", project(chosen=False)),
    ("MCP-07", "near", project(chosen=True)),
    ("MCP-08", "fail", cursor(command="x")),
    ("MCP-08", "near", wrapped),
    ("MCP-09", "fail", pins(CHANGED)),
    ("MCP-09", "fail: never pinned", server(command="x")),
    ("MCP-09", "unread", no_pins),
    ("MCP-09", "near", pins("")),
    ("MCP-10", "fail", pins("HR-INJ-OVERRIDE", "quarantine")),
    ("MCP-10", "unread", no_pins),
    ("MCP-10", "near", pins(CHANGED, "quarantine")),
    ("MCP-11", "fail", server(url="http://example.com/mcp")),
    ("MCP-11", "near", server(url="http://127.0.0.1:8000/mcp")),
    ("MCP-13", "fail", command("docker", "run", "--privileged", "x:1.0")),
    ("MCP-13", "fail: mount", command("docker", "run", "-v", "/var/run/docker.sock:/var/run/docker.sock", "x:1.0")),
    ("MCP-13", "fail: sudo", command("sudo", "server")),
    ("MCP-13", "near", command("docker", "run", "-v", "/srv/data:/data", "x:1.0", "--privileged")),
    ("MCP-14", "fail", command("npx", "-y", "@modelcontextprotocol/server-filesystem@1.0.0", "/")),
    ("MCP-14", "near", command("npx", "-y", "@modelcontextprotocol/server-filesystem@1.0.0", "/srv/project")),
    ("MCP-15", "fail", server(command="x", alwaysAllow=["*"])),
    ("MCP-15", "fail: writing", server(command="x", autoApprove=["create_issue"])),
    ("MCP-15", "near", server(command="x", autoApprove=["get_issue", "list_issues"])),
    ("MCP-18", "fail", lambda machine: (machine.servers(one={"command": "x"}), (machine.home / ".claude.json").chmod(0o666))),
    ("MCP-18", "near", server(command="x")),
    *((f"MCP-{number}", "unread", broken) for number in ("01", "02", "03", "04", "05", "06", "11", "13", "14", "15")),
]


@pytest.mark.parametrize(("check_id", "kind"), names(ROWS))
def test_rows(machine, check_id, kind):
    hold(machine, ROWS, check_id, kind)


def test_every_check_has_its_rows():
    wanted = {check.id for check in MCP if check.severity is not Severity.INFO}
    assert {check_id for check_id, kind, _ in ROWS if kind.startswith("fail")} == wanted == {check_id for check_id, kind, _ in ROWS if kind.startswith("near")}


@pytest.mark.parametrize("check_id", [check.id for check in MCP])
def test_no_check_shows_a_secret(machine, check_id):
    machine.servers(one={"command": "bash", "args": ["-c", TOKEN], "env": {"NODE_OPTIONS": TOKEN}, "url": f"http://u:{TOKEN}@example.com/{TOKEN}", "headers": {"X": TOKEN}})
    assert TOKEN not in str([(one.detail, one.subject, one.command) for one in machine.results(check_id)])


def test_the_name_of_a_tool_is_no_part_of_the_command_that_is_shown(machine):
    change = pins(CHANGED)(machine)
    (pin,) = change["own"].pins
    own = msgspec.structs.replace(change["own"], pins=(msgspec.structs.replace(pin, server="a; id", tool="$(id)\n`id`"),))
    (result,) = (one for one in check_named("MCP-09").run(msgspec.structs.replace(machine.context(), own=own)) if one.command.startswith("handrail mcp accept"))
    assert shlex.split(result.command) == ["handrail", "mcp", "accept", "a; id", "$(id)\n`id`", "--definition", pin.seen[:12]]


def test_servers_of_a_project_in_the_users_file(machine):
    machine.write(".claude.json", json.dumps({"projects": {"/x": {"mcpServers": {"deep": {"command": "sudo", "args": ["x"]}}}}}, indent=1))
    (result,) = machine.results("MCP-13")
    assert (result.subject, result.state.value, result.line) == ("deep", "fail", 5)


def test_a_wrapped_server_is_judged_by_its_own_command(machine):
    wrapped(machine)
    assert [one.detail for one in inventory(machine.context())] == ["cursor, through the proxy"]
    assert machine.states("MCP-04") == {"pass"}


def test_another_program_under_the_same_name_is_another_finding(machine):
    def keys(**entry):
        machine.servers(docs={"command": "npx", "args": ["docs"], **entry})
        context = machine.context()
        return [{key_of(check_named(check), one, context) for one in check_named(check).run(context) if one.state is State.FAIL} for check in ("MCP-04", "MCP-09")]

    known = keys(env={"TOKEN": TOKEN})
    assert all(known) and keys(env={"TOKEN": TOKEN[::-1]}) == known
    for other in ({"args": ["evil"]}, {"args": ["docs", "--hook", "evil"]}, {"env": {"TOKEN": "x", "NODE_OPTIONS": "x"}}):
        assert all(not one & two for one, two in zip(known, keys(**other), strict=True) if two)


def test_many_servers_and_references_that_are_never_closed_hold_no_audit_up(machine):
    machine.servers(**{f"s{number}": {"command": "npx", "args": ["x"], "env": {"A": "${" * 500}} for number in range(2000)})
    began = time.process_time()
    assert machine.states("MCP-02") == {"pass", "unknown"} and len(machine.results("MCP-04")) == MAX_SERVERS + 1
    machine.servers(one={"command": "npx", "env": {"A": "${" * 50_000}})
    assert machine.states("MCP-02") == {"pass"} and time.process_time() - began < 5
