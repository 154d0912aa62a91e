"""Replace secrets by stable tags before anything is stored."""

from __future__ import annotations

import hashlib
import hmac
import re

from sensor.detectors.passwords import WEAK
from sensor.detectors.secrets import SecretScanner
from sensor.model.calls import Value

TAG_DIGITS = 8
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://\S+")
_SEGMENT = re.compile(r"(?<=[^/]/)[\w+=~-]{16,}(?=[/?#]|$)")
_OPTION = re.compile(r"(?<!\S)(-{1,2}[\w-]{1,40}[ =])([\w+=~-]{12,})(?!\S)")
MAX_HITS = 10_000
MIN_TAKEN = 4


class Redacted(Value):
    """A text without its secrets. `kinds` are the distinct kinds found, in order; `count` the replacements.

    `taken` are the secrets themselves, each with its tag, for other texts about the same: without everybody's passwords, which are words there.
    """

    text: str
    kinds: tuple[str, ...] = ()
    count: int = 0
    taken: tuple[tuple[str, str], ...] = ()


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
        kinds, taken = list[str](), list[tuple[bytes, bytes]]()
        # Once more after a hit: of two secrets side by side, a pattern that takes in the sign between them sees the first only.
        while len(kinds) < MAX_HITS and hits:
            parts, place = [], 0
            for hit in hits:
                secret = data[hit.span.start:hit.span.end]
                taken.append((secret, self._tag(hit.format.kind, secret)))
                parts += [data[place:hit.span.start], taken[-1][1]]
                place = hit.span.end
            data = b"".join((*parts, data[place:]))
            kinds += [hit.format.kind for hit in hits]
            hits = self._scanner.find(data)
        known = {secret.decode("utf-8", "replace"): tag.decode() for secret, tag in taken}
        return Redacted(
            text=data.decode("utf-8", "replace"), kinds=tuple(dict.fromkeys(kinds)), count=len(kinds),
            taken=tuple((secret, tag) for secret, tag in known.items() if len(secret) >= MIN_TAKEN and secret.lower() not in WEAK))

    def redact_server(self, text: str) -> str:
        """A server's name that may be its address or command. There also what looks like a token in a path, or behind an option, is one."""
        text = _ADDRESS.sub(lambda address: _SEGMENT.sub(lambda part: self._token(part.group()), address.group()), self.redact(text).text)
        return _OPTION.sub(lambda option: option.group(1) + self._token(option.group(2)), text)

    def _token(self, word: str) -> str:
        return self.redact(f"token={word}").text.removeprefix("token=")

    def _tag(self, kind: str, secret: bytes) -> bytes:
        digest = hmac.new(self._key, secret, hashlib.sha256).hexdigest()[:TAG_DIGITS]
        return f"[redacted:{kind}:{digest}]".encode()
