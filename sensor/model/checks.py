"""Names of findings that are no rules of a file: steps of the decision and detectors, by the family in their id."""

from __future__ import annotations

FAMILIES = {
    "ACC": "Beyond the rights of the agent", "AUD": "The log could not be written", "BUD": "A budget is used up", "DEF": "A tool of an MCP server has changed",
    "DEL": "Delegation of the session", "ESC": "Risk of the session",
    "DET": "Not examined in full", "IDN": "Who speaks for the session", "INJ": "Injected instructions", "INP": "A report that cannot be read with certainty",
    "INT": "Words and deed differ", "LIM": "Too many calls", "OFF": "Decided while the sensor was away", "PKG": "A package under a name like another's",
    "RAN": "What ran is not what was judged",
    "RTY": "A refused end that is tried again", "SEC": "A secret", "SUS": "The agent is suspended", "TSK": "Task key of the session",
    "UNI": "Characters that hide or reorder text",
}
BUILT_IN = "No rule of a file: a check that is built into Handrail, or a rule that is no longer loaded. What it found stands at each match."
NAMES = {"HR-INT-001": "A call that could not be judged"}


def check_name(rule_id: str) -> str:
    """The name of a built-in check, "" for an id of another form or family."""
    prefix, _, rest = rule_id.partition("-")
    family, _, number = rest.partition("-")
    return NAMES.get(rule_id) or (FAMILIES.get(family, "") if prefix == "HR" and number else "")
