"""Edits of an agent's settings that only take permissions away: more is denied or asked about, less is allowed, all else stays.

The file is read as it is and as it would be. What cannot be read in full says nothing.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sensor.effects.projects.manifests import MAX_BYTES, read_limited
from sensor.model.calls import Edit

TIGHTENS_ONLY = "tightens-only"
_FILE = re.compile(r"/\.(?:claude/settings[^/]*|cursor/(?:cli-config|cli|permissions))\.json$")
_LISTS = ("allow", "deny", "ask", "additionalDirectories")


def tightens_only(path: str, edits: Sequence[Edit]) -> bool:
    """Whether `edits` of the settings file `path` (absolute, links resolved) leave an agent fewer rights than before and change nothing else."""
    if not _FILE.search(path):
        return False
    before = read_limited(path)
    if len(before) >= MAX_BYTES or (not before and os.path.lexists(path)):
        return False
    after = applied(before, edits)
    old, new = _parsed(before or "{}"), _parsed(after)
    return old is not None and new is not None and old != new and _is_tighter(old, new)


def applied(text: str, edits: Sequence[Edit]) -> str:
    """The text after the edits, "" when one of them does not say which place it changes."""
    for edit in edits:
        if edit.old and text.count(edit.old) != 1:
            return ""
        text = text.replace(edit.old, edit.new) if edit.old else edit.new
    return text


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text, object_pairs_hook=single)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and _are_lists(found.get("permissions", {})) else None


def single(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are all different: of two equal ones every reader takes another."""
    if len({name.lower() for name, _ in pairs}) < len(pairs):
        raise ValueError("a name stands there twice")
    return dict(pairs)


def _are_lists(permissions: Any) -> bool:
    return isinstance(permissions, dict) and all(
        isinstance(listed, list) and all(isinstance(one, str) for one in listed) for name in _LISTS for listed in [permissions.get(name, [])])


def _is_tighter(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    first, second = old.get("permissions", {}), new.get("permissions", {})
    for name in ("deny", "ask"):
        if not set(first.get(name, [])) <= set(second.get(name, [])):
            return False
    for name in ("allow", "additionalDirectories"):
        if not set(first.get(name, [])) >= set(second.get(name, [])):
            return False
    return _rest(old, ("permissions",)) == _rest(new, ("permissions",)) and _rest(first, _LISTS) == _rest(second, _LISTS)


def _rest(settings: Mapping[str, Any], left_out: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if name not in left_out}
