"""Names that stand for something else."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ("alias r='rm -r '; alias y=~/x; r y", ['alias', 'alias', 'rm D:~/x']),
    ("alias r='rm -r'; r ~/x/$Y", ['alias', 'rm D:~/x/$Y']),
    ("alias r='cd / && rm -r'; r $X", ['alias', 'cd', 'rm D:?$X']),
    ("BASH_ALIASES[zz]='rm -r'; zz ~/x", ['-', 'rm D:~/x']),
    ("alias -g G='; rm -r ~/x'; ls", ['alias', 'rm D:~/x', 'ls']),
    ("alias ls rm -r ~/x; ls", ['alias', 'rm D:~/x', 'rm D:~/x']),
    ("functions[x]='rm -r ~/x'", ['rm D:~/x', '-']),
    ("hash -p /bin/rm echo; echo -r ~/x", ['hash', 'echo']),
    ("hash -p /bin/rm echo; enable -n echo; echo -r ~/x", ['hash', 'enable', 'rm D:~/x']),
    ("hash -p /bin/rm x; x -r ~/x", ['hash', 'rm D:~/x']),
    ('f() { local c=rm; }; c=echo; f; "$c" -r ~/x', ['-', 'local', 'echo']),
    ('f() { local c=echo; }; c=rm; f; "$c" -r ~/x', ['-', 'local', 'rm D:~/x']),
    ('f() { c=rm; }; c=echo; f; "$c" -r ~/x', ['-', '-', 'rm D:~/x']),
    ("alias ll='rm -r ~/x'; ll", ['alias', 'rm D:~/x']),
    ("alias ls='ls -l'; ls", ['alias', 'ls']),
])
def test_a_name_starts_what_it_stands_for(brief, command, expected):
    assert brief(command) == expected


def test_an_alias_in_the_place_of_a_usual_command_will_run(brief):
    assert brief("alias ls='rm -r ~/x'") == ['alias', 'rm D:~/x'] and brief("alias old='rm -r ~/x'") == ['alias']
