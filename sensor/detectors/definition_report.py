"""Turn the orders heard in a definition into one finding."""

from __future__ import annotations

from sensor.detectors.definition_orders import Order
from sensor.detectors.reports import INJECTION_REMEDY
from sensor.model.effects import TextField
from sensor.model.findings import Finding, Severity, Stage

# Weights of the orders together, from which a definition is flagged and from which it is withheld until a person accepts it.
FLAGGED, WITHHELD = 1.0, 1.5
ORDERS = {
    "secrets": "asks for secrets or the files that hold them", "context": "asks for the conversation or the model's instructions",
    "private": "asks for private data",
    "value": "brings a harmful value for a parameter", "silence": "asks to hide something from the user", "unasked": "asks to act without a question",
    "redirect": "names an address or account to send to", "others": "says how other tools are to be used", "settle": "wants to be in settings, rules or memory",
    "role": "sets rules or the model's role aside", "results": "makes results into orders", "obey": "asks to be obeyed", "weaken": "weakens a protection",
    "covert": "hides data in something else", "endless": "asks to be called without end", "scope": "orders what lies outside of the call",
    "harm": "orders what cannot be undone", "authority": "claims an authority", "promote": "puts itself before others",
    "name": "has a parameter that names what it wants",
    "worded": "is worded like an order to a model",
    "hidden": "writes it so that a reader does not see it", "block": "hides a block for the model", "unread": "is too long to be read whole",
}


def report_orders(orders: tuple[Order, ...], *, seconded: bool) -> list[Finding]:
    """At most one finding. `seconded` = a text of the definition also reads like an order by other signs, which turns a note into a question."""
    weight = sum(order.weight for order in orders if order.kind not in ("unread", "worded"))
    if weight < FLAGGED and all(order.kind not in ("unread", "worded") for order in orders):
        return []
    says = ", ".join(dict.fromkeys(ORDERS[order.kind] for order in orders[:3]))
    severity = Severity.HIGH if weight >= (FLAGGED if seconded else WITHHELD) else Severity.MEDIUM
    return [Finding(
        rule=f"HR-DEF-{orders[0].kind.upper()}", severity=severity, stage=Stage.ANALYZERS, category="mcp-poisoning",
        field=TextField.DESCRIPTION, name=orders[0].place, message=f"Orders to the model in the definition of a tool: it {says}", remedy=INJECTION_REMEDY,
    )]
