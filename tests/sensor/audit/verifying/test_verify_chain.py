"""The quick look finds every broken link and never calls a log verified."""

from __future__ import annotations

import pytest

from sensor.audit.journal.pin import read_pin
from sensor.audit.verifying.verify import VerifyOptions
from sensor.audit.verifying.verify_chain import verify_chain


def check(state):
    public = state.public()
    return verify_chain(state.log, VerifyOptions(identity=public, pin=read_pin(state.keys, public)), state.ticking.wall // 1000)


def edit(path, change):
    path.write_bytes(change(path.read_bytes()))


def test_a_good_log_is_linked_but_not_proven(sample):
    report = check(sample)
    assert report.exit_code == 3 and report.problems == ()
    assert report.entries == sample.report().entries and [anchor.size for anchor in report.anchors] == [report.entries]


@pytest.mark.parametrize("change", [
    lambda s: edit(s.segments()[0], lambda data: data.replace(b"make test-1", b"make tesT-1")),
    lambda s: edit(s.segments()[1], lambda data: data[data.index(b"\n") + 1:]),
    lambda s: edit(s.segments()[0], lambda data: data[:-300]),
    lambda s: edit(s.segments()[-1], lambda data: b"\n".join(data.split(b"\n")[:-3]) + b"\n"),
    lambda s: edit(s.segments()[-1], lambda data: data.replace(b'"kind":"shutdown"', b'"kind":"Shutdown"')),
    lambda s: s.segments()[0].unlink(),
    lambda s: s.segments()[1].unlink(),
    lambda s: s.segments()[-1].unlink(),
    lambda s: edit(s.segments()[0], lambda data: data.replace(b"local/", b"locaL/", 1)),
], ids=["edited", "line deleted", "segment cut", "tail cut", "last entry edited", "first segment gone", "segment gone", "last segment gone", "renamed"])
def test_broken_links_are_found(sample, change):
    change(sample)
    assert check(sample).exit_code == 1


def test_the_window_is_that_of_the_pin(sample):
    sample.ticking.pass_s(500)
    assert 500 <= check(sample).window.seconds <= 2000 and check(sample).outside_window.seconds == -1
    (sample.keys / "pin.json").unlink()
    assert check(sample).window.seconds == -1 and check(sample).exit_code == 3
