"""asyncio without TLS: what a sensor loads, and that TLS is there for who asks for it afterwards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def test_tls_is_loaded_by_whoever_needs_it_and_not_before():
    code = "import sys, sensor.daemon, sensor.serving, asyncio.base_events; print('ssl' in sys.modules); import sensor.alerts.webhook, ssl; print(bool(ssl.create_default_context()))"
    assert run(code).split() == ["False", "True"]


def test_a_process_that_has_tls_or_asyncio_already_keeps_what_it_has():
    code = "import sys, ssl; from sensor.host.running import without_tls; print(sys.modules['ssl'] is ssl); import asyncio.base_events; print(asyncio.base_events.ssl is ssl)"
    assert run(code).split() == ["True", "True"]
    assert run("import asyncio, sys; from sensor.host.running import without_tls; print(asyncio.base_events.ssl is sys.modules['ssl'])") == "True"
