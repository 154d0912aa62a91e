"""MCP servers in settings files of every client: one value per entry, whoever's format it stands in."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from hooks.settings.server_entries import find_servers
from sensor.model.calls import Value
from sensor.posture.context import Context, Form, Source

KEYS = ("mcpServers", "servers", "mcp_servers")
MAX_SERVERS = 100  # of one file
APPROVED = ("autoApprove", "alwaysAllow", "trust", "autoApproveTools")


class McpServer(Value):
    """One entry. `words` are the server's own command, without our proxy; `approved` are tools that run without a question (`*` = all)."""

    source: Source
    name: str
    keys: tuple[str, ...]
    words: tuple[str, ...] = ()
    env: dict[str, str] = {}
    url: str = ""
    headers: dict[str, str] = {}
    approved: tuple[str, ...] = ()
    wrapped: bool = False
    project: str = ""

    @property
    def path(self) -> str:
        """The file it stands in."""
        return self.source.document.path

    @property
    def line(self) -> int:
        """The line of its name."""
        return self.source.document.line(*self.keys)

    @property
    def basis(self) -> str:
        """What it is: another program, address, variable or approval is another finding. Values of variables and headers, mostly secrets, are left out."""
        return "\0".join((*self.words, self.url, *sorted(self.env), *sorted(self.headers), *self.approved))


def servers_of(context: Context) -> Iterator[McpServer]:
    """Every server of every client."""
    proxy = str(context.paths.bin / "handrail-mcp")
    for source in context.of(Form.SERVERS, Form.CLAUDE_STATE, Form.GEMINI, Form.CODEX):
        yield from _servers(source, proxy)


def sources_of(context: Context) -> Iterator[Source]:
    """The files that name servers, or cannot be understood."""
    return (source for source in context.of(Form.SERVERS, Form.CLAUDE_STATE, Form.GEMINI, Form.CODEX) if source.document.problem or any(_tables(source)))


def _servers(source: Source, proxy: str) -> Iterator[McpServer]:
    wrapped = {}
    names_proxy = proxy.rpartition("/")[2] in source.document.text  # each check asks, and a file may be long
    if source.document.root is not None and names_proxy and any(_tables(source)):
        wrapped = {(one.scope, one.name): one.command for one in find_servers(source.document.text, proxy) if one.wrapped}
    named = ((project, keys, name, entry) for project, keys, table in _tables(source) for name, entry in table.items() if isinstance(entry, dict))
    for project, keys, name, entry in itertools.islice(named, MAX_SERVERS):
        yield _server(source, (*keys, name), entry, wrapped.get((project, name)), project or source.project)


def has_more(source: Source) -> bool:
    """Whether a file names more servers than are looked at."""
    return sum(len(table) for _, _, table in _tables(source)) > MAX_SERVERS


def _tables(source: Source) -> Iterator[tuple[str, tuple[str, ...], dict[str, Any]]]:
    """(project, keys, entries) of each table of servers."""
    document = source.document
    yield from (("", (key,), document.table(key)) for key in KEYS if document.table(key))
    if source.form is Form.CLAUDE_STATE:
        for project in document.table("projects"):
            if document.table("projects", project, KEYS[0]):
                yield project, ("projects", project, KEYS[0]), document.table("projects", project, KEYS[0])


def _server(source: Source, keys: tuple[str, ...], entry: dict[str, Any], own: tuple[str, ...] | None, project: str) -> McpServer:
    command, args = entry.get("command"), entry.get("args")
    words = (command,) if isinstance(command, str) else tuple(filter(_is_text, command)) if isinstance(command, list) else ()
    words += tuple(filter(_is_text, args)) if isinstance(args, list) else ()
    url = next((value for key in ("url", "httpUrl", "serverUrl") if isinstance(value := entry.get(key), str)), "")
    return McpServer(source=source, name=keys[-1], keys=keys, words=own if own is not None else words, env=_texts(entry.get("env")), url=url, project=project,
                     headers=_texts(entry.get("headers") or entry.get("http_headers")), approved=_approved(entry), wrapped=own is not None)


def _approved(entry: dict[str, Any]) -> tuple[str, ...]:
    found: list[str] = []
    for key in APPROVED:
        value = entry.get(key)
        found += ["*"] if value is True else [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
    return tuple(found)


def _texts(value: Any) -> dict[str, str]:
    return {key: one for key, one in value.items() if isinstance(one, str)} if isinstance(value, dict) else {}


def _is_text(value: Any) -> bool:
    return isinstance(value, str)
