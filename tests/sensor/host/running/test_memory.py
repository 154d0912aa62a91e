"""What a process keeps of the memory that it does not use any more."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc has these options")

ARENAS = """
import ctypes, os, sys, threading
from sensor.host.running.memory import keep_together
if sys.argv[1] == "together":
    keep_together()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fdopen.restype = ctypes.c_void_p
def work():
    libc.malloc(100_000)
    both.wait()
both = threading.Barrier(3)
threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads: thread.start()
both.wait()
read, write = os.pipe()
out = ctypes.c_void_p(libc.fdopen(write, b"w"))
libc.malloc_info(0, out)
libc.fclose(out)
print(os.fdopen(read).read().count("<heap nr="))
"""
LARGE = """
import psutil
from sensor.host.running.memory import keep_together
keep_together()
bytearray(30_000_000)  # freed at once: by itself glibc would now keep blocks of this size on its heap
held = [bytearray(b"x" * 1_000_000) for _ in range(40)]
last = bytearray(b"x" * 50_000)
full = psutil.Process().memory_info().rss
del held[:-1]
print(full - psutil.Process().memory_info().rss)
"""


def run(program: str, *words: str) -> int:
    return int(subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=True, timeout=60).stdout)


def test_all_threads_share_one_arena():
    assert run(ARENAS, "apart") > 1
    assert run(ARENAS, "together") == 1


def test_large_blocks_go_back_when_they_are_freed():
    assert run(LARGE) > 38e6
