"""Ways around a guard, class by class: `python tests/bench/bypasses.py [--cases DIR] [--json] [--missed] [--peers DIR]...`.

Judges the cases in tests/rules/bypasses through the sensor's own pipeline with the shipped rules, on an imaginary machine. Nothing
of them is run. Every question counts as answered with yes, so that what is split over calls goes on to its end.

A file of cases (in any folder below) maps a class (C1 to C30) to its `name`, its `forms` and `harmless` calls that look like them. A case is a shell
command or a list of calls under one key, which says what is held true of it: forms are `deny` (denied), `asked` (asked about or
denied) or `missed` (neither, and `why`); harmless ones are `free` (neither) or `stopped` (asked about or denied, and `why`). `repeat`
maps a mark in the command to a number and the text that stands there so many times; `disk` holds the texts of files that shell commands
of the case have left by the time they are looked at.

--peers asks other guards the same, where they are installed (`npm install cc-safety-net`, `pip install nah`; name their folders of
programs): each gets the hook's event on its standard input, in a home and a project of its own, and never runs the command.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import yaml

# The root goes first: a bench beside this one may bear the name of a package.
BENCH = Path(__file__).resolve().parent
sys.path[:0] = [str(BENCH.parents[1]), str(BENCH)]

from sensor.access.rates import RateLimiter
from sensor.correlate.files import WrittenFiles
from sensor.effects import derive_effects
from sensor.judging import UNLIMITED, Judging, build_judging
from sensor.model.calls import Caller, WriteAction
from sensor.model.verdicts import Answer, JudgedCall, Verdict
from sensor.paths import locate, make_private
from sensor.pipeline import NoQueue, OpenAccess, nobody_there
from sensor.policy.examples import AROUND, HOME, PROJECT, example_call
from sensor.policy.rule import Example
from tests.bench.hook_client import PEERS
from tests.sensor.live import warm

CASES = BENCH.parent / "rules" / "bypasses"
CLASSES = tuple(f"C{number}" for number in range(1, 31))
FORMS, HARMLESS = ("deny", "asked", "missed"), ("free", "stopped")
EXPLAINED = ("missed", "stopped")  # results nobody wants: the file says why they are left


class Case(msgspec.Struct, frozen=True):
    """One way, or one harmless call: what is held true of it, and the calls it is made of."""

    group: str
    name: str
    held: str
    steps: tuple[Example, ...]
    why: str = ""
    disk: dict[str, str] = {}

    @property
    def harmless(self) -> bool:
        return self.held in HARMLESS

    def holds(self, verdict: Verdict) -> bool:
        """Does the verdict fit what is held true?"""
        if self.held == "deny":
            return verdict is Verdict.BLOCK
        return is_stopped(verdict) is (self.held in ("asked", "stopped"))


class Row(msgspec.Struct, frozen=True):
    """The score of one class."""

    group: str
    name: str
    forms: int
    denied: int
    stopped: int
    harmless: int
    wronged: int


def is_stopped(verdict: Verdict) -> bool:
    """Asked about or denied."""
    return verdict >= Verdict.QUARANTINE


def load(folder: Path = CASES) -> tuple[dict[str, str], tuple[Case, ...]]:
    """The names of the classes, and every case. Raises ValueError for a case that says nothing, or not why."""
    names: dict[str, str] = {}
    cases: list[Case] = []
    for file in sorted(folder.rglob("*.yaml")):
        for group, content in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            names[group] = content["name"]
            for held, part in ((FORMS, content["forms"]), (HARMLESS, content["harmless"])):
                cases += [_case(f"{file.parent.name}-{group}", number, node, held) for number, node in enumerate(part, 1)]
    order = {group: place for place, group in enumerate(CLASSES)}
    return names, tuple(sorted(cases, key=lambda case: order[case.group]))


def _case(place: str, number: int, node: dict[str, Any], allowed: tuple[str, ...]) -> Case:
    group = place.rpartition("-")[2]
    held = [key for key in node if key in allowed]
    if len(held) != 1 or not set(node) <= {*allowed, "why", "repeat", "disk"} or (held[0] in EXPLAINED) != bool(node.get("why")):
        raise ValueError(f"{group}: a case is one of {', '.join(allowed)}, with `why` when that is {' or '.join(EXPLAINED)}: {str(node)[:120]}")
    steps = node[held[0]] if isinstance(node[held[0]], list) else [node[held[0]]]
    return Case(group, f"{place}-{'harmless' if held[0] in HARMLESS else 'form'}-{number}", held[0], tuple(_step(step, node.get("repeat", {})) for step in steps), node.get("why", ""), node.get("disk", {}))


def _step(step: str | dict[str, Any], repeat: dict[str, list[Any]]) -> Example:
    if isinstance(step, dict):
        return Example(**step)
    for mark, (times, text) in repeat.items():
        step = step.replace(mark, times * text)
    return Example(input={"command": step})


class Judge:
    """The sensor's own pipeline with the shipped rules, on an imaginary machine: files hold what the steps wrote into them."""

    def __init__(self, judging: Judging) -> None:
        self._judging = msgspec.structs.replace(judging, around=AROUND)

    def worst(self, case: Case) -> Verdict:
        """The worst verdict of the steps of a case."""
        texts = {os.path.join(PROJECT, path): text for path, text in case.disk.items()}
        policy = self._judging.inforce.policy
        files = WrittenFiles(lambda call, known: derive_effects(call, AROUND, known),
                             lambda call, effects: policy.match(call, effects, policy.profile(call)), read=texts.get)
        pipeline = self._judging.pipeline(RateLimiter(UNLIMITED, lambda: 0.0), NoQueue(), OpenAccess(), nobody_there, files.check)
        worst = Verdict.CLEAN
        for number, step in enumerate(case.steps):
            call = msgspec.structs.replace(example_call(step), session=case.name, tool_use_id=f"{case.name}-{number}")
            judgement = pipeline.judge(call, Caller(uid=os.getuid()))
            worst = max(worst, judgement.verdict)
            files.judged(JudgedCall(call=call, caller=Caller(uid=os.getuid()), judgement=msgspec.structs.replace(judgement, answer=Answer.ALLOW)))
            if isinstance(call.action, WriteAction):
                texts |= {os.path.join(PROJECT, path): edits[-1].new for path, edits in call.action.files if edits}
        return worst


def build_judge(folder: Path) -> Judge:
    """A judge whose installation is the empty `folder`."""
    paths = locate(folder, folder)
    make_private(paths.config)
    warm(paths.cache)
    return Judge(build_judging(paths))


def rows(names: dict[str, str], verdicts: Iterable[tuple[Case, Verdict]]) -> list[Row]:
    """The score of every class, and of all together."""
    judged = list(verdicts)
    return [_row(group, names[group], [one for one in judged if one[0].group == group]) for group in CLASSES if group in names] + [_row("all", "", judged)]


def _row(group: str, name: str, judged: list[tuple[Case, Verdict]]) -> Row:
    forms = [verdict for case, verdict in judged if not case.harmless]
    harmless = [verdict for case, verdict in judged if case.harmless]
    return Row(group, name, len(forms), sum(verdict is Verdict.BLOCK for verdict in forms), sum(map(is_stopped, forms)),
               len(harmless), sum(map(is_stopped, harmless)))


def peers(folders: list[str]) -> Iterator[tuple[str, Callable[[Case], Verdict]]]:
    """Other guards that are installed; what is not is said."""
    for name, options in PEERS.items():
        program = shutil.which(name, path=os.pathsep.join([*folders, os.environ["PATH"]]))
        if program:
            yield name, lambda case, words=(program, *options): max(_answer(words, case), default=Verdict.CLEAN)
        else:
            print(f"{name}: not installed", file=sys.stderr)


def _answer(words: tuple[str, ...], case: Case) -> Iterator[Verdict]:
    with tempfile.TemporaryDirectory(prefix="handrail-peer-") as home:
        project = Path(home) / "project"
        project.mkdir()
        subprocess.run(["git", "init", "-q", project], check=True)
        (project / "uncommitted.txt").write_text("work\n")
        for step in case.steps:
            if step.definition:  # no hook reports definitions
                continue
            event = {"session_id": case.name, "transcript_path": "", "cwd": os.path.normpath(os.path.join(PROJECT, step.cwd)), "permission_mode": "default",
                     "hook_event_name": "PreToolUse", "tool_name": step.tool, "tool_input": step.input, "tool_use_id": case.name}
            done = subprocess.run(words, input=json.dumps(event).replace(HOME, home), capture_output=True, text=True, cwd=project, check=False, timeout=60,
                                  env={"HOME": home, "PATH": os.environ["PATH"]})
            if done.returncode == 2:
                yield Verdict.BLOCK
            elif done.stdout.strip():
                said = json.loads(done.stdout).get("hookSpecificOutput", {}).get("permissionDecision", "")
                yield {"deny": Verdict.BLOCK, "ask": Verdict.QUARANTINE}.get(said, Verdict.CLEAN)


def show(table: list[Row]) -> None:
    """Print the table."""
    print(f"{'class':6}{'stopped':>9}{'denied':>8}{'harmless stopped':>18}  name")
    for row in table:
        print(f"{row.group:6}{f'{row.stopped}/{row.forms}':>9}{row.denied:>8}{f'{row.wronged}/{row.harmless}':>18}  {row.name}")


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, default=CASES, help="a folder of files of cases")
    parser.add_argument("--json", action="store_true", help="the table as JSON, by guard")
    parser.add_argument("--missed", action="store_true", help="the cases where a guard answers otherwise than one would want")
    parser.add_argument("--peers", action="append", default=[], metavar="DIR", help="a folder of programs to look for other guards in")
    options = parser.parse_args(words)
    names, cases = load(options.cases)
    with tempfile.TemporaryDirectory(prefix="handrail-bypasses-") as folder:
        guards = [("handrail", build_judge(Path(folder)).worst), *(peers(options.peers) if options.peers else ())]
        judged = {name: [(case, worst(case)) for case in cases] for name, worst in guards}
    tables = {name: rows(names, verdicts) for name, verdicts in judged.items()}
    if options.json:
        print(json.dumps({name: msgspec.to_builtins(table) for name, table in tables.items()}))
        return 0
    for name, table in tables.items():
        print(f"\n{name}")
        show(table)
        for case, verdict in judged[name] if options.missed else ():
            if is_stopped(verdict) is case.harmless:
                print(f"{case.name} {verdict.word}: {' ;; '.join(str(step.input or step.definition)[:200] for step in case.steps)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
