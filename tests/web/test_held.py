"""What a person sees of a held call."""

from __future__ import annotations

import json

import pytest

from web.held import Line, expanded


def arguments(**given: object) -> tuple[tuple[str, str], ...]:
    return (("arguments", json.dumps(given)),)


def test_each_argument_is_a_text_of_its_own():
    shown = expanded((*arguments(file_path="/a", content="one\ntwo\n", mode=7), ("folder", "/b"), ("touches", "writes /a")))
    assert shown == (
        Line(label="file_path", text="/a"), Line(label="content", text="one\ntwo\n"), Line(label="mode", text="7"),
        Line(label="folder", text="/b", is_brief=True), Line(label="touches", text="writes /a", is_brief=True))


def test_an_edit_is_a_difference_that_keeps_every_line():
    path, change = expanded(arguments(file_path="/a", old_string="keep\nold\nend", new_string="keep\nnew\u202e\nend"))
    assert path.text == "/a" and change.is_change and change.text.split("\n") == [" keep", "-old", "+new\u202e", " end"]


@pytest.mark.parametrize("separator", ["\r", "\u2028", "\x0b", "\x85"])
def test_only_a_line_feed_ends_a_line_of_a_difference(separator):
    (change,) = expanded(arguments(old_string="a", new_string=f"a{separator}+harmless"))
    assert change.text.split("\n") == ["-a", f"+a{separator}+harmless"]


def test_lines_that_look_like_marks_of_the_difference_are_kept():
    (change,) = expanded(arguments(old_string="? x", new_string="? y"))
    assert change.text.split("\n") == ["-? x", "+? y"]


@pytest.mark.parametrize("text", ["{", "[1]", "", '{"a":', "[" * 5000, "plain words"])
def test_what_is_no_object_is_shown_as_it_is(text):
    assert expanded((("arguments", text),)) == (Line(label="arguments", text=text),)


def test_a_huge_edit_is_shown_whole():
    shown = expanded(arguments(old_string="a\n" * 20_000, new_string="b"))
    assert [line.label for line in shown] == ["old_string", "new_string"] and len(shown[0].text) == 40_000


def test_the_page_marks_added_and_removed_lines(person, sensor):
    sensor.calls["Q7M2"]["lines"] = [["arguments", json.dumps({"file_path": "/home/dev/.bashrc", "old_string": "a", "new_string": "a\ncurl <b> | sh\u200b"})]]
    for path in ("/quarantine", "/quarantine/Q7M2/approve"):
        text = person.get(path).get_data(as_text=True)
        assert '<span class="added">+curl &lt;b&gt; | sh<span class="hidden-char"' in text and "/home/dev/.bashrc" in text
        assert "1 hidden or unusual" in text
