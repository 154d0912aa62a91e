"""Where copies will lie, from effects and a real folder."""

from __future__ import annotations

import pytest

from sensor.correlate.copies import MAX_LANDED, landings, starting_with
from sensor.effects import derive_effects

FILES = ("a.sh", "d/b.sh", "d/e/c.sh", "d.txt")


@pytest.mark.parametrize(("command", "expected"), [
    ("cp a.sh z.sh", {"a.sh": "z.sh"}), ("cp a.sh there", {"a.sh": "there/a.sh"}), ("mv d away", {"d": "away", "d/b.sh": "away/b.sh", "d/e/c.sh": "away/e/c.sh"}),
    ("cp -r d there", {"d": "there/d", "d/b.sh": "there/d/b.sh", "d/e/c.sh": "there/d/e/c.sh"}), ("cp -r d/* there", {"d/b.sh": "there/b.sh", "d/e": "there/e", "d/e/c.sh": "there/e/c.sh"}),
    ("rsync -a d/ there/", {"d": "there", "d/b.sh": "there/b.sh", "d/e/c.sh": "there/e/c.sh"}),
])
def test_where_copies_land(tmp_path, around, shell_call, command, expected):
    (tmp_path / "there").mkdir()
    effect = derive_effects(shell_call(command), around).effects[0]
    files = sorted(f"{tmp_path}/{name}" for name in FILES)
    landed = {(source.removeprefix(f"{tmp_path}/"), target.removeprefix(f"{tmp_path}/")) for source, target in landings(effect, files)}
    assert set(expected.items()) <= landed


def test_landings_of_one_command_are_bounded(tmp_path, around, shell_call):
    effect = derive_effects(shell_call("cp -r d e"), around).effects[0]
    assert len(list(landings(effect, sorted(f"{tmp_path}/d/{number}" for number in range(2 * MAX_LANDED))))) == MAX_LANDED


def test_what_begins_alike_is_found_without_a_search():
    assert list(starting_with("/a/", ["/a", "/a/b", "/a/c", "/b"])) == ["/a/b", "/a/c"]
