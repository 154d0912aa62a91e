"""Budgets of agents: calls, CPU time, tokens and money per day, month and session, held against what the ledger counted.

Tokens and CPU time are known after the fact, so a budget ends the call after the one that used it up. Money is counted for models that
have a price in config.yaml; a model without one counts tokens only.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, Protocol

from sensor.access.ledger import Counts, Ledger, Models
from sensor.access.policy import AccessFile, BudgetSection, UsedUp
from sensor.model.calls import NO_TOOL_USE, Phase, Surface, ToolCall
from sensor.model.findings import Finding, Severity, Stage
from sensor.model.verdicts import JudgedCall

RULE = "HR-BUD-001"
ALL = "*"
WARN = 0.8
MAX_AGENTS = 500


class Price(Protocol):
    """Of a million tokens; `sensor.settings.PriceSettings`."""

    @property
    def input(self) -> float: ...
    @property
    def output(self) -> float: ...
    @property
    def cache_write(self) -> float: ...
    @property
    def cache_read(self) -> float: ...


class Line(NamedTuple):
    """One limit and how much of it is used. `who` is an agent or "*", `what` the key of policy.yaml."""

    who: str
    what: str
    used: float
    limit: float
    period: str
    when_used_up: UsedUp

    @property
    def text(self) -> str:
        return f"{self.what} of {'all agents' if self.who == ALL else self.who}: {self.used:,.10g} of {self.limit:,.10g}"


class Budgets:
    """`policy` and `prices` give what is in force; `crossed` hears of an agent that passed 80 % or the whole of a limit, once."""

    def __init__(self, ledger: Ledger, policy: Callable[[], AccessFile | None], prices: Callable[[], Mapping[str, Price]],
                 crossed: Callable[[str, Line], None]) -> None:
        self._ledger = ledger
        self._policy = policy
        self._prices = prices
        self._crossed = crossed
        self._summed: dict[tuple[str, str, str], float] = {}
        self._as_of: tuple[int, Mapping[str, Price] | None] = (-1, None)
        self._sections_of: AccessFile | None = None
        self._sections: dict[str, tuple[tuple[str, BudgetSection], ...]] = {}

    def check(self, call: ToolCall) -> tuple[Finding, ...]:
        """A finding for each budget that is used up; a suspension speaks for itself."""
        if call.phase is not Phase.BEFORE or not self._of_agent(call.agent):
            return ()
        return tuple(
            Finding(rule=RULE, severity=Severity.HIGH if line.when_used_up is UsedUp.ASK else Severity.CRITICAL, stage=Stage.ACCESS, category="budget",
                    message=f"The budget is used up: {line.text}",
                    remedy=f"Stop and tell the user. They lift it for today with: handrail agent lift {'--all' if line.who == ALL else call.agent}")
            for line in self.lines(call.agent, call.session)
            if line.used >= line.limit and line.when_used_up is not UsedUp.SUSPEND and not self._ledger.is_lifted(line.who))

    def judged(self, judged: JudgedCall) -> None:
        """A call was made."""
        call = judged.call
        if call.phase is Phase.BEFORE and call.kind not in NO_TOOL_USE and call.surface is not Surface.WRAPPER:
            self._ledger.call(call.agent, call.session)
            self.watch(call.agent, call.session)

    def watch(self, agent: str, session: str) -> None:
        """Tell of limits that are near or passed, each once; of one that suspends on every day anew, as a person resumes for a day."""
        for line in self.lines(agent, session) if self._of_agent(agent) else ():
            level = "used up" if line.used >= line.limit else "near" if line.used >= WARN * line.limit else ""
            about = f"{agent} {self._ledger.today()}" if line.when_used_up is UsedUp.SUSPEND else line.who
            if level and not self._ledger.is_lifted(line.who) and self._ledger.tell(f"{line.period} {line.who} {line.what} {line.limit:g} {level} {about}"):
                self._crossed(agent, line)

    def lines(self, agent: str, session: str) -> Iterator[Line]:
        """Every limit that holds for a call of `session`."""
        return itertools.chain.from_iterable([self._lines(who, budget, agent, session) for who, budget in self._of_agent(agent)])

    def _of_agent(self, agent: str) -> tuple[tuple[str, BudgetSection], ...]:
        """The budgets that hold for an agent, each with whom it is about: found once for a policy, and for most there is none."""
        policy = self._policy()
        if policy is not self._sections_of or len(self._sections) > MAX_AGENTS:
            self._sections_of, self._sections = policy, {}
        found = self._sections.get(agent)
        if found is None:
            own = policy.agents.get(agent, policy.agents.get("*")) if policy is not None else None
            both = ((agent, own.budget if own is not None else None), (ALL, policy.budget if policy is not None else None))
            found = self._sections[agent] = tuple([(who, budget) for who, budget in both if budget is not None and budget != _NONE])
        return found

    def _lines(self, who: str, budget: BudgetSection, agent: str, session: str) -> Iterator[Line]:
        day = self._ledger.today()
        today = self._of(who, day)
        if budget.calls_per_day is not None:
            yield Line(who, "calls-per-day", sum(models[""].calls for models in today if "" in models), budget.calls_per_day, day, budget.used_up)
        if budget.cpu_seconds_per_day is not None:
            yield Line(who, "cpu-seconds-per-day", sum(map(cpu_seconds, today)), budget.cpu_seconds_per_day, day, budget.used_up)
        if budget.cpu_seconds_per_session is not None:
            used = cpu_seconds(self._ledger.session(agent, session))
            yield Line(who, "cpu-seconds-per-session", used, budget.cpu_seconds_per_session, session, budget.used_up)
        if budget.tokens_per_day is not None:
            yield Line(who, "tokens-per-day", self._sum("tokens", who, day), budget.tokens_per_day, day, budget.used_up)
        if budget.tokens_per_session is not None:
            yield Line(who, "tokens-per-session", tokens(self._ledger.session(agent, session)), budget.tokens_per_session, session, budget.used_up)
        if budget.money_per_day is not None:
            yield Line(who, "money-per-day", self._sum("money", who, day), budget.money_per_day, day, budget.used_up)
        if budget.money_per_month is not None:
            yield Line(who, "money-per-month", self._sum("money", who, day[:7]), budget.money_per_month, day[:7], budget.used_up)

    def _sum(self, what: str, who: str, period: str) -> float:
        """Tokens or money of a period, summed once until a history tells more or prices change."""
        state = (self._ledger.version, self._prices())
        if state[0] != self._as_of[0] or state[1] is not self._as_of[1]:
            self._summed.clear()
            self._as_of = state
        key = (what, who, period)
        if key not in self._summed:
            self._summed[key] = sum(map(tokens if what == "tokens" else self.money, self._of(who, period)))
        return self._summed[key]

    def _of(self, who: str, period: str) -> tuple[Models, ...]:
        agents = self._ledger.agents(period)
        return tuple(agents.values()) if who == ALL else (agents.get(who, {}),)

    def money(self, models: Models) -> float:
        """What the priced models cost."""
        prices = self._prices()
        return sum(cost(price, counts) for model, counts in models.items() if model and (price := price_of(prices, model)) is not None)

    def unpriced(self, models: Models) -> int:
        """Tokens of models without a price."""
        prices = self._prices()
        return sum(counts.tokens + counts.cache_read for model, counts in models.items() if price_of(prices, model) is None)


def tokens(models: Models) -> int:
    """Tokens that a budget counts."""
    return sum(counts.tokens for counts in models.values())


def cpu_seconds(models: Models) -> float:
    """CPU seconds that a budget counts."""
    return models[""].cpu_ms / 1000 if "" in models else 0.0


def price_of(prices: Mapping[str, Price], model: str) -> Price | None:
    """The price of a model by its name, or by the longest `prefix*` that fits."""
    if model in prices:
        return prices[model]
    fits = [name for name in prices if name.endswith("*") and model.startswith(name[:-1])]
    return prices[max(fits, key=len)] if fits and model else None


def cost(price: Price, counts: Counts) -> float:
    """Money for the tokens of one model."""
    return (price.input * counts.input + price.output * counts.output + price.cache_write * counts.cache_write + price.cache_read * counts.cache_read) / 1e6


_NONE = BudgetSection()
