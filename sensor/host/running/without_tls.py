"""Loads asyncio without TLS when it is imported before asyncio. The sensor talks over unix sockets and loopback, and TLS takes 1.3 MB.

asyncio does without where Python has no `ssl`; this is such a Python for as long as asyncio is being loaded. Whoever needs TLS
(a webhook) imports `ssl` afterwards as ever.
"""

from __future__ import annotations

import sys

if "ssl" not in sys.modules and "asyncio" not in sys.modules:
    sys.modules["ssl"] = None  # type: ignore[assignment]
    try:
        import asyncio  # noqa: F401
    finally:
        del sys.modules["ssl"]
