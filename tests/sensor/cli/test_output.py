import json

import pytest

from sensor.cli.output import Printer, fail, visible


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


def test_json_is_one_object_with_the_schema_version(capsys):
    assert Printer(True).result({"a": [1]})
    assert json.loads(capsys.readouterr().out) == {"schema_version": 1, "a": [1]}
    assert not Printer(False).result({"a": 1}) and capsys.readouterr().out == ""


def test_a_table_in_a_pipe_is_never_cut_and_has_no_colours(capsys):
    Printer(False).table(("ID", "CALL"), [("Q1", "x" * 300), ("Q2", "\x1b[31mred")], "nothing")
    out = capsys.readouterr().out
    assert "x" * 300 in out and "\x1b" not in out and "␛[31mred" in out


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
