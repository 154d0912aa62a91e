import io
import json
import re
import sys

import pytest
from rich.console import Console

from sensor.cli.output import Printer, confirmed, counted, fail, from_home, progress, visible
from sensor.model.errors import UsageError


@pytest.mark.parametrize(("text", "shown"), [
    ("plain text", "plain text"),
    ("a\nb", "a⏎b"),
    ("\x1b[2Jgone", "␛[2Jgone"),
    ("\x7f", "␡"),
    ("\u202egpj.exe", "⟨U+202E⟩gpj.exe"),
    ("ze\u200bro", "ze⟨U+200B⟩ro"),
    ("\U000e0041", "⟨U+E0041⟩"),
    ("grün 日本", "grün 日本"),
])
def test_what_could_move_the_cursor_is_shown(text, shown):
    assert visible(text) == shown


def test_a_number_has_its_noun_in_the_right_form():
    assert [counted(1, "file"), counted(0, "file"), counted(1200, "file"), counted(2, "history", "histories")] == ["1 file", "0 files", "1,200 files", "2 histories"]


def test_a_path_below_home_is_told_from_home(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ann")
    assert [from_home(path) for path in ("/home/ann", "/home/ann/.bashrc", "/home/anne/.bashrc", "/etc/profile")] == ["~", "~/.bashrc", "/home/anne/.bashrc", "/etc/profile"]


def test_json_is_one_object_with_the_schema_version(capsys):
    assert Printer(True).result({"a": [1]})
    assert json.loads(capsys.readouterr().out) == {"schema_version": 1, "a": [1]}
    assert not Printer(False).result({"a": 1}) and capsys.readouterr().out == ""


def test_a_table_in_a_pipe_is_never_cut_and_has_no_colours(capsys):
    Printer(False).table(("ID", "CALL"), [("Q1", "x" * 300), ("Q2", "\x1b[31mred")], "nothing")
    out = capsys.readouterr().out
    assert "x" * 300 in out and "\x1b" not in out and "␛[31mred" in out


def _narrow(columns, rows, room):
    printer = Printer(False)
    printer._console = Console(width=room, force_terminal=True, no_color=True, highlight=False)
    printer.table(columns, rows, "")


COLUMNS = ("ID", "AGENT", "CALLS", "WHAT")
ROWS = [("0-1", "claude-code", "7", "rm -rf ./build and then some more words that do not fit"), ("0-12", "cursor", "1,200", ""), ("0-3", "cursor", "", "x" * 50)]


def _bare(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines()


def test_the_last_column_of_a_table_is_folded_below_itself_between_words(capsys):
    _narrow(COLUMNS, ROWS, 60)
    assert _bare(capsys.readouterr().out) == [
        "ID    AGENT        CALLS  WHAT",
        "0-1   claude-code      7  rm -rf ./build and then some more",
        "                          words that do not fit",
        "0-12  cursor       1,200",
        "0-3   cursor              " + "x" * 34,
        "                          " + "x" * 16,
    ]


def test_columns_without_room_stand_below_and_no_line_is_wider_than_the_terminal(capsys):
    _narrow(COLUMNS, ROWS, 40)
    lines = _bare(capsys.readouterr().out)
    assert lines[:4] == ["ID    AGENT        CALLS", "    WHAT", "0-1   claude-code      7", "    rm -rf ./build and then some more"]
    assert "0-12  cursor       1,200" in lines and max(map(len, lines)) <= 40
    assert "".join(lines).count("x") == 50


def test_long_lines_and_facts_are_folded_between_words_on_a_terminal_only(capsys):
    printer = Printer(False)
    printer._console = Console(width=30, force_terminal=True, no_color=True, highlight=False)
    printer.line("    one two three four five six seven eight\nnine")
    printer.facts([("why", "one two three four five six seven eight"), ("path", "/" + "x" * 50)])
    lines = _bare(capsys.readouterr().out)
    assert lines[:3] == ["    one two three four five", "    six seven eight", "nine"]
    assert lines[3:5] == ["  why   one two three four", "        five six seven eight"] and max(map(len, lines)) <= 30 and "".join(line.removeprefix("  path") for line in lines[5:]).count("x") == 50
    Printer(False).line("word " * 40)
    assert capsys.readouterr().out == "word " * 40 + "\n"


def test_an_error_is_folded_like_everything_else(capsys, monkeypatch):
    monkeypatch.setattr("sensor.cli.output.room_of", lambda console: 20)
    with pytest.raises(SystemExit):
        fail("one two three four five", "six seven eight nine ten", 2)
    assert capsys.readouterr().err == "error: one two three\nfour five\nsix seven eight nine\nten\n"


def test_an_empty_table_says_what_to_do(capsys):
    Printer(False).table(("ID",), [], "Nothing waits.")
    assert capsys.readouterr().out == "Nothing waits.\n"


def test_facts_are_aligned(capsys):
    Printer(False).facts([("a", "1"), ("longer", "2\t")])
    assert capsys.readouterr().out == "  a       1\n  longer  2␉\n"


def test_an_error_goes_to_stderr_with_its_exit_code(capsys):
    with pytest.raises(SystemExit) as ended:
        fail("no such rule", "See handrail rules list", 2)
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (2, "") and err == "error: no such rule\nSee handrail rules list\n"


def test_json_holds_nothing_that_moves_a_cursor_or_turns_text_and_means_the_same(capsys):
    value = {"text": "\x9b31m\x7f\u202eevil\u2066\U000e0041 grün 日本 \x1b"}
    Printer(as_json=True).result(value)
    text = capsys.readouterr().out
    assert json.loads(text)["text"] == value["text"] and "grün 日本" in text
    assert not {char for char in text if visible(char) != char} - {"\n"}


def test_an_error_with_foreign_words_moves_no_cursor(capsys):
    with pytest.raises(SystemExit):
        fail("\x1b]0;x\x07 is wrong\nsecond line", "\x9b31m", 2)
    said = capsys.readouterr().err
    assert "␛]0;x␇ is wrong\nsecond line" in said and not {"\x1b", "\x07", "\x9b"} & set(said)


def test_where_nobody_can_be_asked_the_command_without_a_question_is_named():
    with pytest.raises(UsageError) as error:
        confirmed("Sure?", "handrail x --yes")
    assert "handrail x --yes" in error.value.next_step


@pytest.mark.parametrize(("typed", "answer"), [("y\n", True), ("\n", False), ("", False)])
def test_the_end_of_input_is_a_no(monkeypatch, typed, answer):
    class Keys(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stdin", Keys(typed))
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda prompt: sys.stdin.readline() or (_ for _ in ()).throw(EOFError))
    assert confirmed("Sure?", "x") is answer


def _folded(text, room, capsys):
    printer = Printer(False)
    printer._console = Console(width=room, force_terminal=True, no_color=True, highlight=False)
    printer.line(text)
    return capsys.readouterr().out.splitlines()


def test_a_long_path_is_folded_behind_a_slash_and_a_long_word_anywhere(capsys):
    assert _folded("/home/dev/projects/shop/src/application.js", 24, capsys) == ["/home/dev/projects/shop/", "src/application.js"]
    assert _folded("x" * 30, 24, capsys) == ["x" * 24, "x" * 6]
    assert _folded("a/" + "x" * 40, 24, capsys) == ["a/" + "x" * 22, "x" * 18]


def test_what_a_label_names_stands_below_itself(capsys):
    assert _folded("  high  HR-X  Recursive delete outside of it", 30, capsys) == ["  high  HR-X  Recursive delete", "              outside of it"]
    assert _folded("  no label, only words that go on", 24, capsys) == ["  no label, only words", "  that go on"]


def test_progress_is_counted_and_foretells_no_time(monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with progress(2, "files", False) as done:
        done()
        done()
    shown = capsys.readouterr().err
    assert "50%" in shown and "100%" in shown and ":" not in shown
    with progress(2, "files", True) as done:
        done()
    assert capsys.readouterr().err == ""
