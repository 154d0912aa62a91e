import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensor.access.scopes import (
    EVERYTHING,
    NOTHING,
    WIDE,
    Scope,
    check_pattern,
    covers,
    lacking_reach,
    lacking_tool,
    may_reach,
    names_host,
    widening,
)
from sensor.effects import derive_effects
from sensor.model.calls import McpAction, ReadAction, ToolKind
from sensor.model.effects import PathRef

TABLE = [
    ("*", "anything", True), ("Bash", "Bash", True), ("Bash", "BashOutput", False), ("mcp__github__*", "mcp__github__get_me", True),
    ("mcp__github__*", "mcp__git", False), ("mcp__*", "mcp__github__*", True), ("mcp__github__*", "mcp__*", False),
    ("/srv/app/**", "/srv/app", True), ("/srv/app/**", "/srv/app/x/y", True), ("/srv/app/**", "/srv/application", False),
    ("/srv/app/**", "/srv/app/x/**", True), ("/srv/app/x/**", "/srv/app/**", False), ("/srv/app", "/srv/app/x", False),
    ("*.example.com", "api.example.com", True), ("*.example.com", "example.com", False), ("*.example.com", "evilexample.com", False),
    ("*.example.com", "*.api.example.com", True), ("@repo", "@repo", True), ("@under_home", "@repo", False), ("@repo", "@under_home", False),
    ("@repo", "*", False), ("/srv*", "/srv/x", True), ("/srv*", "/srv/**", False),
]


@pytest.mark.parametrize(("parent", "child", "within"), TABLE)
def test_what_lies_within_what(parent, child, within):
    assert covers(parent, child) is within


@pytest.mark.parametrize("pattern", ["", "a*b", "**", "/a/../b", "/a//b", "a?", "[ab]", "x\n", "~/./x", "/a/*/b", "x" * 301])
def test_patterns_that_cannot_be_compared_are_refused(pattern):
    assert check_pattern(pattern)


@pytest.mark.parametrize("pattern", ["*", "Bash", "mcp__a__*", "/srv/**", "/", "~/x", "*.example.com", "@repo", "shell"])
def test_plain_patterns_are_accepted(pattern):
    assert check_pattern(pattern) == ""


PATTERNS = st.sampled_from(sorted({side for row in TABLE for side in row[:2]}))
SETS = st.lists(PATTERNS, max_size=4).map(tuple)
AXES = ("tools", "reads", "writes", "hosts", "servers")
SCOPES = st.builds(Scope, **dict.fromkeys(AXES, SETS), max_calls=st.integers(0, 5))


def narrower(parent):
    """Scopes that `parent` covers: of two that are drawn alone, hardly ever one lies within the other."""
    def within(outer):
        inner = sorted({side for row in TABLE for side in row[:2] if any(covers(one, side) for one in outer)})
        return st.lists(st.sampled_from(inner), max_size=4).map(tuple) if inner else st.just(())

    return st.builds(Scope, **{axis: within(getattr(parent, axis)) for axis in AXES}, max_calls=st.integers(0, parent.max_calls))


@given(SCOPES, st.data())
def test_narrowing_is_transitive_and_what_a_child_may_its_parent_may(one, data):
    two = data.draw(narrower(one))
    three = data.draw(narrower(two))
    assert not widening(one, one) and not widening(two, one) and not widening(three, two)
    assert not widening(three, one)
    assert all(any(covers(outer, pattern) for outer in getattr(one, axis)) for axis in AXES for pattern in getattr(three, axis))


def test_empty_means_nothing_and_everything_must_be_written():
    assert widening(WIDE, Scope()) == ("tools", "reads", "writes", "hosts", "servers", "max_calls")
    assert widening(Scope(), WIDE) == () and NOTHING == () and EVERYTHING == ("*",)


def test_disjoint_lists_do_not_become_everything(shell_call):
    assert lacking_tool(Scope(tools=("Read",)), shell_call("ls")).axis == "tools"
    assert lacking_tool(Scope(), shell_call("ls")) is not None
    assert lacking_tool(Scope(tools=("shell",)), shell_call("ls")) is None


def test_an_mcp_call_needs_its_server_too(shell_call):
    call = shell_call("x", kind=ToolKind.MCP, tool="mcp__github__get_me", action=McpAction(server="github", tool="get_me", arguments={}))
    assert lacking_tool(Scope(tools=("*",)), call).axis == "servers"
    assert lacking_tool(Scope(tools=("mcp__github__*",), servers=("github",)), call) is None
    assert lacking_tool(Scope(tools=("mcp__git*",), servers=("gitlab",)), call).what == "github"


@pytest.mark.parametrize(("command", "axis"), [
    ("cat notes.txt", None), ("rm -rf build", None), ("cat /etc/hosts", "reads"), ("rm -rf ~/other", "writes"), ("echo x > /etc/motd", "writes"),
    ("sed -i s/a/b/ /etc/hosts", "writes"), ("curl https://api.example.com/x", None), ("curl https://other.example.net/x", "hosts"),
    ("curl http://localhost:3000/x", None), ("$CMD", "effects"),
])
def test_reach_is_judged_on_effects_not_on_the_tool(shell_call, around, tmp_path, command, axis):
    project = tmp_path / "home" / "project"
    (project / ".git").mkdir(parents=True)
    scope = Scope(tools=("*",), reads=("@repo",), writes=("@repo",), hosts=("*.example.com",), max_calls=9)
    call = shell_call(command, cwd=str(project))
    lack = lacking_reach(scope, call, derive_effects(call, around))
    assert (lack.axis if lack else None) == axis


def test_a_path_that_cannot_be_resolved_needs_everything(shell_call, around, tmp_path):
    call = shell_call("x", kind=ToolKind.FILE_READ, tool="Read", action=ReadAction(paths=("/srv/x",)))
    effects = derive_effects(call, around)
    assert lacking_reach(Scope(reads=("/srv/**",)), call, effects) is None
    assert lacking_reach(Scope(reads=("/srv/y/**",)), call, effects).axis == "reads"


def test_hosts_by_set_and_by_name():
    assert names_host(("@metadata",), "169.254.169.254", frozenset({"@metadata"}))
    assert not names_host((), "example.com", frozenset())
    assert names_host(("example.com",), "EXAMPLE.com", frozenset())


@pytest.mark.parametrize(("pattern", "path", "glob", "recursive", "may"), [
    ("/a/secret/**", "/", False, True, True),
    ("/a/secret/**", "/a", False, True, True),
    ("/a/secret/**", "/a", False, False, False),
    ("/a/secret/**", "/a/s*", True, False, True),
    ("/a/secret/**", "/**", True, False, True),
    ("/a/secret/**", "/b/**", True, False, False),
    ("/a/sec*", "/a/s[e]c*/x", True, False, True),
    ("/a/secret/**", "/a/t*", True, True, False),
    ("*.pem", "/a/*", True, False, True),
    ("*.pem", "/a/*.crt", True, False, False),
    ("/a/x", "", False, False, True),
])
def test_what_may_reach_a_denied_path(pattern, path, glob, recursive, may):
    assert may_reach((pattern,), PathRef(raw=path, path=path, glob=glob), recursive) is may
