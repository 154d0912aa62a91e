from __future__ import annotations

import stat

import msgspec
import pytest

from sensor.patterns import engines
from sensor.policy import prepared
from sensor.policy.load import EmptyRuleSet, load_rules
from sensor.policy.prepared import load_ruleset
from sensor.policy.rule import NO_EXAMPLES


def ids(loaded) -> list[str]:
    return [rule.id for rule in loaded.ruleset.rules]


def the_file(cache):
    (file,) = cache.glob("*.rules")
    return file


def test_from_the_cache_comes_what_was_loaded_without_the_examples(folders, rule_text):
    shipped, user, cache = folders
    (user / "mine.yaml").write_text(rule_text("effect: {tool: [Bash], command: [rm], writes: {none: ['@temp']}}"))
    first, second = load_ruleset(user, cache, shipped=shipped), load_ruleset(user, cache, shipped=shipped)
    read = load_rules(user, shipped=shipped)
    assert first.ruleset.facts == second.ruleset.facts and first.ruleset is not second.ruleset and first.key == second.key
    assert list(first.ruleset.rules) == list(second.ruleset.rules)
    assert [msgspec.structs.replace(rule, examples=NO_EXAMPLES) for rule in read.rules] == list(second.ruleset.rules)
    assert [rule.id for rule in second.own] == ["TEAM-TEST-001"] and stat.S_IMODE(the_file(cache).stat().st_mode) == 0o600


def test_other_bytes_or_other_code_are_another_rule_set(folders, rule_text, monkeypatch):
    shipped, user, cache = folders
    key = load_ruleset(user, cache, shipped=shipped).key
    monkeypatch.setattr(prepared, "_made_by", lambda: b"other code")
    assert load_ruleset(user, cache, shipped=shipped).key != key
    monkeypatch.undo()
    (user / "mine.yaml").write_text(rule_text("effect: {command: [rm]}"))
    assert ids(load_ruleset(user, cache, shipped=shipped)) == ["HR-GIT-001", "TEAM-TEST-001"]


def test_what_did_not_change_stays(folders, rule_text):
    shipped, user, cache = folders
    first = load_ruleset(user, cache, shipped=shipped)
    assert load_ruleset(user, cache, first, shipped) is first
    (user / "mine.yaml").write_text(rule_text("effect: {command: [rm]}"))
    second = load_ruleset(user, cache, first, shipped)
    assert ids(second) == ["HR-GIT-001", "TEAM-TEST-001"] and list(second.files[0].rules) == list(first.files[0].rules)


def test_a_broken_file_keeps_its_last_good_rules_and_is_not_cached(folders, rule_text):
    shipped, user, cache = folders
    file = user / "mine.yaml"
    file.write_text(rule_text("effect: {command: [rm]}"))
    load_ruleset(user, cache, shipped=shipped)
    good = load_ruleset(user, cache, shipped=shipped)  # its rules are in the cache only
    file.write_text("- x")
    broken = load_ruleset(user, cache, good, shipped)
    assert ids(broken) == ids(good) and "mine.yaml" in str(broken.problems[0]) and len(list(cache.glob("*.rules"))) == 1
    assert ids(load_ruleset(user, cache, shipped=shipped)) == ["HR-GIT-001"]
    file.unlink()
    assert ids(load_ruleset(user, cache, broken, shipped)) == ["HR-GIT-001"]


def test_a_rule_that_no_engine_takes_is_named_at_every_start(folders, rule_text, monkeypatch):
    shipped, user, cache = folders
    monkeypatch.setattr(engines, "available", lambda: ("re",))
    (user / "mine.yaml").write_text(rule_text("patterns: {any: [{type: regex, value: '(?:a+)+b'}]}"))
    loads = [load_ruleset(user, cache, shipped=shipped) for _ in range(2)]
    assert all(ids(loaded) == ["HR-GIT-001"] and loaded.problems for loaded in loads)


def test_the_files_of_the_cache_keep_their_own_rules(folders, rule_text):
    shipped, user, cache = folders
    for name in ("a", "b"):
        (user / f"{name}.yaml").write_text(rule_text("effect: {command: [rm]}", id=f"TEAM-TEST-{name.upper()}1") + rule_text("effect: {command: [cp]}", id=f"TEAM-TEST-{name.upper()}2"))
    (user / "empty.yaml").write_text("[]\n")
    for _ in range(2):
        files = load_ruleset(user, cache, shipped=shipped).files
        assert [[rule.id for rule in file.rules] for file in files] == [
            ["HR-GIT-001"], ["TEAM-TEST-A1", "TEAM-TEST-A2"], ["TEAM-TEST-B1", "TEAM-TEST-B2"], []]


def test_a_file_that_changes_while_it_is_read_is_cached_as_what_was_read(folders, rule_text, monkeypatch):
    shipped, user, cache = folders
    (user / "mine.yaml").write_text(rule_text("effect: {command: [rm]}"))
    hashed = prepared.rule_sums

    def changed_after(*folders):
        sums = hashed(*folders)
        (user / "mine.yaml").write_text(rule_text("effect: {command: [rm]}", id="TEAM-TEST-002"))
        return sums

    monkeypatch.setattr(prepared, "rule_sums", changed_after)
    first = load_ruleset(user, cache, shipped=shipped)
    monkeypatch.undo()
    assert ids(first) == ids(load_ruleset(user, cache, shipped=shipped)) == ["HR-GIT-001", "TEAM-TEST-002"] and load_ruleset(user, cache, first, shipped) is first


@pytest.mark.parametrize("damage", [b"", b"\x80", b"garbage", b"\xff" * 8, None])
def test_damage_is_not_believed(folders, damage):
    shipped, user, cache = folders
    load_ruleset(user, cache, shipped=shipped)
    file = the_file(cache)
    good = file.read_bytes()
    file.write_bytes(good[:-9] + bytes([good[-9] ^ 1]) + good[-8:] if damage is None else damage)
    assert ids(load_ruleset(user, cache, shipped=shipped)) == ["HR-GIT-001"] and file.read_bytes() == good


def test_a_cache_that_cannot_be_written_costs_only_time(folders):
    shipped, user, cache = folders
    (cache / "file").write_text("")
    assert ids(load_ruleset(user, cache / "file" / "sub", shipped=shipped)) == ["HR-GIT-001"]


def test_no_rule_at_all_is_an_error(folders):
    _, user, cache = folders
    with pytest.raises(EmptyRuleSet):
        load_ruleset(user, cache, shipped=user)


def test_rules_are_decoded_one_by_one(folders):
    shipped, user, cache = folders
    load_ruleset(user, cache, shipped=shipped)
    ruleset = load_ruleset(user, cache, shipped=shipped).ruleset
    assert not ruleset.rules._known and ruleset.rule("HR-GIT-001") is ruleset.rules[0] and list(ruleset.rules._known) == [0]
    assert ruleset.rule("NONE") is None and len(ruleset.rules[:1]) == 1


@pytest.mark.skipif("hyperscan" not in engines.available(), reason="no wheel here")
def test_a_users_pattern_is_compiled_alone(folders, rule_text):
    shipped, user, cache = folders
    (shipped / "more.yaml").write_text(rule_text("patterns: {any: [{type: contains, value: alpha}]}", id="HR-GIT-002", category="git-loss"))
    first = load_ruleset(user, cache, shipped=shipped)
    engines.compile_all(first.ruleset.uncompiled(), cache)
    before = {file: file.stat().st_mtime_ns for file in cache.glob("*.hsdb")}
    (user / "mine.yaml").write_text(rule_text("patterns: {any: [{type: contains, value: beta}]}"))
    load_ruleset(user, cache, first, shipped)
    after = {file: file.stat().st_mtime_ns for file in cache.glob("*.hsdb")}
    assert before and before.items() < after.items()


@pytest.mark.skipif("hyperscan" not in engines.available(), reason="no wheel here")
def test_a_database_that_was_deleted_is_made_again(folders, rule_text):
    shipped, user, cache = folders
    (user / "mine.yaml").write_text(rule_text("patterns: {any: [{type: contains, value: alpha}]}"))
    load_ruleset(user, cache, shipped=shipped)
    names = {file.name for file in cache.glob("*.hsdb")}
    for name in names:
        (cache / name).unlink()
    load_ruleset(user, cache, shipped=shipped)
    assert names and {file.name for file in cache.glob("*.hsdb")} == names
