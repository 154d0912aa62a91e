"""String literals of JSON: where they stand, what they say, and how they go back."""

from __future__ import annotations

import json

import pytest

from sensor.audit.drafts.literals import find_literals, is_json, put_back, views


@pytest.mark.parametrize(("text", "expected"), [('{"a":1}', True), ("\n [1]", True), ('{"cut', True), ("ls {a,b}", False), ('"text"', False), ("", False)])
def test_what_begins_like_json(text, expected):
    assert is_json(text) is expected


@pytest.mark.parametrize("said", ["two\nlines of text", 'with "quotes" in it', "a \\ and \\n are two", "Grüße an alle", "tab\tand \x01", "smile 😀 smile"])
def test_a_literal_says_what_its_json_means(said):
    for text in (json.dumps({"key of it": [said]}), json.dumps({"key of it": [said]}, ensure_ascii=False)):
        assert find_literals(text)[1] == ["key of it", said]


def test_short_literals_hold_nothing():
    assert find_literals('{"name":"a","content":"b\\nc"}') == ([], [])


@pytest.mark.parametrize(("text", "said"), [
    ('{"content":"one\\ntwo\\nthr', ["one\ntwo\nthr"]), ('{"content":"one\\ntwo\\', ["one\ntwo"]), ('{"content":"one\\ntwo\\u00', ["one\ntwo"]), ('["two \\x of them\\n"]', ["two \\x of them\n"]),
])
def test_a_text_that_is_cut_off_or_no_json_is_read_as_far_as_it_goes(text, said):
    assert [one for one in find_literals(text)[1] if one != "content"] == said


def test_only_what_changed_is_written_anew():
    text = '{ "first one" : "caf\\u00e9 caf\\u00e9", "second" : "a\\nSECRET \\"b\\"" }'
    places, said = find_literals(text)
    back = put_back(text, places, ((one, one.replace("SECRET", "x")) for one in said))
    assert back == '{ "first one" : "caf\\u00e9 caf\\u00e9", "second" : "a\\nx \\"b\\"" }'
    assert put_back(text, places, zip(said, said, strict=True)) == text


def test_json_in_json_is_seen_at_every_depth():
    text = json.dumps({"body": json.dumps({"body": json.dumps({"body": "the\ninnermost"})})})
    first, *_, last = views(text)
    assert first == "the\ninnermost" and last == text
