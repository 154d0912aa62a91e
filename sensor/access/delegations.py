"""Delegations in use: which session or request presents which chain, what was used up, what was revoked.

Verified chains are kept by their text, so that a second look costs a dictionary lookup; times and revocations are looked
at on every call. Attachments, revocations and counts outlive a restart, because losing them would widen rights.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import msgspec

from sensor.access.delegation import DelegationInvalid, Grant, parse_chain, verify
from sensor.access.policy import Rights
from sensor.access.standing import Standing
from sensor.model.calls import Caller, ToolCall
from sensor.model.errors import HandrailError
from sensor.model.findings import Finding, Severity, Stage
from sensor.model.verdicts import DelegationUse
from sensor.paths import replace_private

INVALID, USED_UP, DEPTH = "HR-DEL-001", "HR-DEL-002", "HR-DEL-003"
MAX_KEPT = 10_000
MAX_GRANTS = 1000
MAX_AHEAD = 63
MAX_WARM = 200


class _Kept(msgspec.Struct):
    """The snapshot on disk. `sessions` are (chain text) per session, `calls` counts per block digest, ahead of what was made by up to `ahead`."""

    sessions: dict[str, str] = {}
    revoked: list[str] = []
    calls: dict[str, int] = {}
    ahead: dict[str, int] = {}


class Delegations:
    """Built once by `sensor.composition`. `now` gives Unix seconds; `origin` is the log's, which chains name as audience."""

    def __init__(self, *, roots: Callable[[], frozenset[str]], origin: str, now: Callable[[], float], snapshot: Path | None) -> None:
        """`snapshot` None keeps nothing."""
        self._roots = roots
        self._origin = origin
        self._now = now
        self._snapshot = snapshot
        self._kept = _load(snapshot) if snapshot is not None else _Kept()
        self._used = dict(self._kept.calls)
        if any(self._kept.ahead.values()):  # now, so that no call has to wait for it
            self._kept.calls |= {digest: used + self._kept.ahead.get(digest, 0) for digest, used in self._used.items()}
            self._save()
        self._grants: OrderedDict[str, Grant] = OrderedDict()
        self._known: set[tuple[str, str]] = set()
        self._bound: dict[str, str] = {hashlib.sha256(text.encode()).hexdigest(): session for session, text in self._kept.sessions.items()}

    def attach(self, session: str, text: str) -> Grant:
        """From now on `session` has the rights of the chain only. Raises DelegationInvalid."""
        grant = self._grant(text)
        name = hashlib.sha256(text.strip().encode()).hexdigest()
        if grant.surface not in ("hook", "*"):
            raise DelegationInvalid("audience", f"it is for {grant.surface}, not for hooks")
        if grant.session not in ("", session) or self._bound.get(name, session) != session:
            raise DelegationInvalid("audience", "it belongs to another session")
        if session in self._kept.sessions and self._kept.sessions[session] != text.strip():
            raise DelegationInvalid("audience", "the session already has a delegation; rights of a session are never exchanged")
        if len(self._kept.sessions) >= MAX_KEPT:
            raise DelegationInvalid("full", f"{MAX_KEPT} sessions have a delegation; forgetting one would give its rights back")
        self._bound[name] = session
        self._kept.sessions[session] = text.strip()
        for digest, scope in zip(grant.digests, grant.scopes, strict=True):
            if grant.counts and digest not in self._kept.calls:
                self._reserve(digest, scope.max_calls, 0)
        self._save()
        return grant

    def check(self, text: str) -> Grant:
        """The grant of a chain that somebody shows or has just made; its blocks are known when a call presents them. Raises DelegationInvalid."""
        return self._grant(text)

    def grant(self, text: str, surface: str) -> Grant:
        """The grant of a chain that a request carries. Raises DelegationInvalid."""
        grant = self._grant(text)
        if grant.surface not in (surface, "*"):
            raise DelegationInvalid("audience", f"it is for {grant.surface}, not for {surface}")
        return grant

    def revoke(self, digest: str) -> None:
        """Every chain with this block gives no right any more."""
        if digest not in self._kept.revoked:
            self._kept.revoked.append(digest)
            self._save()

    def warm(self) -> int:
        """Verify what was attached last, so that no call has to wait for it; how many are valid. For the start of the sensor."""
        return len(self._valid(list(self._kept.sessions.items())[-MAX_WARM:]))

    def sessions(self) -> dict[str, Grant]:
        """What is attached and still valid."""
        return self._valid(list(self._kept.sessions.items()))

    def _valid(self, attached: list[tuple[str, str]]) -> dict[str, Grant]:
        found = {}
        for session, text in attached:
            try:
                found[session] = self._grant(text)
            except DelegationInvalid:  # it gives no right; the call that it comes with says why
                continue
        return found

    def standing(self, call: ToolCall, caller: Caller) -> tuple[Standing, DelegationUse | None]:
        """What the delegation behind `call` allows; nothing to say when there is none."""
        text = caller.delegation or self._kept.sessions.get(call.session, "")
        if caller.delegation_problem:
            return _refused(caller.delegation_problem), None
        if not text:
            return Standing(), None
        try:
            grant = self._grant(text)
        except DelegationInvalid as refused:
            return _refused(refused.message), None
        use = DelegationUse(root=grant.root, chain=grant.digest, depth_left=grant.depth_left)
        findings = []
        if call.subagent and grant.depth_left < 1:
            findings.append(_finding(DEPTH, "The delegation of this session may not be passed on to a sub-agent"))
        for digest, scope in zip(grant.digests, grant.scopes, strict=True):
            if self._used.get(digest, 0) >= scope.max_calls:
                findings.append(_finding(USED_UP, f"The delegation allowed {scope.max_calls} calls, and they are used up"))
                break
        rights = tuple(Rights(name=f"the delegation{f' ({label})' if label else ''}", scope=scope)
                       for scope, label in zip(grant.scopes, grant.labels, strict=True))
        return Standing(rights=rights, findings=tuple(findings)), use

    def count(self, call: ToolCall, caller: Caller) -> None:
        """A call is made: it counts against every hop that limits the number.

        The snapshot runs ahead by a few calls, so that it need not be written for each; a restart loses those, and gains none.
        """
        text = caller.delegation or self._kept.sessions.get(call.session, "")
        grant = self._grants.get(text)
        if grant is None or not grant.counts:
            return
        due = False
        for digest, scope in zip(grant.digests, grant.scopes, strict=True):
            used = self._used[digest] = self._used.get(digest, 0) + 1
            if used > self._kept.calls.get(digest, 0):
                self._reserve(digest, scope.max_calls, used)
                due = True
        if due:
            self._save()

    def _reserve(self, digest: str, most: int, used: int) -> None:
        self._kept.ahead[digest] = min(MAX_AHEAD, most // 100)
        self._kept.calls[digest] = used + self._kept.ahead[digest]

    def _grant(self, text: str) -> Grant:
        text = text.strip()
        grant = self._grants.get(text)
        now = self._now()
        if grant is None:
            if len(self._known) > MAX_KEPT:
                self._known.clear()
            grant = verify(parse_chain(text), self._roots(), self._origin, now, self._known)
            self._grants[text] = grant
            if len(self._grants) > MAX_GRANTS:
                self._grants.popitem(last=False)
        if not grant.nbf - 30 <= now < grant.exp:
            raise DelegationInvalid("time", "it has expired")
        if grant.root not in self._roots():
            raise DelegationInvalid("root", "its root is no longer trusted")
        if not set(self._kept.revoked).isdisjoint(grant.digests):
            raise DelegationInvalid("revoked", "it was revoked")
        return grant

    def _save(self) -> None:
        if self._snapshot is not None:
            replace_private(self._snapshot, msgspec.json.encode(self._kept))


def _load(snapshot: Path) -> _Kept:
    try:
        return msgspec.json.decode(snapshot.read_bytes(), type=_Kept)
    except FileNotFoundError:
        return _Kept()
    except msgspec.DecodeError as error:
        step = "Sessions would lose their limits, so nothing starts. Move the file away to go on without them."
        raise HandrailError(f"{snapshot} cannot be read: {error}", next_step=step) from error


def _refused(message: str) -> Standing:
    return Standing(findings=(_finding(INVALID, message[:300]),))


def _finding(rule: str, message: str) -> Finding:
    return Finding(rule=rule, severity=Severity.CRITICAL, stage=Stage.ACCESS, category="delegation", message=message,
                   remedy="Ask whoever delegated for a new one, or work without it.")
