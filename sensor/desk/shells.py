"""What the shell wrapper reports: for whom it speaks, whether it was judged before, and whether it is worth an entry.

A report comes from below processes, not from an agent that names itself, so the process tree says whose it is: the
nearest agent above the shell, or the shell that was already placed. One action is one entry: a command line that the
agent's own hook has reported is not judged again, and a part of a judged whole (a simple command of a script, a shell
that a judged command line starts) becomes an entry only when it shows something that the whole did not.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

import msgspec

from hooks.adapters import Adapter
from hooks.render import encode
from hooks.shell_forms import STAND_DOWN
from hooks.shell_parse import LINE, NOBODY, PART, PROGRAM, START, form_of, name_tool
from sensor.access.presence import Process
from sensor.model.calls import Abilities, Caller, ShellAction, ToolCall, Value
from sensor.model.findings import Severity
from sensor.model.verdicts import Answer, Judgement, Reply, Verdict
from sensor.settings import ShellSettings, Wish

LONGEST_CHAIN = 64
MAX_SHELLS = 4096
SAME_SECONDS = 600.0
LEAVE: Reply = encode((None, "", STAND_DOWN))
# Editors whose terminals people type in: below them, only what carries the agent's mark is the agent's.
EDITORS = frozenset({"cursor", "windsurf"})


class Lookup(Protocol):
    """What is known of processes; `sensor.host.machine.processes` for real ones."""

    def look(self, pid: int) -> Process | None: ...

    def agent_of(self, process: Process) -> str:
        """The agent that this process is, "" when none."""

    def mark_of(self, pid: int) -> str:
        """The agent whose mark is in the environment of a process, "" when none."""


class Sessions(Protocol):
    """Which sessions a process speaks for; `sensor.access.presence.Presence`."""

    def speaker(self, agent: str, session: str) -> Process | None: ...

    def session_of(self, agent: str, process: Process) -> str:
        """The last one that this process spoke for, "" when none."""


class Shell(Value):
    """A shell that was placed: whose it is, what it was judged for, and the rules that were let through with it.

    `agent` "" = no known agent started it; `text` "" = nothing was judged as a whole.
    """

    agent: str
    session: str
    text: str = ""
    let_through: frozenset[str] = frozenset()


class Place(Value):
    """Where a report comes from: the shell itself, whose it is, and the placed shell at or above it (None = none was)."""

    own: Process | None
    owner: Shell
    above: Process | None = None


Submit = Callable[[ToolCall, Callable[[Judgement], None]], None]
Known = Callable[[ToolCall, Callable[[Judgement], None]], bool]


class Shells:
    """Built once by `sensor.composition`. `dry` judges without counting, holding or recording; `now` gives monotonic seconds."""

    def __init__(self, *, settings: Callable[[], ShellSettings], lookup: Lookup, sessions: Sessions, dry: Callable[[ToolCall], Judgement],
                 now: Callable[[], float]) -> None:
        self._settings = settings
        self._lookup = lookup
        self._sessions = sessions
        self._dry = dry
        self._now = now
        self._shells: OrderedDict[tuple[int, int], Shell] = OrderedDict()
        self._seen: OrderedDict[tuple[str, str, str, str], float] = OrderedDict()

    def receive(self, adapter: Adapter, call: ToolCall, caller: Caller, respond: Callable[[Reply], None], known: Known, submit: Submit) -> None:
        """Answer one report. `known` waits for the judgement of the hook's report of the same command, if there was one; `submit` judges and records."""
        form, place = form_of(call), self._place(call, self._chain(caller.pid))
        wanted = self._attributed(call, place.owner)
        if form == START or wanted is None:
            self._remember(place.own, msgspec.structs.replace(place.owner, text="", let_through=frozenset()))
            respond(adapter.render_silence(call.event) if wanted is not None else LEAVE)
            return
        report = wanted

        def settled(judgement: Judgement) -> None:
            self._let_through(report, judgement, place)
            respond(self._reply(adapter, report, judgement))

        if form != PART and known(report, settled):
            return
        whole = place.owner if place.above is not None and place.owner.text and form != LINE else None
        if self._is_quiet(report, whole):
            judgement = self._dry(report)
            if not _shows_more(judgement, whole):
                settled(msgspec.structs.replace(judgement, answer=Answer.ALLOW))
                return
        submit(report, settled)

    def _is_quiet(self, call: ToolCall, whole: Shell | None) -> bool:
        """Whether a report is an entry only when it shows something to stop: parts, repetitions, and scripts outside of agents."""
        if form_of(call) == LINE:
            return False
        repeated = self._repeated(call)
        inside = whole is not None and (form_of(call) in (PART, PROGRAM) or _command(call) in whole.text)
        return inside or repeated or call.agent == NOBODY or form_of(call) == PART

    def _reply(self, adapter: Adapter, call: ToolCall, judgement: Judgement) -> Reply:
        """What the shell is told: where nothing can be stopped, the rest of a script need not be reported."""
        reply = adapter.render_reply(call, judgement)
        return reply if reply.exit_code or call.abilities.deny or form_of(call) == LINE else LEAVE

    def _attributed(self, call: ToolCall, owner: Shell) -> ToolCall | None:
        """The call as that of its agent; None when nobody wants to know of it."""
        if owner.agent:
            return msgspec.structs.replace(call, agent=owner.agent, session=owner.session, tool=name_tool(owner.agent))
        wish = self._settings().typed if form_of(call) in (LINE, START) else self._settings().outside
        if wish is Wish.OFF:
            return None
        return msgspec.structs.replace(call, agent=NOBODY, session="", abilities=Abilities(deny=wish is Wish.ENFORCE))

    def _chain(self, pid: int) -> list[Process]:
        """The shell of a client and the processes above it, nearest first."""
        chain: list[Process] = []
        while pid > 1 and len(chain) < LONGEST_CHAIN:
            process = self._lookup.look(pid)
            if process is None:
                break
            chain.append(process)
            pid = process.parent
        return chain[1:]

    def _place(self, call: ToolCall, chain: list[Process]) -> Place:
        own = chain[0] if chain else None
        for process in chain:
            shell = self._shells.get((process.pid, process.started))
            if shell is not None:
                return Place(own=own, owner=shell, above=process)
            agent = self._lookup.agent_of(process)
            if agent and (agent not in EDITORS or self._lookup.mark_of(chain[0].pid) == agent):
                return Place(own=own, owner=Shell(agent=agent, session=self._session(call, agent, process)))
        return Place(own=own, owner=Shell(agent=self._lookup.mark_of(own.pid) if own is not None else "", session=""))

    def _session(self, call: ToolCall, agent: str, process: Process) -> str:
        """The session that the agent's hooks speak for; what the environment says is taken only where it cannot be another's."""
        speaker = self._sessions.speaker(agent, call.session) if call.session else None
        if speaker is not None and (speaker.pid, speaker.started) == (process.pid, process.started):
            return call.session
        spoken = self._sessions.session_of(agent, process)
        if spoken or (call.session and speaker is None):
            return spoken or call.session
        return f"process-{process.pid}-{process.started}"

    def _repeated(self, call: ToolCall) -> bool:
        """Whether the same command ran here a short time ago; notes it."""
        key, now = (call.agent, call.session, call.cwd, _command(call)), self._now()
        before = self._seen.pop(key, None)
        self._seen[key] = now
        if len(self._seen) > MAX_SHELLS:
            self._seen.popitem(last=False)
        return before is not None and now - before <= SAME_SECONDS

    def _let_through(self, call: ToolCall, judgement: Judgement, place: Place) -> None:
        """Remember what a shell may do from now on without another question."""
        if judgement.answer is not Answer.ALLOW:
            return
        rules, owner = frozenset(_serious(judgement)), place.owner
        if form_of(call) in (PART, PROGRAM):
            if rules - owner.let_through:
                self._remember(place.above, msgspec.structs.replace(owner, let_through=owner.let_through | rules))
            return
        before = owner.let_through if form_of(call) != LINE else frozenset()
        self._remember(place.own, msgspec.structs.replace(owner, text=_command(call), let_through=before | rules))

    def _remember(self, process: Process | None, shell: Shell) -> None:
        if process is None:
            return
        key = (process.pid, process.started)
        self._shells[key] = shell
        self._shells.move_to_end(key)
        if len(self._shells) > MAX_SHELLS:
            self._shells.popitem(last=False)


def _command(call: ToolCall) -> str:
    return call.action.command if isinstance(call.action, ShellAction) else ""


def _serious(judgement: Judgement) -> set[str]:
    """The rules that hold or block, by their severity."""
    return {finding.rule for finding in judgement.findings if finding.severity >= Severity.HIGH}


def _shows_more(judgement: Judgement, whole: Shell | None) -> bool:
    """Whether there is something to stop that was not let through with the whole."""
    if judgement.verdict < Verdict.QUARANTINE:
        return False
    serious = _serious(judgement)
    return not serious or bool(serious - (whole.let_through if whole is not None else frozenset()))
