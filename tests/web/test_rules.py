"""Rules."""

from __future__ import annotations

import re

from sensor.store.queries.counters import RuleCount


def test_the_list_joins_loaded_rules_with_counts(person):
    text = person.get("/rules").get_data(as_text=True)
    assert "HR-NET-008" in text and "Deletes the whole home folder" in text and 'href="/events?rule=HR-DST-001"' in text


def test_the_number_of_rules_is_that_of_the_sensor_and_other_checks_are_counted_apart(person, dataset, monkeypatch):
    monkeypatch.setattr(dataset, "RULES", [rule for rule in dataset.RULES if rule["id"] != "HR-DST-001"])
    text = " ".join(re.sub(r"<[^>]+>", "", person.get("/rules").get_data(as_text=True)).split())
    assert f"{len(dataset.RULES)} rules, 1 other check that matched, matches" in text
    assert "Built-in checks and removed rules 1 check" in text
    text = " ".join(re.sub(r"<[^>]+>", "", person.get("/rules?category=execution").get_data(as_text=True)).split())
    assert f"1 of {len(dataset.RULES)} rules, matches" in text


def test_a_core_rule_that_the_user_weakened_is_told_on_its_page_and_in_the_list(person, dataset, monkeypatch):
    assert "weakened" not in person.get("/rules").get_data(as_text=True)
    how = "a core rule no longer stops anything: <mine>"
    monkeypatch.setattr(dataset, "RULES", [{**rule, "weakened": how if rule["id"] == "HR-DST-001" else ""} for rule in dataset.RULES])
    for page in ("/rules", "/rules/HR-DST-001"):
        text = person.get(page).get_data(as_text=True)
        assert "eakened in config.yaml:" in text and "no longer stops anything: &lt;mine&gt;" in text
    assert "weakened" not in person.get("/rules/HR-EXE-002").get_data(as_text=True)


def test_without_a_sensor_the_counted_ones_are_shown(visitor):
    text = visitor.log_in().get("/rules").get_data(as_text=True)
    assert "HR-DST-001" in text and "HR-NET-008" not in text and "not known" in text
    assert "What matched" in text and "Built-in" not in text and "that matched in the last 7 days" in text and "0 rules" not in text


def test_one_rule_shows_its_text_and_latest_matches(person):
    text = person.get("/rules/HR-EXE-002").get_data(as_text=True)
    assert "command: rm" in text and "get.example.dev/install.sh" in text


def test_an_unknown_rule_is_no_page_and_the_sensor_says_so_to_programs(person):
    answer = person.get("/rules/HR-NOPE-1")
    assert answer.status_code == 404 and b"No rule has the id HR-NOPE-1." in answer.data
    assert person.get("/api/v1/rules/HR-NOPE-1").json["error"] == "no such rule"


def test_a_finding_that_is_no_rule_leads_to_its_matches(person, sensor):
    original = sensor._answer
    sensor._answer = lambda op, args: (2, {"error": "no such rule"}) if op == "rules.show" else original(op, args)
    answer = person.get("/rules/HR-EXE-002")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "No rule of a file" in text and "get.example.dev/install.sh" in text


def shown(text: str) -> list[str]:
    return re.findall(r'<td class="c-rule"><span class="rule-id">([^<]+)<', text)


def test_the_list_is_by_category_and_filters(person):
    text = person.get("/rules").get_data(as_text=True)
    assert text.index("<strong>Destruction<") < text.index("<strong>Network<")  # categories with matches come first
    assert shown(person.get("/rules?text=group+7").get_data(as_text=True)) == ["HR-NET-007"]
    assert shown(person.get("/rules?category=execution").get_data(as_text=True)) == ["HR-EXE-002"]
    assert set(shown(person.get("/rules?severity=critical").get_data(as_text=True))) == {"HR-DST-001", "HR-SLF-001"}
    assert not any(rule.startswith("HR-NET") for rule in shown(person.get("/rules?only=matched").get_data(as_text=True)))
    assert "No rule fits" in person.get("/rules?text=zebrafish").get_data(as_text=True)


def test_before_any_work_the_matches_are_those_of_test_calls(person, monkeypatch):
    monkeypatch.setattr("web.rules.counters.rules_fired", lambda index, now, played=False: (RuleCount(rule="HR-EXE-002", n=5),) if played else ())
    for is_new, expected in ((False, False), (True, True)):
        monkeypatch.setattr("web.rules.counters.only_played", lambda index, now, known=is_new: known)
        text = person.get("/rules?only=matched").get_data(as_text=True)
        assert ("HR-EXE-002" in shown(text)) is ("last 7 days (test calls)" in text) is expected
        assert ("5</a> <span class=\"muted\">in 7 days (test calls)" in person.get("/rules/HR-EXE-002").get_data(as_text=True)) is expected
        assert person.get("/api/v1/rules").json["test_calls"] is expected


def test_what_matched_but_is_not_loaded_is_kept():
    from web.rules import grouped, joined

    rows = joined(({"id": "A", "category": "x"},), {"A": 1, "GONE": 3})
    assert [(group.category, group.n) for group in grouped(rows)] == [("x", 1), ("", 3)]
    assert [group.title for group in grouped(({"id": "A", "category": "persistence-macos", "n": 0}, {"id": "B", "category": "mcp-poisoning", "n": 0}))] == ["MCP poisoning", "Persistence macOS"]


def test_groups_are_folded_until_somebody_looks_for_something(person):
    text = person.get("/rules").get_data(as_text=True)
    assert text.count("<details") == len({"destruction", "credentials", "execution", "history", "supply chain", "self-protection", "network"}) and "open>" not in text
    for query in ("text=home", "severity=critical", "only=matched", "category=network"):
        text = person.get(f"/rules?{query}").get_data(as_text=True)
        assert text.count("<details") == text.count(" open>") > 0, query


def test_examples_of_both_sides_are_shown_as_text(person):
    text = person.get("/rules/HR-EXE-002").get_data(as_text=True)
    assert '<li class="hits">' in text and '<li class="passes">' in text and "rm -rf ./build" in text and "T1485" in text


def test_rules_from_the_cache_come_without_examples_which_are_in_their_file(person, sensor, dataset, tmp_path):
    from sensor.policy.load import load_rules

    known = next(rule for rule in load_rules().rules if rule.id == "HR-DST-001")
    shown = {"id": known.id, "name": known.name, "shipped": True, "examples": {"true_positive": [], "true_negative": []}, "where": {"source": known.where.source}}
    original = sensor._answer
    sensor._answer = lambda op, args: (0, shown) if op == "rules.show" else original(op, args)
    text = person.get("/rules/HR-DST-001").get_data(as_text=True)
    assert text.count('<li class="hits">') == 3 and text.count('<li class="passes">') == 3
    for source in (str(tmp_path / "gone.yaml"), str(tmp_path), ""):
        shown["where"] = {"source": source}
        assert "Examples" not in person.get("/rules/HR-DST-001").get_data(as_text=True)


def test_examples_of_any_shape_do_not_break_the_page():
    from web.rules import examples

    assert examples(None) == () and examples({"true_positive": "x"}) == ()
    (line,) = examples({"true_positive": [{"tool": "Read", "input": {"file_path": "/a"}}]})
    assert line.text == "/a" and line.hits
