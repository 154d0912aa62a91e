"""A held call reads what the queue tells, and what older sensors leave out."""

from __future__ import annotations

import msgspec

from sensor.access.quarantine import HeldCall
from sensor.model.held import Held


def test_what_the_queue_tells_is_read():
    call = HeldCall(id="Q1", consent="c", agent="a", session="s", tool="Bash", rule="R", reason="why", lines=(("command", "ls"),), created=1, expires=2)
    held = msgspec.convert({**msgspec.to_builtins(call), "waits": 5.0}, Held, strict=False)
    assert (held.id, held.lines, held.state, held.scope, held.waits) == ("Q1", (("command", "ls"),), "pending", "once", 5.0)
    assert {field for field in Held.__struct_fields__ if field != "waits"} <= set(HeldCall.__struct_fields__)
    assert msgspec.convert({"id": "Q1"}, Held).waits == 0


def test_it_is_called_what_it_is_counted_as():
    assert [Held(id="Q1", blocked=blocked).verdict for blocked in (False, True)] == ["quarantine", "block"]
    assert [Held(id="Q1", session=session).is_rehearsal for session in ("s1", "demo-1a")] == [False, True]
