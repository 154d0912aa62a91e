from sensor.model.errors import HandrailError, UsageError


def test_an_error_says_what_and_what_next():
    assert str(HandrailError("no", next_step="do this")) == "no\ndo this" and str(HandrailError("no")) == "no"


def test_exit_codes_tell_usage_from_failure():
    assert (HandrailError.exit_code, UsageError.exit_code) == (3, 2) and issubclass(UsageError, HandrailError)
