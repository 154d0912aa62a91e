from __future__ import annotations

import pytest

from sensor.model.effects import TextField
from sensor.policy.load import (
    EmptyRuleSet,
    load_rules,
    load_text,
    own_rules,
    read_rules,
    rule_sums,
    rule_texts,
    shipped_folder,
    user_rules,
)
from sensor.policy.ruleset import RuleSet
from sensor.strict_yaml import MAX_BYTES, YamlErrors


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
    again = read_rules(rule_texts(user, shipped), good.files)
    assert ids(again) == ids(good) and again.kept == (str(file),) and again.problems
    file.unlink()
    assert ids(read_rules(rule_texts(user, shipped), again.files)) == ["HR-GIT-001"]


def test_a_file_that_is_the_same_is_not_read_again(folders, rule_text):
    shipped, user, _ = folders
    first = load_rules(user, shipped=shipped)
    (user / "mine.yaml").write_text(rule_text("effect: {command: [rm]}"))
    second = read_rules(rule_texts(user, shipped), first.files)
    assert second.files[0] is first.files[0] and ids(second) == ["HR-GIT-001", "TEAM-TEST-001"]
    (user / "mine.yaml").write_text(rule_text("effect: {command: [cp]}"))
    assert read_rules(rule_texts(user, shipped), second.files).files[1] != second.files[1]


def test_an_id_that_a_new_file_takes_from_one_that_is_not_read_again_is_named(folders, rule_text):
    shipped, user, _ = folders
    (user / "b.yaml").write_text(rule_text("effect: {command: [rm]}"))
    first = load_rules(user, shipped=shipped)
    (user / "a.yaml").write_text(rule_text("effect: {command: [cp]}"))
    again = read_rules(rule_texts(user, shipped), first.files)
    assert "already used" in str(again.problems[0])


def test_files_are_hashed_as_they_are_read(folders, rule_text):
    shipped, user, _ = folders
    (user / "mine.yaml").write_text(rule_text("effect: {command: [rm]}"))
    (user / "huge.yaml").write_bytes(b"# " * MAX_BYTES)
    (user / "empty.yaml").write_bytes(b"")
    assert [(one.source, one.sha256, one.shipped) for one in rule_sums(user, shipped)] == [(one.source, one.sha256, one.shipped) for one in rule_texts(user, shipped)]
    assert len(rule_sums(user, shipped)) == 4 and rule_sums(None, shipped) == rule_sums(user / "nothing", shipped) == rule_sums(user, shipped)[:1]


def test_a_users_rules_alone(folders, rule_text):
    _, user, _ = folders
    (user / "mine.yaml").write_text(rule_text("effect: {command: [rm]}"))
    (user / "broken.yaml").write_text("- [")
    assert [rule.id for rule in own_rules(user)] == ["TEAM-TEST-001"]


def test_no_rule_at_all_is_an_error(tmp_path):
    with pytest.raises(EmptyRuleSet):
        load_rules(shipped=tmp_path)


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


def test_a_users_rules_come_with_what_is_wrong_in_them(tmp_path):
    (tmp_path / "a.yaml").write_text("- id: 3\n")
    (tmp_path / "b.yaml").write_text("[]\n")
    loaded = user_rules(tmp_path)
    assert [file.source for file in loaded.files] == [str(tmp_path / "b.yaml")] and loaded.problems[0].where.source == str(tmp_path / "a.yaml")
    assert user_rules(tmp_path / "none").files == ()
