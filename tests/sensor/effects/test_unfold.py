"""Wrappers inside wrappers, and what is not known of them."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ('sudo timeout 5 nice env A=b rm -r ~/x', ['rm D:~/x ^']),
    ('sudo env A=~/x sh -c \'rm -r "$A"\'', ['rm D:~/x ^']),
    ('ssh host "$CMD"', ['ssh H:host', '- !']),
    ('su -c "$CMD"', ['- ^ !']),
    ('watch "ls $DIR"', ['- !']),
    ('sudo A=b rm -r ~/x', ['rm D:~/x ^']),
])
def test_unfolding(brief, command, expected):
    assert brief(command) == expected
