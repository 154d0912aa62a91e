"""A rule as a value: the whole schema of a rule file, typed. Reading is `sensor.strict_yaml.Reader`, checking is `lint`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sensor.model.calls import JsonObject, Phase, Value
from sensor.model.effects import Origin, Sink, TextField
from sensor.model.findings import Severity, Status
from sensor.strict_yaml import Node, Reader, Where

CORE = "core"
SELF_PROTECTION = "self-protection"


class Words(Value, rename={"besides": "except"}):
    """A condition on a list of words.

    In YAML a word, a list (`any`), or a mapping with `any`, `all`, `none`, `except`. What a word may be (a name, a glob, "re:" and
    a pattern, an "@set") depends on the key it stands under; see `sensor.policy.conditions`. `besides`: what these match is
    left out before `any` and `all` are looked for, so that it excuses itself and nothing beside it.
    """

    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()

    @property
    def mentioned(self) -> tuple[str, ...]:
        return (*self.any, *self.all, *self.none, *self.besides)

    @classmethod
    def from_node(cls, node: Node, reader: Reader) -> Words | None:
        if not node.is_mapping:
            items = reader.read(node, tuple[str, ...]) if node.is_sequence else (reader.read(node, str),)
            return cls(any=items)
        words = reader.read_struct(node, _WordLists)
        return cls(any=words.any, all=words.all, none=words.none, besides=words.besides) if words else None


class _WordLists(Value, rename={"besides": "except"}):
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()


class FlowCondition(Value, rename={"origins": "from", "sinks": "to"}):
    """Data moves from one of `origins` to one of `sinks` within the call."""

    origins: tuple[Origin, ...]
    sinks: tuple[Sink, ...]


class EffectCondition(Value):
    """Conditions that must hold together on one effect; `flow`, `unresolved` and `exhausted` look at the whole call.

    `command`, `tool`: names or globs. `subcommand`: leading words, "s3 rb" or "delete-*". `flags`: names without dashes.
    `args`: globs over single words, or "re:" and a pattern. `reads`, `writes`, `deletes`: "@set" or a glob over the path.
    `hosts`: "@set", a glob over the host, or "re:" and a pattern over the address. `env`: "NAME", "NAME=glob" or "re:" and a lower-case pattern.
    """

    tool: Words | None = None
    command: Words | None = None
    subcommand: Words | None = None
    flags: Words | None = None
    args: Words | None = None
    reads: Words | None = None
    writes: Words | None = None
    deletes: Words | None = None
    hosts: Words | None = None
    wrappers: Words | None = None
    env: Words | None = None
    flow: FlowCondition | None = None
    executes: tuple[Origin, ...] = ()
    privilege: bool | None = None
    opaque: bool | None = None
    background: bool | None = None
    unresolved: bool | None = None
    exhausted: bool | None = None


class EffectMatch(Value):
    """Alternatives, of which one must hold. Each is a group of condition sets, every one held by some effect of the call.

    In YAML one condition set; or `any` with a list of sets, where a member `{all: [...]}` is a group; or `all`, one group.
    """

    alternatives: tuple[tuple[EffectCondition, ...], ...]

    @property
    def conditions(self) -> tuple[EffectCondition, ...]:
        return tuple(condition for group in self.alternatives for condition in group)

    @classmethod
    def from_node(cls, node: Node, reader: Reader) -> EffectMatch | None:
        any_of = node.get("any")
        if any_of is None:
            return cls(alternatives=(_group(node, reader),))
        if node.keys() != ("any",) or not any_of.is_sequence:
            reader.report(node, "expected `any` alone, with a list of condition sets")
            return None
        return cls(alternatives=tuple(_group(item, reader) for item in any_of.items or ()))


def _group(node: Node, reader: Reader) -> tuple[EffectCondition, ...]:
    if node.keys() == ("all",):
        return reader.read(node.pairs[0][1], tuple[EffectCondition, ...]) or ()  # type: ignore[index, no-any-return]
    condition = reader.read(node, EffectCondition)
    if not node.keys():
        reader.report(node, "an empty condition would hold on every call")
    return (condition,) if condition is not None else ()


class Pattern(Value):
    """One pattern: a linear-time regular expression, or a literal compared without case."""

    type: str
    value: str

    @classmethod
    def from_node(cls, node: Node, reader: Reader) -> Pattern | None:
        pattern = reader.read_struct(node, _PatternKeys)
        if pattern is None:
            return None
        if pattern.type not in ("regex", "contains"):
            reader.report(node.get("type") or node, f"expected regex or contains, found {pattern.type!r}")
            return None
        return cls(type=pattern.type, value=pattern.value)


class _PatternKeys(Value):
    type: str
    value: str


class TextMatch(Value):
    """`any` needs one pattern, `all` every one, in the same text; `fields` limits which texts count (empty = every)."""

    any: tuple[Pattern, ...] = ()
    all: tuple[Pattern, ...] = ()
    fields: frozenset[TextField] = frozenset()

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        return (*self.any, *self.all)


class Exclude(Value):
    """A condition that excuses the effect that matched, or patterns that excuse what they match of the text."""

    effect: EffectCondition | None = None
    patterns: TextMatch | None = None


class Match(Value):
    """When a rule fires: `effect`, `patterns`, or both together, without what the excludes excuse."""

    effect: EffectMatch | None = None
    patterns: TextMatch | None = None
    excludes: tuple[Exclude, ...] = ()

    @property
    def conditions(self) -> tuple[EffectCondition, ...]:
        """Every condition on effects, those of excludes included."""
        own = self.effect.conditions if self.effect else ()
        return own + tuple(exclude.effect for exclude in self.excludes if exclude.effect)


class Example(Value):
    """A call that proves a rule: a tool with its input, a tool's result, or the definition of an MCP tool.

    In YAML a mapping, or just a text: then it is a shell command. `cwd` is relative to the project's folder.
    """

    tool: str = "Bash"
    input: JsonObject = {}
    result: str = ""
    definition: JsonObject = {}
    cwd: str = ""
    where: Where = Where("")

    @classmethod
    def from_node(cls, node: Node, reader: Reader) -> Example | None:
        if isinstance(node.scalar, str):
            return cls(input={"command": node.scalar}, where=node.where)
        keys = reader.read_struct(node, _ExampleKeys)
        if keys is None:
            return None
        if not (keys.input or keys.result or keys.definition):
            reader.report(node, "an example needs input, result or definition")
        return cls(where=node.where, **{name: getattr(keys, name) for name in _ExampleKeys.__struct_fields__})


class _ExampleKeys(Value):
    tool: str = "Bash"
    input: dict[str, Any] = {}
    result: str = ""
    definition: dict[str, Any] = {}
    cwd: str = ""


class Examples(Value):
    """Calls on which the rule must fire, and near misses on which it must not."""

    true_positive: tuple[Example, ...]
    true_negative: tuple[Example, ...]


NO_EXAMPLES = Examples(true_positive=(), true_negative=())
"""Of a rule that only has to match."""


class References(Value):
    """Where the knowledge comes from: MITRE ATT&CK techniques, OWASP agentic ids, CWE ids, addresses."""

    mitre: tuple[str, ...] = ()
    asi: tuple[str, ...] = ()
    cwe: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()


class Rule(Value):
    """One detection. `where` is its place in a file; `shipped` tells our rules from a user's."""

    id: str
    name: str
    description: str
    severity: Severity
    category: str
    status: Status
    phase: frozenset[Phase]
    match: Match
    examples: Examples
    remediation: str
    references: References
    tags: frozenset[str] = frozenset()
    apply_to_tools: tuple[str, ...] = ()
    exempt_tools: tuple[str, ...] = ()
    where: Where = Where("")
    shipped: bool = False

    @property
    def is_core(self) -> bool:
        """Kept by every profile; weakening it is a posture finding."""
        return CORE in self.tags or self.category == SELF_PROTECTION


def own_categories(rules: Iterable[Rule]) -> frozenset[str]:
    """Categories of rules that are not Handrail's."""
    return frozenset(rule.category for rule in rules if not rule.shipped)
