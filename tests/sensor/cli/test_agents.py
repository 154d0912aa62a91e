"""Which names are agents."""

from __future__ import annotations

import pytest

from sensor.cli.agents import check_agent, known_agents
from sensor.cli.context import Installation
from sensor.model.errors import UsageError


@pytest.fixture
def here(warm_paths, tmp_path):
    return Installation(tmp_path / "p")


def test_supported_agents_are_known_where_nothing_ran_yet(here):
    assert known_agents(here) == ("claude-code", "cursor")
    check_agent(here, "cursor")


def test_agents_of_settings_rights_and_keys_are_known(here, bare):
    here.paths.config_file.write_text("agents: {windsurf: {mode: observe}}\nsuspended: [old-one]\n")
    here.paths.policy_file.write_text("agents: {nightly: {}}\n")
    bare.ok("agent", "create", "ci")
    assert known_agents(here) == ("ci", "claude-code", "cursor", "nightly", "old-one", "windsurf")
    here.paths.policy_file.write_text("nonsense: [\n")
    assert "nightly" not in known_agents(here)


def test_agents_that_the_sensor_has_seen_are_known(live):
    live.hook({"hook_event_name": "tools/list", "mcp_client": "editor-x", "mcp_server_name": "notes", "tool_name": "add", "tool_input": {"description": "Adds."}}, agent="mcp")
    check_agent(Installation(live.prefix), "editor-x")


def test_a_mistyped_name_is_an_error_that_lists_the_others(here):
    with pytest.raises(UsageError) as error:
        check_agent(here, "cursr")
    assert error.value.message == "unknown agent: cursr" and error.value.next_step == "Known agents: claude-code, cursor"
