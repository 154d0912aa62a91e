from sensor.access.repeats import CAPACITY, SAME_ACTION, Repeats, identify
from sensor.model.calls import Phase


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
    for number in range(CAPACITY + 10):
        repeats.remember(identify(shell_call(f"echo {number}", tool_use_id=str(number))), number)
    for number in range(SAME_ACTION + 10):
        repeats.remember(identify(shell_call("same", tool_use_id=f"s{number}")), number)
    assert len(repeats._by_id) == len(repeats._by_action) == CAPACITY
    assert len(repeats._by_action[identify(shell_call("same")).action_key]) == SAME_ACTION
