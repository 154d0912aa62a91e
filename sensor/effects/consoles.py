"""Consoles of databases behind other programs: what `rails dbconsole`, `heroku pg:psql` or `aws rds-data execute-statement` is given runs as if a client of the database had it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from sensor.effects.shell.scope import TERMINAL, Field

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command
    from sensor.effects.shell.walk import Walk

MAX_TEXTS = 16  # statements of one command line
_MAX_WORDS = 64


class Console(NamedTuple):
    """`words` are the leading ones that open it; `options` those whose value is a statement; with `operand` a later word is one. Standard input always is."""

    words: tuple[str, ...]
    options: tuple[str, ...] = ()
    operand: bool = False


_RAILS = (Console(("dbconsole",)), Console(("db",)))
_FLY = tuple(Console((one, "connect")) for one in ("postgres", "pg", "mpg"))
_MIGRATIONS = (Console(("dbshell",)), Console(("sqlmigrate",)))
_SYMFONY = (Console(("dbal:run-sql",), operand=True), Console(("doctrine:query:sql",), operand=True), Console(("doctrine:query:dql",), operand=True))
_WORDPRESS = (Console(("db", "cli")), Console(("db", "query"), operand=True))
_SQL = ("--sql", "--statement", "--query", "--query-string", "--command", "-c", "-q", "-e", "--execute", "--ddl", "--sqls")
CONSOLES: dict[str, tuple[Console, ...]] = {
    "rails": _RAILS, "manage.py": _MIGRATIONS, "django-admin": _MIGRATIONS, "artisan": (Console(("db",)),), "console": _SYMFONY, "wp": _WORDPRESS,
    "drush": tuple(Console((one,), operand=True) for one in ("sql:cli", "sqlc", "sql:query", "sqlq", "sql-query", "sql-cli")),
    "prisma": (Console(("db", "execute")),), "typeorm": (Console(("query",), operand=True),), "supabase": (Console(("db", "query"), operand=True), Console(("db", "execute"), _SQL)), "neonctl": (Console(("psql",), _SQL),), "neon": (Console(("psql",), _SQL),),
    "heroku": (Console(("pg:psql",), _SQL), Console(("redis:cli",))), "fly": _FLY, "flyctl": _FLY, "railway": (Console(("connect",)),), "pscale": (Console(("shell",)),), "scalingo": (Console(("pgsql-console",)), Console(("mysql-console",)), Console(("redis-console",)), Console(("mongo-console",))),
    "render": (Console(("psql",), _SQL),), "doctl": (Console(("databases", "sql"), _SQL),), "atlas": (Console(("schema", "clean")),),
    "aws": (Console(("rds-data", "execute-statement"), _SQL), Console(("rds-data", "batch-execute-statement"), _SQL), Console(("rds-data", "execute-sql"), ("--sql-statements",)), Console(("redshift-data", "execute-statement"), _SQL), Console(("redshift-data", "batch-execute-statement"), _SQL),
            Console(("athena", "start-query-execution"), _SQL), Console(("dynamodb", "execute-statement"), _SQL), Console(("timestream-query", "query"), _SQL)),
    "gcloud": (Console(("spanner", "databases", "execute-sql"), _SQL), Console(("spanner", "databases", "ddl", "update"), _SQL), Console(("sql", "connect")), Console(("alloydb", "connect"))),
    "mysqlsh": (Console((), (*_SQL, "--js", "--py")),), "databricks": (Console(("sql",), _SQL),), "hasura": (Console(("seed", "apply"), _SQL),), "dbmate": (Console((), ()),),
}


def run_statements(walk: Walk, command: Command, program: str, words: tuple[Field, ...]) -> None:
    """Run what a console of `program` with these `words` is given as statements of a database's client."""
    texts = [field.text for field in words[:_MAX_WORDS]]
    plain = [text for text in texts if text[:1] != "-"]
    console = next((one for one in CONSOLES[program] if tuple(plain[: len(one.words)]) == one.words), None)
    if console is None:
        return
    statements = _given(texts, console)
    stdin = command.channels.stdin
    if stdin.piped and stdin.text:
        statements.append(stdin.text.strip())
    for text in statements[:MAX_TEXTS]:
        channels = msgspec.structs.replace(command.channels, stdin=TERMINAL)
        fields = tuple(map(Field, (*_client(text), text)))
        walk.dispatch(walk, msgspec.structs.replace(command, fields=fields, channels=channels, context=command.context.within(program, span=command.span), assignments=()))


def _given(texts: list[str], console: Console) -> list[str]:
    """The statements among the words."""
    found: list[str] = []
    for index, text in enumerate(texts):
        name, equals, value = text.partition("=")
        if name in console.options:
            found.append(value if equals else "".join(texts[index + 1 : index + 2]))
    return found + [text for text in texts if console.operand and " " in text.strip() and text[:1] != "-"]


def _client(text: str) -> tuple[str, ...]:
    """The client whose statements look like `text`."""
    start = text.lstrip()[:12].lower()
    if start.startswith(("db.", "use ", "session.")) and "(" in text:
        return ("mongosh", "--eval")
    return ("redis-cli",) if start.startswith(("flushall", "flushdb")) else ("psql", "-c")
