"""The table of formats is complete, and every format streams."""

from __future__ import annotations

import itertools

import pytest

from sensor.export.formats import FORMATS


def test_the_table():
    assert tuple(FORMATS) == ("csv", "jsonl", "raw", "sarif", "ocsf", "cef", "otlp", "html")


@pytest.mark.parametrize("name", FORMATS)
def test_it_does_not_wait_for_the_last_record(records, name):
    """A record that never comes must not keep the ones before it from being written."""
    endless = itertools.cycle(records(verdict="block"))
    assert sum(len(chunk) for chunk in itertools.islice(FORMATS[name](endless), 20)) > 500
