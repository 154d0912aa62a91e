"""Statements of a database that a tool is given, as the run of the client that would execute them."""

from __future__ import annotations

import re
from shlex import quote

from sensor.effects.runs.sql import uncommented

# No part of a note may be read in two ways: a long row of notes would take time without end.
_NOTE = r"[\s;\ufeff]*(?:(?:--|#)[^\n]*\n[\s;]*|/\*(?!!)[^*]*(?:\*(?!/)[^*]*)*\*/[\s;]*|/\*!\d*\s*)*"
_SQL = re.compile(
    _NOTE + r"\(*(?:select\b|insert\s+into\b|update\s+\S+\s+set\b|delete\s+(?:from|top|(?!all\b|data\b|rows\b|records\b)\w+(?:\.\*)?\s+from)\b|truncate\s+\S|alter\s+(?:table|role|user|database|system|default|policy|schema|login|publication|server|warehouse|account|share)\b"
    r"|drop\s+(?:table|database|schema|view|materialized|index|user|role|type|function|policy|trigger|tablespace|owned|collection|keyspace|extension|sequence|warehouse)\b"
    r"|create\s+(?:or\s+replace\s+|temp\w*\s+|unique\s+|external\s+|global\s+)*(?:table|view|index|user|role|function|procedure|database|schema|extension|trigger|event|policy|login|materialized|server|aggregate|share|publication|subscription)\b"
    r"|(?:grant|revoke)\s+\w|copy\s+\S+\s+(?:\([^)]*\)\s*)?(?:from|to|into)\b|copy\s*(?:into\b|\()|with\s+(?:recursive\s+)?\w+\s+as\s*\(|merge\s+into\b|export\s+data\b|unload\s*\(|load\s+data\b|attach\s+\S|vacuum\b"
    r"|set\s+(?:global|session|role|persist)\b|(?:begin|start\s+transaction)\b|explain\b|do\s+\$|exec(?:ute)?(?:\s+\w+|\s*\(\s*n?')|call\s+\w+)", re.I | re.S)
# How a longer text begins in which a statement comes later; of tools of databases alone, as prose begins so too.
_LEADS = re.compile(_NOTE + r"(?:if\s|declare\s|prepare\s|set\s|use\s|replace\s+into\b|pragma\s|reindex\s|rename\s+table\b|begin\b|do\b|values\s*\(|show\s|lock\s|flush\s|system\s)", re.I)
_GRAPH = re.compile(_NOTE + r"(?:(?:optional\s+)?match|merge|create|unwind|call)\b.{0,2000}\b(?:delete|remove|set|return|detach|yield|merge)\b", re.I | re.S)
_DOCUMENTS = re.compile(r"\s*db(?:\.\w+|\.getSiblingDB\([^)]*\)|\[[^\]]*\])+\s*\(")
_GRAPH_WORDS = frozenset({"cypher", "neo4j", "memgraph", "falkordb", "kuzu"})
DOCUMENT_WORDS = frozenset({"mongo", "mongodb", "mongosh", "atlas"})
_MYSQL_WORDS = frozenset({"mysql", "mariadb", "planetscale", "tidb"})
DATABASE_WORDS = _GRAPH_WORDS | DOCUMENT_WORDS | _MYSQL_WORDS | frozenset([
    "sql", "query", "db", "database", "postgres", "postgresql", "pg", "psql", "sqlite", "duckdb", "motherduck", "bigquery", "bq", "snowflake", "supabase", "neon", "redshift", "clickhouse", "cockroach", "mssql", "oracle",
    "databricks", "athena", "trino", "timescale", "turso", "d1", "spanner", "warehouse", "statement",
])
MAX_STATEMENT = 20_000


def is_too_long(text: str) -> bool:
    """Whether a statement is looked at in part, also without its comments."""
    return len(text) > MAX_STATEMENT and all(len(one) > MAX_STATEMENT for one in (text, *uncommented(text)))


def as_client_run(text: str, about: frozenset[str], database: str) -> str:
    """The shell command that executes `text` when it is a statement, "" otherwise. `about` are words of the tool and its server, `database` is a name or ""."""
    if len(text) > MAX_STATEMENT:
        text = min((text, *uncommented(text)), key=len)[:MAX_STATEMENT]  # comments may be as long as they like
    named = f" -d {quote(database)}" if database else ""
    if about & _GRAPH_WORDS and _GRAPH.match(text):
        return f"cypher-shell{named} {quote(text)}"
    if _DOCUMENTS.match(text):
        return f"mongosh {quote(database)} --eval {quote(text)}" if database else f"mongosh --eval {quote(text)}"
    if any(_SQL.match(one) or (about & DATABASE_WORDS and _LEADS.match(one)) for one in (text, *uncommented(text))):
        return f"mysql{named.replace(' -d', ' -D')} -e {quote(text)}" if about & _MYSQL_WORDS else f"psql{named} -c {quote(text)}"
    return f"cypher-shell{named} {quote(text)}" if _GRAPH.match(text) and "detach" in text.lower() else ""

