"""Settings without their secrets."""

from __future__ import annotations

import pytest

from sensor.cli.masked import masked, masking

SECRET = "Kx9wq7t2bHarb"
TOKEN = "ghp_" + "JNqjFUkpWIDpCh6wmffV4QFOc0GmdrCRcx6q"


@pytest.mark.parametrize("text", [
    '"API_KEY": "{}"', '"DB_PASSWORD" : "{}",', '"Authorization": "Bearer {}"', '"args": ["--api-key", "{}"]', '"--client-secret",\n        "{}"', '"--password={}"', '"postgres://u:{}@h/db"',
    '"https://h.test/mcp?key={}"', '"https://h.test/mcp?a=b&access_token={}"', "export GITHUB_TOKEN={}", 'X-Api-Key: "{}"', '"Cookie": "sid={}"',
])
def test_secrets_are_taken_out(text):
    shown = masked(text.format(SECRET))
    assert SECRET not in shown and "[redacted" in shown and masked(shown) == shown


def test_a_token_wherever_it_stands():
    assert TOKEN not in masked(f'{{"args": ["-x", "{TOKEN}", "{TOKEN}"], "note": "{TOKEN}"}}')


@pytest.mark.parametrize("text", [
    '{"mcpServers": {"files": {"command": "npx", "args": ["-y", "files-server@1.2.0", "--server", "files", "/home/u/notes"]}}}', '"GITHUB_TOKEN": "${GITHUB_TOKEN}"', '"allow": ["mcp__x__get_token", "Bash(ls)"]',
    '"command": "/home/u/.local/share/handrail/bin/handrail-hook --agent claude-code"', '"env": {"PATH": "/usr/bin", "LANG": "C"}', '"https://h.test/mcp?page=2"', '"token": ""',
])
def test_what_is_no_secret_stays(text):
    assert masked(text) == text


def test_it_is_made_once():
    assert masking() is masking()
