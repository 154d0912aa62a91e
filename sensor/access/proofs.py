"""Fresh proofs of possession: "NONCE:SIGNATURE" over exactly this payload, once, for a minute, never from before this start."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable

from nacl import bindings, exceptions

PROOF_TAG = b"handrail-proof-v1\n"
PROOF_SECONDS = 60
MAX_NONCES = 100_000


def proof_message(about: str, payload: bytes, nonce: str) -> bytes:
    """What a holder signs to show that it sends `payload` now, under the right named `about`."""
    return PROOF_TAG + f"{about}\n{nonce}\n{hashlib.sha256(payload).hexdigest()}".encode()


def prove(key: bytes, about: str, payload: bytes, nonce: str) -> str:
    """The proof (hex) of the holder of the private key (64 bytes). The nonce begins with the Unix time and a dash."""
    return bindings.crypto_sign(proof_message(about, payload, nonce), key)[:64].hex()


def is_signed(key: str, message: bytes, signature: str) -> bool:
    """Whether `signature` (hex) over `message` is by the public key (hex)."""
    try:
        bindings.crypto_sign_open(bytes.fromhex(signature) + message, bytes.fromhex(key))
    except (exceptions.BadSignatureError, exceptions.CryptoError, ValueError, TypeError):
        return False
    return len(signature) == 128


class Proofs:
    """Remembers what was used. `now` gives Unix seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._started = now()
        self._used: OrderedDict[str, float] = OrderedDict()

    def problem(self, key: str, about: str, payload: bytes, proof: str) -> str:
        """What is wrong with a proof, "" when it holds; it then counts no second time."""
        nonce, _, signature = proof.partition(":")
        stamp, now = nonce.partition("-")[0], self._now()
        made = float(stamp) if stamp.isdigit() else 0.0
        if len(nonce) > 100 or abs(now - made) > PROOF_SECONDS or made < int(self._started):
            return "the proof is too old or was made before Handrail started"
        if not is_signed(key, proof_message(about, payload, nonce), signature):
            return "the signature does not fit this request"
        while self._used and now - self._used[next(iter(self._used))] > 2 * PROOF_SECONDS:
            self._used.popitem(last=False)
        name = f"{key}:{nonce}"
        if name in self._used or len(self._used) >= MAX_NONCES:
            return "this proof was used before"
        self._used[name] = now
        return ""
