"""Who is logged in: kept in memory of the dashboard's process, so that a restart ends every login."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable

from sensor.model.calls import Value
from web.config import SESSION_SECONDS

MAX_LOGINS = 32


class Login(Value):
    """One logged-in browser. `csrf` must come with every change it asks for; `expires` in Unix seconds."""

    csrf: str
    expires: float


class Logins:
    """The logins of one process. Holds hashes of the cookies, not the cookies."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._logins: dict[str, Login] = {}
        self._lock = threading.Lock()

    def begin(self) -> str:
        """Start a login and return the value of its cookie. The oldest ones give way."""
        cookie = secrets.token_urlsafe(32)
        with self._lock:
            while len(self._logins) >= MAX_LOGINS:
                del self._logins[next(iter(self._logins))]
            self._logins[_key(cookie)] = Login(csrf=secrets.token_urlsafe(32), expires=self._now() + SESSION_SECONDS)
        return cookie

    def find(self, cookie: str) -> Login | None:
        """The login of a cookie while it lasts."""
        with self._lock:
            login = self._logins.get(_key(cookie)) if cookie else None
            if login is not None and login.expires <= self._now():
                del self._logins[_key(cookie)]
                return None
            return login

    def end(self, cookie: str) -> None:
        """Forget a login."""
        with self._lock:
            self._logins.pop(_key(cookie), None)


def is_csrf(login: Login, token: str) -> bool:
    """Whether `token` is this login's."""
    return hmac.compare_digest(login.csrf.encode(), token.encode("utf-8", "replace"))


def _key(cookie: str) -> str:
    return hashlib.sha256(cookie.encode("utf-8", "replace")).hexdigest()
