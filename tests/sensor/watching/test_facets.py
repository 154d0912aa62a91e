"""The part of a file that counts: noise changes nothing, what decides something does."""

from __future__ import annotations

import json

import pytest

from sensor.watching.facets import facet_of

CLAUDE = {"numStartups": 1, "mcpServers": {"a": {"command": "x"}}, "projects": {"/p": {"history": ["hi"], "hasTrustDialogAccepted": True, "mcpServers": {}}}}


def part(path: str, data: bytes) -> bytes:
    facet = facet_of(path)
    assert facet is not None
    return facet[1](data)


def test_most_files_count_as_a_whole():
    assert facet_of("/h/.bashrc") is None and facet_of("/h/.claude/settings.json") is None and facet_of("/p/config") is None


@pytest.mark.parametrize(("change", "counts"), [
    ({"numStartups": 2}, False), ({"projects": {"/p": {"history": ["other"], "hasTrustDialogAccepted": True}}}, False),
    ({"projects": {"/p": {"hasTrustDialogAccepted": True}, "/new": {"history": []}}}, False), ({"mcpServers": {"a": {"command": "y"}}}, True),
    ({"projects": {"/p": {"hasTrustDialogAccepted": True, "enabledMcpjsonServers": ["a"]}}}, True), ({"projects": {"/q": {"hasTrustDialogAccepted": True}}}, True),
])
def test_of_claude_json_servers_and_trust(change, counts):
    before, after = (part("/h/.claude.json", json.dumps(one).encode()) for one in (CLAUDE, {**CLAUDE, **change}))
    assert (before != after) == counts


@pytest.mark.parametrize("data", [b"{", b"[]", b"\xff", b'{"projects": []}', b'{"projects": {"/p": 1}}', b"[" * 100_000])
def test_what_cannot_be_read_counts_as_a_whole(data):
    assert part("/h/.claude.json", data) == data


GIT = '[core]\n\tbare = false\n[remote "origin"]\n\turl = https://a.example/x\n\tfetch = +refs\n[branch "main"]\n\tremote = origin\n'


@pytest.mark.parametrize(("more", "counts"), [
    ('[branch "topic"]\n\tremote = origin\n', False), ("[user]\n\tname = x\n", False), ("# hooksPath = /x\n", False), ("[core]\n\tfilemode = false\n", False),
    ("[core]\n\thooksPath = /x\n", True), ("[CORE] HooksPath=/x\n", True), ('[alias]\n\tst = "!sh -c x"\n', True), ('[filter "lfs"]\n\tclean = evil\n', True),
    ("[include]\n\tpath = /x\n", True), ('[includeIf "gitdir:/p"]\n\tpath = /x\n', True), ('[remote "up"]\n\turl = ext::sh\n', True), ("[core]\n\tfsmonitor = \\\n/x\n", True),
    ('[url "https://evil.example"]\n\tinsteadOf = https://a.example\n', True), ("[credential]\n\thelper = !x\n", True),
])
def test_of_gits_settings_what_runs_programs_or_names_hosts(more, counts):
    before, after = (part("/p/.git/config", text.encode()) for text in (GIT, GIT + more))
    assert (before != after) == counts
