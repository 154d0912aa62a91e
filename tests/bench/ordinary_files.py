"""How often ordinary files are asked about or noted: `python tests/bench/ordinary_files.py [--files N] [--json] [FOLDER ...]`.

Judges each text file below the folders twice: as if an agent wrote it into its project, and as the result of reading it. Nothing is
written or run. Tells, too, by how much that makes the judge grow. Without folders it takes the standard library and packages of this Python, programs' shared files and documents of this
machine, so files that nobody here wrote. Of each kind of file (by its ending) it takes at most a twentieth of `--files`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import sysconfig
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "bench")]

import psutil
from detection_pipeline import Judge, build_judge
from detection_rows import calls_of
from rich.progress import track

from sensor.model.calls import Value

SMALLEST, LARGEST = 200, 300_000  # bytes
SHARE_OF_KIND = 20
PROJECT = "/home/dev/project"
WARMING = 20  # files: the databases of patterns are read


class Outcome(Value):
    """What one file was answered: `deed` is "write" or "read", `rules` those that led to it."""

    path: str
    deed: str
    verdict: str
    rules: tuple[str, ...]


def default_folders() -> list[Path]:
    """Where this machine keeps files of others."""
    wanted = [*map(sysconfig.get_path, ("stdlib", "purelib")), "/usr/share", "/usr/lib/python3", "/usr/lib/node_modules", "/usr/local/lib", "/opt/homebrew/share"]
    return [folder for folder in dict.fromkeys(map(Path, wanted)) if folder.is_dir()]


def candidates(folders: list[Path]) -> list[Path]:
    """Files of a fitting size, in an order that is the same each time and mixes the folders."""
    found = []
    for folder in folders:
        for where, _names, files in os.walk(folder):
            for name in files:
                path = Path(where, name)
                if path.is_file() and not path.is_symlink() and SMALLEST < path.stat().st_size < LARGEST:
                    found.append(path)
    return sorted(found, key=lambda path: hashlib.sha256(str(path).encode("utf-8", "replace")).digest())


def texts(paths: list[Path], count: int) -> Iterator[tuple[Path, str]]:
    """`count` texts of UTF-8, of each ending at most a share."""
    of_kind: Counter[str] = Counter()
    most = max(1, count // SHARE_OF_KIND)
    for path in paths:
        if of_kind.total() >= count:
            return
        if of_kind[path.suffix] >= most:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        of_kind[path.suffix] += 1
        yield path, text


def judge_file(judge: Judge, path: Path, text: str) -> Iterator[Outcome]:
    """The outcome of writing a file into a project and of reading it there."""
    place = "/".join((PROJECT, *path.parts[1:][-4:]))
    rows = {
        "write": {"surface": "write", "tool_input": {"file_path": place, "content": text}},
        "read": {"surface": "tool_result", "tool_input": {"tool_name": "Read", "file_path": place, "content": text}},
    }
    for deed, row in rows.items():
        for call in calls_of({**row, "id": str(path)}):
            verdict, findings = judge(call)
            gravest = max((finding.severity for finding in findings), default=None)
            yield Outcome(path=str(path), deed=deed, verdict=verdict, rules=tuple(sorted({finding.rule for finding in findings if finding.severity == gravest})))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--files", type=int, default=4000)
    parser.add_argument("--json", action="store_true", help="every file that was not simply allowed, as lines of JSON")
    options = parser.parse_args()
    judge, process, before = build_judge(), psutil.Process(), 0
    outcomes = []
    files = list(texts(candidates(options.folders or default_folders()), options.files))
    for number, (path, text) in enumerate(track(files, "judging", disable=not sys.stderr.isatty())):
        outcomes += judge_file(judge, path, text)
        before = before if number > WARMING else process.memory_info().rss
    if not outcomes:
        sys.exit("no text file of 200 bytes to 300 KB was found there")
    if options.json:
        for outcome in outcomes:
            if outcome.verdict != "allow":
                print(json.dumps({"path": outcome.path, "deed": outcome.deed, "verdict": outcome.verdict, "rules": outcome.rules}))
        return 0
    for deed in ("write", "read"):
        verdicts = Counter(outcome.verdict for outcome in outcomes if outcome.deed == deed)
        total = verdicts.total()
        stopped = verdicts["ask"] + verdicts["block"]
        print(f"{deed:6s}{total:7d} files   stopped {stopped:4d} ({100 * stopped / total:.2f} %)   noted {verdicts['flag']:4d} ({100 * verdicts['flag'] / total:.2f} %)")
        rules = Counter((outcome.verdict, outcome.rules) for outcome in outcomes if outcome.deed == deed and outcome.verdict != "allow")
        for (verdict, ids), count in rules.most_common(12):
            print(f"      {count:5d}  {verdict:6s}{', '.join(ids)}")
    print(f"memory of the judge grew by {(process.memory_info().rss - before) / 1e6:.0f} MB after the first {WARMING} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
