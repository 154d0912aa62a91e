from __future__ import annotations

import pytest

from sensor.detectors.formats_apps import APP_FORMATS
from sensor.patterns import syntax
from sensor.patterns.passes import PatternPass, compile_exact


@pytest.mark.parametrize("known", APP_FORMATS, ids=lambda known: f"{known.id}-{known.title}")
def test_every_format_compiles_in_both_engines_and_names_its_kind(known):
    PatternPass([known.pattern])
    compile_exact(known.pattern)
    compile_exact(known.pattern, native=False)
    assert known.kind and known.title and known.id.isupper()


def test_no_format_is_found_in_ordinary_prose():
    text = b"The service reads its settings from the environment and starts. See docs/settings.md for every name and default."
    assert PatternPass([known.pattern for known in APP_FORMATS]).hits(text) == []


def test_no_pattern_looks_around_or_back():
    for known in APP_FORMATS:
        assert not any("linear" in complaint for complaint in syntax.complaints(known.pattern))
