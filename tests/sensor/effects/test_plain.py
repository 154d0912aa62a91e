"""Ordinary programs."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ('rm ~/x; unknown-tool ./a.txt word https://a.example', ['rm D:~/x', 'unknown-tool R:./a.txt']),
    ('git -C sub rm x; rm y', ['git D:./sub/x', 'rm D:./y']),
    ('npm --prefix sub test', ['npm']),
    ('cat a.txt > b.txt', ['cat R:./a.txt W:./b.txt']),
])
def test_ordinary_programs(brief, command, expected):
    assert brief(command) == expected
