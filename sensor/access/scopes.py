"""What somebody may use and reach: sets of patterns with an exact "is within", so that narrowing can be proved.

A pattern is a name, `*` (everything), `prefix*`, `*.suffix` (hosts), `folder/**` (the folder and all below it) or `@set`
(a named set of paths or hosts). Other wildcards are refused: for these, "child within parent" is decidable by looking.
An empty set means nothing, never everything.
"""

from __future__ import annotations

import functools
import posixpath

from sensor.model.calls import McpAction, ToolCall, ToolKind, Value
from sensor.model.effects import Effects, PathRef
from sensor.model.globs import fits_glob

Patterns = tuple[str, ...]
EVERYTHING: Patterns = ("*",)
NOTHING: Patterns = ()
MAX_PATTERNS = 200
MAX_PATTERN = 300


class Scope(Value, gc=False):
    """Rights on every axis. `max_calls` 0 = no call at all."""

    tools: Patterns = NOTHING
    reads: Patterns = NOTHING
    writes: Patterns = NOTHING
    hosts: Patterns = NOTHING
    servers: Patterns = NOTHING
    max_calls: int = 0


WIDE = Scope(tools=EVERYTHING, reads=EVERYTHING, writes=EVERYTHING, hosts=EVERYTHING, servers=EVERYTHING, max_calls=1_000_000)


class Lack(Value):
    """One thing that a call needs and a scope does not give: on which axis, and what, and whether a person may allow it."""

    axis: str
    what: str
    may_ask: bool = False


@functools.lru_cache(maxsize=4096)
def check_pattern(pattern: str) -> str:
    """What is wrong with `pattern`, "" when nothing is."""
    if not pattern or len(pattern) > MAX_PATTERN or not pattern.isprintable():
        return "must be 1 to 300 printable characters"
    body = pattern[:-3] if pattern.endswith("/**") else pattern[2:] if pattern.startswith("*.") else pattern[:-1] if pattern.endswith("*") else pattern
    if "*" in body or "?" in body or "[" in body:
        return "may have one wildcard: `*`, `prefix*`, `*.suffix` or `folder/**`"
    if pattern.startswith(("/", "~")) and posixpath.normpath(body or "/") != (body or "/"):
        return "must be a normal path without `..`, `.` or double slashes"
    return ""


def covers(parent: str, child: str) -> bool:
    """Whether everything that pattern `child` names is named by `parent` too."""
    if parent in ("*", child):
        return True
    if parent.endswith("/**"):
        folder = parent[:-3]
        inner = child[:-3] if child.endswith("/**") else child
        return inner == folder or inner.startswith(folder + "/")
    if parent.startswith("*."):
        return child.endswith(parent[1:]) and len(child) > len(parent) - 1
    return parent.endswith("*") and child.startswith(parent[:-1]) and not child.endswith("/**")


def widening(child: Scope, parent: Scope) -> tuple[str, ...]:
    """Axes on which `child` reaches further than `parent`; none = it only narrows."""
    axes = [axis for axis in ("tools", "reads", "writes", "hosts", "servers")
            if "*" not in getattr(parent, axis) and not all(any(covers(outer, inner) for outer in getattr(parent, axis)) for inner in getattr(child, axis))]
    return tuple(axes) + (("max_calls",) if child.max_calls > parent.max_calls else ())


def names_of(call: ToolCall) -> tuple[str, ...]:
    """What a tool list may call this tool: its kind, its native name, and for MCP `mcp__server__tool`."""
    names: tuple[str, ...] = (call.kind.value, call.tool)
    if isinstance(call.action, McpAction):
        names += (f"mcp__{call.action.server}__{call.action.tool}", f"mcp__{call.action.server}")
    return names


def names_tool(patterns: Patterns, call: ToolCall) -> bool:
    """Whether a tool list names the tool of `call`."""
    if not patterns or "*" in patterns:
        return bool(patterns)
    names = names_of(call)
    return any(covers(pattern, name) for pattern in patterns for name in names)


def covers_tool(first: str, second: str) -> bool:
    """Whether a line for the tools `first` names every tool that a line for `second` names."""
    return covers(first, second) or (second.startswith("mcp__") and (first == "mcp" or second.startswith(f"{first}__")))


def names_path(patterns: Patterns, ref: PathRef) -> bool:
    """Whether a path list names `ref`. A path that could not be resolved is named by `*` alone."""
    if "*" in patterns:
        return True
    for pattern in patterns:
        if pattern.startswith("@"):
            if pattern in ref.places:
                return True
        elif ref.path and covers(pattern, f"{ref.path}/**" if ref.glob else ref.path):
            return True
    return False


def may_reach(patterns: Patterns, ref: PathRef, recursive: bool) -> bool:
    """Whether `ref` could touch what a list of denied paths names: a wild card, a folder above it, or a path that is not known."""
    if not ref.path:
        return bool(patterns)
    parts = [part for part in ref.path.split("/") if part]
    for pattern in patterns:
        if not pattern.startswith("/"):  # a suffix or a named set: names_path knows
            if ref.glob and pattern.startswith("*.") and fits_glob(pattern[1:], "*" + ref.path.rpartition("*")[2]):
                return True
            continue
        wanted = pattern.removesuffix("/**").rstrip("*").strip("/").split("/")
        pairs = list(zip(parts, wanted, strict=False))
        if ref.glob and "**" in parts[:len(wanted)]:
            pairs = pairs[:parts.index("**")]
        elif len(parts) < len(wanted) and not recursive:
            continue
        if all(one == other or (ref.glob and fits_glob(other, one)) for one, other in pairs):
            return True
    return False


def names_host(patterns: Patterns, host: str, places: frozenset[str]) -> bool:
    """Whether a host list names `host`; loopback always is, it leaves nothing."""
    if "*" in patterns or "@loopback" in places:
        return True
    return any(pattern in places if pattern.startswith("@") else covers(pattern, host.lower()) for pattern in patterns)


def lacking_tool(scope: Scope, call: ToolCall) -> Lack | None:
    """What the call needs by its tool alone, before its effects are known."""
    if not names_tool(scope.tools, call):
        return Lack(axis="tools", what=call.tool or call.kind.value)
    if isinstance(call.action, McpAction) and not any(covers(pattern, call.action.server) for pattern in scope.servers):
        return Lack(axis="servers", what=call.action.server)
    return None


def lacking_reach(scope: Scope, call: ToolCall, effects: Effects) -> Lack | None:
    """What the call would touch and `scope` does not give. What cannot be determined needs everything."""
    if _is_open(scope):
        return None
    for effect in effects.effects:
        for axis, refs in (("writes", effect.writes), ("writes", effect.deletes), ("reads", effect.reads)):
            for ref in refs:
                if not names_path(getattr(scope, axis), ref):
                    return Lack(axis=axis, what=ref.path or ref.raw)
        for host in effect.hosts:
            if not names_host(scope.hosts, host.host, host.places):
                return Lack(axis="hosts", what=host.host)
        if effect.opaque:
            return Lack(axis="effects", what=f"what {effect.program or 'a part of it'} would do cannot be determined")
    if (effects.unresolved or effects.exhausted) and call.kind is ToolKind.SHELL:
        return Lack(axis="effects", what="a part of the command cannot be determined")
    return None


def _is_open(scope: Scope) -> bool:
    return "*" in scope.writes and "*" in scope.hosts and "*" in scope.reads
