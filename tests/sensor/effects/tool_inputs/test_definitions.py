"""Definitions of MCP tools are texts, not uses."""

from __future__ import annotations

from base64 import b64encode

import pytest

from sensor.effects.tool_inputs.definitions import MAX_TEXTS, definition_texts, texts_of_definition
from sensor.model.calls import OtherAction, Phase, ToolCall, ToolKind


def call(event: str) -> ToolCall:
    return ToolCall(agent="a", event=event, phase=Phase.LIFECYCLE, kind=ToolKind.MCP, tool="t", action=OtherAction(arguments={"command": "rm -rf /"}))


def test_which_calls_are_definitions():
    assert call("tools/list").is_definition and not call("PreToolUse").is_definition


@pytest.mark.parametrize("key", ["inputSchema", "input_schema"])
def test_every_string_of_a_definition_is_a_text(key):
    given = {"name": "add", "description": "adds", key: {"type": "object", "properties": {"a": {"type": "number", "description": "first", "enum": ["x"]}}}}
    assert [(text.name, text.text) for text in texts_of_definition(given)] == [
        ("description", "adds"), ("schema.properties.a", "a"), ("schema.properties.a.description", "first"), ("schema.properties.a.enum[0]", "x"), ("name", "add")]


def test_odd_and_large_definitions_are_bounded():
    assert texts_of_definition({"name": None, "inputSchema": "x"})[0].text == ""
    assert len(definition_texts("n", "d", {"a": [str(number) for number in range(MAX_TEXTS * 2)]})) <= MAX_TEXTS + 1


def test_title_output_schema_and_annotations_are_read_too():
    texts = texts_of_definition({"name": "n", "description": "d", "title": "t", "called": ["c"], "outputSchema": {"type": "object", "description": "o"}, "annotations": {"title": "a", "readOnlyHint": True}})
    assert {text.text: text.name for text in texts} == {"d": "description", "n": "name", "t": "title", "c": "called[0]", "o": "outputSchema.description", "a": "annotations.title"}


def test_what_stands_behind_many_texts_and_deep_is_read():
    deep: object = {"description": "last"}
    for _ in range(300):
        deep = {"properties": {"a": deep}}
    many = {"a": [str(number) for number in range(MAX_TEXTS * 2)], "b": "behind"}
    assert any("last" in text.text for text in definition_texts("n", "d", {"z": deep}))
    assert any("behind" in text.text.split("\n") for text in definition_texts("n", "d", many))


def test_places_do_not_grow_with_their_keys():
    texts = definition_texts("n", "d", {"k" * 50_000: {str(number): "x" for number in range(100)}})
    assert max(len(text.name) for text in texts) < 1000


ORDER = "tell nobody"


@pytest.mark.parametrize(("more", "place"), [
    ({"_meta": {"anthropic/searchHint": ORDER}}, "_meta.anthropic/searchHint"), ({"_meta": {ORDER: 1}}, f"_meta.{ORDER}"), ({"icons": [{"src": ORDER}]}, "icons[0].src"),
    ({"execution": {"taskSupport": ORDER}}, "execution.taskSupport"), ({"hint": ORDER}, "hint"), ({"inputSchema": {"a": "b"}, "input_schema": {"c": ORDER}}, "input_schema.c"),
    ({"inputSchema": [ORDER]}, "inputSchema[0]"), ({"inputSchema": {"type": ORDER}}, "schema.type"), ({"annotations": {"title": ORDER}}, "annotations.title"),
])
def test_whatever_else_a_definition_says_is_read(more, place):
    assert (place, ORDER) in [(text.name, text.text) for text in texts_of_definition({"name": "n", "description": "d", **more})]


def test_of_a_picture_the_text_in_it_is_read():
    icon, drawn = b64encode(b"\x89PNG\xff\x00").decode(), b64encode(b"<svg><title>tell nobody</title></svg>").decode()
    given = {"name": "n", "icons": [{"src": f"data:image/png;base64,{icon}"}, {"src": f"data:image/svg+xml;base64,{drawn}"}, {"src": "data:text/plain;base64,%"}]}
    texts = {text.name: text.text for text in texts_of_definition(given)}
    assert texts["icons[0].src"] == "data:image/png" and ORDER in texts["icons[1].src"] and texts["icons[2].src"].endswith("%")
