"""Rule files -> rules. A broken file costs that file, never the others; every problem of every file is reported at once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import rules as shipped_rules
from sensor.model.calls import Value
from sensor.model.errors import HandrailError
from sensor.policy.check import complaints
from sensor.policy.rule import Rule
from sensor.strict_yaml import MAX_BYTES, Problem, Reader, Where, YamlErrors, parse

SUM_CHUNK = 64 * 1024


class EmptyRuleSet(HandrailError):
    """No rule could be loaded: starting would mean judging nothing."""


class RuleText(Value):
    """The bytes of one file, not parsed yet, and their hex digest. `shipped` tells ours from a user's."""

    source: str
    data: bytes
    sha256: str
    shipped: bool


class RuleSum(Value):
    """What one file is made of, without its bytes."""

    source: str
    sha256: str
    shipped: bool


class RuleFile(Value):
    """One file and the rules in it, which were made of the bytes with this hash."""

    source: str
    sha256: str
    shipped: bool
    rules: Sequence[Rule]


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


def load_rules(user_folder: Path | None = None, *, shipped: Path | None = None) -> LoadedRules:
    """The shipped rules and those of `user_folder`, with their examples. Raises EmptyRuleSet."""
    return read_rules(rule_texts(user_folder, shipped))


def own_rules(user_folder: Path) -> tuple[Rule, ...]:
    """A user's rules alone, those of broken files left out."""
    return user_rules(user_folder).rules


def user_rules(user_folder: Path) -> LoadedRules:
    """A user's rules alone, of a folder or of one file, with what is wrong in them."""
    return _read_files(tuple(_read_folder(user_folder, False)))


def rule_texts(user_folder: Path | None = None, shipped: Path | None = None) -> tuple[RuleText, ...]:
    """The rule files, in the order of their rules."""
    return (*_read_folder(shipped or shipped_folder(), True), *(_read_folder(user_folder, False) if user_folder else ()))


def rule_sums(user_folder: Path | None = None, shipped: Path | None = None) -> tuple[RuleSum, ...]:
    """The same files, hashed through one small buffer: a start that finds their rules in the cache needs no more of them."""
    buffer = memoryview(bytearray(SUM_CHUNK))
    folders = ((shipped or shipped_folder(), True), *(((user_folder, False),) if user_folder else ()))
    return tuple([RuleSum(source=path, sha256=_sum(path, buffer), shipped=ours) for folder, ours in folders for path in _rule_files(folder)])


def read_rules(texts: Sequence[RuleText], previous: Sequence[RuleFile] = ()) -> LoadedRules:
    """The rules of these files. Raises EmptyRuleSet.

    `previous` are the files that were in force: the rules of one that is the same are taken over, and of one that is broken now its last good ones.
    """
    loaded = _read_files(texts, previous)
    if not loaded.rules:
        raise EmptyRuleSet("no rule could be loaded:\n" + "\n".join(map(str, loaded.problems)),
                           next_step="Repair the rule files or reinstall Handrail.")
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


def _rule_files(folder: Path) -> list[str]:
    if not folder.is_dir():
        return [str(folder)] if folder.is_file() else []
    with os.scandir(folder) as entries:
        files = sorted((entry.name, entry.path) for entry in entries if entry.name.endswith((".yaml", ".yml")) and entry.is_file())
    return [path for _, path in files]


def _read_folder(folder: Path, shipped: bool) -> Iterable[RuleText]:
    for path in _rule_files(folder):
        with open(path, "rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        yield RuleText(source=path, data=data, sha256=hashlib.sha256(data).hexdigest(), shipped=shipped)


def _sum(path: str, buffer: memoryview) -> str:
    """Hex digest of as much of a file as `_read_folder` reads."""
    hasher, left = hashlib.sha256(), MAX_BYTES + 1
    with open(path, "rb", buffering=0) as stream:
        while size := stream.readinto(buffer[:left]):
            hasher.update(buffer[:size])
            left -= size
    return hasher.hexdigest()


def _read_files(texts: Sequence[RuleText], previous: Sequence[RuleFile] = ()) -> LoadedRules:
    files: list[RuleFile] = []
    problems: list[Problem] = []
    kept: list[str] = []
    last_good = {file.source: file for file in previous}
    owners: dict[str, Where] = {}
    for text in texts:
        before = last_good.get(text.source)
        try:
            file = before if before is not None and (before.sha256, before.shipped) == (text.sha256, text.shipped) else _read_file(text)
            _claim_ids(file, owners)
        except UnicodeDecodeError as error:
            problems.append(Problem(Where(text.source), f"is not valid UTF-8 at byte {error.start}"))
        except YamlErrors as error:
            problems += error.problems
        else:
            files.append(file)
            continue
        if before is not None:
            files.append(before)
            kept.append(text.source)
    return LoadedRules(files=tuple(files), problems=tuple(problems), kept=tuple(kept))


def _read_file(text: RuleText) -> RuleFile:
    return RuleFile(source=text.source, sha256=text.sha256, shipped=text.shipped, rules=load_text(text.data.decode(), text.source, text.shipped))


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
