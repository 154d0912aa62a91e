"""What a shell may complete beyond commands and options: ids that are known here at this moment. Nothing is known while the sensor is away."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from sensor.ask import SensorAway, SensorRefused
from sensor.cli.context import Installation
from sensor.cli.output import visible
from sensor.model.errors import HandrailError

MAX_HELP = 80
MOST = 50


def held_calls(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of the calls that wait, in either case of letters, each with its tool and rule."""
    try:
        calls = _here().ask("quarantine.list", state="pending")["calls"]
    except (SensorAway, SensorRefused):
        return []
    return [_item(call["id"], f"{call['tool']}: {call['rule']}") for call in calls if call["id"].startswith(incomplete.upper())]


def rule_ids(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of the rules in force."""
    try:
        rules = _here().ask("rules.list")["rules"]
    except (SensorAway, SensorRefused):
        return []
    return [_item(rule["id"], rule["name"]) for rule in rules if rule["id"].startswith(incomplete.upper())]


def check_ids(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of the checks that found something in the last audit."""
    from sensor.host.checks.audit_runs import load_last

    last = load_last(_here().paths.last_audit)
    found = {one.id: one.title for one in last.failed} if last is not None else {}
    return [_item(check, title) for check, title in found.items() if check.startswith(incomplete.upper())]


def session_ids(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of the latest sessions."""
    from sensor.store.queries import sessions
    from sensor.store.reading import open_index

    try:
        with open_index(_here().paths.index) as index:
            rows = sessions.page(index, limit=MOST).sessions
    except HandrailError:
        return []
    return [_item(row.session, f"{row.agent} in {row.cwd}") for row in rows if row.session.startswith(incomplete)]


def _here() -> Installation:
    """The installation of this program: its launcher names the prefix before the words that the shell has."""
    given = sys.argv[1:3]
    return Installation(Path(given[1]) if len(given) == 2 and given[0] == "--prefix" else None)


def _item(value: str, words: str) -> CompletionItem:
    return CompletionItem(visible(value), help=visible(words)[:MAX_HELP].replace(",", ";"))  # fish shows a text up to its first comma
