"""Doors get the usual ports unless somebody has them."""

from __future__ import annotations

import pytest

from sensor.host.machine import ports
from sensor.host.machine.ports import choose_ports, is_free
from sensor.model.errors import HandrailError


def test_a_port_somebody_listens_on_is_not_free(listener):
    assert not is_free(listener)


def test_a_port_nobody_listens_on_is_free(unused_port):
    assert is_free(unused_port)


def test_the_usual_ports_need_no_setting(monkeypatch):
    monkeypatch.setattr(ports, "is_free", lambda port: True)
    assert choose_ports() == ()


@pytest.mark.parametrize(("taken", "chosen"), [
    ({4870}, ((("web", "port"), 4880),)),
    ({4871}, ((("intake", "port"), 4881),)),
    ({4870, 4871, 4880}, ((("web", "port"), 4881), (("intake", "port"), 4882))),
])
def test_each_taken_door_moves_to_a_port_of_its_own(monkeypatch, taken, chosen):
    monkeypatch.setattr(ports, "is_free", lambda port: port not in taken)
    assert choose_ports() == chosen


def test_no_port_at_all_is_an_error(monkeypatch):
    monkeypatch.setattr(ports, "is_free", lambda port: False)
    with pytest.raises(HandrailError, match="No free port"):
        choose_ports()
