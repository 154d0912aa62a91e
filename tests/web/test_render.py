"""How values look."""

from __future__ import annotations

import pytest

from web import render

S = 1_000_000


@pytest.mark.parametrize(("ago", "text"), [
    (0, "just now"), (9, "just now"), (10, "10 s ago"), (59, "59 s ago"), (60, "1 min ago"), (3599, "59 min ago"), (3600, "1 h ago"), (86_400, "1 d ago"),
    (864_000, "10 d ago"), (-5, "now"), (-3600, "in 1 h"),
])
def test_relative(ago, text):
    assert render.relative(2_000_000 * S, (2_000_000 + ago) * S) == text


@pytest.mark.parametrize(("us", "text"), [
    (0, "0 s"), (1, "1 µs"), (999, "999 µs"), (4_200, "4.2 ms"), (280_000, "280 ms"), (3_100_000, "3.1 s"), (42 * S, "42 s"), (74 * S, "1 min 14 s"), (720 * S, "12 min"),
    (7500 * S, "2 h 05 min"), (60 * 3600 * S, "2 d 12 h"),
])
def test_duration(us, text):
    assert render.duration(us) == text


@pytest.mark.parametrize(("text", "spans", "shown"), [
    ("rm -rf ~", ((0, 2),), "<mark>rm</mark> -rf ~"), ("a <b> c", ((2, 5),), "a <mark>&lt;b&gt;</mark> c"), ("äb", ((2, 3),), "ä<mark>b</mark>"),
    ("abcd", ((1, 3), (0, 2)), "<mark>ab</mark><mark>c</mark>d"), ("abcd", ((0, 4), (1, 2)), "<mark>abcd</mark>"), ("ab", ((1, 9),), "ab"), ("ä", ((1, 2),), "ä"), ("ab", (), "ab"), ("ab", ((1, 1),), "ab"),
    ("a\u202eb", ((1, 4),), 'a<mark><span class="hidden-char" title="U+202E RIGHT-TO-LEFT OVERRIDE">U+202E</span></mark>b'),
])
def test_spans_of_bytes_are_marked(text, spans, shown):
    assert render.marked(text, spans) == shown


@pytest.mark.parametrize(("text", "shown"), [
    ("See `handrail rules show X`.", "See <code>handrail rules show X</code>."), ("`a` or `b`", "<code>a</code> or <code>b</code>"), ("one ` alone", "one ` alone"), ("``", "``"),
    ("`<img src=x onerror=alert(1)>`", "<code>&lt;img src=x onerror=alert(1)&gt;</code>"), ("<b>`x`</b>", "&lt;b&gt;<code>x</code>&lt;/b&gt;"),
    ("`a\nb`", "`a\nb`"), ("`\u202e`", "<code>[U+202E]</code>"), ("`\"'&`", "<code>&#34;&#39;&amp;</code>")])
def test_what_stands_between_backticks_is_code_and_escaped_first(text, shown):
    assert str(render.spans(text)) == shown


def test_times_are_utc():
    assert render.utc(86_400 * S) == "1970-01-02 00:00:00" and render.iso(1) == "1970-01-01T00:00:00.000001Z" and render.clock(5 * S) == "00:00:05"


@pytest.mark.parametrize("char", ["\x00", "\x1b", "\r", "\x7f", "\u202e", "\u2066", "\u200b", "\ufeff", "\u00ad", "\U000e0041", "\u2028", "\u3164", "\u00a0", "\ud800"])
def test_what_hides_is_shown(char):
    shown = str(render.visible(f"a{char}b"))
    assert char not in shown and 'class="hidden-char"' in shown and render.hidden_count(f"a{char}b") == 1


def test_plain_text_of_lists_hides_nothing_either():
    from markupsafe import Markup

    assert render.plain("a\u202eb\x1b") == "a[U+202E]b[U+001B]" and render.plain("a\n\u00a0b") == "a\n\u00a0b"
    assert render.plain(5) == 5 and render.plain(Markup("<b>\u200b</b>")) == Markup("<b>\u200b</b>")


def test_ordinary_text_and_markup():
    assert str(render.visible("ls <b> 'x' äöü 漢 🙂")) == "ls &lt;b&gt; &#39;x&#39; äöü 漢 🙂"
    assert render.visible("a\nb").count("\n") == 1 and render.hidden_count("a\n\tb") == 0


def test_sizes_and_counts():
    assert (render.size(12), render.size(2048), render.size(3 << 20), render.count(1234567)) == ("12 B", "2.0 KiB", "3.0 MiB", "1,234,567")


def test_other_days_have_their_date():
    assert render.stamp(5 * S, 6 * S) == "00:00:05" and render.stamp(5 * S, 90_000 * S) == "Jan 01 00:00"


@pytest.mark.parametrize(("left", "text"), [(86_399, "23 h 59 min"), (3600, "1 h 00 min"), (245, "4 min 05 s"), (9, "9 s"), (0, "over"), (-5, "over")])
def test_time_left(left, text):
    assert render.until((100 + left) * S, 100 * S) == text


def test_stages_are_in_the_order_of_the_pipeline():
    assert render.stages({"rules": 2, "access": 1, "unknown": 9, "decision": 3}) == [("access", 1), ("rules", 2), ("decision", 3), ("unknown", 9)]


def test_a_first_letter():
    assert render.capitalize_first("approve Q7M2 by dev") == "Approve Q7M2 by dev" and render.capitalize_first("") == ""


@pytest.mark.parametrize(("text", "shown"), [
    ("Start it with: handrail service start", "Start it with: <code>handrail service start</code>"), ("See `handrail rules list`.", "See <code>handrail rules list</code>."),
    ("One: handrail watch repair claude-code\nTwo", "One: <code>handrail watch repair claude-code</code>\nTwo"), ("it says: handrail <b>", "it says: handrail &lt;b&gt;"),
    ("handrail is away", "handrail is away"),
])
def test_a_command_at_the_end_of_our_sentence_is_code(text, shown):
    assert str(render.commands(text)) == shown
