"""Keys that vendors print in their manuals, and strings of masks in the place of one: they open nothing."""

from __future__ import annotations

import re

DOCUMENTED = frozenset({
    "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "ASIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE",
    "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY", "4eC39HqLyjWDarjtT1zdp7dc", "TYooMQauvdEDq54NiTphI7jx",
    "sk_test_4eC39HqLyjWDarjtT1zdp7dc", "pk_test_TYooMQauvdEDq54NiTphI7jx",
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
    "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==",
})
_SAMPLE = re.compile(
    r"(?<![\w/+])(?:A(?:KIA|SIA|IDA|ROA)[A-Z0-9]{9}EXAMPLE|[A-Za-z0-9/+]{30}EXAMPLEKEY|"
    r"(?:gh[pousr]_|github_pat_|glpat-|sk-(?:live|ant|proj)-|sk_live_|xox[abps]-|npm_|AKIA)[xX]{6,}|"
    + "|".join(re.escape(value) for value in sorted(DOCUMENTED, key=len, reverse=True)) + r")(?![\w/+=])")

_SIGNS = ("EXAMPLE", "xxxxxx", "XXXXXX", "4eC39H", "TYooMQ", "==")  # one of them stands in each


def mask_samples(text: str) -> str:
    """The text, as long as before, with a star for each character of such a key."""
    return _SAMPLE.sub(lambda found: "*" * len(found.group()), text) if any(sign in text for sign in _SIGNS) else text
