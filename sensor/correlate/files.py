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
from collections import OrderedDict
from collections.abc import Callable

import msgspec

from sensor.model.calls import Phase, ShellAction, ToolCall, WriteAction
from sensor.model.effects import Effect, Effects, FileFact, Origin, Sink
from sensor.model.findings import Finding, Severity
from sensor.model.verdicts import Answer, JudgedCall

MAX_FILES = 2000
MAX_AT_ONCE = 8  # files of one call that are looked into
MAX_EFFECTS = 20  # commands kept of the call that made a file
MAX_TEXT = 32_768
DOWNLOADS = "download-execute"
SEVERE = Severity.MEDIUM  # below it a combination says nothing that a person wants to hear twice
Derive = Callable[[ToolCall, tuple[FileFact, ...]], Effects]
Match = Callable[[ToolCall, Effects], tuple[Finding, ...]]


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
        self._derived: tuple[ToolCall, Effects] | None = None

    def check(self, call: ToolCall, effects: Effects, so_far: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """What fires on the call together with the calls that made the files it uses."""
        self._derived = None
        if not self._files or call.phase is not Phase.BEFORE:
            return ()
        used = self._used(effects, isinstance(call.action, ShellAction) or _edits(call))
        runs = _runs(effects)
        if not used or not (runs or any(made.origins for made in used.values())):
            return ()
        derived = self._derive(call, tuple(
            FileFact(path=path, origins=made.origins, text=self._read(path) if runs else None) for path, made in used.items()))
        self._derived = call, derived
        earlier = tuple(dict.fromkeys(effect for made in used.values() if made.origins for effect in made.effects))
        known = {finding.rule for finding in so_far}.union(*(made.rules for made in used.values()))
        together = msgspec.structs.replace(derived, effects=earlier + derived.effects, exhausted=effects.exhausted, unresolved=effects.unresolved)
        names = ", ".join(path.rpartition("/")[2] for path in used)[:120]
        return tuple(_of_both(finding, names) for finding in self._match(call, together) if finding.rule not in known and finding.severity >= SEVERE)

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
        (self._carriers.add if made.origins else self._carriers.discard)(path)
        if len(self._files) > MAX_FILES:
            self._drop(next(iter(self._files)))

    def _drop(self, path: str) -> None:
        del self._files[path]
        self._carriers.discard(path)

    def _used(self, effects: Effects, adds: bool) -> dict[str, _Made]:
        """Remembered files that the call reads or runs, by the path it names; behind a pattern or a folder only what carries something.

        `adds`: what it writes to a file may leave what was there.
        """
        found: dict[str, _Made] = {}
        for effect in effects.effects:
            paths = [ref.path for ref in effect.reads + effect.deletes if ref.path]
            if adds:
                paths += [ref.path for ref in effect.writes if ref.path in self._carriers]
            if effect.argv and "/" in effect.argv[0]:
                paths.append(os.path.realpath(os.path.join(effect.cwd or "/", effect.argv[0])) if "\0" not in effect.argv[0] else "")
            for path in paths:
                if path in self._carriers or not (self._carriers and (inside := self._carrier(path))):
                    inside = path
                if inside in self._files:
                    found[path] = self._files[inside]
        return dict(list(found.items())[:MAX_AT_ONCE])

    def _carrier(self, path: str) -> str:
        """A file that carries something, in a folder or behind a pattern that the call reads; "" for none."""
        folder = path.rstrip("/") + "/"
        return next((one for one in self._carriers if one.startswith(folder) or ("*" in path and fnmatch.fnmatchcase(one, path))), "")


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
