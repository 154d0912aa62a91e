"""Disks that are put in and taken out: what the system says of a device of this machine."""

from __future__ import annotations

import re
from pathlib import Path

REMOVABLE = "removable-disk"
# A disk or a part of one under the names that sticks and card readers get; a system's own disk may have such a name, too.
_NAMED = re.compile(r"/dev/(sd[a-z]{1,2})\d{0,3}")
_OWN = ("/home", "/boot", "/usr", "/var", "/opt", "/root")
MAX_MOUNTS = 1 << 18  # bytes of the table that are read


def is_removable(path: str, root: Path = Path("/")) -> bool:
    """Whether `path`, with links resolved, is a disk that can be taken out, and no part of it is in use by the system.

    `root` is the folder that holds `sys` and `proc`. What cannot be read is no such disk.
    """
    named = _NAMED.fullmatch(path)
    if named is None:
        return False
    disk = root / "sys/block" / named.group(1)
    try:
        if (disk / "removable").read_text().strip() != "1" or any(disk.glob("holders/*")) or any(disk.glob("*/holders/*")):
            return False
        with (root / "proc/mounts").open() as table:
            mounted = table.read(MAX_MOUNTS)
        with (root / "proc/swaps").open() as table:
            swaps = table.read(MAX_MOUNTS)
    except (OSError, UnicodeDecodeError):
        return False
    used = re.compile(rf"/dev/{named.group(1)}\d*")
    places = [words[1] for line in mounted.splitlines() if len(words := line.split(" ")) > 1 and used.fullmatch(words[0])]
    return len(mounted) < MAX_MOUNTS and not used.search(swaps) and not any(place == "/" or place.startswith(_OWN) for place in places)
