"""What the room offers."""

from __future__ import annotations

import sensor.effects


def test_the_room_has_one_door():
    assert sensor.effects.__all__ == ["derive_effects"] and callable(sensor.effects.derive_effects)
