"""Rules: what is loaded, how often each matched, and one rule in full."""

from __future__ import annotations

import re
from typing import Any

import yaml
from flask import Blueprint, abort, render_template

from sensor.store.queries import counters, events
from sensor.store.queries.events import Cursor, EventFilter
from sensor.store.reading import IndexMissing
from web.site import index, site

pages = Blueprint("rules", __name__)

RULE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}\Z")
SHOWN = ("id", "name", "severity", "category", "description", "status", "remedy", "message", "where")
SEVERITIES = ("critical", "high", "medium", "low", "info")


@pages.get("/rules")
def show() -> str:
    """Every rule with its matches of the last seven days; rules that only the record knows too."""
    known = site().sensor.rules()
    counts = fired()
    rows = [{**rule, "n": counts.pop(str(rule.get("id", "")), 0)} for rule in known.rules]
    rows += [{"id": rule, "n": n, "unlisted": True} for rule, n in counts.items()]
    rows.sort(key=lambda row: (-row["n"], str(row["id"])))
    return render_template("rules.html", rules=rows, problem=known.problem, severities=SEVERITIES)


@pages.get("/rules/<rule_id>")
def detail(rule_id: str) -> str:
    """One rule: its text, and the newest entries it matched."""
    if not RULE_ID.match(rule_id):
        abort(404, "No rule has this id.")
    rule = site().sensor.rule(rule_id)
    latest = events.page(index(), EventFilter(rule=rule_id), Cursor(limit=10)).events
    return render_template("rule.html", rule_id=rule_id, rule=rule, fields=_fields(rule), latest=latest, n=fired().get(rule_id, 0))


def fired() -> dict[str, int]:
    """Matches per rule in the last seven days; empty while there is no index."""
    try:
        return {row.rule: row.n for row in counters.rules_fired(index(), site().now_us)}
    except IndexMissing:
        return {}


def _fields(rule: dict[str, Any]) -> list[tuple[str, str]]:
    """Whatever the sensor says about the rule beyond what the page shows on its own, as text."""
    fields = []
    for key, value in rule.items():
        kept = _without_empty(value)
        if key in SHOWN or kept in (None, "", {}, []):
            continue
        is_short = isinstance(kept, (str, int))
        text = {True: "yes", False: "no"}.get(kept, str(kept)) if is_short else yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=100)
        fields.append((key.replace("_", " "), text))
    return fields


def _without_empty(value: Any) -> Any:
    """The value without empty parts at any depth: a rule has many fields that it does not use."""
    if isinstance(value, dict):
        kept = {str(key): _without_empty(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in (None, "", {}, [])}
    if isinstance(value, (list, tuple)):
        return [_without_empty(item) for item in value]
    return value
