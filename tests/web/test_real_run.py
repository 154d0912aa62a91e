"""The real sensor, indexer and dashboard with a real Chromium: the demo is seen, and a yes in the browser releases one call."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time

import pytest
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from sensor.wire import parse_header, render_request

pytestmark = pytest.mark.e2e

PUSH = "git push --force origin main"


@pytest.fixture
def installation(tmp_path):
    import importlib.util
    from pathlib import Path

    if "realrun" not in sys.modules:
        spec = importlib.util.spec_from_file_location("realrun", Path(__file__).with_name("realrun.py"))
        assert spec is not None and spec.loader is not None
        sys.modules["realrun"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules["realrun"])
    with sys.modules["realrun"].running(tmp_path / "h") as here:
        yield here


@pytest.fixture
def driver(browsing):
    if not browsing.CHROMIUM or not browsing.DRIVER:
        pytest.skip("no Chromium with chromedriver on this machine")
    with browsing.browser() as one:
        yield one


def wait(driver, condition):
    return WebDriverWait(driver, 40, poll_frequency=0.1, ignored_exceptions=(NoSuchElementException, StaleElementReferenceException)).until(condition)


def answer(here, call_id: str, session: str = "s1") -> str:
    """What the agent is told about one more identical push."""
    payload = {"session_id": session, "cwd": str(here.root), "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_use_id": call_id,
               "tool_input": {"command": PUSH}, "permission_mode": "default"}
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(20)
        peer.connect(str(here.paths.socket))
        peer.sendall(render_request("hook", json.dumps(payload).encode(), agent="claude-code", truncated=0))
        reply = b"".join(iter(lambda: peer.recv(65536), b""))
    line, _, rest = reply.partition(b"\n")
    out = rest[: int(parse_header(line)[1]["out"])]
    return json.loads(out)["hookSpecificOutput"]["permissionDecision"] if out.strip() else "allow"


# Logs in and approves with what it finds, as any program of this user can. Prints the statuses of its answers.
ROBOT = """
import http.cookiejar, re, sys, urllib.error, urllib.parse, urllib.request
login, held, cookie = sys.argv[1:]
base = login.split("/login")[0]
jar = http.cookiejar.CookieJar()
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
def send(path, form=None):
    body = urllib.parse.urlencode(form).encode() if form is not None else None
    try:
        answer = opener.open(urllib.request.Request(base + path, data=body, headers={"Origin": base, **({"Cookie": cookie} if cookie else {})}), timeout=60)
        return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
entered, page = send("/login", {"token": login.split("token=")[1]})
csrf = re.search('name="csrf" value="([^"]+)"', send(f"/quarantine/{held}/approve")[1])
print(entered, send(f"/quarantine/{held}/approve", {"csrf": csrf[1] if csrf else ""})[0], *(f"{one.name}={one.value}" for one in jar))
"""


def robot(installation, tmp_path, below: str, held: str, cookie: str = "") -> list[str]:
    """What the robot is answered when it runs below a program of this name ("" = below none)."""
    words = [sys.executable, "-c", ROBOT, installation.login_address(), held, cookie]
    if below:
        (tmp_path / below).symlink_to(sys.executable)
        words = [str(tmp_path / below), "-c", f"import subprocess; subprocess.run({words!r})"]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout.split()


def test_a_program_of_an_agent_can_neither_log_in_nor_use_a_persons_login(installation, tmp_path):
    answer(installation, "r1")
    held = installation.op("quarantine.list")["calls"][0]["id"]
    assert robot(installation, tmp_path, "claude", held)[:2] == ["403", "403"]
    entered, approved, cookie = robot(installation, tmp_path, "", held)
    assert (entered, approved) == ("200", "200"), "the robot itself is right"
    answer(installation, "r2", session="s2")
    held = next(call["id"] for call in installation.op("quarantine.list", state="pending")["calls"])
    assert robot(installation, tmp_path, "cursor", held, cookie)[:2] == ["403", "403"]
    assert installation.op("quarantine.show", id=held)["state"] == "pending"


def test_the_demo_is_seen_and_a_yes_releases_one_call(installation, driver):
    driver.get(installation.login_address())
    wait(driver, lambda one: one.find_elements(By.CSS_SELECTOR, "#overview"))
    assert "Nothing judged yet" in driver.page_source or "No findings" in driver.page_source
    installation.handrail("demo", "--fast")
    wait(driver, lambda one: "Hook entries removed" in one.find_element(By.ID, "overview").text)  # without a reload
    driver.get(installation.url("/sessions"))
    driver.find_element(By.CSS_SELECTOR, ".row-link").click()
    wait(driver, lambda one: one.find_elements(By.CSS_SELECTOR, ".timeline"))
    timeline = driver.find_element(By.CSS_SELECTOR, ".timeline").text
    for words in ("block · deny", "sub-agent", "held as Q", "npm test", "result clean"):
        assert words in timeline, words
    driver.get(installation.url("/events?verdict=block"))
    driver.find_element(By.CSS_SELECTOR, ".row-link").click()
    wait(driver, lambda one: "Place in the chain" in one.page_source)
    assert driver.find_elements(By.CSS_SELECTOR, ".facts .good")  # the signature fits

    assert answer(installation, "t1") != "allow"
    held = next(call for call in installation.op("quarantine.list")["calls"] if call["session"] == "s1")
    driver.get(installation.url("/quarantine"))
    card = driver.find_element(By.ID, f"held-{held['id']}")
    assert PUSH in card.text and str(installation.root) in card.text
    card.find_element(By.LINK_TEXT, "Approve…").click()
    wait(driver, lambda one: one.find_elements(By.NAME, "reason"))
    driver.find_element(By.NAME, "reason").send_keys("release\n")
    wait(driver, lambda one: "Approved." in one.page_source)
    assert answer(installation, "t2") == "allow"
    assert answer(installation, "t3") != "allow"  # once, and only once
    end = time.monotonic() + 60
    while "d-approve" not in driver.page_source and time.monotonic() < end:
        time.sleep(0.2)
        driver.get(installation.url("/quarantine"))
    assert "(dashboard)" in driver.find_element(By.CSS_SELECTOR, "table.decisions").text

    driver.get(installation.url("/log"))
    driver.find_element(By.CSS_SELECTOR, ".verify-form button").click()
    wait(driver, lambda one: "signatures" in one.find_element(By.ID, "check").text)
    assert "tampered" not in driver.find_element(By.ID, "check").text
    assert [entry for entry in driver.get_log("browser") if entry["level"] == "SEVERE"] == []
