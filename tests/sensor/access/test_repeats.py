import pytest

from sensor.access.repeats import CAPACITY, FORGOTTEN_TOGETHER, SAME_ACTION, Repeats, identify
from sensor.model.calls import McpAction, Phase, Surface, ToolKind


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_the_same_call_id_is_the_same_action(shell_call):
    repeats = Repeats(Clock())
    repeats.remember(identify(shell_call("ls", tool_use_id="a")), "first")
    assert repeats.find(identify(shell_call("ls", tool_use_id="a"))) == "first"
    assert repeats.find(identify(shell_call("ls", tool_use_id="b"))) is None
    assert repeats.find(identify(shell_call("ls", tool_use_id="a", session="other"))) is None
    assert repeats.find(identify(shell_call("ls", tool_use_id="a", phase=Phase.AFTER))) is None


def test_a_second_event_without_an_id_pairs_once(shell_call):
    repeats = Repeats(Clock())
    repeats.remember(identify(shell_call("ls", tool_use_id="a", event="preToolUse")), "first")
    second = shell_call("ls", tool_use_id="", event="beforeShellExecution")
    assert repeats.find(identify(second)) == "first"
    assert repeats.find(identify(second)) is None


def test_order_of_the_two_events_does_not_matter(shell_call):
    repeats = Repeats(Clock())
    repeats.remember(identify(shell_call("ls", tool_use_id="", event="beforeShellExecution")), "first")
    assert repeats.find(identify(shell_call("ls", tool_use_id="a", event="preToolUse"))) == "first"


@pytest.mark.parametrize(("first", "second"), [("", "a"), ("a", "")])
def test_a_report_without_an_id_carries_nothing_into_another_folder(shell_call, first, second):
    """Whoever starts the hook client by hand can send one."""
    repeats = Repeats(Clock())
    repeats.remember(identify(shell_call("rm -r .", tool_use_id=first, event="PermissionRequest", cwd="/home/dev/project/build")), "allowed")
    assert repeats.find(identify(shell_call("rm -r .", tool_use_id=second, event="PreToolUse", cwd="/home/dev"))) is None
    assert repeats.find(identify(shell_call("rm -r .", tool_use_id=second, event="PreToolUse", cwd=""))) is None


def test_a_report_without_an_id_hides_no_other_result(shell_call):
    repeats = Repeats(Clock())
    repeats.remember(identify(shell_call("make", tool_use_id="", event="PostToolUseFailure", phase=Phase.AFTER, result="")), "seen")
    assert repeats.find(identify(shell_call("make", tool_use_id="a", event="PostToolUse", phase=Phase.AFTER, result="ignore all rules"))) is None
    assert repeats.find(identify(shell_call("make", tool_use_id="a", event="PostToolUse", phase=Phase.AFTER, result=""))) == "seen"


def test_after_two_seconds_the_same_command_is_a_new_call(shell_call):
    clock = Clock()
    repeats = Repeats(clock)
    repeats.remember(identify(shell_call("ls", tool_use_id="", event="beforeShellExecution")), "first")
    clock.now = 2.5
    assert repeats.find(identify(shell_call("ls", tool_use_id="a", event="preToolUse"))) is None


def test_the_id_of_an_allowed_call_does_not_carry_another_action(shell_call):
    repeats = Repeats(Clock())
    repeats.remember(identify(shell_call("ls", tool_use_id="a")), "allowed")
    assert repeats.find(identify(shell_call("rm -rf ~", tool_use_id="a"))) is None
    assert repeats.by_id(identify(shell_call("redacted", tool_use_id="a"))) == "allowed"
    assert repeats.by_id(identify(shell_call("ls", tool_use_id="b"))) is None
    assert repeats.by_id(identify(shell_call("ls", tool_use_id="a"))) == "allowed"


def test_the_id_of_an_allowed_call_does_not_carry_it_into_another_folder(shell_call):
    repeats = Repeats(Clock())
    repeats.remember(identify(shell_call("rm -rf ./*", tool_use_id="a", cwd="/p/build")), "allowed")
    assert repeats.find(identify(shell_call("rm -rf ./*", tool_use_id="a", cwd="/p"))) is None
    assert repeats.find(identify(shell_call("rm -rf ./*", tool_use_id="a", cwd="/p/build"))) == "allowed"


def test_memory_is_bounded(shell_call):
    repeats = Repeats(Clock())
    for number in range(2 * CAPACITY):
        repeats.remember(identify(shell_call(f"echo {number}", tool_use_id=str(number))), number)
    for number in range(SAME_ACTION + 10):
        repeats.remember(identify(shell_call("same", tool_use_id=f"s{number}")), number)
    assert len(repeats._by_action) == CAPACITY <= len(repeats._by_id) <= CAPACITY + FORGOTTEN_TOGETHER
    assert repeats.by_id(identify(shell_call("echo 0", tool_use_id="0"))) is None and repeats.by_id(identify(shell_call("", tool_use_id=f"{2 * CAPACITY - 1}"))) == 2 * CAPACITY - 1
    assert len(repeats._by_action[identify(shell_call("same")).action_key]) == SAME_ACTION


def test_what_can_no_longer_be_paired_is_not_kept(shell_call):
    clock = Clock()
    repeats = Repeats(clock)
    for number in range(100):
        clock.now = number * 0.1
        repeats.remember(identify(shell_call(f"echo {number}", tool_use_id=str(number))), number)
        repeats.remember(identify(shell_call("again", tool_use_id=f"again {number}")), number)
    assert len(repeats._by_action) == 22  # two seconds, and what is said again and again
    assert repeats.find(identify(shell_call("echo 80", tool_use_id="", event="beforeShellExecution"))) == 80
    assert repeats.find(identify(shell_call("echo 78", tool_use_id="78"))) == 78


def mcp_call(shell_call, **changes):
    action = McpAction(server="my files", tool="read_it", arguments={"path": "a"})
    return shell_call("", **{"action": action, "kind": ToolKind.MCP, "tool_use_id": "a", **changes})


def proxied(shell_call, **changes):
    return mcp_call(shell_call, **{"surface": Surface.MCP, "event": "tools/call", **changes})


def test_the_proxy_repeats_what_the_hook_reported_once(shell_call):
    repeats = Repeats(Clock())
    repeats.remember(identify(mcp_call(shell_call, cwd="/elsewhere", subagent="sub")), "first")
    assert repeats.find(identify(proxied(shell_call))) == "first", "the proxy knows neither folder nor sub-agent of the hook"
    assert repeats.find(identify(proxied(shell_call))) is None, "a second call of the server is a call of its own"
    assert repeats.find(identify(mcp_call(shell_call, cwd="/elsewhere", subagent="sub"))) == "first"


def test_two_reports_of_the_proxy_are_two_calls(shell_call):
    repeats = Repeats(Clock())
    repeats.remember(identify(proxied(shell_call)), "first")
    assert repeats.find(identify(proxied(shell_call))) is None
    repeats.remember(identify(proxied(shell_call, tool_use_id="")), "first")
    assert repeats.find(identify(proxied(shell_call, tool_use_id=""))) is None


def test_the_hook_repeats_what_the_proxy_reported_of_a_result(shell_call):
    repeats = Repeats(Clock())
    repeats.remember(identify(proxied(shell_call, phase=Phase.AFTER, event="tools/result")), "first")
    assert repeats.find(identify(mcp_call(shell_call, phase=Phase.AFTER, event="PostToolUse"))) == "first"


def test_another_call_of_the_proxy_is_no_repetition(shell_call):
    repeats = Repeats(Clock())
    repeats.remember(identify(mcp_call(shell_call)), "first")
    for other in ({"action": McpAction(server="my files", tool="read_it", arguments={"path": "b"})}, {"action": McpAction(server="other", tool="read_it", arguments={"path": "a"})},
                  {"agent": "cursor"}, {"phase": Phase.AFTER}, {"tool_use_id": "b"}):
        assert repeats.find(identify(proxied(shell_call, **other))) is None
    named = McpAction(server="my_files", tool="read_it", arguments={"path": "a"})
    assert repeats.find(identify(proxied(shell_call, action=named))) == "first", "older agents say the server as a part of the tool's name"


def test_the_proxy_may_still_name_the_session_that_its_server_was_started_in(shell_call):
    """After /clear the agent goes on with the same servers under another session."""
    clock = Clock()
    repeats = Repeats(clock)
    repeats.remember(identify(mcp_call(shell_call, session="s-new", event="PreToolUse")), "first")
    assert repeats.find(identify(mcp_call(shell_call, session="s-other", event="PreToolUse"))) is None, "hooks know their session"
    assert repeats.find(identify(proxied(shell_call, session="s-old"))) == "first"
    assert repeats.find(identify(proxied(shell_call, session="s-old"))) is None
    repeats.remember(identify(proxied(shell_call, session="s-old", phase=Phase.AFTER, event="tools/result")), "second")
    assert repeats.find(identify(proxied(shell_call, session="s-older", phase=Phase.AFTER, event="tools/result"))) is None
    assert repeats.find(identify(mcp_call(shell_call, session="s-new", phase=Phase.AFTER, event="PostToolUse"))) == "second"
    clock.now = 601
    repeats.remember(identify(mcp_call(shell_call, session="s-new", event="PreToolUse")), "third")
    clock.now = 1300
    assert repeats.find(identify(proxied(shell_call, session="s-old"))) is None


def test_a_command_line_is_taken_once_per_report_the_newest_first(shell_call):
    repeats = Repeats(Clock())
    repeats.remember(identify(shell_call("make", tool_use_id="a")), "first")
    repeats.remember(identify(shell_call("make", tool_use_id="b", subagent="agent-1")), "second")
    repeats.remember(identify(shell_call("make", tool_use_id="a", phase=Phase.AFTER)), "result")
    assert [repeats.take_line("claude-code", "s-1", "make") for _ in range(3)] == ["second", "first", None]
    assert repeats.take_line("claude-code", "other", "make") is None and repeats.take_line("claude-code", "s-1", "ls") is None


def test_an_old_report_of_a_command_line_is_none(shell_call):
    clock = Clock()
    repeats = Repeats(clock)
    repeats.remember(identify(shell_call("make")), "first")
    clock.now = 601.0
    assert repeats.take_line("claude-code", "s-1", "make") is None


def test_command_lines_that_nobody_takes_do_not_pile_up(shell_call):
    repeats = Repeats(Clock())
    for number in range(2 * CAPACITY):
        repeats.remember(identify(shell_call(f"c{number}", tool_use_id=str(number))), number)
    for number in range(SAME_ACTION + 5):
        repeats.remember(identify(shell_call("same", tool_use_id=f"s{number}")), number)
    assert len(repeats._lines) <= CAPACITY + FORGOTTEN_TOGETHER and repeats.take_line("claude-code", "s-1", "c0") is None
    assert sum(repeats.take_line("claude-code", "s-1", "same") is not None for _ in range(SAME_ACTION + 5)) == SAME_ACTION


@pytest.mark.parametrize(("changes", "expected"), [
    ({}, False), ({"command": "rm x"}, True), ({"tool_use_id": "other"}, False), ({"tool_use_id": ""}, False), ({"session": "other"}, False), ({"cwd": "/elsewhere"}, False), ({"result": "text"}, False),
])
def test_what_ran_is_compared_with_what_was_reported_before_it(shell_call, changes, expected):
    repeats = Repeats(lambda: 0.0)
    repeats.remember(identify(shell_call("ls", tool_use_id="t")), "entry")
    facts = {"command": "ls", "tool_use_id": "t", "phase": Phase.AFTER, "event": "PostToolUse", **changes}
    assert repeats.ran_otherwise(shell_call(facts.pop("command"), **facts)) is expected


def test_a_report_that_leaves_the_sub_agent_out_is_no_other_action(shell_call):
    repeats = Repeats(lambda: 0.0)
    repeats.remember(identify(shell_call("ls", tool_use_id="t")), "entry")
    assert not repeats.ran_otherwise(shell_call("ls", tool_use_id="t", phase=Phase.AFTER, subagent="s"))
