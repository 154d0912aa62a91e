import pytest

from hooks.usage import Used
from sensor.access.budgets import RULE, Budgets, cost, price_of
from sensor.access.ledger import Counts, Ledger
from sensor.access.policy import UsedUp, parse_policy
from sensor.model.calls import Caller, Phase, Surface, ToolKind
from sensor.model.findings import Severity
from sensor.model.verdicts import JudgedCall
from sensor.settings import PriceSettings

PRICES = {"model-a": PriceSettings(input=2.0, output=10.0), "model-*": PriceSettings(input=1.0, output=1.0), "model-b*": PriceSettings(input=4.0, output=4.0)}


class World:
    def __init__(self, policy: str) -> None:
        self.day, self.crossed, self.number = "2030-01-02", [], 0
        self.ledger = Ledger(None, lambda: self.day, lambda write: None)
        self.policy = parse_policy(policy, "p")
        self.budgets = Budgets(self.ledger, lambda: self.policy, lambda: PRICES, lambda agent, line: self.crossed.append((agent, line.what, line.used >= line.limit)))

    def use(self, agent="claude-code", session="s", model="model-a", **numbers):
        self.number += 1
        one = Used(str(self.number), model, "", *({"input": 0, "output": 0, "cache_write": 0, "cache_read": 0} | numbers).values())
        self.ledger.used(agent, session, "f", self.number, [one])
        self.budgets.watch(agent, session)


def mine(budget: str) -> str:
    return f"agents: {{claude-code: {{budget: {budget}}}}}"


def severities(world, call):
    return [(one.rule, one.severity) for one in world.budgets.check(call)]


def test_without_a_budget_nothing_is_limited(shell_call):
    world = World("")
    world.use(input=10**9)
    assert severities(world, shell_call("ls")) == [] and world.crossed == []


@pytest.mark.parametrize(("word", "found"), [("deny", [(RULE, Severity.CRITICAL)]), ("ask", [(RULE, Severity.HIGH)]), ("suspend", [])])
def test_a_budget_ends_the_call_after_the_one_that_used_it_up(shell_call, word, found):
    world = World(mine(f"{{tokens-per-day: 100, used-up: {word}}}"))
    world.use(input=99, cache_read=10_000)
    assert severities(world, shell_call("ls")) == []
    world.use(output=1)
    assert severities(world, shell_call("ls")) == found and severities(world, shell_call("ls", agent="cursor")) == []
    assert severities(world, shell_call("ls", phase=Phase.AFTER)) == []
    assert [over for _, _, over in world.crossed] == [False, True], "near at 80 %, then used up, each once"
    world.day = "2030-01-03"
    assert severities(world, shell_call("ls")) == []


def test_calls_are_counted_but_not_prompts_results_and_what_calls_start(shell_call):
    world = World(mine("{calls-per-day: 2}"))
    for fields in ({"phase": Phase.AFTER}, {"kind": ToolKind.PROMPT}, {"surface": Surface.WRAPPER}, {}, {}):
        world.budgets.judged(JudgedCall(call=shell_call("ls", **fields), caller=Caller(uid=1), judgement=None))
    assert severities(world, shell_call("ls", session="other")) == [(RULE, Severity.CRITICAL)]


@pytest.mark.parametrize(("limit", "other_session"), [("cpu-seconds-per-day", True), ("cpu-seconds-per-session", False)])
def test_cpu_seconds_are_counted_by_day_and_session(shell_call, limit, other_session):
    world = World(mine(f"{{{limit}: 10}}"))
    for seconds in (3.0, 9.0, 12.96, 13.0):
        assert severities(world, shell_call("ls", session="s")) == []
        world.ledger.cpu("claude-code", "s", "1 1", seconds)
        world.budgets.watch("claude-code", "s")
    assert severities(world, shell_call("ls", session="s")) == [(RULE, Severity.CRITICAL)]
    assert bool(severities(world, shell_call("ls", session="t"))) is other_session
    assert [over for _, _, over in world.crossed] == [False, True]
    world.ledger.lift("claude-code")
    assert severities(world, shell_call("ls", session="s")) == []


def test_the_budget_of_all_agents_counts_every_one(shell_call):
    world = World("budget: {tokens-per-day: 100}")
    world.use(agent="cursor", input=60)
    world.use(input=60)
    assert severities(world, shell_call("ls")) == severities(world, shell_call("ls", agent="other")) == [(RULE, Severity.CRITICAL)]
    world.ledger.lift("claude-code")
    assert severities(world, shell_call("ls")) != []
    world.ledger.lift("*")
    assert severities(world, shell_call("ls")) == []


def test_a_session_has_a_budget_of_its_own(shell_call):
    world = World(mine("{tokens-per-session: 50}"))
    world.use(session="s1", input=50)
    assert severities(world, shell_call("ls", session="s1")) and not severities(world, shell_call("ls", session="s2"))


def test_money_is_counted_for_priced_models_only(shell_call):
    world = World(mine("{money-per-month: 30}"))
    world.use(input=1_000_000, output=2_000_000)
    world.use(model="unknown", input=10**8)
    assert world.budgets.money(world.ledger.agents(world.day)["claude-code"]) == 22.0
    assert world.budgets.unpriced(world.ledger.agents(world.day)["claude-code"]) == 10**8
    assert not severities(world, shell_call("ls"))
    world.day = "2030-01-20"
    world.use(input=4_000_000)
    assert severities(world, shell_call("ls"))
    world.day = "2030-02-01"
    assert not severities(world, shell_call("ls"))


def test_money_of_all_agents_is_priced_by_model_too(shell_call):
    world = World("budget: {money-per-day: 3}")
    for agent in ("a", "b"):
        world.use(agent=agent, input=1_000_000)
    assert severities(world, shell_call("ls"))


def test_a_suspension_is_told_once_for_each_agent():
    world = World("budget: {tokens-per-day: 10, used-up: suspend}")
    for agent in ("a", "a", "b"):
        world.use(agent=agent, input=10)
    assert [agent for agent, _, over in world.crossed if over] == ["a", "b"]


@pytest.mark.parametrize("limit", ["money-per-month: 3", "tokens-per-session: 1000000"])
def test_a_budget_of_many_days_suspends_again_on_the_next_day(limit):
    world = World(mine(f"{{{limit}, used-up: suspend}}"))
    for day in ("2030-01-02", "2030-01-02", "2030-01-03", "2030-01-03"):  # on the first day a person resumes the agent
        world.day = day
        world.use(input=1_500_000)
    assert [over for _, _, over in world.crossed] == [True, True], "who resumes it has decided for one day"
    world.day = "2030-01-04"
    world.ledger.lift("claude-code")
    world.use(input=1)
    assert len(world.crossed) == 2


def test_a_price_is_found_by_name_or_the_longest_beginning():
    assert price_of(PRICES, "model-a").input == 2.0 and price_of(PRICES, "model-bx").input == 4.0 and price_of(PRICES, "model-z").input == 1.0
    assert price_of(PRICES, "other") is None and price_of({"*": PRICES["model-a"]}, "") is None
    assert cost(PriceSettings(input=1, output=2, cache_write=3, cache_read=4), Counts(input=10**6, output=10**6, cache_write=10**6, cache_read=10**6)) == 10
    assert UsedUp("deny") is UsedUp.DENY
