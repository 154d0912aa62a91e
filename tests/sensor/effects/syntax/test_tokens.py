"""Words, assignments and redirections of a simple command."""

from __future__ import annotations

import pytest

from sensor.effects.budget import Budget
from sensor.effects.syntax.script import Simple, Source
from sensor.effects.syntax.tokens import Reader


def read(text: str) -> Simple | None:
    return Reader(Source(text, {}), 0, len(text), Budget()).simple()


def words(text: str) -> list[str]:
    found = read(text)
    return [] if found is None else [*found.plain, *(word.text for word in found.words)]


@pytest.mark.parametrize(("text", "expected"), [
    ("git status", ["git", "status"]),
    ("ls  -la\tsrc", ["ls", "-la", "src"]),
    ("echo 'a b' \"c $(d e)\"", ["echo", "'a b'", '"c $(d e)"']),
    ("a\\\n b", ["a\\\n", "b"]),
    ("echo a#b #c", ["echo", "a#b"]),
    ("ls *.{a,b} ?x [ab]", ["ls", "*.{a,b}", "?x", "[ab]"]),
    ("cat <(a b)", ["cat", "<(a b)"]),
    ("a=b c", ["c"]),
    ("export a=(b c) d", ["export", "a=(b c)", "d"]),
    ("c a=b", ["c", "a=b"]),
    ("a;b", ["a"]),
    ("a|b", ["a"]),
    ("a)b", ["a"]),
    ("a&b", ["a"]),
    ("echo @(a|b)", ["echo", "@(a|b)"]),
    ("echo 2>&1 a", ["echo", "a"]),
    ("echo 2", ["echo", "2"]),
    ("", []),
    (";", []),
])
def test_words(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("a > b", [(">", "", "b")]), ("a 2>> b < c", [(">>", "2", "b"), ("<", "", "c")]), ("> b a", [(">", "", "b")]), ("a {fd}> b", [(">", "{fd}", "b")]),
    ("a &> b", [("&>", "", "b")]), ("a 2>&1", [(">&", "2", "1")]), ("a <<< b", [("<<<", "", "b")]), ("a <> b", [("<>", "", "b")]), ("a >| b", [(">|", "", "b")]), ("a", []),
])
def test_redirects(text, expected):
    assert [(one.op, one.fd, one.target.text) for one in read(text).redirects] == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("a=b c=d e", [("a", "b", False), ("c", "d", False)]), ("a+=b", [("a", "b", True)]), ("a=(b c)", [("a", "(b c)", False)]), ("a[1]=b c", [("a", "b", False)]),
    ("a= b", [("a", "", False)]), ("a-b=c", []), ("c a=b", []),
])
def test_assignments(text, expected):
    assert [(one.name, one.value.text, one.append) for one in read(text).assigns] == expected


def test_offsets_are_those_of_the_source():
    found = Reader(Source("ls; echo 'a' b", {}), 4, 14, Budget()).simple()
    assert (found.start, found.end) == (4, 14) and (found.words[0].start, found.words[0].end) == (9, 12)


def test_the_number_of_words_is_bounded():
    for word in ("'a' ", "*a ", '"$(a)" '):
        budget = Budget(100)
        assert 10 <= len(Reader(Source(word * 200, {}), 0, 200 * len(word), budget).words()) <= 100 and budget.left <= 0
