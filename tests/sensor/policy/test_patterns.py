from __future__ import annotations

import pytest

from sensor.model.effects import TextField
from sensor.patterns.cutting import MAX_BYTES, MAX_CUTS
from sensor.policy.patterns import DEFAULT_FIELDS, FIELD_GROUPS, PatternBook, book_facts


@pytest.fixture
def book(make_rule):
    """Make a compiled book of rules with these `match` parts."""

    def make(*matches: str) -> PatternBook:
        rules = [make_rule(match, id=f"TEAM-TEST-{number:03}") for number, match in enumerate(matches)]
        return PatternBook(book_facts(rules), rules, engine="re")

    return make


def found(book: PatternBook, text: str, field: TextField, scope: set[int] | None = None) -> list[tuple[int, str]]:
    data = text.encode()
    return [(number, data[span.start : span.end].decode()) for number, span in book.match(book.look(data, field), frozenset(scope or range(9)))]


ONE = "patterns: {fields: [%s], any: [{type: contains, value: alpha}]}"


def test_patterns_of_a_rule_with_an_effect_part_are_looked_for_only_where_that_part_holds(book):
    both = "{effect: {command: [a]}, patterns: {all: [{type: contains, value: alpha}, {type: contains, value: beta}]}}"
    made = book(both, "patterns: {any: [{type: contains, value: alpha}]}")
    data, scope = b"alpha beta", frozenset({0, 1})
    assert [number for number, _ in made.match(made.look(data, TextField.COMMAND), scope)] == [1]
    assert sorted(number for number, _ in made.match(made.look(data, TextField.COMMAND), scope, {0})) == [0, 1]


def test_an_effect_part_that_holds_opens_no_other_rule(book):
    rule = "{effect: {command: [a]}, patterns: {any: [{type: contains, value: %s}]}}"
    made = book(rule % "alpha", rule % "beta")
    assert [number for number, _ in made.match(made.look(b"alpha beta", TextField.COMMAND), frozenset({0, 1}), {1})] == [1]


def test_every_field_has_one_database():
    assert sorted(field.value for group in FIELD_GROUPS for field in group) == sorted(field.value for field in TextField)


@pytest.mark.parametrize("field", TextField)
def test_a_rule_looks_at_its_fields_only(book, field):
    made = book(*(ONE % other.value for other in TextField))
    assert found(made, "x alpha", field) == [(list(TextField).index(field), "alpha")]


def test_without_fields_every_text_counts_but_what_an_edit_removes(book):
    made = book("patterns: {any: [{type: contains, value: alpha}]}")
    assert {field for field in TextField if found(made, "alpha", field)} == DEFAULT_FIELDS


def test_one_pattern_of_many_rules_is_compiled_once(book):
    made = book(ONE % "command", ONE % "command", ONE % "result")
    assert len(made.patterns) == 1 and found(made, "alpha", TextField.COMMAND) == [(0, "alpha"), (1, "alpha")]


def test_scope_is_kept(book):
    made = book(ONE % "command", ONE % "command")
    assert found(made, "alpha", TextField.COMMAND, {1}) == [(1, "alpha")]


@pytest.mark.parametrize(("text", "fires"), [
    ("alpha beta", True), ("alpha", False), ("alpha beta excused", False), ("alpha beta excused alpha", False), ("alpha beta excused alpha beta", True),
    ("alphabet beta", True), ("alphabet beta sorry", False), ("alphabet beta sorry alpha", True),
])
def test_an_excuse_takes_away_what_it_matches_and_nothing_beside_it(book, text, fires):
    made = book("""
        patterns: {fields: [command], all: [{type: contains, value: alpha}, {type: regex, value: 'be+ta'}]}
        excludes:
          - {patterns: {any: [{type: regex, value: 'alpha beta +excused'}]}}
          - {patterns: {all: [{type: contains, value: alphabet}, {type: contains, value: sorry}]}}
    """)
    assert bool(found(made, text, TextField.COMMAND)) is fires


def test_a_finding_beside_an_excuse_is_found_where_it_stands(book):
    made = book("""
        patterns: {fields: [command], any: [{type: regex, value: 'https?://\\w+'}]}
        excludes: [{patterns: {any: [{type: regex, value: 'https://good[^ ]*'}]}}]
    """)
    data = b"https://good/ https://evil/"
    ((_, span),) = made.match(made.look(data, TextField.COMMAND), frozenset({0}))
    assert data[span.start : span.end] == b"https://evil"
    assert not found(made, "https://good/ https://good/x", TextField.COMMAND)


def test_more_excuses_than_are_looked_at_excuse_nothing(book):
    made = book("""
        patterns: {fields: [command], any: [{type: contains, value: alpha}]}
        excludes: [{patterns: {any: [{type: contains, value: alpha beta}]}}]
    """)
    assert not found(made, "alpha beta".ljust(MAX_BYTES), TextField.COMMAND) and found(made, "alpha beta".ljust(MAX_BYTES + 1), TextField.COMMAND)
    assert not found(made, "alpha beta " * MAX_CUTS, TextField.COMMAND) and found(made, "alpha beta " * (MAX_CUTS + 1), TextField.COMMAND)


def test_a_text_without_what_a_rule_looks_for_is_not_cut(book, monkeypatch):
    made = book("""
        patterns: {fields: [command], any: [{type: contains, value: alpha}]}
        excludes: [{patterns: {any: [{type: contains, value: beta}]}}]
    """)
    assert made.patterns == ("(?i)alpha",)
    monkeypatch.setattr("sensor.policy.patterns.cut_out", lambda data, finders: pytest.fail("was cut"))
    assert not found(made, "beta", TextField.COMMAND) and found(made, "alpha", TextField.COMMAND)


def test_nothing_to_look_for(book):
    assert found(book("effect: {command: [ls]}"), "alpha", TextField.COMMAND) == []


def test_a_users_patterns_have_databases_of_their_own(make_rule):
    rules = [make_rule("patterns: {fields: [command], any: [{type: contains, value: alpha}]}", shipped=True, id="HR-DST-900", category="destructive-shell"),
             make_rule("patterns: {fields: [command], any: [{type: contains, value: alpha}, {type: contains, value: beta}]}")]
    facts = book_facts(rules)
    assert [[facts.patterns[number] for number in one.numbers] for one in facts.databases] == [["(?i)alpha"], ["(?i)alpha", "(?i)beta"]]
    made = PatternBook(facts, rules, engine="re")
    assert found(made, "alpha", TextField.COMMAND) == [(0, "alpha"), (1, "alpha")] and found(made, "beta", TextField.COMMAND) == [(1, "beta")]
