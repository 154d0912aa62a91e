"""What the screen of waiting calls shows, and what its keys wish."""

from __future__ import annotations

import datetime

import msgspec
import pytest
from rich.cells import cell_len

from sensor.cli.questions.watch_screen import KEYS, Screen, age, first_line
from sensor.model.held import Held

NOW = 1_000_000.0
TODAY = datetime.date(2030, 1, 1)


def call(name: str, command: str = "git push --force", **changes) -> Held:
    return Held(**{"id": name, "agent": "claude-code", "session": "s1", "tool": "Bash", "rule": "HR-GIT-001", "reason": "Overwrites history",
                          "lines": (("command", command), ("folder", "/srv/shop")), "created": NOW - 90, "expires": NOW + 7200, **changes})


def shown(screen: Screen, width: int = 80, height: int = 24) -> str:
    return "\n".join(line.text for line in screen.lines(width, height, NOW))


@pytest.fixture
def screen():
    screen = Screen()
    screen.update((call("Q3"), call("Q2", "rm -rf ~/old"), call("Q1")))
    shown(screen)
    screen.key("down", TODAY)
    return screen


def test_nothing_is_chosen_before_a_person_does(screen):
    fresh = Screen()
    fresh.update((call("Q3"), call("Q2")))
    assert "Choose a call" in shown(fresh) and fresh.chosen is None
    assert fresh.key("once", TODAY) is None and fresh.key("session", TODAY) is None and fresh.key("reject", TODAY) is None
    fresh.key("down", TODAY)
    assert fresh.chosen.id == "Q3", "the newest first"


def test_a_repeated_key_does_not_fall_on_the_next_call(screen):
    shown(screen)
    assert screen.key("once", TODAY).args["id"] == "Q3"
    screen.update((call("Q2"), call("Q1")))
    for _ in range(3):
        shown(screen)
        assert screen.key("once", TODAY) is None


def test_nothing_is_read_in_a_window_that_is_too_small(screen):
    screen.update((call("Q5", "\n".join(f"line {number}" for number in range(20))),))
    screen.key("down", TODAY)
    for _ in range(9):
        assert screen.lines(30, 3, NOW) == [("Make the window larger.", "warn")]
        screen.key("forward", TODAY)
    assert screen.key("once", TODAY) is None and screen.lines(0, 0, NOW) == []


def test_a_window_of_another_width_is_read_anew(screen):
    screen.update((call("Q5", "x" * 1500),))
    screen.key("down", TODAY)
    for _ in range(40):
        shown(screen, 40, 20)
        screen.key("forward", TODAY)
    assert screen.key("once", TODAY) is not None
    assert "more lines: space" in shown(screen, 60, 14) and screen.key("once", TODAY) is None


def test_the_chosen_call_is_shown_whole(screen):
    text = shown(screen)
    assert "3 calls wait for you" in text and "> Q3" in text and "2 min" in text
    assert "git push --force" in text and "/srv/shop" in text and "Overwrites history (HR-GIT-001)" in text and "runs out in 2 h" in text
    assert text.split("\n")[-1] == KEYS.ljust(80)[:80].rstrip()


def test_the_choice_moves_and_follows_its_call(screen):
    shown(screen)
    assert screen.key("down", TODAY) is None and screen.chosen.id == "Q2" and "rm -rf ~/old" in shown(screen)
    screen.update((call("Q9"), call("Q3"), call("Q2", "rm -rf ~/old"), call("Q1")))
    assert screen.chosen.id == "Q2", "a newer call must not slip under the key"
    for _ in range(9):
        screen.key("down", TODAY)
    assert screen.chosen.id == "Q1"


@pytest.mark.parametrize(("key", "op", "args"), [
    ("once", "quarantine.approve", {"id": "Q3", "scope": "once"}), ("session", "quarantine.approve", {"id": "Q3", "scope": "session"}),
    ("reject", "quarantine.reject", {"id": "Q3"}),
])
def test_keys_wish_decisions_about_the_chosen_call(screen, key, op, args):
    shown(screen)
    wish = screen.key(key, TODAY)
    assert (wish.op, wish.args) == (op, args) and "Q3" in wish.done


def test_a_critical_call_is_approved_by_a_second_yes_only(screen):
    screen.update((call("Q4", critical=True),))
    screen.key("down", TODAY)
    assert "critical: Overwrites history" in shown(screen)
    assert screen.key("once", TODAY) is None and screen.dialogue is not None
    assert screen.type("y") is None and screen.dialogue is not None, "what is asked was not on the screen yet"
    assert "Q4 is critical" in shown(screen)
    for key in ("a", "once", "enter"):
        screen.type(key)
        assert screen.dialogue is None
        screen.key("session", TODAY)
        shown(screen)
    assert screen.type("y").args == {"id": "Q4", "scope": "session"} and screen.dialogue is None
    assert screen.key("reject", TODAY).op == "quarantine.reject", "a no needs no second one"


def test_always_here_is_reviewed_and_only_for_a_call_that_was_read(screen):
    screen.update((call("Q5", "\n".join(f"line {number}" for number in range(60))),))
    screen.key("down", TODAY)
    shown(screen)
    assert screen.key("always", TODAY) is None and screen.dialogue is None and "scroll to its end" in screen.message.text
    screen.update((call("Q3"),))
    screen.key("down", TODAY)
    shown(screen)
    screen.key("always", TODAY)
    for key in ("enter", *"ours", "enter"):
        assert screen.type(key) is None
    text = shown(screen)
    assert "until 2030-01-08" in text and "/srv/shop" in text and "Why: ours" in text and "git push --force" in text
    assert screen.type("y").args == {"id": "Q3", "days": 7, "reason": "ours"}


def test_a_review_that_does_not_fit_is_not_agreed_to(screen):
    shown(screen)
    screen.key("always", TODAY)
    for key in ("enter", *"x" * 290, "enter"):
        screen.type(key)
    assert "Make the window larger" in shown(screen, 40, 12) and screen.type("y") is None and screen.dialogue is not None
    shown(screen, 80, 24)
    assert screen.type("y").op == "quarantine.allow"


def test_a_note_is_typed_and_ends_with_its_call(screen):
    shown(screen)
    screen.key("note", TODAY)
    assert "Why not? _" in shown(screen)
    for key in "use a brancj":
        screen.type(key)
    screen.type("erase")
    assert screen.type("h") is None and "use a branch_" in shown(screen)
    assert screen.type("enter").args == {"id": "Q3", "reason": "use a branch"}
    screen.key("note", TODAY)
    screen.update((call("Q2"), call("Q1")))
    assert screen.dialogue is None and screen.type("enter") is None and "Q3 no longer waits" in screen.message.text


def test_a_call_that_is_gone_is_not_decided_about(screen):
    shown(screen)
    screen.update((call("Q2"), call("Q1")))
    assert "Q3 no longer waits" in screen.message.text and screen.key("once", TODAY) is None, "its successor was not on the screen yet"
    screen.update(())
    assert "Nothing waits" in shown(screen) and screen.key("once", TODAY) is None and screen.key("reject", TODAY) is None


def test_a_long_call_is_approved_only_after_its_end_was_shown(screen):
    screen.update((call("Q5", "\n".join(f"line {number}" for number in range(60)) + "\nrm -rf ~"),))
    screen.key("down", TODAY)
    assert "more lines: space" in shown(screen) and "rm -rf ~" not in shown(screen)
    assert screen.key("once", TODAY) is None and "scroll to its end" in screen.message.text
    for _ in range(9):
        screen.key("forward", TODAY)
        text = shown(screen)
    assert "rm -rf ~" in text and "more lines" not in text
    assert screen.key("once", TODAY).args == {"id": "Q5", "scope": "once"}


def test_what_an_agent_wrote_cannot_move_the_cursor(screen):
    screen.update((call("Q6", "echo \x1b[2J\x1b[H safe \u202e oh \r\x07"),))
    screen.key("down", TODAY)
    text = shown(screen)
    assert "\x1b" not in text and "\u202e" not in text and "\r" not in text and "␛[2J" in text and "⟨U+202E⟩" in text


@pytest.mark.parametrize(("width", "height"), [(80, 24), (200, 60), (30, 10), (20, 8)])
def test_every_size_is_filled_and_kept(screen, width, height):
    screen.update((call("Q7", "echo 漢字 " * 50), *(call(f"R{number}") for number in range(40))))
    screen.key("down", TODAY)
    lines = screen.lines(width, height, NOW)
    assert len(lines) == height and all(cell_len(line.text) <= width for line in lines)


@pytest.mark.parametrize(("seconds", "words"), [(0, "0 s"), (59, "59 s"), (90, "2 min"), (7200, "2 h"), (200_000, "2 d"), (-5, "0 s")])
def test_ages_are_short(seconds, words):
    assert age(seconds) == words


@pytest.mark.parametrize(("lines", "text"), [
    ((("arguments", '{"file_path":"/h/x"}'), ("touches", "writes /h/x")), "writes /h/x"), ((("command", "ls"), ("touches", "reads /h")), "ls"), ((("arguments", "{}"),), "{}"), ((), ""),
])
def test_the_list_names_the_file_of_a_call(lines, text):
    assert first_line(lines) == text
    screen = Screen()
    screen.update((msgspec.structs.replace(call("Q1"), lines=lines),))
    assert f"Bash  {text}".rstrip() in shown(screen)


def test_what_the_demo_asked_is_marked():
    screen = Screen()
    screen.update((call("Q3", session="demo-1a2b3c4d"), call("Q2")))
    rows = [line for line in shown(screen).splitlines() if line.startswith("  Q")]
    assert ["test call: " in row for row in rows] == [True, False]
    screen.key("down", TODAY)
    assert "demo-1a2b3c4d (test call)" in shown(screen)


def test_the_list_gets_the_lines_that_the_chosen_call_leaves_free(screen):
    screen.update(tuple(call(f"Q{number:02}") for number in range(30)))
    free = [line.text for line in screen.lines(80, 24, NOW)]
    assert sum(" git push" in line for line in free) == 24 - 4 - 3, "nothing is chosen yet"
    screen.key("down", TODAY)
    lines = [line.text for line in screen.lines(80, 24, NOW)]
    assert lines.count("") <= 2 and any(line.startswith("asked") for line in lines) and not any("more lines" in line for line in lines)


def test_our_words_are_broken_between_words_and_a_rule_is_named_once(screen):
    screen.update((call("Q8", "x" * 200, reason="HR-GIT-001: " + "overwrites the history of a branch " * 5),))
    screen.key("down", TODAY)
    text = shown(screen, 60)
    assert text.count("HR-GIT-001") == 1 and text.split("command")[1].count("x") == 200
    words = {word for line in text.split("why")[1].split("command")[0].splitlines() for word in line.split()}
    assert words == {"HR-GIT-001:", "overwrites", "the", "history", "of", "a", "branch"}


def test_help_decides_nothing_and_any_key_closes_it(screen):
    shown(screen)
    assert screen.key("help", TODAY) is None and screen.helping
    text = shown(screen)
    assert "refuse it, with a note" in text and "any key: back" in text
    assert screen.type("") is None and screen.helping
    assert screen.type("a") is None and not screen.helping and "git push" in shown(screen)
