"""Score scripts that no call wrote: `python tests/bench/arrivals.py FOLDER... [--corpus DIR]`.

Every small script below the folders is judged as if it had just come into a project and a call named it to run. With a
corpus, so is the text of each of its commands that must be stopped. Scripts are read and judged in memory, never run.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

# The root goes first: a bench beside this one may bear the name of a package.
BENCH = Path(__file__).resolve().parent
sys.path[:0] = [str(BENCH.parents[1]), str(BENCH)]

from detection_metrics import wilson
from detection_rows import HOME, PROJECT, load_rows

from sensor.correlate.arrivals import MAX_BYTES
from sensor.correlate.files import WrittenFiles, read_script
from sensor.desk.operations import shell_question
from sensor.effects import derive_effects
from sensor.judging import Judging, build_judging
from sensor.model.effects import Surroundings
from sensor.model.findings import Severity
from sensor.paths import locate, make_private

RUNNERS = {"shell": "bash", "Python": "python3", "node": "node"}
ENDINGS = {".sh": "shell", ".bash": "shell", ".py": "Python", ".js": "node", ".mjs": "node", ".cjs": "node"}
FIRST_LINES = {b"bash": "shell", b"sh": "shell", b"dash": "shell", b"zsh": "shell", b"python": "Python", b"python3": "Python", b"node": "node"}


class Outcome(msgspec.Struct, frozen=True):
    """What became of one script: whether a person is asked, whether something is noted, and the processor time in seconds."""

    language: str
    asked: bool
    noted: bool
    seconds: float


class Scorer:
    """The rules as they are shipped, on an imaginary machine that holds one script."""

    def __init__(self, judging: Judging) -> None:
        self._around = Surroundings(home=HOME, user="dev")
        self._policy = judging.inforce.policy

    def outcome(self, language: str, text: str) -> Outcome:
        """Judge a call that runs `text`."""
        path, command = f"{PROJECT}/scripts/it", f"{RUNNERS[language]} scripts/it"
        files = WrittenFiles(lambda call, known: derive_effects(call, self._around, known), lambda call, effects: self._policy.match(call, effects, self._policy.profile(call)),
                             read=lambda name: text, arrived=path.__eq__)
        call = shell_question(command, PROJECT, "claude-code")
        effects = derive_effects(call, self._around)
        began = time.process_time()
        found = files.check(call, effects, self._policy.match(call, effects, self._policy.profile(call)))
        return Outcome(language, any(finding.severity >= Severity.HIGH for finding in found), bool(found), time.process_time() - began)


def scripts(folders: list[Path]) -> Iterator[tuple[str, str]]:
    """(language, text) of each script below the folders, each text once."""
    seen: set[bytes] = set()
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        language = _language(path)
        text = read_script(str(path)) if language else None
        if text is not None and (digest := hashlib.sha256(text.encode("utf-8", "replace")).digest()) not in seen:
            seen.add(digest)
            yield language, text


def _language(path: Path) -> str:
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_BYTES:
            return ""
        with path.open("rb") as file:
            first = file.readline(200)
    except OSError:
        return ""
    if not first.startswith(b"#!"):
        return ENDINGS.get(path.suffix, "")
    words = first[2:].replace(b"/usr/bin/env", b"").replace(b"-S", b"").split()
    return FIRST_LINES.get(os.path.basename(words[0]), "") if words else ""


def table(outcomes: list[Outcome]) -> list[str]:
    """A line for each language, and what a call costs."""
    lines = []
    for language in RUNNERS:
        own = [one for one in outcomes if one.language == language]
        if own:
            low, high = wilson(sum(one.asked for one in own), len(own))
            lines.append(f"{language:8} {len(own):5} scripts: asked about {sum(one.asked for one in own):4} ({100 * low:.1f} to {100 * high:.1f} %), noted or asked about {sum(one.noted for one in own):4}")
    times = sorted(1000 * one.seconds for one in outcomes)
    return [*lines, f"a call costs {times[len(times) // 2]:.1f} ms, at the 95th percentile {times[int(0.95 * len(times))]:.1f} ms, at most {times[-1]:.1f} ms of processor time"] if times else ["no script"]


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--corpus", type=Path, help="a corpus whose commands that must be stopped are judged as scripts")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="handrail-arrivals-") as folder:
        paths = locate(Path(folder), Path(folder))
        make_private(paths.config)
        scorer = Scorer(build_judging(paths))
    print("\n".join(table([scorer.outcome(*one) for one in scripts(options.folders)])))
    if options.corpus is not None:
        texts = [row["text"] for row in load_rows(str(options.corpus)) if row["surface"] == "bash" and row["tier"] == "block" and row.get("text")]
        print("commands that must be stopped, as scripts:", *table([scorer.outcome("shell", text) for text in texts]), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
