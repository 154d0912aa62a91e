"""How a file of ours takes the place of an older one."""

from __future__ import annotations

import os
from pathlib import Path


def replace_file(file: Path, data: bytes, mode: int) -> None:
    """Write as a whole: who runs or reads the old one keeps it. Raises OSError."""
    fresh = file.with_name(f".{file.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "wb") as out:
        out.write(data)
    os.replace(fresh, file)
