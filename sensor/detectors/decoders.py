"""Undo encodings, nested and bounded: what an instruction or a secret looks like to whoever decodes it."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import urllib.parse
from collections.abc import Callable, Iterator

from sensor.model.calls import Value

MAX_LEVELS = 3
MAX_PIECES = 40
MAX_BYTES = 256 * 1024
SHORTEST_RUN = 24

BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/]{24,}|[A-Za-z0-9_-]{24,})={0,2}")
HEX = re.compile(r"(?<![0-9A-Za-z])(?:0x)?(?:[0-9a-fA-F]{2}){12,}(?![0-9A-Za-z])|(?:\\x[0-9a-fA-F]{2}){6,}")
HEX_ONLY = re.compile(r"[0-9]*[a-fA-F][0-9a-fA-F]*")
BASE32 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Z2-7]{24,}={0,6}(?![A-Za-z0-9+/_-])")
BINARY = re.compile(r"(?<![01])[01]{8}(?:\s?[01]{8}){7,}(?![01])")
OCTAL = re.compile(r"(?:\\[0-7]{3}){6,}")
MORSE = re.compile(r"(?<![.-])[.-]{1,5}(?:(?: | ?/ ?|  +)[.-]{1,5}){14,}(?![.-])")
MORSE_CODES = ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.."
MORSE_SIGNS = dict(zip(MORSE_CODES.split(), "abcdefghijklmnopqrstuvwxyz", strict=True))
LINE = re.compile(r"[^\n]+")
# Words that stand in a line which is to be read from its end, or with each letter 13 places further.
FROM_THE_END = (" eht ", " dna ", " uoy ", " ruoy ", " morf ", " htiw ")
LETTERS_MOVED = (" gur ", " naq ", " lbh ", " lbhe ", " sebz ", " jvgu ")
ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\u\{[0-9a-fA-F]{1,6}\}){4,}")
PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}[\w.~+-]{0,8}){4,}")
ENTITY = re.compile(r"(?:&#(?:x[0-9a-fA-F]{1,6}|[0-9]{1,7});[\w ]{0,3}){4,}")


class Decoded(Value):
    """A text found inside another. `coding` names the encodings from the outside in ("base64>hex")."""

    text: str
    coding: str


class Decodings(Value):
    """Everything found; `exhausted` = a budget ran out, so there may be more."""

    pieces: tuple[Decoded, ...] = ()
    exhausted: bool = False


def decode(text: str) -> Decodings:
    """Readable texts hidden in `text`, up to three encodings deep."""
    found: list[Decoded] = []
    seen: set[str] = {text}
    layer, budget = [Decoded(text=text, coding="")], MAX_BYTES
    for _ in range(MAX_LEVELS):
        following: list[Decoded] = []
        for outer in layer:
            for coding, inner in _undo(outer.text):
                if inner in seen:
                    continue
                seen.add(inner)
                budget -= len(inner)
                if budget < 0 or len(found) >= MAX_PIECES:
                    return Decodings(pieces=tuple(found), exhausted=True)
                piece = Decoded(text=inner, coding=f"{outer.coding}>{coding}".lstrip(">"))
                found.append(piece)
                following.append(piece)
        layer = following
        if not layer:
            break
    return Decodings(pieces=tuple(found))


def _undo(text: str) -> Iterator[tuple[str, str]]:
    """One level: (coding, inner text) of each encoded run that decodes to something readable."""
    # Runs without a marker are long words; splitting is much cheaper than trying a pattern at every character.
    words = "\n".join(word for word in text.split() if len(word) >= SHORTEST_RUN)
    for coding, markers, pattern, decoder in CODINGS:
        if markers and not any(marker in text for marker in markers):
            continue
        for match in pattern.finditer(text if markers else words):
            inner = decoder(match.group())
            if inner is not None and is_readable(inner):
                yield coding, inner


def is_readable(text: str) -> bool:
    """Whether decoded bytes are a text: almost only printable characters, and some letters or hexadecimal digits."""
    if len(text) < 6:
        return False
    if len(text) >= SHORTEST_RUN and HEX_ONLY.fullmatch(text):
        return True
    good = sum(char.isprintable() or char in "\n\r\t" for char in text)
    return good >= 0.97 * len(text) and sum(char.isalpha() or char == " " for char in text) >= 0.4 * len(text)


def _base64(run: str) -> str | None:
    run = run.rstrip("=").replace("-", "+").replace("_", "/")
    if len(run) % 4 == 1:
        run = run[:-1]
    return _as_text(lambda: base64.b64decode(run + "=" * (-len(run) % 4)))


def _hex(run: str) -> str | None:
    return _as_text(lambda: binascii.unhexlify(run.replace("\\x", "").removeprefix("0x")))


def _base32(run: str) -> str | None:
    run = run.rstrip("=")
    return _as_text(lambda: base64.b32decode(run + "=" * (-len(run) % 8)))


def _binary(run: str) -> str | None:
    digits = "".join(run.split())
    return _as_text(lambda: int(digits, 2).to_bytes(len(digits) // 8, "big"))


def _octal(run: str) -> str | None:
    return _as_text(lambda: bytes(int(number, 8) & 255 for number in run.split("\\")[1:]))


def _morse(run: str) -> str | None:
    words = [[MORSE_SIGNS.get(sign, "") for sign in word.split()] for word in re.split(r" ?/ ?|  +", run)]
    return " ".join(map("".join, words)) if all(all(word) for word in words) else None


def _from_the_end(line: str) -> str | None:
    return line[::-1] if any(word in line for word in FROM_THE_END) else None


def _letters_moved(line: str) -> str | None:
    return codecs.encode(line, "rot13") if any(word in line for word in LETTERS_MOVED) else None


def _as_text(decoder: Callable[[], bytes]) -> str | None:
    try:
        return decoder().decode("utf-8")
    except (binascii.Error, ValueError):
        return None


def _entities(run: str) -> str:
    import html  # its table of names takes half a megabyte, and few texts have character references

    return html.unescape(run)


def _escapes(run: str) -> str | None:
    points = [int(point, 16) for point in re.findall(r"[0-9a-fA-F]{2,6}", run)]
    if any(point > 0x10FFFF or 0xD800 <= point <= 0xDFFF for point in points):
        return None
    return "".join(map(chr, points))


# Each with what a text must hold for it to be tried; without, long words alone are.
CODINGS: tuple[tuple[str, tuple[str, ...], re.Pattern[str], Callable[[str], str | None]], ...] = (
    ("percent", ("%",), PERCENT, urllib.parse.unquote_plus),
    ("html", ("&#",), ENTITY, _entities),
    ("escapes", ("\\",), ESCAPES, _escapes),
    ("octal", ("\\1",), OCTAL, _octal),
    ("binary", (" 011", "\n011"), BINARY, _binary),
    ("morse", (" .- ", " -. "), MORSE, _morse),
    ("reversed", FROM_THE_END, LINE, _from_the_end),
    ("rot13", LETTERS_MOVED, LINE, _letters_moved),
    ("hex", (), HEX, _hex),
    ("base32", (), BASE32, _base32),
    ("base64", (), BASE64, _base64),
)
