def test_keys_of_an_agent(terminal):
    made = terminal.json("agent", "create", "ci-bot")["key"]
    assert made["has_private"] and made["fingerprint"][:16] in terminal.ok("agent", "list")
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
    assert terminal.error("agent", "suspend", "../x").exit_code == 2
