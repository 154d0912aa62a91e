"""Whether a push leads to somebody else's repository: an address of this call whose owner no remote of the repository has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sensor.effects.git.settings import Settings

if TYPE_CHECKING:
    from sensor.effects.programs.operands import Arguments
    from sensor.effects.shell.walk import Walk

FOREIGN = "foreign-owner"
_OWNED = re.compile(r"(?:[a-z+]+://(?:[^/@\s]*@)?([\w.-]+)(?::\d+)?/|(?:[\w.-]+@)?([\w.-]+\.\w+):/?)~?([\w.-]+)/", re.I)
_OF_REMOTE = re.compile(r"remote\.[^\n]+\.(?:url|pushurl)")
# Names that people give to the one place, or to their own copy.
_FAMILIAR = frozenset({"origin", "upstream", "fork", "heroku", "dokku", "github", "gitlab", "bitbucket", "production", "staging"})


def leads_away(walk: Walk, arguments: Arguments, configs: Settings, settings: Settings) -> bool:
    """Whether the address that this push uses was named in this call (also by `configs`) and is of an owner that nobody knows here."""
    own = {**walk.settings, **configs}
    words = [field.text for field in arguments.operands]
    name = words[0] if words else "origin"
    bare = bool(_OWNED.match(name))
    address = name if bare else own.get(f"remote.{name}.pushurl", "") or own.get(f"remote.{name}.url", "") or _replaced(own)
    owner = _owner(address)
    if not owner:
        return False
    known = {_owner(value) for key, value in settings.items() if _OF_REMOTE.fullmatch(key) and value != address}
    known |= {settings[key].partition("@")[0].lower() for key in ("user.name", "user.email", "github.user") if key in settings}
    if any(_owner(value) for key, value in settings.items() if _OF_REMOTE.fullmatch(key) and key not in own):
        return owner not in known
    return bare or name not in _FAMILIAR or f"remote.{name}.pushurl" in own or f"remote.{name}.url" not in own


def _owner(address: str) -> str:
    """Who owns the repository at `address`, "" for a path of this machine or what cannot be told."""
    match = _OWNED.match(address)
    return "" if match is None or "$" in address else match.group(3).lower()


def _replaced(own: Settings) -> str:
    """The address that `url.X.pushInsteadOf` puts in the place of the remote's."""
    return next((key[4:].rpartition(".")[0] + "/" for key in own if key.startswith("url.") and key.endswith(("pushinsteadof", ".insteadof"))), "")
