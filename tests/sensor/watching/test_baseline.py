"""The recorded state: kept as a whole, private, and worth nothing when it is damaged."""

from __future__ import annotations

import os

from sensor.watching.baseline import FILE, Baseline
from sensor.watching.facts import read_state


def test_it_comes_back_as_it_was_saved(tmp_path):
    (tmp_path / "f").write_text("x")
    baseline = Baseline(tmp_path)
    assert not baseline.load()
    baseline.put("/f", read_state(str(tmp_path / "f")), "spot")
    baseline.keep({"spot"})
    baseline.installed["/f"] = ("Stop",)
    baseline.familiar = {"a"}
    assert baseline.is_changed
    baseline.save(12.5)
    again = Baseline(tmp_path)
    assert again.load() and (again.files, again.covered, again.installed, again.at, again.digest(), again.familiar) == (baseline.files, {"spot"}, {"/f": ("Stop",)}, 12.5, baseline.digest(), {"a"})
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600 and not baseline.is_changed


def test_a_damaged_file_and_one_of_another_version_are_none(tmp_path):
    for text in ("{", '{"version":99,"at":0,"files":{},"covered":[]}'):
        (tmp_path / FILE).write_text(text)
        assert not Baseline(tmp_path).load()


def test_what_belongs_to_no_spot_is_forgotten(tmp_path):
    (tmp_path / "f").write_text("x")
    baseline = Baseline(tmp_path)
    for name in ("a", "b"):
        baseline.put(f"/{name}", read_state(str(tmp_path / "f")), name)
    baseline.keep({"a"})
    assert list(baseline.files) == ["/a"]
    baseline.put("/a", None, "a")
    assert not baseline.files


def test_a_renamed_file_is_known_by_inode_and_content(tmp_path):
    (tmp_path / "a").write_text("x")
    baseline = Baseline(tmp_path)
    baseline.put(str(tmp_path / "a"), read_state(str(tmp_path / "a")), "s")
    os.link(tmp_path / "a", tmp_path / "b")
    assert baseline.moved_from(read_state(str(tmp_path / "b"))) == "", "both names are there: a second link, not a move"
    (tmp_path / "a").unlink()
    assert baseline.moved_from(read_state(str(tmp_path / "b"))) == str(tmp_path / "a")
    (tmp_path / "b").write_text("y")
    assert baseline.moved_from(read_state(str(tmp_path / "b"))) == ""
