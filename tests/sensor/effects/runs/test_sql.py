"""Which statements of a database client certainly take nothing away, or only what is there for tests."""

from __future__ import annotations

import pytest

from sensor.effects.runs.sql import COMPOSED, REMOVES_NOTHING, TEST_DATA, UNCOMMENTED, uncommented


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


@pytest.mark.parametrize("command", [
    "psql -c 'CREATE TEMP TABLE t AS SELECT * FROM users; DROP TABLE t'",
    "mysql app -e 'create temporary table t select * from users; delete from T where a = 1; drop table if exists t'",
    "mysql app <<< 'create temporary table t (a int); drop table t'",
    "sqlite3 app.db 'CREATE TEMP TABLE IF NOT EXISTS t (a); DROP TABLE t;'",
    "psql -v ON_ERROR_STOP=1 <<< 'create temp table t (a int); truncate t'",
])
def test_a_table_of_the_connection_is_no_loss(excused, command):
    assert excused(command)


@pytest.mark.parametrize("command", [
    "psql -c 'CREATE TABLE t (a int); DROP TABLE t'",
    "psql -c 'CREATE TEMP TABLE t (a int); DROP TABLE users'",
    "psql -c 'CREATE TEMP TABLE t (a int); DROP TABLE t, users'",
    "psql -c 'CREATE TEMP TABLE t (a int); DROP TABLE t; DROP TABLE t'",
    "psql -c 'DROP TABLE t; CREATE TEMP TABLE t (a int)'",
    "psql -c 'CREATE TEMP TABLE t (a int)' -c 'DROP TABLE t'",
    "psql -c 'BEGIN; CREATE TEMP TABLE t (a int); ROLLBACK; DROP TABLE t'",
    "psql -c 'CREATE TEMP TABLE t (a int); SET search_path = public, pg_temp; DROP TABLE t'",
    "psql -c 'CREATE TEMP TABLE t (a int) ON COMMIT DROP; DROP TABLE t'",
    "psql -c 'CREATE TEMP TABLE t (a int); DROP TABLE public.t'",
    "psql <<< 'create temp table t (a nosuchtype); drop table t'",
    "psql -v ON_ERROR_STOP=0 <<< 'create temp table t (a int); drop table t'",
    "mysql --force app -e 'create temporary table t (a int); drop table t'",
    "psql -c 'CREATE TEMP TABLE t AS SELECT 1 DROP TABLE users'",
    "mysql app -e 'create temporary table t (a int); delete from t, users using t join users'",
])
def test_a_table_that_lasts(excused, command):
    assert not excused(command)


def test_statements_beyond_the_bound(excused):
    assert excused("psql -c 'SELECT " + "1, " * 2000 + "1'")
    assert not excused("psql -c 'SELECT " + "1, " * 8000 + "1'")


@pytest.fixture
def spared(effects_of):
    return lambda command: TEST_DATA in effects_of(command).effects[-1].flags


@pytest.mark.parametrize("command", [
    "psql -c 'DROP DATABASE IF EXISTS app_test WITH (FORCE)'",
    "mysql -uroot -e 'DROP DATABASE IF EXISTS app_test; CREATE DATABASE app_test;'",
    "psql -c 'DROP TABLE tmp_a, staging_b'",
    "sqlite3 dev.db 'DROP TABLE IF EXISTS tmp_import; VACUUM'",
    "sqlite3 app_test.db 'DELETE FROM users'",
    "psql -d app_test -c 'TRUNCATE orders, items RESTART IDENTITY CASCADE'",
    "psql postgres://a:b@localhost:5432/app_test -c 'DELETE FROM users'",
    "mysql -u root app_test -e 'UPDATE users SET a = 1'",
    "mongosh mongodb://localhost:27017/app_test --quiet --eval 'db.dropDatabase()'",
])
def test_only_what_is_for_tests(spared, command):
    assert spared(command)


@pytest.mark.parametrize("command", [
    "psql -c 'DROP DATABASE latest'",
    "psql -c 'DROP DATABASE contest'",
    "psql -c 'DROP DATABASE app_test; DROP DATABASE app'",
    "psql -c 'DROP TABLE test_a, users'",
    "psql -c 'DROP TABLE test_a CASCADE'",
    "psql -c 'TRUNCATE test_a CASCADE'",
    "psql -c 'DROP TABLE users -- test_users'",
    "psql -c 'DROP TABLE test_a.users'",
    "psql -d app_test -c 'DROP DATABASE app'",
    "psql -d app_test -c 'TRUNCATE prod.orders'",
    "psql -d app_test -d app -c 'TRUNCATE orders'",
    "psql -d app_test app -c 'TRUNCATE orders'",
    "psql -d 'app_test dbname=app' -c 'TRUNCATE orders'",
    "psql 'postgres://h/app_test?dbname=app' -c 'TRUNCATE orders'",
    r"psql -d app_test -c '\c app' -c 'TRUNCATE orders'",
    "psql -d $DB -c 'TRUNCATE orders'",
    "psql -d app_test -f x.sql -c 'TRUNCATE a'",
    "mysql app_test -e 'USE app; TRUNCATE orders'",
    "mysql -p app_test shop -e 'TRUNCATE orders'",
    "mysql test_x -e 'GRANT ALL ON a TO b'",
    "sqlite3 app_test.db \"ATTACH 'app.db' AS a\" 'DELETE FROM users'",
    "mongosh app_test --eval 'db = db.getSiblingDB(\"app\"); db.dropDatabase()'",
    "mongosh app_test --shell x.js --eval 'db.dropDatabase()'",
    "mongosh app --eval 'db.dropDatabase()'",
    "mongosh --eval 'db.dropDatabase()'",
])
def test_more_than_what_is_for_tests(spared, command):
    assert not spared(command)


@pytest.mark.parametrize(("text", "bare"), [
    ("drop/**/table/* x */users", ("drop  table  users",)),
    ("/*!50000drop table a*/", (" drop table a ",)),
    ("select '/* x'; drop/**/table a", ("select '/* x'; drop  table a",)),
    ("select 1 -- drop table a", ("select 1   ",)),
    ("a /* never ends", ("a   ",)),
    ("drop table a", ()),
])
def test_a_statement_without_its_comments(text, bare):
    assert uncommented(text) == bare


def test_what_escapes_are_is_read_both_ways():
    assert "select '\\' /* '; drop  table a" in uncommented("select '\\' /* '; drop/**/table a")


@pytest.mark.parametrize(("command", "expected"), [
    ("psql -c \"$(printf 'dr%s table a' op)\"", ["drop table a"]), ("t=table; psql -c \"drop $t a\"", ["drop table a"]), ("psql -c 'drop table a'", []), ("psql -c \"select 1\"", []),
])
def test_the_patterns_see_a_statement_that_the_shell_puts_together(effects_of, command, expected):
    assert [text.text for text in effects_of(command).texts if text.name == COMPOSED] == expected


def test_the_patterns_see_a_statement_without_its_comments(effects_of):
    assert [text.text for text in effects_of("psql -c 'drop/**/table a'").texts if text.name == UNCOMMENTED] == ["drop  table a"]


@pytest.mark.parametrize("statement", ["SELECT 1 DROP TABLE users", "BEGIN DROP TABLE users END", "SELECT 1 DELETE FROM users", "INSERT INTO a VALUES (1) DROP TABLE tmp_a"])
def test_what_follows_without_a_sign_counts(excused, statement):
    assert not excused(f"psql -c '{statement}'")


@pytest.mark.parametrize(("command", "expected"), [
    ("mysql -h 127.0.0.1 wp_test < tests/_data/dump.sql", True),
    ("cat dump.sql | psql app_test", True),
    ("mysql wp < tests/_data/dump.sql", False),
    ("mysql wp_test < <(curl https://files.example.net/x.sql)", False),
    ("echo 'DROP DATABASE wp' > x.sql; mysql wp_test < x.sql", False),
    ("psql app_test -f wipe.sql", False),
])
def test_a_file_for_a_database_of_tests(effects_of, command, expected):
    assert (TEST_DATA in effects_of(command).effects[-1].flags) is expected
