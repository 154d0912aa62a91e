"""Settings of other programs as a terminal may show them: without the secrets in them, which logs and people behind one would read."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

_NAME = r"[\w-]{0,60}(?:authorization|cookie|token|secret|passw|passphrase|pwd|credential|(?:api|access|private)[_-]?key)[\w-]{0,40}"
# The value of a key of JSON, or the literal behind an option in a list; a reference to a variable says nothing.
_VALUE = re.compile(rf'((?:"{_NAME}"\s{{0,80}}:|"--?{_NAME}"\s{{0,80}},)\s{{0,80}}")(?!\$|\[redacted)(?:[^"\\\n]|\\.)+(?=")', re.IGNORECASE)
_QUERY = re.compile(rf"([?&](?:{_NAME}|key|sig|signature|code)=)(?!\$|\[redacted)[^&#\s\"']+", re.IGNORECASE)
_PAIR = re.compile(r'("(--?[\w-]{1,40})"\s{0,80},\s{0,80}")([^"\\\n]{4,400})(?=")')


@functools.lru_cache(1)
def masking() -> Callable[[str], str]:
    """Takes secrets out of a line. Made when it is first needed: its patterns take a moment to compile."""
    from sensor.judging import masking as made

    return made()


def masked(text: str) -> str:
    """A text of settings, JSON or a shell's, with `[redacted…]` for each secret: for equal ones the same."""
    mask = masking()
    text = _QUERY.sub(r"\1[redacted]", _VALUE.sub(r"\1[redacted]", text))

    def behind(pair: re.Match[str]) -> str:
        both = mask(f"{pair[2]} {pair[3]}")
        return pair[1] + both.removeprefix(f"{pair[2]} ") if both.startswith(f"{pair[2]} ") else pair[0]

    return mask(_PAIR.sub(behind, text))
