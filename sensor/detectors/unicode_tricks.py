"""Characters that make a text read differently to people, programs and models."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata

from sensor.model.calls import Value
from sensor.model.findings import Severity

# Every character that the patterns of invisible and bidirectional tricks look for: most texts have none, and one look tells.
ODD = re.compile(
    "[\u00ad\u0300-\u036f\u0483-\u0489\u180e\u1ab0-\u1aff\u200b-\u200f\u202a-\u202e\u2060-\u2069\u20d0-\u20ff\ufe00-\ufe0f\ufeff"
    "\U000e0020-\U000e007e\U000e0100-\U000e01ef]"
)
BIDI = re.compile("[\u202a\u202b\u202d\u202e\u2066-\u2069]")
OVERRIDES = re.compile("[\u202d\u202e]")
TAGS = re.compile("[\U000e0020-\U000e007e]+")
INSIDE_WORD = re.compile("[A-Za-z][\u200b-\u200d\u2060-\u2064\ufeff\u00ad\u034f]+[A-Za-z]")
CHAIN = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u180e]{6,}")
SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")
STACKED = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]{6,}")
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
# A flag of a region is a black flag with tag characters and a cancel tag: the one honest use.
FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{2,8}\U000e007f")
CONTROL_SEQUENCE = re.compile("\x1b(?:\\][0-9]{1,3};|P|\\[[0-9;?]*[hlJKnitsu@]|\\[8m|c)")
CONFUSABLE = re.compile("[\u0391-\u03a9\u03b1-\u03c9\u0400-\u04ff\u0531-\u0587\u13a0-\u13ff]")
WORD = re.compile(r"[^\W\d_]{2,}")
HOST = re.compile(r"(?i)\b[a-z][a-z0-9+.\-]{1,12}://(?:[^\s/@\"'<>]*@)?([^\s/:?#\"'<>)\]}`]+)")
# Whole blocks in which letters of the scripts lie that `is_mixed` knows.
OTHER_SCRIPTS = re.compile("[\u0370-\u058f\u13a0-\u13ff\u1c80-\u1c8f\u1d26-\u1d78\u1f00-\u1fff\u2126\u2de0-\u2dff\ua640-\ua69f\uab65-\uabbf\ufb13-\ufb17]")
MAX_WORDS = 4000
MAX_LETTERS = 500
MAX_LABEL = 64


class Trick(Value):
    """One trick found. `id` ends the rule id; `start` is a character offset."""

    id: str
    severity: Severity
    message: str
    start: int = 0


def tag_text(text: str) -> str:
    """The ASCII text hidden in Unicode tag characters, "" when there is none."""
    return "".join(chr(ord(char) - 0xE0000) for char in text if 0xE0020 <= ord(char) <= 0xE007E)


def find_tricks(text: str) -> tuple[Trick, ...]:
    """Tricks of a text; ASCII without escape characters costs one check."""
    tricks: list[Trick] = []
    if "\x1b" in text and (found := CONTROL_SEQUENCE.search(text)):
        tricks.append(Trick(id="TERM", severity=Severity.LOW, message="terminal control sequences that change title, clipboard or screen", start=found.start()))
    if "xn--" in text and (encoded := _find_encoded_host(text)) is not None:
        tricks.append(encoded)
    if text.isascii():
        return tuple(tricks)
    if ODD.search(text):
        tricks += _find_invisible(text)
        tricks += _find_bidi(text)
    tricks += _find_lookalikes(text)
    return tuple(tricks)


def _find_invisible(text: str) -> list[Trick]:
    tricks = []
    honest = FLAG.sub("", text)
    if (found := TAGS.search(honest)) and len(tag_text(honest)) >= 3:
        tricks.append(Trick(id="TAGS", severity=Severity.HIGH, message="text hidden in invisible tag characters", start=found.start()))
    if found := CHAIN.search(text):
        tricks.append(Trick(id="ZERO", severity=Severity.MEDIUM, message="a chain of zero-width characters that can carry hidden data", start=found.start()))
    elif (found := INSIDE_WORD.search(text)) and not text.startswith("\ufeff", found.start() + 1):
        tricks.append(Trick(id="ZERO", severity=Severity.MEDIUM, message="zero-width characters inside words", start=found.start()))
    if found := SELECTORS.search(text):
        tricks.append(Trick(id="SELECT", severity=Severity.MEDIUM, message="a run of variation selectors that can carry hidden data", start=found.start()))
    if found := STACKED.search(text):
        tricks.append(Trick(id="STACK", severity=Severity.LOW, message="stacked combining marks", start=found.start()))
    return tricks


def _find_bidi(text: str) -> list[Trick]:
    """Overrides anywhere outside right-to-left prose; isolates and embeddings only where a line leaves them open."""
    found = OVERRIDES.search(text)
    if found:
        return [Trick(id="BIDI", severity=Severity.HIGH, message="a bidirectional override: the text reads in another order than it runs", start=found.start())]
    found = BIDI.search(text)
    if found is None or RIGHT_TO_LEFT.search(text):
        return []
    return [Trick(id="BIDI", severity=Severity.MEDIUM, message="bidirectional controls in text without right-to-left script", start=found.start())]


def _find_lookalikes(text: str) -> list[Trick]:
    tricks: list[Trick] = []
    if not OTHER_SCRIPTS.search(text):
        return tricks
    seen: set[str] = set()
    for match in HOST.finditer(text) if "://" in text else ():
        host = match.group(1)
        if host.isascii() or host in seen or not OTHER_SCRIPTS.search(host):
            continue
        seen.add(host)
        if len(seen) > MAX_WORDS:
            break
        if is_mixed(host):  # a name of one script below an ending of another is only unusual
            severity = Severity.HIGH if any(_is_label_mixed(label) for label in host.split(".")) else Severity.MEDIUM
            tricks.append(Trick(id="HOST", severity=severity, message="look-alike letters in a host name", start=match.start()))
            break
    if CONFUSABLE.search(text):
        for count, match in enumerate(WORD.finditer(text)):
            if count > MAX_WORDS:
                break
            if not match.group().isascii() and is_mixed(match.group()):
                tricks.append(Trick(id="MIXED", severity=Severity.MEDIUM, message="a word that mixes look-alike letters of two scripts", start=match.start()))
                break
    return tricks


def _find_encoded_host(text: str) -> Trick | None:
    """A host name whose encoded labels ("xn--...") mix scripts."""
    for match in itertools.islice(HOST.finditer(text), MAX_WORDS):
        labels = match.group(1).lower().split(".")
        if any(label.startswith("xn--") and len(label) < MAX_LABEL and _is_label_mixed(_decode_label(label[4:])) for label in labels):
            return Trick(id="HOST", severity=Severity.HIGH, message="look-alike letters in an encoded host name", start=match.start())
    return None


def _is_label_mixed(label: str) -> bool:
    """Whether a part of a host name mixes scripts: no registry gives out such names, so a single letter is enough."""
    scripts = {_script(char) for char in label[:MAX_LABEL] if char.isalpha()}
    return "LATIN" in scripts and not scripts.isdisjoint(("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"))


def _decode_label(label: str) -> str:
    try:
        return label.encode("ascii").decode("punycode")
    except UnicodeError:
        return ""


def is_mixed(word: str) -> bool:
    """Whether a word mixes Latin with look-alike letters of Cyrillic, Greek, Armenian or Cherokee.

    One Greek letter beside Latin is a unit or a formula ("µs", "Δt"), not a trick.
    """
    scripts = [_script(char) for char in word[:MAX_LETTERS] if char.isalpha()]
    latin = scripts.count("LATIN")
    other = sum(script in ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE") for script in scripts)
    if not latin or not other:
        return False
    return latin + other >= 4 and ("CYRILLIC" in scripts or "CHEROKEE" in scripts or other >= 2 or len(scripts) >= 6)


@functools.lru_cache(maxsize=4096)
def _script(char: str) -> str:
    return "LATIN" if char.isascii() else unicodedata.name(char, "").split(" ", 1)[0]
