"""What printers and filters print when that is constant."""

from __future__ import annotations

import pytest

from sensor.effects.runs.constants import constant_output, unescape
from sensor.effects.shell.command import Channels, Command, Context
from sensor.effects.shell.scope import TERMINAL, Field, Stream
from tests.growth import growth


def output(words: str, stdin: str | None = None, unseen: list[str] | None = None) -> str | None:
    stream = TERMINAL if stdin is None else Stream(stdin)
    return constant_output(Command(tuple(Field(word) for word in words.split(" ")), Channels(stream), Context()), [].append if unseen is None else unseen.append)


@pytest.mark.parametrize(("words", "stdin", "expected"), [
    ("echo a b", None, "a b\n"),
    ("echo -n a", None, "a"),
    ("echo -e a\\nb", None, "a\nb\n"),
    ("printf %s-%s a b", None, "a-b"),
    ("printf %s, a b", None, "a,b,"),
    ("printf \\x72\\155", None, "rm"),
    ("printf %b \\x61", None, "a"),
    ("printf %b%s a\\cb c", None, "a"),
    ("echo -e a\\cb c", None, "a"),
    ("base64 -d", "cm0=", "rm"),
    ("base64", "rm", "cm0=\n"),
    ("base32 -d", "OJWQ====", "rm"),
    ("xxd -r -p", "726d", "rm"),
    ("openssl base64 -d", "cm0=", "rm"),
    ("tr a-z b-za", "ql", "rm"),
    ("tr -d x", "rxm", "rm"),
    ("rev", "mr", "rm"),
    ("tac", "b\na\n", "a\nb\n"),
    ("sed s/x/m/", "rx", "rm"),
    ("cut -c 1-2", "rmx", "rm"),
    ("head -n 1", "a\nb\n", "a\n"),
    ("tail -1", "a\nb\n", "b\n"),
    ("cat", "a", "a"),
    ("dirname /a/b", None, "/a\n"),
    ("basename /a/b", None, "b\n"),
    ("sed s/[a-z]*/m/", "rx", None),
    ("base64 -d", "####", ""),
    ("base64 -d file", "cm0=", None),
    ("xxd -r -p", "zz", ""),
    ("gunzip", "nothing", None),
    ("ls", None, None),
    ("tr -c a b", "x", None),
])
def test_output(words, stdin, expected):
    assert output(words, stdin) == expected


def test_an_unknown_word_makes_the_output_unknown():
    assert constant_output(Command((Field("echo"), Field("$x", known=False)), Channels(), Context()), [].append) is None


@pytest.mark.parametrize(("words", "stdin"), [("printf %s " + "x" * 70_000, None), ("rev", "x" * 70_000), ("base64", "x" * 60_000)])
def test_an_output_that_is_too_long_is_said_to_be_unseen(words, stdin):
    unseen: list[str] = []
    assert output(words, stdin, unseen) is None and unseen == ["size"]


def test_what_passes_unchanged_has_no_bound():
    unseen: list[str] = []
    assert output("cat", "x" * 70_000, unseen) == "x" * 70_000 and not unseen
    assert output("echo " + "x" * 70_000, None, unseen) == "x" * 70_000 + "\n" and not unseen


@pytest.mark.parametrize(("text", "expected"), [("\\x41\\101", "AA"), ("\\u00e9", "é"), ("\\n", "\n"), ("\\q", "\\q"), ("\\\\", "\\")])
def test_escapes(text, expected):
    assert unescape(text) == expected


def test_pipelines_of_decoders_reach_the_command(brief):
    assert brief("printf '%s' bXIgLXIgfi94 | base64 -d | tr 'm' 'r'") == ["printf", "base64", "tr"]
    assert brief("echo 726d202d72207e2f78 | xxd -r -p | bash")[-1] == "rm D:~/x <decoded"


def test_a_backslash_divides_no_parts_of_a_replacement(effects_of):
    assert growth(lambda text: effects_of(f"printf a | sed 's{text}'"), "\\") < 10
