"""Questions on the desktop: a notification with buttons, where the desktop has them.

There is a button that refuses and one that looks, and none that approves: any program of this user can press a button
through the desktop's bus, an agent's too, and a call may be longer than a notification shows.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

from sensor.model.calls import Value
from sensor.model.errors import HandrailError
from sensor.paths import replace_private

SHOW_SECONDS = 300
PROBE_SECONDS = 5
MAX_TEXT, MAX_TITLE = 300, 100
MAX_OPEN = 3
REFUSE, LOOK = "refuse", "look"
PAGE = "dashboard.html"  # in the folder of what runs
_open: list[subprocess.Popen[bytes]] = []


class Notice(Value):
    """What is shown. The text is that of an agent: markup in it is shown as it is."""

    title: str
    text: str


@functools.lru_cache(1)
def has_buttons() -> bool:
    """Whether notifications here can be answered (libnotify 0.8 and later)."""
    program = shutil.which("notify-send")
    if program is None:
        return False
    try:
        told = subprocess.run([program, "--help"], capture_output=True, timeout=PROBE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return b"--action" in told.stdout and b"--wait" in told.stdout


def start(words: tuple[str, ...]) -> bool:
    """Start the program that asks, and do not wait for it; False when it cannot ask here, or enough questions are open."""
    _open[:] = [process for process in _open if process.poll() is None]
    if len(_open) >= MAX_OPEN or not has_buttons():
        return False
    try:
        _open.append(subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True))
    except OSError:
        return False
    return True


def answer(notice: Notice) -> str:
    """Show the notice until somebody answers: REFUSE, LOOK, or "" when it was closed or nobody did. Raises HandrailError."""
    program = shutil.which("notify-send")
    if program is None:
        raise HandrailError("notify-send is not installed", next_step="Use: handrail quarantine watch")
    import html  # this and `webbrowser` are for the program that asks; the sensor, which starts it, must not carry them

    words = [program, "--app-name=Handrail", "--urgency=critical", "--wait", f"--action={REFUSE}=Refuse", f"--action={LOOK}=Look at it",
             "--", notice.title[:MAX_TITLE], html.escape(notice.text[:MAX_TEXT], quote=False)]
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=SHOW_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return ""
    except OSError as error:
        raise HandrailError(f"{program}: {error.strerror}", next_step="Use: handrail quarantine watch") from error
    said = done.stdout.decode("utf-8", "replace").strip()
    return said if done.returncode == 0 and said in (REFUSE, LOOK) else ""


def unseen(url: str, page: Path, platform: str = sys.platform) -> str:
    """What to give a browser so that it opens `url`, which nobody else may read: on macOS the address of a private page, `page`, that leads there.

    Command lines are everybody's to read, and macOS does not tell the dashboard whose a connection is. On Linux it does, and there some
    browsers (as snaps) cannot read a page in a hidden folder. Raises OSError.
    """
    if platform != "darwin":
        return url
    import html  # as above

    there = html.escape(url)
    text = f'<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url={there}">'
    replace_private(page, f'{text}<title>Handrail</title><a href="{there}">Open the dashboard</a>\n'.encode())
    return page.as_uri()


def open_page(url: str) -> None:
    """Open a page in the user's browser.

    Below a systemd unit the user manager starts it: a browser cannot work with the limits of our unit, would end with it, and the
    manager knows the display, which our unit does not when it was started before the desktop.
    """
    program = shutil.which("systemd-run") if "INVOCATION_ID" in os.environ else None
    if program is not None:
        words = [program, "--user", "--quiet", "--collect", "--", sys.executable, "-I", "-m", "webbrowser", url]
        if subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=SHOW_SECONDS, check=False).returncode == 0:
            return
    import webbrowser

    webbrowser.open(url)
