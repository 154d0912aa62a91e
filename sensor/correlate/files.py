"""Files carry what is known of them from call to call (F27): what an earlier call downloaded or copied out of a secret, and what agents wrote.

A call that reads or runs such a file is judged once more, together with the commands that made the file and with the
text that it runs. So `curl -o x …`, then `sh x`, is what `curl … | sh` is, and a script that was written with one tool
and run with another is judged by what it does. Only what this adds is a finding; what fired on the steps alone was said
when they came.
"""

from __future__ import annotations

import functools
import os
import stat
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Set
from itertools import islice

import msgspec

from sensor.correlate.arrivals import Arrived, milder, path_of_program, run_files
from sensor.correlate.copies import COPIERS, PATTERN, landings, starting_with
from sensor.model.calls import Phase, ShellAction, ToolCall, WriteAction
from sensor.model.effects import MAX_SCRIPT, Effect, Effects, FileFact, Origin, Sink
from sensor.model.findings import Finding, Severity
from sensor.model.globs import fits_glob
from sensor.model.verdicts import Answer, JudgedCall

MAX_FILES = 2000
MAX_BEHIND = 96  # files of one pattern or folder
MAX_TEXTS = 524_288  # characters of the files of one call
MAX_ROUNDS = 8  # scripts that start scripts
MAX_EFFECTS = 20  # commands kept of the call that made a file
MAX_MATCHES = 20_000  # of patterns with files, per call
DOWNLOADS = "download-execute"
NOT_OF_A_SHELL = "code budget exhausted"  # programs in other languages are long as a rule, and are looked at in part
EXECUTABLES = (b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"PK\x03\x04")
HEADER = 32  # bytes in which every executable has a null byte
SEVERE = Severity.MEDIUM  # below it a combination says nothing that a person wants to hear twice
Derive = Callable[[ToolCall, tuple[FileFact, ...]], Effects]
Match = Callable[[ToolCall, Effects], tuple[Finding, ...]]
Used = dict[str, tuple[str, ...]]  # a path as the call names it -> the remembered files behind it


class _Made(msgspec.Struct, frozen=True):
    """A file that a call wrote: what it holds, the commands that made it, and what was said about them then. `whole` = a folder that came as it is."""

    origins: frozenset[Origin] = frozenset()
    effects: tuple[Effect, ...] = ()
    rules: frozenset[str] = frozenset()
    whole: bool = False


PLAIN = _Made()


@functools.cache
def too_much() -> str:
    """Stands for a text that is not looked at: a shell that runs it is asked about.

    Made when one is met, as few sensors ever need its quarter of a megabyte.
    """
    return "#" * (MAX_SCRIPT + 1)


class WrittenFiles:
    """What agents wrote on this machine since the sensor started, the latest MAX_FILES. Belongs to the sensor's loop.

    `derive` tells the effects of a call given what is known of files, `match` the rules that fire on them.
    """

    def __init__(self, derive: Derive, match: Match, read: Callable[[str], str | None] | None = None, arrived: Arrived = lambda path: False) -> None:
        """`read` gives the text of a file, None when it has none; by default from the disk. `arrived` tells the files that came without a call."""
        self._derive = derive
        self._match = match
        self._read = read or read_script
        self._arrived = arrived
        self._files: OrderedDict[str, _Made] = OrderedDict()
        self._carriers: set[str] = set()  # those with origins
        self._above: Counter[str] = Counter()  # folders with such files in or below them
        self._sorted: list[str] | None = None  # their paths
        self._left = 0
        self._cut = False
        self._derived: tuple[ToolCall, Effects] | None = None

    def check(self, call: ToolCall, effects: Effects, so_far: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """What fires on the call together with the calls that made the files it uses, and with scripts that it runs and no call wrote."""
        self._derived = None
        if call.phase is not Phase.BEFORE:
            return ()
        runs = _runs(effects)
        found = self._from_written(call, effects, so_far, runs) if self._files else ()
        if effects.relied_on and self._files:
            found += self._without_excuse(call, effects, so_far + found)
        if not runs or any(finding.severity >= Severity.HIGH for finding in found):
            return found
        return found + self._from_arrived(call, effects, so_far + found)

    def _from_written(self, call: ToolCall, effects: Effects, so_far: tuple[Finding, ...], runs: bool) -> tuple[Finding, ...]:
        self._cut = False
        used = self._used(effects, isinstance(call.action, ShellAction) or _edits(call), runs, {})
        if not used or not (runs or any(made.origins for made in self._makers(used))):
            return ()
        derived, used = self._follow(call, used, runs)
        self._derived = call, derived
        makers = self._makers(used)
        earlier = tuple(dict.fromkeys(effect for made in makers if made.origins for effect in made.effects))
        known = {finding.rule for finding in so_far}.union(*(made.rules for made in makers))
        unread = effects.exhausted or (runs and self._cut) or _left_unread(derived)
        together = msgspec.structs.replace(derived, effects=earlier + derived.effects, exhausted=unread, unresolved=effects.unresolved)
        names = ", ".join(dict.fromkeys(file.rpartition("/")[2] for files in used.values() for file in files))[:120]
        return tuple(_of_both(finding, names) for finding in self._match(call, together) if finding.rule not in known and finding.severity >= SEVERE)

    def _without_excuse(self, call: ToolCall, effects: Effects, so_far: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """What fires once files that excused something no longer do, since an agent wrote them or a folder around them."""
        own = [path for path in effects.relied_on if any(made in self._files for made in (path, *_above(path)))]
        if not own:
            return ()
        derived = self._derive(call, tuple(FileFact(path=path) for path in own))
        known, names = {finding.rule for finding in so_far}, ", ".join(dict.fromkeys(path.rpartition("/")[2] for path in own))
        return tuple(_of_both(finding, names) for finding in self._match(call, derived) if finding.rule not in known and finding.severity >= SEVERE)

    def _from_arrived(self, call: ToolCall, effects: Effects, so_far: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """What fires on the texts of files that came without a call, with those that they start in turn."""
        names = self._arrivals(effects, frozenset())
        if not names:
            return ()
        used = self._used(effects, False, True, {})
        known = {finding.rule for finding in so_far}.union(*(made.rules for made in self._makers(used)))
        derived, _ = self._follow(call, used, True, names)
        together = msgspec.structs.replace(derived, exhausted=effects.exhausted, unresolved=effects.unresolved)
        shown = ", ".join(dict.fromkeys(path.rpartition("/")[2] for path in names))[:120]
        return tuple(milder(finding, shown) for finding in self._match(call, together) if finding.rule not in known and finding.severity >= Severity.HIGH)

    def _arrivals(self, effects: Effects, besides: Set[str]) -> tuple[str, ...]:
        """The files that a call runs and no call wrote, without those `besides`."""
        paths = dict.fromkeys(path for path in run_files(effects) if path not in self._files and path not in besides)
        return tuple(path for path in islice(paths, MAX_BEHIND) if self._arrived(path))

    def _makers(self, used: Used) -> list[_Made]:
        return [self._files[file] for files in used.values() for file in files]

    def _follow(self, call: ToolCall, used: Used, runs: bool, arrivals: tuple[str, ...] = ()) -> tuple[Effects, Used]:
        """The effects of the call given what is known of the files it uses, and of those that its scripts use in turn; with `arrivals` also of such files."""
        facts: dict[str, FileFact] = {}
        new, seen = arrivals, set(arrivals)
        self._left = MAX_TEXTS
        for _ in range(MAX_ROUNDS):
            facts |= {path: self._fact(path, files, runs) for path, files in used.items() if path not in facts}
            facts |= {path: FileFact(path=path, text=text) for path in new if self._left > 0 and (text := self._read(path)) is not None and self._pay(text)}
            derived = self._derive(call, tuple(facts.values()))
            further, new = self._used(derived, False, runs, used), self._arrivals(derived, seen) if arrivals else ()
            seen.update(new)
            if not (further or new) or _left_unread(derived):
                return derived, used
            used = used | further
        self._cut = True
        return derived, used

    def _fact(self, path: str, files: tuple[str, ...], runs: bool) -> FileFact:
        """What is known of what the call names by `path`."""
        origins = frozenset[Origin]().union(*(self._files[file].origins for file in files))
        texts = [text for file in files if runs and (text := self._read(file) if self._left > 0 else too_much()) is not None and self._pay(text)]
        return FileFact(path=path, origins=origins, text="\n".join(texts) if texts else None)

    def _pay(self, text: str) -> bool:
        self._left -= len(text)
        return True

    def judged(self, judged: JudgedCall) -> None:
        """Remember the files that a call writes which was not denied, and forget those that it deletes."""
        call, judgement = judged.call, judged.judgement
        if call.phase is not Phase.BEFORE or judgement.answer is Answer.DENY:
            return
        derived = self._derived[1] if self._derived is not None and self._derived[0] is call else judgement.effects
        self._derived = None
        if not derived.leaves and not any(effect.writes or effect.deletes or effect.program in COPIERS for effect in derived.effects):
            return
        origins = {fact.path: fact.origins for fact in derived.leaves}
        literal = not isinstance(call.action, ShellAction)
        written = [ref.path for effect in derived.effects for ref in effect.writes if ref.path and (literal or not ref.glob) and ref.path[:5] != "/dev/"]
        effects, rules = derived.effects[:MAX_EFFECTS], frozenset(finding.rule for finding in judgement.findings)
        copied = self._copied(derived.effects, origins)
        for path in dict.fromkeys((*written, *origins)):
            self._keep(path, _Made(origins[path], effects, rules) if path in origins else PLAIN)
        for path, (carried, whole) in copied.items():
            self._keep(path, _Made(carried, effects, rules, whole) if carried else PLAIN)
        for effect in derived.effects:
            for ref in effect.deletes:
                if ref.path in self._files and ref.path not in origins and ref.path not in copied:
                    self._drop(ref.path)

    def _copied(self, effects: tuple[Effect, ...], origins: dict[str, frozenset[Origin]]) -> dict[str, tuple[frozenset[Origin], bool]]:
        """Where copies lie, what they hold, and whether that holds for everything below: of remembered files, and of secrets."""
        copied: dict[str, tuple[frozenset[Origin], bool]] = {}
        copiers = [effect for effect in effects if effect.program in COPIERS]
        files = self._paths() if copiers else []
        for effect in copiers:
            sources = {ref.path: ref for ref in effect.reads + effect.deletes}
            leaves = frozenset[Origin]().union(*(origins.get(ref.path, ()) for ref in effect.writes))
            for source, target in landings(effect, files):
                made, ref = self._files.get(source), sources.get(source)
                if source in copied:
                    copied[target] = copied[source]
                elif made is not None:
                    copied[target] = made.origins, made.whole
                elif leaves and ref is not None and (len(sources) == 1 or "@credentials" in ref.places):
                    copied[target] = leaves, os.path.isdir(source)
        return copied

    def _keep(self, path: str, made: _Made) -> None:
        self._sorted = None
        before = self._files.pop(path, None)
        if before is not None and made.origins and made.origins == before.origins:  # another part of the same, or only used again
            made = _Made(made.origins, tuple(dict.fromkeys(before.effects + made.effects))[:MAX_EFFECTS], before.rules | made.rules, before.whole or made.whole)
        self._files[path] = made
        self._carry(path, bool(made.origins))
        if len(self._files) > MAX_FILES:
            self._drop(next(iter(self._files)))

    def _drop(self, path: str) -> None:
        self._sorted = None
        del self._files[path]
        self._carry(path, False)

    def _carry(self, path: str, carries: bool) -> None:
        """Count the folders above each file that carries something."""
        if (path in self._carriers) is carries:
            return
        (self._carriers.add if carries else self._carriers.remove)(path)
        folder = path
        while folder := folder.rpartition("/")[0]:
            self._above[folder] += 1 if carries else -1
            if not self._above[folder]:
                del self._above[folder]

    def _used(self, effects: Effects, adds: bool, runs: bool, besides: Used) -> Used:
        """Remembered files that the call reads or runs, by the path it names, without those `besides`; what is run comes first.

        `adds`: what it writes to a file may leave what was there. `runs`: it may run what it reads.
        """
        found: Used = {}
        self._left, left = MAX_MATCHES, self._left
        for effect in sorted(effects.effects, key=lambda effect: not (effect.executes or effect.opaque)):
            paths = [ref.path for ref in effect.reads + effect.deletes if ref.path]
            if adds:
                paths += [ref.path for ref in effect.writes if ref.path in self._carriers]
            if program := path_of_program(effect.argv, effect.cwd):
                paths.append(program)
            for path in paths:
                if path not in found and path not in besides and (files := self._behind(path, runs)):
                    found[path] = files
        self._left = left
        return found

    def _behind(self, path: str, runs: bool) -> tuple[str, ...]:
        """The files that a path, a folder or a pattern stands for: of a folder, or where nothing is run, only those that carry something."""
        plain = (path,) if path in self._files else ()
        if pattern := PATTERN.search(path):
            files = list(starting_with(path[: pattern.start()], self._paths()))
            self._left -= len(files)
            if self._left < 0:  # too many patterns to tell: what carries something counts as meant
                self._cut = True
                return tuple(self._carriers)[:MAX_BEHIND]
            files = [file for file in files if fits_glob(file, path) and (runs or file in self._carriers)]
        elif path.rstrip("/") in self._above:
            files = [file for file in starting_with(path.rstrip("/") + "/", self._paths()) if file in self._carriers]
        else:
            return plain or self._around(path)
        self._cut |= len(files) > MAX_BEHIND
        return tuple(dict.fromkeys((*plain, *files[:MAX_BEHIND])))

    def _paths(self) -> list[str]:
        if self._sorted is None:
            self._sorted = sorted(self._files)
        return self._sorted

    def _around(self, path: str) -> tuple[str, ...]:
        """The folder that was copied as a whole and that `path` lies in."""
        folder = path
        while self._carriers and (folder := folder.rpartition("/")[0]):
            if folder in self._carriers and self._files[folder].whole:
                return (folder,)
        return ()


def _above(path: str) -> Iterator[str]:
    """The folders around a path, from the nearest on."""
    while path := path.rpartition("/")[0]:
        yield path


def _edits(call: ToolCall) -> bool:
    """Whether it changes a part of a file."""
    return isinstance(call.action, WriteAction) and any(edit.old for _, edits in call.action.files for edit in edits)


def _of_both(finding: Finding, names: str) -> Finding:
    """A finding about the call and those before. A download may have been read before it is run, so a person is asked and not overruled."""
    severity = min(finding.severity, Severity.HIGH) if finding.category == DOWNLOADS else finding.severity
    return msgspec.structs.replace(
        finding, severity=severity, message=f"{finding.message} That is what this does together with {names}, which an earlier call wrote.")


def _runs(effects: Effects) -> bool:
    """Whether the call runs a file, or feeds data to something that runs it."""
    return any(effect.executes or effect.opaque for effect in effects.effects) or any(flow.sink is Sink.INTERPRETER for flow in effects.flows)


def _left_unread(effects: Effects) -> bool:
    """Whether more than program text in other languages was too much to read."""
    return effects.exhausted and {one.reason for one in effects.unresolved if "exhausted" in one.reason} != {NOT_OF_A_SHELL}


def read_script(path: str) -> str | None:
    """The text of a regular file, None for anything else and for executables.

    Of one of more than MAX_SCRIPT bytes it is its beginning and its end, longer than MAX_SCRIPT.

    A shell skips null bytes, so they are left out.
    """
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY | os.O_NOFOLLOW)
    except (OSError, ValueError):
        return None
    try:
        about = os.fstat(file)
        if not stat.S_ISREG(about.st_mode):
            return None
        data = os.read(file, MAX_SCRIPT)
        if about.st_size > MAX_SCRIPT:
            data += b"\n\n" + os.pread(file, MAX_SCRIPT // 4, about.st_size - MAX_SCRIPT // 4)
    except OSError:
        return None
    finally:
        os.close(file)
    if data.startswith(EXECUTABLES) and b"\0" in data[:HEADER]:  # `MZ=1` begins a script as well
        return None
    text = data.replace(b"\0", b"").decode("utf-8", "replace")
    return text if about.st_size <= MAX_SCRIPT or len(text) > MAX_SCRIPT else (text + "\n").ljust(MAX_SCRIPT + 1, "#")
