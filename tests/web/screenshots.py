"""Pictures of every page: `python tests/web/screenshots.py OUT [--real] [--docs docs/img] [--only PAGE]`.

From the generated record with a fake sensor, or (`--real`) from a real sensor, indexer and dashboard in a temporary home
through which `handrail demo` was played. Each page at 1440 and 390 px, dark and light.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2]))

import browsing
import dataset
import deployment
import realrun
from selenium import webdriver
from selenium.webdriver.common.by import By

from sensor.ask import ask
from sensor.host.checks.agents import connect
from sensor.model.verdicts import Mode
from sensor.paths import locate
from sensor.store.indexer import IndexerConfig, rebuild

LOOKS = tuple((width, theme) for theme in ("dark", "light") for width in (1440, 390))
PAGES = {
    "overview": "/", "events": "/events", "events-filter": "/events?verdict=notable&text=git", "files": "/events?kind=files", "sessions": "/sessions",
    "agents": "/agents", "quarantine": "/quarantine", "rules": "/rules", "posture": "/posture", "log": "/log", "period": "/report", "missing": "/events/0/99999999", "nothing": "/events?text=zebrafish",
}
# Pages behind the first link of a list: (list, link).
BEHIND = {
    "session": ("/sessions", "a.row-link"), "report": ("/sessions", "a.row-link"), "event": ("/events?verdict=block", "a.row-link"),
    "file": ("/events?kind=files", "a.row-link"), "assessment": ("/events?kind=assessment", "a.row-link"), "hooks-gone": ("/events?kind=files&text=gone", "a.row-link"), "put-back": ("/", ".n-bad a.go"), "confirm": ("/quarantine", ".good-button"), "suspend": ("/agents", ".actions .button"), "accept": ("/posture", ".finding-foot a"), "allow": ("/quarantine", ".held .actions [href$='/allow']"), "rule": ("/rules?only=matched", "a.row-link"),
}
POLICY = """
agents:
  claude-code: {filesystem: home, paths: {deny: [~/clients/secret/**]}, network: listed, hosts: {allow: ["@package-registries", "*.example.com"]}, subagents: {Explore: {filesystem: read, network: none}}}
  cursor: {tools: {allow: ["*"], deny: [WebFetch]}, shell: read-only, ask: true}
"""
DOCS = (("overview", "overview", "dark", 1010), ("session", "session", "dark", 1180))


@contextlib.contextmanager
def generated() -> Iterator[browsing.Site]:
    """A dashboard over a made-up day."""
    with tempfile.TemporaryDirectory(prefix="hr-") as folder:
        root, now = Path(folder), time.time()
        story = dataset.tell(root / "log", datetime.datetime.fromtimestamp(now, dataset.UTC))
        dataset.files(story, dataset.SESSION)
        for _ in range(3):
            story.clock += datetime.timedelta(seconds=20)
            story.add(kind="posture", note=deployment.audit(now, (5,)).words)
        story.close()
        rebuild(IndexerConfig(log=root / "log", index=root / "index.db", wakeup=root / "w"))
        dataset.pin(root, now)
        (root / "config").mkdir()
        (root / "config" / "policy.yaml").write_text(POLICY)
        for folder in (".claude", ".cursor"):
            (root / "home" / folder).mkdir(parents=True)
        deployment.keep(locate(root, root), deployment.audit(now, (5,)), deployment.accepting(5))
        connect(locate(root, root), root / "home", "claude-code", Mode.ENFORCE)
        sensor = dataset.FakeSensor(root / "s.sock", now)
        sensor.watch |= {"problems": ["/home/dev/.claude/settings.json lost Handrail's entries for 30 events. Restore them: handrail watch repair claude-code"], "harmed": ["claude-code"], "foreign": 1}
        sensor.allowances.append(dataset.allowance())
        sensor.calls["W9K2"] = dataset.held(now, "W9K2", waits=now + 50, lines=[["command", "git push --force origin main"], ["folder", "/home/dev/shop"]],
                                            rule="HR-GIT-001", reason="Rewrites what is published.")
        sensor.calls["R3F5"] = dataset.held(now, "R3F5", lines=[["command", "npm publish"], ["folder", "/home/dev/shop"]], state="rejected", decided_by="dev (dashboard)", note="only from main")
        with browsing.served(root) as site:
            yield site
        sensor.close()


@contextlib.contextmanager
def real(home: Path | None) -> Iterator[realrun.Installation]:
    """A dashboard over what the real sensor made of the demo in `home`, a new folder whose name the pictures show, or in a temporary one."""
    with contextlib.ExitStack() as stack:
        if home is None:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hr-")))
        else:
            home.mkdir()
            stack.callback(shutil.rmtree, home)
        here = stack.enter_context(realrun.running(home))
        (here.root / ".claude").mkdir()
        connect(here.paths, here.root, "claude-code", Mode.ENFORCE)
        here.handrail("demo", "--fast")
        deadline = time.monotonic() + 30
        while ask(here.paths.socket, "status")["watch"]["state"] != "running" and time.monotonic() < deadline:
            time.sleep(0.2)
        time.sleep(1)
        yield here


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--home", type=Path, help="the folder of the real run")
    parser.add_argument("--docs", type=Path, help="also write the pictures of the README there")
    parser.add_argument("--only", help="some pages, with commas between them")
    parser.add_argument("--look", help="one look: 1440-dark")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    wanted = (options.only or ",".join((*PAGES, *BEHIND, "login"))).split(",")
    with real(options.home) if options.real else generated() as site, browsing.browser() as driver:
        driver.get(site.login_address())
        time.sleep(0.5)
        pages = find(driver, site.url)
        if {"period", "log"} & set(wanted):
            work(driver, site.url)
        for width, theme in LOOKS:
            if options.look in (None, f"{width}-{theme}"):
                for name in wanted:
                    if name in pages:
                        browsing.picture(driver, pages[name], options.out / f"{name}-{width}-{theme}.png", (width, theme))
        if options.docs:
            options.docs.mkdir(parents=True, exist_ok=True)
            for target, name, theme, height in DOCS:
                browsing.picture(driver, pages[name], options.docs / f"{target}.png", (1440, theme), height=height)


def find(driver: webdriver.Chrome, url) -> dict[str, str]:
    """The address of every page, links followed where an address is not known before."""
    pages = {name: url(path) for name, path in PAGES.items()}
    for name, (path, link) in BEHIND.items():
        driver.get(url(path))
        found = driver.find_elements(By.CSS_SELECTOR, link)
        if found:
            pages[name] = found[0].get_attribute("href") + ("/report" if name == "report" else "")
    return pages


def work(driver: webdriver.Chrome, url) -> None:
    """Make the report of a period and the full check, and wait for both."""
    for path, button in (("/report", ".period-form button"), ("/log", ".verify-form button")):
        driver.get(url(path))
        driver.find_element(By.CSS_SELECTOR, button).click()
        end = time.monotonic() + 60
        while driver.find_elements(By.CSS_SELECTOR, '[data-live="check"]') and time.monotonic() < end:
            time.sleep(0.5)
            driver.get(url(path))


if __name__ == "__main__":
    main()
