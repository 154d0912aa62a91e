"""What the screen of waiting calls asks back."""

from __future__ import annotations

import datetime

import pytest
from rich.cells import cell_len

from sensor.cli.questions.watch_questions import MAX_LENGTH, Wish, permission, refusal, second_yes
from sensor.model.held import Held

TODAY = datetime.date(2030, 1, 1)
CALL = Held(id="Q3", agent="claude-code", reason="Overwrites history", rule="HR-GIT-001", lines=(("command", "git push --force"), ("folder", "/srv/shop")))


def typed(dialogue, *keys):
    for key in keys:
        dialogue.press(key)
    return dialogue


def test_a_note_may_be_empty_and_can_be_left():
    assert typed(refusal(CALL), "enter").wish == Wish("quarantine.reject", {"id": "Q3", "reason": ""}, "Rejected Q3.")
    left = typed(refusal(CALL), *"no", "quit")
    assert left.over and left.wish is None


def test_only_what_can_be_seen_is_typed():
    dialogue = typed(refusal(CALL), "a", "\x1b", "\u202e", "up", "\x00", "", "é", "漢")
    assert dialogue.line(80) == "Why not? aé漢_"
    assert typed(dialogue, "enter").wish.args["reason"] == "aé漢"


def test_a_long_line_shows_its_end_and_has_one():
    dialogue = typed(refusal(CALL), *"漢" * 400, "z")
    assert cell_len(dialogue.line(40)) <= 40
    assert len(typed(dialogue, "enter").wish.args["reason"]) == MAX_LENGTH


@pytest.mark.parametrize(("days", "fits"), [("7", True), ("90", True), ("1", True), ("0", False), ("91", False), ("", False), ("x", False), ("٣", False), ("-1", False)])
def test_days_are_a_number_from_1_to_90(days, fits):
    dialogue = typed(permission(CALL, TODAY), "erase", *days, "enter")
    assert ("right here" in dialogue.line(80)) is fits and ("A number from 1 to 90" in dialogue.line(80)) is not fits


def test_a_lasting_permission_needs_a_reason_and_a_yes_to_what_was_shown():
    dialogue = typed(permission(CALL, TODAY), "enter", " ", "enter")
    assert "A reason is needed" in dialogue.line(80) and not dialogue.over and dialogue.review == ()
    typed(dialogue, *"ours", "enter")
    assert "until 2030-01-08" in dialogue.review[0] and "/srv/shop" in dialogue.review[0] and "claude-code" in dialogue.review[0] and "Why: ours" in dialogue.review
    assert not typed(dialogue, "y").over, "not shown yet"
    dialogue.was_shown = True
    assert typed(dialogue, "y").wish.args == {"id": "Q3", "days": 7, "reason": "ours"}


def test_any_other_key_is_no_yes():
    for key in ("enter", "a", "Y", "quit"):
        dialogue = second_yes(CALL, Wish("quarantine.approve", {"id": "Q3"}, "done"))
        dialogue.was_shown = True
        assert typed(dialogue, key).over and dialogue.wish is None
    assert not typed(second_yes(CALL, Wish("x", {}, "")), "").over, "no key is no answer"
