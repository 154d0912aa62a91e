"""Commands in an index run wherever the shell evaluates it."""

from __future__ import annotations

import pytest

from sensor.effects.budget import Budget
from sensor.effects.shell.subscripts import hidden_commands


@pytest.mark.parametrize(("text", "expected"), [
    ("a[$(rm -r ~/x)]", ["rm -r ~/x"]), ("a[$(f $(g))]=1", ["f $(g)"]), ("a[`ls`]", ["ls"]), ("a[$(x)] + b[$(y)]", ["x", "y"]), ("a[1]", []), ("[$(", [""]), ("$(ls)", []),
])
def test_what_stands_in_an_index(text, expected):
    assert hidden_commands(text, Budget()) == expected


@pytest.mark.parametrize("command", [
    "x='a[$(rm -r ~/x)]'; echo $((x))", "x='a[$(rm -r ~/x)]'; [[ x -eq 0 ]]", "x='a[`rm -r ~/x`]'; (( x ))", "declare -i y='a[$(rm -r ~/x)]'", "let 'a[$(rm -r ~/x)]=1'", "test -v 'a[$(rm -r ~/x)]'",
    "unset 'a[$(rm -r ~/x)]'", "read 'a[$(rm -r ~/x)]' <<< 1", "printf -v 'a[$(rm -r ~/x)]' x", "wait -p 'a[$(rm -r ~/x)]' -n", "x='a[$(rm -r ~/x)]' bash -c 'echo $((x))'",
])
def test_it_runs(brief, command):
    assert "rm D:~/x" in brief(command)


@pytest.mark.parametrize("command", ["echo 'a[$(rm -r ~/x)]'", "grep 'a[$(]' x.txt", "x='a[1]'; echo $((x))", "[[ $a == '[' ]]"])
def test_what_is_only_a_text_does_not(brief, command):
    assert not any("D:" in one for one in brief(command))
