"""A policy proposed from what agents did: the tools, servers, hosts and folders they needed, and no more."""

from __future__ import annotations

from collections import Counter, defaultdict

import msgspec

from sensor.access.egress import beyond
from sensor.access.policy import (
    AccessFile,
    AgentSection,
    EgressSection,
    Filesystem,
    ListSection,
    Network,
    RightsSection,
    Shell,
)
from sensor.access.scopes import check_pattern, names_of
from sensor.model.calls import NO_TOOL_USE, McpAction, ToolCall, ToolKind
from sensor.model.effects import OWN_PLACES, Effects


class _Needs:
    """What one agent (or kind of sub-agent) needed."""

    def __init__(self) -> None:
        self.tools: Counter[str] = Counter()
        self.servers: Counter[str] = Counter()
        self.hosts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.filesystem = Filesystem.NONE
        self.shell = Shell.NONE

    def add(self, call: ToolCall, effects: Effects) -> None:
        self.tools[names_of(call)[1] or call.kind.value] += 1
        if isinstance(call.action, McpAction):
            self.servers[call.action.server] += 1
        reached = self.hosts[f"mcp__{call.action.server}" if isinstance(call.action, McpAction) else names_of(call)[1] or call.kind.value]
        reached.update(beyond(call, effects).hosts)
        changes = bool(effects.unresolved)
        for effect in effects.effects:
            for ref in (*effect.writes, *effect.deletes):
                self._reach(Filesystem.PROJECT if ref.places & OWN_PLACES else Filesystem.HOME if "@under_home" in ref.places else Filesystem.FULL)
            if effect.reads:
                self._reach(Filesystem.READ)
            outside = [host.host.lower() for host in effect.hosts if "@loopback" not in host.places]
            reached.update(outside)
            changes = changes or bool(effect.writes or effect.deletes or outside or effect.executes or effect.opaque)
        if call.kind is ToolKind.SHELL:
            self.shell = Shell.FULL if changes or self.shell is Shell.FULL else Shell.READ_ONLY

    def _reach(self, word: Filesystem) -> None:
        order = list(Filesystem)
        if order.index(word) > order.index(self.filesystem):
            self.filesystem = word

    def section(self, least: int) -> RightsSection:
        tools, servers = _often(self.tools, least), _often(self.servers, least)
        egress = tuple(EgressSection(tool=tool, allow=hosts) for tool, counted in sorted(self.hosts.items())
                       if not check_pattern(tool) and (hosts := _often(counted, least)))
        return RightsSection(
            tools=ListSection(allow=tools), servers=ListSection(allow=servers), filesystem=self.filesystem, shell=self.shell,
            network=Network.LISTED if egress else Network.NONE, hosts=ListSection(allow=()), egress=egress, ask=True)


def _often(counted: Counter[str], least: int) -> tuple[str, ...]:
    return tuple(sorted(name for name, count in counted.items() if count >= least and not check_pattern(name)))


class Learner:
    """Collects calls, then proposes."""

    def __init__(self) -> None:
        self._agents: defaultdict[str, _Needs] = defaultdict(_Needs)
        self._subagents: defaultdict[tuple[str, str], _Needs] = defaultdict(_Needs)

    def add(self, call: ToolCall, effects: Effects) -> None:
        """Take one call into account."""
        if call.kind in NO_TOOL_USE:
            return
        self._agents[call.agent].add(call, effects)  # a sub-agent needs its parent's rights too
        if call.subagent:
            self._subagents[(call.agent, call.subagent_type or "*")].add(call, effects)

    def proposal(self, least: int) -> AccessFile:
        """The narrowest policy under which everything that was done `least` times may be done again; else a person is asked."""
        agents = {}
        for agent, needs in sorted(self._agents.items()):
            subagents = {kind: own.section(least) for (name, kind), own in sorted(self._subagents.items()) if name == agent}
            agents[agent] = AgentSection(**{**msgspec.structs.asdict(needs.section(least)), "subagents": subagents})
        return AccessFile(agents=agents)


def render_policy(policy: AccessFile, counts: dict[str, int]) -> str:
    """The policy as YAML with what it was learned from."""
    lines = [
        "# Proposed from what was recorded. Read it, then save it as policy.yaml in the configuration folder.",
        f"default: {policy.default.value}", "agents:",
    ]
    for name, section in policy.agents.items():
        lines += [f"  {name}:  # {counts.get(name, 0)} calls", *_section(section, "    ")]
        if section.subagents:
            lines.append("    subagents:")
            for kind, own in section.subagents.items():
                lines += [f'      "{kind}":', *_section(own, "        ")]
    return "\n".join(lines) + "\n"


def _section(section: RightsSection, indent: str) -> list[str]:
    def names(values: tuple[str, ...]) -> str:
        return "[" + ", ".join(msgspec.json.encode(value).decode() for value in values) + "]"

    lines = [f"tools: {{allow: {names(section.tools.allow)}}}", f"servers: {{allow: {names(section.servers.allow)}}}",
             f"filesystem: {section.filesystem.value}", f"shell: {section.shell.value}", f"network: {section.network.value}"]
    if section.network is Network.LISTED:
        lines.append(f"hosts: {{allow: {names(section.hosts.allow)}}}  # tools without a line below reach nothing")
        lines += ["egress:", *(f"  - {{tool: {msgspec.json.encode(line.tool).decode()}, allow: {names(line.allow or ())}}}" for line in section.egress)]
    lines.append("ask: true  # a person is asked about anything else")
    return [indent + line for line in lines]
