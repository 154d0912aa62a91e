"""Hashes without OpenSSL: what a daemon loads, that the digests are the same, and that a process that has hashlib keeps it."""

from __future__ import annotations

import hashlib
import hmac
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
DIGESTS = "import hashlib, hmac; print(hashlib.sha256(b'entry').hexdigest(), hmac.new(b'key', b'entry', 'sha256').hexdigest(), hashlib.sha1(b'entry').hexdigest())"


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}"], capture_output=True, text=True, check=True).stdout.strip()


def test_a_daemon_hashes_without_openssl_and_gets_the_same():
    same = [hashlib.sha256(b"entry").hexdigest(), hmac.new(b"key", b"entry", "sha256").hexdigest(), hashlib.sha1(b"entry").hexdigest()]
    assert run(f"import sensor.daemon, sensor.serving; {DIGESTS}; print('_hashlib' in sys.modules)").split() == [*same, "False"]


def test_a_process_that_has_openssl_keeps_it():
    assert run("import hashlib; from sensor.host.running import without_openssl; import _hashlib; print(hashlib.sha256 is _hashlib.openssl_sha256)") == "True"


def test_openssl_is_there_for_whoever_asks_for_it_afterwards():
    assert run("import sensor.daemon, _hashlib, ssl; print(bool(ssl.create_default_context()), callable(_hashlib.scrypt))").split() == ["True", "True"]
