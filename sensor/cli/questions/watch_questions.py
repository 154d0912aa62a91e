"""What `handrail quarantine watch` asks back before it decides: a note, a lasting permission, a second yes. Knows nothing of terminals.

Lines are typed one after the other; a review, where there is one, takes exactly the key y, and only when all of it was on the screen.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import NamedTuple

from rich.cells import cell_len

from sensor.cli.output import visible
from sensor.model.held import MAX_DAYS, Held

ENTER, ERASE, LEAVE = "enter", "erase", "quit"
YES = "y"
MAX_LENGTH = 300
USUAL_DAYS = 7

Answers = tuple[str, ...]


class Wish(NamedTuple):
    """A decision: an operation of the sensor with its arguments, and what is said when it is done."""

    op: str
    args: dict[str, str | int]
    done: str


class Question(NamedTuple):
    """One line to type. `problem` says what is wrong with an answer, "" = nothing; `proposal` stands there at first."""

    words: str
    problem: Callable[[str], str]
    proposal: str = ""


class Dialogue:
    """Questions about one call, then a review. `over` once it was answered or left; `wish` is then what was decided, if anything was."""

    def __init__(self, call: str, questions: tuple[Question, ...], review: Callable[[Answers], Answers], wish: Callable[[Answers], Wish]) -> None:
        """`review` gives the paragraphs to agree to; none = the answers alone decide."""
        self.call = call
        self.over = False
        self.wish: Wish | None = None
        self.was_shown = False
        self._questions = questions
        self._review = review
        self._make = wish
        self._answers: Answers = ()
        self._problem = ""
        self._text = questions[0].proposal if questions else ""

    @property
    def _question(self) -> Question | None:
        return self._questions[len(self._answers)] if len(self._answers) < len(self._questions) else None

    @property
    def review(self) -> Answers:
        """What there is to agree to now; nothing while a question is open."""
        return self._review(self._answers) if self._question is None else ()

    @property
    def keys(self) -> str:
        """What can be pressed."""
        return "enter go on  esc back" if self._question is not None else f"{YES} yes  any other key: back"

    def line(self, width: int) -> str:
        """The line that is being typed; of a long one the end."""
        if self._question is None:
            return "Make the window larger to read all of it." if not self.was_shown else ""
        text, words = f"{visible(self._text)}_", f"{self._problem or self._question.words} "
        while text and cell_len(words) + cell_len(text) > width:
            text = text[1:]
        return words + text

    def press(self, key: str) -> None:
        """Take one key: a character, ENTER, ERASE or LEAVE; "" is none."""
        question = self._question
        if not key:
            return
        if question is None:
            if key == YES and not self.was_shown:
                return
            self.over = True
            self.wish = self._make(self._answers) if key == YES else None
        elif key == LEAVE:
            self.over = True
        elif key == ENTER:
            self._problem = question.problem(self._text.strip())
            if not self._problem:
                self._next()
        elif key == ERASE:
            self._text = self._text[:-1]
        elif len(key) == 1 and key.isprintable() and len(self._text) < MAX_LENGTH:
            self._text += key

    def _next(self) -> None:
        self._answers += (self._text.strip(),)
        question = self._question
        self._text = question.proposal if question is not None else ""
        if question is None and not self.review:
            self.over, self.wish = True, self._make(self._answers)


def refusal(call: Held) -> Dialogue:
    """A no with a note."""
    return Dialogue(call.id, (Question("Why not?", _anything),), lambda answers: (),
                    lambda answers: Wish("quarantine.reject", {"id": call.id, "reason": answers[0]}, f"Rejected {call.id}."))


def second_yes(call: Held, wish: Wish) -> Dialogue:
    """Ask again before `wish` is carried out."""
    return Dialogue(call.id, (), lambda answers: (f"{call.id} is critical: {call.reason} ({call.rule})", "Approve it all the same?"), lambda answers: wish)


def permission(call: Held, today: datetime.date) -> Dialogue:
    """Always allow this call here: for how long and why, then everything once more."""

    def review(answers: Answers) -> Answers:
        folder = next((text for label, text in call.lines if label == "folder"), "its folder")
        until = today + datetime.timedelta(days=int(answers[0]))
        return (f"Let exactly {call.id} pass without a question until {until.isoformat()}, in every session of {call.agent} in {folder}?",
                *((f"It is critical: {call.reason} ({call.rule})",) if call.critical else ()), f"Why: {answers[1]}",
                "Another character, folder, agent or kind of sub-agent is asked about as before. To take it back: handrail quarantine revoke.")

    def wish(answers: Answers) -> Wish:
        asked: dict[str, str | int] = {"id": call.id, "days": int(answers[0]), "reason": answers[1]}
        return Wish("quarantine.allow", asked, f"Always allowed here for {answers[0]} days: {call.id}.")

    days = Question(f"For how many days (1 to {MAX_DAYS})?", _days, str(USUAL_DAYS))
    return Dialogue(call.id, (days, Question("Why is it always right here?", _reason)), review, wish)


def _anything(text: str) -> str:
    return ""


def _reason(text: str) -> str:
    return "" if text else "A reason is needed. Why is it always right here?"


def _days(text: str) -> str:
    return "" if text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_DAYS else f"A number from 1 to {MAX_DAYS}:"
