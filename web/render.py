"""How values look on a page: times, durations, counts, and text whose hidden characters must be seen."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from markupsafe import Markup, escape

from sensor.model.findings import Stage
from sensor.model.kinds import FILE_EVENTS, kind_in_words
from sensor.policy.decide import gist

SECOND_US = 1_000_000

# Characters that change what a person sees without being seen: bidirectional controls, zero width, tags.
_KEPT = "\n\t\u00a0"
_SPAN = re.compile(r"`([^`\n]+)`")
_COMMAND = re.compile(r"(?<=: )(handrail(?: [\w-]+)+)$", re.MULTILINE)
# Words and arrows, not the symbols for control characters: few fonts have those.
_NAMES = {"\n": "↵", "\r": "CR", "\t": "TAB", "\x1b": "ESC", "\x00": "NUL", "\x7f": "DEL"}


def utc(us: int) -> str:
    """"2026-03-02 09:00:05" (UTC)."""
    return _moment(us).strftime("%Y-%m-%d %H:%M:%S")


def clock(us: int) -> str:
    """"09:00:05"."""
    return _moment(us).strftime("%H:%M:%S")


def stamp(us: int, now_us: int) -> str:
    """"09:00:05" for today, "Mar 02 09:00" for other days (UTC)."""
    moment = _moment(us)
    return moment.strftime("%H:%M:%S" if moment.date() == _moment(now_us).date() else "%b %d %H:%M")


def iso(us: int) -> str:
    """For the `datetime` attribute."""
    return _moment(us).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def relative(us: int, now_us: int) -> str:
    """"just now", "3 min ago", "in 20 h"; the same steps as `relative` in static/app.js."""
    seconds = (now_us - us) // SECOND_US
    ahead, seconds = seconds < 0, abs(seconds)
    if seconds < 10:
        return "now" if ahead else "just now"
    for limit, size, unit in ((60, 1, "s"), (3600, 60, "min"), (86_400, 3600, "h"), (10**12, 86_400, "d")):
        if seconds < limit:
            amount = f"{seconds // size} {unit}"
            return f"in {amount}" if ahead else f"{amount} ago"
    return ""


def until(us: int, now_us: int) -> str:
    """Time left: "23 h 59 min", "4 min 05 s", "9 s", "over"; the same steps as `until` in static/app.js."""
    seconds = (us - now_us) // SECOND_US
    if seconds <= 0:
        return "over"
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02d} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60:02d} min"


def duration(us: int) -> str:
    """"180 µs", "4.2 ms", "3.1 s", "12 min", "2 h 05 min"."""
    if us == 0:
        return "0 s"
    if us < 1_000:
        return f"{us} µs"
    if us < SECOND_US:
        return f"{us / 1_000:.3g} ms"
    seconds = us / SECOND_US
    if seconds < 60:
        return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes} min {int(seconds % 60):02d} s" if minutes < 10 else f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h {minutes % 60:02d} min" if hours < 48 else f"{hours // 24} d {hours % 24} h"


def count(number: int) -> str:
    """1234567 -> "1,234,567"."""
    return f"{number:,}"


def size(number: int) -> str:
    """Bytes for people."""
    if number < 1024:
        return f"{number} B"
    if number < 1024 * 1024:
        return f"{number / 1024:.1f} KiB"
    return f"{number / 1024 / 1024:.1f} MiB"


def visible(text: str) -> Markup:
    """Escaped text in which every control, format and bidirectional character is a marked symbol.

    A line feed is shown as a symbol and still breaks the line. Nothing of the text can hide or reorder the rest.
    """
    out = []
    for char in text:
        if char == "\n":
            out.append(Markup('<span class="hidden-char" title="line feed">↵</span>\n'))
        elif is_hidden(char):
            name = f"U+{ord(char):04X} {unicodedata.name(char, 'control character')}"
            symbol = _NAMES.get(char, f"U+{ord(char):04X}")
            out.append(Markup('<span class="hidden-char" title="{}">{}</span>').format(name, symbol))
        else:
            out.append(escape(char))
    return Markup("").join(out)


def marked(text: str, spans: Iterable[tuple[int, int]]) -> Markup:
    """`visible` text in which what lies in a span (bytes of its UTF-8, from and to) is marked; a span that does not fit is left out."""
    data, out, done = text.encode("utf-8", "surrogatepass"), Markup(""), 0
    for start, end in sorted(spans):
        start = max(start, done)
        try:
            before, hit = (visible(data[a:b].decode()) for a, b in ((done, start), (start, end)))
        except UnicodeDecodeError:
            continue
        if start < end <= len(data):
            out, done = out + before + Markup("<mark>{}</mark>").format(hit), end
    return out + visible(data[done:].decode("utf-8", "surrogatepass"))


def plain(value: Any) -> Any:
    """Text for lists and attributes: what would be invisible or reorder the line is written as "[U+202E]"."""
    if type(value) is not str or value.isprintable():
        return value
    return "".join(f"[U+{ord(char):04X}]" if char not in _KEPT and is_hidden(char) else char for char in value)


def spans(text: str) -> Markup:
    """Escaped text in which what stands between backticks is code, as rules and reasons write commands."""
    return Markup(_SPAN.sub(r"<code>\1</code>", str(escape(plain(text)))))


def commands(text: str) -> Markup:
    """As `spans`, and a command of ours that a sentence of ours ends with is code, too: `Start it with: handrail service start`."""
    return Markup(_COMMAND.sub(r"<code>\1</code>", str(spans(text))))


def stages(used: dict[str, int]) -> list[tuple[str, int]]:
    """(stage, microseconds) in the order of the pipeline; the entry has them by name."""
    order = {stage.value: number for number, stage in enumerate(Stage)}
    return sorted(used.items(), key=lambda item: order.get(item[0], len(order)))


def capitalize_first(text: str) -> str:
    """The text with a capital first letter; the rest keeps its case, unlike Jinja's `capitalize`."""
    return text[:1].upper() + text[1:]


def hidden_count(text: str) -> int:
    """How many characters of `text` other than line feeds and tabs are not seen as they are."""
    return sum(1 for char in text if char not in "\n\t" and is_hidden(char))


def is_hidden(char: str) -> bool:
    """Whether a reader would not see this character, or not as one."""
    if char.isascii():
        return not char.isprintable()
    return unicodedata.category(char) in ("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp") or (
        unicodedata.category(char) == "Zs" or char in "\u3164\uffa0\u115f\u1160"
    )


def _moment(us: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(us // SECOND_US, datetime.timezone.utc) + datetime.timedelta(
        microseconds=us % SECOND_US
    )


FILTERS = {
    "utc": utc, "clock": clock, "iso": iso, "relative": relative, "duration": duration, "count": count, "size": size,
    "visible": visible, "marked": marked, "hidden_count": hidden_count, "stamp": stamp, "until": until, "gist": gist, "spans": spans, "commands": commands,
    "capitalize_first": capitalize_first, "stages": stages, "kind": kind_in_words, "file_event": FILE_EVENTS.get,
}
