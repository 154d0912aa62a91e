import datetime

import click
import pytest

from sensor.cli.durations import Seconds, parse_micros, parse_moment
from sensor.model.errors import UsageError

NOW = datetime.datetime(2026, 3, 2, 12, 0, tzinfo=datetime.timezone.utc)


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("15m", 900), ("2h", 7200), (" 1 h ", 3600), (60, 60)])
def test_durations(text, seconds):
    assert Seconds(7200).convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["", "0", "-5", "3h", "1.5h", "soon", "9999999999"])
def test_what_is_no_duration(text):
    with pytest.raises(click.BadParameter):
        Seconds(7200).convert(text, None, None)


@pytest.mark.parametrize(("text", "stamp"), [
    ("", ""), ("2026-03-01", "2026-03-01T00:00:00.000000Z"), ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00.000000Z"),
    ("2026-03-01T10:00:00+02:00", "2026-03-01T08:00:00.000000Z"), ("90m", "2026-03-02T10:30:00.000000Z"), ("7d", "2026-02-23T12:00:00.000000Z"),
])
def test_moments(text, stamp):
    assert parse_moment(text, NOW) == stamp
    assert parse_micros(text, NOW) == (datetime.datetime.fromisoformat(stamp.replace('Z', '+00:00')).timestamp() * 1_000_000 if stamp else 0)


@pytest.mark.parametrize("text", ["yesterday", "7w", "d", "2026-13-01", "99999999d"])
def test_what_is_no_moment(text):
    with pytest.raises(UsageError):
        parse_moment(text, NOW)
