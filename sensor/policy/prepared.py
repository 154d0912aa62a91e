"""The rule set in force, and its prepared form in the cache, from which a start takes milliseconds.

A file of the cache is named after the hash of all it was made of: every rule file, the code that made it and the versions of
its engines. It holds values alone, checked against their types when they are read: nothing in it can run. Like the rule
files it is the user's own, in a folder that no one else can enter and that Handrail's rules guard against agents.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import itertools
import sys
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, overload

import msgspec

from sensor.model.calls import Value
from sensor.patterns import engines
from sensor.policy.facts import Facts
from sensor.policy.load import RuleFile, RuleText, read_rules, rule_texts
from sensor.policy.rule import NO_EXAMPLES, Rule
from sensor.policy.ruleset import RuleSet
from sensor.strict_yaml import Problem

SUM_SIZE = 4


class StoredRules(Sequence[Rule]):
    """Rules that are decoded when they are asked for one by one, and then kept: most never are. They have no examples."""

    def __init__(self, parts: Sequence[bytes]) -> None:
        self._parts = parts
        self._known: dict[int, Rule] = {}

    def __len__(self) -> int:
        return len(self._parts)

    @overload
    def __getitem__(self, number: int) -> Rule: ...
    @overload
    def __getitem__(self, number: slice) -> StoredRules: ...

    def __getitem__(self, number: int | slice) -> Rule | StoredRules:
        if isinstance(number, slice):
            return StoredRules(self._parts[number])
        rule = self._known.get(number)
        if rule is None:
            rule = self._known[number] = _decode_rule(self._parts[number])
        return rule

    def __iter__(self) -> Iterator[Rule]:
        return map(_decode_rule, self._parts)


class StoredFile(Value):
    """A rule file as the cache keeps it, its rules encoded and compressed, each on its own."""

    source: str
    sha256: str
    shipped: bool
    rules: tuple[bytes, ...]  # copies: views would keep the whole file


class Prepared(Value):
    """A rule set as the cache keeps it."""

    files: tuple[StoredFile, ...]
    facts: Facts


_encode = msgspec.msgpack.encode
_rule_decoder = msgspec.msgpack.Decoder(Rule)
_decode_prepared = msgspec.msgpack.Decoder(Prepared).decode


class InForceRules(Value):
    """The rules in force and the files they come from. `key` is what they were made of, `problems` what is wrong in files and patterns."""

    key: str
    ruleset: RuleSet
    files: tuple[RuleFile, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def own(self) -> Iterator[Rule]:
        """The user's rules."""
        return (rule for file in self.files if not file.shipped for rule in file.rules)


def load_ruleset(user_folder: Path | None = None, cache: Path | None = None, previous: InForceRules | None = None,
                 shipped: Path | None = None) -> InForceRules:
    """The shipped rules and those of `user_folder`, ready to judge. Raises EmptyRuleSet, PatternError.

    `cache` (a private folder) makes the next load of the same bytes fast. `previous` is what was in force: it stays when nothing has changed,
    files that are the same are not read again, and a user's file that is broken now keeps its last good rules.
    """
    texts = rule_texts(user_folder, shipped)
    key = _key(texts)
    if previous is not None and previous.key == key:
        return previous
    file = cache / f"{key}.rules" if cache is not None else None
    prepared = _stored(file)
    if prepared is not None:
        return InForceRules(key=key, ruleset=RuleSet(_rules(prepared.files), prepared.facts, cache), files=_opened(prepared.files))
    loaded = read_rules(texts, previous.files if previous is not None else ())
    stored = tuple(map(_encoded, loaded.files))
    ruleset = RuleSet.compile(_rules(stored), cache)
    problems = loaded.problems + ruleset.problems
    if file is not None and not problems:
        with contextlib.suppress(OSError):
            _store(file, Prepared(files=stored, facts=ruleset.facts))
    return InForceRules(key=key, ruleset=ruleset, files=_opened(stored), problems=problems)


def _key(texts: Sequence[RuleText]) -> str:
    hasher = hashlib.sha256(_made_by())
    for text in texts:
        hasher.update(repr((text.source, text.shipped, text.sha256)).encode())
    return hasher.hexdigest()[:32]


@functools.cache
def _made_by() -> bytes:
    """The code whose work is kept, so that no update of it is overlooked, and the engines that took the patterns."""
    sources = (Path(str(sys.modules[f"sensor.policy.{name}"].__file__)).read_bytes() for name in ("rule", "conditions", "words", "index", "patterns", "facts", "prepared"))
    return repr(engines.versions()).encode() + b"".join(sources)


def _stored(file: Path | None) -> Prepared | None:
    """None for what is not there or damaged."""
    if file is not None:
        with contextlib.suppress(OSError, msgspec.DecodeError):
            data = memoryview(file.read_bytes())
            if _sum(data[SUM_SIZE:]) == data[:SUM_SIZE]:
                return _decode_prepared(data[SUM_SIZE:])
    return None


def _store(file: Path, prepared: Prepared) -> None:
    data = _encode(prepared)
    engines.write_atomically(file, _sum(data) + data)


def _sum(data: bytes | memoryview) -> bytes:
    """Tells damage; who may write the file could write any sum."""
    return zlib.crc32(data).to_bytes(SUM_SIZE, "little")


def _encoded(file: RuleFile) -> StoredFile:
    rules = tuple(zlib.compress(_encode(_sparse(msgspec.to_builtins(msgspec.structs.replace(rule, examples=NO_EXAMPLES))))) for rule in file.rules)
    return StoredFile(source=file.source, sha256=file.sha256, shipped=file.shipped, rules=rules)


def _decode_rule(part: bytes) -> Rule:
    return _rule_decoder.decode(zlib.decompress(part))


def _sparse(value: Any) -> Any:
    """Without the keys that stand for nothing, half of what conditions are made of."""
    if isinstance(value, dict):
        return {key: _sparse(one) for key, one in value.items() if one is not None}
    return list(map(_sparse, value)) if isinstance(value, (list, tuple)) else value


def _opened(files: Sequence[StoredFile]) -> tuple[RuleFile, ...]:
    return tuple(RuleFile(source=file.source, sha256=file.sha256, shipped=file.shipped, rules=StoredRules(file.rules)) for file in files)


def _rules(files: Sequence[StoredFile]) -> StoredRules:
    return StoredRules(tuple(itertools.chain.from_iterable(file.rules for file in files)))
