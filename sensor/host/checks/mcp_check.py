"""What `handrail doctor` says about MCP servers, and how an uninstallation takes the proxy out of the agents' settings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from hooks.settings.server_entries import STDIO
from hooks.settings.servers import AGENTS, ServerPlace, apply, changed_files, inspect, plan_unwrapping
from sensor.ask import SensorAway, SensorRefused, ask
from sensor.host.checks.checkup import AGAIN, Check, Place, fail, ok, warn
from sensor.host.files.hook_client import proxy_path
from sensor.paths import Paths


def mcp_servers(place: Place) -> Iterator[Check]:
    """How many servers are started through the proxy, and whether that is there."""
    proxy = proxy_path(place.paths)
    states = [inspect(ServerPlace(agent=agent, home=place.home, state=place.paths.state, proxy=proxy, environment=dict(os.environ))) for agent in AGENTS]
    for state in states:
        if state.problem:
            yield warn("MCP servers", state.problem, "Correct the file; Handrail leaves it alone until then.")
    servers = [server for state in states for server in state.servers]
    through = sum(server.wrapped for server in servers)
    if (through or changed_files(place.paths.state)) and not os.access(proxy, os.X_OK):
        yield fail("MCP servers", f"they are started through {proxy}, which is missing or cannot be executed", AGAIN)
    elif servers:
        own = sum(server.kind == STDIO and not server.wrapped for server in servers)
        detail = f"{through} of {len(servers)} through the proxy"
        yield ok("MCP servers", f"{detail}; {own} more could be: handrail mcp wrap" if own else detail)
    else:
        yield ok("MCP servers", "none is set up")
    yield from _withheld(place.paths)


def _withheld(paths: Paths) -> Iterator[Check]:
    """Tools that wait for a person's look; a sensor that is away is another check's affair."""
    try:
        tools = [tool for tool in ask(paths.socket, "mcp.tools")["tools"] if tool["withheld"]]
    except (SensorAway, SensorRefused):
        return
    if tools:
        names = ", ".join(f"{tool['tool']} of {tool['server']}" for tool in tools[:3])
        yield warn("MCP tools", f"{len(tools)} withheld, as what they say about themselves has changed or steers the model: {names}",
                   "Look at them: handrail mcp tools --withheld")


def unwrap_all(paths: Paths, home: Path) -> tuple[str, ...]:
    """Start every server on its own again; the files that were changed. Raises HandrailError."""
    proxy = proxy_path(paths)
    places = (ServerPlace(agent=agent, home=home, state=paths.state, proxy=proxy, environment=dict(os.environ)) for agent in AGENTS)
    done = []
    for file in dict.fromkeys((*changed_files(paths.state), *(place.file for place in places if not inspect(place).problem))):
        plan = plan_unwrapping(file, paths.state, proxy)
        apply(plan)
        if plan.change:
            done.append(str(file))
    return tuple(done)
