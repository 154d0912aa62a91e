"""Names of a call that hold a secret."""

from __future__ import annotations

import pytest

from sensor.desk.names import clean_names
from sensor.detectors.redact import Redactor
from sensor.detectors.secrets import SecretScanner
from sensor.model.calls import McpAction

TOKEN = "ghp_" + "aB3dE5gH7jK9mN1pQ3sT5vX7zA2cE4gH6jK8"


@pytest.fixture(scope="module")
def clean():
    return clean_names(Redactor(SecretScanner(), b"k" * 32).redact)


@pytest.mark.parametrize("field", ["session", "parent_session", "subagent", "subagent_type", "turn", "tool"])
@pytest.mark.parametrize("name", ["{}", "mcp__{}__run", "a {} b"])
def test_a_secret_is_no_name(clean, shell_call, field, name):
    cleaned = clean(shell_call("ls", **{field: name.format(TOKEN)}))
    assert TOKEN not in getattr(cleaned, field) and "[redacted:" in getattr(cleaned, field)
    assert clean(cleaned) == cleaned


def test_a_secret_is_no_name_of_a_server(clean, shell_call):
    cleaned = clean(shell_call("", action=McpAction(server=TOKEN, tool="run", arguments={})))
    assert TOKEN not in cleaned.action.server and clean(cleaned) is cleaned


def test_two_sessions_stay_two(clean, shell_call):
    first, second = (clean(shell_call("ls", session=TOKEN[:-1] + end)).session for end in "89")
    assert first != second


@pytest.mark.parametrize("names", [{"session": "9e0fbb27-1cc9-42dc-891b-32be4928c99b", "tool": "Bash"}, {"session": "s", "tool": "mcp__files__read_file", "subagent_type": "general-purpose"}])
def test_other_names_stay_as_they_are(clean, shell_call, names):
    call = shell_call("ls", **names)
    assert clean(call) is call
