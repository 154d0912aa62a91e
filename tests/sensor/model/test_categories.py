import ast
from pathlib import Path

from sensor.model.categories import CATEGORIES
from sensor.policy.check import CATEGORIES as IN_RULES
from sensor.policy.load import load_rules

DETECTORS = Path(__file__).resolve().parents[3] / "sensor" / "detectors"


def named_by_detectors() -> set[str]:
    """Words that a detector gives as `category=`; those of escalation judge the past, not a text."""
    found = set()
    for file in DETECTORS.glob("*.py"):
        keywords = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.keyword) and node.arg == "category"]
        found |= {node.value for keyword in keywords for node in ast.walk(keyword.value) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return found - {"repeated-intent"}


def test_the_list_holds_every_category_of_rules_and_detectors_and_no_other():
    assert named_by_detectors() | set(IN_RULES) == set(CATEGORIES)
    assert {rule.category for rule in load_rules().rules} <= set(CATEGORIES)
    assert all(text and not text.endswith(".") for text in CATEGORIES.values()) and list(CATEGORIES) == sorted(CATEGORIES)
