import pytest

from sensor.access.presence import MAX_SESSIONS, OTHER_PROCESS, UNKNOWN, Presence, Process
from sensor.model.calls import Caller, Surface
from sensor.model.findings import Severity


class Machine:
    """Processes of an imaginary machine: pid -> (parent, started, name)."""

    def __init__(self):
        self.table = {100: (1, 5, "claude"), 101: (100, 6, "sh"), 102: (101, 7, "handrail-hook"), 200: (1, 8, "python3"), 201: (200, 9, "handrail-hook")}
        self.unknown = None
        self.presence = Presence(lambda pid: self.table.get(pid, (0,))[0], self.look, lambda pid: "claude-code" if pid == 100 else "", lambda: self.unknown)

    def look(self, pid):
        facts = self.table.get(pid)
        return Process(pid=pid, parent=facts[0], started=facts[1], name=facts[2]) if facts else None

    def rules(self, call, pid):
        return [finding.rule for finding in self.presence.check(call, Caller(uid=1, pid=pid))]


@pytest.fixture
def machine():
    return Machine()


def test_a_session_belongs_to_the_agent_above_the_shell(machine, shell_call):
    call = shell_call("ls")
    assert machine.rules(call, 102) == [] and machine.rules(call, 102) == []
    machine.table[104], machine.table[105] = (100, 12, "bash"), (104, 13, "handrail-hook")
    assert machine.rules(call, 105) == [], "another shell of the same agent"


def test_the_process_of_a_session_is_known(machine, shell_call):
    machine.rules(shell_call("ls"), 102)
    assert machine.presence.speaker("claude-code", "s-1").pid == 100 and machine.presence.speaker("claude-code", "other") is None


def test_another_living_process_under_the_same_session_is_shown(machine, shell_call):
    machine.rules(shell_call("ls"), 102)
    assert machine.rules(shell_call("ls"), 201) == [OTHER_PROCESS]
    assert machine.rules(shell_call("ls", session="other"), 201) == []


def test_a_resumed_session_belongs_to_the_new_process_once_the_old_is_gone(machine, shell_call):
    machine.rules(shell_call("ls"), 102)
    del machine.table[100]
    assert machine.rules(shell_call("ls"), 201) == []
    machine.table[100] = (1, 99, "claude")
    assert machine.rules(shell_call("ls"), 102) == [OTHER_PROCESS], "the same pid at another time is another process"


@pytest.mark.parametrize(("weight", "rules"), [(None, []), (Severity.HIGH, [UNKNOWN]), (Severity.CRITICAL, [UNKNOWN])])
def test_a_process_that_is_no_agent_has_a_policy_of_its_own(machine, shell_call, weight, rules):
    machine.unknown = weight
    assert machine.rules(shell_call("ls", session="n"), 201) == rules
    assert machine.rules(shell_call("ls"), 102) == []


def test_where_the_kernel_does_not_tell_nothing_is_said(machine, shell_call):
    assert machine.rules(shell_call("ls"), 0) == [] and machine.rules(shell_call("ls"), 9999) == []
    machine.table[300] = (1, 1, "handrail-hook")
    assert machine.rules(shell_call("ls"), 300) == []


def test_memory_is_bounded(machine, shell_call):
    for number in range(MAX_SESSIONS + 5):
        machine.rules(shell_call("ls", session=str(number)), 102)
    assert len(machine.presence._sessions) == MAX_SESSIONS


def test_the_last_session_of_a_process_is_known(machine, shell_call):
    process = machine.look(100)
    assert machine.presence.session_of("claude-code", process) == ""
    machine.rules(shell_call("ls"), 102)
    machine.rules(shell_call("ls", session="s-2"), 102)
    machine.rules(shell_call("ls", session="s-2"), 201)
    assert machine.presence.session_of("claude-code", process) == "s-2"
    assert machine.presence.session_of("claude-code", machine.look(200)) == "", "another's session is not its own"


def test_a_shell_speaks_for_nobody(machine, shell_call):
    machine.rules(shell_call("ls"), 102)
    machine.unknown = Severity.HIGH
    assert machine.rules(shell_call("ls", surface=Surface.WRAPPER), 201) == []
