"""Notes of what Handrail is about to write: private, short-lived, and never a reason for a write to fail."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from hooks.settings import own_writes as module
from hooks.settings.own_writes import FILE, KEEP_BYTES, KEEP_SECONDS, note_own_write, own_writes


def test_a_note_says_where_what_and_why(tmp_path):
    note_own_write(tmp_path, Path("/h/settings.json"), b"x", "hooks install")
    note_own_write(tmp_path, Path("/h/settings.json"), None, "hooks uninstall")
    first, second = own_writes(tmp_path, time.time())
    assert (first.path, first.sha256, first.what) == ("/h/settings.json", hashlib.sha256(b"x").hexdigest(), "hooks install") and second.sha256 == ""
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_old_notes_say_nothing_and_the_file_stays_small(tmp_path):
    note_own_write(tmp_path, Path("/a"), b"", "x")
    assert own_writes(tmp_path, time.time() + KEEP_SECONDS + 1) == ()
    for _ in range(KEEP_BYTES // 100 + 50):
        note_own_write(tmp_path, Path("/" + "a" * 100), b"", "x")
    assert (tmp_path / FILE).stat().st_size <= KEEP_BYTES + 1000


def test_a_note_that_cannot_be_made_or_read_stops_nothing(tmp_path):
    note_own_write(tmp_path / "none", Path("/a"), b"", "x")
    assert own_writes(tmp_path / "none", 0) == ()
    (tmp_path / FILE).symlink_to(tmp_path / "other")
    note_own_write(tmp_path, Path("/a"), b"", "x")
    assert not (tmp_path / "other").exists()
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).write_text("{\n")
    assert own_writes(tmp_path, 0) == () and module.FILE == FILE
