"""MCP servers in each client's form."""

from __future__ import annotations

import json
import time

from sensor.posture.servers import servers_of, sources_of


def test_each_client_in_its_own_form(machine):
    machine.servers(claude={"command": "a", "args": ["x", 3], "env": {"A": "1", "B": 2}})
    machine.write(".cursor/mcp.json", json.dumps({"mcpServers": {"cursor": {"url": "https://example.com", "headers": {"X": "y"}}}}))
    machine.write(".gemini/settings.json", json.dumps({"mcpServers": {"gemini": {"httpUrl": "https://example.com", "trust": True}}}))
    machine.write(".codex/config.toml", '[mcp_servers.codex]\ncommand = "c"\nargs = ["d"]\n')
    machine.write(".config/Code/User/mcp.json", json.dumps({"servers": {"code": {"command": ["e", "f"]}}}))
    found = {server.name: server for server in servers_of(machine.context())}
    assert set(found) == {"claude", "cursor", "gemini", "codex", "code"}
    assert (found["claude"].words, found["claude"].env) == (("a", "x"), {"A": "1"})
    assert (found["cursor"].url, found["cursor"].headers, found["gemini"].approved) == ("https://example.com", {"X": "y"}, ("*",))
    assert (found["codex"].words, found["code"].words) == (("c", "d"), ("e", "f"))


def test_what_is_no_server_is_passed_over(machine):
    machine.write(".claude.json", json.dumps({"mcpServers": {"a": 3}, "projects": {"/p": 4, "/q": {"mcpServers": []}}}))
    assert not list(servers_of(machine.context()))


def test_files_that_matter_are_those_with_servers_and_broken_ones(machine):
    machine.write(".claude.json", '{"projects": {}}')
    assert not list(sources_of(machine.context()))
    machine.write(".claude.json", "{")
    assert [source.document.path for source in sources_of(machine.context())] == [str(machine.home / ".claude.json")]


def test_a_long_file_without_our_proxy_is_not_read_again_for_each_check(machine):
    rules = [f"Bash(a{number} *)" for number in range(50_000)]
    machine.write(".cursor/mcp.json", json.dumps({"permissions": {"allow": rules}, "mcpServers": {"a": {"command": "b"}}}))
    context = machine.context()
    start = time.thread_time()
    for _ in range(20):
        assert [server.wrapped for server in servers_of(context)] == [False]
    assert time.thread_time() - start < 1
