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
import os
import struct
import sys
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from sensor.model.calls import Value
from sensor.patterns import engines
from sensor.policy.facts import Facts
from sensor.policy.load import RuleFile, RuleSum, RuleText, read_rules, rule_sums, rule_texts
from sensor.policy.rule import Rule
from sensor.policy.ruleset import RuleSet
from sensor.policy.stored import Packed, StoredRules, pack
from sensor.strict_yaml import Problem

_HEAD = struct.Struct("<II")
"""Of a file: the sum of what follows, and the size of what is decoded at a start."""

_MAKERS = ("rule", "conditions", "words", "index", "patterns", "facts", "stored", "prepared")


class StoredFile(Value):
    """A rule file as the cache keeps it: its `size` rules stand behind those of the file before."""

    source: str
    sha256: str
    shipped: bool
    size: int


class Prepared(Value):
    """A rule set as the cache keeps it. In a file the data of `rules` stand behind the rest, so that they are read into their place."""

    files: tuple[StoredFile, ...]
    rules: Packed
    facts: Facts


_encode = msgspec.msgpack.encode
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
    key = _key(rule_sums(user_folder, shipped))
    if previous is not None and previous.key == key:
        return previous
    prepared = _stored(_file(cache, key))
    if prepared is not None:
        rules = StoredRules(prepared.rules)
        return InForceRules(key=key, ruleset=RuleSet(rules, prepared.facts, cache), files=_opened(prepared.files, rules))
    texts = rule_texts(user_folder, shipped)
    key = _key(texts)  # of what is read now: a file may have changed since it was hashed
    loaded = read_rules(texts, previous.files if previous is not None else ())
    files = tuple([StoredFile(source=file.source, sha256=file.sha256, shipped=file.shipped, size=len(file.rules)) for file in loaded.files])
    packed = pack(loaded.rules)
    rules = StoredRules(packed)
    ruleset = RuleSet.compile(rules, cache)
    problems = loaded.problems + ruleset.problems
    file = _file(cache, key)
    if file is not None and not problems:
        with contextlib.suppress(OSError):
            _store(file, Prepared(files=files, rules=packed, facts=ruleset.facts))
    return InForceRules(key=key, ruleset=ruleset, files=_opened(files, rules), problems=problems)


def _file(cache: Path | None, key: str) -> Path | None:
    return cache / f"{key}.rules" if cache is not None else None


def _key(texts: Sequence[RuleText | RuleSum]) -> str:
    hasher = hashlib.sha256(_made_by())
    for text in texts:
        hasher.update(repr((text.source, text.shipped, text.sha256)).encode())
    return hasher.hexdigest()[:32]


@functools.cache
def _made_by() -> bytes:
    """The code whose work is kept, by size and time of its files, so that no update of it is overlooked, and the engines that took the patterns."""
    files = [os.stat(str(sys.modules[f"sensor.policy.{name}"].__file__)) for name in _MAKERS]
    return repr((engines.versions(), [(file.st_size, file.st_mtime_ns) for file in files])).encode()


def _stored(file: Path | None) -> Prepared | None:
    """None for what is not there or damaged."""
    if file is not None:
        with contextlib.suppress(OSError, msgspec.DecodeError, struct.error), open(file, "rb", buffering=0) as stream:
            wanted, size = _HEAD.unpack(stream.read(_HEAD.size))
            head, data = stream.read(min(size, os.fstat(stream.fileno()).st_size)), stream.read()
            if _sum(head, data) == wanted:
                prepared = _decode_prepared(head)
                return msgspec.structs.replace(prepared, rules=msgspec.structs.replace(prepared.rules, data=data))
    return None


def _store(file: Path, prepared: Prepared) -> None:
    data = prepared.rules.data
    head = _encode(msgspec.structs.replace(prepared, rules=msgspec.structs.replace(prepared.rules, data=b"")))
    engines.write_atomically(file, _HEAD.pack(_sum(head, data), len(head)) + head + data)


def _sum(head: bytes, data: bytes) -> int:
    """Tells damage; who may write the file could write any sum."""
    return zlib.crc32(data, zlib.crc32(head))


def _opened(files: Sequence[StoredFile], rules: StoredRules) -> tuple[RuleFile, ...]:
    ends = list(itertools.accumulate(file.size for file in files))
    return tuple([RuleFile(source=file.source, sha256=file.sha256, shipped=file.shipped, rules=rules[end - file.size:end])
                  for file, end in zip(files, ends, strict=True)])
