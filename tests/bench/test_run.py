from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import run as bench_run
from tests.bench.run import PARTS, Part, main


def test_every_part_is_a_file_that_knows_its_arguments():
    for part in PARTS:
        file = bench_run.FOLDER / f"{part.name}.py"
        options = {word for word in (*part.quick, *part.full) if word.startswith("--")}
        if not options:  # some take none, and would run
            assert file.is_file(), part.name
            continue
        told = subprocess.run([sys.executable, str(file), "--help"], capture_output=True, text=True, timeout=60, check=False)
        assert told.returncode == 0 and all(option in told.stdout for option in options), part.name


@pytest.fixture
def two(tmp_path, monkeypatch):
    """Two benches: one prints its arguments, the other fails."""
    (tmp_path / "good.py").write_text("import sys; print(sys.argv[1:])")
    (tmp_path / "bad.py").write_text("raise SystemExit(1)")
    monkeypatch.setattr(bench_run, "FOLDER", Path(tmp_path))
    monkeypatch.setattr(bench_run, "PARTS", (Part("good", quick=("--few",), full=("--many",)), Part("bad")))


def test_a_bench_that_fails_is_named_and_the_others_run(two, capfd):
    assert main([]) == 1
    told = capfd.readouterr().out
    assert "['--many']" in told and "failed: bad" in told


def test_a_missed_bar_is_named_and_fails_a_full_run_only(two, capfd):
    (bench_run.FOLDER / "bad.py").write_text(f"raise SystemExit({bench_run.MISSED_BAR})")
    assert main(["--quick"]) == 0 and "missed a bar: bad" in capfd.readouterr().out
    assert main([]) == 1


def test_only_the_benches_that_are_asked_for_run(two, capfd):
    assert main(["--quick", "good"]) == 0
    assert "['--few']" in capfd.readouterr().out


def test_an_unknown_bench_is_an_error(two):
    with pytest.raises(SystemExit):
        main(["none"])
