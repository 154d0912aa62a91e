"""Clients of stores that are told to take something away on this machine: what they name, and whether it is one of tests or of development.

Nothing is said where a word, a variable, a wrapper or a tunnel of the call may lead to another machine.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from sensor.effects.runs.databases import OWN_DATABASE, stays_here
from sensor.effects.runs.sql import TEST_DATA
from sensor.effects.runs.throwaway import THROW_AWAY, is_passing

if TYPE_CHECKING:
    from collections.abc import Callable

    from sensor.effects.shell.command import Command
    from sensor.effects.shell.walk import Walk

LOOPBACK_STORE = "loopback-store"
"""The run names this machine as the place of the store, and nothing in it speaks of another."""
_LOOPBACK = re.compile(r"(?:[\w+:]+://)?(?:[^@/\s]*@)?(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)(?::\d+)?(?:/[^?\s]*(?:\?(?![^\s]*host)\S*)?)?")
_DATABASE = re.compile(r"[\w+:]+://[^/\s]+/([\w.-]+)(?:\?\S*)?")
_OF_DEVELOPMENT = re.compile(r"(?i)(?:[\w.]+[-_.])*(?:dev|development)(?:[-_.\d][\w.-]*)?|(?:[\w.]+[-_.])+(?:local|ci)\d*|local|ci|roundtrip(?:[-_.]\w+)*")
_LASTING = re.compile(r"(?i)(?<![a-z])(?:prod(?:uction)?|prd|live|stag(?:e|ing)|uat|main|master|shared)(?![a-z])")
_TUNNELS = frozenset({"ssh", "autossh", "socat", "cloud-sql-proxy", "cloud_sql_proxy", "boundary", "tsh", "chisel", "sshuttle"})
_TUNNEL_WORDS = frozenset({"port-forward", "proxy", "start-session", "tunnel"})
_ENGINES = frozenset({"docker", "podman", "nerdctl", "docker-compose"})
_VALUED = {
    "etcdctl": frozenset({"endpoints", "cacert", "cert", "key", "user", "password", "command-timeout", "dial-timeout", "w", "write-out"}),
    "cqlsh": frozenset({"e", "execute", "u", "username", "p", "password", "k", "keyspace", "f", "file", "request-timeout", "connect-timeout"}),
    "cypher-shell": frozenset({"a", "address", "uri", "u", "username", "p", "password", "d", "database", "f", "file", "P", "param", "format", "encryption"}),
    "mongosh": frozenset({"eval", "host", "port", "u", "p", "username", "password", "f", "file"}),
    "vault": frozenset({"address", "namespace", "field", "format", "mount", "version", "ca-cert"}),
    "flyway": frozenset[str](),
    "rabbitmqctl": frozenset({"p", "vhost", "n", "node", "t", "timeout"}),
    **dict.fromkeys(("psql", "dropdb"), frozenset({"h", "host", "p", "port", "U", "username", "d", "dbname", "c", "command", "v", "set", "f", "file", "o", "output"})),
    **dict.fromkeys(("mysql", "mariadb", "mysqladmin"), frozenset({"h", "host", "P", "port", "u", "user", "D", "database", "e", "execute"})),
}
STORES = _VALUED.keys()
"""Programs that `store_flags` knows."""
_JOINED = frozenset({"psql", "dropdb", "mysql", "mariadb", "mysqladmin", "cqlsh", "cypher-shell"})  # a letter and its value may be one word
_CQL_HARMLESS = re.compile(r"(?is)(?:describe|desc|select|consistency|create\s+(?:keyspace|table))\s.*")
_CQL_TAKES = re.compile(r"(?is)(?:truncate(?:\s+table)?|drop\s+(?:keyspace|table|index|type|materialized\s+view)(?:\s+if\s+exists)?)\s+(\w+)(?:\.\w+)?")
# All nodes that bear one label, and what hangs on them.
_CYPHER_TAKES = re.compile(r"(?is)\s*match\s*\(\s*(\w+)\s*:\s*\w+\s*(?:\{[^{}()]*\}\s*)?\)\s*(?:where\s[^;()]*?)?\s*detach\s+delete\s+\1\s*;?\s*")
# With these a script of MongoDB's shell leaves the database that it was connected to.
_LEAVES_DATABASE = re.compile(
    r"(?i)get\w*db\b|getmongo|connect|mongo\s*\(|\b(?:load|require|eval|function|use|process|import|fetch|constructor|globalthis|fs|sh|rs|config)\b|admincommand|runcommand|shutdown|fsync|killop|\\|`|\+|\[\s*[\"']")


class _Run(msgspec.Struct, frozen=True):
    """A run as its own words say it: options with their values, operands, the container it is run in ("" for none), the variables that the shell knows."""

    options: list[tuple[str, str]]
    operands: list[str]
    container: str
    variables: dict[str, str]

    def values(self, *names: str) -> list[str]:
        return [value for name, value in self.options if name in names]


def store_flags(walk: Walk, command: Command, program: str) -> frozenset[str]:
    """LOOPBACK_STORE, TEST_DATA, OWN_DATABASE and THROW_AWAY as they apply to a run of one of STORES."""
    words = [field.text for field in command.fields[1:]]
    if not all(field.known for field in command.fields) or any(map(_LASTING.search, words)) or not stays_here(walk, command) or _has_tunnel(walk):
        return frozenset()
    run = _read(walk, command, program)
    addresses = _addresses(run, program)
    here = bool(addresses) and all(map(_LOOPBACK.fullmatch, addresses))
    found = {LOOPBACK_STORE} if here else set()
    if here or (run.container and not addresses):
        found |= _NAMED[program](run) if program in _NAMED else set()
    return frozenset(found)


def is_of_tests(name: str) -> bool:
    """Whether a store's name says that it is one of tests or of development."""
    return bool(name) and (is_passing(name) or bool(_OF_DEVELOPMENT.fullmatch(name))) and not _LASTING.search(name)


def _has_tunnel(walk: Walk) -> bool:
    """Whether this call leads a port of this machine to another one."""
    return any(effect.program in _TUNNELS or not _TUNNEL_WORDS.isdisjoint(effect.argv) for effect in walk.effects)


def _read(walk: Walk, command: Command, program: str) -> _Run:
    options, operands = [], []
    words = iter([field.text for field in command.fields[1:]])
    for word in words:
        if word[:1] != "-" or word == "-":
            operands.append(word)
            continue
        name, equals, value = word.lstrip("-").partition("=")
        if program in _JOINED and word[1] != "-" and len(word) > 2:
            name, equals, value = word[1], "=", word[2:]
        options.append((name, value if equals else next(words, "") if name in _VALUED[program] else ""))
    known = {name: value.fields[0].text for name, value in walk.scope.variables.items() if len(value.fields) == 1 and value.fields[0].known and not value.choice and not value.optional}
    return _Run(options, operands, _container(walk, command), known | dict(command.assignments))


def _container(walk: Walk, command: Command) -> str:
    """The container of this machine, or the service of a composition, that a command is run in."""
    outer = walk.effects[-1] if walk.effects else None
    words = tuple([field.text for field in command.fields])
    if outer is None or outer.program not in _ENGINES or "exec" not in outer.argv or outer.argv[-len(words) :] != words or outer.wrappers:
        return ""
    before = outer.argv[1 : -len(words)]
    far = any(word.partition("=")[0] in ("-H", "--host", "--context", "-c") for word in before)
    return "" if far or not before or any(map(_LASTING.search, before)) else before[-1]


def _addresses(run: _Run, program: str) -> list[str]:
    """What a run is told of the place of the store, "?" where a file or a name tells it."""
    if program == "etcdctl":
        return [part for value in run.values("endpoints") or [run.variables.get("ETCDCTL_ENDPOINTS", "")] for part in value.split(",") if part]
    if program == "cqlsh":
        return run.operands[:1] or ["?" for name in ("CQLSH_HOST",) if name in run.variables]
    if program == "cypher-shell":
        return run.values("a", "address", "uri")
    if program == "vault":
        addresses = run.values("address") or [run.variables.get("VAULT_ADDR", "")]
        return [address if address.startswith("http://") else "?" for address in addresses]
    if program == "flyway":
        return ["?" for name, _ in run.options if name.lower() in ("configfiles", "environment", "workingdirectory")] + run.values("url")
    if program == "rabbitmqctl":
        return run.values("n", "node")
    hosts = run.values("h", "host") + [operand for operand in [*run.operands, *run.values("d", "dbname")] if "://" in operand or "host=" in operand]
    if program in ("psql", "dropdb"):
        hosts = hosts or [run.variables[name] for name in ("PGHOST", "PGHOSTADDR") if name in run.variables]
        return ["?"] if "PGSERVICE" in run.variables else hosts
    return hosts + [f"?{name}" for name, _ in run.options if name.startswith(("defaults", "login-path"))]


def _etcd(run: _Run) -> set[str]:
    """`del --prefix /test/leases`: the first part of the key."""
    names = {name for name, _ in run.options}
    if run.operands[:1] != ["del"] or len(run.operands) != 2 or "from-key" in names or "range" in names:
        return set()
    return {TEST_DATA} if is_of_tests(run.operands[1].strip("/").partition("/")[0]) else set()


def _cql(run: _Run) -> set[str]:
    statements = [part.strip() for text in run.values("e", "execute") for part in text.split(";") if part.strip()]
    if run.values("f", "file") or not statements or any(sign in part for part in statements for sign in ("'", '"', "--", "/*", "//")):
        return set()
    taken = [found.group(1) if (found := _CQL_TAKES.fullmatch(part)) else "" for part in statements if not _CQL_HARMLESS.fullmatch(part)]
    return {TEST_DATA} if all(map(is_of_tests, taken)) else set()


def _cypher(run: _Run) -> set[str]:
    return {OWN_DATABASE} if not run.values("f", "file") and len(run.operands) == 1 and _CYPHER_TAKES.fullmatch(run.operands[0]) else set()


def _documents(run: _Run) -> set[str]:
    """A script that stays within the one database that the address names."""
    names = [found.group(1) for operand in run.operands if (found := _DATABASE.fullmatch(operand))]
    texts = run.values("eval")
    inside = len(names) == len(run.operands) == 1 and is_of_tests(names[0]) and not run.values("f", "file", "host")
    return {TEST_DATA} if inside and texts and not any(map(_LEAVES_DATABASE.search, texts)) else set()


def _migrations(run: _Run) -> set[str]:
    names = [found.group(1) if (found := _DATABASE.fullmatch(url)) else "" for url in run.values("url")]
    return {OWN_DATABASE} if names and all(map(is_of_tests, names)) else set()


def _queues(run: _Run) -> set[str]:
    if run.operands[:1] not in (["purge_queue"], ["delete_queue"]) or not run.container:
        return set()
    return {THROW_AWAY} if run.operands[1:] and all(map(is_of_tests, [*run.operands[1:], *(value for value in run.values("p", "vhost") if value != "/")])) else set()


def _statements(run: _Run) -> set[str]:
    return {TEST_DATA} if is_passing(run.container) else set()


_NAMED: dict[str, Callable[[_Run], set[str]]] = {"etcdctl": _etcd, "cqlsh": _cql, "cypher-shell": _cypher, "mongosh": _documents, "flyway": _migrations, "rabbitmqctl": _queues, **dict.fromkeys(("psql", "mysql", "mariadb"), _statements)}
