"""What an awk program does with constants."""

from __future__ import annotations

import pytest

from sensor.effects.awk import fold
from sensor.effects.code.room import MAX_GROWTH, Room
from tests.growth import growth


@pytest.mark.parametrize(("command", "expected"), [
    ("awk 'BEGIN{system(\"rm -r ~/x\")}'", ["awk", "rm D:~/x"]),
    ("awk '{system($0)}' <<< 'rm -r ~/x'", ["awk", "rm D:~/x"]),
    ("printf 'a rm\\n' | awk '{system($2)}'", ["printf", "awk", "rm"]),
    ("awk 'BEGIN{c=\"r\" \"m\"; system(c \" -r ~/x\")}'", ["awk", "rm D:~/x"]),
    ("awk -v c=rm 'BEGIN{system(c \" -r ~/x\")}'", ["awk", "rm D:~/x"]),
    ("awk 'BEGIN{print \"x\" >> ENVIRON[\"HOME\"] \"/a\"}'", ["awk W:?${HOME}/a"]),
    ("awk 'BEGIN{print \"x\" > \"/home/dev/a\"}'", ["awk W:~/a"]),
    ("awk '{out=\"a/\" $1 \".txt\"; print > out}' b", ["awk R:./b"]),
    ("awk -v max=100 '$3 > max' b", ["awk R:./b"]),
    ("awk '{print $1 > 5}' b", ["awk R:./b"]),
    ("awk 'BEGIN{while((getline l < \"/home/dev/a\") > 0) print l}'", ["awk R:~/a"]),
])
def test_commands_and_files(brief, command, expected):
    assert brief(command) == [part.replace("?${HOME}", "~") for part in expected]


def test_only_what_stands_outside_of_strings_is_a_variable():
    assert fold('c="rm"; print "c " c', [], Room()) == 'c="rm"; print "c rm"'


def test_variables_in_many_places_end_and_it_is_said():
    room, code = Room(), 'BEGIN{a="' + "x" * 190 + '"; ' + "a " * 9_000 + '; system("ls")}'
    assert len(fold(code, [], room)) < len(code) + 2 * MAX_GROWTH and room.ran_out


@pytest.mark.parametrize("unit", ['\\"', '"\\', "print ", "getline "])
def test_no_part_of_a_program_is_read_from_every_place(unit, effects_of):
    assert growth(lambda code: effects_of(f"awk '|{code}'"), unit) < 10


def test_a_program_is_paid_for_by_its_length(effects_of):
    assert effects_of("\n".join(["awk '|" + "print a;" * 2_000 + "'"] * 12)).exhausted
