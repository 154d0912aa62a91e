from sensor.access.admissions import Counters
from sensor.access.delegations import Delegations
from sensor.access.desk import AccessDesk
from sensor.access.learning import Learner, render_policy
from sensor.access.policy import Filesystem, Network, Shell, parse_policy
from sensor.access.standing import Governance
from sensor.access.tasks import TaskKeys
from sensor.effects import derive_effects
from sensor.model.calls import Caller, McpAction, ToolKind


def test_what_was_done_may_be_done_again_and_anything_else_is_asked(shell_call, around, own_home):
    project = own_home / "project"
    (project / ".git").mkdir(parents=True)
    server = McpAction(server="github", tool="get_me", arguments={})
    calls = [shell_call(command, cwd=str(project)) for command in ("ls", "rm -rf build", "curl https://api.example.com/x -o data.json", "pip install tidy")]
    address = {"url": "https://tickets.example.com/1"}
    calls += [shell_call("", kind=ToolKind.MCP, tool="mcp__github__get_me", action=server, cwd=str(project)),
              shell_call("", kind=ToolKind.MCP, tool="mcp__tickets__get", action=McpAction(server="tickets", tool="get", arguments=address), cwd=str(project)),
              shell_call("cat notes", cwd=str(project), subagent="1", subagent_type="reader")]
    learner = Learner()
    for call in calls:
        learner.add(call, derive_effects(call, around))
    text = render_policy(learner.proposal(1), {"claude-code": len(calls)})
    policy = parse_policy(text, "learned")
    own = policy.agents["claude-code"]
    assert (own.filesystem, own.network, own.shell, own.hosts.allow, own.servers.allow) == (Filesystem.PROJECT, Network.LISTED, Shell.FULL, (), ("github", "tickets"))
    assert {line.tool: line.allow for line in own.egress} == {
        "Bash": ("api.example.com", "files.pythonhosted.org", "pypi.org"), "mcp__tickets": ("tickets.example.com",)}
    assert own.subagents["reader"].shell is Shell.READ_ONLY and own.subagents["reader"].network is Network.NONE
    desk = AccessDesk(standing=Governance(policy, str(own_home)).of, tasks=TaskKeys(lambda: 0.0, lambda: 0.0), counters=Counters(lambda: 0.0),
                      delegations=Delegations(roots=frozenset, origin="", now=lambda: 0.0, snapshot=None))

    def found(call):
        admission = desk.admit(call, Caller(uid=1))
        return admission.findings + desk.reach(admission, call, derive_effects(call, around))

    assert not [call for call in calls if found(call)]
    for other in ("rm -rf ~/elsewhere", "curl https://other.example.net", "curl https://tickets.example.com/1", 'curl "$WHERE"'):
        assert [finding.severity.name for finding in found(shell_call(other, cwd=str(project)))] == ["HIGH"]


def test_rare_tools_can_be_left_out(shell_call, around):
    learner = Learner()
    for tool in ("Bash", "Bash", "Rare"):
        learner.add(shell_call("ls", tool=tool), derive_effects(shell_call("ls"), around))
    assert learner.proposal(2).agents["claude-code"].tools.allow == ("Bash",)
