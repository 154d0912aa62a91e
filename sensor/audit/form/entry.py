"""The audit entry: every field that is hashed, signed, stored, shown and exported.

Whatever a page or a report shows lies in here; the index is made from it alone. Fields with a default are omitted from
the bytes while they have it. Hashes are 64 lower-case hex characters, times microseconds, sizes bytes.
"""

from __future__ import annotations

from typing import Any

import msgspec

from sensor.audit.form.canonical import MAX_ENTRY, Int, NotCanonical, TypedCodec, is_canonical, parse_strict
from sensor.audit.form.parts import (
    AgentFacts,
    ApprovalFacts,
    Change,
    ClockJump,
    Commits,
    Delegation,
    Drops,
    FileFacts,
    Gap,
    LogOpen,
    Lost,
    PeerFacts,
    Pruned,
    Reasoning,
    RedactedFacts,
    Reference,
    Rotation,
    RuleHit,
    Summary,
    Tail,
    Truncated,
)
from sensor.model.calls import Value

VERSION = 1

# Kinds of entries, and which of them decide something (commit class "decision", synced before the answer).
KINDS = {
    "call": False, "session": False, "reasoning": False, "malformed": True, "approval": True, "log_open": True,
    "heartbeat": False, "clock_jump": False, "key_rotation": True, "config_change": True, "hook_change": True, "file_change": True,
    "drop": True, "gap": True, "spool_ingest": True, "prune": True, "prune_unshipped": True, "export": False,
    "verify_result": False, "shutdown": True, "crash_recovered": True, "task_keys_lost": True, "witness_rollback": True,
    "assessment": False, "posture": False, "log_accept": True,
}


class AuditEntry(Value, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One entry. The first ten fields are always present; the journal sets all of them but `v` and `kind`."""

    v: Int
    log: str
    seq: Int
    epoch: Int
    prev: str
    boot_id: str
    mono_us: Int
    ts: str
    kind: str

    mode: str = ""
    path: str = ""
    agent: AgentFacts | None = None
    session: str = ""
    parent_session: str = ""
    subagent: str = ""
    subagent_type: str = ""
    turn: str = ""
    cwd: str = ""
    roots: tuple[str, ...] = ()
    permission_mode: str = ""
    transcript: str = ""
    tool: str = ""
    tool_kind: str = ""
    tool_use_id: str = ""
    phase: str = ""

    verdict: str = ""
    answer: str = ""
    would_answer: str = ""
    profile: str = ""
    reason: str = ""
    advice: str = ""
    hold: str = ""
    reasons: tuple[str, ...] = ()
    rules: tuple[RuleHit, ...] = ()
    summary: Summary | None = None
    effects: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    payload_bytes: Int = 0

    policy_sha256: str = ""
    ruleset_sha256: str = ""
    commits: Commits | None = None
    redacted: RedactedFacts | None = None
    truncated: Truncated | None = None
    lossy: bool = False
    approval: ApprovalFacts | None = None
    deleg: Delegation | None = None
    peer: PeerFacts | None = None
    proof: str = ""
    lat_us: Int = 0
    stage_us: dict[str, Int] = {}
    drops: Drops | None = None

    client_ts: str = ""
    client_mono_us: Int = 0
    spool_id: str = ""

    open: LogOpen | None = None
    rotation: Rotation | None = None
    tails: tuple[Tail, ...] = ()
    change: Change | None = None
    file: FileFacts | None = None
    gap: Gap | None = None
    clock: ClockJump | None = None
    ref: Reference | None = None
    reasoning: Reasoning | None = None
    prune: Pruned | None = None
    accepted: tuple[Lost, ...] = ()
    note: str = ""


class EntryDraft(msgspec.Struct, frozen=True):
    """An entry before the journal gives it its place. `decision` = synced before it is answered."""

    entry: AuditEntry
    decision: bool


class TooLong(NotCanonical):
    """More than 32 KiB."""


_CODEC = TypedCodec(AuditEntry)


def blank(kind: str, **fields: object) -> AuditEntry:
    """An entry of `kind` without a place in the log. Raises KeyError for an unknown kind."""
    KINDS[kind]
    return AuditEntry(
        v=VERSION, log="", seq=-1, epoch=-1, prev="", boot_id="", mono_us=0, ts="", kind=kind, **fields  # type: ignore[arg-type]
    )


def render(entry: AuditEntry) -> bytes:
    """Canonical bytes. Raises NotCanonical outside the subset, TooLong above 32 KiB."""
    data = _CODEC.encode(entry)
    if len(data) > MAX_ENTRY:
        raise TooLong(f"{len(data)} bytes, more than 32 KiB")
    return data


def parse(data: bytes) -> AuditEntry:
    """The entry that canonical bytes of the journal hold. Raises NotCanonical for unknown fields or wrong types."""
    entry: AuditEntry = _CODEC.decode(data)
    return entry


def parse_fields(data: bytes) -> dict[str, Any]:
    """The fields of canonical bytes, for the verifier. Raises NotCanonical for any other form (row N15)."""
    if is_canonical(data, _CODEC):
        fields: dict[str, Any] = msgspec.json.decode(data)
        if all(key.isascii() and key.islower() for key in fields.get("stage_us", ())):
            return fields
    return parse_strict(data)
