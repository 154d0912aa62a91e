"""Paths that a program prints are known where it is told them."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ('rm -rf "$(realpath ~)"', "~"), ('rm -rf "$(realpath ..)"', "~"), ('rm -rf "$(readlink -f ~/a)"', "~/a"), ('rm -rf "$(printenv HOME)"', "~"),
    ('rm -rf "$(getent passwd dev | cut -d: -f6)"', "~"), ("rm -rf $(getent passwd $(whoami) | awk -F: '{print $6}')", "~"), ("rm -rf $(grep ^dev: /etc/passwd | cut -f6 -d:)", "~"),
    ("rm -rf $(awk -F: '/^dev/{print $6}' /etc/passwd)", "~"), ('rm -rf "/home/$(id -un)"', "~"), ("rm -rf $(xdg-user-dir)", "~"), ("rm -rf $(xdg-user-dir DOCUMENTS)", "~/Documents"),
    ('rm -rf "$(npm prefix)"', "."), ('rm -rf "$(npm root)"', "./node_modules"), ('rm -rf "$(cargo locate-project --message-format plain | xargs dirname)"', "."),
    ("rm -rf $(python3 -c 'import os; print(os.path.expanduser(\"~\"))')", "~"), ("rm -rf $(node -p 'require(\"os\").homedir()')", "~"), ("rm -rf $(node -p 'process.cwd()')", "."),
])
def test_the_path_that_is_removed_is_the_one_that_was_printed(brief, command, expected):
    assert f"rm D:{expected}" in brief(command)


@pytest.mark.parametrize("command", [
    'rm -rf "$(readlink a)"', 'rm -rf "$(realpath "$X")"', 'rm -rf "$(printenv OTHER)"', 'rm -rf "$(getent passwd root | cut -d: -f6)"', "rm -rf $(grep me README.md)", "rm -rf $(npm list)", "rm -rf $(id -gn)",
    "rm -rf $(python3 -c 'print(open(\"x\").read())')", "rm -rf $(go env GOROOT)",
])
def test_what_is_printed_otherwise_stays_unknown(brief, command):
    assert any(line.startswith(("rm D:?$(", 'rm D:?"$(')) for line in brief(command)), brief(command)
