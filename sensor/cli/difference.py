"""What a command changes, or would change, in a file of the user's."""

from __future__ import annotations

import difflib
from pathlib import Path


def difference(path: Path, before: bytes, after: bytes) -> str:
    """The changed lines and one around them, as `diff -u` shows them; "" when nothing changes."""
    old, new = (data.decode("utf-8", "replace").splitlines() for data in (before, after))
    return "\n".join(difflib.unified_diff(old, new, str(path), str(path), lineterm="", n=1))
