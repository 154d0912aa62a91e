"""How well this machine is protected right now, in a few facts: agents, mode, processes, and how far the record is proven.

Each fact has a state that a person sees by colour, shape and word. The worst of them is the headline.
"""

from __future__ import annotations

import datetime
import enum
from typing import Any

from sensor.audit.keys import KeyFileError, load_public
from sensor.audit.pin import PinError, read_pin
from sensor.host.agents import connected_agents
from sensor.host.children import load_state
from sensor.model.calls import Value
from sensor.model.errors import HandrailError
from sensor.paths import Paths
from sensor.store.queries.counters import AgentRow
from sensor.store.queries.record import IndexState
from web.config import WebConfig
from web.render import SECOND_US, count, duration

# The indexer lags a moment behind every call; more than this is worth saying.
BEHIND_BYTES = 64 * 1024


class State(enum.IntEnum):
    """From good to bad."""

    GOOD = 0
    WARN = 1
    BAD = 2

    @property
    def word(self) -> str:
        return self.name.lower()


class Fact(Value):
    """One cell: what it is about, its state in one or two words, and a note."""

    name: str
    state: State
    text: str
    note: str = ""
    link: str = ""


class Published(Value):
    """The newest state of the log that is pinned outside its folder: what lies before it cannot change unseen.

    `size` entries at `ts` (microseconds); `problem` when the pin is damaged or forged. `is_known` is False without a pin.
    """

    is_known: bool = False
    size: int = 0
    ts: int = 0
    problem: str = ""


class Sources(Value):
    """What the facts are made from. `behind` are journal bytes not yet indexed; `now_us` microseconds."""

    status: dict[str, Any]
    record: IndexState
    behind: int
    agents: tuple[AgentRow, ...]
    published: Published
    now_us: int


class Protection(Value):
    """The headline and its facts."""

    state: State
    title: str
    facts: tuple[Fact, ...]


def published(config: WebConfig) -> Published:
    """The local pin, checked against the identity's public key."""
    try:
        pin = read_pin(config.keys, load_public(config.keys))
    except PinError as error:
        return Published(problem=error.message)
    except (KeyFileError, OSError):
        return Published()
    if pin is None:
        return Published()
    moment = datetime.datetime.fromisoformat(pin.ts.replace("Z", "+00:00"))
    return Published(is_known=True, size=pin.size, ts=int(moment.timestamp() * SECOND_US))


def assess(config: WebConfig, sources: Sources) -> Protection:
    """The facts and the worst of them in words."""
    facts = (_agents(config, sources), _sensor(config, sources), _mode(sources), _index(sources), _record(sources))
    worst = max(fact.state for fact in facts)
    title = {State.GOOD: "Protected", State.WARN: "Protected in part", State.BAD: "Not protected"}[worst]
    if sources.status.get("mode") == "observe" and worst is State.WARN:
        title = "Watching only"
    return Protection(state=worst, title=title, facts=facts)


def connected(config: WebConfig) -> tuple[str, ...]:
    """Agents whose settings the installation edited; empty when the record of that cannot be read."""
    # The records lie in the state folder; the other folders are not looked at.
    paths = Paths(config=config.state, state=config.state, run=config.token.parent, data=config.state)
    try:
        return tuple(one.agent for one in connected_agents(paths))
    except HandrailError:
        return ()


def _agents(config: WebConfig, sources: Sources) -> Fact:
    names = connected(config)
    seen = tuple(row.agent for row in sources.agents if row.agent)
    if names:
        note = ", ".join(names)
        return Fact(name="Agents", state=State.GOOD, text=f"{len(names)} connected", note=note, link="/events")
    if seen:
        return Fact(name="Agents", state=State.GOOD, text=f"{len(seen)} reporting", note=", ".join(seen), link="/events")
    return Fact(name="Agents", state=State.WARN, text="none yet", note="handrail hooks install")


def _sensor(config: WebConfig, sources: Sources) -> Fact:
    status = sources.status
    if status.get("problem"):
        return Fact(name="Sensor", state=State.BAD, text="away", note="handrail service start")
    since = status.get("started")
    note = f"for {duration(max(0, int(sources.now_us - since * SECOND_US)))}" if isinstance(since, (int, float)) else ""
    run = load_state(config.children)
    restarts = sum(child.restarts for child in run.children) if run is not None else 0
    if restarts:
        note += f", {restarts} restart{'s' if restarts > 1 else ''} of its processes"
    problems = status.get("problems") or status.get("alarm")
    return Fact(name="Sensor", state=State.WARN if problems else State.GOOD, text="runs", note=note, link="/log")


def _mode(sources: Sources) -> Fact:
    mode, rules = str(sources.status.get("mode", "")), sources.status.get("rules")
    note = f"{count(rules['count'])} rules" if isinstance(rules, dict) and isinstance(rules.get("count"), int) else ""
    if not mode:
        return Fact(name="Mode", state=State.WARN, text="not known", note="the sensor does not answer")
    if mode == "observe":
        return Fact(name="Mode", state=State.WARN, text="observe", note="recorded, nothing is stopped", link="/log")
    own = [name for name, other in (sources.status.get("modes") or {}).items() if other == "observe"]
    if own:
        return Fact(name="Mode", state=State.WARN, text="enforce", note=f"only observed: {', '.join(own)}", link="/log")
    return Fact(name="Mode", state=State.GOOD, text=mode, note=note, link="/rules")


def _index(sources: Sources) -> Fact:
    if sources.record.fault:
        return Fact(name="Chain", state=State.BAD, text="broken", note=sources.record.fault, link="/log")
    if sources.behind > BEHIND_BYTES:
        return Fact(name="Chain", state=State.WARN, text="index behind", note=f"{count(sources.behind)} bytes not shown yet", link="/log")
    return Fact(name="Chain", state=State.GOOD, text="holds", note=f"{count(sources.record.entries)} entries, index up to date", link="/log")


def _record(sources: Sources) -> Fact:
    proven = sources.published
    if proven.problem:
        return Fact(name="Pinned", state=State.BAD, text="pin damaged", note=proven.problem, link="/log")
    if not proven.is_known:
        return Fact(name="Pinned", state=State.WARN, text="no pin", note="the newest entries could be deleted unseen", link="/log")
    behind = max(0, sources.record.seq + 1 - proven.size)
    window = duration(max(0, sources.now_us - proven.ts))
    note = f"{count(behind)} newer could be deleted unseen ({window})" if behind else "the local pin covers every entry"
    return Fact(name="Pinned", state=State.GOOD, text=f"{count(proven.size)} entries", note=note, link="/log")
