"""Replace secrets by stable tags before anything is stored."""

from __future__ import annotations

import hashlib
import hmac
import re

from sensor.detectors.secrets import SecretScanner
from sensor.model.calls import Value

TAG_DIGITS = 8
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://\S+")
_SEGMENT = re.compile(r"(?<=[^/]/)[\w+=~-]{16,}(?=[/?#]|$)")
_OPTION = re.compile(r"(?<!\S)(-{1,2}[\w-]{1,40}[ =])([\w+=~-]{12,})(?!\S)")


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

    def redact_server(self, text: str) -> str:
        """A server's name that may be its address or command. There also what looks like a token in a path, or behind an option, is one."""
        text = _ADDRESS.sub(lambda address: _SEGMENT.sub(lambda part: self._token(part.group()), address.group()), self.redact(text).text)
        return _OPTION.sub(lambda option: option.group(1) + self._token(option.group(2)), text)

    def _token(self, word: str) -> str:
        return self.redact(f"token={word}").text.removeprefix("token=")

    def _tag(self, kind: str, secret: bytes) -> bytes:
        digest = hmac.new(self._key, secret, hashlib.sha256).hexdigest()[:TAG_DIGITS]
        return f"[redacted:{kind}:{digest}]".encode()
