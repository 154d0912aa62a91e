"""Task keys: rights of one task, in memory only. They end with the task, the session, their time, or this process.

A holder makes its own key pair and proves that it has the private half; the sensor never sees it. Sessions of agents
get a key of their own without asking ("session"), bound to the session, so that what a session may do is visible and
can be ended by a person at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

import msgspec

from sensor.access.proofs import is_signed
from sensor.access.scopes import WIDE, Scope, check_pattern
from sensor.model.calls import ToolCall, Value
from sensor.model.errors import HandrailError
from sensor.model.findings import Finding, Severity, Stage

TASK_TAG = b"handrail-task-v1\n"
MAX_PER_TASK = 10
MAX_TTL = 4 * 3600
DEFAULT_TTL = 15 * 60
MAX_KEYS = 20_000
MAX_ENDED = 5_000
JUMP_SECONDS = 60
ENDED = "HR-TSK-001"


class TaskKey(Value):
    """One key. Times in monotonic seconds. `holder` is a public key (hex), or "session"."""

    id: str
    task: str
    agent: str
    session: str
    holder: str
    scope: Scope
    started: float
    ends: float


class TaskRefused(HandrailError):
    """A key that is not given. `status` is the HTTP status: 409 too many, 422 too long or misshapen, 403 no proof."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message, next_step=f"At most {MAX_PER_TASK} keys per task and {MAX_TTL // 3600} hours per key.")
        self.status = status
        self.exit_code = 2


class TaskKeys:
    """`mono` gives monotonic seconds, `wall` Unix seconds; when the two part company, every key is gone."""

    def __init__(self, mono: Callable[[], float], wall: Callable[[], float]) -> None:
        self._mono = mono
        self._wall = wall
        self._offset = wall() - mono()
        self._keys: dict[str, TaskKey] = {}
        self._sessions: dict[tuple[str, str], str] = {}
        self._ended: dict[tuple[str, str], None] = {}

    def start(self, task: str, *, agent: str, holder: str, proof: str, scope: Scope, ttl: int = DEFAULT_TTL) -> TaskKey:
        """A new key for `task`, held by whoever proved `holder`. Raises TaskRefused."""
        if not 0 < ttl <= MAX_TTL:
            raise TaskRefused(422, f"a task key lives 1 second to {MAX_TTL // 3600} hours, not {ttl} s")
        if not task or len(task) > 100 or not task.isprintable():
            raise TaskRefused(422, "a task has a name of 1 to 100 printable characters")
        if any(check_pattern(pattern) for axis in ("tools", "reads", "writes", "hosts", "servers") for pattern in getattr(scope, axis)):
            raise TaskRefused(422, "the scope has a pattern that cannot be compared")
        if not is_signed(holder, proof_message(task, agent), proof):
            raise TaskRefused(403, "the caller did not prove that it holds the key")
        self.evict()
        if sum(key.task == task for key in self._keys.values()) >= MAX_PER_TASK:
            raise TaskRefused(409, f"the task {task!r} has {MAX_PER_TASK} keys already")
        if len(self._keys) >= MAX_KEYS:
            raise TaskRefused(409, "there are too many task keys")
        return self._add(task, agent, "", holder, scope, ttl)

    def of_session(self, call: ToolCall) -> TaskKey | None:
        """The key of the session that `call` belongs to, made or renewed when needed; None when a person ended it."""
        place = (call.agent, call.session)
        if place in self._ended:
            return None
        key = self._keys.get(self._sessions.get(place, ""))
        if key is None or key.ends <= self._mono():
            if key is not None:
                self._remove(key)
            if len(self._keys) >= MAX_KEYS:
                self.evict()
            key = self._add(f"session {call.session[:60]}", call.agent, call.session, "session", WIDE, MAX_TTL)
            self._sessions[place] = key.id
        return key

    def check_session(self, call: ToolCall) -> tuple[Finding, ...]:
        """A critical finding when a person ended the task of this session."""
        if not call.session or self.of_session(call) is not None:
            return ()
        return (Finding(
            rule=ENDED, severity=Severity.CRITICAL, stage=Stage.ACCESS, category="task",
            message="The task of this session was ended by a person", remedy="Stop, and tell the user. A new session gets new rights."),)

    def find(self, key_id: str) -> TaskKey | None:
        """The living key with this id."""
        key = self._keys.get(key_id)
        return key if key is not None and key.ends > self._mono() and not self.jumped() else None

    def end(self, name: str) -> tuple[TaskKey, ...]:
        """End every key of the task with this name or id. A session's key ends for good."""
        found = tuple(key for key in self._keys.values() if name in (key.id, key.task))
        for key in found:
            self._remove(key)
            if key.holder == "session":
                self._ended[(key.agent, key.session)] = None
        while len(self._ended) > MAX_ENDED:
            del self._ended[next(iter(self._ended))]
        return found

    def session_over(self, agent: str, session: str) -> None:
        """The session reported its own end: its key goes, and so do the keys that it started."""
        for key in [key for key in self._keys.values() if (key.agent, key.session) == (agent, session)]:
            self._remove(key)

    def evict(self) -> int:
        """Remove what is over; due every 30 seconds. Returns how many went."""
        now = self._mono()
        over = [key for key in self._keys.values() if key.ends <= now]
        for key in over:
            self._remove(key)
        return len(over)

    def jumped(self) -> bool:
        """Whether the wall clock left the monotonic one by more than a minute since the keys were made."""
        return abs(self._wall() - self._mono() - self._offset) > JUMP_SECONDS

    def lose_all(self) -> int:
        """After a clock jump: every key is gone. Returns how many explicit ones were."""
        lost = sum(key.holder != "session" for key in self._keys.values())
        self._keys.clear()
        self._sessions.clear()
        self._offset = self._wall() - self._mono()
        return lost

    def living(self) -> tuple[TaskKey, ...]:
        """Every living key, newest first."""
        now = self._mono()
        return tuple(sorted((key for key in self._keys.values() if key.ends > now), key=lambda key: -key.started))

    def remaining(self, key: TaskKey) -> float:
        """Seconds that `key` has left."""
        return max(0.0, key.ends - self._mono())

    def _add(self, task: str, agent: str, session: str, holder: str, scope: Scope, ttl: int) -> TaskKey:
        now = self._mono()
        key = TaskKey(id="T" + secrets.token_hex(4).upper(), task=task, agent=agent, session=session, holder=holder, scope=scope, started=now, ends=now + ttl)
        self._keys[key.id] = key
        return key

    def _remove(self, key: TaskKey) -> None:
        self._keys.pop(key.id, None)
        if self._sessions.get((key.agent, key.session)) == key.id:
            del self._sessions[(key.agent, key.session)]


def proof_message(task: str, agent: str) -> bytes:
    """What the holder signs to get a key for `task`."""
    return TASK_TAG + msgspec.json.encode([task, agent])
