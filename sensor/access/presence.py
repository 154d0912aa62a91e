"""Which process speaks for a session: hook clients cannot sign, so they are bound to the agent's process above them.

The kernel names the client; its nearest ancestor that is no shell is the agent's process. A session belongs to the
process that first spoke for it, until that process ends. What another living process says under its name is shown.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from sensor.model.calls import Caller, Surface, ToolCall, Value
from sensor.model.findings import Finding, Severity, Stage

OTHER_PROCESS, UNKNOWN = "HR-IDN-002", "HR-IDN-003"
SHELLS = frozenset({"sh", "bash", "dash", "zsh", "fish", "ash", "busybox", "env", "handrail-hook", "handrail-mcp", "timeout"})
LONGEST_CHAIN = 8
MAX_SESSIONS = 4096
MAX_PROCESSES = 1024


class Process(Value):
    """One process by the kernel's word. `started` tells two processes with one pid apart."""

    pid: int
    parent: int
    started: int
    name: str


class Presence:
    """`parent(pid)` gives the number of a client's parent, 0 = none, `above(pid)` a process that has started others, or None.

    `agent_above(pid)` is the known agent at or above a process, "" = none.
    """

    def __init__(self, parent: Callable[[int], int], above: Callable[[int], Process | None], agent_above: Callable[[int], str],
                 unknown: Callable[[], Severity | None]) -> None:
        """`unknown` is the weight of a call from no known agent, None = it may call."""
        self._parent = parent
        self._above = above
        self._agent_above = agent_above
        self._unknown = unknown
        self._sessions: OrderedDict[tuple[str, str], Process] = OrderedDict()
        self._spoken: OrderedDict[tuple[str, int, int], str] = OrderedDict()
        self._agents: OrderedDict[tuple[int, int], str] = OrderedDict()

    def check(self, call: ToolCall, caller: Caller) -> tuple[Finding, ...]:
        """Findings about the process behind `caller`; nothing where the kernel does not tell."""
        if call.surface is Surface.WRAPPER:
            return ()  # the process tree said whose it is
        process = self._speaker(caller.pid) if caller.pid else None
        if process is None:
            return ()
        return self._bound(call, process) + self._known(call, process)

    def speaker(self, agent: str, session: str) -> Process | None:
        """The process that a session belongs to; None where it is not known."""
        return self._sessions.get((agent, session))

    def session_of(self, agent: str, process: Process) -> str:
        """The session of `agent` that this process spoke for last, "" where there is none."""
        return self._spoken.get((agent, process.pid, process.started), "")

    def _speaker(self, pid: int) -> Process | None:
        """The nearest ancestor of the client that is not a shell."""
        number = self._parent(pid)
        for _ in range(LONGEST_CHAIN):
            process = self._above(number) if number > 1 else None
            if process is None or process.name not in SHELLS:
                return process
            number = process.parent
        return None

    def _bound(self, call: ToolCall, process: Process) -> tuple[Finding, ...]:
        if not call.session:
            return ()
        place = (call.agent, call.session)
        owner = self._sessions.get(place)
        if owner is None or _same(owner, process):
            self._spoken[(call.agent, process.pid, process.started)] = call.session
            if len(self._spoken) > MAX_PROCESSES:
                self._spoken.popitem(last=False)
        if owner is None or (not _same(owner, process) and not self._lives(owner)):
            self._sessions[place] = process
            self._sessions.move_to_end(place)
            if len(self._sessions) > MAX_SESSIONS:
                self._sessions.popitem(last=False)
            return ()
        if _same(owner, process):
            return ()
        return (Finding(
            rule=OTHER_PROCESS, severity=Severity.MEDIUM, stage=Stage.IDENTITY, category="identity",
            message=f"Process {process.pid} ({process.name}) speaks for a session of process {owner.pid} ({owner.name})",
            remedy="If you did not open this session twice, look at that process."),)

    def _known(self, call: ToolCall, process: Process) -> tuple[Finding, ...]:
        weight = self._unknown()
        if weight is None:
            return ()
        key = (process.pid, process.started)
        agent = self._agents.get(key)
        if agent is None:
            agent = self._agents[key] = self._agent_above(process.pid)
            if len(self._agents) > MAX_PROCESSES:
                self._agents.popitem(last=False)
        if agent:
            return ()
        return (Finding(
            rule=UNKNOWN, severity=weight, stage=Stage.IDENTITY, category="identity",
            message=f"Process {process.pid} ({process.name}) is no agent that Handrail knows, and says it is {call.agent}",
            remedy="Start the agent itself, or set identity.unknown in config.yaml."),)

    def _lives(self, process: Process) -> bool:
        now = self._above(process.pid)
        return now is not None and _same(now, process)


def _same(one: Process, other: Process) -> bool:
    return (one.pid, one.started) == (other.pid, other.started)
