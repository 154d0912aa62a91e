"""Database clients whose statements are known and take nothing away, or only what bears the name of a test or of development.

They take nothing when they read, add, only plan, or work on a copy in memory. A statement is judged without its literals. Where dialects disagree on what a literal or a comment is, nothing is said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sensor.effects.runs.databases import OWN_DATABASE, OWN_NAMES, are_here
from sensor.model.effects import Origin, TextField

if TYPE_CHECKING:
    from sensor.effects.programs.operands import Arguments
    from sensor.effects.runs.effect import Touched
    from sensor.effects.shell.command import Command
    from sensor.effects.shell.walk import Walk

REMOVES_NOTHING = "removes-nothing"
TEST_DATA = "test-data"
DATA_FLAGS = frozenset({REMOVES_NOTHING, TEST_DATA, OWN_DATABASE})
"""What `data_flag` says."""
CLIENTS = frozenset({"psql", "mysql", "mariadb", "sqlite3", "duckdb", "mongosh", "mongo", "clickhouse-client"})
_DOCUMENTS = frozenset({"mongosh", "mongo"})
_FILES = frozenset({"sqlite3", "duckdb"})
_GIVEN = frozenset({"c", "command", "e", "execute", "cmd", "eval", "q", "query"})
_OPAQUE = frozenset({"f", "file", "init", "init-file", "init-command", "shell"})
MAX_SQL = 20_000
COMPOSED = "statement as it is run"
UNCOMMENTED = "statement without comments"  # the name of such a text
# A backslash, a dollar quote, a comment sign or a bracket that only some dialects know beside a literal.
_DISPUTED = re.compile(r"\\.*'|'.*\\|\$\w*\$|--\S|/\*!|[#`\[].*'|'.*[#`\[]", re.S)
_TEXT = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"[^\"]*\"", re.S)
# Comments, what some servers run although it looks like one, and literals as dialects without and with escapes read them.
_NOTE = r"/\*(?:!\d*(?P<run>[^*]*(?:\*(?!/)[^*]*)*)|[^*]*(?:\*(?!/)[^*]*)*)(?:\*/)?|--[^\n]*(?:\n|\Z)"
_PLAIN = re.compile(_NOTE + r"|(?P<kept>'[^']*'?|\"[^\"]*\"?)")
_ESCAPED = re.compile(_NOTE + r"|(?P<kept>'(?:[^'\\]|\\.)*'?|\"(?:[^\"\\]|\\.)*\"?)", re.S)
# What takes away wherever it stands: some servers need no sign between statements.
_TAKES = re.compile(r"(?i)\b(?:drop\s+(?:table|database|schema|view|index|user|role|login|column)|truncate\s+table|delete\s+from)\b")
# Functions and statements that run a literal.
_RUNS_TEXT = re.compile(r"(?i)\b(?:dblink\w*|exec\w*|prepare|query_to_\w+|do|call|lo_\w+|load_extension|writefile|edit|eval\w*|pg_terminate_backend)\b|\\(?:g|watch|if|set)")
_HARMLESS = re.compile(
    r"(?i)(?:select|show|describe|desc|values|insert\s+into|comment\s+on|create\s+(?:database|schema|(?:temp(?:orary)?\s+)?table|(?:unique\s+)?index)|vacuum(?!\s+into)|analyze|begin|start\s+transaction|commit|rollback|use\s+\w+|"
    r"explain\s+(?:query\s+plan\s+|verbose\s+|extended\s+)?(?:select|insert|update|delete|replace|truncate)|"
    r"pragma\s+\w+|[.](?:tables|schema|dump|indexes|databases|headers|mode|stats|version)|\\d\w*\+?|\\l\+?|\\conninfo|\\timing)(?:\s|;|\(|\*|$)")
# Names of what exists for tests alone; staging tables are filled anew by whatever reads them.
_TEST_NAME = r"(?:(?:tests?|it_(?:tests?|suite)|e2e|tmp|temp|scratch)(?:_\w+)?|\w+_(?:tests?|testing|e2e|tmp|scratch)\d*)"
_ADDRESS = re.compile(r"\w+://[^\s?#]*/([^/\s?#]+)")
_TABLES = rf"`?(?:{_TEST_NAME}|staging_\w+)`?(?:\s*,\s*`?(?:{_TEST_NAME}|staging_\w+)`?)*"
_OF_TESTS = re.compile(rf"(?i)`?\b({_TEST_NAME})`?\.`?\w+`?")  # where a table's name begins with that of its database


def _drops(names: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What a database is called that may go, and the statements that take away nothing but such and tables of tests."""
    return re.compile(rf"(?i){names}(?:\.(?:db|sqlite3?|duckdb))?"), re.compile(
        rf"(?i)(?:(?:drop\s+(?:table|(?:materialized\s+)?view|index(?:\s+concurrently)?)\s+(?:if\s+exists\s+)?|truncate\s+(?:table\s+)?){_TABLES}(?:\s+(?:restart|continue)\s+identity)?(?:\s+restrict)?"
        rf"|drop\s+(?:database|schema)\s+(?:if\s+exists\s+)?`?{names}`?(?:\s+(?:cascade|restrict|with\s*\(\s*force\s*\)))?)")


_TESTS, _OWN = _drops(_TEST_NAME), _drops(rf"(?:{_TEST_NAME}|{OWN_NAMES})")
# What stays within the database that the client is connected to: no dot, so no other schema's or database's name.
_WITHIN = re.compile(r"(?i)(?:truncate|drop\s+(?:table|(?:materialized\s+)?view|index|schema|sequence|type)|delete\s+from|update|alter\s+table)\s[^.]*")
_ELSEWHERE = re.compile(r"(?i)use\s")
_DROP_DOCUMENTS = re.compile(r"\s*db\.(?:dropDatabase\(\s*\)|\w+\.(?:drop\(\s*\)|(?:deleteMany|remove)\(\s*\{[^{}()]*\}\s*\)))\s*;?\s*")
_CHANGES = re.compile(r"(?i)(?:delete\s+from|update)\s")
# A table of the connection, and statements on one: what goes with the connection is nobody's loss.
_TEMPORARY = re.compile(r"(?i)create\s+(?:local\s+)?temp(?:orary)?\s+table\s+(?:if\s+not\s+exists\s+)?(\w+)(?=[\s(])(?!.*\bon\s+commit\s+drop\b)", re.S)
_ON_TABLE = re.compile(r"(?i)(?:(drop)\s+table\s+(?:if\s+exists\s+)?|truncate\s+(?:table\s+)?|delete\s+from\s+)(\w+)(?:\s+(?:cascade|restrict|where\b.*))?", re.S)
# After these the same name may mean a lasting table again.
_MEANS_ANOTHER = re.compile(r"(?i)\\|\b(?:rollback|savepoint|discard|reset|rename|search_path|connect|abort)\b")
_LEAVES_MEMORY = re.compile(r"(?i)\battach\b|\bload\b|\bcopy\b|\binstall\b|^[^\S\n]*[.]", re.M)


def data_flag(walk: Walk, command: Command, program: str, arguments: Arguments, touched: Touched) -> str:
    """REMOVES_NOTHING, TEST_DATA or OWN_DATABASE when all that this run of a client executes is known and does no more than that, else ""."""
    texts = _statements(command, program, arguments)
    for text in texts:
        if len(text) <= MAX_SQL and not any(text in known.text for known in walk.texts):
            walk.add_text(TextField.ARGS, text, COMPOSED)  # put together by the shell
    for bare in (bare for text in texts for bare in uncommented(text)):
        walk.add_text(TextField.ARGS, bare, UNCOMMENTED)
    if not texts and _is_fed_a_file(command, arguments) and _is_named(program, arguments, _TESTS[0]):
        return TEST_DATA  # what the file says is judged where it is written
    if not texts or sum(map(len, texts)) > MAX_SQL:
        return ""
    if program in _FILES and _is_scratch(arguments, touched):
        return "" if any(_LEAVES_MEMORY.search(text) for text in texts) else REMOVES_NOTHING
    parts = [] if program in _DOCUMENTS else [_parts(text) for text in texts]
    if len(texts) == 1 and _stops_at_errors(command, program, arguments):
        parts = [_lasting(part) for part in parts]
    if not all(parts) or (program in _DOCUMENTS and not all(_DROP_DOCUMENTS.fullmatch(text) for text in texts)):
        return ""
    if parts and all(_takes_nothing(part) for part in parts):
        return REMOVES_NOTHING
    statements = [_OF_TESTS.sub(r"\1", one) if program == "clickhouse-client" else one for part in parts for one in part]
    if _spares(program, arguments, statements, _TESTS):
        return TEST_DATA
    return OWN_DATABASE if are_here(walk, command, arguments, arguments.operands) and _spares(program, arguments, statements, _OWN) else ""


def uncommented(text: str) -> tuple[str, ...]:
    """A text with comments as it is without them, in each way to read it."""
    if "/*" not in text and "--" not in text:
        return ()
    ways = (_PLAIN, _ESCAPED) if "\\" in text else (_PLAIN,)
    return tuple(dict.fromkeys(way.sub(lambda found: found["kept"] or f" {found['run'] or ''} ", text) for way in ways))


def _spares(program: str, arguments: Arguments, statements: list[str], names: tuple[re.Pattern[str], re.Pattern[str]]) -> bool:
    """Whether `statements` stay within databases that bear one of `names`. Of documents the whole database is dropped."""
    within = _is_named(program, arguments, names[0]) and not any(_ELSEWHERE.match(one) for one in statements)
    return within if not statements else all((_HARMLESS.match(one) and not _TAKES.search(one)) or names[1].fullmatch(one) or (within and _WITHIN.fullmatch(one)) for one in statements)


def _statements(command: Command, program: str, arguments: Arguments) -> list[str]:
    """All texts that the client is given, none when one of them is unknown."""
    given = [field for name, field in arguments.values if name in _GIVEN]
    if program in _FILES:
        given += arguments.operands[1:]
    stdin = command.channels.stdin
    if arguments.flags & _OPAQUE or (stdin.piped and stdin.text is None) or not all(field.known for field in given):
        return []
    return [field.text for field in given] + ([stdin.text] if stdin.piped and stdin.text else [])


def _is_fed_a_file(command: Command, arguments: Arguments) -> bool:
    """Whether all that a client is given is a file that this call did not write."""
    stdin = command.channels.stdin
    return stdin.piped and stdin.text is None and stdin.origins == {Origin.LOCAL_FILE} and not arguments.flags & _OPAQUE and not any(name in _GIVEN for name, _ in arguments.values)


def _is_named(program: str, arguments: Arguments, names: re.Pattern[str]) -> bool:
    """Whether every word that can name the database has one of `names`."""
    named = [field for name, field in arguments.values if name in ("dbname", "database", "D")]
    named += arguments.operands[:1] if program in _FILES else arguments.operands
    for field in named:
        address = _ADDRESS.fullmatch(field.text)
        name = address.group(1) if address else field.text.rpartition("/")[2] if program in _FILES else field.text
        if not field.known or not names.fullmatch(name):
            return False
    return bool(named)


def _is_scratch(arguments: Arguments, touched: Touched) -> bool:
    """Whether the database lives in memory or in the temporary folder."""
    database = arguments.operands[0] if arguments.operands else None
    if database is None or not database.known:
        return False
    return database.text == ":memory:" or any(ref.raw == database.text and "@temp" in ref.places for ref in touched.reads)


def _parts(text: str) -> list[str]:
    """The statements of a text without their literals, none where a dialect may read it in another way."""
    if _DISPUTED.search(text) or _RUNS_TEXT.search(text):
        return []
    bare = _TEXT.sub(lambda found: " " if found.group()[0] in "-/" else "''" if found.group()[0] == "'" else '""', text)
    statements = [part.strip() for part in bare.split(";") if part.strip()]
    return [] if "'" in bare.replace("''", "") else statements


def _stops_at_errors(command: Command, program: str, arguments: Arguments) -> bool:
    """Whether no statement of one text runs after another failed: else a table that could not be made would be looked for among the lasting ones."""
    told = "bail" in arguments.flags or any(field.text.endswith(("ON_ERROR_STOP=1", "ON_ERROR_STOP=on")) for field in command.fields)
    return told or ("force" not in arguments.flags and (not command.channels.stdin.piped or program in ("mysql", "mariadb")))


def _lasting(statements: list[str]) -> list[str]:
    """`statements` without those that only touch temporary tables which an earlier one made."""
    if any(_MEANS_ANOTHER.search(one) for one in statements):
        return statements
    made: set[str] = set()
    kept: list[str] = []
    for one in statements:
        if temporary := _TEMPORARY.match(one):
            made.add(temporary.group(1).lower())
        touched = _ON_TABLE.fullmatch(one)
        if touched is None or touched.group(2).lower() not in made:
            kept.append(one)
        elif touched.group(1):
            made.discard(touched.group(2).lower())  # the next one of that name is a lasting table
    return kept


def _takes_nothing(statements: list[str]) -> bool:
    undone = statements[0].lower() in ("begin", "start transaction", "begin transaction") and statements[-1].lower() == "rollback" and not any(
        part.lower().startswith(("commit", "end")) for part in statements)
    return all((_HARMLESS.match(part) and (part[:7].lower() == "explain" or not _TAKES.search(part))) or (undone and _CHANGES.match(part)) for part in statements)
