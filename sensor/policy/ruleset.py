"""A compiled rule set: `RuleSet.match` gives the findings of one call. Immutable; a reload builds a new one."""

from __future__ import annotations

import functools
import operator
import zlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import msgspec

from sensor.model.calls import Phase, ToolCall, ToolKind, Value, WriteAction
from sensor.model.effects import Effect, Effects, Span, Text, TextField
from sensor.model.findings import Finding, Severity
from sensor.model.verdicts import ScanProfile
from sensor.patterns import engines
from sensor.patterns.normalise import normalise
from sensor.policy.conditions import NO_EFFECT, Condition, View, applies_to, may_concern_tool, tool_names
from sensor.policy.facts import Clauses, Facts, facts_of
from sensor.policy.index import Clause, EffectIndex, IndexFacts, as_set, members
from sensor.policy.patterns import Look, PatternBook, excuse_of
from sensor.policy.profiles import includes_rule, skips_field
from sensor.policy.rule import Rule
from sensor.policy.words import Tables
from sensor.strict_yaml import Problem

MAX_SCOPES = 1024
FASTER_SOON = "; all are in force, and faster matching is being prepared in the background"
OWN_CONTENT_CAP = Severity.MEDIUM
_decode_index = msgspec.msgpack.Decoder(IndexFacts).decode


class Scope(Value):
    """What concerns one kind of call: the numbers of the rules, and the set of the clauses (see `index`)."""

    rules: frozenset[int]
    clauses: int


class RuleSet:
    """Rules with everything needed to match them. Build with `compile`."""

    def __init__(self, rules: Sequence[Rule], facts: Facts, cache: Path | None = None, engine: str = "") -> None:
        """`facts` are those of `rules`, of which each is looked at when it is a candidate.

        A user's patterns that are not in the cache are compiled now, ours are `uncompiled`; index and tables of words wait for the first call, or for `warm`.
        Raises PatternError.
        """
        self.rules = rules
        self.facts = facts
        self.problems: tuple[Problem, ...] = ()
        self._new_book = functools.partial(PatternBook, facts.book, rules, cache, engine)
        self.patterns = self._new_book()
        self._new_tables = functools.partial(Tables, facts.words, cache, engine)
        self._tables = self._new_tables()
        self._effect_index: EffectIndex | None = None
        self._conditions: dict[int, Condition] = {}
        self._excuses: dict[int, tuple[Condition, ...]] = {}
        # The clauses of each gated rule, and all of them: most calls have no text that such a rule looks for.
        self._gated = dict.fromkeys(self.patterns.gated, 0)
        self._clauses = Clauses(facts.clauses)
        for number, rule in enumerate(self._clauses.rules()):
            if rule in self._gated:
                self._gated[rule] |= 1 << number
        self._ungated = ~functools.reduce(operator.or_, self._gated.values(), 0)
        self._scopes: dict[tuple[object, ...], Scope] = {}

    @classmethod
    def compile(cls, rules: Sequence[Rule], cache: Path | None = None, engine: str = "") -> RuleSet:
        """Compile `rules`, and try everything. A user's rule whose pattern the engine refuses is left out and named in `problems`.

        Raises PatternError when a shipped rule is refused.
        """
        try:
            return cls._tried(rules, cache, engine)
        except engines.PatternError:
            good, problems = _compilable(rules, engine)
            made = cls._tried(good, cache, engine)
            made.problems = problems
            return made

    @classmethod
    def _tried(cls, rules: Sequence[Rule], cache: Path | None, engine: str) -> RuleSet:
        facts = facts_of(rules)
        made = cls(rules, facts, cache, engine)
        made._tables.build()
        _try_excuses(rules)
        return made

    @property
    def sha256(self) -> str:
        """What these rules are, in one number; goes into the log."""
        return self.facts.sha256

    @property
    def engine(self) -> str:
        """The name of the engine that looks for the patterns, and in plain words whether a slower one does until theirs are compiled."""
        return self.patterns.engine + (FASTER_SOON if self.uncompiled() else "")

    def warm(self) -> Iterator[None]:
        """Build what the first calls would else wait for, in steps of 1 to 10 ms, between which calls can be judged. Raises PatternError."""
        self._index()
        yield
        for table in self._tables.every:
            table.build()
            yield
        yield from self.patterns.warm()

    def uncompiled(self) -> list[Sequence[str]]:
        """Sets of patterns and words that the cache does not have, for `engines.compile_all`; then `take_compiled` makes them several times as fast to find."""
        return [*self.patterns.uncompiled, *self._tables.uncompiled()]

    def take_compiled(self) -> None:
        """Look with what the cache has now; a call that is being matched may end with it, as patterns keep their numbers. Raises PatternError."""
        tables = self._new_tables()
        tables.build()
        self._tables, self.patterns = tables, self._new_book()

    def _index(self) -> EffectIndex:
        if self._effect_index is None:
            self._effect_index = EffectIndex(_decode_index(zlib.decompress(self.facts.index)))
        return self._effect_index

    def rule(self, rule_id: str) -> Rule | None:
        """The rule with this id."""
        return self.rules[self.facts.ids.index(rule_id)] if rule_id in self.facts.ids else None

    def match(self, call: ToolCall, effects: Effects, profile: ScanProfile) -> tuple[Finding, ...]:
        """Every rule that fires on the call, worst first, each once."""
        scope = self._scope(call, profile)
        if not scope.rules:
            return ()
        views = [View(call, effects, effect, self._tables) for effect in effects.effects]
        looks = self._look_at_texts(call, effects)
        asked = functools.reduce(operator.or_, [self._gated[rule] for rule in self.patterns.worth_asking([look for _, _, look in looks])], self._ungated)
        fired = self._match_effects(call, effects, views, scope.clauses & asked)
        found = {number: self._effect_finding(number, view) for number, view in fired.items() if not self.rules[number].match.patterns}
        for number, text, form, span in self._match_texts(call, profile, looks, (scope.rules, fired)):
            rule = self.rules[number]
            if number in found or self._excused_call(number, views):
                continue
            found[number] = _text_finding(rule, call, text, form, span)
        return tuple(sorted(found.values(), key=lambda finding: (-finding.severity, finding.rule)))

    def _scope(self, call: ToolCall, profile: ScanProfile) -> Scope:
        """What of the rules looks at this tool in this phase under this profile."""
        names = tool_names(call)
        key = (call.phase, profile, *names)
        scope = self._scopes.get(key)
        if scope is None:
            is_after = call.phase is Phase.AFTER
            heads = (head for head in self.facts.heads if (head.after if is_after else head.before) and includes_rule(profile, head.is_core))
            rules = frozenset(number for head in heads if applies_to(head.apply_to_tools, head.exempt_tools, names) for number in head.rules)
            other = {number for number, words in self.facts.tools.items() if not may_concern_tool(words, names)}
            scope = Scope(rules=rules, clauses=as_set(
                number for number, rule in enumerate(self._clauses.rules()) if rule in rules and number not in other))
            if len(self._scopes) >= MAX_SCOPES:  # MCP tools have names that others choose
                self._scopes.clear()
            self._scopes[key] = scope
        return scope

    def _match_effects(self, call: ToolCall, effects: Effects, views: Sequence[View], clauses: int) -> dict[int, View]:
        """Rules whose effect part, of these clauses, holds, with the first effect that made it hold."""
        fired: dict[int, View] = {}
        parts: dict[tuple[int, int], set[int]] = {}
        all_clauses, conditions = self._clauses, self._conditions
        index = self._index()
        within = index.within_call(views, clauses)
        candidates = [index.candidates(view, within) for view in views]
        # The definition of a tool bears its name, but is no use of it.
        whole_call = index.call_candidates(effects) & clauses if call.phase is not Phase.LIFECYCLE else 0
        possible = index.completable(functools.reduce(operator.or_, candidates, whole_call))
        for view, numbers in zip(views, candidates, strict=True):
            for number in members(numbers & possible):
                clause = all_clauses[number]
                if clause.rule not in fired and (conditions.get(number) or self._condition(number)).holds(view) and not self._excused(clause.rule, view):
                    self._note(clause, view, fired, parts)
        whole = View(call, effects, NO_EFFECT, self._tables)
        for number in members(whole_call & possible):
            clause = all_clauses[number]
            if clause.rule not in fired and self._condition(number).holds(whole) and not self._excused_call(clause.rule, views):
                self._note(clause, whole, fired, parts)
        return fired

    def _note(self, clause: Clause, view: View, fired: dict[int, View], parts: dict[tuple[int, int], set[int]]) -> None:
        effect = self.rules[clause.rule].match.effect
        size = len(effect.alternatives[clause.alternative]) if effect else 1
        if size > 1:
            held = parts.setdefault((clause.rule, clause.alternative), set())
            held.add(clause.part)
            if len(held) < size:
                return
        fired[clause.rule] = view

    def _condition(self, number: int) -> Condition:
        """Read when it is first a candidate."""
        if number not in self._conditions:
            clause = self._clauses[number]
            effect = self.rules[clause.rule].match.effect
            assert effect is not None, "a clause is a condition of a rule with an effect part"
            self._conditions[number] = Condition(effect.alternatives[clause.alternative][clause.part])
        return self._conditions[number]

    def _excuses_of(self, number: int) -> tuple[Condition, ...]:
        excuses = self._excuses.get(number)
        if excuses is None:
            excuses = self._excuses[number] = tuple(Condition(exclude.effect) for exclude in self.rules[number].match.excludes if exclude.effect)
        return excuses

    def _excused(self, number: int, view: View) -> bool:
        return any(excuse.holds(view) for excuse in self._excuses_of(number))

    def _excused_call(self, number: int, views: Sequence[View]) -> bool:
        return any(excuse.holds_everywhere(views) for excuse in self._excuses_of(number))

    def _look_at_texts(self, call: ToolCall, effects: Effects) -> list[tuple[Text, str, Look]]:
        """Every text of the call in each of its forms, scanned. What an agent says about its own command is no definition of a tool."""
        return [(text, form, self.patterns.look(content.encode("utf-8", "replace"), text.field))
                for text in (*effects.texts, *_own_texts(call, effects)) if call.is_definition or text.field is not TextField.DESCRIPTION
                for form, content in _forms(text)]

    def _match_texts(self, call: ToolCall, profile: ScanProfile, looks: Sequence[tuple[Text, str, Look]],
                     among: tuple[frozenset[int], Collection[int]]) -> Iterator[tuple[int, Text, str, Span]]:
        done: set[int] = set()
        for text, form, look in looks:
            for number, span in self.patterns.match(look, *among) if look.hits or look.is_long else ():
                if number not in done and not skips_field(profile, call, self.rules[number], text.field):
                    done.add(number)
                    yield number, text, form, span if form == "raw" else Span()

    def _effect_finding(self, number: int, view: View) -> Finding:
        rule, effect = self.rules[number], view.effect
        span = effect.span
        if effect is NO_EFFECT and view.effects.flows:
            span = view.effects.flows[0].span
        field = TextField.COMMAND if span.end else TextField.PATH
        return Finding(rule=rule.id, severity=rule.severity, message=rule.name + _detail(effect), category=rule.category,
                       remedy=rule.remediation, status=rule.status, field=field, span=span, name=effect.program)


def _try_excuses(rules: Sequence[Rule]) -> None:
    """Compile the patterns of excludes, which wait for a match of their rule. Raises PatternError."""
    for excuse in [excuse_of(exclude.patterns) for rule in rules for exclude in rule.match.excludes if exclude.patterns]:
        for finder in (*excuse.some, *excuse.every):
            try:
                finder.build()
            except ValueError as error:
                raise engines.PatternError([(-1, str(error))]) from error


def refusal(rule: Rule, engine: str = "") -> engines.PatternError | None:
    """What `engine` has against a pattern, path or word of `rule`; None when it compiles them all."""
    try:
        RuleSet._tried((rule,), None, engine)
    except engines.PatternError as error:
        return error
    return None


def _compilable(rules: Sequence[Rule], engine: str) -> tuple[tuple[Rule, ...], tuple[Problem, ...]]:
    good, problems = [], []
    for rule in rules:
        error = refusal(rule, engine)
        if error is None:
            good.append(rule)
        elif rule.shipped:
            raise engines.PatternError([(number, f"{reason} (rule {rule.id}, {rule.where})") for number, reason in error.refused]) from error
        else:
            problems.append(Problem(rule.where, f"rule {rule.id} is left out: {error}"))
    return tuple(good), tuple(problems)


def _forms(text: Text) -> Iterator[tuple[str, str]]:
    """The text as given, and with look-alike forms folded and invisible characters removed where that changes it."""
    yield text.form, text.text
    if not text.text.isascii():
        folded = normalise(text.text)
        if folded != text.text:
            yield "normalized", folded


def _own_texts(call: ToolCall, effects: Effects) -> Iterator[Text]:
    """Texts of the call that are no effect of it: what an edit removes, and a result that effects left out."""
    if isinstance(call.action, WriteAction):
        yield from (Text(field=TextField.REMOVED, text=edit.old, name="old") for _, edits in call.action.files for edit in edits if edit.old)
    if call.result and not any(text.field is TextField.RESULT for text in effects.texts):
        yield Text(field=TextField.RESULT, text=call.result, name="result")


def _detail(effect: Effect) -> str:
    """The places concerned, as written; never arguments, which may hold secrets."""
    places = [ref.raw for ref in (*effect.deletes, *effect.writes, *effect.reads)][:2] or [host.host for host in effect.hosts][:2]
    text = ", ".join(place[:80] for place in places if place)
    return f" ({text})" if text else ""


def _text_finding(rule: Rule, call: ToolCall, text: Text, form: str, span: Span) -> Finding:
    severity = rule.severity
    if call.phase is Phase.AFTER and call.kind in (ToolKind.FILE_READ, ToolKind.SEARCH) and text.field is TextField.RESULT:
        severity = min(severity, OWN_CONTENT_CAP)  # text in the user's own files alone is no reason to stop
    return Finding(rule=rule.id, severity=severity, message=rule.name, category=rule.category, remedy=rule.remediation,
                   status=rule.status, field=text.field, span=span, form=form, name=text.name)
