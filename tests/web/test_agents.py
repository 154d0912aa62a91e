"""Agents: coverage, rights in words, sessions, and the switches of a person."""

from __future__ import annotations

import re

import pytest

from web.agents import coverage, rights, sessions
from web.connections import Connection
from web.sensor_link import Access

SESSION = "6f1d0f52-8f0a-4c3e-9a51-2b6f7f1e5d10"
POLICY = """
agents:
  claude-code: {filesystem: home, network: listed, hosts: {allow: ["@package-registries"]}, subagents: {Explore: {filesystem: read}}}
  robot: {tools: {allow: [Read]}}
"""


@pytest.fixture
def policy(config):
    config.paths.config.mkdir(parents=True)
    config.paths.policy_file.write_text(POLICY)
    return config.paths.policy_file


def panel(text: str, agent: str) -> str:
    """The panel of one agent."""
    return re.search(rf'<article class="panel agent" id="agent-{agent}">.*?</article>', text, re.DOTALL)[0]


@pytest.mark.parametrize(("connection", "mode", "asks", "word"), [
    (Connection(agent="a", stands=True), "enforce", False, "protected"),
    (Connection(agent="a", stands=True), "observe", False, "observed"),
    (Connection(agent="a", processes=2), "enforce", False, "blind"), (Connection(agent="a"), "enforce", False, "not connected"),
    (Connection(agent="a", was_connected=True, missing=("PreToolUse",)), "enforce", False, "blind"),
    (Connection(agent="a", was_connected=True, problem="hooks are switched off"), "enforce", False, "blind"),
    (None, "enforce", True, "asks by itself"), (None, "enforce", False, "not here"),
])
def test_coverage_is_one_word_with_a_reason(connection, mode, asks, word):
    found, note = coverage(connection, mode, asks)
    assert found.word == word and note and "; it " not in note
    if connection is not None and connection.missing:
        assert "PreToolUse" in note
    if connection is not None and connection.problem:
        assert note.startswith("Hooks are switched off")


def test_rights_are_those_that_calls_are_held_against(person, policy):
    text = person.get("/agents").get_data(as_text=True)
    own = panel(text, "claude-code")
    assert "the project, temporary files, the home folder" in own and "@package-registries" in own and "Sub-agent Explore" in own and "Other sub-agents" in own
    assert "<dt>tools</dt><dd>Read</dd>" in panel(text, "robot") and "not here" in panel(text, "robot")
    assert "limited by the rules alone" in panel(text, "cursor") and "Sub-agents" in panel(text, "cursor")


def test_without_a_policy_sub_agents_are_limited_all_the_same():
    from sensor.access.policy import AccessFile, Default

    (usual,) = rights(AccessFile(), "claude-code")
    assert usual[0] == "sub-agents" and dict(usual[1])["writes"] == "the project, temporary files"
    denied = rights(AccessFile(default=Default.DENY), "x")
    assert denied[0][0] == "agent" and dict(denied[0][1])["tools"] == "nothing"
    assert rights(None, "x") == ()


def test_a_broken_policy_is_said_and_nothing_is_made_up(person, policy):
    policy.write_text("agents: {claude-code: {filesystem: everywhere}}")
    text = person.get("/agents").get_data(as_text=True)
    assert "the last good one is in force" in text and "not known" in panel(text, "claude-code") and "rules alone" not in text


def test_sessions_show_key_delegation_and_risk(person):
    own = panel(person.get("/agents").get_data(as_text=True), "claude-code")
    assert "T1A2B3C4" in own and "3 h 4" in own and f"session={SESSION}" in own
    assert "down to tools Read, shell; writes the project; hosts nothing" in own and "in 2 steps" in own
    assert re.search(r'Risk <b class="num">138</b>', own) and "verdicts go up 1 level" in own and '= 98</span><span class="breaks">block HR-CRD-004' in own
    assert "nightly" in own and "abababababab" in own
    assert own.index(SESSION) < own.index("41c7a0de"), "a session with a risk comes first"


def test_a_session_of_another_agent_is_not_shown(dataset):
    import msgspec

    access = msgspec.convert({"keys": dataset.living()["keys"], "risks": dataset.living()["risks"]}, Access, strict=False)
    assert sessions("cursor", access) == () and len(sessions("claude-code", access)) == 2


@pytest.mark.parametrize(("action", "about", "op", "args"), [
    ("suspend", "", "agent.suspend", {"agent": "claude-code"}), ("end", "T1A2B3C4", "task.end", {"name": "T1A2B3C4"}),
    ("lift", "", "budget.lift", {"agent": "claude-code"}),
    ("hooks", "", "watch.repair", {"agent": "claude-code"}),
    ("clear", SESSION, "escalation.clear", {"agent": "claude-code", "session": SESSION}), ("end", "T9A8B7C6", "task.end", {"name": "T9A8B7C6"}),
])
def test_a_change_takes_a_confirmation_and_is_signed(person, sensor, action, about, op, args):
    confirm = person.get(f"/agents/claude-code/{action}?about={about}")
    assert confirm.status_code == 200 and about in confirm.get_data(as_text=True) and sensor.changes() == []
    done = person.post(f"/agents/claude-code/{action}", {"about": about})
    assert done.status_code == 303 and done.headers["Location"] == f"/agents?done={action}#agent-claude-code"
    assert sensor.changes() == [(op, {**args, "by": "dev (dashboard)"})]
    assert "The change is an entry of the log" in person.get(done.headers["Location"]).get_data(as_text=True)


def test_usage_of_today_and_budgets_are_shown(person, sensor):
    own = panel(person.get("/agents").get_data(as_text=True), "claude-code")
    assert "41 calls" in own and "1,234.5 CPU seconds" in own and "230,400 tokens in 12 requests" in own and "cost 3.20" in own
    assert "230,400 of 200,000, used up" in own and "40.5 of 100" in own and "all agents" in own and "Lift the budget" in own
    person.post("/agents/claude-code/lift", {"about": ""})
    own = panel(person.get("/agents").get_data(as_text=True), "claude-code")
    assert "lifted for today" in own and "Lift the budget" not in own
    sensor.usage = []
    assert "Today" not in panel(person.get("/agents").get_data(as_text=True), "claude-code")


def test_a_suspended_agent_is_said_and_can_be_resumed(person, sensor):
    person.post("/agents/claude-code/suspend", {"about": ""})
    own = panel(person.get("/agents").get_data(as_text=True), "claude-code")
    assert "suspended" in own and "/agents/claude-code/resume" in own and "/suspend" not in own
    assert person.post("/agents/claude-code/resume", {"about": ""}).status_code == 303
    assert [op for op, _args in sensor.changes()] == ["agent.suspend", "agent.resume"]


@pytest.mark.parametrize(("path", "form", "csrf", "status"), [
    ("/agents/nobody/suspend", {}, None, 404), ("/agents/claude-code/delete", {}, None, 404), ("/agents/cursor/end", {"about": "T1A2B3C4"}, None, 404),
    ("/agents/claude-code/end", {"about": "T0000000"}, None, 404), ("/agents/claude-code/clear", {"about": "other"}, None, 404),
    ("/agents/claude-code/suspend", {"about": "x"}, None, 404), ("/agents/claude-code/suspend", {}, "wrong", 403),
])
def test_anything_else_changes_nothing(person, sensor, path, form, csrf, status):
    assert person.post(path, form, csrf=csrf).status_code == status and sensor.changes() == []


def test_without_a_sensor_the_page_says_so_and_nothing_changes(visitor):
    person = visitor.log_in()
    assert "handrail service start" in person.get("/agents").get_data(as_text=True)
    assert person.post("/agents/claude-code/suspend", {"about": ""}).status_code == 503


def test_without_a_sensor_no_agent_is_called_protected(person, sensor, monkeypatch):
    monkeypatch.setattr("web.connections.Connections.all", lambda self: (Connection(agent="claude-code", stands=True), Connection(agent="cursor")))
    text = person.get("/agents").get_data(as_text=True)
    assert "protected</span>" in panel(text, "claude-code") and "not protected" not in text and "not connected" in panel(text, "cursor")
    sensor.close()
    text = person.get("/agents").get_data(as_text=True)
    own = panel(text, "claude-code")
    assert "not protected" in own and "st-good" not in own and "no call is judged" in own and "not connected" in panel(text, "cursor")


def test_sessions_that_handrail_played_are_marked_and_come_last(person, sensor):
    assert ">test calls<" not in person.get("/agents").get_data(as_text=True)
    sensor.living["risks"].append({"agent": "claude-code", "session": "demo-1", "score": 225, "level": 2, "terms": []})
    own = panel(person.get("/agents").get_data(as_text=True), "claude-code")
    assert own.count(">test calls<") == 1 and own.index("41c7a0de") < own.index(">demo-1")


def test_a_refusal_is_shown(person, sensor):
    original = sensor._answer
    sensor._answer = lambda op, args: (2, {"error": "refused: only a person"}) if op == "agent.suspend" else original(op, args)
    answer = person.post("/agents/claude-code/suspend", {"about": ""})
    assert answer.status_code == 409 and b"only a person" in answer.data


def test_programs_get_the_same(person):
    body = person.get("/api/v1/agents").json
    own = next(one for one in body["agents"] if one["name"] == "claude-code")
    assert own["sessions"][0]["risk"]["score"] == 138.2 and own["sessions"][0]["key"]["id"] == "T1A2B3C4" and body["problem"] == ""
