import json
import time

import pytest

from sensor.access.policy import parse_policy
from sensor.policy.skeleton import SKELETON


@pytest.fixture
def used(terminal, live):
    """An installation in which an agent has worked."""
    (live.prefix / ".git").mkdir(exist_ok=True)
    for number, command in enumerate(("ls", "rm -rf build", "curl https://api.example.com/x")):
        live.bash(command, f"pol{number}")
    return terminal


def test_what_was_learned_refuses_nothing_of_what_was_done(used, live, tmp_path):
    learned = tmp_path / "learned.yaml"
    learned.write_text(used.ok("policy", "learn", "--agent", "claude-code"))
    own = parse_policy(learned.read_text(), "x").agents["claude-code"]
    assert own.hosts.allow == () and [(line.tool, line.allow) for line in own.egress] == [("Bash", ("api.example.com",))]
    assert "refused nothing" in used.ok("policy", "test", str(learned))


def test_a_narrower_file_shows_what_it_would_refuse(used, tmp_path):
    narrow = tmp_path / "narrow.yaml"
    narrow.write_text("agents: {claude-code: {network: none}}")
    result = used.run("policy", "test", str(narrow))
    assert result.exit_code == 1 and "api.example.com" in result.output
    changed = used.json("policy", "diff", str(narrow))["changed"]
    assert [row["change"] for row in changed] == ["refused now"] * len(changed) and changed
    assert "Nothing that is recorded would change" in used.ok("policy", "diff", str(_same(tmp_path)))


def _same(folder):
    (folder / "same.yaml").write_text("agents: {claude-code: {}}")
    return folder / "same.yaml"


def test_rights_are_shown_in_words(terminal, tmp_path):
    file = tmp_path / "p.yaml"
    file.write_text("default: deny\nagents: {claude-code: {network: listed, hosts: {allow: [a.example]}, shell: read-only, subagents: {'*': {tools: {allow: []}}}}}")
    text = terminal.ok("policy", "show", str(file))
    for words in ("agents without a section: deny", "a.example", "read-only", "its sub-agent *", "nothing"):
        assert words in text
    assert terminal.json("policy", "show")["policy"]["default"] == "allow"


def test_presets_of_hosts_are_listed(terminal):
    assert terminal.json("policy", "hosts")["presets"]["@none"] == []
    text = terminal.ok("policy", "hosts")
    assert "@package-registries" in text and "pypi.org" in text and "@loopback" in text


def test_categories_are_listed_with_those_of_own_rules(terminal, live):
    own = live.paths.user_rules / "own.yaml"
    own.write_text(SKELETON.format(id="TEAM-DEPLOY-001", file="x", category="team-deploy", name='"Own"'))
    try:
        found = terminal.json("policy", "categories")["categories"]
        assert found["team-deploy"] == "your own rules" and "tokens" in found["secret"]
        assert "prompt-injection" in terminal.ok("policy", "categories")
    finally:
        own.unlink()


def test_a_policy_is_tried_on_what_calls_carried_and_reached(used, live, tmp_path):
    for number, command in enumerate(("npm ci", "export PASSWORD=Tr0ub4dor3xyzw; ls", 'curl "$WHERE"')):
        live.bash(command, f"tried{number}")
    file = tmp_path / "tried.yaml"
    file.write_text("agents: {claude-code: {network: listed, hosts: {allow: ['api.example.com']}, content: [{deny: [secret]}]}}")
    refused = {row["call"].partition(" ")[0]: row["why"] for row in json.loads(used.run("policy", "test", "--json", str(file)).output)["refused"]}
    learned = parse_policy(used.ok("policy", "learn"), "x").agents["claude-code"]
    assert [line.allow for line in learned.egress if line.tool == "Bash"] == [("api.example.com", "registry.npmjs.org")]
    assert "registry.npmjs.org" in refused["npm"] and "secret" in refused["export"] and "nobody can tell" in refused["curl"]


def test_a_mistake_is_named(terminal, tmp_path):
    file = tmp_path / "p.yaml"
    file.write_text("agents: {claude-code: {shel: none}}")
    assert "did you mean 'shell'" in terminal.error("policy", "show", str(file)).message


def test_a_saved_policy_is_in_force_within_seconds(terminal, live):
    live.paths.policy_file.write_text("agents: {claude-code: {shell: none}}\n")
    try:
        deadline, number = time.monotonic() + 60, 0
        while not live.bash("ls", f"force{number}")[1] and time.monotonic() < deadline:
            time.sleep(0.1)
            number += 1
        assert live.bash("ls", "force-last")[1]["hookSpecificOutput"]["permissionDecision"] == "deny"
    finally:
        live.paths.policy_file.unlink()


def test_nothing_recorded_is_nothing_to_learn(idle_terminal):
    result = idle_terminal.run("policy", "learn")
    assert result.exit_code == 1 and "nothing to learn" in result.output


@pytest.mark.parametrize("words", [(), ("--agent", "cursor")])
def test_nothing_to_learn_from_leaves_standard_output_empty(idle_terminal, words):
    result = idle_terminal.run("policy", "learn", *words)
    assert result.exit_code == 1 and result.stdout == "" and "nothing to learn from" in result.stderr
    found = idle_terminal.run("policy", "learn", "--json", *words)
    assert found.exit_code == 1 and json.loads(found.stdout)["calls"] == {}


def test_an_agent_that_does_not_exist_is_not_learned_from(idle_terminal):
    assert "unknown agent: cursr" in idle_terminal.error("policy", "learn", "--agent", "cursr").message
