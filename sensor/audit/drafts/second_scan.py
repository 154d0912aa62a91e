"""The last look before an entry is signed: all that is foreign in it is scanned once more, and what looks like a secret is taken out.

Drafts redact every text they know of. This catches what came in by a field that nobody thought of, such as a tool's name
or a call's id, and two harmless texts that make a secret side by side.
"""

from __future__ import annotations

from operator import attrgetter

import msgspec
from msgspec import structs

from sensor.audit.drafts.summary import Redact
from sensor.audit.form.canonical import NotCanonical
from sensor.audit.form.entry import AuditEntry
from sensor.audit.form.parts import RedactedFacts, Summary

# Written by the log itself, from its own keys and hashes: nothing of an agent's is in them.
OWN_KINDS = frozenset({"log_open", "key_rotation", "crash_recovered", "shutdown", "heartbeat", "gap", "clock_jump"})
# Values of fixed form that the sensor makes; a scanner of high-entropy text has no business with them. Every other field is looked at.
OWN_FIELDS = frozenset({
    "v", "log", "seq", "epoch", "prev", "boot_id", "mono_us", "ts", "kind", "mode", "path", "phase", "tool_kind",
    "verdict", "answer", "would_answer", "profile",
    "policy_sha256", "ruleset_sha256", "commits", "peer", "proof", "redacted", "truncated", "payload_bytes", "lossy", "lat_us", "stage_us", "client_mono_us",
})
FOREIGN_FIELDS = tuple(sorted(set(AuditEntry.__struct_fields__) - OWN_FIELDS))
_foreign_values = attrgetter(*FOREIGN_FIELDS)
_encode = msgspec.json.Encoder(order="sorted").encode


class SecondScan:
    """Cleans entries with the redactor of the device."""

    def __init__(self, redact: Redact) -> None:
        self._redact = redact

    def clean(self, entry: AuditEntry) -> AuditEntry:
        """`entry` itself when it holds no secret, else one without it."""
        if entry.kind in OWN_KINDS or not self._redact(_foreign(entry)).count:
            return entry
        kinds: dict[str, None] = {}
        found = [0]
        fields = {name: self._cleaned(getattr(entry, name), found, kinds) for name in FOREIGN_FIELDS}
        before = entry.redacted or RedactedFacts(count=0)
        facts = RedactedFacts(count=before.count + found[0], kinds=tuple(dict.fromkeys((*before.kinds, *kinds))))
        cleaned = structs.replace(entry, redacted=facts if facts.count else None, **fields)  # type: ignore[arg-type]
        rest = self._redact(_foreign(cleaned))
        return self._without_texts(cleaned, facts, rest.kinds) if rest.count else cleaned

    def _without_texts(self, entry: AuditEntry, facts: RedactedFacts, kinds: tuple[str, ...]) -> AuditEntry:
        """When no single field is to blame: the texts go, the facts of the decision stay."""
        summary = Summary(action=entry.summary.action) if entry.summary is not None else None
        facts = RedactedFacts(count=facts.count + 1, kinds=tuple(dict.fromkeys((*facts.kinds, *kinds))))
        return structs.replace(entry, summary=summary, effects=(), reason="", advice="", cwd="", transcript="", redacted=facts,
                               note="texts withheld: together they held a secret")

    def _cleaned(self, value: object, found: list[int], kinds: dict[str, None]) -> object:
        if isinstance(value, str):
            clean = self._redact(value) if value else None
            if clean is None or not clean.count:
                return value
            found[0] += clean.count
            kinds.update(dict.fromkeys(clean.kinds))
            return clean.text
        if isinstance(value, tuple):
            return tuple(self._cleaned(item, found, kinds) for item in value)
        if isinstance(value, msgspec.Struct):
            return type(value)(**{name: self._cleaned(getattr(value, name), found, kinds) for name in value.__struct_fields__})
        return value


def _foreign(entry: AuditEntry) -> str:
    """The values of all foreign fields as they follow each other in the canonical bytes, apart from each other.

    Without the names of fields and the log's own values: beside the name of a vendor a hash looks like its key, and a text that
    ends in "password" beside the next field's name looks like an assignment.
    """
    try:
        data = _encode(list(filter(None, _foreign_values(entry))))
    except (UnicodeEncodeError, msgspec.MsgspecError, TypeError) as error:
        raise NotCanonical(str(error)) from error
    return data.decode("utf-8").replace('","', "\n\n").replace('":', "\n\n")
