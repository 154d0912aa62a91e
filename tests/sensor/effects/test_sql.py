"""Which statements of a database client certainly take nothing away."""

from __future__ import annotations

import pytest

from sensor.effects.sql import REMOVES_NOTHING


@pytest.fixture
def excused(effects_of):
    return lambda command: REMOVES_NOTHING in effects_of(command).effects[-1].flags


@pytest.mark.parametrize("command", [
    "psql -c \"SELECT 'DROP TABLE users;'\"",
    "psql shop --command=\"INSERT INTO log VALUES ('DELETE FROM users')\"",
    "psql -c 'EXPLAIN DELETE FROM users'",
    "psql -c \"COMMENT ON TABLE t IS 'never drop table t'\"",
    "psql -c '/* DROP TABLE users */ SELECT 1'",
    "psql -c 'BEGIN; DELETE FROM users; ROLLBACK'",
    "psql <<'EOF'\n-- DROP TABLE users\nSELECT 1;\nEOF",
    "echo 'SELECT 1' | psql",
    "mysql -e \"SHOW TABLES LIKE 'drop table%'\"",
    "sqlite3 app.db .schema",
    "sqlite3 :memory: 'CREATE TABLE t (x); DROP TABLE t'",
    "sqlite3 /tmp/t.db 'DROP TABLE t'",
])
def test_nothing_is_removed(excused, command):
    assert excused(command)


@pytest.mark.parametrize("command", [
    "psql",
    "psql -c 'DROP TABLE users'",
    "psql -c 'SELECT 1' -c 'DROP TABLE users'",
    "psql -c 'select 1\n; drop table users'",
    "psql -c 'SELECT 1' -f x.sql",
    "psql -c \"SELECT '$X'\"",
    "cat x.sql | psql -c 'SELECT 1'",
    "echo 'DROP TABLE users' | psql -c 'SELECT 1'",
    "psql -c 'EXPLAIN ANALYZE DELETE FROM users'",
    "psql -c 'WITH d AS (DELETE FROM users) SELECT 1'",
    "psql -c 'BEGIN; DELETE FROM users; COMMIT; ROLLBACK'",
    "psql -c \"DO 'BEGIN DROP TABLE users; END'\"",
    "psql -c \"SELECT dblink_exec('DROP TABLE users')\"",
    r"psql -c 'SELECT c FROM t \gexec'",
    r"""psql -c "SELECT '\'; DROP TABLE users; --'" """,
    "psql -c \"SELECT 1--'\n; DROP TABLE users; --'\"",
    "psql -c \"SELECT \\$\\$'\\$\\$; DROP TABLE users; SELECT \\$\\$'\\$\\$\"",
    "mysql -e '/*! DROP TABLE users */'",
    "mysql -e \"SELECT \\`'\\`; DROP TABLE users; SELECT \\`'\\`\"",
    "mysql --init-command='DROP TABLE users' -e 'SELECT 1'",
    "sqlite3 :memory: \"ATTACH 'app.db' AS a; DROP TABLE a.t\"",
    "sqlite3 :memory: '.open app.db' 'DROP TABLE t'",
    "sqlite3 \"$DB\" 'DROP TABLE t'",
])
def test_something_may_be_removed(excused, command):
    assert not excused(command)


def test_statements_beyond_the_bound(excused):
    assert excused("psql -c 'SELECT " + "1, " * 2000 + "1'")
    assert not excused("psql -c 'SELECT " + "1, " * 8000 + "1'")
