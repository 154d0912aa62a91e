"""TCP sockets of this machine as Linux lists them for everybody: by user, not by process, so that a process which hides its files is seen too."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterator
from pathlib import Path

TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
LISTENS = "0A"


def listening(uid: int) -> tuple[tuple[str, int], ...]:
    """(address, port) of every TCP socket on which a process of this user waits. Raises OSError where there is no such list, as on macOS."""
    found = list(_listening_in(TABLES[0].read_text(encoding="ascii"), uid))
    try:
        found += _listening_in(TABLES[1].read_text(encoding="ascii"), uid)
    except FileNotFoundError:  # a kernel without IPv6
        pass
    return tuple(found)


def _listening_in(table: str, uid: int) -> Iterator[tuple[str, int]]:
    for words in map(str.split, table.splitlines()[1:]):
        if words[3] == LISTENS and int(words[7]) == uid:
            host, _, port = words[1].partition(":")
            yield _address(host), int(port, 16)


def _address(text: str) -> str:
    """The address that stands there as numbers of 32 bits in the order of this machine."""
    data = b"".join(int(text[at : at + 8], 16).to_bytes(4, sys.byteorder) for at in range(0, len(text), 8))
    return str(ipaddress.ip_address(data))
