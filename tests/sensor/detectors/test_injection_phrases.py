from __future__ import annotations

import re

from sensor.detectors.injection_phrases import CORE_SIGNALS, Signal, pattern
from sensor.patterns.passes import PatternPass


def test_a_space_stands_for_markup_and_light_punctuation():
    found = re.compile(pattern(Signal(group="g", weight=1, phrase="do this")))
    assert found.search("Do **this**") and found.search("do,\n> this") and not found.search("dothis")


def test_every_signal_compiles_and_weighs_something():
    PatternPass([pattern(signal) for signal in CORE_SIGNALS])
    assert all(1 <= signal.weight <= 5 and signal.group for signal in CORE_SIGNALS)
