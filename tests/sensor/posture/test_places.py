"""The tables of files: below HOME, each once."""

from __future__ import annotations

from sensor.posture import places


def test_every_name_is_below_home_and_stands_once():
    for table in (places.CREDENTIALS, places.AGENT_CREDENTIALS, places.TRANSCRIPTS, places.CREDENTIAL_FOLDERS, places.AGENT_FOLDERS):
        assert len(set(table)) == len(table) and not [name for name in table if name.startswith(("/", "~")) or name.endswith("/")]
    assert all(name.startswith("/") for name in (*places.SYSTEM_FOLDERS, *places.TEMPORARY))
