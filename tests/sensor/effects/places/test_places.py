"""Which sets a path lies in."""

from __future__ import annotations

import pytest

from sensor.effects.places.places import Ground, holds_handrail, places_of

GROUND = Ground("/home/dev", "/home/dev/project", ("/tmp", "/var/tmp"), ("/home/dev/.local/state/handrail",))


@pytest.mark.parametrize(("path", "glob", "expected"), [
    ("/", False, {"@root", "@outside"}),
    ("/*", True, {"@root", "@outside"}),
    ("/etc", False, {"@system", "@outside"}),
    ("/usr/local/bin/x", False, {"@local", "@outside"}),
    ("/usr/local", False, {"@system", "@outside"}),
    ("/opt/tool", False, {"@local", "@outside"}),
    ("/home", False, {"@system", "@outside", "@repo_root"}),
    ("/home/dev", False, {"@home", "@outside"}),
    ("/home/dev/*", True, {"@home", "@outside"}),
    ("/home/dev/.*", True, {"@home", "@credentials", "@outside"}),
    ("/home/dev/a*", True, {"@under_home", "@outside"}),
    ("/home/other", False, {"@home", "@outside"}),
    ("/home/dev/x", False, {"@under_home", "@outside"}),
    ("/home/dev/project", False, {"@repo", "@repo_root", "@under_home"}),
    ("/home/dev/project/*", True, {"@repo", "@repo_root", "@under_home"}),
    ("/home/dev/project/build", False, {"@repo", "@under_home"}),
    ("/home/dev/projects", False, {"@under_home", "@outside"}),
    ("/home/dev/project/.git", False, {"@repo", "@git_dir", "@under_home"}),
    ("/tmp/x", False, {"@temp"}),
    ("/tmpx", False, {"@outside"}),
    ("/dev/sda1", False, {"@devices", "@outside"}),
    ("/home/dev/.ssh/id_rsa", False, {"@credentials", "@under_home", "@outside"}),
    ("/home/other/.ssh/id_rsa", False, {"@credentials", "@under_home", "@outside"}),
    ("/root/.ssh/id_rsa", False, {"@credentials", "@under_home", "@outside"}),
    ("/home/dev/.ssh/id_rsa.pub", False, {"@under_home", "@outside"}),
    ("/home/dev/.ss?/id_*", True, {"@credentials", "@under_home", "@outside"}),
    ("/home/dev/.local/state/handrail/log", False, {"@handrail", "@under_home", "@outside"}),
    ("/home/dev/.local/state/handrails", False, {"@under_home", "@outside"}),
])
def test_sets(path, glob, expected):
    found = places_of(path, GROUND, glob)
    named = {"@root", "@outside", "@system", "@local", "@home", "@under_home", "@repo", "@repo_root", "@git_dir", "@temp", "@devices", "@credentials", "@handrail"}
    assert found & named == expected


def test_names_fold_where_the_file_system_does():
    assert "@credentials" in places_of("/Users/dev/.SSH/ID_RSA", GROUND, False, True)
    assert "@credentials" not in places_of("/home/dev/.SSH/ID_RSA", GROUND)


def test_what_holds_the_installation():
    assert holds_handrail("/home/dev/.local", GROUND) and not holds_handrail("/home/dev/.loc", GROUND)


@pytest.mark.parametrize(("pattern", "covered"), [
    ("/home/dev/.lo*/st*/h*/x", True), ("/home/dev/.local/*/handrail", True), ("/home/dev/.local/state/*", True),
    ("/home/dev/.cache/*", False), ("/home/dev/.local/*", False), ("/home/dev/.local/state/o*/x", False),
])
def test_a_pattern_that_can_name_the_installation_lies_in_it(pattern, covered):
    ground = Ground("/home/dev", "/home/dev/project", ("/tmp",), ("/home/dev/.local/state/handrail",))
    assert ("@handrail" in places_of(pattern, ground, glob=True)) is covered
