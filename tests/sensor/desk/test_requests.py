"""Arguments of requests, and that only a person makes some of them."""

from __future__ import annotations

import pytest

from sensor.desk.requests import MAX_TEXT, require_person, text_of
from sensor.model.calls import Caller
from sensor.model.errors import UsageError


def test_a_text_argument():
    assert text_of({"by": "sam"}, "by", "unknown") == "sam" and text_of({}, "by", "unknown") == "unknown"


@pytest.mark.parametrize("args", [{}, {"id": None}, {"id": 1}, {"id": ["a"]}, {"id": "x" * (MAX_TEXT + 1)}])
def test_what_is_no_text(args):
    with pytest.raises(UsageError, match="'id' must be text"):
        text_of(args, "id")


def test_a_process_that_no_person_stands_behind_is_told_why():
    require_person(Caller(uid=1, pid=7), lambda pid: "")
    with pytest.raises(UsageError, match="it comes from 7, and only a person"):
        require_person(Caller(uid=1, pid=7), lambda pid: f"it comes from {pid}")
