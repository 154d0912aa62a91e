"""How long pages of the dashboard take over a large index: `python tests/bench/pages.py [--rows 1000000] [--window 200000] [--index FILE]`.

Whole pages as the server renders them, log-in and templates included, without the network and the browser. Prints p50
and p95 of 30 requests each; exit code 3 when a p95 is above its target (a page 150 ms, a session 100 ms).
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from flask.testing import FlaskClient

from tests.bench.queries import LONG_SESSION, build
from tests.bench.run import MISSED_BAR
from web.app import create_app
from web.config import WebConfig
from web.tokens import create_token

HOST = "127.0.0.1:4870"
RUNS = 30
PAGE_MS, SESSION_MS = 150.0, 100.0
PAGES = {
    "overview": "/", "events": "/events", "events, a verdict and a word": "/events?verdict=notable&text=deploy", "sessions": "/sessions", "agents": "/agents",
    "quarantine": "/quarantine", "rules": "/rules", "log": "/log", "a session of 10,000 calls": f"/sessions/named?session={LONG_SESSION}&agent=claude-code",
}


def logged_in(folder: Path, index: Path) -> FlaskClient:
    """A browser's session with a dashboard over `index`; no sensor runs."""
    config = WebConfig(port=4870, index=index, log=folder / "log", keys=folder / "keys", socket=folder / "none.sock", token=folder / "web.token", cookie="handrail_bench", user="dev")
    client = create_app(config).test_client()
    token = create_token(config.token, time.time())
    answer = client.post("/login", data={"csrf": "", "token": token}, headers={"Host": HOST, "Origin": f"http://{HOST}"})
    if answer.status_code != 303:
        sys.exit(f"the dashboard did not let us in: {answer.status}")
    return client


def measure(client: FlaskClient, path: str) -> tuple[float, float, int]:
    """(p50, p95) in milliseconds, and the bytes of the page. Redirects are followed once, outside the time."""
    first = client.get(path, headers={"Host": HOST})
    if first.status_code in (302, 303):
        path = re.sub(r"^https?://[^/]+", "", first.headers["Location"])
    used, size = [], 0
    for _ in range(RUNS):
        begun = time.perf_counter()
        answer = client.get(path, headers={"Host": HOST})
        size = len(answer.data)
        used.append((time.perf_counter() - begun) * 1000)
        if answer.status_code != 200:
            sys.exit(f"{path}: {answer.status}")
    used.sort()
    return used[RUNS // 2], used[int(RUNS * 0.95)], size


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--window", type=int, default=200_000)
    parser.add_argument("--index", type=Path, help="keep the index in this file, or use the one that is there")
    options = parser.parse_args()
    missed = []
    with tempfile.TemporaryDirectory() as place:
        path = options.index or Path(place) / "index.db"
        if not path.exists():
            print(f"{options.rows:,} rows built in {build(path, options.rows, options.window):.0f} s")
        client = logged_in(Path(place), path)
        for name, page in PAGES.items():
            p50, p95, size = measure(client, page)
            target = SESSION_MS if "session of" in name else PAGE_MS
            print(f"{name:32} p50 {p50:8.2f} ms   p95 {p95:8.2f} ms   {size:9,} bytes   <= {target:.0f} ms")
            if p95 > target:
                missed.append(name)
    print(f"above their target: {', '.join(missed) or 'none'}")
    return MISSED_BAR if missed else 0


if __name__ == "__main__":
    sys.exit(main())
