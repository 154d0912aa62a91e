"""Reading settings files of agents."""

from __future__ import annotations

from hooks.settings.formats import Scope
from sensor.posture.context import Form
from sensor.posture.sources import PROJECT_BYTES, project_sources, read_document, read_source, read_text, user_sources


def paths(found) -> set[str]:
    return {one.document.path for one in found}


def test_the_files_of_each_platform(own_home):
    linux, mac = paths(user_sources(own_home, "linux", {})), paths(user_sources(own_home, "darwin", {}))
    assert str(own_home / ".config/Code/User/settings.json") in linux and str(own_home / "Library/Application Support/Code/User/settings.json") in mac
    assert str(own_home / ".claude/settings.json") in linux & mac


def test_another_folder_of_claude_code(own_home):
    found = paths(user_sources(own_home, "linux", {"CLAUDE_CONFIG_DIR": "/c"}))
    assert {"/c/settings.json", "/c/.claude.json"} <= found and str(own_home / ".claude/settings.json") not in found


def test_the_home_folder_as_a_project_brings_no_file_twice(own_home):
    assert not paths(project_sources(own_home, own_home)) & paths(user_sources(own_home, "linux", {}))


def test_toml_is_told_by_the_form(own_home):
    (own_home / ".codex").mkdir()
    (own_home / ".codex/config.toml").write_text("a = 1\n")
    (codex,) = (one for one in user_sources(own_home, "linux", {}) if one.form is Form.CODEX)
    assert codex.document.value("a") == 1 and codex.fact.exists


def test_what_cannot_be_used(tmp_path):
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "long").write_text("{}" + " " * 1024)
    (tmp_path / "half").write_text("{}" + " " * PROJECT_BYTES)
    (tmp_path / "out").write_text("{}")
    (inside / "link").symlink_to(tmp_path / "out")
    (inside / "binary").write_bytes(b"\xff\xfe")
    (inside / "folder").mkdir()
    assert "link" in read_document(inside / "link", inside).problem
    assert read_document(inside / "link", tmp_path).data == {}
    assert "UTF-8" in read_document(inside / "binary", inside).problem and read_document(inside / "folder", inside).problem
    assert read_text(inside / "none", inside) is None and not read_document(inside / "none", inside).exists
    assert "1 KB" in read_document(tmp_path / "long", tmp_path, limit=1024).problem
    assert "larger" in read_source("claude-code", Form.CLAUDE, Scope.PROJECT, tmp_path / "half", tmp_path, str(tmp_path)).document.problem
    assert not read_source("claude-code", Form.CLAUDE, Scope.USER, tmp_path / "half", tmp_path).document.problem
