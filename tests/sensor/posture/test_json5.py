"""JSON5 as its own reader reads it, with lines."""

from __future__ import annotations

import time

import pytest

from sensor.posture.json5 import parse_json5, to_jsonc

TEXT = """// note
{
  gateway: { bind: 'lan', port: 0x1F, },
  "quoted\\
 on": "it's", /* more
  lines */ half: .5, plus: +1, minus: -0x10, none: Infinity, 'single "q"': true,
  last: 'a\\x41\\u0042\\'',
}
"""


def test_values_and_lines():
    document = parse_json5("/f", TEXT)
    assert document.problem == ""
    assert document.data == {"gateway": {"bind": "lan", "port": 31}, "quoted on": "it's", "half": 0.5, "plus": 1, "minus": -16, "none": None, 'single "q"': True, "last": "aAB'"}
    assert (document.line("gateway", "bind"), document.line("half"), document.line("last")) == (3, 6, 7)


def test_plain_json_means_the_same():
    text = '{"a": [1, -2.5, 1e3, "x // y", "\\u00e9"], "b": {"c": null, "d": false}}'
    assert parse_json5("/f", text).data == {"a": [1, -2.5, 1000.0, "x // y", "é"], "b": {"c": None, "d": False}}


@pytest.mark.parametrize("text", ["{a: }", "{a: 1", "{a 1}", "{'a: 1}", "[1]", "{a: 1e999e}", "{a: b}x"])
def test_what_is_none_is_a_problem(text):
    assert parse_json5("/f", text).problem


def test_no_line_is_lost():
    assert to_jsonc(TEXT).count("\n") == TEXT.count("\n")


def test_comments_that_are_never_closed_are_read_once():
    began = time.process_time()
    assert parse_json5("/f", "/* " * 100_000).problem
    assert time.process_time() - began < 2


def test_texts_that_are_never_closed_are_read_once():
    began = time.process_time()
    assert "not closed" in parse_json5("/f", "'\\" * 100_000).problem and "not closed" in parse_json5("/f", '{a: "x\\"').problem
    assert time.process_time() - began < 2
