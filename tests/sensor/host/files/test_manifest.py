"""The record of changes, and the folders that go away again."""

from __future__ import annotations

import stat

import pytest

from sensor.host.files.manifest import (
    Manifest,
    load_manifest,
    missing_parents,
    noted_by_script,
    remove_if_empty,
    save_manifest,
)
from sensor.model.errors import HandrailError


def test_round_trip_is_private(plan):
    plan.paths.state.mkdir(parents=True)
    manifest = Manifest(version="1", installed=1.5, links=("/l",), created_folders=("/a", "/a/b"))
    save_manifest(plan.paths, manifest)
    assert load_manifest(plan.paths) == manifest
    assert stat.S_IMODE((plan.paths.state / "install.json").stat().st_mode) == 0o600


def test_none_and_damaged_are_different(plan):
    assert load_manifest(plan.paths) is None
    plan.paths.state.mkdir(parents=True)
    (plan.paths.state / "install.json").write_text("{")
    with pytest.raises(HandrailError, match=r"install\.json"):
        load_manifest(plan.paths)


def test_missing_parents_are_each_named_once(tmp_path):
    names = missing_parents(tmp_path / "a" / "b", tmp_path / "a" / "c", tmp_path)
    assert names == tuple(str(tmp_path / name) for name in ("a", "a/b", "a/c"))


def test_only_empty_folders_are_removed(tmp_path):
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    (tmp_path / "a" / "theirs").write_text("x")
    remove_if_empty(tuple(str(tmp_path / name) for name in ("a", "a/b", "a/b/c", "never")))
    assert sorted(path.name for path in (tmp_path / "a").rglob("*")) == ["theirs"]


def test_what_the_script_noted(plan):
    assert noted_by_script(plan.paths) == ()
    plan.paths.data.mkdir(parents=True)
    (plan.paths.data / "created-folders").write_text("/home/u/.local\n/home/u/.local/share\n\n")
    assert noted_by_script(plan.paths) == ("/home/u/.local", "/home/u/.local/share")
