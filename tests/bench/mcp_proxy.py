"""A small MCP server alone and behind the proxy: time to its first answer, and time of a call. `python tests/bench/mcp_proxy.py [--calls N]`."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from sensor.host.files.hook_client import place_client, proxy_path
from tests.sensor.live import LiveSensor

SERVER = ROOT / "tests/fixtures/mcp_server.py"
STARTS = 15


class Server:
    """The server as a process, with `words` before its command."""

    def __init__(self, words: list[str], folder: Path) -> None:
        self.began = time.perf_counter()
        self.process = subprocess.Popen([*words, sys.executable, "-I", "-S", str(SERVER), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, env={"PATH": os.environ["PATH"], "HOME": str(folder)}, cwd=folder)

    def ask(self, number: int, method: str, **params: object) -> float:
        """Milliseconds until the answer is there."""
        began = time.perf_counter()
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode() + b"\n")
        self.process.stdin.flush()
        json.loads(self.process.stdout.readline())
        return (time.perf_counter() - began) * 1000

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait(20)


def measure(words: list[str], folder: Path, calls: int) -> tuple[float, list[float]]:
    """Median milliseconds to the first answer, and those of each call."""
    first = []
    for _ in range(STARTS):
        server = Server(words, folder)
        server.ask(0, "initialize", protocolVersion="2025-11-25")
        first.append((time.perf_counter() - server.began) * 1000)
        server.end()
    server = Server(words, folder)
    for number in range(20):
        server.ask(number, "tools/call", name="echo", arguments={"path": f"warm-{number}.txt"})
    times = [server.ask(number + 20, "tools/call", name="echo", arguments={"path": f"notes/{number}.txt", "text": "some words " * 20}) for number in range(calls)]
    server.end()
    return statistics.median(first), sorted(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=500)
    calls = parser.parse_args().calls
    with tempfile.TemporaryDirectory() as name:
        live = LiveSensor(Path(name)).start()
        try:
            place_client(live.paths)
            rows = {"alone": [], "behind the proxy": [str(proxy_path(live.paths)), "--agent", "claude-code", "--server", "small", "--"]}
            print(f"{'':18}{'first answer':>14}{'call p50':>11}{'p95':>9}{'p99':>9}   ms, {calls} calls")
            for label, words in rows.items():
                first, times = measure(words, Path(name), calls)
                p50, p95, p99 = (times[min(int(len(times) * share), len(times) - 1)] for share in (0.5, 0.95, 0.99))
                print(f"{label:18}{first:14.1f}{p50:11.2f}{p95:9.2f}{p99:9.2f}")
        finally:
            live.stop()


if __name__ == "__main__":
    main()
