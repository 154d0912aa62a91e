"""JSON with comments, with positions."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooks.settings.jsonc import SyntaxProblem, parse_jsonc, position

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=20)


@given(JSON, st.sampled_from([None, 0, 2, "\t"]), st.booleans())
def test_it_reads_what_the_standard_library_writes(value, indent, ascii_only):
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert parse_jsonc(text).value == value


@pytest.mark.parametrize(("text", "value"), [
    ('{"a": 1, // one\n "b": [1, 2,], /* two */ }', {"a": 1, "b": [1, 2]}),
    ('// before\n{"a": "// no comment", "b": "/* nor this */"}\n// after', {"a": "// no comment", "b": "/* nor this */"}),
    ('{"a": 1, "a": 2}', {"a": 2}),
    ("[ ]", []),
    (r'"\u00e4\n"', "ä\n"),
    (r'{"\ud800": "a\udfff", "b": "\ud83d\ude00"}', {"\ufffd": "a\ufffd", "b": "😀"}),
])
def test_comments_and_trailing_commas(text, value):
    assert parse_jsonc(text).value == value


@pytest.mark.parametrize(("text", "line", "column"), [
    ("", 1, 1), ("{", 1, 2), ('{"a"}', 1, 5), ('{"a": }', 1, 7), ('{\n  "a": 1\n  "b": 2\n}', 3, 3), ("{} x", 1, 4), ("{'a': 1}", 1, 2),
    ('{"a": nul}', 1, 7), ('["a]', 1, 2), ('{"a": 1} /* open', 1, 10), ('["\\x"]', 1, 2), ("[1.2.3]", 1, 2), ("[,]", 1, 2), ("[1,,]", 1, 4),
])
def test_errors_say_where(text, line, column):
    with pytest.raises(SyntaxProblem) as caught:
        parse_jsonc(text)
    assert position(text, caught.value.offset) == (line, column)


def test_a_depth_bomb_is_refused():
    with pytest.raises(SyntaxProblem, match="deep"):
        parse_jsonc("[" * 100_000)


def test_positions_are_those_of_the_text():
    text = '{ "a" : [ 10, "x" ] }'
    (member,) = parse_jsonc(text).children
    assert text[member.start : member.end] == '"a" : [ 10, "x" ]'
    assert [text[item.start : item.end] for item in member.node.children] == ["10", '"x"']


def test_of_several_members_with_one_name_the_last_counts():
    child = parse_jsonc('{"a": 1, "a": 2}').member("a")
    assert child is not None and child.node.value == 2 and parse_jsonc("{}").member("a") is None
