"""Replace secrets by stable tags before anything is stored."""

from __future__ import annotations

import hashlib
import hmac

from sensor.detectors.secrets import SecretScanner
from sensor.model.calls import Value

TAG_DIGITS = 8


class Redacted(Value):
    """A text without its secrets. `kinds` are the distinct kinds found, in order; `count` the replacements."""

    text: str
    kinds: tuple[str, ...] = ()
    count: int = 0


class Redactor:
    """Redacts with the keyed tags of one device: equal secrets get equal tags, which tell nothing without the key."""

    def __init__(self, scanner: SecretScanner, key: bytes) -> None:
        if len(key) < 16:
            raise ValueError("redaction key shorter than 16 bytes")
        self._scanner = scanner
        self._key = key

    def redact(self, text: str) -> Redacted:
        """The text with each secret replaced by `[redacted:<kind>:<8 hex>]`. Idempotent: tags are never redacted."""
        data = text.encode("utf-8", "replace")
        hits = self._scanner.find(data)
        if not hits:
            return Redacted(text=text)
        parts, place = [], 0
        for hit in hits:
            parts += [data[place:hit.span.start], self._tag(hit.format.kind, data[hit.span.start:hit.span.end])]
            place = hit.span.end
        parts.append(data[place:])
        kinds = tuple(dict.fromkeys(hit.format.kind for hit in hits))
        return Redacted(text=b"".join(parts).decode("utf-8", "replace"), kinds=kinds, count=len(hits))

    def _tag(self, kind: str, secret: bytes) -> bytes:
        digest = hmac.new(self._key, secret, hashlib.sha256).hexdigest()[:TAG_DIGITS]
        return f"[redacted:{kind}:{digest}]".encode()
