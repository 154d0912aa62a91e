from __future__ import annotations

import pytest

from sensor.detectors.definition_orders import Order
from sensor.detectors.definition_report import ORDERS, report_orders
from sensor.model.findings import Severity


def order(kind="silence", weight=1.0):
    return Order(kind=kind, weight=weight, place="description")


@pytest.mark.parametrize(
    ("orders", "seconded", "severities"),
    [
        ((), False, []), ((order(weight=0.5),), True, []), ((order(),), False, [Severity.MEDIUM]), ((order(),), True, [Severity.HIGH]),
        ((order(), order("scope", 0.5)), False, [Severity.HIGH]), ((order("secrets", 2.0),), False, [Severity.HIGH]),
        ((order("unread"),), True, [Severity.MEDIUM]), ((order("unread"), order("scope", 0.5)), True, [Severity.MEDIUM]),
    ],
)
def test_clear_orders_are_a_question_and_single_ones_a_note(orders, seconded, severities):
    assert [found.severity for found in report_orders(orders, seconded=seconded)] == severities


def test_the_finding_says_what_was_heard_and_where():
    found, = report_orders((order("secrets", 2.0), order("silence")), seconded=False)
    assert found.rule == "HR-DEF-SECRETS" and found.name == "description" and found.category == "mcp-poisoning"
    assert ORDERS["secrets"] in found.message and ORDERS["silence"] in found.message
