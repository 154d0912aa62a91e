"""A real Chromium before the real server: login, live rows, approval, and a hostile page that changes nothing."""

from __future__ import annotations

import datetime
import http.server
import threading
import time

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from sensor.audit.entry import AgentFacts, Summary
from sensor.store.indexer import IndexerConfig, catch_up, rebuild
from sensor.store.writer import IndexWriter

pytestmark = pytest.mark.e2e

HOSTILE = """<!doctype html><title>hostile</title><body><script>
const target = "http://127.0.0.1:%d";
const outcomes = [];
const note = (name) => (value) => outcomes.push(name + ": " + value);
(async () => {
  for (const path of ["/mode", "/quarantine/Q7M2/approve", "/api/v1/quarantine/Q7M2/approve"]) {
    for (const [type, body] of [["application/x-www-form-urlencoded", "mode=observe&scope=once"], ["text/plain", "{}"], ["application/json", "{}"]]) {
      for (const mode of ["no-cors", "cors"]) {
        await fetch(target + path, { method: "POST", mode, credentials: "include", headers: { "Content-Type": type }, body }).then((a) => note(path)(a.type + a.status), note(path));
      }
    }
  }
  await fetch(target + "/api/v1/events", { credentials: "include" }).then((a) => note("READ")("got " + a.status), () => 0);
  const frame = document.createElement("iframe");
  frame.src = target + "/quarantine";
  document.body.append(frame);
  const script = document.createElement("script");
  script.src = target + "/api/v1/events";
  script.onload = () => outcomes.push("READ: script loaded");
  document.body.append(script);
  const form = document.createElement("form");
  form.method = "post";
  form.action = target + "/quarantine/Q7M2/approve";
  form.target = "other";
  const sink = document.createElement("iframe");
  sink.name = "other";
  document.body.append(sink, form);
  form.submit();
  setTimeout(() => { document.title = "done"; window.outcomes = outcomes; }, 800);
})();
</script>"""


@pytest.fixture(scope="module")
def chromium(request):
    import sys

    conftest = sys.modules.get("browsing")
    if conftest is None:
        import importlib.util
        from pathlib import Path

        spec = importlib.util.spec_from_file_location("browsing", Path(__file__).with_name("browsing.py"))
        conftest = importlib.util.module_from_spec(spec)
        sys.modules["browsing"] = conftest
        spec.loader.exec_module(conftest)
    if not conftest.CHROMIUM or not conftest.DRIVER:
        pytest.skip("no Chromium with chromedriver on this machine")
    with conftest.browser() as driver:
        yield driver


class World:
    def __init__(self, site, story, writer) -> None:
        self.site, self.story, self.writer = site, story, writer

    def call(self, command: str, verdict: str = "block", **facts: object) -> None:
        """One more call, indexed at once."""
        self.story.add(agent=AgentFacts(name="claude-code"), session="live", tool="Bash", tool_kind="shell", phase="before", verdict=verdict,
                       answer="deny", summary=Summary(action="shell", text=command), **facts)
        self.story.flush()
        assert catch_up(self.site.root / "log", self.writer) == ""


@pytest.fixture
def world(run, dataset, browsing):
    story = dataset.tell(run / "log", datetime.datetime.fromtimestamp(time.time(), dataset.UTC), 120)
    rebuild(IndexerConfig(log=run / "log", index=run / "index.db", wakeup=run / "w"))
    writer = IndexWriter(run / "index.db")
    with browsing.served(run) as site:
        yield World(site, story, writer)
    writer.close()
    story.close()


def wait(driver, condition, seconds: float = 10):
    return WebDriverWait(driver, seconds, poll_frequency=0.05).until(condition)


def complaints(driver) -> list[str]:
    """What the browser logged: refused content and script errors."""
    return [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]


def test_login_every_page_and_no_policy_report(chromium, world, sensor):
    chromium.get(world.site.url("/events"))
    assert "handrail dashboard" in chromium.page_source
    address = world.site.login_address()
    chromium.get(address)
    wait(chromium, lambda driver: driver.find_elements(By.CSS_SELECTOR, "#overview"))
    assert "token" not in chromium.current_url
    chromium.get_log("browser")
    for path in ("/", "/events", "/sessions", "/quarantine", "/rules", "/log", "/events/0/3", "/quarantine/Q7M2/approve"):
        chromium.get(world.site.url(path))
        assert chromium.find_elements(By.CSS_SELECTOR, "main h1"), path
        assert complaints(chromium) == [], path
        assert chromium.execute_script("return document.documentElement.scrollWidth <= innerWidth"), path
    assert chromium.execute_script("return document.cookie") == ""
    theme = chromium.find_element(By.ID, "theme")
    before = chromium.execute_script("return getComputedStyle(document.body).backgroundColor")
    theme.click()
    assert chromium.execute_script("return getComputedStyle(document.body).backgroundColor") != before
    theme.click()


def test_a_new_event_appears_by_itself_as_text(chromium, world, sensor):
    world.site.log_in(chromium)
    chromium.get(world.site.url("/events"))
    wait(chromium, lambda driver: driver.find_element(By.ID, "live-state").get_attribute("data-state") == "on")
    world.call("echo '<img src=x onerror=alert(1)>' > marker-one")
    wait(chromium, lambda driver: "marker-one" in driver.find_element(By.CSS_SELECTOR, "#rows tr:first-child").text)
    assert "<img src=x onerror=alert(1)>" in chromium.find_element(By.CSS_SELECTOR, "#rows tr:first-child").text
    assert chromium.find_elements(By.CSS_SELECTOR, "#rows img") == [] and complaints(chromium) == []
    # Somebody who reads further down is not moved; a button says what waits.
    chromium.execute_script("window.scrollTo(0, 900)")
    top = chromium.execute_script("return document.querySelector('#rows tr:nth-child(20)').getBoundingClientRect().top")
    world.call("echo marker-two")
    button = chromium.find_element(By.ID, "new-rows")
    wait(chromium, lambda driver: button.is_displayed() and "1 new" in button.text)
    moved = chromium.execute_script("return document.querySelector('#rows tr:nth-child(20)').getBoundingClientRect().top") - top
    assert abs(moved) < 2
    button.click()
    wait(chromium, lambda driver: "marker-two" in driver.find_element(By.CSS_SELECTOR, "#rows tr:first-child").text)


def test_the_overview_follows(chromium, world, sensor):
    world.site.log_in(chromium)
    world.call("echo marker-three")
    wait(chromium, lambda driver: "marker-three" in driver.find_element(By.ID, "overview").text)
    assert complaints(chromium) == []


def test_approving_by_keyboard(chromium, world, sensor):
    world.site.log_in(chromium)
    chromium.get(world.site.url("/quarantine"))
    chromium.find_element(By.LINK_TEXT, "Approve…").send_keys("\n")
    wait(chromium, lambda driver: "/approve" in driver.current_url)
    chromium.find_element(By.NAME, "reason").send_keys("read the script\n")
    wait(chromium, lambda driver: "Approved." in driver.page_source)
    ((op, args),) = sensor.changes()
    assert op == "quarantine.approve" and args["reason"] == "read the script" and args["scope"] == "once"


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_a_hostile_page_changes_nothing(chromium, world, sensor, name):
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = (HOSTILE % world.site.port).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    world.site.log_in(chromium)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        chromium.get(f"http://{name}:{server.server_port}/")
        wait(chromium, lambda driver: driver.title == "done")
        outcomes = chromium.execute_script("return window.outcomes")
        assert len(outcomes) >= 18 and not [one for one in outcomes if one.startswith("READ")]
    finally:
        server.shutdown()
        server.server_close()
    assert sensor.changes() == []
    chromium.get(world.site.url("/quarantine"))
    assert "Approve…" in chromium.page_source  # still logged in, still waiting
