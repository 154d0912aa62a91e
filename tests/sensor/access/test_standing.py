import errno
import os

import pytest

from sensor.access.policy import REPOSITORY_FILE, AccessFile, parse_policy
from sensor.access.standing import UNREADABLE, Governance


def governance(text: str = "") -> Governance:
    return Governance(parse_policy(text, "policy.yaml"), "/home/u")


def names(standing):
    return [rights.name for rights in standing.rights]


def test_without_a_policy_an_agent_is_free_and_its_sub_agents_work_on_the_project(shell_call):
    free = Governance(AccessFile(), "/home/u")
    assert names(free.of(shell_call("x"))) == []
    sub = free.of(shell_call("x", subagent="a1", subagent_type="reviewer")).rights
    assert [one.name for one in sub] == ["claude-code > reviewer"] and sub[0].scope.writes == ("@repo", "@temp") and sub[0].ask


def test_deny_by_default_leaves_an_unknown_agent_nothing(shell_call):
    strict = governance("default: deny\nagents: {cursor: {}}")
    assert strict.of(shell_call("x")).rights[0].scope.tools == ()
    assert strict.of(shell_call("x", agent="cursor")).rights[0].scope.tools == ("*",)


def test_a_star_stands_for_any_other_agent(shell_call):
    assert names(governance("agents: {'*': {shell: none}}").of(shell_call("x"))) == ["claude-code"]


def test_a_sub_agent_needs_its_parents_rights_too(shell_call):
    both = governance("agents: {claude-code: {network: none, subagents: {reviewer: {filesystem: read}, '*': {shell: none}}}}")
    assert names(both.of(shell_call("x", subagent="1", subagent_type="reviewer"))) == ["claude-code", "claude-code > reviewer"]
    assert names(both.of(shell_call("x", subagent="1", subagent_type="other"))) == ["claude-code", "claude-code > other"]
    assert both.of(shell_call("x", subagent="1")).rights[0].scope.hosts == ()


def test_a_repository_can_only_take_away(shell_call, tmp_path):
    file = tmp_path / ".handrail" / "policy.yaml"
    file.parent.mkdir()
    file.write_text("agents: {claude-code: {shell: none}}")
    own = governance("agents: {claude-code: {network: none}}")
    found = own.of(shell_call("x", cwd=str(tmp_path)))
    assert names(found) == ["claude-code", "claude-code (in this repository)"] and found.rights[0].scope.hosts == ()
    file.write_text("agents: {claude-code: {shell: full, network: full}}  # changed")
    assert own.of(shell_call("x", cwd=str(tmp_path))).rights[0].scope.hosts == ()


@pytest.mark.parametrize("cwd", [".", "..", "/a\0b", ""])
def test_a_folder_that_is_none_has_no_policy(shell_call, tmp_path, monkeypatch, cwd):
    (tmp_path / ".handrail").mkdir()
    (tmp_path / REPOSITORY_FILE).write_text("broken: [")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path if cwd == "." else tmp_path / "below")
    assert governance().of(shell_call("x", cwd=cwd)).findings == ()


def test_a_broken_repository_policy_is_a_finding_not_a_pass(shell_call, tmp_path):
    (tmp_path / ".handrail").mkdir()
    (tmp_path / ".handrail" / "policy.yaml").write_text("agents: [")
    assert [finding.rule for finding in governance().of(shell_call("x", cwd=str(tmp_path))).findings] == [UNREADABLE]


@pytest.mark.parametrize("number", [errno.EACCES, errno.ELOOP, errno.EIO])
def test_a_repository_policy_that_cannot_be_looked_at_is_a_finding(shell_call, tmp_path, monkeypatch, number):
    def refuse(file):
        raise OSError(number, os.strerror(number), file)

    monkeypatch.setattr("sensor.access.standing.os.stat", refuse)
    (finding,) = governance().of(shell_call("x", cwd=str(tmp_path))).findings
    assert finding.rule == UNREADABLE and str(tmp_path) in finding.message


def test_a_repository_policy_that_points_to_itself_is_a_finding_and_a_file_in_place_of_the_folder_is_none(shell_call, tmp_path):
    (tmp_path / "loop/.handrail").mkdir(parents=True)
    (tmp_path / "loop" / REPOSITORY_FILE).symlink_to("policy.yaml")
    (tmp_path / "file").mkdir()
    (tmp_path / "file/.handrail").write_text("")
    assert [one.rule for one in governance().of(shell_call("x", cwd=str(tmp_path / "loop"))).findings] == [UNREADABLE]
    assert governance().of(shell_call("x", cwd=str(tmp_path / "file"))).findings == ()
