"""Conditions over one effect: what each key of `match.effect` means, compiled into cheap checks.

Words about paths, hosts and arguments become labels: a path gets the names of its places ("@home") and every glob that
matches it, in one pass of a pattern engine; a condition is then a comparison of sets. `reads`, `writes`, `deletes` and
`hosts` want one path (host) that has a label of `any` and none of `none`, so `none: ["@repo"]` is "something outside";
with `all`, every path must have one of those labels. Of names, flags and arguments `all` wants every word to be there.
A path that could not be resolved has the label "@unresolved". What a word of `except` matches is cut out of the arguments (an assignment: left out)
before those of `any` and `all` are looked for.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Sequence

from sensor.model.calls import McpAction, ToolCall
from sensor.model.effects import Effect, Effects, Host, PathRef
from sensor.model.names import name_words
from sensor.patterns.cutting import cut_out, may_have
from sensor.patterns.finder import Finder
from sensor.policy.rule import EffectCondition, FlowCondition, Words
from sensor.policy.words import Tables, word_pattern

Labels = frozenset[str]
NO_EFFECT = Effect()
_UNRESOLVED = frozenset({"@unresolved"})
PLACE_KEYS = ("reads", "writes", "deletes", "hosts")
CALL_KEYS = frozenset({"flow", "unresolved", "exhausted", "tool"})


class View:
    """One effect of a call as conditions see it; what is costly to know is found when a condition first asks."""

    __slots__ = ("_args", "_flags", "_labels", "_rows", "call", "effect", "effects", "program", "tables")

    def __init__(self, call: ToolCall, effects: Effects, effect: Effect, tables: Tables) -> None:
        self.call = call
        self.effects = effects
        self.effect = effect
        self.tables = tables
        self.program = effect.program.lower()
        self._flags: Labels | None = None
        self._rows: tuple[tuple[str, ...], ...] | None = None
        self._args: Labels | None = None
        self._labels: dict[str, list[Labels]] = {}

    @property
    def flags(self) -> Labels:
        """The flags without dashes."""
        if self._flags is None:
            self._flags = frozenset([flag.lstrip("-") for flag in self.effect.flags])
        return self._flags

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Where a subcommand may stand."""
        if self._rows is None:
            self._rows = _rows(self.effect)
        return self._rows

    def labels(self, key: str) -> list[Labels]:
        """One set of labels per path or host below `key`."""
        found = self._labels.get(key)
        if found is None:
            things = getattr(self.effect, key)
            found = [self._label_host(t) for t in things] if key == "hosts" else [self._label_path(t) for t in things]
            self._labels[key] = found
        return found

    @property
    def paths(self) -> tuple[PathRef, ...]:
        """All that is read, written and deleted."""
        return self.effect.reads + self.effect.writes + self.effect.deletes

    @property
    def argument_lines(self) -> str:
        """The arguments, one in a line."""
        words = self.effect.argv[1:]
        lines = "\n".join(words)
        return lines if lines.count("\n") < len(words) else "\n".join([word.replace("\n", " ") for word in words])

    def args(self) -> Labels:
        """The words and patterns of `args` that fit an argument."""
        if self._args is None:
            lines = self.argument_lines
            self._args = self.tables.args.labels(lines) if lines else frozenset()
        return self._args

    def _label_path(self, ref: PathRef) -> Labels:
        places = ref.places if ref.path else ref.places | _UNRESOLVED
        return places | self.tables.paths.labels(ref.path or ref.raw)

    def _label_host(self, host: Host) -> Labels:
        return host.places | self.tables.hosts.labels(f"{host.host}\n{host.url}")


def labels_of_some(paths: Sequence[PathRef], tables: Tables) -> Labels:
    """The labels that one or more of these paths may have; they may be too many."""
    found = tables.paths.labels_of_some([ref.path or ref.raw for ref in paths]).union(*[ref.places for ref in paths])
    return found if all(ref.path for ref in paths) else found | _UNRESOLVED


def _rows(effect: Effect) -> tuple[tuple[str, ...], ...]:
    """The words in which a subcommand may stand: those a table of programs knows, else the operands, else both."""
    known, rest = tuple(map(str.lower, effect.subcommand)), tuple(map(str.lower, effect.operands))
    if not known:
        return (rest,) if rest else ()
    return (known, known + rest) if rest else (known,)


Check = Callable[[View], bool]


class Condition:
    """An `EffectCondition`, compiled when it is first asked: most never are, and the sensor starts sooner."""

    __slots__ = ("_checks", "source")

    def __init__(self, source: EffectCondition) -> None:
        self.source = source
        self._checks: tuple[Check, ...] | None = None

    def holds(self, view: View) -> bool:
        if self._checks is None:
            self._checks = tuple(_checks(self.source))
        for check in self._checks:  # noqa: SIM110 - a generator doubles the cost of the most frequent call
            if not check(view):
                return False
        return True

    def holds_everywhere(self, views: Sequence[View]) -> bool:
        """For excuses of a whole call: every effect that has what the condition speaks of satisfies it, and one does."""
        keys = [key for key in PLACE_KEYS if getattr(self.source, key)]
        relevant = [view for view in views if not keys or any(getattr(view.effect, key) for key in keys)]
        return bool(relevant) and all(self.holds(view) for view in relevant)


def may_concern_tool(words: Words, names: Sequence[str]) -> bool:
    """Whether a condition on the tool could allow a tool with these names (see `tool_names`): cheap, as it is asked of every new tool."""
    return not words.any or any(word.startswith("re:") or matches_name(word, name) for word in words.any for name in names)


def is_call_wide(condition: EffectCondition) -> bool:
    """Whether nothing in it is about one effect."""
    return all(getattr(condition, key) in (None, ()) for key in EffectCondition.__struct_fields__ if key not in CALL_KEYS)


def _checks(source: EffectCondition) -> Iterable[Check]:
    """Cheapest first."""
    effect_flags = (("privilege", source.privilege), ("opaque", source.opaque), ("background", source.background))
    for name, wanted in effect_flags:
        if wanted is not None:
            yield lambda view, name=name, wanted=wanted: getattr(view.effect, name) is wanted  # type: ignore[misc]
    if source.exhausted is not None:
        yield lambda view: view.effects.exhausted is source.exhausted
    if source.unresolved is not None:
        yield lambda view: bool(view.effects.unresolved) is source.unresolved
    if source.executes:
        origins = frozenset(source.executes)
        yield lambda view: not origins.isdisjoint(view.effect.executes)
    if source.command:
        yield _name_check(source.command, lambda view: (view.program,))
    if source.subcommand:
        yield _subcommand_check(source.subcommand)
    if source.flags:
        yield _set_check(source.flags, lambda view: view.flags)
    if source.wrappers:
        yield _name_check(source.wrappers, lambda view: view.effect.wrappers)
    if source.tool:
        yield _name_check(source.tool, lambda view: tool_names(view.call))
    if source.env:
        yield _env_check(source.env)
    if source.flow:
        yield _flow_check(source.flow)
    for key in PLACE_KEYS:
        words = getattr(source, key)
        if words:
            yield _place_check(key, words)
    if source.args:
        yield _args_check(source.args)


def tool_names(call: ToolCall) -> tuple[str, ...]:
    """The names by which rules may mean a tool: its kind, its native name, and an MCP tool's own name, as it is and in snake case."""
    if not isinstance(call.action, McpAction):
        return call.kind.value, call.tool
    own, spelled = call.action.tool, "_".join(name_words(call.action.tool))
    return (call.kind.value, call.tool, own) if own == spelled else (call.kind.value, call.tool, own, spelled)


def applies_to(only: tuple[str, ...], never: tuple[str, ...], names: Sequence[str]) -> bool:
    """Whether a tool with these names (see `tool_names`) is one that a rule or override is for: one of `only`, if there are any, and none of `never`."""

    def named(words: Iterable[str]) -> bool:
        return any(matches_name(word, name) for word in words for name in names)

    return (not only or named(only)) and not named(never)


def matches_name(word: str, name: str) -> bool:
    """Compare without case; `*` in the rule's word is a wild card, and then `?` and `[...]` are as well."""
    word, name = word.lower(), name.lower()
    if "*" not in word:
        return word == name
    if "?" in word or "[" in word:
        return fnmatch.fnmatchcase(name, word)
    head, *inner, tail = word.split("*")  # a pattern would cost a hundred times as much to compile
    place, end = len(head), len(name) - len(tail)
    for part in inner:
        place = found + len(part) if (found := name.find(part, place, end)) >= 0 else end + 1
    return place <= end and name.startswith(head) and name.endswith(tail)


class _Names:
    """Words about names, compiled."""

    __slots__ = ("_every", "_no", "_some")

    def __init__(self, words: Words) -> None:
        self._some = _alternatives(words.any)
        self._every = [_alternatives((word,)) for word in words.all]
        self._no = _alternatives(words.none)

    def fit(self, names: Iterable[str]) -> bool:
        have = [name.lower() for name in names]
        if self._some is not None and not self._some(have):
            return False
        return all(one is not None and one(have) for one in self._every) and not (self._no is not None and self._no(have))


def _name_check(words: Words, names: Callable[[View], Iterable[str]]) -> Check:
    fit = _Names(words).fit
    return lambda view: fit(names(view))


def _env_check(words: Words) -> Check:
    fit, known = _Names(words).fit, _alternatives(words.besides)

    def check(view: View) -> bool:
        pairs = [(name, f"{name}={value}") for name, value in view.effect.assignments]
        return fit([word for pair in pairs if known is None or not known([pair[1].lower()]) for word in pair])

    return check


def _alternatives(words: tuple[str, ...]) -> Callable[[Iterable[str]], bool] | None:
    """Tells whether one of the lower-case names is one of `words` (also globs, "re:" and a pattern); None for no words."""
    if not words:
        return None
    plain = frozenset(word.lower() for word in words if "*" not in word and not word.startswith("re:"))
    globs = [f"(?:{word[3:]})" if word.startswith("re:") else fnmatch.translate(word.lower()) for word in words if word.lower() not in plain]
    if not globs:
        return lambda have: not plain.isdisjoint(have)
    fits = re.compile("|".join(globs)).match
    return lambda have: any(name in plain or fits(name) is not None for name in have)


def _subcommand_check(words: Words) -> Check:
    some, every, no = (tuple(map(_leading, group)) for group in (words.any, words.all, words.none))

    def check(view: View) -> bool:
        rows = view.rows

        def found(fits: Callable[[tuple[str, ...]], bool]) -> bool:
            return any(map(fits, rows))

        return (not some or any(map(found, some))) and all(map(found, every)) and not any(map(found, no))

    return check


def _leading(words: str) -> Callable[[tuple[str, ...]], bool]:
    """Tells whether a row begins with these words, of which each may be a glob."""
    wanted = tuple(words.lower().split())
    size = len(wanted)
    if "*" not in words:
        return lambda row: row[:size] == wanted
    return lambda row: len(row) >= size and all(fnmatch.fnmatchcase(have, want) for have, want in zip(row, wanted, strict=False))


def _place_check(key: str, words: Words) -> Check:
    some, every, no = frozenset(words.any), frozenset(words.all), frozenset(words.none)

    def check(view: View) -> bool:
        labels = view.labels(key)
        if every and (not labels or any(every.isdisjoint(one) for one in labels)):
            return False
        return any((not some or not some.isdisjoint(one)) and no.isdisjoint(one) for one in labels)

    return check


def _set_check(words: Words, labels: Callable[[View], Labels]) -> Check:
    some, every, no = frozenset(words.any), frozenset(words.all), frozenset(words.none)

    def check(view: View) -> bool:
        have = labels(view)
        return (not some or not some.isdisjoint(have)) and every <= have and no.isdisjoint(have)

    return check


def _args_check(words: Words) -> Check:
    plain, besides = _set_check(words, View.args), frozenset(words.besides)
    if not besides:
        return plain
    known, some, every = ([Finder(word_pattern(word)) for word in group] for group in (words.besides, words.any, words.all))

    def check(view: View) -> bool:
        if not plain(view):
            return False
        if besides.isdisjoint(view.args()):
            return True
        left = cut_out(view.argument_lines.encode("utf-8", "replace"), known)
        return (not some or any(may_have(left, one) for one in some)) and all(may_have(left, one) for one in every)

    return check


def _flow_check(flow: FlowCondition) -> Check:
    pairs = frozenset((origin, sink) for origin in flow.origins for sink in flow.sinks)
    return lambda view: any((found.origin, found.sink) in pairs for found in view.effects.flows)
