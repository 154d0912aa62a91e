"""Rule files -> rules. A broken file costs that file, never the others; every problem of every file is reported at once."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

import rules as shipped_rules
from sensor.model.calls import Value
from sensor.model.errors import HandrailError
from sensor.patterns.engines import write_atomically
from sensor.policy.check import complaints
from sensor.policy.rule import NO_EXAMPLES, Rule
from sensor.strict_yaml import MAX_BYTES, Problem, Reader, Where, YamlErrors, parse

CACHE_FORMAT = 1


class EmptyRuleSet(HandrailError):
    """No rule could be loaded: starting would mean judging nothing."""


class RuleFile(Value):
    """One file and the rules in it."""

    source: str
    rules: tuple[Rule, ...]


class LoadedRules(Value):
    """All rules, and what was wrong. `kept` are files that are broken now, whose last good rules are still in force."""

    files: tuple[RuleFile, ...]
    problems: tuple[Problem, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(rule for file in self.files for rule in file.rules)


def shipped_folder() -> Path:
    """Where the rules of this installation are."""
    return Path(shipped_rules.__file__).parent


def load_rules(user_folder: Path | None = None, cache: Path | None = None, previous: LoadedRules | None = None,
               shipped: Path | None = None) -> LoadedRules:
    """The shipped rules and those of `user_folder`. Raises EmptyRuleSet.

    `cache` (a private folder) makes the next load of the same bytes fast; rules from it come without examples.
    `previous` is what was in force: a user file that is broken now keeps its last good rules.
    """
    texts = [(file, data, True) for file, data in _read_folder(shipped or shipped_folder())]
    texts += [(file, data, False) for file, data in (_read_folder(user_folder) if user_folder else ())]
    if cache is not None and (cached := _load_cached(texts, cache)) is not None:
        return cached
    loaded = _load_files(texts, previous)
    if not loaded.rules:
        raise EmptyRuleSet("no rule could be loaded:\n" + "\n".join(map(str, loaded.problems)),
                           next_step="Repair the rule files or reinstall Handrail.")
    if cache is not None and not loaded.problems:
        with contextlib.suppress(OSError):
            write_atomically(_cache_file(texts, cache), msgspec.msgpack.encode(_without_examples(loaded)))
    return loaded


def load_text(text: str, source: str, shipped: bool = False) -> tuple[Rule, ...]:
    """The rules of one file. Raises YamlErrors with all its problems."""
    node = parse(text, source)
    reader = Reader()
    if not node.is_sequence:
        raise YamlErrors([Problem(node.where, f"a rule file is a list of rules, found {node.describe()}")])
    rules = []
    for item in node.items or ():
        rule = reader.read_struct(item, Rule, where=item.where, shipped=shipped)
        if rule is not None:
            for complaint in complaints(rule):
                reader.report(item, f"{rule.id}: {complaint}")
            rules.append(rule)
    if reader.problems:
        raise YamlErrors(reader.problems)
    return tuple(rules)


def _read_folder(folder: Path) -> Iterable[tuple[Path, bytes]]:
    if not folder.is_dir():
        return
    for file in sorted(folder.iterdir()):
        if file.suffix in (".yaml", ".yml") and file.is_file():
            with file.open("rb") as stream:
                yield file, stream.read(MAX_BYTES + 1)


def _load_files(texts: list[tuple[Path, bytes, bool]], previous: LoadedRules | None) -> LoadedRules:
    files: list[RuleFile] = []
    problems: list[Problem] = []
    kept: list[str] = []
    last_good = {file.source: file for file in previous.files} if previous else {}
    owners: dict[str, Where] = {}
    for path, data, shipped in texts:
        try:
            file = RuleFile(source=str(path), rules=load_text(data.decode(), str(path), shipped))
            _claim_ids(file, owners)
        except UnicodeDecodeError as error:
            problems.append(Problem(Where(str(path)), f"is not valid UTF-8 at byte {error.start}"))
        except YamlErrors as error:
            problems += error.problems
        else:
            files.append(file)
            continue
        if str(path) in last_good:
            files.append(last_good[str(path)])
            kept.append(str(path))
    return LoadedRules(files=tuple(files), problems=tuple(problems), kept=tuple(kept))


def _claim_ids(file: RuleFile, owners: dict[str, Where]) -> None:
    own: dict[str, Where] = {}
    twice = []
    for rule in file.rules:
        first = own.get(rule.id) or owners.get(rule.id)
        if first is not None:
            twice.append(Problem(rule.where, f"id {rule.id} is already used at {first}"))
        own.setdefault(rule.id, rule.where)
    if twice:
        raise YamlErrors(twice)
    owners.update(own)


def _cache_file(texts: list[tuple[Path, bytes, bool]], cache: Path) -> Path:
    schema = repr((CACHE_FORMAT, [(field.name, str(field.type)) for field in msgspec.structs.fields(Rule)]))
    hasher = hashlib.sha256(schema.encode())
    for path, data, shipped in texts:
        hasher.update(repr((str(path), shipped, hashlib.sha256(data).hexdigest())).encode())
    return cache / f"{hasher.hexdigest()[:32]}.rules"


def _load_cached(texts: list[tuple[Path, bytes, bool]], cache: Path) -> LoadedRules | None:
    with contextlib.suppress(OSError, msgspec.DecodeError):
        loaded = msgspec.msgpack.decode(_cache_file(texts, cache).read_bytes(), type=LoadedRules)
        return loaded if loaded.rules else None
    return None


def _without_examples(loaded: LoadedRules) -> LoadedRules:
    return LoadedRules(files=tuple(
        RuleFile(source=file.source, rules=tuple(msgspec.structs.replace(rule, examples=NO_EXAMPLES) for rule in file.rules))
        for file in loaded.files))
