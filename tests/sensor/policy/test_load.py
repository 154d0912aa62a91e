from __future__ import annotations

import pytest

from sensor.model.effects import TextField
from sensor.policy.load import EmptyRuleSet, load_rules, load_text, shipped_folder
from sensor.policy.ruleset import RuleSet, digest
from sensor.strict_yaml import MAX_BYTES, YamlErrors


@pytest.fixture
def folders(tmp_path, rule_text):
    """A small shipped folder, an empty folder of the user and a cache."""
    shipped, user, cache = tmp_path / "shipped", tmp_path / "user", tmp_path / "cache"
    for folder in (shipped, user, cache):
        folder.mkdir()
    (shipped / "git-loss.yaml").write_text(rule_text("effect: {command: [git]}", id="HR-GIT-001", category="git-loss"))
    return shipped, user, cache


def ids(loaded) -> list[str]:
    return [rule.id for rule in loaded.rules]


def test_the_shipped_folder_holds_rules():
    assert list(shipped_folder().glob("*.yaml"))


def test_users_add(folders, rule_text):
    shipped, user, _ = folders
    (user / "mine.yaml").write_text(rule_text("effect: {command: [rm]}"))
    (user / "notes.txt").write_text("not a rule file")
    loaded = load_rules(user, shipped=shipped)
    assert ids(loaded) == ["HR-GIT-001", "TEAM-TEST-001"] and [rule.shipped for rule in loaded.rules] == [True, False] and not loaded.problems


def test_all_errors_of_all_files_in_one_run_with_their_place(folders, rule_text):
    shipped, user, _ = folders
    (user / "a.yaml").write_text(rule_text("effect: {comand: [rm]}", severity="grave") + rule_text("effect: {writes: ['@nowhere']}", id="TEAM-TEST-002"))
    (user / "b.yaml").write_text("- id: X\n  id: Y\n")
    (user / "c.yaml").write_bytes(b"\xff\xfe")
    (user / "d.yaml").write_text("a: b\n")
    (user / "e.yaml").write_text("- [\n")
    (user / "f.yaml").write_text("- &x {id: a}\n- *x\n")
    (user / "g.yaml").write_text("# " + "x" * MAX_BYTES)
    loaded = load_rules(user, shipped=shipped)
    said = "\n".join(map(str, loaded.problems))
    for part in ("comand", "grave", "@nowhere", "not valid UTF-8 at byte 0", "a rule file is a list of rules"):
        assert part in said, said
    for name in "abcdefg":
        assert f"{name}.yaml:" in said, said
    assert all(problem.where.line >= 1 and problem.where.column >= 1 for problem in loaded.problems)
    assert ids(loaded) == ["HR-GIT-001"]


def test_an_id_used_twice_names_both_places(folders, rule_text):
    shipped, user, _ = folders
    (user / "a.yaml").write_text(rule_text("effect: {command: [rm]}"))
    (user / "b.yaml").write_text(rule_text("effect: {command: [cp]}"))
    loaded = load_rules(user, shipped=shipped)
    (problem,) = loaded.problems
    assert "b.yaml:1:3" in str(problem) and "already used at" in str(problem) and "a.yaml:1:3" in str(problem)
    assert len(loaded.rules) == 2


def test_a_users_rule_cannot_replace_a_shipped_one(folders, rule_text):
    shipped, user, _ = folders
    (user / "a.yaml").write_text(rule_text("effect: {command: [never]}", id="HR-GIT-001", category="git-loss"))
    loaded = load_rules(user, shipped=shipped)
    assert loaded.problems and [rule.shipped for rule in loaded.rules] == [True]


def test_a_broken_file_keeps_its_last_good_rules(folders, rule_text):
    shipped, user, _ = folders
    file = user / "mine.yaml"
    file.write_text(rule_text("effect: {command: [rm]}"))
    good = load_rules(user, shipped=shipped)
    file.write_text("- broken: [")
    again = load_rules(user, shipped=shipped, previous=good)
    assert ids(again) == ids(good) and again.kept == (str(file),) and again.problems
    file.unlink()
    assert ids(load_rules(user, shipped=shipped, previous=again)) == ["HR-GIT-001"]


def test_no_rule_at_all_is_an_error(tmp_path):
    with pytest.raises(EmptyRuleSet):
        load_rules(shipped=tmp_path)


class TestCache:
    def test_gives_the_same_rules_without_examples(self, folders):
        shipped, user, cache = folders
        first = load_rules(user, cache, shipped=shipped)
        second = load_rules(user, cache, shipped=shipped)
        assert first.rules[0].examples.true_positive and not second.rules[0].examples.true_positive
        assert digest(first.rules) == digest(second.rules) and [file.suffix for file in cache.iterdir()] == [".rules"]

    def test_is_not_used_for_other_bytes(self, folders, rule_text):
        shipped, user, cache = folders
        load_rules(user, cache, shipped=shipped)
        (user / "mine.yaml").write_text(rule_text("effect: {command: [rm]}"))
        assert len(load_rules(user, cache, shipped=shipped).rules) == 2

    def test_what_has_problems_is_not_cached(self, folders):
        shipped, user, cache = folders
        (user / "mine.yaml").write_text("- x")
        assert load_rules(user, cache, shipped=shipped).problems and load_rules(user, cache, shipped=shipped).problems
        assert not list(cache.iterdir())

    @pytest.mark.parametrize("damage", [b"", b"\x80", b"garbage"])
    def test_damage_is_not_believed(self, folders, damage):
        shipped, user, cache = folders
        load_rules(user, cache, shipped=shipped)
        (file,) = cache.iterdir()
        file.write_bytes(damage)
        assert ids(load_rules(user, cache, shipped=shipped)) == ["HR-GIT-001"]

    def test_a_cache_that_cannot_be_written_costs_only_time(self, folders):
        shipped, user, cache = folders
        (cache / "file").write_text("")
        assert ids(load_rules(user, cache / "file" / "sub", shipped=shipped)) == ["HR-GIT-001"]


@pytest.mark.parametrize("pattern", ["(?:a+)+$", "(?:x|xx)*y", "([a-z]+)*!", "(?:.*,){11}P"])
def test_no_pattern_of_a_user_can_stall_the_scan(rule_text, pattern):
    """It is refused, left out by the engine, or run on an automaton; measured against a harmless rule on the same text."""
    text = rule_text(f"patterns: {{any: [{{type: regex, value: '{pattern}'}}]}}")
    try:
        rules = load_text(text, "user.yaml")
    except YamlErrors:
        return
    for engine in ("re", ""):
        ruleset = RuleSet.compile(rules, engine=engine)
        finder_input = b"a" * 50_000 + b"," * 50_000
        assert ruleset.problems or list(ruleset.patterns.match(ruleset.patterns.look(finder_input, TextField.COMMAND), frozenset({0}))) is not None
