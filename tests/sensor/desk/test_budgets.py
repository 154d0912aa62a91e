import pytest

from hooks.usage import Used
from sensor.access.budgets import Budgets, Line
from sensor.access.ledger import Ledger
from sensor.access.policy import UsedUp, parse_policy
from sensor.desk.budgets import BudgetDesk
from sensor.model.calls import Caller
from sensor.model.errors import UsageError
from sensor.settings import PriceSettings

ME = Caller(uid=1)


class World:
    def __init__(self, policy: str = "") -> None:
        self.changes, self.alerts, self.suspended, self.below_agent = [], [], [], False
        self.ledger = Ledger(None, lambda: "2030-01-02", lambda write: None)
        budgets = Budgets(self.ledger, lambda: parse_policy(policy, "p"), lambda: {"m": PriceSettings(input=1.0, output=2.0)}, lambda agent, line: self.desk.crossed(agent, line))
        self.desk = BudgetDesk(ledger=self.ledger, budgets=budgets, suspend=self.suspend, recorder=self, alert=lambda *words: self.alerts.append(words), person=self.person)

    def suspend(self, agent, suspended):
        self.suspended.append((agent, suspended))
        return "active", "suspended"

    def person(self, caller):
        if self.below_agent:
            raise UsageError("only a person")

    def change(self, what, before, after, by, then):
        self.changes.append((what, before, after, by))
        then()

    def ask(self, op, **args):
        got = []
        self.desk.table()[op](args, ME, lambda code, value: got.append(value))
        return got[0]

    def use(self, number, **fields):
        self.desk.used("a", "s", "f", number, [Used(str(number), fields.get("model", "m"), "", fields.get("input", 0), 0, 0, 0)])


def test_a_budget_that_is_used_up_is_an_entry_an_alert_and_a_suspension():
    world = World("agents: {a: {budget: {tokens-per-day: 100, used-up: suspend}}}")
    world.use(1, input=85)
    assert world.changes == [("budget of a", "", "near: tokens-per-day of a: 85 of 100", "handrail")] and world.suspended == []
    world.use(2, input=15)
    world.use(3, input=15)
    assert world.suspended == [("a", True)] and world.changes[1:] == [
        ("budget of a", "", "used up: tokens-per-day of a: 100 of 100", "handrail"), ("agent a", "active", "suspended", "handrail: its budget is used up")]
    assert [title for _, title, _ in world.alerts] == ["The budget of a is nearly used up", "The budget of a is used up"]


def test_a_budget_of_all_agents_is_named_so():
    world = World()
    world.desk.crossed("a", Line("*", "money-per-day", 3.5, 3.0, "2030-01-02", UsedUp.DENY))
    assert world.changes[0][0] == "budget of all agents" and "3.5 of 3" in world.changes[0][2] and world.suspended == []


def test_usage_is_shown_by_agent_model_and_session():
    world = World("agents: {a: {budget: {tokens-per-day: 100, tokens-per-session: 9}}}")
    world.use(1, input=40)
    world.use(2, input=5, model="free")
    (agent,) = world.ask("usage.list")["agents"]
    assert (agent["tokens"], agent["requests"], agent["money"], agent["unpriced_tokens"]) == (45, 2, 0.0, 5) and set(agent["models"]) == {"m", "free"}
    assert agent["limits"] == [{"who": "a", "what": "tokens-per-day", "used": 45, "limit": 100, "used_up": "deny"}]
    (session,) = world.ask("usage.list")["sessions"]
    assert (session["agent"], session["session"], session["tokens"]) == ("a", "s", 45)
    assert world.desk.gauges()["tokens_today"][1] == 45 and world.desk.gauges()["money_today"][1] == pytest.approx(0.00004)


def test_cpu_seconds_are_shown_and_end_at_their_limit():
    world = World("agents: {a: {budget: {cpu-seconds-per-day: 100, cpu-seconds-per-session: 50}}}")
    for seconds in (7.0, 31.26):
        world.desk.cpu("a", "s", "1 1", seconds)
    (agent,) = world.ask("usage.list")["agents"]
    assert agent["cpu_seconds"] == 24.3 and [line["what"] for line in agent["limits"]] == ["cpu-seconds-per-day"]
    assert world.desk.gauges()["cpu_seconds_today"][1] == 24.26 and world.ask("usage.list")["sessions"][0]["cpu_seconds"] == 24.3
    world.desk.cpu("a", "s", "1 1", 57.0)
    assert world.changes[-1][2] == "used up: cpu-seconds-per-session of a: 50 of 50"


def test_only_a_person_lifts_a_budget_and_it_is_an_entry():
    world = World()
    world.below_agent = True
    with pytest.raises(UsageError):
        world.ask("budget.lift", agent="a")
    world.below_agent = False
    for wrong in ({}, {"agent": ""}, {"agent": 5}, {"agent": "a" * 41}):
        with pytest.raises(UsageError):
            world.ask("budget.lift", **wrong)
    assert world.ask("budget.lift", agent="a", by="sam") == {"lifted": "a", "day": "2030-01-02"}
    assert world.ledger.is_lifted("a") and world.changes == [("budget of a", "in force", "lifted for 2030-01-02", "sam")]


def test_what_handrail_plays_is_marked_and_still_held_against_a_budget():
    world = World("agents: {a: {budget: {calls-per-day: 10}}}")
    for session in ("demo-1", "handrail-self-test-1", "s"):
        world.ledger.call("a", session)
    (agent,) = world.ask("usage.list")["agents"]
    assert (agent["calls"], agent["test_calls"], agent["limits"][0]["used"]) == (3, 2, 3)
    assert {row["session"]: row["test_calls"] for row in world.ask("usage.list")["sessions"]} == {"demo-1": 1, "handrail-self-test-1": 1, "s": 0}
