"""Commands in a loop whose words the variable of the loop stands among."""

from __future__ import annotations

import pytest

from sensor.effects.shell.choices import MAX_ROUNDS, one_at_a_time
from sensor.effects.shell.scope import Field


@pytest.mark.parametrize(("command", "expected"), [
    ("for h in a b; do ssh $h rm -r /x; done", ["ssh H:a", "rm D:/x", "ssh H:b", "rm D:/x"]),
    ("for h in a b; do ssh me@$h rm -r /x; done", ["ssh H:a", "rm D:/x", "ssh H:b", "rm D:/x"]),
    ("for h in a b; do ssh $h <<E\nrm -r /x\nE\ndone", ["ssh H:a", "rm D:/x", "ssh H:b", "rm D:/x"]),
    ("for c in a b; do docker exec $c rm -r /x; done", ["docker", "rm D:/x", "docker", "rm D:/x"]),
    ("for d in ~/a ~/b; do ssh h rm -r $d; done", ["ssh H:h", "rm D:~/a", "ssh H:h", "rm D:~/b"]),
    ("for d in ~/a ~/b; do rm -r $d; done", ["rm D:~/a D:~/b"]),
    ("a=(x y); ssh ${a[@]} rm -r /x", ["-", "ssh H:x", "y"]),  # an array is all of its words
])
def test_one_value_at_a_time(brief, command, expected):
    assert [one.partition(" R:")[0] for one in brief(command)] == expected


def test_git_in_several_folders(effects_of):
    found = effects_of("for r in ~/a ~/b; do git -C $r reset --hard; done").effects
    assert [(effect.subcommand, effect.argv[2]) for effect in found] == [(("reset",), "/home/dev/a"), (("reset",), "/home/dev/b")]


def test_no_value_of_many_is_lost():
    values = [Field(str(number)) for number in range(40)]
    rounds = list(one_at_a_time([Field("ssh"), values[0], Field("ls")], [(1, values)]))
    assert len(rounds) == MAX_ROUNDS + 1
    assert {field.text for words in rounds for field in words} == {"ssh", "ls", *(field.text for field in values)}


def test_without_a_choice_there_is_one_round():
    assert list(one_at_a_time([Field("ls"), Field("a")], [])) == [(Field("ls"), Field("a"))]
