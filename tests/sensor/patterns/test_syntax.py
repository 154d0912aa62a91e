from __future__ import annotations

import re

import pytest

from sensor.patterns import syntax


@pytest.mark.parametrize(
    "pattern", ["rm -rf", r"(?i)curl\s+-[a-z]*o", "a{2,1000}", "(?:ab|cd)+", r"^x$", "[^/]+", "(?s).{0,300}x", "(?:a+)+b", "straße"])
def test_the_dialect_has(pattern):
    assert syntax.complaints(pattern) == []


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(?=a)b", "look-ahead"), ("(?!a)b", "look-ahead"), ("(?<=a)b", "look-ahead or look-behind"), (r"(a)\1", "back-reference"),
        ("a(", "does not compile"), ("a" * 513, "longer than 512"), ("a{1001}", "repeat count"), (r"ab\Z", r"\Z"), ("a*", "empty text"),
        ("(?:a{1000}){11}", "positions"), ("(?x) a b", "(?x)"),
    ],
)
def test_the_dialect_refuses(pattern, said):
    assert said in " ".join(syntax.complaints(pattern))


@pytest.mark.parametrize(
    ("pattern", "nests"), [("(?:a+)+", True), ("(?:[a-z]+ )*x", False), ("(?:[a-z ]+ )*x", True), ("a+b*", False), ("(?:ab){2,5}", False), ("(?:a{1,3})+", False)])
def test_nested_repeats(pattern, nests):
    assert syntax.nests_repeats(pattern) is nests


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("rm -rf", {b"rm -rf"}), (r"(?i)CURL\s+x", {b"curl"}), ("(?:alpha|beta)x?", {b"alpha", b"beta"}), ("ab", set()), (r"\w+", set()),
        ("(?:abc)?", set()), ("straße", set()), ("(?:abc)+", {b"abc"}),
    ],
)
def test_literals(pattern, words):
    assert syntax.literals(pattern) == words


@pytest.mark.parametrize("text", ["rm -rf /", "a.b*c[d]", "tab\there", "ümlaut?", "$(x) {y} ^z$"])
def test_a_literal_finds_itself_without_case(text):
    pattern = syntax.literal_pattern(text)
    assert syntax.complaints(pattern) == []
    assert re.search(pattern, f"xx{text.upper() if text.isascii() else text}yy") and not re.search(pattern, text[1:])


@pytest.mark.parametrize(
    ("pattern", "wide"),
    [
        ("a.{0,400}b", "a.*b"), (r"(?:[^\n]*\n){1,6}x", r"(?:[^\n]*\n)+x"), ("[^)]{2,200}?x", "[^)]{2,}?x"), ("a{3,9}", "a{3,9}"), ("x{16}y{40,}", "x{16}y{40,}"),
        (r"\ba\b.{0,40}(?:\b|\\b)[\b]", r"a.*(?:|\\b)[\b]"), (r"\bword\b", r"\bword\b"),
        (r"[{0,40}]", r"[{0,40}]"), (r"\{0,40\}", r"\{0,40\}"), ("[]{0,30}]x", "[]{0,30}]x"), (r"[\]{0,30}]y{0,20}", r"[\]{0,30}]y*"),
    ],
)
def test_bounds_are_opened(pattern, wide):
    assert syntax.weakened(pattern) == wide


def test_another_way_to_open_bounds_needs_another_number():
    """Databases of an earlier way would be used else."""
    kept = ["a{3,11}", "(?:ab){1,2}", "a{13}", r"\bab\b"]
    assert (syntax.COMPILED_FORM, [*map(syntax.weakened, kept), syntax.weakened(r"\ba{0,12}(?:ab){1,3}c{2,13}")]) == (3, [*kept, "a*(?:ab)+c{2,}"])


@pytest.mark.parametrize("pattern", ["a.{0,20}b", r"a\b.{0,20}\bb", r"(?:x[yz]{1,15}){2,4}!", "[ab]{3,14}c"])
def test_what_is_opened_matches_no_less(pattern):
    texts = ["ab", "a" + "-" * 25 + "b", "xyxz!", "xyyyyy!" * 3, "abc", "ababababababababc", "aab!c"]
    assert all(re.search(syntax.weakened(pattern), text) for text in texts if re.search(pattern, text))
    assert all(re.search(syntax.opened(pattern), text) for text in texts if re.search(pattern, text))


@pytest.mark.parametrize(
    ("pattern", "wide"),
    [
        ("[a-z]{36}x", "[a-z]{6,}x"), (r"\d{12,}\.x{20,40}?", r"\d{6,}\.x{6,}?"), ("a{6}b{2,30}c{,9}", "a{6}b{2,30}c{,9}"),
        ("(?:ab){7}", "(?:ab){7}"), ("|".join(["word"] * 120) + "a{9}", "|".join(["word"] * 120) + "a{9}"), ("[{20}]{9}", "[{20}]{6,}"), (r"\{20\}a{9}", r"\{20\}a{6,}"),
    ],
)
def test_what_counts_many_asks_for_few(pattern, wide):
    assert syntax.shortened(pattern) == wide


def test_what_is_shortened_matches_no_less():
    texts = ["k" * 40 + "-" + "1" * 12, "ghp_" + "aB3" * 12, "a" * 7 + "b"]
    for pattern in ("k{32,40}-\\d{12}", "ghp_[A-Za-z0-9]{36}\\b", "a{7}b"):
        exact, short = re.compile(pattern), re.compile(syntax.shortened(pattern))
        assert any(map(exact.search, texts))
        assert all(short.search(text) for text in texts if exact.search(text))


@pytest.mark.parametrize(("pattern", "needed"), [
    (r"(?i)\bCurl\s+(?:post|data).{0,40}x", [{b"curl"}, {b"post", b"data"}]), ("ab(?:cd)+(?:ef)?g", [{b"ab"}, {b"cd"}]), (r"rm\b-f", [{b"rm-f"}]), ("(?:ab|[0-9])cd", [{b"cd"}]),
    ("(?:ab|c)", []), ("[ab]c", []), ("", []), ("café", []), (r"ab\x00|cd", []), (r"ab\xff|cd", []), (r"^ab$\ncd", [{b"ab\ncd"}])])
def test_words_that_every_match_has(pattern, needed):
    assert list(syntax.needed_words(pattern)) == needed


@pytest.mark.parametrize(("pattern", "wide"), [("a{3,9}b", "a{3,}b"), (r"(?: \w+){0,3} x{0,1}", r"(?: \w+)* x{0,1}"), ("[ab]{1,8}?c", "[ab]+?c"), ("x{4}", "x{4}")])
def test_every_bound_above_one_is_opened(pattern, wide):
    assert syntax.opened(pattern) == wide


@pytest.mark.parametrize(("pattern", "framed"), [
    ("^a$", r"\na\n"), ("(?i)^(?:a|b)$", r"(?i)\n(?:a|b)\n"), ("^a", r"\na"), (r"^a\$", r"\na\$"), (r"^[|$]\|(?:a$|b)$", r"\n[|$]\|(?:a$|b)\n"),
    (r"^(?:a|(?:b|c))\(|b$", ""), ("^a|b", ""), ("a$", ""), (r"\Aa$", ""), (r"^a\z", ""), ("(?:^a|b)$", ""), (r"\^a$", "")])
def test_a_pattern_that_begins_lines_has_a_form_without_anchors(pattern, framed):
    assert syntax.begins_lines(pattern) is bool(framed)
    assert not framed or syntax.framed(pattern) == framed
