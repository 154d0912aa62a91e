"""How well this machine is protected right now, in a few facts: agents, mode, processes, and how far the record is proven.

Each fact has a state that a person sees by colour, shape and word. The worst of them is the headline.
"""

from __future__ import annotations

import datetime
import enum
from typing import Any

from sensor.audit.form.keys import KeyFileError, load_public
from sensor.audit.journal.pin import PinError, read_pin
from sensor.host.services.children import load_state
from sensor.model.calls import Value
from sensor.model.states import Standing
from sensor.store.queries.counters import AgentRow
from sensor.store.queries.record import IndexState
from web.config import WebConfig
from web.connections import Connection
from web.render import SECOND_US, count, duration, relative

# The indexer lags a moment behind every call; more than this is worth saying.
BEHIND_BYTES = 64 * 1024
NO_AGENT = "none yet"


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
    """What the facts are made from. `agents` with their counts of work; `behind` are journal bytes not yet indexed; `now_us` microseconds."""

    status: dict[str, Any]
    record: IndexState
    behind: int
    agents: tuple[AgentRow, ...]
    published: Published
    now_us: int
    connections: tuple[Connection, ...] = ()


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
    facts = (_agents(sources), _sensor(config, sources), _mode(sources), _files(sources), _index(sources), _record(sources))
    worst = max(fact.state for fact in facts)
    title = {State.GOOD: "Protected", State.WARN: "Protected in part", State.BAD: "Not protected"}[worst]
    if worst is State.WARN and facts[0].text == NO_AGENT:
        title = "Nothing protected yet"
    elif sources.status.get("mode") == "observe" and worst is State.WARN:
        title = "Watching only"
    return Protection(state=worst, title=title, facts=facts)


def _agents(sources: Sources) -> Fact:
    stand = tuple(one.agent for one in sources.connections if one.stands)
    lost = tuple(one.agent for one in sources.connections if one.was_connected and not one.stands)
    blind = tuple(one.agent for one in sources.connections if one.processes and not one.stands and not one.was_connected)
    seen = tuple(row.agent for row in sources.agents if row.agent and row.counts.total)  # of work: the demo protects nobody
    if lost:
        return Fact(name="Agents", state=State.BAD, text="hooks gone", note=f"{', '.join(lost)}: handrail hooks install", link="/agents")
    if blind:
        return Fact(name="Agents", state=State.WARN, text=f"{len(blind)} not seen", note=f"{', '.join(blind)} runs without hooks", link="/agents")
    if stand:
        return Fact(name="Agents", state=State.GOOD, text=f"{len(stand)} connected", note=", ".join(stand), link="/agents")
    if seen:
        return Fact(name="Agents", state=State.GOOD, text=f"{len(seen)} reporting", note=", ".join(seen), link="/agents")
    return Fact(name="Agents", state=State.WARN, text=NO_AGENT, note="handrail hooks install", link="/agents")


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
    note += _model(sources.status.get("model"))
    if not mode:
        return Fact(name="Mode", state=State.WARN, text="not known", note="the sensor does not answer")
    if mode == "observe":
        return Fact(name="Mode", state=State.WARN, text="observe", note="recorded, nothing is stopped", link="/log")
    own = [name for name, other in (sources.status.get("modes") or {}).items() if other == "observe"]
    if own:
        return Fact(name="Mode", state=State.WARN, text="enforce", note=f"only observed: {', '.join(own)}", link="/log")
    return Fact(name="Mode", state=State.GOOD, text=mode, note=note, link="/rules")


def _model(model: object) -> str:
    """Whether a local model looks at commands too, behind the number of rules."""
    if not isinstance(model, dict):
        return ""
    if not model.get("model"):
        return ", no local model"
    state = str(model.get("state", ""))
    return ", and a local model" if state == Standing.RUNNING.value else f"; local model {state}: {model.get('detail', '')}".removesuffix(": ")


def _files(sources: Sources) -> Fact:
    watch = sources.status.get("watch")
    if not isinstance(watch, dict):
        return Fact(name="Files", state=State.WARN, text="not known", note="the sensor does not answer")
    link = "/events?kind=files"
    if watch.get("problems"):
        return Fact(name="Files", state=State.BAD, text="hooks altered", note=f"{len(watch['problems'])} to look at", link=link)
    if watch.get("state") != Standing.RUNNING.value:
        told = {Standing.OFF.value: ("not watched", "watch.enabled is off"), Standing.STARTING.value: ("begins", "the watcher starts")}
        text, note = told.get(str(watch.get("state")), ("silent", "the watcher does not report"))
        return Fact(name="Files", state=State.WARN, text=text, note=note, link=link)
    if watch.get("blind"):
        return Fact(name="Files", state=State.WARN, text="by sweep", note=f"{watch['blind']} folders without events", link=link)
    swept = watch.get("swept")
    ago = relative(min(sources.now_us, int(swept * SECOND_US)), sources.now_us) if isinstance(swept, (int, float)) else "not known"
    return Fact(name="Files", state=State.GOOD, text=f"{count(watch['files'])} watched", note=f"last sweep {ago}", link=link)


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
