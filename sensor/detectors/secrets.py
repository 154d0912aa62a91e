"""Find secrets in a text: one native pass over all formats, then proof and excuses for the few that hit."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from sensor.detectors import assignments, passwords
from sensor.detectors.carriers import CARRIERS, Joined
from sensor.detectors.checksums import (
    basic_password,
    coded_token,
    has_github_checksum,
    is_coded_key_block,
    is_jwt,
    is_key_block,
)
from sensor.detectors.formats import FIRST_FORMATS, Format, Proof
from sensor.detectors.formats_apps import APP_FORMATS
from sensor.detectors.formats_services import SERVICE_FORMATS
from sensor.detectors.randomness import TEST_VALUES, entropy, is_counted, is_mask, is_placeholder, is_random_around_word
from sensor.detectors.unreported import UNREPORTED, inserted_values, is_said, secret_values, table_cells
from sensor.model.calls import Value
from sensor.model.effects import Span
from sensor.model.findings import Severity
from sensor.patterns.passes import Match, PatternPass

FORMATS = FIRST_FORMATS + APP_FORMATS + SERVICE_FORMATS
GENERIC = Format(id="GENERIC", kind="secret", title="secret assigned to a name", pattern=assignments.QUOTED, severity=Severity.MEDIUM)
GENERIC_BARE = Format(id="GENERIC", kind="secret", title="secret assigned to a name", pattern=assignments.BARE, severity=Severity.MEDIUM)
OPTION = Format(id="GENERIC", kind="secret", title="secret in a command-line option", pattern=assignments.OPTION, severity=Severity.MEDIUM)
NAMED = (GENERIC, GENERIC_BARE, OPTION)
BESIDE = Format(id="GENERIC", kind="secret", title="value beside a word for a key", pattern=assignments.BESIDE, severity=Severity.LOW)
COMPARED = Format(id="GENERIC", kind="secret", title="secret compared with a fixed value", pattern=assignments.COMPARED, severity=Severity.LOW)
CREDENTIAL = Format(id="GENERIC", kind="secret", title="password given to a credential object", pattern=assignments.CREDENTIAL, severity=Severity.LOW)
VENDOR = Format(id="VENDOR", kind="vendor-key", title="key beside a vendor's name", pattern=assignments.VENDOR_VALUE, severity=Severity.MEDIUM)
PLACED = tuple(
    Format(id="GENERIC", kind="secret", title="password in its usual place", pattern=place, severity=Severity.LOW, proof=Proof.PLACE)
    for place in passwords.PLACES
)
_CAPITAL_WORDS = re.compile(r"[A-Z][a-z]{4,}")
LOCAL_HOSTS = re.compile(  # and those of documentation
    rb"@(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0|host\.docker\.internal|db|postgres|mysql|redis|mongo|rabbitmq|database|"
    rb"(?:[\w\-]{1,20}\.)?example\.(?:com|org|net|edu))(?:[^\w.\-]|$)")
# Placeholders elsewhere, but in an address of a database they open it.
WEAK_PASSWORDS = TEST_VALUES - {"password", "pass", "pwd", "secret", "token", "user", "username", "value", "string"}
WEAK_ONLY = frozenset({"password", "secret", "admin", "root", "postgres", "guest"})
TAG = re.compile(rb"\[redacted:[a-z0-9\-]+:[0-9a-f]{8}\]")
MATCHES_PER_FORMAT = 200
REMEMBERED, REMEMBERED_BYTES = 8, 16_384


class SecretHit(Value):
    """One secret: byte span in the UTF-8 text, what it is, and how sure we are.

    `certain` = the format (with its checksum) is a vendor's; otherwise name and randomness speak for it.
    `weak` = only the shape speaks for it: worth a note, not a question.
    """

    format: Format
    span: Span
    certain: bool
    weak: bool = False


class SecretScanner:
    """All formats compiled; build once."""

    def __init__(self, *, cache: Path | None = None, native: bool = True) -> None:
        self._formats = (*FORMATS, *NAMED, BESIDE, COMPARED, CREDENTIAL, VENDOR, *PLACED, *UNREPORTED)
        self._pass = PatternPass([known.pattern for known in self._formats], cache=cache, native=native)
        self._find_again = functools.lru_cache(REMEMBERED)(self._find)

    def find(self, data: bytes) -> tuple[SecretHit, ...]:
        """Secrets in a UTF-8 text, in order of place; a generic one is dropped where a vendor's covers it.

        One text is read by several: to judge it, and to redact it.
        """
        return (self._find_again(data) if len(data) <= REMEMBERED_BYTES else self._find(data)) or ()

    def is_bare(self, data: bytes) -> bool:
        """Whether no format occurs in a UTF-8 text, proven or not: then none occurs in whole lines of it. A long one, which is not remembered, never is."""
        return len(data) <= REMEMBERED_BYTES and self._find_again(data) is None

    def _find(self, data: bytes, depth: int = 2) -> tuple[SecretHit, ...] | None:
        """None = no format occurs. `depth` is how often one text may lie in another."""
        numbers = self._pass.hits(data)
        if not numbers:
            return None
        hits: list[SecretHit] = []
        for number in numbers:
            known = self._formats[number]
            if known.proof is Proof.SPLIT:
                hits += self._split(known, data) if depth else ()
                continue
            for count, match in enumerate(self._pass.find(number, data)):
                if count >= MATCHES_PER_FORMAT:
                    break
                hits.extend(_judge(known, match, data) if known.proof not in CARRIERS else self._carried(known, match, data, depth))
                if known.proof is Proof.IN_ESCAPES:  # the first leads to the others
                    break
        return _without_overlaps(_outside_tags(hits, data))

    def _carried(self, known: Format, match: Match, data: bytes, depth: int) -> Iterator[SecretHit]:
        """Carriers of a secret: whole, as a part of one cannot be told from the rest."""
        for start, end, said in CARRIERS[known.proof](data, match) if depth else ():
            if self._find(said, depth - 1):
                yield SecretHit(format=known, span=Span(start=start, end=end), certain=False, weak=True)

    def _split(self, known: Format, data: bytes) -> Iterator[SecretHit]:
        """Tokens of vendors that only show where pieces are joined."""
        for joined in (Joined(data), Joined(data, blanks=True)):
            for hit in (self._find(joined.text, 0) if joined.is_new() else None) or ():
                place = joined.origin(hit.span.start, hit.span.end) if hit.certain else None
                if place is not None:
                    yield SecretHit(format=known, span=Span(start=place[0], end=place[1]), certain=False, weak=True)


def _judge(known: Format, match: Match, data: bytes) -> Iterator[SecretHit]:
    group = _filled_group(match, known)
    start, end = match.span(group)
    if start < 0:
        return
    if known.proof in (Proof.TABLE, Proof.SECRET_DATA, Proof.ROWS):
        finder = secret_values if known.proof is Proof.SECRET_DATA else inserted_values
        spans = table_cells(data, start) if known.proof is Proof.TABLE else finder(data, start, end)
        yield from (SecretHit(format=known, span=Span(start=first, end=last), certain=False, weak=True) for first, last in spans)
        return
    value = data[start:end].decode("utf-8", "replace")
    certain = weak = False
    if known in (COMPARED, CREDENTIAL):
        holds = weak = not is_placeholder(value) and not assignments.is_code(value)
    elif known is BESIDE:
        holds = weak = assignments.is_beside_secret(match.group(1).decode("utf-8", "replace"), value)
    elif known in NAMED:
        name = match.group(1).decode("utf-8", "replace")
        holds = assignments.is_assigned_secret(name, value, quoted=known is GENERIC) and not (known is OPTION and name.lower().endswith("-stdin"))
        if not holds and known is GENERIC:
            between = data[match.span(1)[1]:start].decode("utf-8", "replace")
            holds = weak = passwords.is_given(name, between, value)
    elif known.proof is Proof.PLACE:
        holds = weak = passwords.is_placed(value)
    elif known.proof is Proof.SAID:
        holds = weak = is_said(value)
    elif known is VENDOR:
        holds = assignments.is_vendor_value(value)
    else:
        holds = PROOFS[known.proof](value, match, data)
        certain = not is_counted(value)
        if not holds and is_stand_in(value, known):
            holds, certain, weak = True, False, True
    if holds:
        yield SecretHit(format=known, span=Span(start=start, end=end), certain=certain, weak=weak or not known.reported)


def is_stand_in(value: str, known: Format) -> bool:
    """Whether an unproven value still has everything of its vendor's format but randomness, and is no spoken placeholder."""
    if known.proof is Proof.URL_PASSWORD:
        return value.lower() in WEAK_ONLY or not is_placeholder(value)
    return known.proof in (Proof.RANDOM, Proof.GITHUB_CRC, Proof.DIGITS) and (not is_mask(value) or is_random_around_word(value))


def _filled_group(match: Match, known: Format) -> int:
    """The group that holds the secret: the last that took part, 0 when the pattern has none."""
    first = 2 if known in NAMED or known is BESIDE else 1
    for group in range(first, first + 3):
        try:
            if match.span(group)[0] >= 0:
                return group
        except IndexError:
            break
    return 0


def _is_issued(value: str) -> bool:
    """A vendor's format holds unless the variable part is a mask, an example, or words."""
    body = value.split("_", 1)[-1] if "_" in value[:12] else value
    return not is_placeholder(value) and entropy(body) >= min(3.0, 0.6 * len(set(body)))


def _prove_random(value: str, match: Match, data: bytes) -> bool:
    return _is_issued(value)


def _prove_shape(value: str, match: Match, data: bytes) -> bool:
    return not is_placeholder(value) and not is_placeholder(value.rpartition(":")[2] or value)


def _prove_github(value: str, match: Match, data: bytes) -> bool:
    return has_github_checksum(value) or _is_issued(value)


def _prove_jwt(value: str, match: Match, data: bytes) -> bool:
    return is_jwt(value)


def _prove_url(value: str, match: Match, data: bytes) -> bool:
    _start, end = match.span(1)
    if (is_placeholder(value) and value.lower() not in WEAK_PASSWORDS) or len(set(value)) < 3:
        return False
    if not LOCAL_HOSTS.match(data[end:end + 40]):
        return True
    user = match.group().decode("utf-8", "replace").partition("://")[2].partition(":")[0]
    return entropy(value) >= 3.0 and user != value


def _prove_block(value: str, match: Match, data: bytes) -> bool:
    return is_key_block(value)


def _prove_coded_block(value: str, match: Match, data: bytes) -> bool:
    return is_coded_key_block(value)


def _prove_wrapped(value: str, match: Match, data: bytes) -> bool:
    token = coded_token(value)
    return " " not in token and len(token) >= 16 and (is_jwt(token) if token.startswith("eyJ") else _is_issued(token))


def _prove_basic(value: str, match: Match, data: bytes) -> bool:
    password = basic_password(value)
    return len(password) >= 4 and not is_placeholder(password)


def _prove_words(value: str, match: Match, data: bytes) -> bool:
    return len(set(value.lower().split())) >= 8


def _prove_mixed(value: str, match: Match, data: bytes) -> bool:
    """For short prefixes: digits and both cases, as no identifier of code has them."""
    body = value.partition(".")[2] or value
    return _is_issued(value) and sum(map(str.isdigit, body)) >= 3 and body.lower() != body != body.upper()


def _prove_digits(value: str, match: Match, data: bytes) -> bool:
    """For formats that names of code have, too: those hold no digit, or are made of words."""
    return _is_issued(value) and any(map(str.isdigit, value.rpartition(".")[2])) and len(_CAPITAL_WORDS.findall(value)) < 3


PROOFS: dict[Proof, Callable[[str, Match, bytes], bool]] = {
    Proof.SHAPE: _prove_shape,
    Proof.RANDOM: _prove_random,
    Proof.GITHUB_CRC: _prove_github,
    Proof.JWT: _prove_jwt,
    Proof.URL_PASSWORD: _prove_url,
    Proof.KEY_BLOCK: _prove_block,
    Proof.CODED_BLOCK: _prove_coded_block,
    Proof.BASIC: _prove_basic,
    Proof.WORDS: _prove_words,
    Proof.MIXED: _prove_mixed,
    Proof.DIGITS: _prove_digits,
    Proof.WRAPPED: _prove_wrapped,
}


def _outside_tags(hits: list[SecretHit], data: bytes) -> list[SecretHit]:
    """`hits` but for those that begin in a tag of the redactor: its word "secret" reads like a name, and what follows like a value."""
    if not hits or b"[redacted:" not in data:
        return hits
    tags = [tag.span() for tag in TAG.finditer(data)]
    return [hit for hit in hits if not any(start <= hit.span.start < end for start, end in tags)]


def _without_overlaps(hits: list[SecretHit]) -> tuple[SecretHit, ...]:
    """Certain hits first, then long ones; a hit inside one already kept is the same secret. What is only redacted hides nothing that is reported."""
    kept: list[SecretHit] = []
    for hit in sorted(hits, key=lambda hit: (not hit.format.reported, hit.weak, not hit.certain, -hit.format.severity, hit.span.start - hit.span.end)):
        if all(hit.span.end <= other.span.start or hit.span.start >= other.span.end for other in kept):
            kept.append(hit)
    return tuple(sorted(kept, key=lambda hit: hit.span.start))

