"""Which texts are statements, and whose client would run them."""

from __future__ import annotations

import shlex
import time

import pytest

from sensor.effects.tool_inputs.statements import MAX_STATEMENT, as_client_run, is_too_long

NOTHING: frozenset[str] = frozenset()


@pytest.mark.parametrize("text", [
    "SELECT 1", "-- a note\nDROP TABLE a", "/* b */ truncate a", "with x as (delete from a returning 1) select 1", "(select 1)", "Alter Table a drop column b",
    "copy a to program 'x'", "GRANT ALL ON a TO b", "BEGIN; DELETE FROM a; COMMIT", "create or replace function f() returns int as $$ x $$",
])
def test_sql_is_run_by_a_client(text):
    assert shlex.split(as_client_run(text, NOTHING, "")) == ["psql", "-c", text]


@pytest.mark.parametrize("text", ["", "drop me a line", "delete the old notes", "update the docs", "match the colours", "create a table of contents", "how to select a database", "db is down"])
def test_other_texts_are_none(text):
    assert as_client_run(text, NOTHING, "") == ""


def test_a_long_statement_is_run_without_its_comments_or_in_part():
    padding = "/*" + "x" * MAX_STATEMENT + "*/"
    assert shlex.split(as_client_run(f"{padding} DROP DATABASE a", NOTHING, ""))[2].strip() == "DROP DATABASE a"
    assert not is_too_long(f"{padding} DROP DATABASE a") and not is_too_long("SELECT 1")
    long = "INSERT INTO a VALUES " + "(1)," * MAX_STATEMENT
    assert is_too_long(long) and len(shlex.split(as_client_run(long, NOTHING, ""))[2]) == MAX_STATEMENT


def test_the_words_of_the_tool_choose_the_client():
    assert shlex.split(as_client_run("drop table a", frozenset({"mysql"}), "b")) == ["mysql", "-D", "b", "-e", "drop table a"]
    assert shlex.split(as_client_run("match (n) detach delete n", NOTHING, "")) == ["cypher-shell", "match (n) detach delete n"]
    assert shlex.split(as_client_run("match (n) delete n", frozenset({"neo4j"}), "b")) == ["cypher-shell", "-d", "b", "match (n) delete n"]
    assert shlex.split(as_client_run("db.a.drop()", NOTHING, "b")) == ["mongosh", "b", "--eval", "db.a.drop()"]
    assert shlex.split(as_client_run("db.a.drop()", NOTHING, "")) == ["mongosh", "--eval", "db.a.drop()"]


def test_what_is_in_the_text_stays_in_it():
    text = "select 'a''b' || $(rm x) || `y`"
    assert shlex.split(as_client_run(text, NOTHING, "")) == ["psql", "-c", text]


@pytest.mark.parametrize("note", ["/* */", "/**/", "-- \n ", "/*", "--\n"])
def test_notes_without_end_take_no_time(note):
    text = (note * MAX_STATEMENT)[: MAX_STATEMENT]
    start = time.thread_time()
    assert as_client_run(text, NOTHING, "") == ""
    assert time.thread_time() - start < 1


@pytest.mark.parametrize("text", ["; drop table a", "\ufeffdrop table a", "# x\ndrop table a", "/*!50000drop table a*/", "drop/**/table a"])
def test_what_stands_before_a_statement_hides_it_from_nobody(text):
    assert as_client_run(text, NOTHING, "")


@pytest.mark.parametrize("text", ["if 1=1 drop table a", "declare @s int", "use a; drop table b", "replace into a select 1", "prepare p as delete from a"])
def test_other_beginnings_are_statements_for_tools_of_databases(text):
    assert as_client_run(text, frozenset({"sql"}), "") and not as_client_run(text, NOTHING, "")
