"""Hosts that want to be taken for a well-known one: by letters that look alike, a slip of one letter, its domain inside another one, or its name beside words of service."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable

from sensor.effects.places import brands

LOOKALIKE = "@lookalike"
POSING = "@posing"
BORROWED = "@borrowed-name"
_LONG = frozenset(name for name in brands.NAMES if len(name) > 5) - brands.OTHER_WORDS - {"telegram", "google"}
_SHORT_SLIPS = frozenset({"npmsj", "npnjs", "nprnjs", "npmjss", "nmpjs", "npmj5", "nqmjs", "pypj", "pyp1", "pypl", "pypii", "pyppi", "ppypi", "gogle", "gooogle", "googel", "googie", "qoogle", "goog1e", "arnazon", "slackk", "sllack", "opanai", "oppenai"})


@functools.lru_cache(maxsize=2048)
def lookalike_places(name: str) -> frozenset[str]:
    """LOOKALIKE, POSING, BORROWED or nothing for a normalised host name."""
    labels = name.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or len(name) > 253 or name.endswith(brands.CARRIERS):
        return frozenset()
    at = 3 if len(labels) > 2 and labels[-2] in brands.SECOND_LEVEL and len(labels[-1]) == 2 else 2
    own, ending, below = labels[-at], ".".join(labels[1 - at :]), labels[: -at]
    if f"{own}.{ending}" in brands.KNOWN:
        return frozenset()
    if own in brands.NAMES:
        return _by_ending(own, ending)
    shown = _decoded(own)
    if _looks_like(shown) or (shown not in brands.OTHER_WORDS and (shown in _SHORT_SLIPS or _is_slip(_skeleton(shown), _LONG if shown.isascii() else brands.NAMES))):
        return frozenset({LOOKALIKE})
    if own != shown and sorted(_skeleton(shown)) in _SORTED:
        return frozenset({LOOKALIKE})
    if below and _is_domain_inside([*below, own]):
        return frozenset({POSING})
    return _beside_words(shown, below, ending)


def _by_ending(own: str, ending: str) -> frozenset[str]:
    """A name that is whole, below an ending of its owner or not."""
    owned = brands.OWNED[own]
    if owned and ending not in owned:
        return frozenset({POSING})
    return frozenset({BORROWED}) if not owned and ending in brands.CHEAP_ENDINGS and own not in _MANY_ENDINGS else frozenset()


# The letters of short names, which a coded label may have in another order.
_SORTED = tuple(sorted(name) for name in sorted(brands.NAMES - brands.OTHER_WORDS) if len(name) > 3)
_MANY_ENDINGS = frozenset({"cursor", "notion", "copilot", "sentry", "maven", "crates", "aws", "apple", "slack", "grafana", "metamask", "telegram"})


def _looks_like(shown: str) -> bool:
    """Whether a label, or one of its parts, is a known name in other letters."""
    parts = shown.split("-")
    return any(part not in brands.NAMES and part not in brands.OTHER_WORDS and not _readings(part).isdisjoint(brands.NAMES) for part in (*parts, shown))


def _is_domain_inside(labels: list[str]) -> bool:
    """Whether a known domain stands inside a longer name: `known.org.x.top`, or its ending beside a word: `known.com-login.x`."""
    for index in range(len(labels) - 1):
        first, second = _skeleton(labels[index]), _skeleton(labels[index + 1])
        start, dash, _ = second.partition("-")
        if f"{first}.{second}" in brands.DOMAINS:
            return True
        if dash and start in brands.ENDINGS and not brands.NAMES.isdisjoint(first.split("-")):
            return True
    return False


def _beside_words(shown: str, below: list[str], ending: str) -> frozenset[str]:
    """A name beside others: nothing but it and words of service, or it below an ending that costs nothing."""
    parts = shown.split("-")
    if len(parts) > 1 and not brands.NAMES.isdisjoint(parts):
        rest = [part for part in parts if part not in brands.NAMES]
        if all(part in brands.LURES or part in brands.PARTS for part in rest):
            grave = not brands.GRAVE.isdisjoint(rest) or all(part in brands.PARTS for part in rest)
            return frozenset({POSING if grave else BORROWED})
        if not brands.LURES.isdisjoint(rest):
            return frozenset({BORROWED})
    if _is_joined(shown):
        return frozenset({POSING})
    if ending in brands.CHEAP_ENDINGS and any(_borrows(label) for label in below):
        return frozenset({BORROWED})
    return frozenset()


def _is_joined(label: str) -> bool:
    """`knownlogin`, `verifyknown`: a name and a word of logins without a dash."""
    return len(label) > 9 and any(
        (label.startswith(word) and label[len(word) :] in _JOINABLE) or (label.endswith(word) and label[: -len(word)] in _JOINABLE) for word in _JOINED
    )


_JOINED = ("login", "signin", "verify", "secure", "security", "account", "support", "wallet", "download", "installer", "update")
_JOINABLE = frozenset(name for name in brands.NAMES if len(name) > 4) - {"cursor", "notion", "maven", "crates", "apple", "figma", "slack", "docker", "stripe", "amazon", "gmail", "google", "discord", "microsoft"}


def _borrows(label: str) -> bool:
    """Whether a label below a domain is another domain's ending, as in `known.org.mirror.top`, or a well-known name beside a lure."""
    parts = label.split("-")
    return label in brands.ENDINGS or (not brands.NAMES.isdisjoint(parts) and not brands.LURES.isdisjoint(parts))


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label


def _readings(label: str) -> frozenset[str]:
    """How `label` may be read: a one for an l or an i, an l for an i."""
    plain = _skeleton(label)
    return frozenset({plain, _skeleton(label.replace("1", "i")), _skeleton(label.replace("l", "i")) if "l" in label and len(label) > 5 else plain})


def _skeleton(label: str) -> str:
    """`label` as it is read: without accents, in the letters that it looks like."""
    if label.isascii() and label.isalpha():
        return label.replace("rn", "m").replace("vv", "w")
    bare = "".join(char for char in unicodedata.normalize("NFKD", label) if not unicodedata.combining(char))
    return bare.translate(brands.ALIKE).replace("rn", "m").replace("vv", "w")


def _is_slip(word: str, names: Iterable[str]) -> bool:
    """Whether `word` is one slip away from one of `names`."""
    return any(_one_slip(word, known) for known in names)


def _one_slip(word: str, known: str) -> bool:
    """Whether one letter more, less or other, or two that changed places, make `known` of `word`."""
    if word == known or abs(len(word) - len(known)) > 1:
        return False
    start = 0
    while start < min(len(word), len(known)) and word[start] == known[start]:
        start += 1
    rest, other = word[start:], known[start:]
    return rest[1:] == other or rest == other[1:] or rest[1:] == other[1:] or (rest[1:2] + rest[:1] == other[:2] and rest[2:] == other[2:])
