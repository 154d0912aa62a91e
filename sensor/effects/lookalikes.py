"""Hosts that want to be taken for a well-known one: by letters that look alike, a slip of one letter, or a name borrowed for another domain."""

from __future__ import annotations

import functools
import unicodedata

LOOKALIKE = "@lookalike"
BORROWED = "@borrowed-name"
_NAMES = frozenset([
    "github", "gitlab", "bitbucket", "google", "gmail", "paypal", "microsoft", "microsoftonline", "office365", "icloud", "amazon", "openai", "anthropic", "claude", "npmjs", "pypi", "docker", "slack", "dropbox",
    "facebook", "netflix", "linkedin", "cloudflare", "stripe", "huggingface", "atlassian", "vercel", "netlify", "heroku", "digitalocean", "okta", "auth0", "coinbase", "binance", "metamask", "telegram", "whatsapp",
    "rubygems", "cratesio", "pythonhosted", "githubusercontent", "stackoverflow", "figma", "notion",
])
_LONG = frozenset(name for name in _NAMES if len(name) > 7) - {"telegram"}  # one letter from a program that collects measurements
_LURES = frozenset([
    "login", "signin", "secure", "security", "verify", "verification", "account", "accounts", "support", "help", "update", "updates", "auth", "sso", "billing", "wallet", "org", "com", "io", "cdn", "download",
    "downloads", "mirror", "registry", "packages", "package", "install", "release", "releases", "files", "raw", "content", "id", "session", "token", "recovery", "reset", "check", "audit",
])
_CHEAP_ENDINGS = frozenset([
    "help", "support", "xyz", "top", "info", "online", "tech", "cc", "click", "live", "club", "shop", "icu", "tk", "ml", "ga", "cf", "gq", "pw", "ws", "zip", "mov", "cam", "rest", "quest", "sbs", "cfd", "lol",
    "monster", "buzz", "life", "world", "win", "space", "fun", "website", "host", "press", "stream",
])
_ENDINGS = frozenset({"com", "org", "net", "io", "dev", "ai"})
_SECOND = frozenset({"co", "com", "org", "net", "ac", "gov", "edu"})
_ALIKE = str.maketrans("асеорухіѕјԁһԛԝкмтнвοαρνιτυκϲıłɡ0135", "aceopyxisjdhqwkmthboapvitukcilgoles")


@functools.lru_cache(maxsize=2048)
def lookalike_places(name: str) -> frozenset[str]:
    """LOOKALIKE, BORROWED or nothing for a normalised host name."""
    labels = name.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or len(name) > 253:
        return frozenset()
    own = labels[-3] if len(labels) > 2 and labels[-2] in _SECOND and len(labels[-1]) == 2 else labels[-2]
    if own in _NAMES:
        return frozenset({BORROWED}) if labels[-1] in _CHEAP_ENDINGS else frozenset()
    shown = _decoded(own)
    parts = shown.split("-")
    plain = [_skeleton(part) for part in parts]
    if any(skeleton in _NAMES and skeleton != part for part, skeleton in zip(parts, plain, strict=True)) or _skeleton(shown) in _NAMES:
        return frozenset({LOOKALIKE})
    if labels[-1] in _CHEAP_ENDINGS and any(_borrows(label) for label in labels[:-2]):
        return frozenset({BORROWED})
    if not shown.isascii() and any(_one_slip(_skeleton(shown), known) for known in _NAMES):
        return frozenset({LOOKALIKE})
    if any(part in _NAMES for part in parts) and not _LURES.isdisjoint(parts):
        return frozenset({BORROWED})
    return frozenset({BORROWED}) if any(_one_slip(own, known) for known in _LONG) else frozenset()


def _borrows(label: str) -> bool:
    """Whether a label below a domain is another domain's ending, as in `known.org.mirror.top`, or a well-known name beside a lure."""
    parts = label.split("-")
    return label in _ENDINGS or (not _NAMES.isdisjoint(parts) and not _LURES.isdisjoint(parts))


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label


def _skeleton(label: str) -> str:
    """`label` as it is read: without accents, in the letters that it looks like."""
    if label.isascii() and label.isalpha():
        return label.replace("rn", "m").replace("vv", "w")
    bare = "".join(char for char in unicodedata.normalize("NFKD", label) if not unicodedata.combining(char))
    return bare.translate(_ALIKE).replace("rn", "m").replace("vv", "w")


def _one_slip(word: str, known: str) -> bool:
    """Whether one letter more, less or other, or two that changed places, make `known` of `word`."""
    if word == known or abs(len(word) - len(known)) > 1:
        return False
    start = 0
    while start < min(len(word), len(known)) and word[start] == known[start]:
        start += 1
    rest, other = word[start:], known[start:]
    return rest[1:] == other or rest == other[1:] or rest[1:] == other[1:] or (rest[1:2] + rest[:1] == other[:2] and rest[2:] == other[2:])
