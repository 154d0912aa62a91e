"""Python text that may be hostile is parsed within bounds."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from sensor.effects.code.python_parse import MAX_CODE, MAX_NESTING, parse

ROOT = Path(__file__).resolve().parents[4]


def test_ordinary_text_is_parsed():
    assert [type(node).__name__ for node in parse("import os\nos.remove('a')").body] == ["Import", "Expr"]
    assert parse("(" * MAX_NESTING + ")" * MAX_NESTING)


@pytest.mark.parametrize("code", [
    "(" * (MAX_NESTING + 1) + ")" * (MAX_NESTING + 1), "x = " + "-" * 3000 + "1", "x = " + "not " * 3000 + "1", "x = " + "lambda: " * 2000 + "1", "#" * (MAX_CODE + 1),
    "#" + ")" * 200 + "\n" + "(" * (MAX_NESTING + 1),
])
def test_texts_that_are_too_long_or_too_deep(code):
    with pytest.raises(ValueError, match="too long or too deep"):
        parse(code)


@pytest.mark.parametrize("code", ["x = (", "print 1"])
def test_texts_that_are_no_python(code):
    with pytest.raises(SyntaxError):
        parse(code)


@pytest.mark.parametrize("code", [
    "x = [(({\n" * 9, "f(a, b=(c, [d, {e: " * 8, "x = " + "{(" * 20, "f(" * 39 + "x for x in y, " * 200, "lambda x: (" * 39, "a if b else " * 1600, "x = " + "f(a)(b)" * 2500, "[x for y in " * 39,
])
def test_broken_texts_cost_no_more_than_whole_ones(code):
    before = time.thread_time()
    with pytest.raises((SyntaxError, ValueError, RecursionError, MemoryError)):
        parse(f"import os\n{code}" + ")(" * 5)
    assert time.thread_time() - before < 1


def test_warnings_of_the_parser_are_for_nobody():
    reads = "import sys; from sensor.effects.code.python_parse import parse; parse(sys.argv[1])"
    done = subprocess.run([sys.executable, "-W", "default", "-c", reads, r"import os; os.remove('\d')"], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stderr == ""
