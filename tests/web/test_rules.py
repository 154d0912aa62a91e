"""Rules."""

from __future__ import annotations


def test_the_list_joins_loaded_rules_with_counts(person):
    text = person.get("/rules").get_data(as_text=True)
    assert "HR-NET-008" in text and "Deletes the whole home folder" in text and 'href="/events?rule=HR-DST-001"' in text


def test_without_a_sensor_the_counted_ones_are_shown(visitor):
    text = visitor.log_in().get("/rules").get_data(as_text=True)
    assert "HR-DST-001" in text and "HR-NET-008" not in text and "not known" in text


def test_one_rule_shows_its_text_and_latest_matches(person):
    text = person.get("/rules/HR-EXE-002").get_data(as_text=True)
    assert "command: rm" in text and "get.example.dev/install.sh" in text


def test_an_unknown_rule_is_told_in_the_sensors_words(person):
    answer = person.get("/rules/HR-NOPE-1")
    assert answer.status_code == 409 and b"no such rule" in answer.data
