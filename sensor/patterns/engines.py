"""One pass over a text with every pattern at once, behind one interface; the engines find the same patterns.

`HyperscanEngine` is the one to have (2 KB in about 5 microseconds); `Re2Engine` where hyperscan has no wheel; `ReEngine`
needs only the standard library. A database of hyperscan is cached on disk under the hash of its patterns and version.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from sensor.model.errors import HandrailError
from sensor.patterns import syntax
from sensor.patterns.finder import RE_MAX_BYTES, Finder, re2_options, re2_text
from sensor.patterns.literals import LiteralEngine
from sensor.patterns.protocol import Engine, Hit, WordEngine

try:
    import hyperscan
except ImportError:  # no wheel for this platform
    hyperscan = None  # type: ignore[assignment]
try:
    import re2
except ImportError:
    re2 = None

ENGINES = ("hyperscan", "re2", "re")
# States of RE2's automaton multiply with the patterns of a set: in one set 1,200 words cost 0.6 ms a new command, and 60 MB.
WORDS_PER_SET = {"hyperscan": 4000, "re2": 48, "re": 10_000}
MANY_WORDS = 500


class PatternError(HandrailError):
    """Patterns that an engine refuses although they are in the dialect. `refused` are (index, reason)."""

    def __init__(self, refused: Sequence[tuple[int, str]]) -> None:
        self.refused = tuple(refused)
        super().__init__("; ".join(f"pattern {index}: {reason}" for index, reason in refused))


def available() -> tuple[str, ...]:
    """The engines that this installation has, best first."""
    have = {"hyperscan": hyperscan is not None, "re2": re2 is not None, "re": True}
    return tuple(name for name in ENGINES if have[name])


def versions() -> tuple[object, ...]:
    """What tells these engines from others: RE2 does not name its version, so the size and time of its file stand for it."""
    built = os.stat(sys.modules[re2.Set.__module__].__file__ or "") if re2 is not None else None
    return (getattr(hyperscan, "__version__", ""), (built.st_size, built.st_mtime_ns) if built is not None else ())


def build(patterns: Sequence[str], cache: Path | None = None, engine: str = "") -> Engine:
    """The best available engine (or the named one) for `patterns`. Raises PatternError."""
    return build_all((patterns,), cache, engine)[0]


def build_all(sets: Sequence[Sequence[str]], cache: Path | None = None, engine: str = "") -> list[Engine]:
    """As `build`, for many sets: side by side, as the compiler of hyperscan lets other threads run."""
    name = engine or available()[0]
    if name != "hyperscan":
        return [Re2Engine(patterns) if name == "re2" else ReEngine(patterns) for patterns in sets]
    made = [HyperscanEngine(patterns, cache) for patterns in sets]
    _compile_side_by_side([one for one in made if not one.is_stored])
    return list(made)


def build_at_once(sets: Sequence[Sequence[str]], cache: Path | None = None, engine: str = "") -> list[Engine]:
    """As `build_all`, but nothing is compiled that takes long: what the cache does not have is looked for by its words, and `uncompiled` names it.

    For patterns that are known to compile. Without a cache, or without both engines, there is no better one to wait for.
    """
    if cache is None or engine or available()[:2] != ("hyperscan", "re2"):
        return build_all(sets, cache, engine)
    return [one if one.is_stored else LiteralEngine(one.patterns) for one in (HyperscanEngine(patterns, cache) for patterns in sets)]


def uncompiled(built: Iterable[Engine]) -> list[Sequence[str]]:
    """What `compile_all` should store so that `build_at_once` has better engines than these."""
    return [one.patterns for one in built if isinstance(one, LiteralEngine)]


def compile_all(sets: Sequence[Sequence[str]], cache: Path) -> None:
    """Store a database of hyperscan for each set. Raises PatternError; what was stored before stays."""
    _compile_side_by_side([one for one in (HyperscanEngine(patterns, cache) for patterns in sets) if not one.load()])


def _compile_side_by_side(missing: Sequence[HyperscanEngine]) -> None:
    """The longest first, so that no core waits for it at the end."""
    if missing:
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            list(pool.map(HyperscanEngine.compile, sorted(missing, key=HyperscanEngine.size, reverse=True)))


def build_for_words(patterns: Sequence[str], cache: Path | None = None, engine: str = "") -> WordEngine:
    """As `build`, for a thousand simple patterns over short texts, in sets where that is better.

    Where the cache has no whole database of them they are RE2's, which takes milliseconds to compile them, but meets new states in nearly every new
    text: who lives longer has `uncompiled_words` compiled beside it, and builds again.
    """
    name = engine or available()[0]
    if not engine and name == "hyperscan" and re2 is not None:
        sets = _sets_of_words(patterns, name)
        stored = [HyperscanEngine([patterns[number] for number in numbers], cache) for numbers in sets]
        if all(one.load() for one in stored):
            return EngineOfSets(list(zip(sets, stored, strict=True)))
        name = "re2"
    sets = _sets_of_words(patterns, name)
    return EngineOfSets(list(zip(sets, build_all([[patterns[number] for number in numbers] for numbers in sets], cache, name), strict=True)))


def uncompiled_words(patterns: Iterable[str], built: WordEngine, cache: Path | None, engine: str = "") -> list[Sequence[str]]:
    """What `compile_all` should store so that `build_for_words` of the same has a better engine than `built` was; often nothing."""
    could = cache is not None and not engine and available()[0] == "hyperscan"
    if not could or built.name != "re2":
        return []
    words = list(patterns)
    return [[words[number] for number in numbers] for numbers in _sets_of_words(words, "hyperscan")]


def _sets_of_words(patterns: Sequence[str], name: str) -> list[Sequence[int]]:
    """Numbers of patterns that are compiled together. Of many, for hyperscan, those that begin lines are apart: see `HyperscanEngine`."""
    groups: dict[bool, list[int]] = {}
    for number, pattern in enumerate(patterns):
        groups.setdefault(name == "hyperscan" and len(patterns) >= MANY_WORDS and syntax.begins_lines(pattern), []).append(number)
    size = WORDS_PER_SET[name]
    return [group[first:first + size] for group in groups.values() for first in range(0, len(group), size)]


class EngineOfSets:
    """Engines that share a list of patterns, each with the numbers of its own."""

    def __init__(self, sets: Sequence[tuple[Sequence[int], WordEngine]]) -> None:
        self.name = sets[0][1].name if sets else ""
        self._sets = tuple(sets)

    def numbers(self, data: bytes) -> list[int]:
        found: list[int] = []
        for numbers, one in self._sets:
            found += map(numbers.__getitem__, one.numbers(data))
        return found

    def candidates(self, data: bytes) -> list[int]:
        found: list[int] = []
        for numbers, one in self._sets:
            found += map(numbers.__getitem__, one.candidates(data))
        return found


class HyperscanEngine:
    """Block mode. One scratch per thread; the database itself is shared.

    Patterns with long bounded repeats, which would take minutes to compile together, are compiled without the bounds; a
    hit of one is confirmed by the exact pattern. Where all patterns begin lines, the text gets a line feed on both sides, and the database
    looks for these instead of anchors: it is less than half as large, and compiled in a fifth of the time.
    """

    name = "hyperscan"

    def __init__(self, patterns: Sequence[str], cache: Path | None = None) -> None:
        self.patterns = tuple(patterns)
        self._file = _cache_file(self.patterns, cache)
        self._framed = bool(self.patterns) and all(map(syntax.begins_lines, self.patterns))
        self._exact: dict[int, Finder | None] = {}
        self._at_end: dict[int, Finder] = {}
        # Patterns of which a hit needs no second look: wherever it ends, or unless it ends with what frames the text.
        self._sure: set[int] = set()
        self._sure_inside: set[int] = set()
        self._database: Any = None
        self._local = threading.local()

    @property
    def is_stored(self) -> bool:
        """Whether the first scan finds its database in the cache."""
        return not self.patterns or (self._file is not None and self._file.is_file())

    def size(self) -> int:
        """Characters of its patterns, which tell roughly how long they take to compile."""
        return sum(map(len, self.patterns))

    def load(self) -> bool:
        """Read the database from the cache; False when it is damaged or not there."""
        if self._database is None and self._file is not None:
            with contextlib.suppress(OSError, hyperscan.error, ValueError):
                self._database = hyperscan.loadb(self._file.read_bytes(), hyperscan.HS_MODE_BLOCK)
        return self._database is not None

    def compile(self) -> None:
        """Make the database, and store it; a folder that cannot be written is ignored. Raises PatternError."""
        patterns = [_compilable(pattern) for pattern in self.patterns]
        self._database = _compile(list(map(syntax.framed, patterns)) if self._framed else patterns)
        if self._file is not None:
            with contextlib.suppress(OSError):
                write_atomically(self._file, hyperscan.dumpb(self._database))

    def scan(self, data: bytes) -> list[Hit]:
        hits = self._hits(data)
        return self._confirmed(sorted(hits), data) if hits else hits

    def numbers(self, data: bytes) -> list[int]:
        hits, sure, inside, framed_end = self._hits(data), self._sure, self._sure_inside, len(data) + 2
        found = [index for index, end in hits if index in sure or (index in inside and end < framed_end)]
        return found if len(found) == len(hits) else [index for index, _ in self._confirmed(hits, data)]

    def candidates(self, data: bytes) -> list[int]:
        return sorted([index for index, _ in self._hits(data)])

    def _confirmed(self, hits: list[Hit], data: bytes) -> list[Hit]:
        """Those of which the exact pattern matches."""
        found, exact = [], self._exact
        for hit in hits:
            finder = exact[hit[0]] if hit[0] in exact else self._finder(hit[0])
            if finder is None and self._framed:
                finder = self._finder_at_end(*hit, len(data))
                hit = (hit[0], -1)
            if finder is None:
                found.append(hit)
            elif (place := finder.find(data)) is not None:
                found.append((hit[0], place[1]))
        return found

    def _hits(self, data: bytes) -> list[Hit]:
        """What the database finds, in any order."""
        scratch = getattr(self._local, "scratch", None)
        if scratch is None:
            if not self.patterns:
                return []
            scratch = self._local.scratch = hyperscan.Scratch(self._loaded())
        hits: list[Hit] = []
        if self._framed:
            data = b"\n" + data + b"\n"
        self._database.scan(data, match_event_handler=lambda index, start, end, flags, context: hits.append((index, end)), scratch=scratch)
        return hits

    def _loaded(self) -> Any:
        """The database, from the cache where it is whole; what is damaged or gone is made again."""
        if not self.load():
            self.compile()
        return self._database

    def _finder(self, index: int) -> Finder | None:
        """What confirms a hit of this pattern; None when it is compiled as it is."""
        pattern = self.patterns[index]
        finder = self._exact[index] = Finder(pattern) if _compilable(pattern) != pattern else None
        if finder is None:
            (self._sure_inside if self._framed and not pattern.endswith("$") else self._sure).add(index)
        return finder

    def _finder_at_end(self, index: int, end: int, size: int) -> Finder | None:
        """What confirms a hit in a framed text of so many bytes: one that took the line feed behind it for a part of it."""
        if end < size + 2 or self.patterns[index].endswith("$"):
            return None
        if index not in self._at_end:
            self._at_end[index] = Finder(self.patterns[index])
        return self._at_end[index]


def compiled_size(pattern: str) -> int:
    """Bytes of the database of one pattern alone, which tell what it costs the compiler. Raises PatternError."""
    return len(hyperscan.dumpb(_compile([_compilable(pattern)])))


def _compilable(pattern: str) -> str:
    """Weakened where the exact pattern can be run in linear time afterwards."""
    return syntax.weakened(pattern) if re2 is not None or not syntax.nests_repeats(pattern) else pattern


def _flags(pattern: str) -> int:
    flags = hyperscan.HS_FLAG_DOTALL | hyperscan.HS_FLAG_MULTILINE | hyperscan.HS_FLAG_SINGLEMATCH
    return int(flags | (0 if pattern.isascii() else hyperscan.HS_FLAG_UTF8))


def _cache_file(patterns: Sequence[str], cache: Path | None) -> Path | None:
    """Where the database of these patterns is kept: the name tells what it was made of, and by what."""
    if cache is None:
        return None
    made_of = msgspec.msgpack.encode((getattr(hyperscan, "__version__", ""), re2 is not None, syntax.COMPILED_FORM, patterns))
    return cache / f"{hashlib.sha256(made_of).hexdigest()[:32]}.hsdb"


def _compile(patterns: Sequence[str]) -> Any:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    try:
        database.compile(expressions=[p.encode() for p in patterns], ids=list(range(len(patterns))), elements=len(patterns),
                         flags=[_flags(p) for p in patterns])
    except hyperscan.error as error:
        raise PatternError(_refused(patterns) or [(-1, str(error))]) from error
    return database


def _refused(patterns: Sequence[str]) -> list[tuple[int, str]]:
    """The guilty ones: the compiler stops at the first and does not say which it is."""
    refused = []
    for index, pattern in enumerate(patterns):
        try:
            hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK).compile(
                expressions=[pattern.encode()], ids=[0], elements=1, flags=[_flags(pattern)])
        except hyperscan.error as error:
            refused.append((index, str(error)))
    return refused


def write_atomically(file: Path, data: bytes) -> None:
    """Replace `file` with `data` so that a reader sees the old or the new bytes, never a part. Mode 0600."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        os.replace(name, file)
    except OSError:
        os.unlink(name)
        raise


class Re2Engine:
    """Two sets, because ASCII patterns count bytes and the others count characters."""

    name = "re2"

    def __init__(self, patterns: Sequence[str]) -> None:
        self._sets = []
        refused = []
        for is_ascii in (True, False):
            members = [(index, pattern) for index, pattern in enumerate(patterns) if pattern.isascii() is is_ascii]
            options = re2_options(is_ascii)
            group = re2.Set.SearchSet(options)
            for index, pattern in members:
                try:
                    group.Add(re2_text(pattern, is_ascii))
                except re2.error as error:
                    refused.append((index, str(error)))
            if members and not refused:
                group.Compile()
                self._sets.append((group, [index for index, _ in members]))
        if refused:
            raise PatternError(refused)

    def scan(self, data: bytes) -> list[Hit]:
        return [(index, -1) for index in self.numbers(data)]

    def numbers(self, data: bytes) -> list[int]:
        return sorted([indexes[number] for group, indexes in self._sets for number in group.Match(data) or ()])

    candidates = numbers


class ReEngine:
    """`re` behind a filter of literals. Looks at the first and last 32 KB of longer texts; refuses nested repeats."""

    name = "re"

    def __init__(self, patterns: Sequence[str]) -> None:
        refused = [(i, "nested repeats need hyperscan or re2") for i, p in enumerate(patterns) if syntax.nests_repeats(p)]
        if refused:
            raise PatternError(refused)
        self._finders = [Finder(pattern) for pattern in patterns]
        self._always: list[int] = []
        self._by_literal: dict[bytes, list[int]] = {}
        for index, pattern in enumerate(patterns):
            words = syntax.literals(pattern)
            if not words:
                self._always.append(index)
            for word in words:
                self._by_literal.setdefault(word, []).append(index)

    def scan(self, data: bytes) -> list[Hit]:
        return [(index, -1) for index in self.numbers(data)]

    def numbers(self, data: bytes) -> list[int]:
        if len(data) > RE_MAX_BYTES:
            data = data[: RE_MAX_BYTES // 2] + b"\n" + data[-RE_MAX_BYTES // 2 :]
        lower = data.lower()
        wanted = set(self._always)
        for literal, indexes in self._by_literal.items():
            if literal in lower:
                wanted.update(indexes)
        return [index for index in sorted(wanted) if self._finders[index].find(data) is not None]

    candidates = numbers
