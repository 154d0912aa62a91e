"""The ways to a person on this machine: desktop notification and command. `webhook` is the third. Each may fail; none may delay a verdict."""

from __future__ import annotations

import shutil
import subprocess
import sys

import msgspec

from sensor.alerts.alert import Alert
from sensor.model.errors import in_words

SECONDS = 5.0
MAX_TEXT = 400


class NotSent(Exception):
    """Why an alert did not get through, in words."""


def send_desktop(alert: Alert) -> None:
    """A notification of the desktop. Raises NotSent where there is none."""
    if sys.platform == "darwin":
        script = 'on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run'
        _run(["/usr/bin/osascript", "-e", script, alert.title, alert.text[:MAX_TEXT]], b"")
        return
    program = shutil.which("notify-send")
    if program is None:
        raise NotSent("notify-send is not installed")
    import html  # see sensor.detectors.decoders

    urgency = "critical" if alert.kind == "block" else "normal"
    _run([program, "--app-name=Handrail", f"--urgency={urgency}", "--", alert.title, html.escape(alert.text[:MAX_TEXT], quote=False)], b"")


def send_command(words: tuple[str, ...], alert: Alert) -> None:
    """A program of the user, with the alert as JSON on its standard input."""
    _run(list(words), msgspec.json.encode(alert) + b"\n")


def _run(words: list[str], text: bytes) -> None:
    try:
        done = subprocess.run(words, input=text, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotSent(f"{words[0]}: {in_words(error)}") from error
    if done.returncode != 0:
        raise NotSent(f"{words[0]} ended with {done.returncode}")
