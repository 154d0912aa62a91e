"""Requests of pages to the sensor, with their answers as values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from sensor.access.scopes import Scope
from sensor.ask import JsonObject, SensorAway, ask
from sensor.model.calls import Value
from sensor.model.held import Held

PAGE_SECONDS = 2.0
DECIDE_SECONDS = 10.0


class Allowance(Value):
    """A call that a person allowed in one folder until a day (YYYY-MM-DD)."""

    id: str
    expires: str
    by: str = ""
    reason: str = ""
    agent: str = ""
    rule: str = ""
    call: str = ""
    created: str = ""


class Waiting(Value):
    """The held calls and what is allowed for longer, or why they are not known."""

    calls: tuple[Held, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    problem: str = ""

    @property
    def pending(self) -> tuple[Held, ...]:
        """What a person has to decide: a hook that waits gives up soon, so its call comes first; what Handrail played comes last."""
        pending = (call for call in self.calls if call.state == "pending")
        return tuple(sorted(pending, key=lambda call: (call.is_rehearsal, call.waits == 0, call.waits, -call.created)))


class Key(Value):
    """A living task key. `holder` is "session" for the key that every session has by itself."""

    id: str
    task: str
    agent: str
    session: str
    holder: str
    scope: Scope
    seconds_left: int


class Delegated(Value):
    """The delegation that a session is held to; `chain` is its digest, `scopes` one per block."""

    root: str
    chain: str
    scopes: tuple[Scope, ...]
    depth_left: int = 0
    seconds_left: int = 0


class RiskTerm(Value):
    """One part of a risk; `total` is what it was then, `step` the call that added it (`sensor.access.risk.step_of`)."""

    points: float
    why: str
    total: float = 0.0
    step: str = ""


class Risk(Value):
    """What a session's past weighs: `level` is how many steps its verdicts go up (0 to 2)."""

    agent: str
    session: str
    score: float
    level: int
    terms: tuple[RiskTerm, ...]


class Limit(Value):
    """One budget: what is counted ("tokens-per-day"), for whom ("*" = all agents), and how far it is used."""

    who: str
    what: str
    used: float
    limit: float

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is left."""
        return self.used >= self.limit


class Usage(Value):
    """What an agent used today (UTC), and the budgets it is held to. `money` counts models with a price only."""

    agent: str
    calls: int = 0
    test_calls: int = 0
    requests: int = 0
    tokens: int = 0
    from_cache: int = 0
    money: float = 0
    cpu_seconds: float = 0
    unpriced_tokens: int = 0
    lifted: bool = False
    limits: tuple[Limit, ...] = ()


class Access(Value):
    """Who may do what now, or why it is not known. `delegations` by session."""

    keys: tuple[Key, ...] = ()
    delegations: dict[str, Delegated] = {}
    risks: tuple[Risk, ...] = ()
    usage: tuple[Usage, ...] = ()
    problem: str = ""


class Rules(Value):
    """The loaded rules as the sensor describes them, or why they are not known."""

    rules: tuple[JsonObject, ...] = ()
    problem: str = ""


class Decision(Value):
    """A person's answer to a held call."""

    id: str
    approve: bool
    by: str
    reason: str = ""
    scope: str = "once"


class SensorLink:
    """The sensor behind one socket. Reading methods say in `problem` that it is away; deciding ones raise."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._names: tuple[str, dict[str, str]] = ("", {})

    def held(self) -> Waiting:
        """Every held call, newest first."""
        try:
            answer = ask(self._socket, "quarantine.list", timeout=PAGE_SECONDS)
            return msgspec.convert({name: answer.get(name, []) for name in ("calls", "allowances")}, Waiting, strict=False)
        except SensorAway as error:
            return Waiting(problem=_in_words(error))
        except msgspec.ValidationError as error:
            return Waiting(problem=f"The sensor's answer is of another version: {error}")

    def decide(self, decision: Decision) -> None:
        """Approve or reject. Raises SensorAway, SensorRefused."""
        args: dict[str, Any] = {"id": decision.id, "by": decision.by, "reason": decision.reason}
        if decision.approve:
            args["scope"] = decision.scope
        ask(self._socket, "quarantine.approve" if decision.approve else "quarantine.reject", args, DECIDE_SECONDS)

    def access(self) -> Access:
        """Task keys, delegations, risks and usage."""
        answers: JsonObject = {}
        try:
            for op, name, place in (("task.list", "keys", "keys"), ("delegation.list", "sessions", "delegations"), ("escalation.list", "sessions", "risks"),
                                    ("usage.list", "agents", "usage")):
                answers[place] = ask(self._socket, op, timeout=PAGE_SECONDS).get(name)
            return msgspec.convert({place: found for place, found in answers.items() if found}, Access, strict=False)
        except SensorAway as error:
            return Access(problem=_in_words(error))
        except msgspec.ValidationError as error:
            return Access(problem=f"The sensor's answer is of another version: {error}")

    def risk(self, agent: str, session: str) -> Risk | None:
        """What the past of one session weighs now; None when nothing does, or the sensor is away or of another version."""
        try:
            found = msgspec.convert(ask(self._socket, "escalation.list", timeout=PAGE_SECONDS).get("sessions", []), tuple[Risk, ...], strict=False)
        except (SensorAway, msgspec.ValidationError):
            return None
        return next((risk for risk in found if (risk.agent, risk.session) == (agent, session)), None)

    def change(self, op: str, **args: object) -> None:
        """Ask for a change that is an operation of the sensor. Raises SensorAway, SensorRefused."""
        ask(self._socket, op, args, DECIDE_SECONDS)

    def rules(self) -> Rules:
        """Every loaded rule."""
        try:
            found = ask(self._socket, "rules.list", timeout=PAGE_SECONDS).get("rules", [])
            return Rules(rules=tuple(rule for rule in found if isinstance(rule, dict)))
        except SensorAway as error:
            return Rules(problem=_in_words(error))

    def rule_names(self, status: JsonObject) -> dict[str, str]:
        """Name of each loaded rule by its id; none while the sensor of this `status` does not answer. Asks once per rule set, which its digest tells apart."""
        if status.get("problem"):
            return {}
        ruleset, (known, names) = str((status.get("rules") or {}).get("sha256", "")), self._names
        if not ruleset or ruleset != known:
            names = {str(rule.get("id", "")): str(rule.get("name", "")) for rule in self.rules().rules}
            self._names = (ruleset, names)
        return names

    def rule(self, rule_id: str) -> JsonObject:
        """One rule with its text. Raises SensorAway, SensorRefused."""
        return ask(self._socket, "rules.show", {"id": rule_id}, PAGE_SECONDS)

    def status(self) -> JsonObject:
        """What the sensor says about itself; {"problem": why} while it is away."""
        try:
            return ask(self._socket, "status", timeout=PAGE_SECONDS)
        except SensorAway as error:
            return {"problem": _in_words(error)}

    def set_mode(self, mode: str, by: str) -> None:
        """Switch between observe and enforce. Raises SensorAway, SensorRefused."""
        ask(self._socket, "mode.set", {"mode": mode, "by": by}, DECIDE_SECONDS)


def _in_words(error: SensorAway) -> str:
    return f"{error.message}. {error.next_step}".rstrip()
