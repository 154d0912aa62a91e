"""The open segment and the reserve: whole lines, nothing behind a torn one, space given back once."""

from __future__ import annotations

import errno
import hashlib

import pytest

from sensor.audit.form.errors import AuditUnavailable, Cause
from sensor.audit.journal.segments import segment_name
from sensor.audit.journal.writer import Reserve, SegmentWriter, unavailable


@pytest.fixture
def writer(tmp_path, faulty):
    made = SegmentWriter(tmp_path, faulty, Reserve(tmp_path / "reserve", 0))
    assert made.begin(0, "1") == ()
    return made


@pytest.mark.parametrize(("code", "cause"), [
    (errno.ENOSPC, Cause.DISK_FULL), (errno.EDQUOT, Cause.DISK_FULL), (errno.EROFS, Cause.READ_ONLY), (errno.EIO, Cause.IO), (None, Cause.IO),
])
def test_errors_have_causes(code, cause):
    assert unavailable(OSError(code, "text")).cause is cause


def test_lines_follow_each_other(writer, tmp_path):
    writer.write(b"one\n")
    writer.write(b"two\n")
    writer.sync_now()
    assert (tmp_path / segment_name(0)).read_bytes() == b"one\ntwo\n" and writer.offset == 8 and writer.torn is None


def test_a_short_write_is_continued(writer, faulty, tmp_path):
    class Slow(type(faulty)):
        def write(self, handle, data):
            return super().write(handle, data[:3])

    slow = Slow()
    writer = SegmentWriter(tmp_path, slow, Reserve(tmp_path / "reserve", 0))
    writer.begin(5, "1")
    writer.write(b"a longer line\n")
    assert (tmp_path / segment_name(5)).read_bytes() == b"a longer line\n"


def test_what_was_taken_of_a_failed_line_is_told(writer, faulty):
    writer.write(b"one\n")
    faulty.write_errors[2], faulty.partial = errno.EIO, 3
    with pytest.raises(AuditUnavailable):
        writer.write(b"second\n")
    torn = writer.torn
    assert (torn.offset, torn.bytes, torn.cause, torn.sha256) == (4, 3, "io", hashlib.sha256(b"sec").hexdigest())
    assert writer.offset == 4


def test_a_line_of_which_nothing_was_taken_leaves_no_tail(writer, faulty):
    faulty.write_errors[1] = errno.EIO
    with pytest.raises(AuditUnavailable):
        writer.write(b"one\n")
    assert writer.torn is None and writer.offset == 0


def test_the_next_segment_declares_what_the_last_one_left(writer, faulty, tmp_path):
    writer.write(b"one\n")
    faulty.write_errors[2], faulty.partial = errno.EIO, 3
    with pytest.raises(AuditUnavailable):
        writer.write(b"second\n")
    tails = writer.begin(1, "2")
    assert [tail.segment for tail in tails] == [segment_name(0)] and writer.torn is None
    assert (tmp_path / segment_name(0)).stat().st_mode & 0o777 == 0o400
    writer.write(b"second\n")
    assert (tmp_path / segment_name(1)).read_bytes() == b"second\n"


def test_a_segment_that_holds_no_whole_line_is_renamed(writer, faulty, tmp_path):
    faulty.write_errors[1], faulty.partial = errno.EIO, 2
    with pytest.raises(AuditUnavailable):
        writer.write(b"one\n")
    tail = writer.begin(0, "77")[0]
    assert tail.segment == segment_name(0) + ".torn-77"
    assert (tmp_path / tail.segment).read_bytes() == b"on" and (tmp_path / segment_name(0)).read_bytes() == b""


def test_an_empty_segment_is_used_again(writer, tmp_path, faulty):
    again = SegmentWriter(tmp_path, faulty, Reserve(tmp_path / "reserve", 0))
    assert again.begin(0, "2") == () and again.offset == 0


def test_the_reserve_is_given_back_once(tmp_path, faulty):
    reserve = Reserve(tmp_path / "reserve", 4096)
    assert reserve.make() and (tmp_path / "reserve").stat().st_size == 4096
    writer = SegmentWriter(tmp_path, faulty, reserve)
    writer.begin(0, "1")
    faulty.write_errors[1] = errno.ENOSPC
    writer.write(b"one\n")  # the write that failed is tried again in the space of the reserve
    assert not (tmp_path / "reserve").exists()
    faulty.write_errors[3] = errno.ENOSPC
    with pytest.raises(AuditUnavailable) as caught:
        writer.write(b"two\n")
    assert caught.value.cause is Cause.DISK_FULL and not reserve.release()
    assert reserve.make() and reserve.held


def test_no_reserve_is_asked_for_nothing(tmp_path):
    assert Reserve(tmp_path / "reserve", 0).make() and not (tmp_path / "reserve").exists()
    assert not Reserve(tmp_path / "none" / "reserve", 10).make()
