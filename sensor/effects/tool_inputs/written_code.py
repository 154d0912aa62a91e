"""Whether a written file is code that is read for what it lets in, gives away or takes away, and what is found."""

from __future__ import annotations

import re

from sensor.effects.tool_inputs.written_checks import (
    FIXED_PASSWORD,
    HIDES_FAILURES,
    PASSES_EVERYBODY,
    TRUSTS_UNSIGNED,
    fixed_password,
    hides_failures,
    passes_everybody,
    trusts_unsigned,
)
from sensor.effects.tool_inputs.written_sends import (
    COPIES_LOGINS,
    DESTROYS_SOME_DAY,
    SENDS_KEYS,
    SHOWS_ENVIRONMENT,
    copies_logins,
    destroys_some_day,
    sends_keys,
    shows_environment,
)

_CODE = re.compile(r"(?i)\.(?:pyw?|[mc]?[jt]s|[jt]sx|vue|svelte|html?|rb|php|go|java|kts?|cs|rs|exs?|scala|swift|dart|c|cc|cpp|m|pl|ps1|lua|sql)\Z")
_OF_TESTS = re.compile(r"(?i)(?:^|/)(?:tests?|__tests__|specs?|fixtures|mocks?|fakes?|stubs?|examples?|samples?|demos?|docs|node_modules)/|(?:^|/)(?:test|mock|fake|stub)_[^/]*\Z|[._](?:test|spec|mock|stories)\.\w+\Z")
_TESTS_MAY = frozenset({HIDES_FAILURES, SENDS_KEYS, DESTROYS_SOME_DAY})
_RUNNERS = re.compile(r"(?i)(?:^|/)(?:conftest\.py|[\w.-]*(?:setup|teardown|reporter)[\w.-]*\.[mc]?[jt]s|(?:spec|test)_helper\.rb)\Z")
_MOST = 60_000  # characters; of a longer text the middle is not read
_FOUND = {
    PASSES_EVERYBODY: passes_everybody,
    FIXED_PASSWORD: fixed_password,
    TRUSTS_UNSIGNED: trusts_unsigned,
    HIDES_FAILURES: hides_failures,
    COPIES_LOGINS: copies_logins,
    SENDS_KEYS: sends_keys,
    SHOWS_ENVIRONMENT: shows_environment,
    DESTROYS_SOME_DAY: destroys_some_day,
}


def code_flags(path: str, text: str) -> frozenset[str]:
    """What the code in `text` does, of _FOUND; tests and examples may do what is not sent or deleted anywhere."""
    if _CODE.search(path) is None:
        return frozenset()
    if len(text) > _MOST:
        text = f"{text[: _MOST * 2 // 3]}\n{text[-_MOST // 3 :]}"
    looked_for = _TESTS_MAY if _OF_TESTS.search(path) else _FOUND
    return frozenset(name for name in looked_for if _FOUND[name](text) and (name != HIDES_FAILURES or _RUNNERS.search(path)))
