from __future__ import annotations

import re

import pytest

from sensor.effects import derive_effects
from sensor.model.verdicts import ScanProfile
from sensor.patterns import engines
from sensor.policy import words
from sensor.policy.conditions import PLACE_KEYS, View
from sensor.policy.examples import AROUND, example_call, trials
from sensor.policy.load import load_rules
from sensor.policy.prepared import load_ruleset
from sensor.policy.rule import EffectCondition, Words
from sensor.policy.ruleset import RuleSet
from sensor.policy.words import LabelTable, PathLabels, Tables, WordList, path_pattern, table_words, word_pattern


@pytest.mark.parametrize(
    ("glob", "hits", "misses"),
    [
        ("*.pem", ["/a/b.pem", "/x.PEM"], ["/a/b.pem.txt", "/pem"]),
        ("/etc/**", ["/etc", "/etc/a", "/etc/a/b"], ["/etcetera", "/a/etc/b"]),
        ("**/.ssh/**", ["/home/x/.ssh", "/home/x/.ssh/id", "/.ssh/a/b"], ["/home/x/ssh/id"]),
        ("**/build/*", ["/a/build/x"], ["/a/build", "/a/build/x/y"]),
        ("/dev/sd?", ["/dev/sda"], ["/dev/sda1", "/dev/sd/"]),
        ("/a+b(c)", ["/a+b(c)"], ["/aab(c)"]),
    ],
)
def test_path_globs(glob, hits, misses):
    compiled = re.compile(path_pattern(glob), re.M | re.S)
    assert all(compiled.search(path) for path in hits) and not any(compiled.search(path) for path in misses)


@pytest.mark.parametrize(
    ("word", "hits", "misses"),
    [("--force*", ["--force", "--force-x"], ["x--force"]), ("a?c", ["abc"], ["ac", "abbc"]), ("re:^(?:a|b)$", ["a", "b"], ["ab"]), ("1.2", ["1.2"], ["1x2"])])
def test_words_of_arguments(word, hits, misses):
    compiled = re.compile(word_pattern(word), re.M | re.S)
    assert all(compiled.search(text) for text in hits) and not any(compiled.search(text) for text in misses)


def test_a_table_is_built_when_it_is_asked():
    table = LabelTable(WordList(shipped=("a*", "b")), word_pattern, engine="re")
    assert table._engine is None and table.labels("b\nabc") == {"a*", "b"} and table.build() is table.build()


def test_a_users_words_are_built_apart_and_found_with_the_others(tmp_path):
    conditions = [EffectCondition(args=Words(any=words)) for words in (("a*", "b"), ("b", "c"))]
    words = table_words(conditions[:1], conditions[1:]).args
    assert words == WordList(shipped=("a*", "b"), own=("c",))
    engines.compile_all([["^a[^\\n]*$", "^b$"]], tmp_path)
    kept = []
    for own in ((), ("c",), ("d", "re:^c$")):
        table = LabelTable(WordList(shipped=("a*", "b"), own=own), word_pattern, tmp_path)
        assert table.labels("c\nab") == {"a*", *(word for word in own if word != "d")}
        kept.append(sorted(tmp_path.iterdir()))
    assert kept[0] == kept[1] == kept[2], "nothing is compiled for long when a user's words change"


def test_paths_that_are_new_are_looked_at_together(monkeypatch):
    table = PathLabels(WordList(shipped=("*.pem", "*.py", "/a/**", "/x")), engine="re")
    assert table.labels_of_some(["/a/b.py"]) == {"*.py", "/a/**"} and list(table._known) == ["/a/b.py"]
    assert table.labels_of_some([]) == frozenset() and table.labels_of_some(["/a/b.py", "/b", "/c.pem"]) == {"*.py", "/a/**", "*.pem"}
    assert list(table._known) == ["/a/b.py"], "which of them fits is not known"
    monkeypatch.setattr(words, "LONGEST_LOOK", 8)
    assert table.labels_of_some(["/x", "/bb/c.pem"]) == {"*.pem", "/x"} and list(table._known) == ["/a/b.py", "/x", "/bb/c.pem"]


def test_patterns_that_see_more_than_a_line_are_known():
    table = LabelTable(WordList(shipped=("a*", "re:(?-i:^b)", "re:\\Ab", "re:^b$")), word_pattern, engine="re")
    table.build()
    assert table.of_whole_texts == ("re:(?-i:^b)", "re:\\Ab")


BOTH = pytest.mark.skipif(engines.available()[:2] != ("hyperscan", "re2"), reason="words wait for a compiler only where there are both engines")


@BOTH
def test_words_are_found_at_once_and_faster_when_their_databases_are_stored(tmp_path):
    words = table_words([EffectCondition(args=Words(any=("a*", "b")), reads=Words(any=("*.pem",)))])
    cache = tmp_path / "cache"
    tables = Tables(words, cache)
    assert tables.args.labels("b\nabc") == {"a*", "b"} and tables.args.build().name == "re2" and not cache.exists()
    waiting = tables.uncompiled()
    assert waiting == [[word_pattern("a*"), word_pattern("b")], [path_pattern("*.pem")]]
    assert Tables(words).uncompiled() == Tables(words, cache, "re2").uncompiled() == [], "without a cache nothing would be kept"
    engines.compile_all(waiting, cache)
    assert tables.uncompiled() == waiting, "what is built stays as it is"
    after = Tables(words, cache)
    assert after.uncompiled() == [] and after.args.build().name == "hyperscan" and after.args.labels("b\nabc") == {"a*", "b"}


@BOTH
def test_both_engines_find_the_same_words_of_our_rules(warm_paths):
    rules = load_rules(None).rules
    now, later = RuleSet.compile(rules), load_ruleset(None, warm_paths.cache).ruleset
    tables = Tables(now.facts.words), Tables(later.facts.words, warm_paths.cache)
    assert [one.args.build().name for one in tables] == ["re2", "hyperscan"]
    calls = [example_call(trial.example) for trial in trials(rules)]
    for call, effects in ((call, derive_effects(call, AROUND)) for call in calls):
        for effect in effects.effects:
            seen = []
            for one in tables:
                view = View(call, effects, effect, one)
                seen.append((view.args(), [view.labels(key) for key in PLACE_KEYS]))
            assert seen[0] == seen[1], effect
        assert now.match(call, effects, ScanProfile.STRICT) == later.match(call, effects, ScanProfile.STRICT)
