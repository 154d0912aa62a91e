"""Which texts are statements, and whose client would run them."""

from __future__ import annotations

import shlex
import time

import pytest

from sensor.effects.statements import MAX_STATEMENT, as_client_run

NOTHING: frozenset[str] = frozenset()


@pytest.mark.parametrize("text", [
    "SELECT 1", "-- a note\nDROP TABLE a", "/* b */ truncate a", "with x as (delete from a returning 1) select 1", "(select 1)", "Alter Table a drop column b",
    "copy a to program 'x'", "GRANT ALL ON a TO b", "BEGIN; DELETE FROM a; COMMIT", "create or replace function f() returns int as $$ x $$",
])
def test_sql_is_run_by_a_client(text):
    assert shlex.split(as_client_run(text, NOTHING, "")) == ["psql", "-c", text]


@pytest.mark.parametrize("text", ["", "drop me a line", "delete the old notes", "update the docs", "match the colours", "create a table of contents", "how to select a database", "db is down", "SELECT 1" + " " * MAX_STATEMENT])
def test_other_texts_are_none(text):
    assert as_client_run(text, NOTHING, "") == ""


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
