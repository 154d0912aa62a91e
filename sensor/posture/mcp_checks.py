"""Area MCP: the servers in the settings of every client. Commands are parsed; no argument is shown, as it may hold a secret."""

from __future__ import annotations

import ipaddress
import os
import re
import shlex
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from hooks.settings.formats import Scope
from sensor.access.pins import CHANGED, Pin
from sensor.host.machine.file_facts import WRITERS, rights_problem
from sensor.model.findings import Severity
from sensor.model.verdicts import Verdict
from sensor.posture.check import Check, Result, failed, holds_secret, passed, rights, unknown, unreadable, verdict
from sensor.posture.context import Context, Form
from sensor.posture.hook_checks import meant, present
from sensor.posture.launchers import container_rights, inline_code, is_pinned, root_scope
from sensor.posture.places import DOWNLOADS, TEMPORARY
from sensor.posture.servers import MAX_SERVERS, McpServer, has_more, servers_of, sources_of

LOADERS = re.compile(
    r"LD_PRELOAD|LD_AUDIT|LD_LIBRARY_PATH|DYLD_\w+|PYTHONSTARTUP|PYTHONPATH|NODE_OPTIONS|PERL5OPT|PERL5LIB|RUBYOPT|BASH_ENV|ENV|PROMPT_COMMAND"
    r"|EDITOR|VISUAL|PAGER|GIT_SSH|GIT_SSH_COMMAND|GIT_PAGER|GIT_EDITOR|GIT_EXTERNAL_DIFF|JAVA_TOOL_OPTIONS"
)
REFERENCE = re.compile(r"\$\{[^{}]+\}|\$\w+|\{\{[^{}]+\}\}")  # without braces inside: what is never closed is looked through once
WRITING = re.compile(r"(?i)write|create|delete|remove|update|edit|exec|run|shell|command|push|send|deploy|drop|insert|merge")


def each(context: Context, look: Callable[[McpServer], str]) -> Iterator[Result]:
    """`look` at every server: what is wrong with it, "" = nothing. Files that cannot be understood are said too."""
    for source in sources_of(context):
        yield from unreadable(context.shown(source.document.path), source.document)
        if has_more(source):
            yield unknown(context.shown(source.document.path), f"names more than {MAX_SERVERS} servers: the rest was not looked at", source.document.path)
    for server in servers_of(context):
        yield verdict(look(server), server.name, server.path, server.line, server.basis)


def local(look: Callable[[tuple[str, ...]], str]) -> Callable[[McpServer], str]:
    """A look at the command of a server that is started here."""
    return lambda server: look(server.words) if server.words else ""


def inline_launcher(context: Context) -> Iterator[Result]:
    yield from each(context, local(inline_code))


def literal_secret(context: Context) -> Iterator[Result]:
    def look(server: McpServer) -> str:
        values = [(f"env {name}", f"{name}={value}") for name, value in server.env.items()]
        values += [(f"header {name}", f"{name}: {value}") for name, value in server.headers.items()]
        values += [(f"argument {number}", word) for number, word in enumerate(server.words[1:], 1)]
        values += [("its address", server.url)] if server.url else []
        found = [where for where, text in values if holds_secret(REFERENCE.sub("", text))]
        return f"a secret stands in {', '.join(found)}" if found else ""

    yield from each(context, look)


def loader_variable(context: Context) -> Iterator[Result]:
    def look(server: McpServer) -> str:
        found = [name for name in server.env if LOADERS.fullmatch(name)]
        return f"its environment sets {', '.join(found)}" if found else ""

    yield from each(context, look)


def unpinned(context: Context) -> Iterator[Result]:
    yield from each(context, local(is_pinned))


def unsteady_program(context: Context) -> Iterator[Result]:
    def look(words: tuple[str, ...]) -> str:
        program = words[0] if words[0].startswith("/") else context.programs.get(words[0], "")
        if "/" in words[0] and not words[0].startswith(("/", "~", "$")):
            return f"{words[0]} is relative: what runs depends on the folder"
        if "/" in words[0] and not words[0].startswith("/"):
            return ""
        if not program or not context.fact(program).exists:
            return f"{words[0]} was not found"
        folder = context.fact(os.path.dirname(program))
        return f"others can write into {context.shown(folder.path)}" if rights_problem(folder, WRITERS, context.uid) and not _is_sticky(folder.mode) else ""

    yield from each(context, local(look))


def _is_sticky(mode: int) -> bool:
    return bool(mode & 0o1000)


def passing_place(context: Context) -> Iterator[Result]:
    places = (*(f"{context.home}/{name}" for name in DOWNLOADS), *TEMPORARY)

    def look(words: tuple[str, ...]) -> str:
        found = next((word for word in words[:3] for place in places if word.startswith(place + "/")), "")
        return f"it starts {context.shown(os.path.dirname(found))}/..." if found else ""

    yield from each(context, local(look))


def unapproved_project_servers(context: Context) -> Iterator[Result]:
    chosen = _chosen_servers(context)
    for server in servers_of(context):
        if server.source.scope is Scope.PROJECT:
            known = server.source.agent == "claude-code" and server.name in chosen.get(server.project, ())
            yield passed(server.name, "chosen in Claude Code", server.path) if known else failed(
                server.name, f"the project {context.shown(server.project)} brings it", server.path, server.line, basis=server.basis)


def _chosen_servers(context: Context) -> dict[str, tuple[str, ...]]:
    """Servers of `.mcp.json` that a person enabled in Claude Code, by project."""
    chosen: dict[str, tuple[str, ...]] = {}
    for source in context.of(Form.CLAUDE_STATE):
        for project in source.document.table("projects"):
            chosen[project] = source.document.words("projects", project, "enabledMcpjsonServers")
    return chosen


def unseen_server(context: Context) -> Iterator[Result]:
    events = {"claude-code": "PreToolUse", "cursor": "beforeMCPExecution"}
    hooked = {agent.name for agent in present(context) if events[agent.name] in {entry.event for entry in meant(agent)}}
    for server in servers_of(context):
        is_seen = server.wrapped or server.source.agent in hooked
        if is_seen:
            yield passed(server.name, path=server.path)
        else:
            detail = f"its calls by {server.source.agent} are seen neither by hooks nor by the proxy"
            command = "" if server.words else f"handrail hooks install {server.source.agent}"
            yield failed(server.name, detail, server.path, server.line, basis=server.basis, command=command)


def unpinned_tools(context: Context) -> Iterator[Result]:
    if context.own.pins_problem:
        yield unknown("mcp-pins.json", context.own.pins_problem)
    for pin in context.own.pins:
        if pin.why == CHANGED:
            command = f"handrail mcp accept {shlex.quote(pin.server)} {shlex.quote(pin.tool)} --definition {pin.seen[:12]}"
            yield failed(f"{pin.server} {pin.tool}", "its definition has changed since it was accepted", basis=pin.seen, command=command)
    pinned = {pin.server for pin in context.own.pins}
    for server in servers_of(context):
        if not server.words or server.source.agent not in ("claude-code", "cursor"):
            continue
        if server.name in pinned:
            yield passed(server.name)
            continue
        detail = "no tool of it has been pinned yet" if server.wrapped else "it is not started through the proxy, which pins what tools say"
        command = "" if server.wrapped else "handrail mcp wrap"
        yield failed(server.name, detail, server.path, server.line, basis=server.basis, command=command)


def steering_tool(context: Context) -> Iterator[Result]:
    if context.own.pins_problem:
        yield unknown("mcp-pins.json", context.own.pins_problem)
    for pin in context.own.pins:
        yield verdict(f"its definition was judged {pin.verdict or 'bad'} ({pin.why})" if _is_bad(pin) else "", f"{pin.server} {pin.tool}", basis=pin.seen)


def _is_bad(pin: Pin) -> bool:
    return bool(pin.why) and pin.why != CHANGED and pin.verdict in (Verdict.QUARANTINE.word, Verdict.BLOCK.word)


def plain_http(context: Context) -> Iterator[Result]:
    yield from each(context, lambda server: f"http to {_host(server.url)}" if server.url.startswith("http://") and not _is_here(_host(server.url)) else "")


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def wide_container(context: Context) -> Iterator[Result]:
    yield from each(context, local(lambda words: container_rights(words, str(context.home))))


def whole_home(context: Context) -> Iterator[Result]:
    yield from each(context, local(lambda words: root_scope(words, str(context.home))))


def auto_approved(context: Context) -> Iterator[Result]:
    def look(server: McpServer) -> str:
        wide = [name for name in server.approved if "*" in name]
        writing = [name for name in server.approved if WRITING.search(name)]
        return "every tool runs without a question" if wide else f"{len(writing)} tools that change something run without a question" if writing else ""

    yield from each(context, look)


def open_file(context: Context) -> Iterator[Result]:
    for source in sources_of(context):
        yield rights(source.fact, WRITERS, context)


def inventory(context: Context) -> Iterator[Result]:
    for server in servers_of(context):
        kind = "remote" if server.url else "through the proxy" if server.wrapped else "on its own"
        yield passed(server.name, f"{server.source.agent}, {kind}", server.path)


H, M, INFO = Severity.HIGH, Severity.MEDIUM, Severity.INFO
EDIT = "edit the entry in the file"
MCP: tuple[Check, ...] = (
    Check("MCP-01", H, "a server is started by code in its settings", "What runs cannot be reviewed as a program.",
          "Use a fixed program.", inline_launcher, EDIT, ("ASI04", "CWE-78")),
    Check("MCP-02", H, "a secret stands in a server's settings", "It lies in backups, repositories and every program's reach.",
          "Refer to it: ${NAME}.", literal_secret, "replace the value by ${NAME}", ("CWE-798",)),
    Check("MCP-03", H, "a server's environment loads other code", "Such variables make a good program run something else.",
          "Remove the variable.", loader_variable, EDIT, ("CWE-426",)),
    Check("MCP-04", H, "a server's version is not fixed", "The next start may fetch another program.",
          "Name an exact version or a digest.", unpinned, "NAME@1.2.3, or image@sha256:...", ("ASI04",)),
    Check("MCP-05", M, "a server's program is not where it should be", "Somebody can put another in its place.",
          "Use an absolute path in a folder of yours.", unsteady_program, EDIT, ("CWE-426",)),
    Check("MCP-06", H, "a server runs out of a passing place", "Downloads and temporary files come from anywhere.",
          "Move and review it.", passing_place, EDIT),
    Check("MCP-07", H, "a project brings a server that nobody approved", "It is a program of whoever wrote the repository.",
          "Review it; enable it by name in the agent, or remove it.", unapproved_project_servers,
          "review the file, then enable the server by name in the agent", ("ASI04",)),
    Check("MCP-08", H, "a server's calls are not seen", "Neither a hook nor the proxy stands before it.",
          "Lead it through the proxy.", unseen_server, "handrail mcp wrap", ("ASI02",)),
    Check("MCP-09", H, "tool definitions changed or were never pinned", "A server can change what a tool is said to do.",
          "Look at them, then accept.", unpinned_tools, "handrail mcp tools --withheld", ("ASI04",)),
    Check("MCP-10", H, "a tool definition steers the model", "It was judged as an attempt to give orders.",
          "Remove the server.", steering_tool, "handrail mcp tools --withheld", ("ASI01",)),
    Check("MCP-11", H, "a remote server without encryption", "Calls and tokens can be read and changed on the way.",
          "Use https.", plain_http, "https:// in the entry", ("CWE-319",)),
    Check("MCP-13", H, "a server has the rights of the machine", "It can do what root can, whatever its tools say.",
          "Take away what it does not need.", wide_container, EDIT, ("CWE-250",)),
    Check("MCP-14", H, "a file server serves all your files", "Keys and mail are in its reach.",
          "Give it the project's folder.", whole_home, EDIT),
    Check("MCP-15", M, "tools that change things are approved in advance", "Nobody looks when they are called.",
          "Name reading tools only.", auto_approved, EDIT),
    Check("MCP-18", H, "a file with servers is open to others", "Another user could start programs as you.",
          "Take the right to write away.", open_file, references=("CWE-732",)),
    Check("MCP-21", INFO, "servers", "For the record.",
          "Nothing.", inventory),
)
