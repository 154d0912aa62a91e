"""Delegations: signed grants root -> agent -> sub-agent, in which every hop may only narrow.

A chain is a list of blocks. Block n is signed by the holder key that block n - 1 names, the first one by a pinned root;
`parent` is the digest of the parent's bytes and signature, so that a block fits one place only. Verification raises or
returns the grant: there is no third outcome. Design: audit-log, section 14; the holder's key signs the next block too,
so one key is both "next key" and "holder".
"""

from __future__ import annotations

import base64
import hashlib
import re

import msgspec
from nacl import bindings

from sensor.access.proofs import is_signed
from sensor.access.scopes import EVERYTHING, MAX_PATTERNS, WIDE, Scope, check_pattern, widening
from sensor.model.calls import Value
from sensor.model.errors import HandrailError

BLOCK_TAG = b"handrail-deleg-v1\n"
DEFAULT_TTL = 15 * 60
MAX_TTL = 24 * 3600
MAX_DEPTH = 8
MAX_HEADER = 16 * 1024
SKEW = 30
SURFACES = ("hook", "http", "mcp", "*")
_KEY = re.compile(r"[0-9a-f]{64}\Z")


class Block(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One hop. Times in Unix seconds. `cnf` is the holder's public key (hex), `aud` the log origin and the surface.

    `session` binds the grant to one session, "" = the first one that presents it. `label` is for
    people; a random `id` makes two grants of one second two grants, so that one can be revoked.
    """

    v: int
    aud: str
    surface: str
    scope: Scope
    depth_left: int
    nbf: int
    exp: int
    cnf: str
    parent: str
    session: str = ""
    label: str = ""
    id: str = ""


class SignedBlock(msgspec.Struct, frozen=True):
    """The exact bytes that were signed, and the signature."""

    block: bytes
    signature: bytes

    @property
    def digest(self) -> str:
        """Names this block and its place: SHA-256 over bytes and signature."""
        return hashlib.sha256(self.block + self.signature).hexdigest()


Chain = tuple[SignedBlock, ...]
_BLOCK, _PAIRS = msgspec.json.Decoder(Block), msgspec.json.Decoder(list[tuple[str, str]])
_SORTED = msgspec.json.Encoder(order="sorted")


class Grant(Value):
    """A verified chain. `scopes` are those of every hop, root first: a call must be within all of them."""

    root: str
    digest: str
    digests: tuple[str, ...]
    scopes: tuple[Scope, ...]
    depth_left: int
    nbf: int
    exp: int
    holder: str
    surface: str
    session: str
    labels: tuple[str, ...]

    @property
    def counts(self) -> bool:
        """Whether a hop limits the number of calls."""
        return any(scope.max_calls < WIDE.max_calls for scope in self.scopes)


class DelegationInvalid(HandrailError):
    """A chain that gives no right. `reason` is one word: malformed, signature, root, parent, scope, depth, time, audience, holder."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(f"delegation refused ({reason}): {message}", next_step="Ask whoever delegated for a new one: handrail delegate --help")
        self.reason = reason


def issue(key: bytes, block: Block, chain: Chain = ()) -> Chain:
    """`chain` with one more hop, signed by `key` (64 bytes secret). Raises DelegationInvalid when it would not verify."""
    _check_shape(block)
    if chain:
        _check_hop(block, _decode(chain[-1]), chain[-1].digest)
        if bindings.crypto_sign_ed25519_sk_to_pk(key).hex() != _decode(chain[-1]).cnf:
            raise DelegationInvalid("holder", "the chain belongs to another key")
    elif block.parent:
        raise DelegationInvalid("parent", "the first block has no parent")
    data = _encode(block)
    return (*chain, SignedBlock(data, bindings.crypto_sign(BLOCK_TAG + data, key)[:64]))


def verify(chain: Chain, roots: frozenset[str], origin: str, now: float, known: set[tuple[str, str]] | None = None) -> Grant:
    """The grant of a chain at `now`. `roots` are the pinned public keys (hex). Raises DelegationInvalid.

    `known` collects (key, block digest) of good signatures, so that blocks which chains share are checked once.
    """
    known = known if known is not None else set()
    if not 1 <= len(chain) <= MAX_DEPTH:
        raise DelegationInvalid("malformed", f"a chain has 1 to {MAX_DEPTH} blocks")
    blocks, digests = [_decode(signed) for signed in chain], tuple(signed.digest for signed in chain)
    root = next((key for key in sorted(roots) if _signed_by(key, chain[0], digests[0], known)), "")
    if not root:
        raise DelegationInvalid("root", "the first block is not signed by a pinned root")
    if blocks[0].parent:
        raise DelegationInvalid("parent", "the first block has no parent")
    for place in range(1, len(chain)):
        if not _signed_by(blocks[place - 1].cnf, chain[place], digests[place], known):
            raise DelegationInvalid("signature", f"block {place + 1} is not signed by the holder of block {place}")
        _check_hop(blocks[place], blocks[place - 1], digests[place - 1])
    for block in blocks:
        _check_shape(block)
        if block.aud != origin:
            raise DelegationInvalid("audience", "it was made for another device or log")
        if not block.nbf - SKEW <= now < block.exp:
            raise DelegationInvalid("time", "it has expired" if now >= block.exp else "it is not valid yet")
    last = blocks[-1]
    session = next((block.session for block in reversed(blocks) if block.session), "")
    return Grant(
        root=root, digest=hashlib.sha256("".join(digests).encode()).hexdigest(), digests=digests, scopes=tuple(b.scope for b in blocks),
        depth_left=last.depth_left, nbf=max(b.nbf for b in blocks), exp=last.exp, holder=last.cnf, surface=last.surface, session=session,
        labels=tuple(b.label for b in blocks),
    )


def render_chain(chain: Chain) -> str:
    """The chain as a header or environment variable carries it: base64url of a JSON array."""
    pairs = [[base64.urlsafe_b64encode(signed.block).decode(), signed.signature.hex()] for signed in chain]
    return base64.urlsafe_b64encode(msgspec.json.encode(pairs)).decode().rstrip("=")


def parse_chain(text: str) -> Chain:
    """The chain in `text`. Raises DelegationInvalid."""
    if len(text) > MAX_HEADER:
        raise DelegationInvalid("malformed", "it is longer than 16 KiB")
    try:
        text = text.strip()
        pairs = _PAIRS.decode(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        return tuple(SignedBlock(base64.b64decode(block, altchars=b"-_", validate=True), bytes.fromhex(signature)) for block, signature in pairs)
    except (ValueError, msgspec.DecodeError) as error:
        raise DelegationInvalid("malformed", "it is not a delegation chain") from error


def _encode(block: Block) -> bytes:
    return _SORTED.encode(block)


def _decode(signed: SignedBlock) -> Block:
    try:
        block = _BLOCK.decode(signed.block)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DelegationInvalid("malformed", "a block cannot be read") from error
    if _encode(block) != signed.block:
        raise DelegationInvalid("malformed", "a block is not in its one written form")
    return block


def _check_shape(block: Block) -> None:
    problems = [word for word, wrong in (
        ("version", block.v != 1), ("surface", block.surface not in SURFACES), ("times", not 0 < block.exp - block.nbf <= MAX_TTL),
        ("depth", not 0 <= block.depth_left < MAX_DEPTH), ("holder key", not _is_key(block.cnf)), ("calls", block.scope.max_calls < 0),
        ("label", len(block.label) > 100 or len(block.session) > 200 or len(block.id) > 64),
    ) if wrong]
    for axis in ("tools", "reads", "writes", "hosts", "servers"):
        patterns: tuple[str, ...] = getattr(block.scope, axis)
        if patterns in ((), EVERYTHING):
            continue
        if len(patterns) > MAX_PATTERNS or list(patterns) != sorted(set(patterns)) or any(map(check_pattern, patterns)):
            problems.append(axis)
    if problems:
        raise DelegationInvalid("malformed", f"wrong {', '.join(problems)}")


def _check_hop(child: Block, parent: Block, parent_digest: str) -> None:
    """Every hop narrows on every axis, and hangs on exactly this parent."""
    if child.parent != parent_digest:
        raise DelegationInvalid("parent", "it hangs on another parent")
    wider = widening(child.scope, parent.scope)
    if wider:
        raise DelegationInvalid("scope", f"it is wider than its parent on {', '.join(wider)}")
    if child.depth_left >= parent.depth_left:
        raise DelegationInvalid("depth", "it may not be delegated this far")
    if child.exp > parent.exp or child.nbf < parent.nbf:
        raise DelegationInvalid("time", "it would outlive its parent")
    if child.aud != parent.aud or (parent.surface not in ("*", child.surface)):
        raise DelegationInvalid("audience", "it names another audience than its parent")
    if parent.session and child.session != parent.session:
        raise DelegationInvalid("audience", "it names another session than its parent")


def _is_key(text: str) -> bool:
    return _KEY.match(text) is not None


def _signed_by(key: str, signed: SignedBlock, digest: str, known: set[tuple[str, str]]) -> bool:
    name = (key, digest)
    if name in known:
        return True
    if not is_signed(key, BLOCK_TAG + signed.block, signed.signature.hex()):
        return False
    known.add(name)
    return True
