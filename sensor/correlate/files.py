"""Files carry what is known of them from call to call (F27): what an earlier call downloaded or copied out of a secret, and what agents wrote.

A call that reads or runs such a file is judged once more, together with the commands that made the file and with the
text that it runs. So `curl -o x …`, then `sh x`, is what `curl … | sh` is, and a script that was written with one tool
and run with another is judged by what it does. Only what this adds is a finding; what fired on the steps alone was said
when they came.
"""

from __future__ import annotations

import fnmatch
import os
import stat
from collections import Counter, OrderedDict
from collections.abc import Callable

import msgspec

from sensor.model.calls import Phase, ShellAction, ToolCall, WriteAction
from sensor.model.effects import Effect, Effects, FileFact, Origin, Sink
from sensor.model.findings import Finding, Severity
from sensor.model.verdicts import Answer, JudgedCall

MAX_FILES = 2000
MAX_AT_ONCE = 8  # files of one call that are looked into
MAX_EFFECTS = 20  # commands kept of the call that made a file
MAX_TEXT = 262_144
MAX_MATCHES = 20_000  # of patterns with files, per call
MAX_ROUNDS = 3  # scripts that start scripts
DOWNLOADS = "download-execute"
SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh", "ash", "source", "."})
LANGUAGES = frozenset({"python", "node", "deno", "bun", "ruby", "perl", "php", "lua", "Rscript", "julia", "tclsh"})
SEVERE = Severity.MEDIUM  # below it a combination says nothing that a person wants to hear twice
Derive = Callable[[ToolCall, tuple[FileFact, ...]], Effects]
Match = Callable[[ToolCall, Effects], tuple[Finding, ...]]
Used = dict[str, tuple[str, ...]]  # a path as the call names it -> the remembered files behind it


class _Made(msgspec.Struct, frozen=True):
    """A file that a call wrote: what it holds, the commands that made it, and what was said about them then."""

    origins: frozenset[Origin] = frozenset()
    effects: tuple[Effect, ...] = ()
    rules: frozenset[str] = frozenset()


class WrittenFiles:
    """What agents wrote on this machine since the sensor started, the latest MAX_FILES. Belongs to the sensor's loop.

    `derive` tells the effects of a call given what is known of files, `match` the rules that fire on them.
    """

    def __init__(self, derive: Derive, match: Match, read: Callable[[str], str | None] | None = None) -> None:
        """`read` gives the text of a file, None when it has none; by default from the disk."""
        self._derive = derive
        self._match = match
        self._read = read or read_script
        self._files: OrderedDict[str, _Made] = OrderedDict()
        self._carriers: set[str] = set()  # those with origins
        self._above: Counter[str] = Counter()  # folders with such files in or below them
        self._left = 0
        self._derived: tuple[ToolCall, Effects] | None = None

    def check(self, call: ToolCall, effects: Effects, so_far: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """What fires on the call together with the calls that made the files it uses."""
        self._derived = None
        if not self._files or call.phase is not Phase.BEFORE:
            return ()
        runs = _runs(effects)
        used = self._used(effects, isinstance(call.action, ShellAction) or _edits(call), runs)
        if not used or not (runs or any(made.origins for made in self._makers(used))):
            return ()
        derived, used = self._follow(call, used, runs)
        self._derived = call, derived
        makers = self._makers(used)
        earlier = tuple(dict.fromkeys(effect for made in makers if made.origins for effect in made.effects))
        known = {finding.rule for finding in so_far}.union(*(made.rules for made in makers))
        unread = effects.exhausted or (derived.exhausted and _is_shell(derived))
        together = msgspec.structs.replace(derived, effects=earlier + derived.effects, exhausted=unread, unresolved=effects.unresolved)
        names = ", ".join(dict.fromkeys(file.rpartition("/")[2] for files in used.values() for file in files))[:120]
        return tuple(_of_both(finding, names) for finding in self._match(call, together) if finding.rule not in known and finding.severity >= SEVERE)

    def _makers(self, used: Used) -> list[_Made]:
        return [self._files[file] for files in used.values() for file in files]

    def _follow(self, call: ToolCall, used: Used, runs: bool) -> tuple[Effects, Used]:
        """The effects of the call given what is known of the files it uses, and of those that its scripts use in turn."""
        facts: dict[str, FileFact] = {}
        while True:
            facts |= {path: self._fact(path, files, runs) for path, files in used.items() if path not in facts}
            derived = self._derive(call, tuple(facts.values()))
            further = {path: files for path, files in self._used(derived, False, runs).items() if path not in used}
            if not further or len(facts) >= MAX_ROUNDS * MAX_AT_ONCE:
                return derived, used
            used = used | further

    def _fact(self, path: str, files: tuple[str, ...], runs: bool) -> FileFact:
        """What is known of what the call names by `path`."""
        origins = frozenset[Origin]().union(*(self._files[file].origins for file in files))
        texts = [text for file in files if runs and (text := self._read(file)) is not None]
        return FileFact(path=path, origins=origins, text="\n".join(texts) if texts else None)

    def judged(self, judged: JudgedCall) -> None:
        """Remember the files that a call writes which was not denied, and forget those that it deletes."""
        call, judgement = judged.call, judged.judgement
        if call.phase is not Phase.BEFORE or judgement.answer is Answer.DENY:
            return
        derived = self._derived[1] if self._derived is not None and self._derived[0] is call else judgement.effects
        self._derived = None
        origins = {fact.path: fact.origins for fact in derived.leaves}
        written = [ref.path for effect in derived.effects for ref in effect.writes if ref.path and not ref.glob and ref.path[:5] != "/dev/"]
        if written or origins:
            effects, rules = derived.effects[:MAX_EFFECTS], frozenset(finding.rule for finding in judgement.findings)
            for path in dict.fromkeys((*written, *origins)):
                self._keep(path, _Made(origins[path], effects, rules) if path in origins else _Made())
        for effect in derived.effects:
            for ref in effect.deletes:
                if ref.path in self._files and ref.path not in origins:
                    self._drop(ref.path)

    def _keep(self, path: str, made: _Made) -> None:
        before = self._files.pop(path, None)
        if before is not None and made.origins and made.origins == before.origins:  # another part of the same, or only used again
            made = _Made(made.origins, tuple(dict.fromkeys(before.effects + made.effects))[:MAX_EFFECTS], before.rules | made.rules)
        self._files[path] = made
        self._carry(path, bool(made.origins))
        if len(self._files) > MAX_FILES:
            self._drop(next(iter(self._files)))

    def _drop(self, path: str) -> None:
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

    def _used(self, effects: Effects, adds: bool, runs: bool) -> Used:
        """Remembered files that the call reads or runs, by the path it names.

        `adds`: what it writes to a file may leave what was there. `runs`: it may run what it reads.
        """
        found: Used = {}
        self._left = MAX_MATCHES
        for effect in effects.effects:
            paths = [ref.path for ref in effect.reads + effect.deletes if ref.path]
            if adds:
                paths += [ref.path for ref in effect.writes if ref.path in self._carriers]
            if effect.argv and "/" in effect.argv[0] and "\0" not in effect.argv[0]:
                paths.append(os.path.realpath(os.path.join(effect.cwd or "/", effect.argv[0])))
            for path in paths:
                if files := self._behind(path, runs):
                    found[path] = files
        return dict(list(found.items())[:MAX_AT_ONCE])

    def _behind(self, path: str, runs: bool) -> tuple[str, ...]:
        """The files that a path, a folder or a pattern stands for: of a folder, or where nothing is run, only those that carry something."""
        if path in self._carriers:
            return (path,)
        files: list[str] = []
        if any(mark in path for mark in "*?["):
            candidates = self._files if runs else self._carriers
            self._left -= len(candidates)
            if self._left < 0:  # too many patterns to tell: what carries something counts as meant
                return tuple(self._carriers)[:MAX_AT_ONCE]
            files = [file for file in candidates if fnmatch.fnmatchcase(file, path)]
        elif path.rstrip("/") in self._above:
            folder = path.rstrip("/") + "/"
            files = [file for file in self._carriers if file.startswith(folder)]
        return tuple(files[:MAX_AT_ONCE]) or ((path,) if path in self._files else ())


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


def _is_shell(effects: Effects) -> bool:
    """Whether what was too long to read is a shell's. Programs in other languages are long as a rule, and are looked at in part."""
    return any(effect.program in SHELLS or (effect.argv and "/" in effect.argv[0]) for effect in effects.effects) and not any(
        effect.program.rstrip("0123456789.") in LANGUAGES for effect in effects.effects)


def read_script(path: str) -> str | None:
    """The text of a regular file of at most MAX_TEXT bytes, None for anything else."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY | os.O_NOFOLLOW)
    except (OSError, ValueError):
        return None
    try:
        about = os.fstat(file)
        if not stat.S_ISREG(about.st_mode) or about.st_size > MAX_TEXT:
            return None
        data = os.read(file, MAX_TEXT + 1)
    except OSError:
        return None
    finally:
        os.close(file)
    return None if b"\0" in data else data.decode("utf-8", "replace")
