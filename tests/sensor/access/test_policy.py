import pytest

from sensor.access.policy import AccessFile, Filesystem, PolicyError, compile_rights, load_policy, parse_policy
from sensor.access.scopes import NOTHING


def rights(text: str, agent: str = "a"):
    return compile_rights(agent, parse_policy(text, "policy.yaml").agents[agent], "/home/u")


def test_no_file_limits_nothing(tmp_path):
    assert load_policy(tmp_path / "policy.yaml") == AccessFile() == parse_policy("", "x")


@pytest.mark.parametrize(("text", "place"), [
    ("agents: {a: {tols: {}}}", "did you mean 'tools'"), ("default: maybe", "policy.yaml:1"), ("agents: {a: {filesystem: projekt}}", "project"),
    ("agents: {a: {tools: {deny: ['a*b']}}}", "one wildcard"), ("agents: {a: {arguments: [{tool: x, field: f, allow: '('}]}}", "regular expression"),
    ("agents: {a: {subagents: {x: {hosts: {allow: ['']}}}}}", "a.subagents.x.hosts"), ("agents: {a: &x {}}", "anchor"),
    ("agents:\n  a: {}\n  a: {}", "policy.yaml:3"),
    ("agents: {a: {hosts: {deny: ['@pastes']}}}", "did you mean '@paste'"), ("agents: {a: {egress: [{tool: x, allow: ['@package-registry']}]}}", "did you mean '@package-registries'"),
    ("agents: {a: {content: [{deny: [secrets]}]}}", "did you mean 'secret'"), ("agents: {a: {subagents: {x: {content: [{deny: [personal-data]}]}}}}", "known: agent-config"),
    ("agents: {a: {content: [{deny: [secret], when: never}]}}", "before, after, both"), ("agents: {a: {content: [{tool: x}]}}", "missing key 'deny'"),
    ("agents: {a: {budget: {tokens-per-day: -1}}}", "agents.a.budget.tokens-per-day: -1 is below 0"), ("budget: {used-up: stop}", "ask, deny, suspend"),
    ("budget: {tokens: 5}", "did you mean"), ("agents: {a: {egress: [{tool: x}]}}", "needs `allow` or `deny`"), ("agents: {a: {egress: [{tool: 'a*b', allow: []}]}}", "one wildcard"),
    ("agents: {a: {network: none, egress: [{tool: x, allow: [h]}]}}", "write `network: listed`"),
    ("agents: {a: {egress: [{tool: mcp, allow: []}, {tool: mcp__x, allow: [h]}]}}", "'mcp' stands before it"),
    ("agents: {a: {egress: [{tool: mcp__x, allow: []}, {tool: mcp__x__get, allow: [h]}]}}", "move it up"),
])
def test_a_mistake_is_named_with_its_place(text, place):
    with pytest.raises(PolicyError) as refused:
        parse_policy(text, "policy.yaml")
    assert place in refused.value.message and refused.value.exit_code == 2


def test_an_empty_list_allows_nothing():
    found = rights("agents: {a: {tools: {allow: []}, network: listed, hosts: {allow: []}}}")
    assert found.scope.tools == NOTHING and found.scope.hosts == NOTHING


@pytest.mark.parametrize(("word", "writes"), [
    ("none", ()), ("read", ()), ("project", ("@repo", "@temp")), ("home", ("@repo", "@temp", "@under_home")), ("full", ("*",))])
def test_words_for_files(word, writes):
    found = rights(f"agents: {{a: {{filesystem: {word}}}}}")
    assert found.scope.writes == writes and (found.scope.reads == ()) is (word == "none")
    assert Filesystem(word)


def test_a_list_of_paths_is_finer_than_the_word_but_never_opens_a_closed_one():
    assert rights("agents: {a: {paths: {allow: ['~/work/**']}}}").scope.writes == ("/home/u/work/**",)
    assert rights("agents: {a: {filesystem: read, paths: {allow: ['~/work/**']}}}").scope.writes == ()


def test_presets_and_words_for_the_network():
    listed = rights("agents: {a: {network: listed, hosts: {allow: ['@package-registries', 'intra.example']}}}").scope.hosts
    assert "pypi.org" in listed and "intra.example" in listed and "*" not in listed
    assert rights("agents: {a: {network: none, hosts: {allow: ['x.example']}}}").scope.hosts == ()
    assert rights("agents: {a: {hosts: {allow: ['x.example']}}}").scope.hosts == ("x.example",)


def test_a_file_that_is_too_large_or_not_text_is_refused(tmp_path):
    for data in (b"#" * 300_000, b"\xff\xfe"):
        (tmp_path / "p.yaml").write_bytes(data)
        with pytest.raises(PolicyError):
            load_policy(tmp_path / "p.yaml")


def test_hosts_of_a_tool_stand_instead_of_the_general_ones_and_denied_hosts_add_up():
    found = rights("agents: {a: {network: listed, hosts: {allow: [g.example], deny: [d.example]}, egress: [{tool: W, allow: [w.example]}, {tool: S, deny: [s.example]}]}}")
    assert [(tool, own.scope.hosts, own.denied_hosts) for tool, own in found.egress] == [
        ("W", ("w.example",), ("d.example",)), ("S", ("g.example",), ("d.example", "s.example"))]
    closed = rights("agents: {a: {network: none, egress: [{tool: S, deny: [s.example]}]}}")
    assert closed.egress[0][1].scope.hosts == NOTHING


def test_categories_of_own_rules_are_known_where_they_are_given():
    text = "agents: {a: {content: [{deny: [team-deploy]}]}}"
    assert parse_policy(text, "p", own={"team-deploy"}) == parse_policy(text, "p", own=None)
    with pytest.raises(PolicyError, match="team-deploy"):
        parse_policy(text, "p", own={"team-other"})
