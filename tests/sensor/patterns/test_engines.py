from __future__ import annotations

import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensor.patterns import engines
from sensor.patterns.literals import LiteralEngine

PATTERNS = (
    r"(?i)rm\s+-rf", "^exact$", r"\bword\b", "a.c", "ümlaut", r"[0-9]{3,5}x", "(?:one|two)three", "x$", "end.{0,20}stop", r"[^\n]*=secret", "café|thé",
)
TEXTS = (
    b"", b"rm  -RF /", b"exact", b"a\nexact\nb", b"inexact", b"a word here", b"sword", b"a\nc", "ein ümlaut".encode(), b"12x", b"12345x",
    b"twothree", b"ax\nb", b"end and\nstop", b"k=secret", "un café".encode(), b"\xff\xfe rm -rf", b"caf\xe9", b"abc" * 3,
)
HAVE = engines.available()


def indexes(engine: engines.Engine, data: bytes) -> list[int]:
    return [number for number, _ in engine.scan(data)]


def test_the_best_engine_is_first_and_re_is_always_there():
    assert HAVE[-1] == "re" and list(HAVE) == [name for name in engines.ENGINES if name in HAVE]
    assert engines.build(PATTERNS).name == HAVE[0]


@pytest.mark.parametrize("name", HAVE)
def test_what_each_engine_finds(name):
    engine = engines.build(PATTERNS, engine=name)
    assert [PATTERNS[i] for i in indexes(engine, b"sudo rm -rf /x")] == [r"(?i)rm\s+-rf", "x$"]
    assert [PATTERNS[i] for i in indexes(engine, b"a\nexact\nb")] == ["^exact$"]
    assert indexes(engine, b"") == [] and engines.build((), engine=name).scan(b"anything") == []


@pytest.mark.parametrize("name", HAVE[1:])
@pytest.mark.parametrize("data", TEXTS, ids=repr)
def test_engines_agree(name, data):
    assert indexes(engines.build(PATTERNS, engine=name), data) == indexes(engines.build(PATTERNS), data)


@pytest.mark.parametrize("name", HAVE)
@pytest.mark.parametrize(
    ("data", "found"), [(b"ab" + b"-" * 30 + b"cd", [0]), (b"ab" + b"-" * 41 + b"cd", []), (b"ab" + b"-" * 60 + b"cd ab-cd", [0]), (b"k: 1\nk: 2\nstop", [1])])
def test_a_bounded_gap_is_exact_on_every_engine(name, data, found):
    assert indexes(engines.build(("ab.{0,40}cd", r"(?:k: \d\n){2,4}stop"), engine=name), data) == found


@pytest.mark.parametrize("name", HAVE)
def test_many_sets_are_built_in_their_order(name, tmp_path):
    sets = [[f"a{number}b"] for number in range(5)] + [[]]
    for _ in range(2):  # without the cache and with it
        built = engines.build_all(sets, tmp_path, name)
        assert [[indexes(engine, f"xa{number}b".encode()) for engine in built].index([0]) for number in range(5)] == list(range(5))


def test_one_refused_set_of_many_is_an_error():
    with pytest.raises(engines.PatternError):
        engines.build_all([["fine"], [r"(a)\1"]])


def test_the_versions_are_what_is_installed():
    assert engines.versions() == engines.versions() and (HAVE == ("re",) or any(engines.versions()))


@pytest.mark.parametrize("name", HAVE)
def test_sets_of_words_find_what_one_engine_finds(name, monkeypatch):
    monkeypatch.setitem(engines.WORDS_PER_SET, name, 3)
    monkeypatch.setattr(engines, "MANY_WORDS", 0)
    sets, one = engines.build_for_words(PATTERNS, engine=name), engines.build(PATTERNS, engine=name)
    assert sets.name == name and [sorted(sets.numbers(data)) for data in TEXTS] == [indexes(one, data) for data in TEXTS]
    assert engines.build_for_words((), engine=name).numbers(b"anything") == []


BOTH = pytest.mark.skipif(HAVE[:2] != ("hyperscan", "re2"), reason="something waits for a compiler only where there are both engines")


@BOTH
def test_words_are_hyperscans_only_where_the_cache_has_them_whole(tmp_path, monkeypatch):
    monkeypatch.setitem(engines.WORDS_PER_SET, "hyperscan", 4)
    monkeypatch.setattr(engines, "MANY_WORDS", 0)
    first = engines.build_for_words(PATTERNS, tmp_path)
    sets = engines.uncompiled_words(PATTERNS, first, tmp_path)
    assert first.name == "re2" and sorted(pattern for one in sets for pattern in one) == sorted(PATTERNS) and max(map(len, sets)) == 4
    engines.compile_all(sets, tmp_path)
    second = engines.build_for_words(PATTERNS, tmp_path)
    assert second.name == "hyperscan" and not engines.uncompiled_words(PATTERNS, second, tmp_path)
    assert [sorted(second.numbers(data)) for data in TEXTS] == [sorted(first.numbers(data)) for data in TEXTS]
    damaged, *others = sorted(tmp_path.iterdir())
    times = [file.stat().st_mtime_ns for file in others]
    damaged.write_bytes(damaged.read_bytes()[:-100])
    third = engines.build_for_words(PATTERNS, tmp_path)
    assert third.name == "re2", "a damaged database is compiled by nobody who waits for an answer"
    engines.compile_all(engines.uncompiled_words(PATTERNS, third, tmp_path), tmp_path)
    assert engines.build_for_words(PATTERNS, tmp_path).name == "hyperscan" and [file.stat().st_mtime_ns for file in others] == times


@BOTH
def test_patterns_are_looked_for_at_once_and_by_hyperscan_when_they_are_stored(tmp_path):
    sets = [PATTERNS, ["other"], []]
    first = engines.build_at_once(sets, tmp_path)
    waiting = engines.uncompiled(first)
    assert waiting == [PATTERNS, ("other",)] and not list(tmp_path.glob("*.hsdb"))
    engines.compile_all(waiting, tmp_path)
    second = engines.build_at_once(sets, tmp_path)
    assert [engine.name for engine in second] == ["hyperscan"] * 3 and not engines.uncompiled(second)
    assert [[indexes(engine, data) for engine in second] for data in TEXTS] == [[indexes(engine, data) for engine in first] for data in TEXTS]


@pytest.mark.parametrize(("cache", "engine"), [(False, ""), (True, "re")])
def test_nothing_waits_where_nothing_better_would_come(cache, engine, tmp_path):
    (built,) = engines.build_at_once([PATTERNS], tmp_path if cache else None, engine)
    assert built.name == (engine or HAVE[0]) and not engines.uncompiled([built])


def test_without_a_cache_no_word_waits_for_a_compiler():
    built = engines.build_for_words(PATTERNS)
    assert built.name == ("re2" if "re2" in HAVE else HAVE[0]) and not engines.uncompiled_words(PATTERNS, built, None)


@pytest.mark.parametrize("name", HAVE)
def test_candidates_are_never_too_few(name):
    engine = engines.build((*PATTERNS, "ab.{0,40}cd"), engine=name)
    for data in (*TEXTS, b"ab" + b"-" * 60 + b"cd"):
        assert set(indexes(engine, data)) <= set(engine.candidates(data))


@pytest.mark.parametrize("name", HAVE)
def test_numbers_are_those_of_a_scan_the_first_time_and_again(name):
    lines = ("^ab", "^ab[^c]", "^a.{0,40}z$", "^b$", "^[^-]")
    for patterns in (lines, (*lines, "b")):  # with and without line feeds for anchors
        engine, texts = engines.build(patterns, engine=name), (b"ab", b"abc", b"abz", b"ab\nb", b"a" + b"-" * 60 + b"z", b"-", b"", *TEXTS)
        for data in (*texts, *texts):
            assert sorted(engine.numbers(data)) == indexes(engine, data) == sorted(indexes(engine, data)), data


def test_many_bounded_gaps_compile_together():
    words = [f"{a}{b}" for a in "abcdefgh" for b in "xyz"]
    patterns = [f"(?is){one}[\\w.]{{2,60}}.{{0,400}}{two}[^\\n]{{0,200}}{one}" for one in words for two in words[:4]]
    assert indexes(engines.build(patterns), b"ax123 by--ax") == [i for i, p in enumerate(patterns) if p.startswith("(?is)ax") and "by" in p]


@given(st.text(alphabet="arm -f/x12345=secrtoneüé\nthw.", max_size=60))
@settings(max_examples=300, deadline=None)
def test_engines_agree_on_any_text(text):
    found = {name: indexes(engine, text.encode()) for name, engine in BUILT.items()}
    assert len({tuple(hits) for hits in found.values()}) == 1, found


def built_by_all(patterns) -> dict[str, engines.Engine]:
    """Every engine over these patterns, and the one that stands in for hyperscan's while it is compiled."""
    made = {name: engines.build(patterns, engine=name) for name in HAVE}
    return made | ({"literals": LiteralEngine(patterns)} if HAVE[:2] == ("hyperscan", "re2") else {})


BUILT = built_by_all(PATTERNS)
LINES = ("^a$", "(?i)^A[^/]*x$", r"^(?:a|x\n)\s*$", "^.*x$", r"^a\nx$", r"^[^a]$", r"^-x\s", r"^x[^a]", "^a", "^ax?", r"^a\b", r"^x\n?\B", "^(?:a$|x)", "^é$", r"^x(?:\n|$)", "^a.{0,20}x")


@given(st.text(alphabet="ax \n-é", max_size=8))
@settings(max_examples=500, deadline=None)
def test_words_that_begin_lines_are_found_where_they_are(text):
    found = {name: indexes(engine, text.encode()) for name, engine in OF_LINES.items()}
    assert len({tuple(hits) for hits in found.values()}) == 1, found


OF_LINES = built_by_all(LINES)


@pytest.mark.parametrize("name", HAVE)
def test_a_refused_pattern_is_named(name):
    with pytest.raises(engines.PatternError) as caught:
        engines.build(("fine", r"(?:a+)+b" if name == "re" else r"(a)\1"), engine=name)
    assert [index for index, _ in caught.value.refused] == [1]


@pytest.mark.skipif("hyperscan" not in HAVE, reason="no wheel here")
class TestCache:
    def test_is_used_and_private(self, tmp_path):
        folder = tmp_path / "cache"
        engines.build(PATTERNS, folder)
        (file,) = folder.glob("*.hsdb")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(folder.stat().st_mode) == 0o700
        before = file.stat().st_mtime_ns
        assert indexes(engines.build(PATTERNS, folder), b"exact") == [1] and file.stat().st_mtime_ns == before

    @pytest.mark.parametrize("damage", [b"", b"garbage", None])
    def test_damage_is_repaired(self, tmp_path, damage):
        engines.build(PATTERNS, tmp_path)
        (file,) = tmp_path.glob("*.hsdb")
        good = file.read_bytes()
        file.write_bytes(good[: len(good) // 2] if damage is None else damage)
        assert indexes(engines.build(PATTERNS, tmp_path), b"exact") == [1]
        assert len(file.read_bytes()) == len(good)

    def test_is_read_at_the_first_scan_and_made_again_when_it_is_gone_by_then(self, tmp_path):
        engines.build(PATTERNS, tmp_path)
        (file,) = tmp_path.glob("*.hsdb")
        engine = engines.build(PATTERNS, tmp_path)
        assert engine.is_stored and engine._database is None
        file.unlink()
        assert indexes(engine, b"exact") == [1] and file.is_file()

    def test_is_not_used_for_another_form(self, tmp_path, monkeypatch):
        engines.build(PATTERNS, tmp_path)
        monkeypatch.setattr(engines.syntax, "COMPILED_FORM", 0)
        engines.build(PATTERNS, tmp_path)
        assert len(list(tmp_path.glob("*.hsdb"))) == 2

    def test_a_hit_of_a_weakened_pattern_is_confirmed_by_an_engine_from_the_cache(self, tmp_path):
        engines.build(PATTERNS, tmp_path)
        engine = engines.build(PATTERNS, tmp_path)
        assert indexes(engine, b"end" + b"-" * 21 + b"stop") == [] and indexes(engine, b"end--stop") == [PATTERNS.index("end.{0,20}stop")]

    def test_other_patterns_have_another_file(self, tmp_path):
        engines.build(PATTERNS, tmp_path)
        engines.build(PATTERNS[:2], tmp_path)
        assert len(list(tmp_path.glob("*.hsdb"))) == 2

    def test_a_cache_that_cannot_be_written_costs_only_time(self, tmp_path):
        (tmp_path / "file").write_text("")
        assert indexes(engines.build(PATTERNS, tmp_path / "file" / "sub"), b"exact") == [1]


def test_atomic_writing_leaves_no_part(tmp_path):
    file = tmp_path / "a" / "b"
    engines.write_atomically(file, b"one")
    engines.write_atomically(file, b"two")
    assert file.read_bytes() == b"two" and [path.name for path in file.parent.iterdir()] == ["b"]


def test_the_standard_library_sees_both_ends_of_a_long_text():
    engine = engines.build(("needle",), engine="re")
    filler = b"-" * 200_000
    assert indexes(engine, b"needle" + filler) == indexes(engine, filler + b"needle") == [0]


@pytest.mark.parametrize("name", [name for name in HAVE if name != "re"])
def test_hostile_input_is_scanned_whole_by_the_linear_engines(name):
    engine = engines.build((r"(?:a+)+b", r"(?:.*,){8}z", "needle"), engine=name)
    assert indexes(engine, b"a" * 300_000 + b"," * 1000 + b"needle") == [2]
