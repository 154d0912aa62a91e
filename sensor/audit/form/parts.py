"""The parts of an audit entry: what each kind of entry says besides its place in the log.

Fields with a default are omitted from the bytes while they have it. Hashes are 64 lower-case hex characters, sizes bytes.
"""

from __future__ import annotations

from sensor.audit.form.canonical import Int
from sensor.model.calls import Value


class Part(Value, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of the parts of an entry."""


class AgentFacts(Part):
    """Which agent, which version, through which door ("hook", "http", "mcp"), on which of its events."""

    name: str
    ver: str = ""
    surface: str = ""
    event: str = ""


class RuleHit(Part):
    """A rule or detector that matched. `sev` "info" to "critical"; `start`/`end` are bytes of the text `field`."""

    id: str
    sev: str
    ver: str = ""
    msg: str = ""
    remedy: str = ""
    category: str = ""
    stage: str = ""
    status: str = ""
    field: str = ""
    form: str = ""
    start: Int = 0
    end: Int = 0


class Summary(Part):
    """What the call asked for, redacted and cut to 8 KB: command, file text, prompt, or arguments in `text`."""

    action: str
    text: str = ""
    paths: tuple[str, ...] = ()
    url: str = ""
    server: str = ""
    tool: str = ""
    note: str = ""
    result: str = ""


class Commits(Part):
    """Salted commitments to the original input and output."""

    input: str = ""
    output: str = ""


class RedactedFacts(Part):
    """How many secrets of which kinds were taken out before hashing."""

    count: Int
    kinds: tuple[str, ...] = ()


class Truncated(Part):
    """How many bytes of long values were left out."""

    bytes: Int


class ApprovalFacts(Part):
    """The human decision: what was decided (in entries of kind "approval"), by whom, how, for exactly which payload, with which words."""

    id: str
    by: str = ""
    method: str = ""
    consent_sha256: str = ""
    action: str = ""
    seq: Int = -1
    note: str = ""


class Delegation(Part):
    """Delegation that the call used."""

    root: str
    chain_sha256: str = ""
    depth_left: Int = 0


class PeerFacts(Part):
    """The process at the other end of the socket, by the kernel's word."""

    uid: Int
    pid: Int = 0
    pid_start: Int = 0
    exe_sha256: str = ""


class Drops(Part):
    """Events lost since the previous entry; `files`: how often the operating system dropped events about files."""

    queue: Int = 0
    spool: Int = 0
    files: Int = 0


class Predecessor(Part):
    """The log that this one continues after corruption or key compromise, and its last good checkpoint."""

    log: str
    size: Int
    note_sha256: str = ""
    cause: str = ""


class Lost(Part):
    """Entries of a log that are gone: it had `size`, by the word of something that remembers."""

    log: str
    size: Int


class LogOpen(Part):
    """Beginning of a log (seq 0) or of a continuation epoch after a restart.

    `identity` and `pk` are public keys, `cert` the identity's signature over (log, epoch, first, pk), all base64.
    """

    identity: str
    pk: str
    cert: str
    first: Int
    version: str = ""
    platform: str = ""
    durability: str = ""
    restarts: Int = 0
    predecessor: Predecessor | None = None


class Rotation(Part):
    """Last entry of an epoch: its range [first, last) and the public key of the next one (base64)."""

    first: Int
    last: Int
    next_pk: str


class Tail(Part):
    """Bytes behind the last counted line of a segment: never entries of the log, kept as they are.

    `cause` is "crash", "power", "disk_full", "io" or "sync". `entries` and `decisions` count the well-formed lines.
    """

    segment: str
    offset: Int
    bytes: Int
    cause: str
    sha256: str = ""
    entries: Int = 0
    decisions: Int = 0


class Change(Part):
    """A setting, hook or mode that changed; values redacted. `by` says who asked."""

    what: str
    before: str = ""
    after: str = ""
    by: str = ""


class HookFacts(Part):
    """What a change of an agent's settings did to hooks: events of our entries that went, were altered or came; entries of others.

    `foreign` are "event digest" of the new ones; `off` = hooks are switched off now; `expected` = nothing of ours had to stand there.
    """

    agent: str
    lost: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    foreign_gone: Int = 0
    off: bool = False
    problem: str = ""
    expected: bool = False


class FileFacts(Part):
    """A watched file that was created, changed, deleted or moved (`event`); digests stand in `change`, content nowhere.

    `sure` is how sure the attribution to the entry's session is: "sure", "likely", "unknown", or "own" (Handrail wrote it); `how` is why.
    `seen` is "event", "sweep" or "start"; `since` the earliest time it can have happened, "" = when the entry was made. Sizes -1 = no file.
    """

    event: str
    kind: str
    sure: str
    how: str = ""
    seen: str = ""
    since: str = ""
    owner: str = ""
    uid: Int = -1
    mode: str = ""
    mode_before: str = ""
    size: Int = -1
    size_before: Int = -1
    source: str = ""
    target: str = ""
    part: str = ""
    hooks: HookFacts | None = None


class Gap(Part):
    """Entries that were produced but not stored."""

    count: Int
    cause: str
    decisions: Int = 0


class ClockJump(Part):
    """How far the wall clock and the monotonic clock moved since the previous entry, and how long the machine slept."""

    wall_us: Int
    mono_us: Int
    slept_us: Int = 0


class Reference(Part):
    """Another entry that this one is about."""

    seq: Int = -1
    tool_use_id: str = ""


class Plan(Part):
    """Step of a plan."""

    step: Int
    total: Int = 0


class Reasoning(Part):
    """The agent's own explanation of a call: where it came from, length, and salted commitment to the original text.

    The redacted text itself is the entry's `summary.text`.
    """

    source: str
    status: str
    bytes: Int = 0
    commit: str = ""
    plan: Plan | None = None


class Pruned(Part):
    """Range [from_seq, to_seq) whose bodies were archived."""

    from_seq: Int
    to_seq: Int
    root: str
    archive_sha256: str = ""
