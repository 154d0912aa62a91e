def test_a_task_is_started_listed_and_ended(terminal):
    started = terminal.json("task", "start", "nightly", "--agent", "ci", "--tools", "Read", "--ttl", "10m")
    assert len(started["private"]) == 64 and started["scope"]["tools"] == ["Read"]
    listed = terminal.ok("task", "list")
    assert started["id"] in listed and "no hosts, servers" in listed and started["private"] not in listed
    assert started["id"] in terminal.ok("task", "end", "nightly")
    assert "handrail task list" in terminal.error("task", "end", "nightly").next_step


def test_people_see_the_private_half_once(terminal):
    assert "private" in terminal.ok("task", "start", "once")


def test_too_long_is_a_usage_error(terminal):
    assert terminal.run("task", "start", "x", "--ttl", "5h").exit_code == 2


def test_sessions_are_shown_as_such(terminal, live):
    live.bash("ls", "task1", session_id="shown")
    key = next(key for key in terminal.json("task", "list")["keys"] if key["session"] == "shown")
    assert key["holder"] == "session" and "its session" in terminal.ok("task", "list")
