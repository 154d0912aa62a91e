"""The canonical form: one set of bytes for one value, whoever writes it; everything outside the subset is refused."""

from __future__ import annotations

import json
import string

import msgspec
import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sensor.audit.form.canonical import (
    MAX_ENTRY,
    MAX_INT,
    Int,
    NotCanonical,
    TypedCodec,
    check,
    encode,
    encode_original,
    is_canonical,
    parse_strict,
)

KEYS = st.builds(str.__add__, st.sampled_from(string.ascii_lowercase), st.text(string.ascii_lowercase + string.digits + "_", max_size=8))  # a regex takes many more steps
TEXTS = st.text(st.characters(blacklist_categories=("Cs",)), max_size=20)
SCALARS = st.none() | st.booleans() | TEXTS | st.integers(-MAX_INT, MAX_INT)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=8)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)


@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(OBJECTS)
def test_the_bytes_are_those_of_rfc_8785(value):
    data = encode(value)
    assert data == rfc8785.dumps(value)
    assert data == json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert parse_strict(data) == value


@pytest.mark.parametrize("value", [
    1.0, float("nan"), float("inf"), MAX_INT + 1, -MAX_INT - 1, "\ud800", {"A": 1}, {"a-b": 1}, {"ä": 1}, {"": 1}, {1: 1}, b"x", {"a": {1.5}}, object,
], ids=repr)
def test_what_lies_outside_is_refused(value):
    for wrapped in (value, [value], {"a": value}):
        with pytest.raises(NotCanonical):
            encode(wrapped)


def test_the_edges_are_inside():
    check({"a": [MAX_INT, -MAX_INT, "", "\U0001f600", None, True, {}, ()]})


@pytest.mark.parametrize("data", [
    b'{"a":1.0}', b'{"a":1e3}', b'{"a":NaN}', b'{"a":Infinity}', b'{"a":9007199254740992}', b'{"a":' + b"9" * 5000 + b"}",
    b'{"a":1,"a":2}', b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1} ', b'{"a":"\\u0061"}', b'{"a":"\\/"}', b'{"a":-0}', b'{"a":01}', b'{"A":1}',
    b'[1]', b'"a"', b"", b"{", b'{"a":"\xff"}', b'\xef\xbb\xbf{"a":1}', b'{"a":"\\ud800"}', b'{"a":' + b"[" * 30000 + b"}",
    b'{"a":"' + b"x" * MAX_ENTRY + b'"}',
], ids=lambda data: data[:24].decode("latin-1"))
def test_bytes_in_another_form_are_refused(data):
    with pytest.raises(NotCanonical):
        parse_strict(data)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(OBJECTS, st.data())
def test_a_changed_byte_is_another_value_or_refused(value, data):
    good = encode(value)
    at = data.draw(st.integers(0, len(good) - 1))
    bad = good[:at] + bytes([good[at] ^ 1 << data.draw(st.integers(0, 7))]) + good[at + 1:]
    try:
        assert parse_strict(bad) != value
    except NotCanonical:
        pass


@pytest.mark.parametrize(("data", "yes"), [
    (b'{"a":"x","n":1}', True), (b'{"n":1}', True), (b'{"n": 1}', False), (b'{"n":1,"a":"x"}', False), (b'{"a":"","n":1}', False), (b'{"n":1.0}', False),
    (b'{"c":1,"n":1}', False), (b'{"n":9007199254740992}', False), (b'{"a":"\\u0061","n":1}', False), (b'{"n":1,"n":1}', False), (b"\xff", False),
])
def test_the_quick_yes(data, yes):
    assert is_canonical(data, TypedCodec(Sample)) == yes


class Sample(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    n: Int
    b: str = ""
    a: str = ""


def test_typed_encoding_sorts_and_leaves_out_defaults():
    codec = TypedCodec(Sample)
    assert codec.encode(Sample(n=1, b="x", a="y")) == b'{"a":"y","b":"x","n":1}'
    assert codec.decode(b'{"n":7}') == Sample(n=7)


@pytest.mark.parametrize("value", [Sample(n=1.5), Sample(n=MAX_INT + 1), Sample(n=1, a="\udfff"), Sample(n=float("nan")), Sample(n=1, a=object)], ids=repr)
def test_typed_encoding_refuses_wrong_types(value):
    with pytest.raises(NotCanonical):
        TypedCodec(Sample).encode(value)


@pytest.mark.parametrize("data", [b'{"n":1,"c":2}', b'{"n":"1"}', b"{}", b'{"n":1', b'{"n":1,"a":"\xff"}'])
def test_typed_decoding_refuses_what_it_does_not_know(data):
    with pytest.raises(NotCanonical):
        TypedCodec(Sample).decode(data)


def test_an_original_may_hold_anything_that_json_can_say():
    assert encode_original({"b": 1.5, "a": "x"}) == b'{"a":"x","b":1.5}'
    assert encode_original({"a": "\ud800"}) == b'{"a":"\\ud800"}'
    with pytest.raises(NotCanonical):
        encode_original({"a": object()})
