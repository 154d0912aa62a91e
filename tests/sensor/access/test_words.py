from sensor.access.policy import RightsSection, compile_rights, parse_policy
from sensor.access.scopes import WIDE, Scope
from sensor.access.words import budget_in_words, in_words, narrowed


def words(text: str) -> dict[str, str]:
    policy = parse_policy(f"agents: {{a: {text}}}", "policy.yaml")
    return dict(in_words(compile_rights("a", policy.agents["a"], "~")))


def test_every_axis_has_a_line_and_nothing_is_not_everything():
    found = words("{tools: {allow: [], deny: [WebFetch]}, filesystem: project, network: none, shell: read-only, session-calls: 5, concurrent: 2, ask: true}")
    assert found == {
        "tools": "nothing; never WebFetch", "MCP servers": "everything", "reads": "everything", "writes": "the project, temporary files", "hosts": "nothing",
        "shell": "read-only", "calls per session": "5", "calls at once": "2", "beyond that": "a person is asked"}


def test_denied_paths_count_for_reading_and_writing():
    found = words("{paths: {deny: [~/secret/**]}, arguments: [{tool: mcp__pay__x, field: amount, max: 1}]}")
    assert found["reads"] == found["writes"] == "everything; never ~/secret/**"
    assert found["argument"] == "mcp__pay__x amount" and found["beyond that"] == "refused"
    assert "calls at once" not in dict(in_words(compile_rights("a", RightsSection(), "~")))


def test_hosts_of_a_whole_preset_are_named_by_it():
    assert words("{network: listed, hosts: {allow: ['@model-apis', '*.example.com'], deny: [api.openai.com]}}")["hosts"] == "@model-apis, *.example.com; never api.openai.com"
    assert words("{network: listed, hosts: {allow: [api.openai.com]}}")["hosts"] == "api.openai.com"


def test_hosts_of_a_tool_have_a_line_of_their_own():
    found = words("{network: listed, hosts: {allow: []}, egress: [{tool: WebFetch, allow: ['@documentation']}, {tool: Bash, allow: ['@none'], deny: ['@paste']}]}")
    assert (found["hosts"], found["hosts of WebFetch"], found["hosts of Bash"]) == ("nothing", "@documentation", "nothing; never @paste")


def test_content_that_is_denied_is_named_with_its_tool_and_side():
    found = words("{content: [{deny: [secret, unicode]}, {deny: [exfiltration], tool: 'mcp__*', when: before}]}")
    assert found["may not carry"] == "secret, unicode" and found["may not carry (before)"] == "exfiltration in mcp__*"


def test_a_scope_names_only_what_it_limits():
    assert narrowed(WIDE) == "everything"
    assert narrowed(Scope(tools=("Read",), reads=("*",), writes=(), hosts=("*",), servers=("*",))) == "tools Read; writes nothing"


def test_a_budget_names_its_limits_and_what_follows():
    policy = parse_policy("budget: {tokens-per-day: 5000000, money-per-day: 2.5, used-up: ask}", "p")
    assert budget_in_words(policy.budget) == "tokens-per-day 5,000,000, money-per-day 2.5; then ask" and budget_in_words(parse_policy("", "p").budget) == ""
