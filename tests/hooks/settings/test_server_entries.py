"""MCP servers in the text of a settings file: wrapped, and back to the byte."""

from __future__ import annotations

import json

import pytest

from hooks.settings.jsonc import SyntaxProblem, parse_jsonc
from hooks.settings.server_entries import REMOTE, STDIO, UNCLEAR, find_servers, unwrap, wrap

PROXY = '/opt/handrail "data"/bin/handrail-mcp'

STYLES = {
    "usual": '{\n  "mcpServers": {\n    "a": {\n      "command": "npx",\n      "args": [\n        "-y",\n        "x"\n      ],\n      "env": {"K": "v"}\n    }\n  }\n}\n',
    "one line": '{"mcpServers":{"a":{"command":"npx","args":["-y","x"]}}}',
    "without args": '{"mcpServers": {"a": {"command": "server", "env": {}}}}',
    "without args, alone": '{"mcpServers": {"a": {"command": "server"}}}',
    "empty args": '{"mcpServers": {"a": {"command": "server", "args": []}, "b": {"command": "server", "args": [ ]}}}',
    "args first": '{"mcpServers": {"a": {"args": ["x"], "command": "npx", "type": "stdio"}}}',
    "comments": '{\n\t// mine\n\t"mcpServers": { // servers\n\t\t"a": { "command": "npx" /* old */, "args": [ // words\n\t\t\t"-y", "x", ], }, // end\n\t},\n}\n',
    "windows line ends": '{\r\n  "mcpServers": {\r\n    "a": {"command": "npx", "args": ["x"]}\r\n  }\r\n}\r\n',
    "escapes": '{"mcpServers": {"\\u00e4 \\"q\\"": {"command": "n\\u0070x", "args": ["--", "\\/x", "--no-args"]}}}',
    "names like options": '{"mcpServers": {"--": {"command": "npx", "args": ["x"]}, "--no-args": {"command": "server", "args": []}, "--server": {"command": "server"}, "--conf": {"command": "server", "args": ["--"]}}}',
    "projects": '{"numStartups": 7, "projects": {"/p": {"mcpServers": {"a": {"command": "npx", "args": ["x"]}}, "history": []}, "/q": {}}, "mcpServers": {}}',
}


@pytest.mark.parametrize("text", STYLES.values(), ids=STYLES)
def test_wrapped_and_back_to_the_byte(text):
    wrapped = wrap(text, PROXY, "claude-code")
    before, after = find_servers(text, PROXY), find_servers(wrapped, PROXY)
    assert wrapped != text and all(server.wrapped for server in after)
    assert [(one.name, one.scope, one.command) for one in after] == [(one.name, one.scope, one.command) for one in before]
    assert wrap(wrapped, PROXY, "claude-code") == wrapped
    assert unwrap(wrapped, PROXY) == text


@pytest.mark.parametrize("text", STYLES.values(), ids=STYLES)
def test_back_by_meaning_when_the_agent_has_rewritten_the_file(text):
    rewritten = json.dumps(parse_jsonc(wrap(text, PROXY, "cursor")).value, indent=2)
    assert parse_jsonc(unwrap(rewritten, PROXY)).value == parse_jsonc(text).value


def test_a_wrapped_server_says_who_it_is():
    entry = json.loads(wrap('{"mcpServers": {"my files": {"command": "npx", "args": ["-y", "x"], "env": {"K": "v"}}}}', PROXY, "cursor"))["mcpServers"]["my files"]
    assert entry == {"command": PROXY, "args": ["--agent", "cursor", "--server", "my files", "--", "npx", "-y", "x"], "env": {"K": "v"}}


@pytest.mark.parametrize(("entry", "kind"), [
    ({"url": "https://x.example"}, REMOTE), ({"type": "http", "url": "u"}, REMOTE), ({"type": "sse", "command": "x"}, REMOTE), ({"httpUrl": "u", "command": "x"}, REMOTE),
    ("npx", UNCLEAR), ({}, UNCLEAR), ({"command": ""}, UNCLEAR), ({"command": ["npx"]}, UNCLEAR), ({"command": "x", "args": "y"}, UNCLEAR), ({"command": "x", "args": [1]}, UNCLEAR),
    ({"command": PROXY, "args": ["x"]}, UNCLEAR), ({"command": PROXY, "args": ["--"]}, UNCLEAR),
    ({"command": PROXY, "args": ["--conf", "/project/own.conf", "--agent", "cursor", "--server", "a", "--", "npx"]}, UNCLEAR), ({"command": PROXY, "args": ["--server", "--", "x"]}, UNCLEAR),
    ({"command": PROXY, "args": ["x", "--", "npx"]}, UNCLEAR), ({"command": "x"}, STDIO), ({"type": "stdio", "command": "x", "args": []}, STDIO),
])
def test_what_is_led_through_the_proxy(entry, kind):
    text = json.dumps({"mcpServers": {"a": entry}})
    (server,) = find_servers(text, PROXY)
    assert server.kind == kind and not server.wrapped
    assert (wrap(text, PROXY, "cursor") == text) is (kind != STDIO)


def test_an_entry_that_names_a_key_twice_is_left_alone():
    text = '{"mcpServers": {"a": {"command": "x", "command": "y"}}}'
    assert find_servers(text, PROXY)[0].kind == UNCLEAR and wrap(text, PROXY, "cursor") == text


def test_the_proxy_of_another_installation_is_a_program_like_any_other():
    text = wrap(STYLES["usual"], "/other/handrail-mcp", "cursor")
    assert not find_servers(text, PROXY)[0].wrapped and unwrap(text, PROXY) == text


@pytest.mark.parametrize("text", ["", "{}", '{"mcpServers": []}', '{"mcpServers": null, "projects": 7}', '{"projects": {"/p": 1}}', "// nothing\n{}\n"])
def test_files_without_servers(text):
    assert find_servers(text, PROXY) == () and wrap(text, PROXY, "cursor") == text and unwrap(text, PROXY) == text


@pytest.mark.parametrize("text", ["{", "[]", '{"mcpServers": {"a": }}', "7", '{"a": 1} x'])
def test_what_cannot_be_understood(text):
    for work in (lambda: find_servers(text, PROXY), lambda: wrap(text, PROXY, "cursor"), lambda: unwrap(text, PROXY)):
        with pytest.raises(SyntaxProblem):
            work()
