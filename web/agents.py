"""Agents: whether each reports to us, what it may do, what its sessions do now, and the switches that a person has."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sensor.access.policy import AccessFile, PolicyError, load_policy
from sensor.access.standing import Governance
from sensor.access.words import in_words, narrowed
from sensor.host.checks.agents import AGENTS
from sensor.model.calls import OtherAction, Phase, ToolCall, ToolKind, Value
from sensor.model.names import REHEARSALS
from sensor.store.queries import counters
from sensor.store.queries.counters import AgentRow
from sensor.store.reading import IndexMissing
from web.connections import Connection
from web.quarantine import signature
from web.render import capitalize_first
from web.sensor_link import Access, Delegated, Key, Risk, Usage
from web.site import index, site

pages = Blueprint("agents", __name__)

MAX_NAME = 200
MAX_SESSIONS = 20
Rows = tuple[tuple[str, str], ...]


class Coverage(Value):
    """How far we see an agent and can stop it, in a word and the colour of its state."""

    word: str
    state: str


PROTECTED = Coverage(word="protected", state="good")
OBSERVED = Coverage(word="observed", state="warn")
BLIND = Coverage(word="blind", state="bad")
AWAY = Coverage(word="not protected", state="bad")
APART = Coverage(word="not connected", state="warn")
ASKS = Coverage(word="asks by itself", state="good")
ABSENT = Coverage(word="not here", state="warn")


class SessionNow(Value):
    """A session with a living key, a delegation or a risk."""

    session: str
    key: Key | None = None
    scope: str = ""
    delegation: Delegated | None = None
    delegated: str = ""
    risk: Risk | None = None

    @property
    def is_rehearsal(self) -> bool:
        """Whether Handrail itself played this session: its self-test or its demo."""
        return self.session.startswith(REHEARSALS)


class AgentNow(Value):
    """One agent as its panel shows it. `last` in microseconds, 0 = never; `rights` are (whose, rows) pairs."""

    name: str
    coverage: Coverage
    note: str
    mode: str
    suspended: bool
    version: str
    calls: int
    last: int
    rights: tuple[tuple[str, Rows], ...]
    sessions: tuple[SessionNow, ...]
    more: int
    keys: tuple[Key, ...]
    usage: Usage | None = None


class Action(Value):
    """A change that takes a confirmation. `about` says what it is about: "" the agent, "key" or "session"."""

    op: str
    title: str
    text: str
    button: str
    about: str = ""
    is_good: bool = False


ACTIONS = {
    "suspend": Action(op="agent.suspend", title="Suspend {}?", button="Suspend",
                      text="Every call of this agent is refused from now on, in all its sessions, until you resume it."),
    "resume": Action(op="agent.resume", title="Resume {}?", button="Resume", is_good=True, text="Its calls are judged again as before."),
    "end": Action(op="task.end", title="End this task of {}?", button="End", about="key",
                  text="The session that holds this key can do nothing more, and that cannot be undone. A new session gets a new key."),
    "clear": Action(op="escalation.clear", title="Clear the risk of this session of {}?", button="Clear", about="session", is_good=True,
                    text="What the session did before no longer weighs on its next calls. The record keeps it."),
    "lift": Action(op="budget.lift", title="Lift the budget of {} for today?", button="Lift", is_good=True,
                   text="It may work on today (UTC) although its budget is used up. Tomorrow the budget holds again."),
    "hooks": Action(op="watch.repair", title="Put Handrail's hooks of {} back?", button="Put them back", is_good=True,
                    text="Its settings get the entries that were taken out, in one step; what others wrote in them stays. "
                         "A file that cannot be parsed is left as it is."),
}
DONE = {
    "suspend": "Suspended.", "resume": "Resumed.", "end": "Ended.", "clear": "Cleared.", "lift": "Lifted for today.",
    "hooks": "The watcher puts them back now; the entry of it is among the events.",
}


@pages.get("/agents")
def show() -> str:
    """Every agent that is here, was seen in the last seven days, or has rights."""
    found, facts = everything()
    return render_template("agents.html", agents=found, facts=facts, done=DONE.get(request.args.get("done", ""), ""))


@pages.get("/agents/<name>/<action>")
def confirm(name: str, action: str) -> str:
    """Say what will happen, with the one button that does it."""
    wanted, about = _asked(name, action, request.args)
    return render_template("agent_confirm.html", name=name, action=wanted, about=about)


@pages.post("/agents/<name>/<action>")
def change(name: str, action: str) -> Response:
    """Pass the change to the sensor, which records it."""
    wanted, about = _asked(name, action, request.form)
    args = {"key": {"name": about}, "session": {"agent": name, "session": about}, "": {"agent": name}}[wanted.about]
    site().sensor.change(wanted.op, by=signature(), **args)
    return redirect(url_for("agents.show", done=action, _anchor=f"agent-{name}"), 303)


def _asked(name: str, action: str, given: Any) -> tuple[Action, str]:
    """The action, and the key or session that it is about. Nothing is asked of the sensor that it did not list."""
    wanted = ACTIONS.get(action)
    if wanted is None:
        abort(404)
    found, facts = everything()
    access = facts.access
    if access.problem:
        abort(503, access.problem)
    agent = next((one for one in found if one.name == name), None)
    if agent is None:
        abort(404, "No agent has this name.")
    about = str(given.get("about", ""))[:MAX_NAME]
    known = {"key": {key.id for key in access.keys if key.agent == name}, "session": {risk.session for risk in access.risks if risk.agent == name}, "": {""}}
    if about not in known[wanted.about]:
        abort(404, "It has ended already.")
    return wanted, about


class Facts(Value):
    """What the panels are made from. `policy` None: it cannot be read, or its place is not known (`problem`)."""

    access: Access
    status: dict[str, Any]
    connections: dict[str, Connection]
    rows: dict[str, AgentRow]
    policy: AccessFile | None
    problem: str

    def names(self) -> tuple[str, ...]:
        """Every agent, those on this machine first."""
        named = {*self.status.get("suspended", ()), *(self.policy.agents if self.policy is not None else ())} - {"*"}
        held = (*(key.agent for key in self.access.keys), *(risk.agent for risk in self.access.risks))
        return tuple(dict.fromkeys((*self.connections, *self.rows, *(self.status.get("agents") or {}), *sorted(named), *held)))


def everything() -> tuple[tuple[AgentNow, ...], Facts]:
    """Every agent, and what is known of them all."""
    here = site()
    try:
        rows = {row.agent: row for row in counters.agents(index(), here.now_us) if row.agent}
    except IndexMissing:
        rows = {}  # rights and switches matter while the index is made anew
    policy, problem = _policy()
    facts = Facts(access=here.sensor.access(), status=here.sensor.status(), connections={one.agent: one for one in here.connections.all()},
                  rows=rows, policy=policy, problem=problem)
    return tuple(_agent(name, facts) for name in facts.names()), facts


def _agent(name: str, facts: Facts) -> AgentNow:
    status, row = facts.status, facts.rows.get(name)
    seen = (status.get("agents") or {}).get(name) or {}
    mode = str((status.get("modes") or {}).get(name) or status.get("mode") or "")
    state, note = coverage(facts.connections.get(name), mode, bool(row or seen) and name not in AGENTS)
    if status.get("problem") and state in (PROTECTED, OBSERVED, ASKS):
        state, note = AWAY, "The sensor does not answer, so no call is judged; the hook client refuses risky ones."
    current = sessions(name, facts.access)
    return AgentNow(
        name=name, coverage=state, note=note, mode=mode, suspended=name in status.get("suspended", ()), version=str(seen.get("version", "")),
        calls=row.counts.total if row is not None else 0, last=max(row.last if row is not None else 0, int(seen.get("at", 0) * 1_000_000)),
        rights=rights(facts.policy, name), sessions=current[:MAX_SESSIONS], more=max(0, len(current) - MAX_SESSIONS),
        keys=tuple(key for key in facts.access.keys if key.agent == name and key.holder != "session"),
        usage=next((one for one in facts.access.usage if one.agent == name), None),
    )


def coverage(connection: Connection | None, mode: str, asks: bool) -> tuple[Coverage, str]:
    """How far an agent is covered, and why. `asks`: it has no hooks of ours, but sent calls."""
    if connection is None:
        return (ASKS, "An integration of its own: it sends its calls, and obeys by itself.") if asks else (ABSENT, "Not found on this machine.")
    runs = {0: "the agent does not run now", 1: "the agent runs now"}.get(connection.processes, f"{connection.processes} of its processes run now")
    if connection.stands:
        if mode == "observe":
            return OBSERVED, f"Every call is recorded, none is stopped; {runs}."
        return PROTECTED, f"Every call is judged before it runs; {runs}."
    if connection.problem or not connection.was_connected:
        cover = BLIND if connection.was_connected or connection.processes else APART
        return cover, f"{capitalize_first(connection.problem) or 'Its settings do not name our hooks'}; {runs}."
    return BLIND, f"Hooks are missing from its settings ({', '.join(connection.missing[:4])}); {runs}."


def sessions(name: str, access: Access) -> tuple[SessionNow, ...]:
    """What is known of the sessions of one agent now, those with a risk first, those that Handrail played last."""
    keys = {key.session: key for key in access.keys if key.agent == name and key.holder == "session"}
    risks = {risk.session: risk for risk in access.risks if risk.agent == name}
    found = []
    for session in dict.fromkeys((*risks, *keys)):
        key, delegation = keys.get(session), access.delegations.get(session)
        found.append(SessionNow(
            session=session, key=key, scope=narrowed(key.scope) if key is not None else "", delegation=delegation, risk=risks.get(session),
            delegated=narrowed(delegation.scopes[-1]) if delegation is not None and delegation.scopes else "",
        ))
    return tuple(sorted(found, key=lambda one: one.is_rehearsal))


def rights(policy: AccessFile | None, name: str) -> tuple[tuple[str, Rows], ...]:
    """What an agent and its sub-agents may do, as every call of theirs is held against it."""
    if policy is None:
        return ()
    governance = Governance(policy, "~")
    own = policy.agents.get(name, policy.agents.get("*"))
    kinds = ("", *(own.subagents if own is not None else ()))
    found: list[tuple[str, Rows]] = []
    for kind in dict.fromkeys((*kinds, "*")):
        call = ToolCall(agent=name, event="", phase=Phase.BEFORE, kind=ToolKind.UNKNOWN, tool="", action=OtherAction(arguments={}),
                        subagent=kind, subagent_type=kind)
        standing = governance.of(call).rights
        if not kind:
            found += [("agent", tuple(in_words(one))) for one in standing]
        elif standing:
            found.append((f"sub-agent {kind}" if kind != "*" else "other sub-agents" if len(found) > 1 else "sub-agents", tuple(in_words(standing[-1]))))
    return tuple(found)


def _policy() -> tuple[AccessFile | None, str]:
    paths = site().config.paths
    if paths is None:
        return None, ""
    try:
        return load_policy(paths.policy_file, own=None), ""
    except PolicyError as error:
        return None, error.message
