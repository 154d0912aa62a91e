"""Budgets in the running sensor: what becomes of one that is used up, and what people may ask about usage."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from sensor.access.budgets import ALL, Budgets, Line, cpu_seconds, tokens
from sensor.access.ledger import Ledger, Models, Used
from sensor.access.policy import UsedUp
from sensor.desk.requests import Args, ChangeRecorder, Done, Operation
from sensor.model.calls import Caller
from sensor.model.errors import UsageError


class BudgetDesk:
    """Built once by `sensor.composition`. `alert` gets (agent, title, text); `person` raises for callers that are below an agent."""

    def __init__(self, *, ledger: Ledger, budgets: Budgets, suspend: Callable[[str, bool], tuple[str, str]], recorder: ChangeRecorder,
                 alert: Callable[[str, str, str], None], person: Callable[[Caller], None]) -> None:
        self._ledger = ledger
        self._budgets = budgets
        self._suspend = suspend
        self._recorder = recorder
        self._alert = alert
        self._person = person

    def crossed(self, agent: str, line: Line) -> None:
        """A limit is near or used up: an entry and an alert, and the suspension where the policy wants it."""
        over = line.used >= line.limit
        who = "all agents" if line.who == ALL else line.who
        self._recorder.change(f"budget of {who}", "", f"{'used up' if over else 'near'}: {line.text}", "handrail", lambda: None)
        self._alert(agent, f"The budget of {who} is {'used up' if over else 'nearly used up'}", line.text)
        if over and line.when_used_up is UsedUp.SUSPEND:
            before, after = self._suspend(agent, True)
            self._recorder.change(f"agent {agent}", before, after, "handrail: its budget is used up", lambda: None)

    def used(self, agent: str, session: str, file: str, offset: int, messages: Iterable[Used]) -> None:
        """What a history told."""
        self._ledger.used(agent, session, file, offset, messages)
        self._budgets.watch(agent, session)

    def cpu(self, agent: str, session: str, process: str, seconds: float) -> None:
        """What the tree of an agent's process has used so far."""
        self._ledger.cpu(agent, session, process, seconds)
        self._budgets.watch(agent, session)

    def table(self) -> dict[str, Operation]:
        """The operations by name."""
        return {"usage.list": lambda args, caller, done: done(0, self.shown()), "budget.lift": self._lift}

    def shown(self) -> dict[str, object]:
        """What was used today, by agent with its limits, and by session."""
        day = self._ledger.today()
        agents, month = self._ledger.agents(day), self._ledger.agents(day[:7])
        return {
            "day": day, "lifted": self._ledger.is_lifted(ALL),
            "agents": [{
                "agent": agent, **self._sums(models), "money_this_month": round(self._budgets.money(month.get(agent, {})), 4),
                "lifted": self._ledger.is_lifted(agent),
                "models": {model: msgspec.to_builtins(counts) for model, counts in models.items() if model},
                "limits": [{"who": line.who, "what": line.what, "used": line.used, "limit": line.limit, "used_up": line.when_used_up.value}
                           for line in self._budgets.lines(agent, "") if not line.what.endswith("-per-session")],
            } for agent, models in sorted(agents.items())],
            "sessions": [{"agent": name.partition(" ")[0], "session": name.partition(" ")[2], **self._sums(models)}
                         for name, models in reversed(self._ledger.sessions().items())],
        }

    def gauges(self) -> dict[str, tuple[str, float]]:
        """What all agents used today."""
        today = self._ledger.agents(self._ledger.today()).values()
        return {
            "tokens_today": ("Tokens that models used today (UTC), without those from the cache.", sum(map(tokens, today))),
            "cpu_seconds_today": ("CPU seconds that agents used today (UTC).", sum(map(cpu_seconds, today))),
            "money_today": ("What priced models cost today (UTC).", sum(map(self._budgets.money, today))),
        }

    def _sums(self, models: Models) -> dict[str, object]:
        return {
            "calls": sum(one.calls for one in models.values()), "test_calls": sum(one.test_calls for one in models.values()),
            "requests": sum(one.requests for one in models.values()),
            "tokens": tokens(models), "cpu_seconds": round(cpu_seconds(models), 1), "from_cache": sum(one.cache_read for one in models.values()),
            "money": round(self._budgets.money(models), 4), "unpriced_tokens": self._budgets.unpriced(models),
        }

    def _lift(self, args: Args, caller: Caller, done: Done) -> None:
        self._person(caller)
        agent, by = args.get("agent"), args.get("by", "unknown")
        if not isinstance(agent, str) or not agent or len(agent) > 40 or not isinstance(by, str):
            raise UsageError("name the agent whose budget is lifted", next_step="handrail agent usage lists them")
        self._ledger.lift(agent)
        who = "all agents" if agent == ALL else agent
        self._recorder.change(f"budget of {who}", "in force", f"lifted for {self._ledger.today()}", by[:200],
                              lambda: done(0, {"lifted": agent, "day": self._ledger.today()}))
