"""Score the whole pipeline on a labelled corpus: `python tests/bench/detection.py [--corpus DIR] [--json] [--check] [--regressions]`.

Prints the sixteen metrics with Wilson intervals against their bars, the rates per source, and where the ids of the
misses were written. Rows are judged in memory and never printed, run or stored.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import FrameType

import msgspec

# The root goes first: a bench beside this one may bear the name of a package.
BENCH = Path(__file__).resolve().parent
sys.path[:0] = [str(BENCH.parents[1]), str(BENCH)]

from detection_metrics import Outcome, by_source, measure, misses, regressions, render_table
from detection_pipeline import Judge, build_judge
from detection_rows import Row, calls_of, load_rows

DEFAULT_CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "dev"
SECONDS_PER_ROW = 3
ORDER = ("allow", "flag", "ask", "block")


class RowTimeout(Exception):
    """A row took longer than any hook would wait."""


def _ring(number: int, frame: FrameType | None) -> None:
    raise RowTimeout


class Worker:
    """One process' pipeline, built on first use."""

    judge: Judge | None = None

    @classmethod
    def score(cls, rows: list[Row]) -> list[bytes]:
        """Outcomes of some rows, encoded."""
        if cls.judge is None:
            signal.signal(signal.SIGALRM, _ring)
            cls.judge = build_judge()
        return [msgspec.json.encode(score_row(row, cls.judge)) for row in rows]


def score_row(row: Row, judge: Judge) -> Outcome:
    """Judge all calls of a row; the worst verdict counts, and the processor time of the slowest call."""
    worst, slowest, problem = "allow", 0.0, ""
    rules: list[str] = []
    secret = False
    signal.alarm(SECONDS_PER_ROW)
    try:
        for call in calls_of(row):
            started = time.thread_time()
            verdict, findings = judge(call)
            slowest = max(slowest, (time.thread_time() - started) * 1e3)
            worst = max(worst, verdict, key=ORDER.index)
            rules += [finding.rule for finding in findings]
            secret = secret or any(finding.category == "secret" and finding.severity > 0 for finding in findings)
    except RowTimeout:
        problem = "timeout"
    except Exception as error:
        problem = f"{type(error).__name__} at line {error.__traceback__.tb_next.tb_lineno if error.__traceback__ and error.__traceback__.tb_next else 0}"
    finally:
        signal.alarm(0)
    return Outcome(row["id"], row["source"], row["surface"], row["label"], row["tier"], row.get("category") or "", worst,
                   tuple(dict.fromkeys(rules)), secret, slowest, problem)


def score(rows: list[Row], processes: int, *, progress: bool) -> Iterator[Outcome]:
    """Outcomes, chunk by chunk."""
    # Small chunks dealt round-robin keep both processes busy to the end: rows of one source cost alike.
    count = max(1, len(rows) // 100)
    chunks = [chunk for chunk in (rows[start::count] for start in range(count)) if chunk]
    # Not a `Pool`: that starts a process anew for each that ends, without end where rules cannot be read.
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        for done, outcomes in enumerate(pool.map(Worker.score, chunks), 1):
            if progress:
                sys.stderr.write(f"\r{done}/{len(chunks)}")
                sys.stderr.flush()
            for outcome in outcomes:
                yield msgspec.json.decode(outcome, type=Outcome)
    if progress:
        sys.stderr.write("\n")


def parse_arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=DEFAULT_CORPUS, help="folder of *.jsonl.gz rows (default: the development corpus)")
    parser.add_argument("--json", action="store_true", help="print metrics and sources as JSON")
    parser.add_argument("--check", action="store_true", help="exit 1 when a bar of the column 'bar dev' is missed")
    parser.add_argument("--regressions", action="store_true", help="exit 1 when a bar is missed that holds today: the dev bar, or what detection_metrics.SHORT says was reached")
    parser.add_argument("--surface", action="append", default=[], help="only rows of this surface (repeatable)")
    parser.add_argument("--sources", action="store_true", help="print the rates per source as well")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--predictions", type=Path, help="also write one {id, verdict, ms} per row, as score.py reads them")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Score and report; exit code 0, 1 (bar missed) or 3 (no corpus)."""
    options = parse_arguments(words)
    rows = load_rows(str(options.corpus)) if options.corpus.is_dir() else []
    if not rows:
        sys.stderr.write(f"no rows in {options.corpus}\n")
        return 3
    if options.surface:
        rows = [row for row in rows if row["surface"] in options.surface]
    outcomes = list(score(rows, options.processes, progress=sys.stderr.isatty()))
    measures = measure(outcomes)
    folder = Path(tempfile.mkdtemp(prefix="handrail-detection-"))
    with (folder / "misses.jsonl").open("w") as file:
        for miss in misses(outcomes):
            file.write(msgspec.json.encode(miss).decode() + "\n")
    with (folder / "outcomes.jsonl").open("w") as file:
        for outcome in outcomes:
            file.write(msgspec.json.encode(outcome).decode() + "\n")
    if options.predictions:
        with options.predictions.open("w") as file:
            for outcome in outcomes:
                file.write(json.dumps({"id": outcome.id, "verdict": outcome.verdict, "ms": outcome.ms}) + "\n")
    if options.json:
        print(json.dumps({"rows": len(outcomes), "metrics": msgspec.to_builtins(measures), "sources": by_source(outcomes), "misses": str(folder)}))
    else:
        report(outcomes, measures, folder, sources=options.sources)
    missed = [one.number for one in measures if not one.is_empty() and not one.holds()]
    worse = regressions(measures) if options.regressions else []
    for line in worse:
        sys.stderr.write(f"worse than before: {line}\n")
    return 1 if worse or (options.check and missed) else 0


def report(outcomes: list[Outcome], measures: list, folder: Path, *, sources: bool) -> None:
    print(render_table(measures))
    if sources:
        print(f"\n{'surface':16s} {'label/tier':22s} {'source':28s} {'rows':>6s} {'seen %':>7s} {'stop %':>7s}")
        for surface, label, source, count, seen, stopped in by_source(outcomes):
            print(f"{surface:16s} {label:22s} {source:28s} {count:6d} {seen:7.1f} {stopped:7.1f}")
    problems = [outcome for outcome in outcomes if outcome.problem]
    print(f"\n{len(outcomes)} rows, {len(problems)} with a problem {sorted({outcome.problem for outcome in problems})}; misses (ids) in {folder}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
