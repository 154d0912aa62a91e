import click
import pytest

from sensor.cli.durations import Seconds


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("15m", 900), ("2h", 7200), (" 1 h ", 3600), (60, 60)])
def test_durations(text, seconds):
    assert Seconds(7200).convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["", "0", "-5", "3h", "1.5h", "soon", "9999999999"])
def test_what_is_no_duration(text):
    with pytest.raises(click.BadParameter):
        Seconds(7200).convert(text, None, None)
