from sensor.access.delegation import parse_chain
from sensor.cli.judging.delegate import words


def token(terminal, *words):
    return terminal.run("delegate", *words).stdout.splitlines()[0]


def test_a_token_is_made_verified_passed_on_and_revoked(terminal, live):
    first = token(terminal, "--to", "ci", "--tools", "shell,Read", "--reads", "*", "--writes", "@repo", "--ttl", "30m", "--max-calls", "9", "--label", "build")
    assert len(parse_chain(first)) == 1
    shown = terminal.ok("delegate", "verify", first)
    assert "hop 1 (build): tools Read, shell; reads everything; writes @repo; hosts nothing; servers nothing, at most 9 calls" in shown
    second = token(terminal, "--from", "ci", "--to", "helper", "--parent", first, "--tools", "Read", "--reads", "*", "--max-depth", "0")
    grant = terminal.json("delegate", "verify", second)
    assert (len(grant["scopes"]), grant["depth_left"], grant["scopes"][1]["max_calls"]) == (2, 0, 9)
    assert "only these rights" not in shown and "these rights only" in terminal.ok("delegate", "attach", second, "--session", "cli-1")
    assert live.bash("ls", "cli1", session_id="cli-1")[1]["hookSpecificOutput"]["permissionDecision"] == "deny"
    assert "cli-1" in terminal.ok("delegate", "list")
    terminal.ok("delegate", "revoke", grant["blocks"][0])
    assert "revoked" in terminal.error("delegate", "attach", first, "--session", "cli-2").message


def test_a_wider_hop_is_refused_with_its_axis(terminal):
    first = token(terminal, "--to", "ci", "--tools", "Read")
    assert "wider than its parent on tools" in terminal.error("delegate", "--from", "ci", "--to", "x", "--parent", first, "--tools", "*").message
    leaf = token(terminal, "--to", "ci", "--max-depth", "0")
    assert "may not be passed on" in terminal.error("delegate", "--from", "ci", "--to", "x", "--parent", leaf).message


def test_without_a_receiver_it_is_a_usage_error(terminal):
    assert terminal.run("delegate").exit_code == 2
    assert terminal.run("delegate", "--to", "ci", "--ttl", "48h").exit_code == 2


def test_the_header_form(terminal):
    assert terminal.ok("delegate", "--to", "ci", "--format", "header").startswith("X-Handrail-Delegation: ")


def test_nothing_is_said_as_nothing_and_everything_as_everything():
    scope = {"tools": ["*"], "reads": [], "writes": ["a"], "hosts": [], "servers": [], "max_calls": 1_000_000}
    grant = {"scopes": [scope], "labels": [""], "blocks": ["b" * 64], "session": "s", "surface": "http", "seconds_left": 5, "depth_left": 0}
    lines = words(grant)
    assert lines[0] == "hop 1: tools everything; reads nothing; writes a; hosts nothing; servers nothing" and "on http, for session s" in lines[-1]


def test_alone_it_shows_its_help_and_with_half_of_the_words_what_is_missing(idle_terminal):
    assert "Commands:" in idle_terminal.run("delegate").output
    assert "Missing option '--to'" in idle_terminal.run("delegate", "--tools", "Read").output
