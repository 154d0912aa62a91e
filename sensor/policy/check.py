"""What must be true of a rule before it can be loaded, rule by rule; `lint` adds what needs the whole set and a pipeline."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sensor.model.calls import Phase
from sensor.model.effects import TextField
from sensor.patterns import syntax
from sensor.policy.rule import EffectCondition, Pattern, Rule, TextMatch, Words

CATEGORIES: dict[str, str] = {
    "destructive-shell": "DST", "git-loss": "GIT", "cloud-deletion": "CLD", "database": "DBS", "container": "CTR",
    "self-protection": "SLF", "persistence-linux": "PLX", "persistence-macos": "PMC", "download-execute": "DLX",
    "remote-control": "RMT", "exfiltration": "EXF", "credential-access": "CRD", "network-target": "NET",
    "code-injection": "INJ", "privilege-escalation": "PRV", "obfuscation": "OBF", "supply-chain": "SUP",
    "agent-config": "AGC", "mcp-config": "MCF", "mcp-poisoning": "MCP", "prompt-injection": "PIN", "inter-agent": "IAG",
    "unicode": "UNI", "secret": "SEC", "discovery": "DSC", "evasion": "EVD", "resource-abuse": "RSC",
}
"""Categories of the shipped set and the letters in their rules' ids."""

PATH_SETS = frozenset({
    "@root", "@system", "@local", "@home", "@under_home", "@repo", "@repo_root", "@git_dir", "@outside", "@temp", "@devices",
    "@credentials", "@agent-config", "@agent-memory", "@persistence", "@handrail", "@unresolved",
})
HOST_SETS = frozenset({
    "@metadata", "@private", "@loopback", "@raw-ip", "@catchers", "@paste", "@tunnels", "@shorteners", "@installers", "@lookalike", "@posing", "@borrowed-name",
    "@link-local", "@wildcard-dns", "@rebinding", "@tor", "@dynamic-name", "@uploads", "@odd-address", "@disguised",
    "@development", "@daemon-port", "@carries-key", "@coded-data", "@personal-data", "@hands-over", "@metadata-path", "@relays-inward",
})
SHIPPED_PREFIX = "HR-"

_ID = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+\Z")
_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
_MITRE = re.compile(r"T[0-9]{4}(\.[0-9]{3})?\Z")
_ASI = re.compile(r"ASI(0[1-9]|10)\Z")
_CWE = re.compile(r"CWE-[0-9]{1,5}\Z")
_UNTRUSTED_FIELDS = frozenset({TextField.RESULT, TextField.DESCRIPTION, TextField.PROMPT})


def complaints(rule: Rule) -> list[str]:
    """Everything that is wrong with `rule` on its own; empty when nothing is."""
    return [*_identity(rule), *_scope(rule), *_patterns(rule), *_excludes(rule), *_words(rule)]


def _identity(rule: Rule) -> Iterator[str]:
    if not _ID.match(rule.id):
        yield f"id {rule.id!r} must look like TEAM-AREA-001"
    if rule.id.startswith(SHIPPED_PREFIX) and not rule.shipped:
        yield f"id {rule.id!r}: the prefix {SHIPPED_PREFIX} belongs to the shipped rules; use your own"
    if rule.shipped and CATEGORIES.get(rule.category) is None:
        yield f"unknown category {rule.category!r}"
    elif rule.shipped and not rule.id.startswith(f"{SHIPPED_PREFIX}{CATEGORIES[rule.category]}-"):
        yield f"id {rule.id!r} does not fit category {rule.category!r}"
    if not _SLUG.match(rule.category):
        yield f"category {rule.category!r} must be lower-case words joined by dashes"
    for name, text in (("name", rule.name), ("description", rule.description), ("remediation", rule.remediation)):
        if not text.strip() or "\n" in text.strip():
            yield f"{name} must be one line of text"
    references = rule.references
    for values, form, what in ((references.mitre, _MITRE, "mitre"), (references.asi, _ASI, "asi"), (references.cwe, _CWE, "cwe")):
        yield from (f"references.{what}: {value!r} is not an id" for value in values if not form.match(value))


def _scope(rule: Rule) -> Iterator[str]:
    if not rule.phase or Phase.LIFECYCLE in rule.phase:
        yield "phase must be before, after, or both"
    if rule.match.effect is None and rule.match.patterns is None:
        yield "match needs effect or patterns"
    if rule.match.effect is not None and not rule.match.effect.conditions:
        yield "match.effect is empty"
    if rule.match.patterns is not None and not rule.match.patterns.patterns:
        yield "match.patterns needs any or all"


def _patterns(rule: Rule) -> Iterator[str]:
    texts = [rule.match.patterns, *(exclude.patterns for exclude in rule.match.excludes)]
    for pattern in [pattern for text in texts if text for pattern in text.patterns]:
        yield from pattern_complaints(pattern)


def pattern_complaints(pattern: Pattern) -> list[str]:
    """What keeps one pattern of a rule out."""
    if pattern.type == "contains":
        return [] if len(pattern.value.strip()) >= 3 else [f"literal {pattern.value!r} is shorter than 3 characters"]
    return [f"{text}: {pattern.value[:60]!r}" for text in syntax.complaints(pattern.value)]


def _excludes(rule: Rule) -> Iterator[str]:
    text: TextMatch | None = rule.match.patterns
    for exclude in rule.match.excludes:
        if (exclude.effect is None) == (exclude.patterns is None):
            yield "an exclude needs either effect or patterns"
        if exclude.patterns is None:
            continue
        if text is None:
            yield "an exclude by patterns needs match.patterns"
        elif Phase.AFTER in rule.phase or not text.fields or text.fields & _UNTRUSTED_FIELDS:
            yield ("an exclude by text is not allowed on results, definitions and messages: whoever wrote the text could "
                   "use it; limit fields, or exclude by path or host")


def _words(rule: Rule) -> Iterator[str]:
    conditions = list(rule.match.effect.conditions) if rule.match.effect else []
    conditions += [exclude.effect for exclude in rule.match.excludes if exclude.effect]
    for condition in conditions:
        yield from _condition_words(condition)


def _condition_words(condition: EffectCondition) -> Iterator[str]:
    for key, sets in (("reads", PATH_SETS), ("writes", PATH_SETS), ("deletes", PATH_SETS), ("hosts", HOST_SETS)):
        words = getattr(condition, key)
        for word in words.mentioned if words else ():
            if word.startswith("@") and word not in sets:
                yield f"{key}: unknown set {word!r}; known: {', '.join(sorted(sets))}"
            if word.startswith(("~", "$", "./")):
                yield f"{key}: {word!r} must be absolute, a base name, or start with **/"
    for key in EffectCondition.__struct_fields__:
        words = getattr(condition, key)
        if isinstance(words, Words) and words.besides and (key not in ("args", "env") or not (words.any or words.all)):
            yield f"{key}: `except` belongs to args or env, beside any or all"
    for key in ("args", "hosts"):
        words = getattr(condition, key)
        for word in words.mentioned if words else ():
            if word.startswith("re:"):
                yield from (f"{key}: {text}: {word[:60]!r}" for text in syntax.complaints(word[3:]))
