"""Scheduled anchor runs: a conflict is told once until it changes, everything else only logged."""

from __future__ import annotations

import asyncio
import json
import sys

import pytest

from sensor.audit.outside.anchor_runs import AnchorRuns


def command(exit_code, states):
    out = json.dumps({"schema_version": 1, "anchors": [{"anchor": f"a{number}", "state": state, "why": "w"} for number, state in enumerate(states)]})
    return (sys.executable, "-c", f"import sys; print({out!r}); sys.exit({exit_code})")


def told(*steps):
    """What is told when one AnchorRuns runs these commands one after the other."""
    words = []

    async def main():
        runs = AnchorRuns((), words.append)
        for step in steps:
            runs._command = step
            await runs.run()

    asyncio.run(main())
    return words


def test_a_conflict_is_told_once_until_it_changes():
    rollback, fork = command(1, ["kept", "rollback"]), command(1, ["fork", "cosigned"])
    assert told(rollback, rollback, fork) == ["a1: rollback, w", "a0: fork, w"]
    assert told(rollback, command(0, ["kept"]), rollback) == ["a1: rollback, w"] * 2


@pytest.mark.parametrize("step", [command(0, ["kept"]), command(3, ["away"]), (sys.executable, "-c", "import sys; sys.exit('no')")])
def test_nothing_is_told_otherwise(step):
    assert told(step) == []
