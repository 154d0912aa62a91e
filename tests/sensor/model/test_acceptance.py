"""What of an audit may be accepted."""

from __future__ import annotations

import pytest

from sensor.model.acceptance import check_of, why_never
from sensor.model.findings import Severity


@pytest.mark.parametrize(("check", "severity", "may"), [
    ("AGT-14", Severity.HIGH, True), ("HOST-05", Severity.LOW, True), ("AGT-01", Severity.CRITICAL, False), ("LOG-12", Severity.MEDIUM, False), ("LOG-03", Severity.HIGH, False),
])
def test_what_is_critical_or_about_the_log_never_is(check, severity, may):
    assert (why_never(check, severity) == "") is may


def test_a_key_names_its_check():
    assert check_of("AGT-14-0123456789abcdef") == "AGT-14"


@pytest.mark.parametrize("key", ["", "AGT-14", "AGT-14-", "AGT-14-0123456789abcde", "AGT-14-0123456789abcdeg", "x-AGT-14-0123456789abcdef", "AGT-14-0123456789abcdef\n"])
def test_what_is_no_key(key):
    with pytest.raises(ValueError, match="not the key"):
        check_of(key)
