"""What every Handrail process does first: no core dumps, no tracing by siblings, no new privileges, private files, descriptors enough.

It narrows what an accident or another process can take out of the sensor; it does not confine code of the same user.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys

DESCRIPTORS = 4096  # macOS begins with 256, which connections of one program could use up
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38


def harden() -> None:
    """Apply the limits to this process. Linux adds the two prctl calls; elsewhere they do not exist."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    if sys.platform == "linux":
        library = ctypes.CDLL(None)
        library.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
        library.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
