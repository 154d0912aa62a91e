"""What each scan profile looks at, and which profile a kind of tool gets by default (F41).

No profile removes self-protection, and none lowers the severity of a rule that still applies: a profile only decides
whether a rule looks at all.
"""

from __future__ import annotations

import fnmatch

from sensor.model.calls import Phase, ToolCall, ToolKind, Value
from sensor.model.effects import TextField
from sensor.model.verdicts import ScanProfile
from sensor.policy.rule import SELF_PROTECTION, Rule

DEFAULT_PROFILES: dict[ToolKind, ScanProfile] = {
    ToolKind.SHELL: ScanProfile.STRICT,
    ToolKind.UNKNOWN: ScanProfile.STRICT,
}
"""Every other kind starts with content-aware."""

DOCUMENT_KINDS = frozenset({ToolKind.FILE_READ, ToolKind.FILE_WRITE, ToolKind.FILE_DELETE, ToolKind.SEARCH})
DOCUMENT_FIELDS = frozenset({TextField.CONTENT, TextField.RESULT})
RESULT_CATEGORIES = frozenset({"prompt-injection", "mcp-poisoning", "inter-agent", "unicode"})
BODY_CATEGORIES = frozenset({
    "secret", "persistence-linux", "persistence-macos", "agent-config", "mcp-config", SELF_PROTECTION, "unicode",
})


class ProfileChoice(Value):
    """One line of `profiles:` in the settings: which profile calls of `agent` (glob) and `kind` get."""

    profile: ScanProfile
    agent: str = "*"
    kind: ToolKind | None = None


def choose_profile(call: ToolCall, choices: tuple[ProfileChoice, ...] = ()) -> ScanProfile:
    """The first choice that fits, else the default of the kind."""
    for choice in choices:
        if choice.kind in (None, call.kind) and fnmatch.fnmatchcase(call.agent, choice.agent):
            return choice.profile
    return DEFAULT_PROFILES.get(call.kind, ScanProfile.CONTENT_AWARE)


def includes_rule(profile: ScanProfile, is_core: bool) -> bool:
    """Whether a rule is looked at under `profile` at all."""
    return profile is not ScanProfile.MINIMAL or is_core


def skips_field(profile: ScanProfile, call: ToolCall, rule: Rule, field: TextField) -> bool:
    """Whether the patterns of `rule` leave out texts of `field`, because they are bodies of documents.

    Shell and injection patterns would take a tutorial for an attack. Rules that know by the path which file it is, and
    those on secrets, persistence, agents' settings and ourselves, still read bodies; instructions are still looked for
    in what was read.
    """
    if profile is ScanProfile.STRICT or field not in DOCUMENT_FIELDS or call.kind not in DOCUMENT_KINDS:
        return False
    if rule.category in BODY_CATEGORIES or rule.match.effect is not None:
        return False
    return not (field is TextField.RESULT and call.phase is Phase.AFTER and rule.category in RESULT_CATEGORIES)
