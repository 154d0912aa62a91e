"""Whether a written file is code that is read for what it lets in, gives away or takes away, and what is found."""

from __future__ import annotations

import re

from sensor.effects.tool_inputs.written_checks import FIXED_PASSWORD, PASSES_EVERYBODY, fixed_password, passes_everybody
from sensor.effects.tool_inputs.written_sends import (
    DESTROYS_SOME_DAY,
    SENDS_KEYS,
    SHOWS_ENVIRONMENT,
    destroys_some_day,
    sends_keys,
    shows_environment,
)

_CODE = re.compile(r"(?i)\.(?:pyw?|[mc]?[jt]s|[jt]sx|vue|svelte|rb|php|go|java|kts?|cs|rs|exs?|scala|swift|dart|c|cc|cpp|m|pl|ps1|lua|sql)\Z")
_OF_TESTS = re.compile(r"(?i)(?:^|/)(?:tests?|__tests__|specs?|fixtures|mocks?|fakes?|stubs?|examples?|samples?|demos?|docs|node_modules)/|(?:^|/)(?:test|mock|fake|stub)_[^/]*\Z|[._](?:test|spec|mock|stories)\.\w+\Z")
_TESTS_MAY = frozenset({SENDS_KEYS, DESTROYS_SOME_DAY})
_MOST = 200_000
_FOUND = {
    PASSES_EVERYBODY: passes_everybody,
    FIXED_PASSWORD: fixed_password,
    SENDS_KEYS: sends_keys,
    SHOWS_ENVIRONMENT: shows_environment,
    DESTROYS_SOME_DAY: destroys_some_day,
}


def code_flags(path: str, text: str) -> frozenset[str]:
    """What the code in `text` does, of _FOUND; tests and examples may do what is not sent or deleted anywhere."""
    if len(text) > _MOST or _CODE.search(path) is None:
        return frozenset()
    looked_for = _TESTS_MAY if _OF_TESTS.search(path) else _FOUND
    return frozenset(name for name in looked_for if _FOUND[name](text))
