"""What a command prints when that is constant: printers and text filters, so that decoded code can be read.

Every function is pure and bounded; None means "not constant".
"""

from __future__ import annotations

import base64
import binascii
import codecs
import gzip
import re
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command

MAX_OUTPUT = 65536
STOP = "\uffff"  # what a printer leaves out together with all that follows
_ECHO = re.compile(r"\\(0[0-7]{0,3}|x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|[0-7]{1,3}|.)", re.S)
_CHARS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v", "c": STOP}
_FORMAT = re.compile(r"%(%|[-0-9.+ #]*[sdixXobqcuUfeg])")
_SHELL_CHARS = re.compile(r"[^A-Za-z0-9_./:=@%+,-]")
_LONG_OCTAL = re.compile(r"\\(0[0-7]{2})(?=[0-7])")  # a format takes three digits, `echo -e` four
_SED = re.compile(r"(?:\d+|\$)?s([^\\\n])((?:\\.|(?!\1).)*)\1((?:\\.|(?!\1).)*)\1([gi0-9]*);?", re.S)
DECODERS = frozenset({"base64", "base32", "basenc", "xxd", "rev", "tr", "gunzip", "zcat", "gzip", "openssl", "uudecode", "printf", "sed", "hex", "tac", "cut", "fold"})


def unescape(text: str) -> str:
    """Backslash escapes of `echo -e` and printf formats."""

    def replace(match: re.Match[str]) -> str:
        code = match.group(1)
        if code[0] == "x" and len(code) > 1:
            return chr(int(code[1:], 16))
        if code[0] in "uU" and len(code) > 1:
            number = int(code[1:], 16)
            return chr(number) if number < 0x110000 else ""
        if code[0] in "01234567":
            return chr(int(code, 8) & 0xFF)
        return _CHARS.get(code, code if code == "\\" else "\\" + code)

    return _ECHO.sub(replace, text)


def constant_output(command: Command, give_up: Callable[[str], object]) -> str | None:
    """Standard output of a printer or filter on constant input. `give_up` is told when there is more of it than is looked at."""
    name = command.fields[0].text.rpartition("/")[2]
    if name not in CONSTANT_PRINTERS or not all(field.known for field in command.fields):
        return None
    printer, filtered = _PRINTERS.get(name), _FILTERS.get(name)
    words = [field.text for field in command.fields[1:]]
    if printer is not None:
        try:
            return printer(words)
        except OverflowError:
            give_up("size")
            return None
    text = command.channels.stdin.text
    if filtered is None or text is None or not command.channels.stdin.piped:
        return None
    if len(text) > MAX_OUTPUT and name not in _UNCHANGED:
        give_up("size")
        return None
    try:
        result = filtered(text, words)
    except (ValueError, binascii.Error, zlib.error, OSError, EOFError, re.error, IndexError):
        return None
    if result is None or len(result) <= max(MAX_OUTPUT, len(text)):
        return result
    give_up("size")
    return None


def _echo(words: list[str]) -> str:
    newline, escapes = "\n", False
    while words and words[0][:1] == "-" and re.fullmatch(r"-[neE]+", words[0]):
        newline = "" if "n" in words[0] else newline
        escapes = "e" in words[0] or escapes
        words = words[1:]
    text = " ".join(words)
    shown, stopped, _ = (unescape(text) if escapes else text).partition(STOP)
    return shown if stopped else shown + newline


def _printf(words: list[str]) -> str | None:
    """Raises OverflowError where the format would be gone through too often."""
    words = words[1:] if words[:1] == ["--"] else words
    if not words:
        return ""
    if sum(map(len, words)) > MAX_OUTPUT:
        raise OverflowError
    form, arguments = words[0], words[1:]
    output = ""
    while True:
        used = 0

        def fill(match: re.Match[str], arguments: list[str] = arguments) -> str:
            nonlocal used
            kind = match.group(1)[-1]
            if kind == "%":
                return "%"
            value = arguments[used] if used < len(arguments) else ""
            used += 1
            if kind == "b":
                return unescape(value)
            if kind == "q":
                return _SHELL_CHARS.sub(r"\\\g<0>", value)
            if kind in "xXo" and value.isdigit() and len(value) < 10:
                return format(int(value), kind)
            if kind == "c":
                return value[:1]
            return value

        output += _FORMAT.sub(fill, unescape(_LONG_OCTAL.sub(lambda found: f"\\x{int(found.group(1), 8):02x}", form)))
        if STOP in output:
            return output.partition(STOP)[0]
        arguments = arguments[used:]
        if not arguments or not used:
            return output
        if len(output) > MAX_OUTPUT:
            raise OverflowError


def _bytes(data: bytes) -> str:
    return data.decode("utf-8", "replace") if not data.isascii() else data.decode("ascii")


def _base64(text: str, words: list[str]) -> str | None:
    decoding = any(word in ("-d", "-D", "--decode", "-di", "-id") for word in words)
    if any(not word.startswith("-") and not word.isdigit() for word in words):
        return None
    if not decoding:
        return base64.b64encode(text.encode()).decode() + "\n"
    compact = re.sub(r"[^A-Za-z0-9+/]", "", text.replace("-", "+").replace("_", "/") if "-i" not in words else text)
    return _bytes(base64.b64decode(compact + "=" * (-len(compact) % 4)))


def _base32(text: str, words: list[str]) -> str | None:
    if not any(word in ("-d", "-D", "--decode") for word in words):
        return base64.b32encode(text.encode()).decode() + "\n"
    compact = re.sub(r"\s|=", "", text)
    return _bytes(base64.b32decode(compact + "=" * (-len(compact) % 8)))


def _xxd(text: str, words: list[str]) -> str | None:
    flags = "".join(word[1:] for word in words if word.startswith("-"))
    if "r" in flags:
        return _bytes(bytes.fromhex(re.sub(r"[^0-9A-Fa-f]", "", text))) if "p" in flags else None
    return text.encode().hex() + "\n" if "p" in flags else None


def _openssl(text: str, words: list[str]) -> str | None:
    if words[:1] == ["base64"] or (words[:1] == ["enc"] and ("-base64" in words or "-a" in words) and not any("aes" in w for w in words)):
        return _base64(text, ["-d"] if "-d" in words else [])
    return None


def _tr_set(word: str) -> str:
    word = word.replace("[:upper:]", "A-Z").replace("[:lower:]", "a-z").replace("[:digit:]", "0-9").replace("[:space:]", " \t\n")
    word = unescape(word)
    return re.sub(r"(.)-(.)", lambda m: "".join(map(chr, range(ord(m.group(1)), ord(m.group(2)) + 1)))
                  if 0 < ord(m.group(2)) - ord(m.group(1)) < 256 else m.group(), word, flags=re.S)


def _tr(text: str, words: list[str]) -> str | None:
    flags = "".join(word[1:] for word in words if word.startswith("-") and len(word) > 1)
    sets = [_tr_set(word) for word in words if not (word.startswith("-") and len(word) > 1)]
    if "c" in flags or "C" in flags or not sets:
        return None
    if "d" in flags:
        return "".join(char for char in text if char not in sets[0])
    if len(sets) < 2 or not sets[1]:
        return None
    second = sets[1].ljust(len(sets[0]), sets[1][-1])
    return text.translate(str.maketrans(sets[0], second[: len(sets[0])]))


def _sed(text: str, words: list[str]) -> str | None:
    scripts = [word for word in words if not word.startswith("-")]
    if len(scripts) != 1 or len(text) > 8192:
        return None
    match = _SED.fullmatch(scripts[0])
    if match is None:
        return None
    _, pattern, replacement, flags = match.groups()
    if re.search(r"[*+?{(\[]", pattern) or "&" in replacement or "\\" in replacement:
        return None
    plain = pattern.replace("\\", "")
    if "." in pattern or "^" in pattern or "$" in pattern:
        return None
    return "\n".join(line.replace(plain, replacement, -1 if "g" in flags else 1) for line in text.split("\n"))


def _cut(text: str, words: list[str]) -> str | None:
    joined = " ".join(words)
    match = re.fullmatch(r"-c ?(\d+)?(-)?(\d+)?", joined)
    if match:
        start = int(match.group(1) or 1) - 1
        end = None if match.group(2) and not match.group(3) else int(match.group(3) or start + 1)
        return "\n".join(line[start:end] for line in text.split("\n"))
    match = re.fullmatch(r"-d ?(\S| ) -f ?(\d+)(-?)", joined) or re.fullmatch(r"-f ?(?P<field>\d+)(?P<on>-?) -d ?(?P<mark>\S| )", joined)
    if match is None:
        return None
    parts = match.groupdict() or {"mark": match.group(1), "field": match.group(2), "on": match.group(3)}
    return "\n".join(_piece(line, parts) for line in text.split("\n"))


def _piece(line: str, parts: dict[str, str]) -> str:
    """Field of a line, with all that follow when `on` is set."""
    fields, start = line.split(parts["mark"]), int(parts["field"]) - 1
    return parts["mark"].join(fields[start:] if parts["on"] else fields[start : start + 1])


def _awk(text: str, words: list[str]) -> str | None:
    """`awk -F: '{print $6}'`."""
    match = re.fullmatch(r"(?:-F ?(\S) )?\{\s*print \$(\d{1,2}|NF)\s*;?\s*\}", " ".join(words))
    if match is None:
        return None
    number = match.group(2)
    rows = [line.split(match.group(1)) for line in text.splitlines()]
    return "".join(("" if not row else row[-1] if number == "NF" else " ".join(row) if number == "0" else (row + [""] * int(number))[int(number) - 1]) + "\n" for row in rows)


def _lines(text: str) -> tuple[list[str], str]:
    return text.removesuffix("\n").split("\n"), "\n" if text.endswith("\n") else ""


def _rev(text: str, words: list[str]) -> str:
    lines, end = _lines(text)
    return "\n".join(line[::-1] for line in lines) + end


def _tac(text: str, words: list[str]) -> str:
    lines, end = _lines(text)
    return "\n".join(lines[::-1]) + end


def _gunzip(text: str, words: list[str]) -> str | None:
    return _bytes(gzip.decompress(text.encode("latin-1", "ignore"))[:MAX_OUTPUT]) if len(text) < 4096 else None


def _cat(text: str, words: list[str]) -> str | None:
    return text if all(word in ("-", "-u", "-s") for word in words) else None


def _head(text: str, words: list[str]) -> str | None:
    joined = " ".join(words).replace("=", " ")
    match = re.fullmatch(r"(?:-n ?|-|--lines )(\d{1,6})", joined)
    if match:
        return "".join(text.splitlines(keepends=True)[: int(match.group(1))])
    match = re.fullmatch(r"(?:-c ?|--bytes )(\d{1,6})", joined)
    return text[: int(match.group(1))] if match else None


def _tail(text: str, words: list[str]) -> str | None:
    match = re.fullmatch(r"(?:-n ?|-)(\d{1,6})", " ".join(words))
    return "".join(text.splitlines(keepends=True)[-int(match.group(1)) :]) if match else None


def _pathname(words: list[str], directory: bool) -> str | None:
    words = [word for word in words if not word.startswith("-")]
    if len(words) != 1:
        return None
    trimmed = words[0].rstrip("/") or "/"
    folder, _, name = trimmed.rpartition("/")
    return ((folder or ("/" if "/" in trimmed else ".")) if directory else name or "/") + "\n"


def _which(words: list[str]) -> str | None:
    names = [word for word in words if not word.startswith("-")]
    return f"/usr/local/bin/{names[0].rpartition('/')[2]}\n" if len(names) == 1 else None


def _rot13(text: str, words: list[str]) -> str:
    return codecs.encode(text, "rot13")


_PRINTERS = {
    "echo": _echo, "printf": _printf, "dirname": lambda words: _pathname(words, True), "basename": lambda words: _pathname(words, False),
    "which": _which, "type": lambda words: _which(words) if words[:1] and words[0] in ("-p", "-P") else None, "mktemp": lambda words: "/tmp/tmp.mktemp\n", "losetup": lambda words: "/dev/loop.losetup\n" if "--show" in words else None, "true": lambda words: "", ":": lambda words: "",
}
_FILTERS = {
    "base64": _base64, "gbase64": _base64, "base32": _base32, "xxd": _xxd, "openssl": _openssl, "tr": _tr, "sed": _sed, "cut": _cut,
    "rev": _rev, "tac": _tac, "gunzip": _gunzip, "zcat": _gunzip, "cat": _cat, "head": _head, "tail": _tail, "rot13": _rot13,
    "tee": lambda text, words: text, **dict.fromkeys(("awk", "gawk", "mawk"), _awk),
}
_UNCHANGED = frozenset({"cat", "tee"})
CONSTANT_PRINTERS = frozenset({*_PRINTERS, *_FILTERS})
