"""Rights as a person reads them: one line per axis, the same on the command line and in the dashboard."""

from __future__ import annotations

from collections.abc import Iterator

from sensor.access.policy import Rights
from sensor.access.scopes import Patterns, Scope


def in_words(rights: Rights) -> Iterator[tuple[str, str]]:
    """(label, text) for everything that `rights` say."""
    scope = rights.scope
    for label, allowed, denied in (
        ("tools", scope.tools, rights.denied_tools), ("MCP servers", scope.servers, rights.denied_servers), ("reads", scope.reads, rights.denied_paths),
        ("writes", scope.writes, rights.denied_paths), ("hosts", scope.hosts, rights.denied_hosts),
    ):
        yield label, listed(allowed) + (f"; never {', '.join(denied)}" if denied else "")
    yield "shell", rights.shell.value
    for limit in rights.arguments:
        yield "argument", f"{limit.tool} {limit.field}"
    if rights.session_calls is not None:
        yield "calls per session", str(rights.session_calls)
    if rights.concurrent is not None:
        yield "calls at once", str(rights.concurrent)
    yield "beyond that", "a person is asked" if rights.ask else "refused"


def listed(patterns: Patterns) -> str:
    """A set of patterns in words."""
    return "everything" if "*" in patterns else ", ".join(patterns) or "nothing"


def narrowed(scope: Scope) -> str:
    """What a scope leaves, naming only the axes that it limits; "everything" when it limits none."""
    parts = [f"{label} {listed(allowed)}" for label, allowed in (
        ("tools", scope.tools), ("servers", scope.servers), ("reads", scope.reads), ("writes", scope.writes), ("hosts", scope.hosts)) if "*" not in allowed]
    return "; ".join(parts) or "everything"
