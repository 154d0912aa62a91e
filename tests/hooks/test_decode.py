"""Bytes become an object, whatever the bytes are."""

from __future__ import annotations

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from payloads import COMMAND, HOSTILE, HOSTILE_CURSOR, SENSELESS, claude_with, encoded, pre_tool

from hooks.decode import decode_event, decode_object
from sensor.model.calls import InputProblem

EXPECTED = {
    "depth bomb after the command": {"too_deep"}, "open depth bomb": {"too_deep"}, "one more than 1 MiB": set(), "17 MiB before the command": set(),
    "50 MB after the command": set(), "broken UTF-8 in the command": {"bad_encoding"}, "UTF-16": set(), "byte order mark": set(),
    "NUL in the command": set(), "lone surrogate": {"lossy"}, "duplicate keys": {"duplicate_key"}, "duplicate keys, harmless last": {"duplicate_key"},
    "not a number": {"bad_number"}, "too large a number": {"bad_number"}, "cut off": {"not_json"}, "single quotes": {"not_json"},
    "posing as Cursor's mirror": {"too_deep"}, "posing as another event": {"too_deep"}, "another event's name in a late place": {"too_deep"},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_problems_are_named(name):
    assert set(decode_event(HOSTILE[name]).problems) == EXPECTED[name]


@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in ("duplicate keys, harmless last", "single quotes")])
def test_the_command_is_still_seen(name):
    assert decode_event(HOSTILE[name]).obj["tool_input"]["command"].startswith(COMMAND)


@pytest.mark.parametrize("name", HOSTILE_CURSOR)
def test_the_command_of_cursor_is_still_seen(name):
    assert decode_event(HOSTILE_CURSOR[name]).obj["command"].startswith(COMMAND)


@pytest.mark.parametrize("name", SENSELESS)
def test_the_senseless_is_an_empty_object_with_a_problem(name):
    decoded = decode_event(SENSELESS[name])
    assert decoded.obj == {} and decoded.problems and not decoded.is_whole


def test_the_cap_that_cut_it_is_a_problem():
    body = HOSTILE["17 MiB before the command"][: 16 << 20]
    decoded = decode_event(body, truncated=True)
    assert {"truncated", "not_json"} == set(decoded.problems) and decoded.obj["tool_name"] == "Bash"


@given(st.binary(max_size=2000))
def test_any_bytes_give_an_object(body):
    decoded = decode_event(body)
    assert isinstance(decoded.obj, dict) and {InputProblem(word).value for word in decoded.problems} == set(decoded.problems)
    json.dumps(decoded.obj).encode()


@given(st.integers(0, 400), st.integers(0, 255))
def test_any_changed_byte_gives_an_object(place, value):
    body = bytearray(encoded(pre_tool()))
    body[place % len(body)] = value
    json.dumps(decode_event(bytes(body)).obj, ensure_ascii=False).encode()


@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30))
def test_good_json_is_read_as_it_is(value):
    clean = json.loads(json.dumps({"v": value}).encode("utf-8", "replace"))
    decoded = decode_event(json.dumps({"v": value}).encode())
    assert decoded.obj == clean or "lossy" in decoded.problems


def test_nothing_inside_the_input_names_the_event():
    body = b'{"tool_input": {"hook_event_name": "Stop", "cursor_version": "3", "command": "x"}, "x": ' + b"[" * 1000
    assert set(decode_event(body).obj) == {"command", "tool_input"}


def test_an_escaped_quote_is_no_field():
    body = encoded(pre_tool('echo "hook_event_name": "Stop", "command": "ls"')) [:-3]
    decoded = decode_event(body)
    assert decoded.obj["hook_event_name"] == "PreToolUse" and decoded.obj["tool_input"]["command"].startswith("echo")


@pytest.mark.parametrize(("depth", "deep"), [(490, False), (600, True)])
def test_depth_is_counted_outside_of_strings(depth, deep):
    assert ("too_deep" in decode_event(claude_with(b"[" * depth + b"]" * depth)).problems) is deep
    assert "too_deep" not in decode_event(encoded({"text": "[{" * 5000 + '\\"[' * 100})).problems


@pytest.mark.parametrize("before", range(3))
def test_a_string_cut_within_an_escape_is_a_string(before):
    """What a tool returned may put an escape where the beginning of a large event ends: that must neither fail nor take time."""
    text = "x" * before + '{"a":"b",' * 9000
    assert decode_event(encoded({"text": text})) == ({"text": text}, ())
    cut = encoded({"hook_event_name": "PreToolUse", "text": text}).rpartition(b'"b')[0]
    assert cut.endswith(b"\\")
    assert decode_event(cut, truncated=True).obj["hook_event_name"] == "PreToolUse"


def test_the_interpreters_limits_stay_as_they_are():
    before = sys.getrecursionlimit()
    decode_event(b"[" * 400 + b"]" * 400)
    assert sys.getrecursionlimit() == before


def test_an_object_in_a_string():
    assert decode_object('{"a": 1}').obj == {"a": 1} and decode_object("no").problems == ("not_json",)


def test_lone_surrogates_are_replaced_in_keys_and_lists():
    decoded = decode_event(rb'{"\ud800": ["\udc00", {"a": "\ud83d\ude00"}]}')
    assert decoded.obj == {"�": ["�", {"a": "😀"}]} and decoded.problems == ("lossy",)
