"""Whether a database that is dropped or reset is one of development on this machine: by its name, or by what the project's settings say.

Nothing is said where a word, a variable or a wrapper may lead to another machine, or where the call itself writes the settings.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.projects.manifests import read_limited
from sensor.effects.shell.scope import Field

if TYPE_CHECKING:
    from sensor.effects.programs.operands import Arguments
    from sensor.effects.shell.command import Command
    from sensor.effects.shell.walk import Walk

OWN_DATABASE = "own-database"
OWN_NAMES = r"(?:(?:dev|development|local)(?:_\w+)?|\w+[_-](?:dev|devel|development|local|sandbox|ci)\d*|(?:roundtrip|fixtures?|bench(?:mark)?|smoke)(?:[_-]\w+)?)"
_IS_OWN = re.compile(rf"(?i){OWN_NAMES}")
_ADDRESS = re.compile(r"\w+(?:\+\w+)?://(?:[^@/\s]*@)?(\[[^\]]*\]|[^:/?#\s,]*)(?::\d+)?(?:/([^/?#\s]*))?(?:[?#]\S*)?")
_HERE = re.compile(r"(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?|0\.0\.0\.0|host\.docker\.internal|db|database|postgres(?:ql)?|pg|mysql|mariadb|mongo(?:db)?|sql|sqlserver|)")
_FILE = re.compile(r"(?:file:|sqlite3?:)\S*|[^:@\s]+\.(?:db|sqlite3?)")
# Words with which frameworks take a database away.
_RESETS = re.compile(
    r"(?i)db:(?:drop|reset|setup|wipe|truncate_all|migrate:reset|schema:load|drop:\w+|migrate:undo:all)|migrate:(?:fresh|reset|refresh|rollback)|schema:drop|ecto\.(?:drop|reset)|doctrine:\w+:drop"
    r"|reset|reset_db|flush|sqlflush|drop|base|--force-reset|--accept-data-loss")
# Frameworks that have environments, and work on that of development unless told another.
_KNOWS_ENVIRONMENTS = frozenset({"rails", "rake", "mix", "sequelize", "sequelize-cli", "knex"})
# They are given the address on their command line.
_TOLD_WHERE = frozenset({"goose", "migrate", "golang-migrate"})
_PAIRS = frozenset({"host", "port", "user", "password", "dbname", "sslmode", "connect_timeout"})
_OF_TESTS = re.compile(r"(?i)(?:\w+_)?tests?|test_\w+")
RESETTING = _KNOWS_ENVIRONMENTS | _TOLD_WHERE | frozenset({
    "bundle", "php", "python", "python3", "manage.py", "django-admin", "npx", "pnpm", "yarn", "bunx", "prisma", "typeorm", "mikro-orm", "diesel", "sqlx", "cargo", "dbmate", "alembic",
    "docker", "docker-compose", "podman", "dotnet", "console", "symfony",
})
"""Programs that may reset a database as the project's settings say."""
NAMING = frozenset({"dropdb", "mysqladmin", "pg_restore", "mongorestore"})
"""Programs that are told which database to take away."""
_READ_DUMPS = frozenset({"pg_restore", "mongorestore"})
_ELSEWHERE = re.compile(r"(?i)(?<![a-z])(?:prod(?:uction)?|prd|stag(?:e|ing)|live|uat)(?![a-z])")
_FAR = frozenset({
    "ssh", "autossh", "kubectl", "oc", "k", "heroku", "fly", "flyctl", "railway", "gcloud", "aws", "az", "dotenv", "dotenvx", "doppler", "infisical", "op", "aws-vault", "chamber", "sops", "vault", "ansible",
    "vagrant", "docker-machine",
})
_POINTS = re.compile(r"(?:DATABASE|DB|PG|MYSQL|MARIADB|MONGO|SQL)\w*|DISABLE_DATABASE_ENVIRONMENT_CHECK|DOCKER_HOST|DOCKER_CONTEXT")
_NO_PLACE = re.compile(r"\w*?(?:USER(?:NAME)?|PASS(?:WORD|WD)?|PWD|PORT|SSLMODE|CONNECT_TIMEOUT|APPNAME)")  # of a database, but not where it is
_ENVIRONMENT = re.compile(r"(?:RAILS|RACK|MIX|NODE|APP|DJANGO|FLASK)_ENV")
_TEST_OPTION = re.compile(r"(?i)(?:--(?:env|environment|settings)|-e)=(?:[\w.]+\.)?(?:tests?|testing|local|dev|development)")
_TEST_VARIABLE = re.compile(r"(?i)(?:DJANGO_SETTINGS_MODULE|DJANGO_CONFIGURATION|(?:ASPNETCORE|DOTNET)_ENVIRONMENT|APP_ENV|\w+_ENV)=(?:[\w.]+\.)?(?:tests?|testing|local|dev|development)")
_OWN_ENVIRONMENTS = frozenset({"development", "dev", "test", "testing", "local"})
_SETTINGS = (".env", ".env.local", ".env.development", ".env.development.local", "prisma/.env")
_SETTING = re.compile(r"^[ \t]*(?:export[ \t]+)?(\w{1,100})[ \t]*=[ \t]*[\"']?([^\"'\n#]*)", re.M)
_NAMES_HOST = re.compile(r"\w*(?:DATABASE|DB|POSTGRES|PG|MYSQL|MARIADB|MONGO)\w*?_?(?:URL|URI|DSN|HOST)")


def are_here(walk: Walk, command: Command, arguments: Arguments, addresses: list[Field]) -> bool:
    """Whether a client works on this machine alone. `addresses` are words that may be one."""
    hosts = [field for name, field in arguments.values if name in ("h", "host", "H", "hostname")]
    urls = [field for field in [*addresses, *(field for name, field in arguments.values if name == "uri")] if "://" in field.text]
    return stays_here(walk, command) and all(_is_here(field) for field in hosts) and all(_at_here(field) for field in urls)


def _is_here(field: Field) -> bool:
    return field.known and (bool(_HERE.fullmatch(field.text)) or field.text.startswith("/"))


def _at_here(field: Field) -> bool:
    address = _ADDRESS.fullmatch(field.text)
    return field.known and address is not None and bool(_HERE.fullmatch(address.group(1)))


def own_database(walk: Walk, command: Command, program: str, arguments: Arguments) -> bool:
    """Whether a program of NAMING or RESETTING takes away nothing but a database of development."""
    if program in NAMING:
        if program in _READ_DUMPS:  # where a dump comes from is not where it goes
            command = msgspec.structs.replace(command, fields=tuple([field for field in command.fields if field not in arguments.operands]))
        named = [field for name, field in arguments.values if name in ("d", "dbname", "db")]
        named += arguments.operands if program == "dropdb" else arguments.operands[1:] if program == "mysqladmin" else []
        return bool(named) and all(_names_own(field) for field in named) and are_here(walk, command, arguments, named)
    words = [field.text for field in command.fields[1:]]
    if program in _TOLD_WHERE:
        told = [word for word in words if ("://" in word or "dbname=" in word) and not word.startswith(("file://", "-source"))]
        return bool(told) and stays_here(walk, command) and all(map(_leads_to_own, told))
    if not any(_RESETS.fullmatch(word) for word in words) or not stays_here(walk, command) or any(not field.known for field in command.fields):
        return False
    if any("://" in word and not _at_here(Field(re.sub(r"^[\w-]+=", "", word))) for word in words):
        return False
    if any(name.endswith(("URL", "URI", "DSN")) and _POINTS.fullmatch(name) for name, _ in command.assignments):  # `stays_here` has seen that it is on this machine
        return True
    found = _settings(walk)
    if found is not None:
        return found
    if _names_tests(command, words):
        return True
    tools = {word.rpartition("/")[2] for word in [program, *words]}
    forced = "force" in arguments.flags or "f" in arguments.flags
    asks = not forced and bool(tools & {"artisan", "prisma"}) and not any(word.startswith(("--force", "--accept")) for word in words)
    return asks or bool(tools & _KNOWS_ENVIRONMENTS)


def _names_tests(command: Command, words: list[str]) -> bool:
    """Whether an option or a variable of the run names an environment of tests or development, and none an address."""
    if any(word.partition("=")[0] in ("--connection", "--database") for word in words):
        return False
    options = [f"{one}={other}" for one, other in pairwise(words)] + words
    return any(_TEST_OPTION.fullmatch(word) for word in options) or any(_TEST_VARIABLE.fullmatch(f"{name}={value}") for name, value in command.assignments)


def _leads_to_own(address: str) -> bool:
    """Whether an address, or pairs of names and values, lead to a database of development or tests on this machine."""
    url = _ADDRESS.fullmatch(address.partition("=")[2] if address[:1] == "-" else address)
    pairs = [part.partition("=")[::2] for part in address.split()]
    given = dict(pairs)
    if url is not None:
        host, name = url.group(1), url.group(2) or ""
    elif len(given) == len(pairs) and given.keys() <= _PAIRS and "host" in given:
        host, name = given["host"], given.get("dbname", "")
    else:
        return False
    return bool(_HERE.fullmatch(host) and (_IS_OWN.fullmatch(name) or _OF_TESTS.fullmatch(name)))


def _names_own(field: Field) -> bool:
    address = _ADDRESS.fullmatch(field.text)
    name = address.group(2) or "" if address else field.text
    return field.known and not field.glob and bool(_IS_OWN.fullmatch(name))


def stays_here(walk: Walk, command: Command) -> bool:
    """Whether no word, variable or wrapper speaks of another machine or environment."""
    if any(_ELSEWHERE.search(field.text) for field in command.fields) or _FAR & set(command.context.wrappers):
        return False
    if any(_ELSEWHERE.search(ref.raw) for effect in walk.effects for ref in effect.reads if ".env" in ref.raw):
        return False
    known = [(name, value.fields[0].text if len(value.fields) == 1 else "") for name, value in walk.scope.variables.items()]
    for name, value in [*known, *command.assignments]:
        if (_POINTS.fullmatch(name) and not _NO_PLACE.fullmatch(name) and not (value and _says_here(name, value))) or (_ENVIRONMENT.fullmatch(name) and value not in _OWN_ENVIRONMENTS):
            return False
    return True


def _says_here(name: str, value: str) -> bool:
    return _at_here(Field(value)) or bool(_FILE.fullmatch(value)) or (name.endswith("HOST") and bool(_HERE.fullmatch(value)))


def _settings(walk: Walk) -> bool | None:
    """Whether the settings of the project name databases on this machine alone; None when they name none."""
    folder = walk.cwd() or walk.paths.cwd  # a container of this project has a folder of its own
    if any(".env" in ref.path for effect in walk.effects for ref in effect.writes):
        return False
    found: bool | None = None
    for name in _SETTINGS:
        for key, value in _SETTING.findall(read_limited(f"{folder}/{name}")) if folder else ():
            text = value.strip()
            if not text:
                continue
            address = _ADDRESS.fullmatch(text)
            if address is None and not _NAMES_HOST.fullmatch(key):
                continue
            if address is not None and not _NAMES_HOST.fullmatch(key) and not re.match(r"(?:postgres|mysql|mariadb|mongodb|sqlserver)", text):
                continue
            local = bool(_HERE.fullmatch(address.group(1)) if address else _FILE.fullmatch(text) or _HERE.fullmatch(text))
            if not local:
                return False
            found = True
    return found
