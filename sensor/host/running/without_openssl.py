"""Loads hashlib and hmac with Python's own hashes when it is imported before them: OpenSSL takes 3.4 MB, and a running process needs its SHA-256 alone.

hashlib does without where Python was built without OpenSSL; this is such a Python for as long as the two are being loaded. Python's own SHA-256
takes 5 microseconds for an entry, OpenSSL's 1. Nothing is done where Python has no hashes of its own.
"""

from __future__ import annotations

import importlib.util
import sys

OWN_SHA256 = ("_sha2", "_sha256")  # from Python 3.12 on, and before

if "hashlib" not in sys.modules and "_hashlib" not in sys.modules and any(importlib.util.find_spec(name) for name in OWN_SHA256):
    sys.modules["_hashlib"] = None  # type: ignore[assignment]
    try:
        import hashlib  # noqa: F401
        import hmac  # noqa: F401
    finally:
        del sys.modules["_hashlib"]
