"""Between the sensor's loop and the journal: drafts entries, waits for the disk where the class says so, wakes the indexer."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

from sensor.access.quarantine import HeldCall
from sensor.audit.drafts.drafts import (
    CallDrafter,
    CallFacts,
    draft_approval,
    draft_change,
    draft_drop,
    draft_heartbeat,
    draft_note,
)
from sensor.audit.form.entry import EntryDraft
from sensor.audit.form.errors import AuditUnavailable
from sensor.audit.form.parts import ApprovalFacts, Change, Drops, Reference
from sensor.audit.journal.journal import Journal
from sensor.model.calls import Caller, Value
from sensor.model.verdicts import JudgedCall
from sensor.pipeline import Policy

WAKE_SECONDS = 0.05
DEGRADED = "degraded"
Then = Callable[["AuditUnavailable | None"], None]


class SpoolFacts(Value):
    """What the hook client noted about a call that it decided alone."""

    id: str
    ts: str
    mono_us: int = 0


class JournalRecorder:
    """The sensor's hand on the journal. Belongs to one event loop.

    `policy` tells what is in force, for the digests inside each entry. `wakeup` is the indexer's datagram socket.
    """

    def __init__(self, journal: Journal, drafter: CallDrafter, policy: Callable[[], Policy], wakeup: Path) -> None:
        self._journal = journal
        self._drafter = drafter
        self._policy = policy
        self._wakeup = str(wakeup)
        self._bell = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._bell.setblocking(False)
        self._ringing = False

    def call(self, judged: JudgedCall, lat_us: int, then: Then) -> None:
        """Record a judged call; see `sensor.desk.intake.Recorder`."""
        degraded = any(finding.category == DEGRADED for finding in judged.judgement.findings)
        self._commit(self._drafter.draft(judged, self._facts(DEGRADED if degraded else "live", lat_us)), then)

    def spooled(self, judged: JudgedCall, spool: SpoolFacts, note: str, then: Then) -> None:
        """Record a call that the hook client decided while the sensor was away."""
        policy = self._policy()
        facts = CallFacts(path="spool", policy_sha256=policy.digest, ruleset_sha256=policy.ruleset, client_ts=spool.ts,
                          client_mono_us=spool.mono_us, spool_id=spool.id, note=note)
        self._commit(self._drafter.draft(judged, facts), then)

    def approval(self, held: HeldCall, action: str, then: Callable[[], None], by: Caller | None = None) -> None:
        """Record that a person approved or rejected a held call, or that it expired; `by` is the process that brought the answer."""
        facts = ApprovalFacts(id=held.id, by=held.decided_by, method=held.scope.value, consent_sha256=held.consent, action=action, note=held.note)
        self._commit(draft_approval(facts, Reference(), by), _without_error(then))

    def change(self, what: str, before: str, after: str, by: str, then: Callable[[], None]) -> None:
        """Record a change of mode, settings or rules."""
        self._commit(draft_change("config_change", Change(what=what, before=before, after=after, by=by)), _without_error(then))

    def note(self, entry: EntryDraft) -> None:
        """Record housekeeping that nobody waits for."""
        self._commit(entry, lambda error: None)

    def durable(self, entry: EntryDraft, then: Then) -> None:
        """Record something that must survive a power loss before its consequence; `then` is called in the loop. Raises AuditUnavailable."""
        self._commit(entry, then)

    def task_keys_lost(self, count: int, why: str) -> None:
        """Record that every task key is gone."""
        self.note(draft_note("task_keys_lost", f"{count} task keys: {why}"))

    def heartbeat(self) -> None:
        """Record that the sensor is alive."""
        self.note(draft_heartbeat())

    def exported(self, what: str) -> None:
        """Record that entries were exported."""
        self.note(draft_note("export", what))

    def verified(self, what: str) -> None:
        """Record that a person verified the log, and how it ended. It is a note of this machine, no proof."""
        self.note(draft_note("verify_result", what))

    def audited(self, what: str) -> None:
        """Record what the daily audit of the deployment found, in a sentence."""
        self.note(draft_note("posture", what))

    def dropped(self, spool: int, note: str) -> None:
        """Record that `spool` events of the hook client were lost before they became entries."""
        self.note(draft_drop(Drops(spool=spool), note))

    def close(self) -> None:
        """End the log properly."""
        self._journal.close()
        self.ring()
        self._bell.close()

    def _facts(self, path: str, lat_us: int) -> CallFacts:
        policy = self._policy()
        return CallFacts(path=path, lat_us=lat_us, policy_sha256=policy.digest, ruleset_sha256=policy.ruleset)

    def _commit(self, entry: EntryDraft, then: Then) -> None:
        receipt = self._journal.append(entry)
        if not self._ringing:
            self._ringing = True
            asyncio.get_running_loop().call_later(WAKE_SECONDS, self.ring)
        if receipt.decision:
            loop = asyncio.get_running_loop()

            def durable(error: AuditUnavailable | None) -> None:
                loop.call_soon_threadsafe(then, error)

            self._journal.when_durable(receipt.end, durable)
        else:
            then(None)

    def ring(self) -> None:
        """Wake the indexer."""
        self._ringing = False
        try:
            self._bell.sendto(b"\n", self._wakeup)
        except OSError:
            pass  # no indexer now: it reads from its place when it starts


def _without_error(then: Callable[[], None]) -> Then:
    """An operator's request is answered either way: an entry that failed after `write()` is repeated by the journal."""
    return lambda error: then()
