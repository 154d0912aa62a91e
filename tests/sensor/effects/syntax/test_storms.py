"""Endless loops that start processes."""

from __future__ import annotations

import pytest

from sensor.effects.budget import Budget
from sensor.effects.syntax.lexer import read_script
from sensor.effects.syntax.script import Group, Source
from sensor.effects.syntax.storms import spawns_without_end


def endless(text: str) -> bool:
    node = read_script(Source(text, {}), 0, len(text), Budget()).statements[0].node
    assert isinstance(node, Group)
    return spawns_without_end(node)


@pytest.mark.parametrize("text", [
    "while true; do ./job & done",
    "while /bin/true; do ./job & done",
    "while ! false\ndo ./job & done",
    "while [ 1 ]; do ./job & done",
    "while ((1)); do ./job & done",
    "until false; do (sleep 1; ./job) & done",
    "for ((;;)); do ./job & done",
    "while :; do ./job & sleep 0; done",
    "while true; do echo next; ./job & done",
    "while true; do ./job & if false; then wait; fi; done",
    "while true; do ./job & (wait); done",
    "while true; do (./job &); wait; done",
    "while true; do wait; ./job & disown; done",
    "while true; do ./first & wait; ./second & done",
    "while true; do for i in 1 2; do ./job & done; done",
])
def test_a_round_that_never_waits_is_a_storm(text):
    assert endless(text)


@pytest.mark.parametrize("text", [
    "while true; do ./job & wait; done",
    "while true; do wait; ./job & done",
    "while true; do (./job & wait); done",
    "while true; do ./first & wait; ./second & wait; done",
    "while true; do ./job & sleep 5; done",
    "while true; do ./job & break; done",
    "while true; do ./job & if ready; then break; fi; done",
    "while true; do make test; sleep 5; done",
    "while read x; do ./job & done",
    "while false; do ./job & done",
    "until true; do ./job & done",
    "for ((i=0; i<4; i++)); do ./job & done",
    "for i in 1 2 3; do ./job & done",
    "while true; do curl -s localhost | jq .; ./job & done",
])
def test_a_bounded_round_is_none(text):
    assert not endless(text)
