"""What of a rule set is known before its rules are read: who each rule concerns, the index of its conditions, its patterns.

Made once of the rules and kept in the cache, so that a start decodes values instead of a thousand conditions. A rule
itself is read when it is a candidate: most never are.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from sensor.model.calls import Phase, Value
from sensor.policy.index import Clause, index_facts
from sensor.policy.patterns import BookFacts, book_facts
from sensor.policy.rule import NO_EXAMPLES, EffectCondition, Rule, Words
from sensor.policy.words import TableWords, table_words


class Head(Value, array_like=True, gc=False):
    """Who a rule is and which calls it concerns. `before` and `after` are phases."""

    id: str
    before: bool
    after: bool
    is_core: bool
    apply_to_tools: tuple[str, ...]
    exempt_tools: tuple[str, ...]


class Facts(Value):
    """The facts of a rule set. `tools` are the conditions on the tool, by the number of their clause; `index` is IndexFacts, encoded and compressed: it is kept as long as the rules, and needed once."""

    sha256: str
    heads: tuple[Head, ...]
    clauses: tuple[Clause, ...]
    tools: dict[int, Words]
    index: bytes
    words: TableWords
    book: BookFacts


def facts_of(rules: Sequence[Rule]) -> Facts:
    """What `RuleSet` needs of these rules."""
    found = [pair for number, rule in enumerate(rules) for pair in _clauses(number, rule)]
    clauses, conditions = [clause for clause, _ in found], [condition for _, condition in found]
    heads = (Head(id=rule.id, before=Phase.BEFORE in rule.phase, after=Phase.AFTER in rule.phase, is_core=rule.is_core,
                  apply_to_tools=rule.apply_to_tools, exempt_tools=rule.exempt_tools) for rule in rules)
    return Facts(
        sha256=digest(rules), heads=tuple(heads), clauses=tuple(clauses), index=zlib.compress(msgspec.msgpack.encode(index_facts(clauses, conditions))),
        tools={number: condition.tool for number, condition in enumerate(conditions) if condition.tool},
        words=table_words(*([condition for rule in rules if rule.shipped is ours for condition in rule.match.conditions] for ours in (True, False))),
        book=book_facts(rules))


def digest(rules: Sequence[Rule]) -> str:
    """Hex SHA-256 of what the rules mean; the same for the same rules in another order, place or with other examples."""
    encode = msgspec.json.Encoder(order="sorted").encode
    parts = sorted(encode(_canonical(msgspec.to_builtins(msgspec.structs.replace(rule, examples=NO_EXAMPLES)))) for rule in rules)
    return hashlib.sha256(b"\n".join(parts)).hexdigest()


def _canonical(facts: dict[str, Any]) -> dict[str, Any]:
    """Without what does not count, and with every set in one order."""
    kept = {key: value for key, value in facts.items() if key not in ("where", "examples")}
    kept["phase"], kept["tags"] = sorted(kept["phase"]), sorted(kept["tags"])
    texts = [kept["match"]["patterns"], *(exclude["patterns"] for exclude in kept["match"]["excludes"])]
    for text in filter(None, texts):
        text["fields"] = sorted(text["fields"])
    return kept


def _clauses(number: int, rule: Rule) -> Iterator[tuple[Clause, EffectCondition]]:
    for alternative, group in enumerate(rule.match.effect.alternatives if rule.match.effect else ()):
        for part, condition in enumerate(group):
            yield Clause(rule=number, alternative=alternative, part=part), condition
