"""Rules: what is loaded, how often each matched, and one rule in full."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import yaml
from flask import Blueprint, abort, render_template, request

from sensor.ask import JsonObject, SensorRefused
from sensor.model.calls import Value
from sensor.model.checks import BUILT_IN, check_name
from sensor.model.findings import GRAVEST
from sensor.policy.load import load_text
from sensor.store.queries import counters, events
from sensor.store.queries.events import Cursor, EventFilter
from sensor.store.reading import IndexMissing
from sensor.strict_yaml import YamlErrors
from web.render import capitalize_first
from web.site import index, site

pages = Blueprint("rules", __name__)

RULE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}\Z")
SHOWN = ("id", "name", "severity", "category", "description", "status", "remediation", "where", "examples", "references", "shipped", "tags", "weakened")
MAX_TEXT = 100
MAX_EXAMPLE = 400
NAMES = {"mcp": "MCP", "macos": "macOS", "linux": "Linux", "git": "Git"}


class RuleFilter(Value):
    """What to show; "" = everything. `text` are words that must all occur in id, name or category."""

    text: str = ""
    category: str = ""
    severity: str = ""
    only: str = ""


class Group(Value):
    """The rules of one category, most matches first. `n` are the matches of the group."""

    category: str
    rules: tuple[JsonObject, ...]
    n: int

    @property
    def title(self) -> str:
        """The category in words: "MCP poisoning"."""
        return capitalize_first(" ".join(NAMES.get(word, word) for word in self.category.split("-"))) or "Built-in checks and removed rules"


@pages.get("/rules")
def show() -> str:
    """Every rule with its matches of the last seven days by category; rules that only the record knows too."""
    known = site().sensor.rules()
    rows = joined(known.rules, fired())
    wanted = RuleFilter(**{name: request.args.get(name, "").strip()[:MAX_TEXT] for name in RuleFilter.__struct_fields__})
    shown = tuple(row for row in rows if _fits(row, wanted))
    return render_template(
        "rules.html", groups=grouped(shown), shown=_loaded(shown), total=len(known.rules), others=len(shown) - _loaded(shown),
        wanted=wanted, is_narrowed=wanted != RuleFilter(), problem=known.problem, weakened=[row for row in known.rules if row.get("weakened")],
        severities=GRAVEST, only_played=only_played(), categories=sorted({category for row in rows if (category := str(row.get("category", "")))}),
    )


def joined(rules: tuple[JsonObject, ...], counts: dict[str, int]) -> tuple[JsonObject, ...]:
    """Each rule with `n`, its matches; ids that matched but are not loaded (detectors, removed rules) at the end."""
    rows = [{**rule, "n": counts.get(str(rule.get("id", "")), 0), "loaded": True} for rule in rules]
    loaded = {str(row.get("id", "")) for row in rows}
    rows += [{"id": rule, "n": n, "category": "", "name": check_name(rule)} for rule, n in counts.items() if rule not in loaded]
    return tuple(rows)


def _loaded(rows: tuple[JsonObject, ...]) -> int:
    """How many of the rows are rules in force: the number that the sensor gives everywhere."""
    return sum("loaded" in row for row in rows)


def grouped(rows: tuple[JsonObject, ...]) -> tuple[Group, ...]:
    """By category, those with most matches first; what is no rule of a file comes last."""
    found: dict[str, list[JsonObject]] = {}
    for row in rows:
        found.setdefault(str(row.get("category", "")), []).append(row)
    groups = [
        Group(category=name, rules=tuple(sorted(some, key=lambda row: (-row["n"], str(row["id"])))), n=sum(row["n"] for row in some))
        for name, some in found.items()
    ]
    return tuple(sorted(groups, key=lambda group: (not group.category, -group.n, group.category)))


def _fits(row: JsonObject, wanted: RuleFilter) -> bool:
    text = " ".join(str(row.get(key, "")) for key in ("id", "name", "category")).lower()
    return (
        all(word in text for word in wanted.text.lower().split()) and wanted.category in ("", row.get("category", ""))
        and wanted.severity in ("", row.get("severity", "")) and (wanted.only != "matched" or row["n"] > 0)
    )


@pages.get("/rules/<rule_id>")
def detail(rule_id: str) -> str:
    """One rule: its text, and the newest entries it matched."""
    if not RULE_ID.match(rule_id):
        abort(404, "No rule has this id.")
    latest = events.page(index(), EventFilter(rule=rule_id), Cursor(limit=10)).events
    try:
        rule = site().sensor.rule(rule_id)
    except SensorRefused:
        if not latest:
            abort(404, f"No rule has the id {rule_id}.")
        rule = {"name": check_name(rule_id), "description": BUILT_IN}  # a link from a finding must lead somewhere
    return render_template(
        "rule.html", rule_id=rule_id, rule=rule, fields=_fields(rule), latest=latest, n=fired().get(rule_id, 0), only_played=only_played(),
        examples=examples(_examples(rule)))


def _examples(rule: JsonObject) -> object:
    """The examples of a rule: rules that are loaded from the sensor's cache come without, so they are read from the rule's file."""
    given = rule.get("examples")
    if isinstance(given, dict) and any(given.values()):
        return given
    source = str((rule.get("where") or {}).get("source", ""))
    try:
        known = load_text(Path(source).read_text(encoding="utf-8"), source, bool(rule.get("shipped")))
    except (OSError, UnicodeDecodeError, YamlErrors):
        return None
    return next((msgspec.to_builtins(one.examples) for one in known if one.id == rule.get("id")), None)


class ExampleLine(Value):
    """An example call in one text, and whether the rule must match it."""

    hits: bool
    tool: str
    text: str


def examples(found: object, limit: int = 3) -> tuple[ExampleLine, ...]:
    """The first examples of each side that a rule file gives, as the sensor shows them."""
    lines = []
    for side, hits in (("true_positive", True), ("true_negative", False)):
        some = found.get(side) if isinstance(found, dict) else None
        for example in (some if isinstance(some, (list, tuple)) else ())[:limit]:
            asked = example.get("input") or {}
            text = asked.get("command") or asked.get("file_path") or example.get("result") or " ".join(map(str, asked.values()))
            lines.append(ExampleLine(hits=hits, tool=str(example.get("tool", "")), text=str(text)[:MAX_EXAMPLE]))
    return tuple(lines)


def fired() -> dict[str, int]:
    """Matches per rule in the last seven days, those of test calls as long as there is no work; empty while there is no index."""
    try:
        return {row.rule: row.n for row in counters.rules_fired(index(), site().now_us, played=only_played())}
    except IndexMissing:
        return {}


def only_played() -> bool:
    """Whether the matches are those of test calls, because there was no work yet."""
    try:
        return counters.only_played(index(), site().now_us)
    except IndexMissing:
        return False


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
