from sensor.access.repeats import Repeats
from sensor.model.calls import Phase


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_the_same_call_id_is_the_same_action(shell_call):
    repeats = Repeats(Clock())
    repeats.remember(shell_call("ls", tool_use_id="a"), "first")
    assert repeats.find(shell_call("ls", tool_use_id="a")) == "first"
    assert repeats.find(shell_call("ls", tool_use_id="b")) is None
    assert repeats.find(shell_call("ls", tool_use_id="a", session="other")) is None
    assert repeats.find(shell_call("ls", tool_use_id="a", phase=Phase.AFTER)) is None


def test_a_second_event_without_an_id_pairs_once(shell_call):
    repeats = Repeats(Clock())
    repeats.remember(shell_call("ls", tool_use_id="a", event="preToolUse"), "first")
    second = shell_call("ls", tool_use_id="", event="beforeShellExecution")
    assert repeats.find(second) == "first"
    assert repeats.find(second) is None


def test_order_of_the_two_events_does_not_matter(shell_call):
    repeats = Repeats(Clock())
    repeats.remember(shell_call("ls", tool_use_id="", event="beforeShellExecution"), "first")
    assert repeats.find(shell_call("ls", tool_use_id="a", event="preToolUse")) == "first"


def test_after_two_seconds_the_same_command_is_a_new_call(shell_call):
    clock = Clock()
    repeats = Repeats(clock)
    repeats.remember(shell_call("ls", tool_use_id="", event="beforeShellExecution"), "first")
    clock.now = 2.5
    assert repeats.find(shell_call("ls", tool_use_id="a", event="preToolUse")) is None


def test_lifecycle_events_are_never_merged(shell_call):
    repeats = Repeats(Clock())
    call = shell_call("ls", phase=Phase.LIFECYCLE)
    repeats.remember(call, "first")
    assert repeats.find(call) is None
