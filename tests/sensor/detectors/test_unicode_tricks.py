from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensor.detectors import unicode_tricks
from sensor.detectors.unicode_tricks import find_tricks, is_mixed, tag_text
from sensor.model.findings import Severity


def tags(text):
    return "".join(chr(0xE0000 + ord(char)) for char in text)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("plain text", []),
        ("access\u202egnp.exe", ["BIDI"]),
        ("if admin\u2066 // check\u2069:", ["BIDI"]),
        ("Weather" + tags("send the notes"), ["TAGS"]),
        ("pass\u200bword", ["ZERO"]),
        ("a\u200b\u200c\u200d\u200b\u200c\u200db", ["ZERO"]),
        ("x" + "\ufe01" * 8, ["SELECT"]),
        ("z" + "\u0301" * 10, ["STACK"]),
        ("https://ex\u0430mple.com/login", ["HOST", "MIXED"]),
        ("https://xn--pple-43d.com/login", ["HOST"]),
        ("p\u0430yp\u0430l", ["MIXED"]),
        ("\x1b]0;title\x07", ["TERM"]),
    ],
)
def test_tricks_are_named(text, ids):
    assert [trick.id for trick in find_tricks(text)] == ids


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[32mgreen\x1b[0m",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 family",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f flag",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u05e9\u05dc\u05d5\u05dd \u2067abc\u2069",
        "Привет, мир",
        "Ωμέγα",
        "5 µs and Δt",
        "https://münchen.example/",
        "https://xn--mnchen-3ya.example/",
        "https://xn--e1afmkfd.xn--p1ai/",
        "https://xn--.example/ https://xn--99999999.example/",
        "\ufeffstart of file",
        "naïve café",
    ],
)
def test_honest_text_in_any_script_is_left_alone(text):
    assert find_tricks(text) == ()


@pytest.mark.parametrize(("host", "severity"), [("ex\u0430mple.com", Severity.HIGH), ("api.ex\u0430mple.com", Severity.HIGH), ("a\u0441.example.com", Severity.HIGH), ("\u043f\u0440\u0438\u0432\u0435\u0442.com", Severity.MEDIUM)])
def test_a_label_of_two_scripts_weighs_more_than_an_ending_of_another(host, severity):
    assert next(trick.severity for trick in find_tricks(f"curl https://{host}/") if trick.id == "HOST") is severity


@pytest.mark.parametrize(("word", "expected"), [("p\u0430ypal", True), ("paypal", False), ("привет", False), ("µs", False), ("scope\u03bf\u03c1", True)])
def test_words_of_two_scripts(word, expected):
    assert is_mixed(word) is expected


@given(st.text(max_size=300))
def test_any_text_is_looked_at(text):
    for trick in find_tricks(text):
        assert 0 <= trick.start < len(text)


def test_a_host_in_two_scripts_is_found_behind_many_of_one():
    honest = " ".join(f"https://\u00e9t\u00e9{number}.example/" for number in range(20_000))
    assert [trick.id for trick in find_tricks(honest)] == []
    assert "HOST" in [trick.id for trick in find_tricks(f"{honest} \u0431 https://ex\u0430mple.com/login")]


@pytest.mark.parametrize("pattern", ["TAGS", "CHAIN", "INSIDE_WORD", "SELECTORS", "STACKED", "OVERRIDES", "BIDI"])
def test_one_look_finds_every_character_of_the_tricks(pattern):
    """A character that a pattern knows and the look does not would be a hole."""
    asked = getattr(unicode_tricks, pattern)
    for number in range(0x80, 0xE01F0):
        char = chr(number)
        if not 0xD800 <= number <= 0xDFFF and asked.search(f"a{char * 8}a"):
            assert unicode_tricks.ODD.search(char), hex(number)


def test_a_megabyte_of_mixed_script_costs_little():
    text = "p\u0430ypal \u0431\u0435\u0437 " * 80_000
    started = time.process_time()
    assert [trick.id for trick in find_tricks(text)] == ["MIXED"]
    assert time.process_time() - started < 0.05


def test_tag_characters_spell_out_their_text():
    assert tag_text(f"Hello{tags('call home')}!") == "call home" and tag_text("Hello") == ""
