"""What variables hold after assignments."""

from __future__ import annotations

import pytest

from sensor.effects.shell.assignments import MAX_TEXT, assign
from sensor.effects.shell.scope import Field, Value


@pytest.mark.parametrize(("command", "expected"), [
    ('a=(rm -r); "${a[@]}" ~/x', ['-', 'rm D:~/x']),
    ('a=(rm -r); ${a[0]} ~/x', ['-', 'rm D:~/x']),
    ('a=(x); a+=(rm); ${a[1]} ~/x', ['-', '-', 'rm D:~/x']),
    ('a[1]=rm a[0]=ls; ${a[1]} -r ~/x', ['-', 'rm D:~/x']),
    ('k[go]=ls k[go]=rm; ${k[go]} -r ~/x', ['-', 'rm D:~/x']),
    ('k[a]=rm k[b]=-r; ${k[@]} ~/x', ['-', 'rm D:~/x']),
    ('a=x; a[70000]=rm; rm "${a[0]}"', ['-', '-', 'rm D:./x']),
    ('v=r; v+=m; $v -r ~/x', ['-', '-', 'rm D:~/x']),
    ('c=echo; true && c=rm || c=ls; "$c" -r ~/x', ['-', 'true', '-', '-', 'echo', 'rm D:~/x', 'ls']),
    ('x=1', ['-']),
    ('x=$(rm -r ~/x)', ['rm D:~/x', '-']),
    ('a=($(rm -r ~/x)); ls', ['rm D:~/x', '-', 'ls']),
    ('readonly c=ls; c=rm; $c ~/x', ['readonly', '-', 'ls']),
    ('declare -l c; c=RM; $c -r ~/x', ['declare', '-', 'rm D:~/x']),
    ('declare -n other=c; other=rm; $c -r ~/x', ['declare', '-', 'rm D:~/x']),
    ('c=ls; c=rm true; $c ~/x', ['-', 'true', 'ls']),
])
def test_assignments(brief, command, expected):
    assert brief(command) == expected


def test_a_text_that_doubles_itself_stays_small_and_that_is_said(walk):
    long = Value((Field("x" * MAX_TEXT),))
    assign(walk, "v", long)
    assign(walk, "v", Value((Field("y"),)), append=True)
    assert walk.scope.variables["v"] == long and walk.unresolved[0].reason == "size budget exhausted"
