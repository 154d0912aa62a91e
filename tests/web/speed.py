"""Server time of every page over a large record: `python tests/web/speed.py [EVENTS]`. Prints median and worst of 20 in CPU milliseconds.

Requests go through the whole application (guard, login, queries, template), without sockets. CPU time of the thread, so
that other load of the machine is not counted.
"""

from __future__ import annotations

import datetime
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2]))

import conftest
import dataset

from sensor.store.indexer import IndexerConfig, rebuild
from web.app import create_app
from web.config import WebConfig

ROUNDS = 20


def main() -> None:
    """Make the record, ask for every page."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory(prefix="hr-") as folder:
        root, now = Path(folder), time.time()
        dataset.tell(root / "log", datetime.datetime.fromtimestamp(now, dataset.UTC), events // 2, signed=False).close()
        rebuild(IndexerConfig(log=root / "log", index=root / "index.db", wakeup=root / "w"))
        dataset.pin(root, now)
        sensor = dataset.FakeSensor(root / "s.sock", now)
        config = WebConfig(port=conftest.PORT, index=root / "index.db", log=root / "log", keys=root / "keys", socket=root / "s.sock",
                           token=root / "web.token", cookie="handrail_test0123", user="dev")
        person = conftest.Visitor(create_app(config), config).log_in()
        newest = person.get("/api/v1/events?limit=1").json["events"][0]["seq"]
        longest = max(person.get("/api/v1/sessions").json["sessions"], key=lambda one: one["entries"])
        print(f"{newest + 1} entries, longest session of the newest page {longest['entries']}")
        for path in ("/", "/fragment/overview", "/events", "/events?verdict=notable", "/events?text=price&agent=cursor", "/events?before=2000", f"/events/0/{newest}",
                     "/sessions", f"/sessions/{longest['first']}", f"/sessions/{longest['first']}?verdict=block", "/agents", "/quarantine", "/rules", "/rules/HR-DST-001", "/log",
                     "/api/v1/events?limit=200", "/static/app.css"):
            print(f"{path:46} {measured(person, path)}")
        sensor.close()


def measured(person: conftest.Visitor, path: str) -> str:
    """Median and worst of ROUNDS."""
    took = []
    for _ in range(ROUNDS):
        began = time.thread_time()
        answer = person.get(path)
        took.append((time.thread_time() - began) * 1000)
        assert answer.status_code == 200, (path, answer.status_code)
    return f"{statistics.median(took):7.1f} {max(took):7.1f}"


if __name__ == "__main__":
    main()
