"""Whose a shell is, what becomes an entry, and what is asked only once."""

from __future__ import annotations

import msgspec
import pytest

from hooks.adapters import CHANNELS
from hooks.shell_forms import GO, STAND_DOWN, VETO
from hooks.shell_parse import LINE, PART, PROGRAM, RUN, SCRIPT, START
from sensor.access.presence import Process
from sensor.desk.shells import MAX_SHELLS, SAME_SECONDS, Shells
from sensor.model.calls import Caller
from sensor.model.findings import Finding, Severity
from sensor.model.verdicts import Answer, Judgement, Mode, ScanProfile, Verdict
from sensor.settings import ShellSettings, Wish

CLAUDE, EDITOR, TERMINAL = 10, 20, 30


class World:
    """Processes of an imaginary machine, and a judge that holds whatever names `harm` by rule HR-A, and `worse` by HR-B."""

    def __init__(self):
        self.table = {CLAUDE: (1, "claude"), EDITOR: (1, "cursor"), TERMINAL: (1, "xterm")}
        self.marks, self.spoken, self.settings, self.now = {}, {}, ShellSettings(), 0.0
        self.reported, self.recorded, self.dry_runs, self.answer = {}, [], [], Answer.DENY
        self.shells = Shells(settings=lambda: self.settings, lookup=self, sessions=self, dry=self.dry, now=lambda: self.now)

    def look(self, pid):
        return Process(pid=pid, parent=self.table[pid][0], started=pid * 7, name=self.table[pid][1]) if pid in self.table else None

    def agent_of(self, process):
        return {"claude": "claude-code", "cursor": "cursor"}.get(process.name, "")

    def mark_of(self, pid):
        return self.marks.get(pid, "")

    def speaker(self, agent, session):
        return next((self.look(pid) for pid, (name, one) in self.spoken.items() if (name, one) == (agent, session)), None)

    def session_of(self, agent, process):
        name, session = self.spoken.get(process.pid, ("", ""))
        return session if name == agent else ""

    def dry(self, call):
        self.dry_runs.append(call)
        return self.judge(call)

    def judge(self, call):
        rules = [rule for word, rule in (("harm", "HR-A"), ("worse", "HR-B")) if word in call.action.command]
        findings = tuple(Finding(rule=rule, severity=Severity.HIGH, message="m") for rule in rules)
        stops = bool(rules) and call.abilities.deny
        return Judgement(verdict=Verdict.QUARANTINE if rules else Verdict.CLEAN, answer=self.answer if stops else Answer.ALLOW, would_answer=Answer.ALLOW,
                         mode=Mode.ENFORCE, profile=ScanProfile.STRICT, reason="because", findings=findings)

    def known(self, call, settled):
        answer = self.reported.pop((call.agent, call.session, call.action.command), None)
        if answer is not None:
            settled(msgspec.structs.replace(self.judge(call), answer=answer))
        return answer is not None

    def submit(self, call, settled):
        self.recorded.append(call)
        settled(self.judge(call))

    def shell(self, pid, parent, name="bash"):
        """A new shell process."""
        self.table[pid] = (parent, name)
        return pid

    def report(self, shell, form, text="", session="", cwd="/w"):
        """What the client below `shell` is told: its exit code."""
        self.table[9999] = (shell, "handrail-hook")
        adapter, replies = CHANNELS["shell"], []
        body = f"form={form}\nshell=bash\ncwd={cwd}\nsession={session}\n\n{text}\n".encode()
        self.shells.receive(adapter, adapter.parse_event(body, False), Caller(uid=1, pid=9999), replies.append, self.known, self.submit)
        (reply,) = replies
        return reply.exit_code

    @property
    def entries(self):
        return [(call.agent, call.tool, call.event, call.action.command) for call in self.recorded]


@pytest.fixture
def world():
    return World()


# -- whose it is


def test_a_shell_below_an_agent_is_the_agents(world):
    assert world.report(world.shell(11, CLAUDE), RUN, "ls") == GO
    assert world.entries == [("claude-code", "Bash", "shell/run", "ls")] and world.recorded[0].session == f"process-{CLAUDE}-{CLAUDE * 7}"


def test_the_session_is_the_one_that_the_agents_hooks_speak_for(world):
    world.spoken[CLAUDE] = ("claude-code", "s-1")
    world.report(world.shell(11, CLAUDE), RUN, "ls", session="somebody elses")
    world.table[12] = (1, "claude")
    world.spoken[12] = ("claude-code", "s-2")
    world.report(world.shell(13, CLAUDE), RUN, "ls", session="s-2")
    world.report(world.shell(14, 12), RUN, "ls", session="s-2")
    assert [call.session for call in world.recorded] == ["s-1", "s-2"], "the same command in the same session is one entry"


def test_without_hooks_the_session_is_what_the_agent_says(world):
    world.report(world.shell(11, CLAUDE), RUN, "ls", session="own")
    assert world.recorded[0].session == "own"


def test_the_nearest_owner_counts(world):
    """A person's terminal inside of an agent's tree, and an agent that was started in a person's terminal."""
    world.report(world.shell(31, EDITOR), START)
    world.table[32] = (31, "claude")
    world.report(world.shell(33, 32), RUN, "ls")
    assert world.entries == [("claude-code", "Bash", "shell/run", "ls")]


def test_the_terminal_of_an_editor_is_the_persons_unless_it_carries_the_agents_mark(world):
    assert world.report(world.shell(21, EDITOR), START) == STAND_DOWN
    assert world.report(world.shell(22, EDITOR), RUN, "ls harm") == STAND_DOWN
    world.marks[23] = "cursor"
    assert world.report(world.shell(23, EDITOR), START) == GO and world.report(23, LINE, "ls harm") == VETO
    assert world.entries == [("shell", "shell", "shell/run", "ls harm"), ("cursor", "Shell", "shell/line", "ls harm")]


def test_a_shell_that_left_the_tree_is_known_by_its_mark(world):
    world.marks[11] = "claude-code"
    assert world.report(world.shell(11, 1), RUN, "ls harm") == VETO and world.recorded[0].agent == "claude-code"


def test_a_process_that_ended_belongs_to_nobody(world):
    assert world.report(world.shell(11, 4242), RUN, "ls") == STAND_DOWN


# -- outside of agents


@pytest.mark.parametrize(("wish", "harmless", "harmful", "entries"), [
    (Wish.OFF, STAND_DOWN, STAND_DOWN, 0), (Wish.OBSERVE, STAND_DOWN, STAND_DOWN, 1), (Wish.ENFORCE, GO, VETO, 1)])
def test_scripts_outside_of_agents(world, wish, harmless, harmful, entries):
    world.settings = ShellSettings(outside=wish)
    assert world.report(world.shell(31, TERMINAL), SCRIPT, "bash build.sh") == harmless
    assert world.report(world.shell(32, TERMINAL), RUN, "harm") == harmful
    assert len(world.recorded) == entries


@pytest.mark.parametrize(("wish", "start", "answers", "entries"), [
    (Wish.OFF, STAND_DOWN, [STAND_DOWN, STAND_DOWN], 0), (Wish.OBSERVE, GO, [GO, GO], 2), (Wish.ENFORCE, GO, [GO, VETO], 2)])
def test_what_a_person_types(world, wish, start, answers, entries):
    world.settings = ShellSettings(typed=wish)
    shell = world.shell(31, TERMINAL)
    assert world.report(shell, START) == start
    assert [world.report(shell, LINE, "ls"), world.report(shell, LINE, "harm")] == answers
    assert len(world.recorded) == entries


# -- one action, one entry


@pytest.mark.parametrize(("answer", "code"), [(Answer.ALLOW, GO), (Answer.DENY, VETO)])
def test_what_the_hook_reported_is_not_judged_again(world, answer, code):
    world.spoken[CLAUDE] = ("claude-code", "s-1")
    world.reported[("claude-code", "s-1", "do harm")] = answer
    assert world.report(world.shell(11, CLAUDE), RUN, "do harm") == code
    assert not world.recorded and not world.dry_runs


def test_parts_of_what_was_let_through_are_not_asked_about_again(world):
    """The user said yes to the line; its parts, and shells and programs that it starts, show nothing new."""
    world.spoken[CLAUDE] = ("claude-code", "s-1")
    world.reported[("claude-code", "s-1", "cd x && bash -c 'do harm'")] = Answer.ALLOW
    world.report(world.shell(11, CLAUDE), RUN, "cd x && bash -c 'do harm'")
    assert world.report(11, PART, "bash -c 'do harm'") == GO
    assert world.report(world.shell(12, 11), RUN, "do harm") == GO
    assert world.report(world.shell(13, 12, "sh"), PROGRAM, "do\0harm\0") == GO
    assert not world.recorded


def test_a_part_that_shows_more_is_an_entry_and_is_stopped(world):
    shell = world.shell(11, CLAUDE)
    world.report(shell, RUN, 'eval "$x"')
    assert world.report(shell, PART, "ls") == GO and world.report(shell, PART, "harm") == VETO
    assert [event for _, _, event, _ in world.entries] == ["shell/run", "shell/part"]


def test_what_was_approved_once_covers_its_rule_for_the_whole_and_no_other(world):
    shell = world.shell(11, CLAUDE)
    world.report(shell, SCRIPT, "bash x.sh")
    world.answer = Answer.ALLOW
    assert world.report(shell, PART, "harm 1") == GO and world.report(shell, PART, "harm 2") == GO
    world.answer = Answer.DENY
    assert world.report(shell, PART, "harm and worse") == VETO and world.report(shell, PART, "harm 3") == GO
    assert [command for _, _, _, command in world.entries] == ["bash x.sh", "harm 1", "harm and worse"]


def test_a_shell_with_other_words_is_an_entry_of_its_own(world):
    world.report(world.shell(11, CLAUDE), RUN, "make")
    world.report(world.shell(12, 11), RUN, "gcc x.c")
    world.report(world.shell(13, 12), RUN, "gcc")
    assert [command for _, _, _, command in world.entries] == ["make", "gcc x.c"]


def test_the_same_command_again_is_no_second_entry_for_some_time(world):
    for number, (cwd, now) in enumerate([("/w", 0.0), ("/w", 1.0), ("/v", 2.0), ("/w", 2.0 + SAME_SECONDS * 2)]):
        world.now = now
        world.report(world.shell(100 + number, CLAUDE), RUN, "make", cwd=cwd)
    assert [(call.cwd) for call in world.recorded] == ["/w", "/v", "/w"]


def test_harm_is_an_entry_each_time(world):
    for pid in (11, 12, 13):
        assert world.report(world.shell(pid, CLAUDE), RUN, "harm") == VETO
    assert len(world.recorded) == 3


def test_each_typed_line_stands_for_itself(world):
    """A yes to one line is none to the next."""
    shell = world.shell(11, CLAUDE)
    world.report(shell, START)
    world.answer = Answer.ALLOW
    assert world.report(shell, LINE, "harm") == GO
    world.answer = Answer.DENY
    assert world.report(shell, LINE, "harm") == VETO and world.report(shell, LINE, "ls") == GO
    assert world.report(world.shell(12, 11), RUN, "harm") == VETO
    assert len(world.recorded) == 4


def test_a_part_without_a_whole_is_judged(world):
    """`bash` that reads its commands from a pipe."""
    shell = world.shell(11, CLAUDE)
    assert world.report(shell, PART, "ls") == GO and world.report(shell, PART, "harm") == VETO
    assert [command for _, _, _, command in world.entries] == ["harm"]


def test_what_is_remembered_is_bounded(world):
    for pid in range(100, 100 + MAX_SHELLS + 50):
        world.report(world.shell(pid, CLAUDE), RUN, f"c {pid}")
    assert len(world.shells._shells) == len(world.shells._seen) == MAX_SHELLS
