import os
import subprocess
import sys

import pytest

from sensor.access.presence import Process
from sensor.host.machine.kin import MAX_KEPT, Kin
from sensor.host.machine.processes import agent_at, look


def test_an_agent_is_looked_at_once():
    asked = []
    kin = Kin(look, lambda pid: asked.append(pid) or "claude-code")
    process = Process(pid=7, parent=1, started=5, name="node")
    assert [kin.agent_of(process), kin.agent_of(process)] == ["claude-code"] * 2 and asked == [7]
    assert kin.agent_of(Process(pid=7, parent=1, started=6, name="node")) and asked == [7, 7], "the same number is another process"


def test_a_shell_is_no_agent_whatever_its_script_is_called():
    assert Kin(look, lambda pid: "claude-code").agent_of(Process(pid=7, parent=1, started=5, name="bash")) == ""


def test_what_is_kept_is_bounded():
    kin = Kin(look, lambda pid: "")
    for pid in range(MAX_KEPT + 5):
        kin.agent_of(Process(pid=pid, parent=1, started=5, name="node"))
    assert len(kin._agents) == MAX_KEPT


@pytest.mark.parametrize(("environment", "agent"), [({"CLAUDE_CODE_CHILD_SESSION": "1"}, "claude-code"), ({"CLAUDECODE": "1"}, ""), ({}, "")])
def test_the_mark_of_a_running_process(environment, agent):
    with subprocess.Popen([sys.executable, "-c", "print(flush=True); input()"], env={"PATH": os.environ["PATH"], **environment}, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        try:
            child.stdout.readline()  # until then it may still bear this process's environment
            assert Kin(look, agent_at).mark_of(child.pid) == agent and Kin(look, agent_at).look(child.pid).parent == os.getpid()
        finally:
            child.kill()
    assert Kin(look, agent_at).mark_of(child.pid) == "" and Kin(look, agent_at).look(child.pid) is None


def test_a_real_agent_process(tmp_path):
    (tmp_path / "claude").symlink_to(os.path.realpath(sys.executable))
    with subprocess.Popen([tmp_path / "claude", "-c", "input()"], stdin=subprocess.PIPE) as child:
        try:
            assert Kin(look, agent_at).agent_of(look(child.pid)) == "claude-code"
        finally:
            child.kill()
