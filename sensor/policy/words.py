"""The words that conditions look for in paths, hosts and arguments, and the tables that find them all in one pass.

Tables of many words are hyperscan's where the cache has their database. Compiling one takes seconds, so until then they
are RE2's: the same answers after milliseconds, but four times as much to ask. `uncompiled` are the words that wait.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from sensor.model.calls import Value
from sensor.patterns import engines
from sensor.policy.rule import EffectCondition

MAX_KNOWN_PATHS = 1024
LONGEST_KNOWN_PATH = 200
LONGEST_LOOK = 32 * 1024  # an engine reads as much to the end


def path_pattern(glob: str) -> str:
    """The pattern of a path glob: `*` stays inside a folder, `**` crosses, without a slash the base name counts."""
    text = glob if "/" in glob else "**/" + glob
    out = ""
    for part in re.split(r"(\*\*/|/\*\*$|\*\*|\*|\?)", text):
        out += _GLOB.get(part) or re.escape(part)
    return f"(?i)^{out}$"


def word_pattern(word: str) -> str:
    """The pattern of an argument: a glob over one word, or what follows "re:"."""
    if word.startswith("re:"):
        return word[3:]
    return "^" + "".join({"*": r"[^\n]*", "?": r"[^\n]"}.get(part) or re.escape(part) for part in re.split(r"(\*|\?)", word)) + "$"


_GLOB = {"**/": "(?:.*/)?", "/**": "(?:/.*)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}

_WHOLE_TEXT = re.compile(r"\\[AzZ]|\(\?-")


class LabelTable:
    """Words that are looked for together in one kind of text. The engine is built when it is first asked, or by `build`."""

    def __init__(self, words: WordList, pattern: Callable[[str], str], cache: Path | None = None, engine: str = "") -> None:
        self.words = words.shipped + words.own
        self._shipped = len(words.shipped)
        self._pattern = pattern
        self._cache = cache
        self._name = engine
        self._engine: engines.WordEngine | None = None
        self.of_whole_texts: tuple[str, ...] = ()
        """Known when it is built. All others have it that a text made of more lines fits whatever fits one of its lines."""

    def build(self) -> engines.WordEngine:
        """The engine, built now if it is not yet. Raises PatternError."""
        if self._engine is None:
            patterns, first = list(map(self._pattern, self.words)), self._shipped
            self._engine = engines.build_for_words(patterns[:first], self._cache, self._name)
            if patterns[first:]:  # a user's words change while calls wait: they are built in milliseconds, the others stay in the cache
                of_user = engines.build_for_words(patterns[first:], None, self._name)
                self._engine = engines.EngineOfSets([(range(first), self._engine), (range(first, len(patterns)), of_user)])
            self.of_whole_texts = tuple([word for word in self.words if _WHOLE_TEXT.search(word)])
        return self._engine

    def uncompiled(self) -> list[Sequence[str]]:
        """Sets of patterns that `engines.compile_all` should store in the cache, after which another table is faster."""
        return engines.uncompiled_words(map(self._pattern, self.words[:self._shipped]), self.build(), self._cache, self._name)

    def labels(self, text: str) -> frozenset[str]:
        """The words that fit a text."""
        engine = self._engine or self.build()
        return frozenset(map(self.words.__getitem__, engine.numbers(text.encode("utf-8", "replace"))))

    def labels_of_some_lines(self, text: str) -> list[str]:
        """The words that may fit one or more lines of a text; they may be too many."""
        engine = self._engine or self.build()
        return [*self.of_whole_texts, *map(self.words.__getitem__, engine.candidates(text.encode("utf-8", "replace")))]


class PathLabels(LabelTable):
    """Remembers the paths of late: agents name the same ones again and again."""

    def __init__(self, words: WordList, cache: Path | None = None, engine: str = "") -> None:
        super().__init__(words, path_pattern, cache, engine)
        self._known: dict[str, frozenset[str]] = {}

    def labels(self, text: str) -> frozenset[str]:
        found = self._known.get(text)
        if found is None:
            found = super().labels(text)
            if len(text) <= LONGEST_KNOWN_PATH:
                if len(self._known) >= MAX_KNOWN_PATHS:
                    self._known.clear()
                self._known[text] = found
        return found

    def labels_of_some(self, texts: Sequence[str]) -> frozenset[str]:
        """The words that may fit one or more of these paths; they may be too many. Several that are new are looked at together."""
        known = self._known
        new = "\n".join({text for text in texts if text not in known})
        if "\n" not in new or len(new) > LONGEST_LOOK:
            return frozenset().union(*map(self.labels, texts))
        return frozenset(self.labels_of_some_lines(new)).union(*[known[text] for text in texts if text in known])


class WordList(Value):
    """Words of one table: those of our rules, and what a user's rules have beside them."""

    shipped: tuple[str, ...]
    own: tuple[str, ...] = ()


class TableWords(Value):
    """The words of each table, as the cache keeps them."""

    paths: WordList
    hosts: WordList
    args: WordList


def table_words(shipped: Sequence[EffectCondition], own: Sequence[EffectCondition] = ()) -> TableWords:
    """What the tables of these conditions look for."""
    def words(conditions: Sequence[EffectCondition], keys: Sequence[str]) -> set[str]:
        found = [getattr(condition, key) for condition in conditions for key in keys]
        return {word for group in found if group for word in group.mentioned if not word.startswith("@")}

    def both(*keys: str) -> WordList:
        ours = words(shipped, keys)
        return WordList(shipped=tuple(sorted(ours)), own=tuple(sorted(words(own, keys) - ours)))

    return TableWords(paths=both("reads", "writes", "deletes"), hosts=both("hosts"), args=both("args"))


class Tables:
    """The label tables of a rule set."""

    def __init__(self, words: TableWords, cache: Path | None = None, engine: str = "") -> None:
        self.paths = PathLabels(words.paths, cache, engine)
        self.hosts = LabelTable(words.hosts, _host_pattern, cache, engine)
        self.args = LabelTable(words.args, word_pattern, cache, engine)
        self.every: tuple[LabelTable, ...] = (self.args, self.paths, self.hosts)

    def build(self) -> None:
        """Build them all now, in about 10 ms from the cache, 30 without. Raises PatternError."""
        for table in self.every:
            table.build()

    def uncompiled(self) -> list[Sequence[str]]:
        """See `LabelTable.uncompiled`; of all tables."""
        return [patterns for table in self.every for patterns in table.uncompiled()]


def _host_pattern(word: str) -> str:
    if word.startswith("re:"):
        return word[3:]
    return "(?i)^" + "".join({"*": r"[^\n]*"}.get(part) or re.escape(part) for part in re.split(r"(\*)", word)) + "$"
