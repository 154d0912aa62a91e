"""How random a value looks, and whether it is a stand-in: what tells a secret from a name, a hash or an example."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter

from sensor.model.samples import DOCUMENTED

PLACEHOLDER = re.compile(
    r"""(?ix)
      \$\{{1,2}[\w.:\-?!\s]*\} | ^\$\( | \{\{[\w.\s|()'"\-$/]*\}\} | <%.*%> | ^%\(\w+\) | ^\$\w+$ | ^<.*>$ | ^\[.*\]$ | ^%\w+%$ | ^\{\w*\}$ | ^__\w+__$
    | x{5,} | \*{3,} | \.{3,} | \?{3,} | -{6,} | _{4,} | ^(.)\1+$
    | example | sample | dummy | placeholder | redacted | changeme | change[_\-. ]?(?:me|this|it) | replace[_\-. ]?(?:me|this|with)?
    | your[_\-. ]?(?:own|api|key|token|secret|pass|user|name|access|account|client|bot|auth|app|org|project|[a-z]*here) | ^your | yourpass
    | insert | put[_\-. ]your | to[_\-. ]?do\b | fixme | foo.?bar | lorem | ipsum | not[_\-. ]?(?:a[_\-. ])?real | \bfake | ^fake | \bmock
    | enter[_\-. ](?:your|the) | \b(?:my|the|some|any)[_\-. ]?(?:secret|token|password|key|api)(?:[_\-. ]?(?:key|token|here))?$
    | process\.env | os\.environ | getenv
    """
)
TEST_VALUES = frozenset({
    "password", "passw0rd", "pass", "secret", "token", "null", "none", "true", "false", "undefined", "nil", "test", "testing", "string",
    "default", "disabled", "enabled", "required", "optional", "hunter2", "admin", "root", "user", "username", "postgres", "guest", "empty",
    "bearer", "basic", "value", "private", "public", "hidden", "unknown", "letmein", "mypassword", "mysecret", "mytoken", "pwd", "toor",
    "abc123", "test123", "secret123", "password123", "testpassword", "testpass", "admin123", "12345678", "123456789", "1234567890",
})
COUNTED = re.compile(r"(?i)(?:123456|012345|abcdef|qwerty).*(?:123456|abcdef|7890)|^(?:0x)?(?:deadbeef)+")
HASH_SHAPE = re.compile(r"^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$")
UUID_SHAPE = re.compile(r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$")
REPEATED = re.compile(r"(?s)^(.)\1+$")
MASKED = re.compile(r"[xX]{5}|[*.?#_\-]{4}|0{8}")
WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
VOWELS = frozenset("aeiouyAEIOUY")


def entropy(value: str) -> float:
    """Shannon entropy in bits per character."""
    if not value:
        return 0.0
    total = len(value)
    return -sum(count / total * math.log2(count / total) for count in Counter(value).values())


def is_placeholder(value: str) -> bool:
    """Whether a value stands for a secret instead of being one: variables, masks, documented examples."""
    if value in DOCUMENTED or value.lower() in TEST_VALUES:
        return True
    return PLACEHOLDER.search(value) is not None or has_run(value)


def has_run(value: str) -> bool:
    """Whether one character repeats for most of the value: a mask."""
    if len(value) < 6:
        return False
    return sum(a == b for a, b in itertools.pairwise(value)) > 0.55 * (len(value) - 1)


def is_mask(value: str) -> bool:
    """Whether the value says of itself that it stands for another: spoken placeholders, and runs of masking characters."""
    if PLACEHOLDER.search(value) is not None or value in DOCUMENTED or value.lower() in TEST_VALUES:
        return not REPEATED.search(value) or MASKED.search(value) is not None
    return MASKED.search(value) is not None


def is_random_around_word(value: str) -> bool:
    """Whether a word that speaks of an example stands in a value that is long and random without it: chance put it there, or a person."""
    if value in DOCUMENTED or MASKED.search(value):
        return False
    return looks_random(PLACEHOLDER.sub("", value), minimum=30)


def is_counted(value: str) -> bool:
    """Whether the value counts up or down ("abcdef123456"): made up by a person, so less certain than a random one."""
    if len(value) < 8:
        return False
    steps = Counter(ord(b) - ord(a) for a, b in itertools.pairwise(value))
    return max(steps[1], steps[-1]) > 0.55 * (len(value) - 1) or COUNTED.search(value) is not None


def is_hash_or_uuid(value: str) -> bool:
    """Whether the value has the shape of a digest or a UUID, which are rarely secret."""
    return UUID_SHAPE.match(value) is not None or HASH_SHAPE.match(value.lower()) is not None


def is_wordlike(value: str) -> bool:
    """Whether the value reads as words: an identifier, a path, a sentence."""
    letters = sum(char.isalpha() for char in value)
    if letters < 0.5 * len(value):
        return False
    parts = WORDS.findall(value)
    if len(value) >= 20 and len(parts) > len(value) / 3.2:
        return False  # pieces of two or three letters can all be spoken, and still say nothing
    readable = sum(len(part) for part in parts if len(part) >= 3 and part.isalpha() and _is_readable(part))
    return readable >= 0.6 * len(value.replace("_", "").replace("-", ""))


def _is_readable(word: str) -> bool:
    """A word has vowels between its consonants, never more than four consonants in a row, and mostly one case."""
    vowels = sum(char in VOWELS for char in word)
    if not 0.2 <= vowels / len(word) <= 0.75:
        return False
    run = longest = 0
    for char in word:
        run = 0 if char in VOWELS else run + 1
        longest = max(longest, run)
    return longest <= 4


def looks_random(value: str, *, minimum: int = 16) -> bool:
    """Whether the value could be machine-made: long enough, varied, and not made of words."""
    if len(value) < minimum:
        return False
    bits = entropy(value)
    digits = sum(char.isdigit() for char in value)
    if digits == len(value):
        return False
    if digits == 0:
        return len(value) >= 20 and bits >= 3.6 and not is_wordlike(value) and _mixes_cases(value)
    floor = min(3.0, 0.75 * math.log2(len(value)))
    return bits >= floor and not is_wordlike(value)


def _mixes_cases(value: str) -> bool:
    """Capitals inside the value, not only at word starts."""
    changes = sum(a.isalpha() and b.isalpha() and a.isupper() != b.isupper() for a, b in itertools.pairwise(value))
    return changes >= len(value) / 5
