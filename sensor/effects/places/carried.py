"""What an address carries besides the name of a page: keys, secrets in a code, other addresses."""

from __future__ import annotations

import base64
import binascii
import re
from typing import NamedTuple
from urllib.parse import unquote

KEY = "@carries-key"
CODED = "@coded-data"
PERSONAL = "@personal-data"
HANDED = "@hands-over"
MAX_REST = 8000
MAX_PIECES = 60
_MAX_LAYERS = 2

# Beginnings of keys of well-known services.
_KEYS = re.compile(
    r"(?<![A-Za-z0-9])(?:[sr]k_live_[A-Za-z0-9]{3}|gh[pousr]_[A-Za-z0-9]{6}|github_pat_\w{6}|gl(?:pat|ptt|dt|rt)-[\w-]{6}|xox[abeprs]-[0-9A-Za-z-]{6}|A[KS]IA[A-Z0-9]{8}|sk-(?:ant|proj|svcacct)-|npm_[A-Za-z0-9]{30}"
    r"|pypi-AgE|hf_[A-Za-z]{24}|do[opr]_v1_[0-9a-f]{8}|SG\.[\w-]{16,30}\.[\w-]{16}|shp(?:at|ss|ca)_[0-9a-f]{16}|dckr_pat_\w{10}|-----BEGIN[ +_][A-Z +_]*PRIVATE)")
# A signed link names the key that signed it, which opens nothing.
_SIGNER = re.compile(r"(?i)([?&](?:X-Amz-Credential|AWSAccessKeyId|OSSAccessKeyId|X-Goog-Credential|GoogleAccessId)=)[^&\s]*")
_NAMED = re.compile(r"(?i)([\w-]{0,40}(?:secret|token|passw(?:or)?d|passwd|api_?key|access_?key|private_?key|credentials?|database_url|authorization)[\w-]{0,20})[\"']?\s{0,3}[=:]\s{0,3}[\"']?([^\s\"'&,}]{3,})")
_ENVIRONMENT = re.compile(r"(?<![A-Za-z0-9_])([A-Z][A-Z0-9_]*_(?:SECRET|TOKEN|PASSWORD|PASSWD|PASS|KEY|CREDENTIALS|URL|DSN)|PASSWORD|SECRET)[=:]([^\s&<$\[{]{4,})")
_NO_SECRET = re.compile(r"(?i)csrf|xsrf|page|next|cursor|contin|sync|design|public|publishable|token_?type|token_?uri|count|max_|limit|nonce")
_STAND_IN = re.compile(r"(?i)(?:x{3,}|\*{3,}|your|my|change_?me|example|placeholder|dummy|test|demo|none|null|true|false|\.{3}|https?://(?:localhost|127\.|example))")
_OTHER_TELLING = re.compile(r"://[^/\s:@]+:[^/\s@]{3,}@|root:[x*!]?:0:0:|(?:^|\n)ssh-(?:rsa|ed25519) AAAA|uid=\d+\(\w+\)|(?:^|[\"\n])(?:aws_session|sessionid|JSESSIONID)")
_PIECE = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_SEGMENT = re.compile(r"[A-Za-z0-9+_-]{12,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){8,}")
_BASE32 = re.compile(r"(?:[a-z2-7]{16,}|[A-Z2-7]{16,})={0,6}")
_INNER = re.compile(r"(?i)(?:([\w.\[\]-]{1,40})=|[/?&=,;])(https?|ftp|gopher|dict|file|ftps|sftp)(?::|%3a)(?:/|%2f){1,3}(\[[0-9a-f:.%]+\](?::\d+)?|[^\s/?#&,;\"'<>]*)")
_BARE_INNER = re.compile(
    r"(?i)[?&](u(?:rl|ri)?|dest\w*|target|proxy|link|src|source|to|out|image|img|host|domain|feed|file|page|site|fetch|load|redirect\w*|next|continue|return\w*)=/{0,2}"
    r"((?:0x[0-9a-f]{2,8}|\d{8,11}|(?:[0-9a-fx]+\.){3}[0-9a-fx]+|\[[0-9a-f:.]+\]|localhost|metadata(?:\.[a-z.]+)?)(?::\d{1,5})?)(?=[/?&#]|$)")


# Numbers of people: of social security in the United States, of bank accounts, of cards with what a shop asks besides.
_SOCIAL = re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])")
_ACCOUNT = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}[A-Z0-9]{11,30}(?![A-Za-z0-9])")
_CARD = re.compile(r"(?<!\d)(?:4\d{3}|5[1-5]\d\d|2[2-7]\d\d|6011|65\d\d)(?:[ -]?\d{4}){3}(?!\d)")
_BESIDE_CARD = re.compile(r"(?i)[?&](?:cvv2?|cvc2?|card_?code|security_?code|exp(?:iry|iration|_\w{1,10})?)=\d")
_SIGNED = re.compile(r"(?i)\?(?:[^\s#]*&)?(?:X-Amz-Signature|X-Goog-Signature|Signature|sig|OSSAccessKeyId|Key-Pair-Id|hdnts)=[^&\s]")
_PICTURE = re.compile(r"(?i)\.(?:png|jpe?g|gif|webp|avif|svg|ico|mp4|webm)\?")
_WITHIN = re.compile(r"(?i)(?<=[?&/=])https?(?::|%3a)(?:/|%2f){2}[^\s]+")


class Inner(NamedTuple):
    """An address inside another one: the parameter that names it ("" in a path), its scheme ("" for a bare host), its authority."""

    parameter: str
    scheme: str
    authority: str


def carried_places(authority: str, rest: str) -> frozenset[str]:
    """KEY, CODED, PERSONAL and HANDED as they apply to an address with this authority and what follows it."""
    found = set()
    host = authority.rpartition("@")[2].partition(":")[0]
    plain = unquote(_SIGNER.sub(r"\1", rest[:MAX_REST]))
    if _KEYS.search(plain) or any(_tells(match) for match in _ENVIRONMENT.finditer(plain)):
        found.add(KEY)
    pieces = dict.fromkeys(_SEGMENT.findall(plain)[:MAX_PIECES] + _PIECE.findall(plain)[:MAX_PIECES])
    if any(is_telling(text) for piece in pieces for text in decoded(piece)) or any(decoded(label) for label in host.split(".") if len(label) >= 16):
        found.add(CODED)
    if len(plain) > 12 and _is_personal(plain):
        found.add(PERSONAL)
    if (inner := _WITHIN.search(plain)) is not None and _opens_a_file(unquote(unquote(inner[0]))):
        found.add(HANDED)
    return frozenset(found)


def _is_personal(plain: str) -> bool:
    """Whether several numbers of people stand in an address, or a card with what is asked besides its number."""
    if len(set(_SOCIAL.findall(plain))) > 1 or len({account for account in _ACCOUNT.findall(plain) if _fits_account(account)}) > 1:
        return True
    cards = {card for card in _CARD.findall(plain) if _fits_card(card)}
    return len(cards) > 1 or (bool(cards) and _BESIDE_CARD.search(plain) is not None)


def _fits_account(account: str) -> bool:
    """Whether the check digits of an international account number are right (ISO 13616)."""
    return int("".join(str(int(char, 36)) for char in account[4:] + account[:4])) % 97 == 1


def _fits_card(card: str) -> bool:
    """Whether the last digit of a card's number is right (Luhn)."""
    digits = [int(char) for char in reversed(card) if char.isdigit()]
    return (sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])) % 10 == 0


def _opens_a_file(inner: str) -> bool:
    """Whether an address inside another one is signed, so that it opens its file for everybody, and the file is no picture of a page."""
    return _SIGNED.search(inner) is not None and _PICTURE.search(inner) is None


def is_telling(text: str) -> bool:
    """Whether what was decoded names a secret with its value."""
    return _OTHER_TELLING.search(text) is not None or _KEYS.search(text) is not None or any(_tells(match) for match in _NAMED.finditer(text))


def _tells(match: re.Match[str]) -> bool:
    return not _NO_SECRET.search(match.group(1)) and not _STAND_IN.match(match.group(2))


def decoded(piece: str) -> tuple[str, ...]:
    """The texts that a piece stands for in base64, base32 or hexadecimal digits, layer by layer; none when it gives no text."""
    found: list[str] = []
    for _ in range(_MAX_LAYERS):
        text = next((text for text in map(_as_text, _readings(piece)) if text), "")
        if not text:
            break
        found.append(text)
        piece = unquote(text).strip()
        if not _PIECE.fullmatch(piece):
            break
    return tuple(found)


def _readings(piece: str) -> list[bytes]:
    found = []
    try:
        if _HEX.fullmatch(piece):
            found.append(bytes.fromhex(piece))
        if _BASE32.fullmatch(piece):
            found.append(base64.b32decode(_padded(piece.upper().rstrip("="), 8)))
        if _PIECE.fullmatch(piece) and not piece.islower():
            found.append(base64.urlsafe_b64decode(_padded(piece.translate(_URL_SAFE).rstrip("="), 4)))
    except binascii.Error:
        return found
    return found


_URL_SAFE = str.maketrans("+/", "-_")


def _padded(piece: str, block: int) -> str:
    whole = piece[:-1] if block == 4 and len(piece) % 4 == 1 else piece
    return whole + "=" * (-len(whole) % block)


def _as_text(data: bytes) -> str:
    """`data` as text when it is one: nearly all of it can be printed."""
    text = data.decode("latin-1")
    printable = sum(char.isascii() and (char.isprintable() or char in "\n\t\r") for char in text)
    return text if len(text) >= 8 and printable >= 0.95 * len(text) else ""


def inner_addresses(rest: str) -> tuple[Inner, ...]:
    """The addresses inside the path and query of another one, those inside them as well."""
    text = rest[:MAX_REST]
    for _ in range(2):
        text = unquote(text)
    found = [Inner(match.group(1) or "", match.group(2).lower(), match.group(3)) for match in _INNER.finditer(text)]
    found += [Inner(match.group(1), "", match.group(2)) for match in _BARE_INNER.finditer(text)]
    return tuple(found[:8])
