"""A bound on all the time that somebody else's answer may take: a socket's own timeout bounds one read, not a thousand that bring a byte each."""

from __future__ import annotations

import concurrent.futures
import http.client
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """What `work` returns, or raises about an answer over HTTP; TimeoutError after `seconds`. Work that is late goes on in a thread that no exit waits for."""
    outcome: concurrent.futures.Future[Result] = concurrent.futures.Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except (OSError, ValueError, http.client.HTTPException) as error:
            outcome.set_exception(error)

    threading.Thread(target=run, name="handrail-answer", daemon=True).start()
    if not concurrent.futures.wait((outcome,), seconds).done:
        raise TimeoutError(f"the answer took more than {seconds:g} s")
    return outcome.result()
