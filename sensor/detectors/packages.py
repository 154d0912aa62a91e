"""Package names in install commands that imitate a popular one by a slip of the finger or of the eye."""

from __future__ import annotations

import re

from sensor.detectors.package_names import NPM, PYPI, REAL_NPM, REAL_PYPI
from sensor.model.effects import Effect, Effects, TextField
from sensor.model.findings import Finding, Severity, Stage

INSTALLS: dict[str, tuple[str, frozenset[str]]] = {
    "pip": ("pypi", frozenset({"install", "download"})), "pip3": ("pypi", frozenset({"install", "download"})),
    "uv": ("pypi", frozenset({"add", "pip", "tool"})), "pipx": ("pypi", frozenset({"install", "run", "inject"})),
    "uvx": ("pypi", frozenset()), "poetry": ("pypi", frozenset({"add"})), "pdm": ("pypi", frozenset({"add"})),
    "npm": ("npm", frozenset({"install", "i", "add", "exec"})), "pnpm": ("npm", frozenset({"add", "install", "i", "dlx"})),
    "yarn": ("npm", frozenset({"add", "dlx", "global"})), "bun": ("npm", frozenset({"add", "install", "i"})),
    "npx": ("npm", frozenset()), "bunx": ("npm", frozenset()),
}
POPULAR = {"pypi": PYPI, "npm": NPM}
REAL = {"pypi": PYPI | REAL_PYPI, "npm": NPM | REAL_NPM}
NAME = re.compile(r"^(@[\w.\-]+/)?([A-Za-z0-9][\w.\-]*)")
SHORTEST = 5
MAX_NAMES = 60
REMEDY = "Check the name on the registry's page; install the package that was meant."


def find_package_tricks(effects: Effects) -> tuple[Finding, ...]:
    """A finding for each look-alike name that an install command of the call names."""
    found: dict[str, Finding] = {}
    for effect in effects.effects:
        rule = INSTALLS.get(effect.program)
        if rule is None:
            continue
        registry, verbs = rule
        for name in installed_names(effect, verbs):
            meant = imitated(name, registry)
            if meant:
                found[name] = Finding(
                    rule="HR-PKG-LOOKALIKE", severity=Severity.HIGH, stage=Stage.ANALYZERS, category="supply-chain", field=TextField.COMMAND,
                    span=effect.span, name=effect.program, message=f"The package name {name!r} resembles the popular {meant!r}", remedy=REMEDY,
                )
    return tuple(found.values())


def installed_names(effect: Effect, verbs: frozenset[str]) -> tuple[str, ...]:
    """Names without versions, extras and scopes of others; paths, addresses and options are none."""
    words = [word for word in effect.argv[1:MAX_NAMES] if not word.startswith("-")]
    if verbs:
        if not words or words[0] not in verbs:
            return ()
        words = words[1:]
        if words[:1] == ["install"] or words[:1] == ["add"]:
            words = words[1:]
    names = []
    for word in words:
        match = NAME.match(word)
        if match is None or match.group(1) or "://" in word or "/" in word or word.startswith("."):
            continue
        names.append(match.group(2).rstrip(".-").lower())
    return tuple(names)


def imitated(name: str, registry: str) -> str:
    """The popular name that `name` is one slip away from, "" when it is none or a package of its own."""
    plain = normal(name)
    if name in REAL[registry] or plain in {normal(real) for real in REAL[registry] if registry == "pypi"} or len(plain) < SHORTEST:
        return ""
    for popular in sorted(POPULAR[registry]):
        if abs(len(popular) - len(name)) <= 2 and len(popular) >= SHORTEST and is_slip(plain, normal(popular)):
            return popular
    return ""


def normal(name: str) -> str:
    """Registries treat these separators alike."""
    return re.sub(r"[-_.]+", "-", name.lower())


SEEN_ALIKE = str.maketrans({"0": "o", "1": "l", "5": "s", "i": "l", "3": "e"})


def is_slip(name: str, popular: str) -> bool:
    """Letters swapped, doubled, left out, of another look, or separators moved; any one other letter in a long name."""
    if name == popular:
        return False
    if name.replace("-", "") == popular.replace("-", ""):
        return True
    if name.replace("rn", "m").translate(SEEN_ALIKE) == popular.replace("rn", "m").translate(SEEN_ALIKE):
        return True
    if len(name) == len(popular):
        differ = [place for place, (a, b) in enumerate(zip(name, popular, strict=True)) if a != b]
        if len(differ) == 2 and differ[1] == differ[0] + 1 and name[differ[0]] == popular[differ[1]] and name[differ[1]] == popular[differ[0]]:
            return True
        return len(differ) == 1 and len(popular) >= 8
    if len(name) == len(popular) - 1:
        return any(popular[:place] + popular[place + 1:] == name for place in range(1, len(popular)))
    if len(name) == len(popular) + 1:
        return any(name[:place] + name[place + 1:] == popular and (name[place] == name[place - 1] or len(popular) >= 8) for place in range(1, len(name)))
    return False
