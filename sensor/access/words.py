"""Rights as a person reads them: one line per axis, the same on the command line and in the dashboard."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sensor.access.policy import BudgetSection, Rights, When
from sensor.access.presets import HOST_PRESETS
from sensor.access.scopes import Patterns, Scope

PLACES = {"@repo": "the project", "@temp": "temporary files", "@under_home": "the home folder"}


def in_words(rights: Rights) -> Iterator[tuple[str, str]]:
    """(label, text) for everything that `rights` say."""
    scope = rights.scope
    for label, allowed, denied in (
        ("tools", scope.tools, rights.denied_tools), ("MCP servers", scope.servers, rights.denied_servers), ("reads", scope.reads, rights.denied_paths),
        ("writes", scope.writes, rights.denied_paths), ("hosts", scope.hosts, rights.denied_hosts),
    ):
        yield label, _with_denied(allowed, denied)
    for tool, own in rights.egress:
        yield f"hosts of {tool}", _with_denied(own.scope.hosts, own.denied_hosts)
    yield "shell", rights.shell.value
    for line in rights.content:
        when = "" if line.when is When.BOTH else f" ({line.when.value})"
        yield f"may not carry{when}", ", ".join(line.deny) + (f" in {line.tool}" if line.tool != "*" else "")
    for limit in rights.arguments:
        yield "argument", f"{limit.tool} {limit.field}"
    if rights.session_calls is not None:
        yield "calls per session", str(rights.session_calls)
    if rights.concurrent is not None:
        yield "calls at once", str(rights.concurrent)
    yield "beyond that", "a person is asked" if rights.ask else "refused"


def _with_denied(allowed: Patterns, denied: Patterns) -> str:
    return listed(allowed) + (f"; never {listed(denied)}" if denied else "")


def budget_in_words(budget: BudgetSection) -> str:
    """The limits of a budget in one line, "" when it has none."""
    limits = [f"{key.replace('_', '-')} {value:,.10g}" for key, value in msgspec.structs.asdict(budget).items() if isinstance(value, (int, float))]
    return f"{', '.join(limits)}; then {budget.used_up.value}" if limits else ""


def listed(patterns: Patterns) -> str:
    """A set of patterns in words; hosts of a whole preset by its name."""
    if "*" in patterns:
        return "everything"
    presets = [name for name, hosts in HOST_PRESETS.items() if hosts and set(hosts) <= set(patterns)]
    named = {host for name in presets for host in HOST_PRESETS[name]}
    return ", ".join([*presets, *(PLACES.get(one, one) for one in patterns if one not in named)]) or "nothing"


def narrowed(scope: Scope) -> str:
    """What a scope leaves, naming only the axes that it limits; "everything" when it limits none."""
    parts = [f"{label} {listed(allowed)}" for label, allowed in (
        ("tools", scope.tools), ("servers", scope.servers), ("reads", scope.reads), ("writes", scope.writes), ("hosts", scope.hosts)) if "*" not in allowed]
    return "; ".join(parts) or "everything"
