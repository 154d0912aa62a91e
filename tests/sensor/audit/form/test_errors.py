"""Errors of the log say what happened, why, and what to do."""

from __future__ import annotations

import pytest

from sensor.audit.form.errors import AuditUnavailable, Cause, LogDamaged
from sensor.model.errors import HandrailError


@pytest.mark.parametrize("cause", list(Cause))
def test_unavailable_names_its_cause(cause):
    error = AuditUnavailable(cause, "detail")
    assert isinstance(error, HandrailError)
    assert cause.value in error.message and "detail" in error.message and error.next_step and error.cause is cause


def test_damage_names_the_file_to_set_aside():
    error = LogDamaged("entry 3 is damaged", "journal-000000000000.jsonl")
    assert (error.why, error.segment) == ("entry 3 is damaged", "journal-000000000000.jsonl")
    assert "entry 3" in error.message and "verify" in error.next_step
