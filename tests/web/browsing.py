"""The real server in a process of its own, and a headless Chromium in front of it."""

from __future__ import annotations

import base64
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.sensor.live import free_port
from web.tokens import create_token, login_url

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
DRIVER = shutil.which("chromedriver") or ""
ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--force-device-scale-factor=1",
)
SERVE = """
import sys
from pathlib import Path
from sensor.paths import locate
from web.config import WebConfig
from web.server import listen, serve
root, port, streams = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
serve(WebConfig(port=port, index=root / "index.db", log=root / "log", keys=root / "keys", socket=root / "s.sock", token=root / "web.token",
                cookie="handrail_test0123", user="dev", version="0.1.0", streams=streams,
                paths=locate(root, root), home=root / "home"), listen(port))
"""


class Site:
    """A running dashboard."""

    def __init__(self, root: Path, port: int, pid: int) -> None:
        self.root, self.port, self.pid = root, port, pid

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def login_address(self, page: str = "") -> str:
        """A fresh one-time address that leads to `page`."""
        return login_url(self.port, create_token(self.root / "web.token", time.time()), page)

    def log_in(self, driver: webdriver.Chrome) -> None:
        driver.get(self.login_address())
        WebDriverWait(driver, 40).until(lambda one: one.find_elements(By.CSS_SELECTOR, "#overview"))


@contextlib.contextmanager
def served(root: Path, streams: int = 4) -> Iterator[Site]:
    """The server on a free port, in its own process; ended by SIGTERM."""
    port = free_port()
    repo = Path(__file__).parents[2]
    child = subprocess.Popen([sys.executable, "-c", SERVE, str(root), str(port), str(streams)], cwd=repo, env={**os.environ, "PYTHONPATH": str(repo)})
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/login", timeout=2).close()
                break
            time.sleep(0.05)
        yield Site(root, port, child.pid)
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(60)


@contextlib.contextmanager
def browser() -> Iterator[webdriver.Chrome]:
    """A fresh Chromium without anything of this user's."""
    options = Options()
    options.binary_location = CHROMIUM
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with tempfile.TemporaryDirectory(prefix="hr-chromium-", ignore_cleanup_errors=True) as profile:
        for argument in (*ARGUMENTS, f"--user-data-dir={profile}"):
            options.add_argument(argument)
        driver = webdriver.Chrome(options=options, service=Service(DRIVER))
        try:
            yield driver
        finally:
            driver.quit()


def picture(driver: webdriver.Chrome, url: str, target: Path, look: tuple[int, str], height: int = 0) -> None:
    """Save a page at a width and theme; the whole page, or its first `height` pixels."""
    width, theme = look
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": theme}]})
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": height or 900, "deviceScaleFactor": 1, "mobile": width < 600})
    driver.get(url)
    time.sleep(0.25)
    tall = driver.execute_script("return document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": width, "height": height or min(tall, 2600), "scale": 1}
    shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "clip": clip, "captureBeyondViewport": True})
    target.write_bytes(base64.b64decode(shot["data"]))
