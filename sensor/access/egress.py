"""Which hosts a call reaches beyond those that its effects name, and where nobody can tell.

A closed list of hosts is held against both: a host that the command does not name is asked about, never allowed in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sensor.access.clients import (
    CLIENTS,
    COPIERS,
    DIVERTING,
    DIVERTING_VARIABLES,
    FETCHERS,
    HARMLESS_OPTIONS,
    HOST_OPTIONS,
    INDEX_OPTIONS,
    MORE_INDEX_OPTIONS,
    OFFLINE_OPTIONS,
    PROXYING,
    RESOLVERS,
    SERVED,
    TALKERS,
    TEXT_PROGRAMS,
)
from sensor.access.remotes import remote_addresses
from sensor.model.calls import FetchAction, McpAction, ToolCall
from sensor.model.effects import Effect, Effects

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_NAME = re.compile(r"[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?\Z|[0-9a-f:]*:[0-9a-f:.]*\Z")
_URL = re.compile(r"(?:git\+)?[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@\s]*@)?(\[[^\]]*\]|[^/?#:\s]*)")
_BARE = re.compile(r"(?:[^/?#@\s]*@)?(\[[^\]]*\]|[^/?#:\s]*)")
_SCP = re.compile(r"(?:[^/@\s]+@)?([^/:\s]+):")
_LOCAL_SCHEME = re.compile(r"(file|data):", re.IGNORECASE)
_TARGET_KEYS = frozenset({"url", "uri", "host", "hostname", "endpoint", "base_url", "baseurl", "server_url"})
_GIT_NETWORK = frozenset({"push", "fetch", "pull", "ls-remote", "clone"})
_GIT_ELSEWHERE = frozenset({
    "lfs", "send-email", "imap-send", "svn", "p4", "cvsimport", "http-push", "http-fetch", "fetch-pack", "send-pack",
    "remote-http", "remote-https", "remote-ext", "subtree", "request-pull",
})
_GIT_DIVERTING_KEY = re.compile(
    r"remote\..*\.(?:push)?url|url\..*|https?\..*proxy|remote\..*\.proxy|core\.(?:sshcommand|gitproxy)|include(?:if)?\..*", re.IGNORECASE,
)
_CONNINFO = re.compile(r"(?:\A|\s)host(?:addr)?\s*=\s*([^\s']+)")


class Beyond(NamedTuple):
    """`hosts` that a call reaches by default, and what reaches a host that nobody can tell ("" = nothing does)."""

    hosts: tuple[str, ...] = ()
    unknown: str = ""


def beyond(call: ToolCall, effects: Effects) -> Beyond:
    """What `call` reaches that the hosts of its effects do not say."""
    hosts: list[str] = []
    unknown = ""
    for effect in effects.effects:
        for host in _of_effect(effect):
            if host:
                hosts.append(host)
            else:
                unknown = unknown or effect.program or "a setting"
        hosts += [name for host in effect.hosts if "\\" in host.url for name in (_host(host.url.partition("\\")[0]), _host(host.url)) if name]  # browsers, curl
        if any(ref.raw.startswith(("/dev/tcp/", "/dev/udp/")) for ref in (*effect.reads, *effect.writes)):
            unknown = unknown or "a connection of the shell"
        if any(_NAME.match(host.host) is None for host in effect.hosts):
            unknown = unknown or effect.program or call.tool
    if not unknown and not any(effect.hosts for effect in effects.effects) and _names_no_host(call):
        unknown = call.tool
    return Beyond(tuple(dict.fromkeys(hosts)), unknown)


def _of_effect(effect: Effect) -> Iterator[str]:
    """Hosts beyond `effect.hosts`; "" stands for one that cannot be told."""
    for name, value in effect.assignments:
        if name.lower() in DIVERTING_VARIABLES:
            yield _host(value)
    program = effect.program
    if program in TEXT_PROGRAMS and program not in CLIENTS and program != "git":
        return
    if PROXYING & {program, *effect.wrappers}:
        yield ""
    if program not in TEXT_PROGRAMS and not effect.hosts:
        yield from (_host(word) for word in map(_value, effect.argv[1:]) if _URL.match(word) and not _LOCAL_SCHEME.match(word))
    if not program or (HARMLESS_OPTIONS & effect.flags and not effect.hosts):
        return
    if DIVERTING.get(program, frozenset()) & effect.flags and _is_network(effect):
        yield ""
    if program in RESOLVERS:
        yield from (_host(word[1:]) for word in effect.operands if word.startswith("@"))
    if program in FETCHERS and any(_host(word) == "" for word in effect.operands if not _LOCAL_SCHEME.match(word)):
        yield ""
    talks = program in TALKERS and not effect.hosts and not any(_LOCAL_SCHEME.match(word) for word in effect.operands)
    if talks or (program in COPIERS and any("$" in word or "`" in word or "{}" in word for word in effect.operands)):
        yield ""
    elif program == "git":
        yield from _of_git(effect)
    elif program in SERVED:
        yield from _of_served(effect.argv[1:])
    elif program == "getent":
        yield from (_host(word) for word in effect.operands[1:] if effect.operands[0].endswith(("hosts", "hostsv4", "hostsv6")))
    else:
        yield from _of_client(effect)


def _value(word: str) -> str:
    """The value of `--option=value`, else the word."""
    return word.partition("=")[2] if word.startswith("-") and "=" in word else word


def _of_served(words: tuple[str, ...]) -> Iterator[str]:
    """Hosts that a client of a server names; none = that of this machine."""
    for place, word in enumerate(words):
        option, joined, value = word.partition("=")
        named = _CONNINFO.search(word)
        if option in HOST_OPTIONS and (joined or place + 1 < len(words)):
            target = value if joined else words[place + 1]
        elif word.startswith("-h") and len(word) > 2:
            target = word[2:]
        elif named is not None:
            target = named.group(1)
        else:
            continue
        if not target.startswith(("/", "-")):
            yield _host(target)


def _is_network(effect: Effect) -> bool:
    if effect.program == "git":
        return bool((_GIT_NETWORK | {"archive"}) & set(effect.subcommand))
    return effect.program not in COPIERS or any(":" in word for word in effect.operands)


def _of_git(effect: Effect) -> Iterator[str]:
    words = effect.subcommand
    if words[:2] in (("remote", "update"), ("remote", "prune"), ("submodule", "update"), ("submodule", "add")) or _GIT_ELSEWHERE & set(words[:1]):
        yield ""
    if words[:1] == ("clone",) and {"recurse-submodules", "recursive"} & effect.flags:
        yield ""
    if words[:1] == ("config",) and len(effect.operands) > 1 and _GIT_DIVERTING_KEY.fullmatch(effect.operands[0]):
        yield ""
    if not words or words[0] not in _GIT_NETWORK or effect.hosts:
        return
    named = effect.operands[0] if effect.operands else ""
    if words[0] == "clone" or "/" in named:
        if named.startswith(("/", "./", "../", "~")) or _LOCAL_SCHEME.match(named):
            return  # another folder of this machine
        yield ""
        return
    addresses = remote_addresses(effect.cwd, named) if "$" not in named else None
    for address in addresses if addresses is not None else ("$",):
        if address.startswith(("/", ".")) or _LOCAL_SCHEME.match(address):
            continue
        scp = _SCP.match(address) if "://" not in address else None
        yield _plain(scp.group(1)) if scp is not None else _host(address)


def _of_client(effect: Effect) -> Iterator[str]:
    program, words = effect.program, effect.argv[1:]
    subcommands = {*effect.subcommand, *(effect.operands[:1] if not effect.subcommand else ())}
    if re.fullmatch(r"pip\d[\d.]*", program):
        program = "pip"
    if program.startswith("python") and "m" in effect.flags and effect.operands[:1] in (("pip",), ("pipx",)):
        program, subcommands = effect.operands[0], set(effect.operands[1:2])
    client = CLIENTS.get(program)
    is_install = program == "yarn" and not effect.operands and not effect.subcommand
    if client is None or (client.subcommands and not client.subcommands & subcommands and not is_install) or OFFLINE_OPTIONS & set(words):
        return
    if program in ("docker", "podman") and effect.operands and _is_registry(effect.operands[0].partition("/")[0]):
        yield _host(effect.operands[0])
        return
    given, instead = _indexes(tuple("--index-url" if word == "-i" else word for word in words) if client.hosts == CLIENTS["pip"].hosts else words)
    yield from given
    if not instead:
        yield from client.hosts or (() if effect.hosts and program != "aws" else ("",))


def _is_registry(word: str) -> bool:
    return "." in word or ":" in word or "$" in word or word == "localhost"


def _indexes(words: tuple[str, ...]) -> tuple[list[str], bool]:
    """Hosts of package indexes that a command names, and whether they stand instead of the usual one."""
    found, instead = [], False
    for place, word in enumerate(words):
        option, joined, value = word.partition("=")
        if option in INDEX_OPTIONS or option in MORE_INDEX_OPTIONS:
            target = value if joined else words[place + 1] if place + 1 < len(words) else ""
            if not target.startswith(("/", "./", "../", "~")):
                found.append(_host(target))
            instead = instead or option in INDEX_OPTIONS
        elif _URL.match(word):
            found.append(_host(word))
    return found, instead


def _host(address: str) -> str:
    """The host of an address or of a bare `host:port/path`, "" when it is not written out."""
    match = _URL.match(address) if "://" in address else _BARE.match(address)
    return _plain(match.group(1)) if match is not None else ""


def _plain(name: str) -> str:
    name = name.strip("[]").rstrip(".").lower()
    return name if _NAME.match(name) else ""


def _names_no_host(call: ToolCall) -> bool:
    """Whether a tool is told to reach something whose host cannot be read."""
    action = call.action
    if isinstance(action, FetchAction):
        return bool(action.url) and not _LOCAL_SCHEME.match(action.url)
    return isinstance(action, McpAction) and any(_is_target(key, value) for key, value in _pairs(action.arguments, 0))


def _is_target(key: str, value: object) -> bool:
    return key.lower() in _TARGET_KEYS and isinstance(value, str) and bool(value) and not value.startswith(("/", ".", "~")) and not _LOCAL_SCHEME.match(value)


def _pairs(value: Any, depth: int) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict) and depth < 16:
        for key, inner in value.items():
            yield str(key), inner
            yield from _pairs(inner, depth + 1)
    elif isinstance(value, list) and depth < 16:
        for inner in value:
            yield from _pairs(inner, depth + 1)
