"""Pictures of every page from the generated record: `python tests/web/screenshots.py OUT [--docs docs/images]`.

Starts the real server on a free port with a fake sensor, logs in a headless Chromium and takes each page at 1440 and
390 px, dark and light.
"""

from __future__ import annotations

import argparse
import datetime
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2]))

import browsing
import dataset

from sensor.store.indexer import IndexerConfig, rebuild

PAGES = {
    "overview": "/", "events": "/events", "events-filter": "/events?verdict=notable&text=git", "event": "", "session": "", "sessions": "/sessions",
    "quarantine": "/quarantine", "confirm": "/quarantine/Q7M2/approve", "rules": "/rules", "rule": "/rules/HR-EXE-002", "log": "/log",
    "missing": "/events/0/99999999",
}


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--docs", type=Path, help="also write the pictures of the README there")
    parser.add_argument("--only", help="one page")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="hr-") as folder:
        root, now = Path(folder), time.time()
        story = dataset.tell(root / "log", datetime.datetime.fromtimestamp(now, dataset.UTC))
        rebuild(IndexerConfig(log=root / "log", index=root / "index.db", wakeup=root / "w"))
        sensor = dataset.FakeSensor(root / "s.sock", now)
        pages = dict(PAGES, event=f"/events/0/{story.seq - 1}", session=f"/sessions/{showcase(root)}")
        with browsing.served(root) as site, browsing.browser() as driver:
            site.log_in(driver)
            for theme in ("dark", "light"):
                for width in (1440, 390):
                    for name, path in pages.items():
                        if options.only in (None, name):
                            browsing.picture(driver, site.url(path), options.out / f"{name}-{width}-{theme}.png", (width, theme))
            if options.docs:
                options.docs.mkdir(parents=True, exist_ok=True)
                for name, size in (("overview", (1440, 1020)), ("session", (1440, 1160))):
                    browsing.picture(driver, site.url(pages[name]), options.docs / f"{name}.png", (size[0], "dark"), height=size[1])
        sensor.close()


def showcase(root: Path) -> int:
    """First entry of the session that the picture shows."""
    from sensor.store.queries import sessions
    from sensor.store.reading import open_index

    with open_index(root / "index.db") as index:
        return sessions.page(index, limit=1).sessions[0].first


if __name__ == "__main__":
    main()
