"""Takes alerts from the sensor's loop and sends them from a thread of its own, so that no verdict waits."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Protocol

import msgspec

from sensor.alerts.alert import MOST_HELD, Alert, CoolDown, alert_of
from sensor.alerts.senders import MAX_TEXT, NotSent, send_command, send_desktop
from sensor.model.verdicts import JudgedCall

log = logging.getLogger(__name__)

WAITING = 100
MORE_HELD = " More calls like this one wait without an alert for five minutes: handrail quarantine watch"


class Wishes(Protocol):
    """The part of the settings that is needed here."""

    on: tuple[str, ...]
    desktop: bool
    webhook: str
    command: tuple[str, ...]


class AlertDesk:
    """Built once by `sensor.composition`. `wishes` are the settings in force; `redact` takes secrets out of a text.

    `question` shows a held call on the desktop with buttons, and is False where that cannot be done.
    """

    def __init__(self, *, wishes: Callable[[], Wishes], redact: Callable[[str], str], secret: bytes, now: Callable[[], float],
                 question: Callable[[str], bool] = lambda held_id: False) -> None:
        self._wishes = wishes
        self._redact = redact
        self._secret = secret
        self._question = question
        self._cool_down = CoolDown(now)
        self._queue: queue.Queue[Alert | None] = queue.Queue(WAITING)
        self._thread: threading.Thread | None = None
        self.sent = self.failed = self.dropped = 0

    def judged(self, judged: JudgedCall) -> None:
        """Give the alert that a call earns, if the user wants it."""
        wishes = self._wishes()
        if not wishes.on or not (wishes.desktop or wishes.webhook or wishes.command):
            return
        alert = alert_of(judged)
        if alert is not None and alert.kind in wishes.on:
            self.give(alert)

    def tell(self, kind: str, title: str, text: str, key: str, agent: str = "", session: str = "") -> None:
        """Give an alert that no call is the reason of, if the user wants its kind."""
        if kind in self._wishes().on:
            self.give(Alert(kind=kind, title=title, text=text, key=key, agent=agent, session=session))

    def give(self, alert: Alert) -> None:
        """Queue an alert unless the same was given within five minutes; held calls are told one by one, each once. Never waits."""
        if alert.hold and self._cool_down.admit(f"held {alert.hold}") is None:
            return
        admitted = self._cool_down.admit(alert.key, MOST_HELD if alert.hold else 1)
        if admitted is None:
            return
        text, title = self._redact(alert.text), self._redact(alert.title)
        if alert.hold and admitted.is_last:
            text = text[: MAX_TEXT - len(MORE_HELD)] + MORE_HELD
        ready = msgspec.structs.replace(alert, title=title, text=text, repeated=admitted.repeated)
        try:
            self._queue.put_nowait(ready)
        except queue.Full:
            self.dropped += 1
            return
        if self._thread is None:  # most installations never alert: no thread until the first one
            self._thread = threading.Thread(target=self._work, name="alerts", daemon=True)
            self._thread.start()

    def close(self, seconds: float = 3.0) -> None:
        """Send what waits, then end."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(seconds)

    def _work(self) -> None:
        while (alert := self._queue.get()) is not None:
            for problem in send_all(self._wishes(), self._secret, alert, self._question):
                self.failed += 1
                log.warning("an alert was not sent: %s", problem)
            self.sent += 1


def send_all(wishes: Wishes, secret: bytes, alert: Alert, question: Callable[[str], bool] = lambda held_id: False) -> list[str]:
    """Send by every way the user wants; what went wrong, in words."""
    ways: list[Callable[[], None]] = []
    if wishes.desktop and not (alert.hold and question(alert.hold)):
        ways.append(lambda: send_desktop(alert))
    if wishes.webhook:
        # HTTP and TLS take 2 MB, which only who wishes for a webhook carries.
        from sensor.alerts.webhook import send_webhook

        ways.append(lambda: send_webhook(wishes.webhook, secret, alert))
    if wishes.command:
        ways.append(lambda: send_command(wishes.command, alert))
    problems = []
    for way in ways:
        try:
            way()
        except NotSent as error:
            problems.append(str(error))
    return problems
