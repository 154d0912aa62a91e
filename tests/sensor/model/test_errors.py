from urllib.error import URLError

from sensor.model.errors import HandrailError, UsageError, in_words


def test_an_error_says_what_and_what_next():
    assert str(HandrailError("no", next_step="do this")) == "no\ndo this" and str(HandrailError("no")) == "no"


def test_exit_codes_tell_usage_from_failure():
    assert (HandrailError.exit_code, UsageError.exit_code) == (3, 2) and issubclass(UsageError, HandrailError)


def test_the_system_is_quoted_without_its_numbers():
    assert in_words(ConnectionRefusedError(111, "Connection refused")) == "Connection refused"
    assert in_words(URLError(ConnectionRefusedError(111, "Connection refused"))) == "Connection refused"
    gone = FileNotFoundError(2, "No such file or directory", "/x")
    assert (in_words(gone), in_words(gone, with_file=True)) == ("No such file or directory", "/x: No such file or directory")
    assert in_words(TimeoutError("no answer in time")) == "no answer in time" and in_words(ValueError("x")) == "x"
