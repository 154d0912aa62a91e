"""Score sequences of calls: `python tests/bench/sequences.py [--corpus FILE] [--json]`.

Each step is judged alone, and again with what is known of files from the steps before it. Every question counts as
answered with yes, so that a sequence goes on to its end. Rows are judged in memory and never printed, run or stored.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

# The root goes first: a bench beside this one may bear the name of a package.
BENCH = Path(__file__).resolve().parent
sys.path[:0] = [str(BENCH.parents[1]), str(BENCH)]

from detection_metrics import wilson

from hooks.adapters import ADAPTERS
from sensor.access.rates import RateLimiter
from sensor.correlate.files import WrittenFiles
from sensor.effects import derive_effects
from sensor.judging import UNLIMITED, Judging, build_judging
from sensor.model.calls import Caller, Heartbeat, ToolCall, WriteAction
from sensor.model.effects import Surroundings
from sensor.model.verdicts import Answer, JudgedCall, Verdict
from sensor.paths import locate, make_private
from sensor.pipeline import NoQueue, OpenAccess, no_past, nobody_there

DEFAULT_CORPUS = BENCH.parents[2] / "shared" / "corpora" / "sequences-dev.jsonl.gz"
HOME, PROJECT = "/home/dev", "/home/dev/project"
Row = dict[str, Any]


class Scored(msgspec.Struct, frozen=True):
    """The worst verdict of a sequence, its steps judged alone and together."""

    label: str
    kind: str
    alone: Verdict
    together: Verdict


def load(file: Path) -> list[Row]:
    """The sequences of a file: `label`, `kind` and `events` of (`tool`, `input`)."""
    with (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def calls_of(row: Row) -> Iterator[ToolCall]:
    """The calls as Claude Code reports them."""
    for number, event in enumerate(row["events"]):
        given = event["input"]
        body = {"session_id": row["id"], "transcript_path": "", "cwd": PROJECT, "permission_mode": "default", "tool_use_id": f"{row['id']}_{number}"}
        if event["tool"] == "UserPrompt":
            body |= {"hook_event_name": "UserPromptSubmit", "prompt": given if isinstance(given, str) else json.dumps(given)}
        else:
            body |= {"hook_event_name": "PreToolUse", "tool_name": event["tool"], "tool_input": given}
        call = ADAPTERS["claude-code"].parse_event(json.dumps(body).encode(), False)
        assert not isinstance(call, Heartbeat)
        yield call


class Scorer:
    """The sensor's own pipeline with the shipped rules, on an imaginary machine: files hold what the steps wrote into them."""

    def __init__(self, judging: Judging) -> None:
        self._around = Surroundings(home=HOME, user="dev")
        self._judging = msgspec.structs.replace(judging, around=self._around)

    def worst(self, row: Row, together: bool) -> Verdict:
        """The worst verdict of a sequence."""
        texts: dict[str, str] = {}
        policy = self._judging.inforce.policy
        files = WrittenFiles(lambda call, known: derive_effects(call, self._around, known),
                             lambda call, effects: policy.match(call, effects, policy.profile(call)), read=texts.get)
        past = files.check if together else no_past
        pipeline = self._judging.pipeline(RateLimiter(UNLIMITED, lambda: 0.0), NoQueue(), OpenAccess(), nobody_there, past)
        worst = Verdict.CLEAN
        for call in calls_of(row):
            judgement = pipeline.judge(call, Caller(uid=os.getuid()))
            worst = max(worst, judgement.verdict)
            files.judged(JudgedCall(call=call, caller=Caller(uid=os.getuid()), judgement=msgspec.structs.replace(judgement, answer=Answer.ALLOW)))
            if isinstance(call.action, WriteAction):
                texts |= {os.path.join(PROJECT, path): edits[-1].new for path, edits in call.action.files if edits}
        return worst


def score(rows: list[Row]) -> list[Scored]:
    """Every sequence, alone and together."""
    with tempfile.TemporaryDirectory(prefix="handrail-sequences-") as folder:
        paths = locate(Path(folder), Path(folder))
        make_private(paths.config)
        scorer = Scorer(build_judging(paths))
        return [Scored(row["label"], row["kind"], scorer.worst(row, False), scorer.worst(row, True)) for row in rows]


def table(scored: list[Scored]) -> list[tuple[str, str, str]]:
    """(what, alone, together), rates with 95 % intervals."""
    lines = []
    for label, what, least in (("malicious", "seen", Verdict.FLAG), ("malicious", "asked about or denied", Verdict.QUARANTINE), ("malicious", "denied", Verdict.BLOCK),
                               ("benign", "asked about or denied", Verdict.QUARANTINE), ("benign", "denied", Verdict.BLOCK)):
        own = [one for one in scored if one.label == label]
        lines.append((f"{label} sequences {what}", _rate([one.alone >= least for one in own]), _rate([one.together >= least for one in own])))
    return lines


def _rate(hits: list[bool]) -> str:
    low, high = wilson(sum(hits), len(hits))
    return f"{sum(hits)} of {len(hits)} ({100 * low:.0f} to {100 * high:.0f} %)"


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=DEFAULT_CORPUS, help="a file of sequences, JSON lines, also gzipped")
    parser.add_argument("--json", action="store_true", help="every sequence with both verdicts, as JSON")
    options = parser.parse_args(words)
    if not options.corpus.exists():
        print(f"no such file: {options.corpus}", file=sys.stderr)
        return 2
    scored = score(load(options.corpus))
    if options.json:
        print(json.dumps([{"label": one.label, "kind": one.kind, "alone": one.alone.word, "together": one.together.word} for one in scored]))
        return 0
    lines = [("", "each step alone", "with what is known of files"), *table(scored)]
    for what, alone, together in lines:
        print(f"{what:44}  {alone:26}  {together}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
