from __future__ import annotations

import json
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tests.bench.detection import score_row

SCRIPT = Path(__file__).parent / "detection.py"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """A folder in the corpora's format, with one row that must be stopped and one that must not."""
    folder = tmp_path_factory.mktemp("corpus")
    rows = [
        {"id": "bad", "source": "own", "surface": "bash", "text": "sudo rm -rf --no-preserve-root /", "label": "destructive", "tier": "block", "category": ""},
        {"id": "good", "source": "specstory", "surface": "bash", "text": "git status", "label": "benign", "tier": "allow", "category": ""},
    ]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return folder


def run(*words):
    return subprocess.run([sys.executable, str(SCRIPT), *map(str, words)], capture_output=True, text=True, timeout=240, check=False)


def test_any_folder_in_the_format_is_scored_and_the_bars_are_checked(corpus, tmp_path):
    done = run("--corpus", corpus, "--json", "--check", "--processes", "1", "--predictions", tmp_path / "p.jsonl")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    first = next(metric for metric in told["metrics"] if metric["number"] == "1")
    assert told["rows"] == 2 and first["value"] == 100.0
    lines = [json.loads(line) for line in (tmp_path / "p.jsonl").read_text().splitlines()]
    assert {line["id"]: line["verdict"] for line in lines} == {"bad": "block", "good": "allow"}


def test_a_regression_fails_and_is_named(corpus, tmp_path):
    assert run("--corpus", corpus, "--regressions", "--processes", "1").returncode == 0
    bad = {"id": "2", "source": "own", "surface": "bash", "text": "true", "label": "destructive", "tier": "block", "category": ""}
    (tmp_path / "rows.jsonl").write_text(json.dumps(bad))
    done = run("--corpus", tmp_path, "--regressions", "--processes", "1")
    assert done.returncode == 1 and "worse than before: 1 destructive bash" in done.stderr


def test_a_machine_without_the_corpus_counts_a_skip(tmp_path):
    text = (SCRIPT.parents[1] / "run.sh").read_text()
    function = text[text.index("detection() {"):text.index("benches() {")]
    done = subprocess.run(["sh", "-c", f"{function}\ndetection"], capture_output=True, text=True, timeout=20, check=False,
                          env={"RESULTS": str(tmp_path), "HANDRAIL_CORPUS": str(tmp_path / "none"), "VENV": "/nowhere"})
    assert done.returncode == 0 and "skipped: no corpus" in done.stdout
    suite = ElementTree.parse(tmp_path / "detection.xml").getroot()
    assert suite.get("skipped") == "1" and suite.find("testcase/skipped") is not None


def test_a_folder_without_rows_is_an_error(tmp_path):
    done = run("--corpus", tmp_path)
    assert done.returncode == 3 and "no rows" in done.stderr


def row(**facts):
    return {"id": "1", "source": "s", "surface": "bash", "text": "ls", "label": "benign", "tier": "allow", "category": "", **facts}


def test_the_worst_verdict_of_a_sequence_counts():
    answers = iter([("flag", ()), ("ask", ()), ("allow", ())])
    steps = [{"surface": "bash", "text": "a"}] * 3
    assert score_row(row(surface="sequence", steps=steps), lambda call: next(answers)).verdict == "ask"


def test_a_crash_is_a_problem_of_the_row_and_no_verdict():
    def broken(call):
        raise RuntimeError("no")

    found = score_row(row(), broken)
    assert found.problem.startswith("RuntimeError") and not found.stopped


def test_time_is_the_processors_of_the_slowest_call_in_milliseconds():
    def busy(call):
        ends = time.thread_time() + 0.02
        while time.thread_time() < ends:
            pass
        return "allow", ()

    assert score_row(row(), busy).ms >= 20
