"""What a command changes, or would change, in a file of the user's, without the secrets in it: terminals and their logs are read by others."""

from __future__ import annotations

import difflib
from pathlib import Path

from sensor.cli.masked import masked


def difference(path: Path, before: bytes, after: bytes) -> str:
    """The changed lines and one around them, as `diff -u` shows them, with a tag for each secret; "" when nothing changes."""
    if before == after:
        return ""
    old, new = (masked(data.decode("utf-8", "replace")).splitlines() for data in (before, after))
    return "\n".join(difflib.unified_diff(old, new, str(path), str(path), lineterm="", n=1))
