"""Entries of MCP servers in a text of settings: find them, lead them through the proxy, and back.

A wrapped entry holds the server's own command after `--`, so that nothing needs to be kept elsewhere to take it back: by
the character where nobody changed the entry since, else by meaning.

    {"command": "npx", "args": ["-y", "x"]}
    {"command": "<proxy>", "args": ["--agent", "cursor", "--server", "NAME", "--", "npx", "-y", "x"]}
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec

from hooks.settings.jsonc import Child, Node, SyntaxProblem, parse_jsonc
from hooks.settings.splice import Change, apply_changes, remove_children

SERVERS, PROJECTS = "mcpServers", "projects"
NO_ARGS = "--no-args"
_OURS = {"--agent": 2, "--server": 2, NO_ARGS: 1}  # an option and how many words it takes
STDIO, REMOTE, UNCLEAR = "stdio", "remote", "unclear"


class Server(msgspec.Struct, frozen=True):
    """One entry. `scope` is the project it is for, "" for all; `command` is the server's own, without the proxy."""

    name: str
    scope: str
    kind: str
    wrapped: bool = False
    command: tuple[str, ...] = ()


def find_servers(text: str, proxy: str) -> tuple[Server, ...]:
    """Every MCP server of a settings file, in its order. Raises SyntaxProblem."""
    return tuple(_server(scope, child, proxy) for scope, child in _entries(_parse(text)))


def wrap(text: str, proxy: str, agent: str) -> str:
    """`text` with every stdio server behind the proxy. Raises SyntaxProblem."""
    changes: list[Change] = []
    for scope, child in _entries(_parse(text)):
        found = _server(scope, child, proxy)
        if found.kind == STDIO and not found.wrapped:
            changes += _wrapping(text, child, proxy, agent)
    return apply_changes(text, changes)


def unwrap(text: str, proxy: str) -> str:
    """`text` with every server that is behind this proxy on its own again. Raises SyntaxProblem."""
    changes: list[Change] = []
    for scope, child in _entries(_parse(text)):
        if _server(scope, child, proxy).wrapped:
            changes += _unwrapping(text, child.node)
    return apply_changes(text, changes)


def _parse(text: str) -> Node:
    root = parse_jsonc(text if text.strip() else "{}")
    if not isinstance(root.value, dict):
        raise SyntaxProblem("the settings must be an object { }", root.start)
    return root


def _entries(root: Node) -> Iterator[tuple[str, Child]]:
    """(scope, entry) of every server."""
    yield from (("", child) for child in _members(root, SERVERS))
    for project in _members(root, PROJECTS):
        if isinstance(project.node.value, dict):
            yield from ((project.key, child) for child in _members(project.node, SERVERS))


def _members(node: Node, name: str) -> tuple[Child, ...]:
    found = node.member(name)
    return found.node.children if found is not None and isinstance(found.node.value, dict) else ()


def _server(scope: str, child: Child, proxy: str) -> Server:
    entry, name = child.node.value, child.key
    if not isinstance(entry, dict):
        return Server(name, scope, UNCLEAR)
    command, args = entry.get("command"), entry.get("args", [])
    if "url" in entry or "httpUrl" in entry or entry.get("type", STDIO) != STDIO:
        return Server(name, scope, REMOTE)
    keys = [one.key for one in child.node.children]
    if not isinstance(command, str) or not command or len(set(keys)) != len(keys):
        return Server(name, scope, UNCLEAR)
    if not isinstance(args, list) or not all(isinstance(one, str) for one in args):
        return Server(name, scope, UNCLEAR)
    if command != proxy:
        return Server(name, scope, STDIO, command=(command, *args))
    end = _end_of_ours(args)
    return Server(name, scope, STDIO, wrapped=True, command=tuple(args[end + 1 :])) if end >= 0 else Server(name, scope, UNCLEAR)


def _end_of_ours(args: list[str]) -> int:
    """Where the `--` stands that ends our words; -1 when they are not those of `wrap`: another proxy's settings, say, would not be ours."""
    place = 0
    while place < len(args) - 1:
        if args[place] == "--":
            return place
        if args[place] not in _OURS:
            return -1
        place += _OURS[args[place]]
    return -1


def _wrapping(text: str, child: Child, proxy: str, agent: str) -> list[Change]:
    command, args = child.node.member("command"), child.node.member("args")
    assert command is not None
    own = text[command.node.start : command.node.end]
    words = ["--agent", agent, "--server", child.key, *([NO_ARGS] if args is None else []), "--"]
    before = ", ".join([*(json.dumps(word, ensure_ascii=False) for word in words), own])
    changes = [Change(command.node.start, command.node.end, json.dumps(proxy, ensure_ascii=False))]
    if args is None:
        changes.append(Change(command.node.end, command.node.end, f', "args": [{before}]'))
    elif args.node.children:
        first = args.node.children[0].start
        changes.append(Change(first, first, f"{before}, "))
    else:
        changes.append(Change(args.node.start + 1, args.node.start + 1, before))
    return changes


def _unwrapping(text: str, entry: Node) -> list[Change]:
    command, args = entry.member("command"), entry.member("args")
    assert command is not None and args is not None
    words = args.node.children
    end = _end_of_ours([str(word.node.value) for word in words])
    own = words[end + 1]
    changes = [Change(command.node.start, command.node.end, text[own.start : own.end])]
    if end % 2 and len(words) == end + 2:  # every other option has a value: NO_ARGS is among them
        if text[command.node.end : args.start] == ", ":
            return [*changes, Change(command.node.end, args.end)]
        return [*changes, *remove_children(text, entry, {entry.children.index(args)})]
    after = words[end + 2].start if len(words) > end + 2 else own.end
    return [*changes, Change(words[0].start, after)]
