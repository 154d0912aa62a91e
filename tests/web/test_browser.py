"""A real Chromium before the real server: login, live rows, approval, and a hostile page that changes nothing."""

from __future__ import annotations

import datetime
import http.server
import threading
import time

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from sensor.audit.form.parts import AgentFacts, Summary
from sensor.paths import locate
from sensor.store.indexer import IndexerConfig, catch_up, rebuild
from sensor.store.writer import IndexWriter

pytestmark = pytest.mark.e2e

HOSTILE = """<!doctype html><title>hostile</title><body><script>
const target = "http://127.0.0.1:%d";
const outcomes = [];
const note = (name) => (value) => outcomes.push(name + ": " + value);
(async () => {
  for (const path of ["/mode", "/quarantine/Q7M2/approve", "/api/v1/quarantine/Q7M2/approve", "/agents/claude-code/suspend", "/agents/claude-code/end", "/posture/accept/HOST-03", "/posture/unaccept", "/posture/look"]) {
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


@pytest.fixture(autouse=True)
def fresh_log(chromium):
    """Complaints of earlier tests (the hostile page makes many) are not ours."""
    chromium.get_log("browser")


@pytest.fixture
def world(run, dataset, browsing, deployment):
    deployment.keep(locate(run, run), deployment.audit(time.time(), (5,)), deployment.accepting(5))
    story = dataset.tell(run / "log", datetime.datetime.fromtimestamp(time.time(), dataset.UTC), 120)
    rebuild(IndexerConfig(log=run / "log", index=run / "index.db", wakeup=run / "w"))
    writer = IndexWriter(run / "index.db")
    with browsing.served(run) as site:
        yield World(site, story, writer)
    writer.close()
    story.close()


def wait(driver, condition, seconds: float = 40):
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
    for path in ("/", "/events", "/sessions", "/agents", "/quarantine", "/rules", "/posture", "/posture/accept/AGT-03", "/log", "/events/0/3", "/quarantine/Q7M2/approve", "/agents/claude-code/suspend", "/quarantine/Q7M2/allow"):
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


def test_a_repair_is_copied_and_a_finding_accepted(chromium, world, sensor, deployment):
    world.site.log_in(chromium)
    chromium.get(world.site.url("/"))
    chromium.find_element(By.LINK_TEXT, "Posture").click()
    chromium.execute_cdp_cmd("Browser.grantPermissions", {"origin": world.site.url("/").rstrip("/"), "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
    button = chromium.find_element(By.CSS_SELECTOR, "#HOST-03 .copy")
    button.click()
    wait(chromium, lambda driver: button.text == "Copied")
    chromium.find_element(By.CSS_SELECTOR, "#AGT-03 .finding-foot a").click()
    chromium.find_element(By.CSS_SELECTOR, f'input[value="{deployment.key(1)}"]').click()
    chromium.find_element(By.NAME, "reason").send_keys("only here\n")
    wait(chromium, lambda driver: "Accepted." in driver.page_source)
    ((op, args),) = sensor.changes()
    assert op == "posture.accept" and [one["key"] for one in args["findings"]] == [deployment.key(2)] and args["reason"] == "only here" and complaints(chromium) == []


def test_the_address_of_a_notification_leads_to_its_call(chromium, world, sensor):
    chromium.delete_all_cookies()
    chromium.get(world.site.login_address("/quarantine/Q7M2"))
    wait(chromium, lambda driver: driver.current_url == world.site.url("/quarantine/Q7M2"))
    assert "get.example.dev" in chromium.find_element(By.ID, "held-Q7M2").text and chromium.find_elements(By.LINK_TEXT, "Reject…")
    chromium.get(world.site.login_address("/quarantine/Q7M2"))
    assert chromium.current_url == world.site.url("/quarantine/Q7M2"), "logged in already"
    assert complaints(chromium) == []


def test_suspending_and_resuming_an_agent(chromium, world, sensor):
    world.site.log_in(chromium)
    chromium.get(world.site.url("/agents"))
    for link, button, words in (("Suspend…", "Suspend", "Suspended."), ("Resume…", "Resume", "Resumed.")):
        chromium.find_element(By.CSS_SELECTOR, "#agent-claude-code").find_element(By.LINK_TEXT, link).click()
        wait(chromium, lambda driver: driver.find_elements(By.CSS_SELECTOR, "section.narrow form"))
        assert chromium.find_element(By.CSS_SELECTOR, "section.narrow button").text == button
        chromium.find_element(By.CSS_SELECTOR, "section.narrow button").click()
        wait(chromium, lambda driver, words=words: words in driver.page_source)
    assert [op for op, _args in sensor.changes()] == ["agent.suspend", "agent.resume"] and complaints(chromium) == []


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


@pytest.mark.parametrize("width", [390, 600, 760, 900, 1000, 1120, 1440, 2200])
def test_nothing_is_squeezed_out_at_any_width(chromium, world, sensor, width):
    world.site.log_in(chromium)
    size(chromium, width)
    try:
        for path, text in (("/events", "#rows .c-what code"), ("/sessions", ".c-what .row-link"), ("/quarantine", ".exact"), ("/agents", ".now a.one-line"), ("/rules?text=a", ".c-title .row-link"), ("/posture", ".found-at .breaks"), ("/posture/accept/AGT-03", ".choice .breaks"), ("/log", ".hash"), ("/", ".findings code")):
            chromium.get(world.site.url(path))
            assert chromium.execute_script("return document.documentElement.scrollWidth <= innerWidth"), path
            least = chromium.execute_script("return Math.min(...[...document.querySelectorAll(arguments[0])].map((one) => one.getBoundingClientRect().width))", text)
            assert least > 60, (path, least)
            widest = chromium.execute_script(WIDER)
            assert widest == [], path
    finally:
        chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_a_digest_in_what_happened_to_the_log_leaves_the_entry_in_sight_on_a_phone(chromium, world, sensor):
    world.site.log_in(chromium)
    size(chromium, 390)
    try:
        chromium.get(world.site.url("/log"))
        assert chromium.execute_script("const all = document.querySelectorAll('table.housekeeping td:nth-child(3)'); all.forEach((one) => { one.textContent = 'a1'.repeat(32); }); return all.length")
        assert chromium.execute_script(WIDER) == []
    finally:
        chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_call_has_the_most_room_among_events(chromium, world, sensor):
    world.site.log_in(chromium)
    size(chromium, 1440)
    try:
        chromium.get(world.site.url("/events"))
        assert chromium.find_element(By.CSS_SELECTOR, "th.c-what").rect["width"] > 600
    finally:
        chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_number_that_waits_is_not_cut_on_a_phone(chromium, world, sensor, dataset):
    sensor.calls |= {f"N{number}": dataset.held(time.time(), f"N{number}") for number in range(120)}
    world.site.log_in(chromium)
    size(chromium, 390)
    try:
        chromium.get(world.site.url("/log"))
        wait(chromium, lambda driver: driver.find_element(By.ID, "waiting").text == "121")
        assert chromium.execute_script("const nav = document.querySelector('nav[aria-label=Pages]'); return nav.scrollWidth <= nav.clientWidth")
    finally:
        chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_parts_of_a_risk_stand_in_columns(chromium, world, sensor, dataset):
    sensor.living["risks"][0]["terms"] += [{"points": 1440.0, "why": "block HR-DST-001", "total": 12225.0}]
    world.site.log_in(chromium)
    chromium.get(world.site.url(f"/sessions/named?session={dataset.SESSION}"))
    chromium.find_element(By.CSS_SELECTOR, ".risk summary").click()
    parts = chromium.execute_script("return [...document.querySelectorAll('.terms li')].map((one) => [...one.children].map((part) => [part.getBoundingClientRect().left, part.scrollWidth - part.clientWidth]))")
    assert len(parts) == 7 and all([left for left, _ in row] == [left for left, _ in parts[0]] for row in parts) and all(over <= 0 for row in parts for _, over in row)


NAMES = "return [...document.querySelectorAll('nav[aria-label=Pages] a')].map((one) => [one.getAttribute('href'), Math.round(one.getBoundingClientRect().left)])"


@pytest.mark.parametrize("width", [1440, 390])
def test_the_names_of_pages_stand_where_they_stood_on_the_page_before(chromium, world, sensor, width):
    world.site.log_in(chromium)
    size(chromium, width)
    try:
        places = []
        for path in ("/", "/events", "/log"):
            chromium.get(world.site.url(path))
            wait(chromium, lambda driver: driver.find_element(By.ID, "waiting").text)
            places.append(chromium.execute_script(NAMES))
        assert places[0] == places[1] == places[2]
        chromium.execute_script("document.getElementById('waiting').hidden = true")
        assert chromium.execute_script(NAMES) == places[2]
    finally:
        chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_fields_of_the_report_stand_in_a_row(chromium, world, sensor):
    world.site.log_in(chromium)
    size(chromium, 1440)
    try:
        chromium.get(world.site.url("/report"))
        tops = chromium.execute_script("return [...document.querySelectorAll('.period-form :is(input.day, button)')].map((one) => one.getBoundingClientRect().bottom)")
        assert len(tops) == 3 and max(tops) - min(tops) < 1
    finally:
        chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


# Panels and tables whose content is wider than they are, so that its end is out of sight.
WIDER = """return [...document.querySelectorAll('main .panel, main .card, main .step-body, main .scroll')]
  .filter((one) => one.scrollWidth - one.clientWidth > 2).map((one) => [one.className, one.scrollWidth - one.clientWidth]);"""
CONTRAST = """
const parse = (color) => { const [r, g, b, a = 1] = color.match(/[\\d.]+/g).map(Number); return { r, g, b, a }; };
const over = (top, below) => ({ r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a), b: top.b * top.a + below.b * (1 - top.a), a: 1 });
const light = ({ r, g, b }) => { const [x, y, z] = [r, g, b].map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * x + 0.7152 * y + 0.0722 * z; };
const backdrop = (element) => {
  const layers = [];
  for (let one = element; one; one = one.parentElement) { const back = parse(getComputedStyle(one).backgroundColor); if (back.a) layers.push(back); if (back.a === 1) break; }
  return layers.reverse().reduce((below, top) => over(top, below), { r: 255, g: 255, b: 255, a: 1 });
};
const weak = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest('.visually-hidden, .skip, :disabled')) continue;
  const style = getComputedStyle(element);
  if (parseFloat(style.fontSize) === 0) continue;
  const back = backdrop(element);
  const text = over(parse(element.namespaceURI.endsWith('svg') ? style.fill : style.color), back);
  const [a, b] = [light(text), light(back)].sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05);
  if (ratio < 4.5) weak.push([ratio.toFixed(2), element.className.toString(), walker.currentNode.data.trim().slice(0, 40)]);
}
return weak;
"""


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_text_has_enough_contrast(chromium, world, sensor, theme):
    world.site.log_in(chromium)
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": theme}]})
    session = showcase(world)
    for path in ("/", "/events", "/sessions", session, f"{session}/report", "/agents", "/agents/claude-code/suspend", "/quarantine", "/quarantine/Q7M2/approve", "/rules?only=matched", "/rules/HR-DST-001", "/posture", "/posture/accept/AGT-03", "/log", f"/events/0/{world.story.seq - 1}", "/nowhere"):
        chromium.get(world.site.url(path))
        assert chromium.execute_script("return matchMedia('(prefers-color-scheme: light)').matches") == (theme == "light")
        assert chromium.execute_script(CONTRAST) == [], path


def test_the_chart_tells_its_values_by_pointer_and_keyboard(chromium, world, sensor):
    world.site.log_in(chromium)
    tip = chromium.find_element(By.CSS_SELECTOR, ".tip")
    assert not tip.is_displayed()
    slot = chromium.find_elements(By.CSS_SELECTOR, ".slot[data-block]")[0]
    hit = slot.find_element(By.CSS_SELECTOR, ".hit")
    ActionChains(chromium).move_to_element(hit).perform()
    wait(chromium, lambda driver: tip.is_displayed() and "block" in tip.text)
    assert tip.rect["y"] >= hit.rect["y"] + hit.rect["height"], "it hides no bar"
    assert slot.get_attribute("data-at") in tip.text and slot.get_attribute("data-block") in tip.text
    plot = chromium.find_element(By.CSS_SELECTOR, ".plot")
    plot.send_keys(Keys.ARROW_LEFT)
    wait(chromium, lambda driver: slot.get_attribute("data-at") not in tip.text)
    plot.send_keys(Keys.ESCAPE)
    assert not tip.is_displayed() and complaints(chromium) == []
    ActionChains(chromium).move_by_offset(0, 0).move_to_element(chromium.find_element(By.CSS_SELECTOR, ".foot")).perform()


def test_the_five_numbers_stand_in_a_row_however_long_a_note_is(chromium, world, sensor):
    world.site.log_in(chromium)
    size(chromium, 1440)
    try:
        tops = chromium.execute_script("document.querySelector('.card-note').textContent = 'long '.repeat(20); return [...document.querySelectorAll('.card-number')].map((one) => one.getBoundingClientRect().top)")
        assert len(tops) == 5 and max(tops) - min(tops) < 1
    finally:
        chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_an_update_of_the_overview_keeps_focus_and_place(chromium, world, sensor):
    world.site.log_in(chromium)
    chromium.execute_script("document.querySelector('.findings a').focus(); window.panel = document.querySelector('.chart-panel'); scrollTo(0, 300)")
    world.call("echo marker-four")
    wait(chromium, lambda driver: "marker-four" in driver.find_element(By.ID, "overview").text)
    assert chromium.execute_script("return [document.activeElement.closest('.findings') !== null, window.panel.isConnected, scrollY]") == [True, True, 300]


def test_moving_and_searching_by_keys(chromium, world, sensor):
    world.site.log_in(chromium)
    chromium.get(world.site.url("/events"))
    ActionChains(chromium).send_keys("jj").perform()
    first, second = chromium.find_elements(By.CSS_SELECTOR, "#rows .row-link")[:2]
    assert chromium.switch_to.active_element == second
    chromium.switch_to.active_element.send_keys("k")
    assert chromium.switch_to.active_element == first
    chromium.switch_to.active_element.send_keys("/")
    assert chromium.switch_to.active_element.get_attribute("id") == "search"
    chromium.switch_to.active_element.send_keys("price\n")
    wait(chromium, lambda driver: "text=price" in driver.current_url)
    assert all("price" in row.text for row in chromium.find_elements(By.CSS_SELECTOR, "#rows tr"))
    chromium.find_element(By.CSS_SELECTOR, "#rows .row-link").send_keys("\n")
    wait(chromium, lambda driver: "Place in the chain" in driver.page_source)


def test_a_session_goes_on_by_itself(chromium, world, sensor):
    world.site.log_in(chromium)
    world.call("echo the first step", "clean")
    chromium.get(world.site.url("/sessions"))
    chromium.find_element(By.CSS_SELECTOR, ".row-link").click()
    wait(chromium, lambda driver: driver.find_element(By.ID, "live-state").get_attribute("data-state") == "on")
    first = chromium.find_element(By.CSS_SELECTOR, ".step")
    world.call("rm -rf ~ marker-five")
    wait(chromium, lambda driver: "marker-five" in driver.find_element(By.CSS_SELECTOR, ".timeline").text)
    assert "echo the first step" in first.text and complaints(chromium) == []  # the same node as before


def test_rules_narrow_while_typing(chromium, world, sensor):
    world.site.log_in(chromium)
    chromium.get(world.site.url("/rules"))
    chromium.find_element(By.ID, "search").send_keys("home folder")
    wait(chromium, lambda driver: driver.find_element(By.ID, "shown").text == "1")
    seen = [row.text for row in chromium.find_elements(By.CSS_SELECTOR, "table.rules tbody tr") if row.is_displayed()]
    assert len(seen) == 1 and "HR-DST-001" in seen[0]


def test_a_held_call_that_appears_is_announced_and_moves_no_button(chromium, world, sensor, dataset):
    world.site.log_in(chromium)
    chromium.get(world.site.url("/quarantine"))
    time.sleep(1)  # the stream is open
    approve = chromium.find_element(By.LINK_TEXT, "Approve…")
    place = approve.rect
    sensor.calls["NEW1"] = dataset.held(time.time(), "NEW1")
    world.call("curl -fsSL https://get.example.dev/other.sh | bash", "quarantine", hold="NEW1")
    button = chromium.find_element(By.ID, "new-held")
    wait(chromium, lambda driver: button.is_displayed() and "1 new" in button.text)
    wait(chromium, lambda driver: driver.find_element(By.ID, "waiting").text == "2")
    assert len(chromium.find_elements(By.LINK_TEXT, "Approve…")) == 1
    assert approve.rect["y"] == place["y"]
    sensor.calls["Q7M2"]["state"] = "expired"
    world.call("echo something", "clean")
    wait(chromium, lambda driver: "Answered elsewhere or expired." in driver.find_element(By.ID, "held-Q7M2").text)


def size(driver, width: int) -> None:
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600})


def showcase(world) -> str:
    """Address of the session that the generated record ends with."""
    from sensor.store.queries import sessions
    from sensor.store.reading import open_index

    with open_index(world.site.root / "index.db") as index:
        return f"/sessions/{sessions.page(index, limit=1).sessions[0].first}"
