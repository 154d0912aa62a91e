"""Lines for a shell in cells of notebooks."""

from __future__ import annotations

import pytest

from sensor.effects.code.cells import shell_lines


@pytest.mark.parametrize(("cell", "lines"), [
    ("!ls a\nx = 1", "ls a"), ("%%bash\nls a\nls b", "ls a\nls b"), ("%cd a\n!!ls", "cd a\nls"), ("%system ls", "ls"), ("%mv a b", "mv a b"), ("%time x = 1", ""), ("a != b", ""), ("%matplotlib inline", ""),
])
def test_what_a_shell_gets(cell, lines):
    assert shell_lines(cell) == lines


@pytest.mark.parametrize(("command", "expected"), [
    ("ipython -c '!rm -r ~/x'", "rm D:~/x"), ("ipython -c '%rm -r ~/x'", "rm D:~/x"), ("python3 -m IPython -c '!rm -r ~/x'", "rm D:~/x"),
])
def test_it_is_walked(brief, command, expected):
    assert expected in brief(command)
