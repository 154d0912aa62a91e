"""What is kept to put a settings file back."""

from __future__ import annotations

import msgspec
import pytest

from hooks.settings.files import SettingsError
from hooks.settings.record import Record, delete_record, digest, load_record, save_record

RECORD = Record(agent="cursor", file="/f", client="/c", before=b"\xff\x00raw", after_sha256=digest(b"x"), created_folders=("/a", "/a/b"))


@pytest.mark.parametrize("before", [b"\xff\x00raw", b"", None])
def test_bytes_come_back_as_they_were(tmp_path, before):
    record = msgspec.structs.replace(RECORD, before=before)
    save_record(tmp_path, record)
    assert load_record(tmp_path, "cursor") == record
    (file,) = (tmp_path / "agents").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_nothing_recorded(tmp_path):
    assert load_record(tmp_path, "cursor") is None
    delete_record(tmp_path, "cursor")


def test_forgotten(tmp_path):
    save_record(tmp_path, RECORD)
    delete_record(tmp_path, "cursor")
    assert load_record(tmp_path, "cursor") is None


def test_a_damaged_record_is_named(tmp_path):
    save_record(tmp_path, RECORD)
    (tmp_path / "agents/cursor.json").write_text("{")
    with pytest.raises(SettingsError, match=r"agents/cursor\.json"):
        load_record(tmp_path, "cursor")


def test_a_state_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "agents").write_text("in the way")
    with pytest.raises(SettingsError, match="cannot be written"):
        save_record(tmp_path, RECORD)
