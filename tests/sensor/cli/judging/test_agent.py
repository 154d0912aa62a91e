def test_keys_of_an_agent(terminal):
    made = terminal.json("agent", "create", "ci-bot")["key"]
    assert made["fingerprint"][:16] in terminal.ok("agent", "list")
    assert terminal.json("agent", "rotate", "ci-bot")["key"]["public"] != made["public"]
    assert "revoked" in terminal.ok("agent", "revoke", "ci-bot")
    assert terminal.error("agent", "rotate", "ci-bot").exit_code == 2


def test_suspension_takes_effect_and_is_shown(terminal, live):
    assert "suspended" in terminal.ok("agent", "suspend", "claude-code")
    try:
        assert live.bash("ls", "sus1")[1]["hookSpecificOutput"]["permissionDecision"] == "deny"
        assert "suspended" in terminal.ok("agent", "list")
    finally:
        assert "works again" in terminal.ok("agent", "resume", "claude-code")
    assert live.bash("ls", "sus2")[1] == {}


def test_a_name_that_is_none_is_refused(terminal):
    for words in (("suspend", "../x"), ("suspend", "cursr"), ("resume", "cursr"), ("lift", "cursr"), ("usage", "cursr")):
        error = terminal.error("agent", *words)
        assert error.exit_code == 2 and "Known agents: " in error.next_step and "claude-code, cursor" in error.next_step
    assert terminal.json("agent", "list")["suspended"] == []


def test_usage_and_budgets_are_shown_and_lifted(terminal, live):
    live.paths.policy_file.write_text("budget: {calls-per-day: 1000000}\nagents: {claude-code: {budget: {calls-per-day: 1, used-up: ask}}}\n")
    live.op("reload")
    try:
        live.bash("ls", "use1")
        assert live.bash("ls", "use2")[1]["hookSpecificOutput"]["permissionDecision"] == "ask"
        (row,) = terminal.json("agent", "usage", "claude-code")["agents"]
        assert [(line["who"], line["what"], line["limit"]) for line in row["limits"]] == [("claude-code", "calls-per-day", 1), ("*", "calls-per-day", 1000000)]
        before = row["calls"] - row["test_calls"]
        terminal.ok("demo", "--fast")
        (row,) = terminal.json("agent", "usage", "claude-code")["agents"]
        assert row["test_calls"] > 0 and row["calls"] - row["test_calls"] == before
        text = terminal.ok("agent", "usage")
        assert "demo-" not in text and f"claude-code today   {before} calls" in terminal.ok("status")
        assert "claude-code" in text and "all: calls-per-day" in text and terminal.json("agent", "usage", "cursor")["agents"] == []
        assert "claude-code today" in terminal.ok("status") and "calls-per-day" in terminal.ok("status")
        assert terminal.run("agent", "lift").exit_code == 2 and terminal.run("agent", "lift", "x", "--all").exit_code == 2
        assert "does not hold today" in terminal.ok("agent", "lift", "claude-code") and "lifted for today" in terminal.ok("agent", "usage")
        assert live.bash("ls", "use3")[1] == {} and "all agents" in terminal.ok("agent", "lift", "--all")
    finally:
        live.paths.policy_file.unlink()
        live.op("reload")
