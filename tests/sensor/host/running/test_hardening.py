"""The limits are applied to a real process."""

from __future__ import annotations

import subprocess
import sys

import pytest

REPORT = """
import ctypes, os, resource, sys
from sensor.host.running.hardening import harden
resource.setrlimit(resource.RLIMIT_NOFILE, (200, 300))
harden()
mask = os.umask(0)
dumpable = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) if sys.platform == "linux" else 0
new_privileges = ctypes.CDLL(None).prctl(39, 0, 0, 0, 0) if sys.platform == "linux" else 1
print(oct(mask), resource.getrlimit(resource.RLIMIT_CORE)[0], dumpable, new_privileges, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.timeout(30)
def test_process_is_private():
    done = subprocess.run([sys.executable, "-c", REPORT], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0o77", "0", "0", "1", "300"]
