import pytest

from hooks.usage import Used
from sensor.access.ledger import MAX_DAYS, MAX_SESSIONS, Ledger


def used(message="m", model="a", day="", **numbers):
    return Used(message, model, day, *({"input": 0, "output": 0, "cache_write": 0, "cache_read": 0} | numbers).values())


class Book:
    def __init__(self, file) -> None:
        self.file, self.day, self.later = file, "2030-01-02", []
        self.open()

    def open(self) -> None:
        self.ledger = Ledger(self.file, lambda: self.day, self.later.append)


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path / "usage.json")


def test_calls_and_tokens_are_summed_by_day_agent_model_and_session(book):
    book.ledger.call("x", "s1")
    book.ledger.used("x", "s1", "f", 10, [used("1", input=5, output=2, cache_read=9), used("2", "b", cache_write=3)])
    book.ledger.used("x", "s2", "f2", 10, [used("3", day="2030-01-01", input=7)])
    assert book.ledger.agents("2030-01-02")["x"]["a"].tokens == 7 and book.ledger.agents("2030-01-02")["x"][""].calls == 1
    assert book.ledger.agents("2030-01")["x"]["a"].tokens == 14 and book.ledger.agents("2030-01-01")["x"]["a"].requests == 1
    assert sum(one.tokens for one in book.ledger.session("x", "s1").values()) == 10 and book.ledger.session("x", "none") == {}


def test_calls_that_nobody_asked_about_are_saved_and_stand_behind_each_other(book):
    for session in ("s1", "s2", "s2", "s1"):
        book.ledger.call("x", session)
    assert len(book.later) == 1
    book.later.pop()()
    book.ledger.call("x", "s2")
    assert book.ledger.session("x", "s2")[""].calls == 3
    book.ledger.write()
    book.open()
    assert book.ledger.agents(book.day)["x"][""].calls == 5 and list(book.ledger.sessions()) == ["x s1", "x s2"]


def test_cpu_time_is_counted_from_the_first_look_and_never_backwards(book):
    for process, seconds in (("7 1", 100.0), ("7 1", 101.5), ("8 2", 5.0), ("7 1", 101.0), ("7 1", 101.25), ("8 2", 5.5)):
        book.ledger.cpu("x", "s1", process, seconds)
    assert book.ledger.agents(book.day)["x"][""].cpu_ms == 1500 + 250 + 500 and book.ledger.session("x", "s1")[""].cpu_ms == 2250
    book.later.pop()()
    book.open()
    book.ledger.cpu("x", "s1", "7 1", 102.25)
    assert book.ledger.agents(book.day[:7])["x"][""].cpu_ms == 3250, "a restart counts nothing twice and goes on where it was"


def test_one_message_in_several_lines_or_histories_counts_once_with_its_largest_numbers(book):
    book.ledger.used("x", "s1", "f", 10, [used("1", input=5, output=1), used("1", input=5, output=8)])
    book.ledger.used("x", "s1", "copy", 10, [used("1", input=5, output=8), used("1", input=5, output=3)])
    (counts,) = book.ledger.agents(book.day)["x"].values()
    assert (counts.requests, counts.input, counts.output) == (1, 5, 8)


def test_a_restart_counts_nothing_twice_and_forgets_nothing(book):
    book.ledger.used("x", "s1", "f", 77, [used("1", input=5)])
    book.ledger.call("x", "s1")
    assert len(book.later) == 1, "one write for many changes"
    book.later.pop()()
    book.open()
    assert book.ledger.offset("f") == 77 and book.ledger.offset("other") == 0
    book.ledger.used("x", "s1", "f", 80, [used("1", input=5)])
    assert book.ledger.agents(book.day)["x"]["a"].input == 5 and book.ledger.agents(book.day)["x"][""].calls == 1
    assert book.file.stat().st_mode & 0o077 == 0


def test_what_is_not_saved_is_read_again_from_the_old_place(book):
    book.ledger.write()
    book.ledger.used("x", "s1", "f", 77, [used("1", input=5)])
    book.open()
    assert book.ledger.offset("f") == 0 and book.ledger.agents(book.day) == {}


def test_a_file_that_cannot_be_read_is_set_aside(book):
    book.file.write_text("{")
    book.open()
    assert book.ledger.agents(book.day) == {} and book.file.with_suffix(".broken").read_text() == "{"
    assert "counted anew" in book.ledger.lost and "usage.broken" in book.ledger.lost
    book.ledger.call("x", "s")
    book.open()
    assert book.ledger.lost == ""


def test_old_days_and_sessions_go(book):
    for number in range(MAX_DAYS + 5):
        book.day = f"20{30 + number // 28}-01-{number % 28 + 1:02}"
        book.ledger.call("x", f"s{number}")
    assert book.ledger.agents("2030-01-01") == {} and book.ledger.agents(book.day)
    for number in range(MAX_SESSIONS + 5):
        book.ledger.call("x", f"t{number}")
    assert len(book.ledger.sessions()) == MAX_SESSIONS


def test_a_day_of_the_future_is_today_and_a_lift_ends_with_the_day(book):
    book.ledger.used("x", "s", "f", 1, [used("1", day="2999-01-01", input=5)])
    assert book.ledger.agents(book.day)["x"]["a"].input == 5
    book.ledger.lift("x")
    book.open()
    assert book.ledger.is_lifted("x") and not book.ledger.is_lifted("*")
    book.day = "2030-01-03"
    assert not book.ledger.is_lifted("x")
    assert book.ledger.tell("a") and not book.ledger.tell("a")


def test_a_disk_that_is_full_costs_no_call(book, tmp_path):
    book.ledger = Ledger(tmp_path / "gone" / "usage.json", lambda: book.day, lambda write: write())
    book.ledger.call("x", "s")
    assert book.ledger.agents(book.day)["x"][""].calls == 1
