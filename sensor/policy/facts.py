"""What of a rule set is known before its rules are read: who each rule concerns, the index of its conditions, its patterns.

Made once of the rules and kept in the cache, so that a start decodes values instead of a thousand conditions. A rule
itself is read when it is a candidate: most never are.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from sensor.model.calls import Phase, Value
from sensor.policy.index import Clause, index_facts
from sensor.policy.patterns import BookFacts, book_facts
from sensor.policy.rule import NO_EXAMPLES, EffectCondition, Rule, Words
from sensor.policy.words import TableWords, table_words

_CLAUSE = struct.Struct("<IHH")


class Head(Value):
    """Which calls some rules concern, and their numbers. `before` and `after` are phases."""

    before: bool
    after: bool
    is_core: bool
    apply_to_tools: tuple[str, ...]
    exempt_tools: tuple[str, ...]
    rules: tuple[int, ...] = ()


class Facts(Value):
    """The facts of a rule set: the `ids` of its rules, whom they concern, where each condition stands (packed, see `Clauses`).

    `tools` are the conditions on the tool, by the number of their clause; `index` is IndexFacts, encoded and compressed:
    it is kept as long as the rules, and needed once.
    """

    sha256: str
    ids: tuple[str, ...]
    heads: tuple[Head, ...]
    clauses: bytes
    tools: dict[int, Words]
    index: bytes
    words: TableWords
    book: BookFacts


class Clauses:
    """Packed clauses, each made when it is asked for by its number."""

    def __init__(self, packed: bytes) -> None:
        self._packed = packed

    @staticmethod
    def pack(clauses: Iterable[Clause]) -> bytes:
        return b"".join([_CLAUSE.pack(one.rule, one.alternative, one.part) for one in clauses])

    def __getitem__(self, number: int) -> Clause:
        return Clause(*_CLAUSE.unpack_from(self._packed, number * _CLAUSE.size))

    def __iter__(self) -> Iterator[Clause]:
        return (Clause(*one) for one in _CLAUSE.iter_unpack(self._packed))

    def rules(self) -> list[int]:
        """The rule of each, in order."""
        return [rule for rule, _, _ in _CLAUSE.iter_unpack(self._packed)]


def facts_of(rules: Sequence[Rule]) -> Facts:
    """What `RuleSet` needs of these rules."""
    rules = tuple(rules)  # decoded once, where they are stored
    found = [pair for number, rule in enumerate(rules) for pair in _clauses(number, rule)]
    clauses, conditions = [clause for clause, _ in found], [condition for _, condition in found]
    return Facts(
        sha256=digest(rules), ids=tuple([rule.id for rule in rules]), heads=_heads(rules), clauses=Clauses.pack(clauses),
        index=zlib.compress(msgspec.msgpack.encode(index_facts(clauses, conditions))),
        tools={number: condition.tool for number, condition in enumerate(conditions) if condition.tool},
        words=table_words(*([condition for rule in rules if rule.shipped is ours for condition in rule.match.conditions] for ours in (True, False))),
        book=book_facts(rules))


def _heads(rules: Sequence[Rule]) -> tuple[Head, ...]:
    """One for all rules that concern the same calls."""
    numbers: dict[Head, list[int]] = {}
    for number, rule in enumerate(rules):
        head = Head(before=Phase.BEFORE in rule.phase, after=Phase.AFTER in rule.phase, is_core=rule.is_core,
                    apply_to_tools=rule.apply_to_tools, exempt_tools=rule.exempt_tools)
        numbers.setdefault(head, []).append(number)
    return tuple([msgspec.structs.replace(head, rules=tuple(own)) for head, own in numbers.items()])


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
