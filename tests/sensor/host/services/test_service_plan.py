"""What the kinds of services share."""

from __future__ import annotations

import pytest

from sensor.host.services.service_plan import must_run, run_tool
from sensor.model.errors import HandrailError


def test_messages_go_to_a_file_of_the_state_folder(plan):
    assert plan.log.is_relative_to(plan.paths.state)


def test_a_program_that_works_gives_its_output():
    assert must_run(["printf", "x"], "do this") == "x"


def test_a_missing_program_is_a_failure_not_a_crash():
    assert run_tool(["/nonexistent/tool"]).returncode == 127
    with pytest.raises(HandrailError, match="/nonexistent/tool"):
        must_run(["/nonexistent/tool"], "do this")
