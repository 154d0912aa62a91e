"""Our entries in a text of settings: find them, add them, take them out. Ours is what runs our client, and nothing else."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

import msgspec

from hooks.settings.formats import SettingsFormat
from hooks.settings.jsonc import Child, Node, SyntaxProblem, parse_jsonc
from hooks.settings.splice import Change, add_children, apply_changes, remove_children, style_of

EMPTY = "{}\n"


class Entry(msgspec.Struct, frozen=True):
    """One handler of ours, with the group around it where the format has groups."""

    event: str
    handler: dict[str, Any]
    group: dict[str, Any]


class Keep(msgspec.Struct, frozen=True):
    """What was there before us and stays even when it becomes empty: members of the root and of `hooks`."""

    root: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()


def parse_settings(text: str) -> Node:
    """The root object, checked as far as we rely on it. Raises SyntaxProblem."""
    root = parse_jsonc(text if text.strip() else EMPTY)
    _expect(root, dict, "the settings must be an object { }")
    hooks = root.member("hooks")
    if hooks is not None:
        _expect(hooks.node, dict, '"hooks" must be an object { }')
        for child in hooks.node.children:
            _expect(child.node, list, f'the hooks of "{child.key}" must be a list [ ]')
    return root


def kept_members(root: Node) -> Keep:
    """What to keep, of a file without our entries."""
    hooks = root.member("hooks")
    return Keep(frozenset(root.value), frozenset(hooks.node.value) if hooks is not None else frozenset())


def is_ours(handler: Any, client: str) -> bool:
    """Whether a handler runs `client`."""
    command = handler.get("command") if isinstance(handler, dict) else None
    if not isinstance(command, str) or client.rpartition("/")[2] not in command:  # the name only: a shell quotes the path
        return False
    try:
        return command == client or shlex.split(command)[:1] == [client]
    except ValueError:  # a quote is not closed
        return False


def find_entries(root: Node, form: SettingsFormat, client: str) -> tuple[Entry, ...]:
    """Every handler of ours, in the order of the file."""
    found = []
    for event in _events(root):
        for item in event.node.value:
            handlers = item.get("hooks", ()) if form.grouped and isinstance(item, dict) else (item,)
            found += [Entry(event.key, one, item) for one in (handlers if isinstance(handlers, (list, tuple)) else ()) if is_ours(one, client)]
    return tuple(found)


def add_entries(text: str, form: SettingsFormat, wanted: dict[str, dict[str, Any]]) -> str:
    """`text` with `wanted` (event -> entry) at the end of each event's list."""
    text = text if text.strip() else EMPTY
    root = parse_settings(text)
    style, hooks = style_of(text, root), root.member("hooks")
    members: list[tuple[str, Any]] = [(key, value) for key, value in form.fixed if root.member(key) is None]
    if hooks is None:
        members.append(("hooks", {event: [entry] for event, entry in wanted.items()}))
        return apply_changes(text, add_children(text, root, members, style))
    changes = add_children(text, root, members, style) if members else []
    fresh: list[tuple[str, Any]] = []
    for event, entry in wanted.items():
        there = hooks.node.member(event)
        if there is None:
            fresh.append((event, [entry]))
        else:
            changes += add_children(text, there.node, [("", entry)], style)
    return apply_changes(text, [*changes, *(add_children(text, hooks.node, fresh, style) if fresh else [])])


def remove_entries(text: str, form: SettingsFormat, client: str, keep: Keep) -> str:
    """`text` without our entries and without the lists and members that only they needed."""
    root = parse_settings(text)
    hooks = root.member("hooks")
    if hooks is None or not find_entries(root, form, client):
        return text
    changes: list[Change] = []
    emptied = set()
    for index, event in enumerate(hooks.node.children):
        gone, inner = _gone(text, event, form, client)
        if gone and len(gone) == len(event.node.children) and event.key not in keep.events:
            emptied.add(index)
        elif gone or inner:
            changes += [*(remove_children(text, event.node, gone) if gone else ()), *inner]
    if len(emptied) == len(hooks.node.children) and "hooks" not in keep.root:
        ours = {"hooks", *(key for key, _ in form.fixed)} - keep.root
        return apply_changes(text, remove_children(text, root, {index for index, child in enumerate(root.children) if child.key in ours}))
    return apply_changes(text, [*changes, *(remove_children(text, hooks.node, emptied) if emptied else ())])


def foreign_part(root: Node, form: SettingsFormat, client: str) -> Any:
    """The settings without our entries, empty lists and what the format needs: what must be the same before and after."""
    value: dict[str, Any] = {key: one for key, one in root.value.items() if key != "hooks" and (key, one) not in form.fixed}
    hooks = {event.key: [one for one in (_foreign(item, form, client) for item in event.node.value) if one is not None] for event in _events(root)}
    return value, {event: items for event, items in hooks.items() if items}


def _foreign(item: Any, form: SettingsFormat, client: str) -> Any:
    """An item without our handlers; None when nothing is left."""
    if not form.grouped:
        return None if is_ours(item, client) else item
    if not isinstance(item, dict) or not isinstance(item.get("hooks"), list):
        return item
    handlers = [one for one in item["hooks"] if not is_ours(one, client)]
    return {**item, "hooks": handlers} if handlers or not item["hooks"] else None


def _gone(text: str, event: Child, form: SettingsFormat, client: str) -> tuple[set[int], list[Change]]:
    """Items of an event's list that are wholly ours, and the changes inside groups that others share."""
    gone: set[int] = set()
    inner: list[Change] = []
    for index, item in enumerate(event.node.children):
        if not form.grouped:
            gone |= {index} if is_ours(item.node.value, client) else set()
            continue
        handlers = item.node.member("hooks") if isinstance(item.node.value, dict) else None
        if handlers is None or not isinstance(handlers.node.value, list):
            continue
        own = {number for number, one in enumerate(handlers.node.children) if is_ours(one.node.value, client)}
        if own and len(own) == len(handlers.node.children):
            gone.add(index)
        elif own:
            inner += remove_children(text, handlers.node, own)
    return gone, inner


def _events(root: Node) -> Iterator[Child]:
    hooks = root.member("hooks")
    return iter(hooks.node.children if hooks is not None else ())


def _expect(node: Node, kind: type, message: str) -> None:
    if not isinstance(node.value, kind):
        raise SyntaxProblem(message, node.start)
