"""The same call through every door has the same verdict by the same rules."""

import http.client
import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest

from sensor.host.files.hook_client import place_client, proxy_path

SERVER = Path(__file__).resolve().parents[1] / "fixtures" / "mcp_server.py"
POLICY = """
agents:
  claude-code:
    tools: {allow: ["*"], deny: [WebSearch, mcp__github__delete_*]}
    servers: {allow: [github]}
    filesystem: home
    paths: {allow: ["@repo", "@temp", "~/notes/**"], deny: ["~/clients/secret/**"]}
    network: listed
    hosts: {allow: ["@package-registries"]}
    egress:
      - {tool: WebFetch, allow: ["@documentation"]}
      - {tool: mcp__github, allow: [forge.example]}
    content: [{tool: mcp__github, deny: [secret]}, {deny: [unicode], when: after}]
    arguments: [{tool: mcp__github__pay, field: amount, max: 100, ask-above: 10}]
    subagents: {"*": {filesystem: read}}
"""
SUBAGENT = {"agent_id": "a1", "agent_type": "Explore"}

# What is called, with which verdict, and a rule that must be among the reasons ("" = no finding at all).
CALLS = {
    "harmless": ("Bash", {"command": "ls -la"}, {}, "clean", ""),
    "rule": ("Bash", {"command": "rm -rf / --no-preserve-root"}, {}, "block", "HR-DST-001"),
    "held": ("Bash", {"command": "git push --force origin main"}, {}, "quarantine", "HR-GIT-001"),
    "denied tool": ("WebSearch", {"query": "x"}, {}, "block", "HR-ACC-001"),
    "denied server": ("mcp__files__read", {"path": "a"}, {}, "block", "HR-ACC-001"),
    "denied pattern": ("mcp__github__delete_repo", {"name": "a"}, {}, "block", "HR-ACC-001"),
    "fence by a tool": ("Write", {"file_path": "{home}/elsewhere/a.txt", "content": "hi"}, {}, "block", "HR-ACC-002"),
    "fence by the shell": ("Bash", {"command": "echo hi | tee {home}/elsewhere/a.txt"}, {}, "block", "HR-ACC-002"),
    "within the fence": ("Write", {"file_path": "{home}/notes/a.txt", "content": "hi"}, {}, "clean", ""),
    "denied path": ("Read", {"file_path": "{home}/clients/secret/a.txt"}, {}, "block", "HR-ACC-002"),
    "denied host": ("Bash", {"command": "curl -s https://other.example/x"}, {}, "block", "HR-ACC-003"),
    "unknown reach": ("Bash", {"command": "$CMD"}, {}, "block", "HR-ACC-008"),
    "asked argument": ("mcp__github__pay", {"amount": 50}, {}, "quarantine", "HR-ACC-005"),
    "denied argument": ("mcp__github__pay", {"amount": 500}, {}, "block", "HR-ACC-005"),
    "sub-agent looks": ("Read", {"file_path": "{cwd}/a.txt"}, SUBAGENT, "clean", ""),
    "allowed tool of a server": ("mcp__github__echo", {"text": "hello"}, {}, "clean", ""),
    "rule in an argument": ("mcp__github__run", {"command": "rm -rf / --no-preserve-root"}, {}, "block", "HR-DST-001"),
    "path in an argument": ("mcp__github__write_file", {"path": "{home}/elsewhere/a.txt", "content": "hi"}, {}, "block", "HR-ACC-002"),
    "address in an argument": ("mcp__github__fetch", {"url": "https://other.example/x"}, {}, "block", "HR-ACC-003"),
    "host of this tool": ("WebFetch", {"url": "https://docs.python.org/3/", "prompt": "x"}, {}, "clean", ""),
    "host of another tool": ("WebFetch", {"url": "https://pypi.org/simple", "prompt": "x"}, {}, "block", "HR-ACC-003"),
    "host of this server": ("mcp__github__fetch", {"url": "https://forge.example/x"}, {}, "clean", ""),
    "index of a package manager": ("Bash", {"command": "npm ci --registry=https://other.example"}, {}, "block", "HR-ACC-003"),
    "host that nobody can tell": ("Bash", {"command": 'curl -s "$WHERE"'}, {}, "quarantine", "HR-ACC-003"),
    "content that this tool may not carry": ("mcp__github__echo", {"text": 'password = "Tr0ub4dor&3xyz"'}, {}, "block", "HR-ACC-010"),
    "content that another tool may carry": ("Bash", {"command": "export PASSWORD=Tr0ub4dor3xyzw; ls"}, {}, "flag", "HR-SEC-GENERIC"),
    "sub-agent writes": ("Write", {"file_path": "{cwd}/a.txt", "content": "hi"}, SUBAGENT, "block", "HR-ACC-002"),
}


@pytest.fixture(scope="module")
def governed(live):
    """A sensor with the policy above; its HOME is the prefix."""
    (live.paths.config / "policy.yaml").write_text(POLICY)
    live.configure("mode: enforce\napprovals: {wait-seconds: 1}\n")
    place_client(live.paths)
    (live.prefix / "project" / ".git").mkdir(parents=True)
    live.op("reload")
    return live


def by_socket(live, event):
    return live.hook(event)[0] in (0, 2)


def by_http_hook(live, event):
    return post(live, "/hooks/claude-code", event) == 200


def by_verdict_api(live, event):
    asked = {key: value for key, value in event.items() if key not in ("hook_event_name", "permission_mode")}
    return post(live, "/api/v1/verdict", {"agent": "claude-code", **asked}) in (200, 202, 403)


def by_mcp_proxy(live, event):
    """Only calls of MCP tools come this way. The agent's user is not asked here, so what is held waits for a person, for a second."""
    server, _, tool = event["tool_name"].removeprefix("mcp__").partition("__")
    folder = live.prefix / "server"
    folder.mkdir(exist_ok=True)
    line = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": tool, "arguments": event["tool_input"], "_meta": {"claudecode/toolUseId": event["tool_use_id"]}}}
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(live.prefix), "CLAUDE_CODE_SESSION_ID": event["session_id"]}
    words = [str(proxy_path(live.paths)), "--agent", "claude-code", "--server", server, "--", sys.executable, str(SERVER), str(folder)]
    proxy = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=event["cwd"])
    proxy.stdin.write(json.dumps(line).encode() + b"\n")
    proxy.stdin.flush()
    answer = json.loads(proxy.stdout.readline())
    proxy.stdin.close()
    return proxy.wait(60) == 0 and answer["id"] == 1


DOORS = {"hook": by_socket, "http": by_http_hook, "verdict": by_verdict_api, "mcp": by_mcp_proxy}


def doors_for(event):
    """The doors that this call can come through."""
    is_proxied = event["tool_name"].startswith("mcp__") and "agent_id" not in event
    return {name: send for name, send in DOORS.items() if name != "mcp" or is_proxied}


def post(live, path, value) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=60)
    token = (live.paths.run / "intake.token").read_text()
    connection.request("POST", path, json.dumps(value), {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    status = connection.getresponse().status
    connection.close()
    return status


def filled(live, value):
    """The arguments with the folders of this sensor."""
    return json.loads(json.dumps(value).replace("{home}", str(live.prefix)).replace("{cwd}", str(live.prefix / "project")))


@pytest.mark.parametrize("name", CALLS)
def test_one_call_has_one_verdict_at_every_door(governed, name):
    tool, arguments, more, verdict, rule = CALLS[name]
    number = list(CALLS).index(name)
    found = {}
    for door, send in doors_for({"tool_name": tool, **more}).items():
        # A session per door: what a session did before weighs on its next call, at every door alike.
        event = {"session_id": f"{door}-{number}", "cwd": str(governed.prefix / "project"), "hook_event_name": "PreToolUse", "permission_mode": "default",
                 "tool_name": tool, "tool_input": filled(governed, arguments), "tool_use_id": f"c{number}-{door}", **more}
        assert send(governed, event), door
        (entry,) = [one for one in governed.entries() if one.get("tool_use_id") == event["tool_use_id"] and one["phase"] == "before"]
        found[door] = (entry["verdict"], [(one["id"], one.get("message")) for one in entry.get("rules", ())], entry.get("effects"))
    verdicts, rules, effects = zip(*found.values(), strict=True)
    assert set(verdicts) == {verdict}, found
    assert all(one == rules[0] for one in rules) and all(one == effects[0] for one in effects), found
    assert ({one for one, _ in rules[0]} >= {rule}) if rule else not rules[0], rules[0]


def test_the_past_of_a_session_counts_through_every_door(governed):
    """Three refusals through three doors make one session's risk, and it is the same at the next door."""
    for (door, send), number in zip(itertools.cycle(doors_for({"tool_name": "WebSearch"}).items()), range(3), strict=False):
        assert send(governed, {"session_id": "mixed", "cwd": str(governed.prefix), "hook_event_name": "PreToolUse", "tool_name": "WebSearch",
                               "tool_input": {"query": f"{number}"}, "tool_use_id": f"m{number}"}), door
    (risk,) = [one for one in governed.op("escalation.list")["sessions"] if one["session"] == "mixed"]
    assert len(risk["terms"]) == 3 and risk["level"] >= 1
