import pytest

from sensor.wire import MAX_BODY, FrameError, length, parse_header, render_header, render_reply, render_request


def test_a_request_carries_any_bytes_unchanged():
    body = b"\xff\xfe{\x00\n}"
    frame = render_request("hook", body, agent="cursor", truncated=0)
    line, _, rest = frame.partition(b"\n")
    kind, fields = parse_header(line)
    assert (kind, fields["agent"], length(fields, "len"), rest) == ("hook", "cursor", len(body), body)


def test_a_reply_has_two_bodies_and_an_exit_code():
    line, _, rest = render_reply(2, b"out", b"error").partition(b"\n")
    kind, fields = parse_header(line)
    assert (kind, fields["exit"]) == ("reply", "2")
    out = length(fields, "out")
    assert (rest[:out], rest[out:]) == (b"out", b"error")


@pytest.mark.parametrize("line", [b"", b"HR1", b"HR2 hook len=1", b"GET / HTTP/1.1", b"HR1 hook len", b"{}"])
def test_what_is_not_a_frame_is_refused(line):
    with pytest.raises(FrameError):
        parse_header(line)


@pytest.mark.parametrize("value", ["", "-1", "1e3", "x", str(MAX_BODY + 1), "\u0661"])
def test_lengths_are_plain_bounded_numbers(value):
    with pytest.raises(FrameError):
        length({"len": value}, "len")


@pytest.mark.parametrize("value", ["a b", "a\nb", "x" * 600])
def test_a_header_field_cannot_smuggle_another(value):
    with pytest.raises(FrameError):
        render_header("hook", agent=value)
