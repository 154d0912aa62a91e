"""Consoles of databases behind other programs."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "statement"), [
    ("rails dbconsole <<< 'drop table users'", "drop table users"), ("bin/rails db -e production <<< 'drop table users'", "drop table users"), ("python manage.py dbshell <<< 'drop table users'", "drop table users"),
    ("heroku pg:psql -a app -c 'drop table users'", "drop table users"), ("fly pg connect -a db <<< 'drop table users'", "drop table users"), ("npx prisma db execute --stdin <<< 'drop table users'", "drop table users"),
    ("aws rds-data execute-statement --sql='drop table users'", "drop table users"), ("gcloud spanner databases execute-sql d --instance=i --sql='drop table users'", "drop table users"), ("wp db query 'drop table users'", "drop table users"),
    ("php bin/console dbal:run-sql 'drop table users'", "drop table users"),
])
def test_a_statement_runs_as_by_a_client(effects_of, command, statement):
    assert any(effect.program == "psql" and statement in effect.argv for effect in effects_of(command).effects)


def test_documents_are_known_by_their_calls(effects_of):
    assert any(effect.program == "mongosh" for effect in effects_of("railway connect mongo <<< 'db.dropDatabase()'").effects)


@pytest.mark.parametrize("command", ["heroku pg:info <<< 'drop table users'", "rails console", "aws s3 ls --query 'Contents[]'", "python manage.py migrate -c x", "wp db query", "fly pg list"])
def test_other_commands_run_no_statement(effects_of, command):
    assert not any(effect.program in ("psql", "mongosh") for effect in effects_of(command).effects)
