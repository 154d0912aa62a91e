"""How programs are started in languages that few use."""

from __future__ import annotations

import pytest

from sensor.effects.code.dialects import started


@pytest.mark.parametrize(("code", "language", "texts", "commands"), [
    ('system("rm x")', "gnuplot", [], []),  # `code` reads what all languages have in common
    ("a = 1\n! rm x", "gnuplot", ["rm x"], []),
    (":! rm x", "ghci", ["rm x"], []),
    ("syscmd(`rm x')", "m4", ["rm x"], []),
    ('Command::new("rm").arg("-r").args(["x", "y"]).status();', "go", [], [("rm", "-r", "x", "y")]),
    ("2 ! 3", "dc", [], []), ('let shells = ["sh"]', "go", [], []), ('refresh "x"', "raku", [], []),
])
def test_what_code_starts(code, language, texts, commands):
    assert started(code, language) == (texts, commands)


@pytest.mark.parametrize("command", [
    """gnuplot -e 'system("rm -r ~/x")'""", """octave --eval 'system("rm -r ~/x")'""", "dc -e '!rm -r ~/x'", "m4 <<< 'syscmd(rm -r ~/x)'", """racket -e '(system "rm -r ~/x")'""",
    """matlab -batch "system('rm -r ~/x')\"""", """elixir -e 'System.cmd("rm", ["-r", "/home/dev/x"])'""", """sbcl --eval '(run-program "rm" (list "-r" "/home/dev/x"))'""",
])
def test_it_is_walked(brief, command):
    assert "rm D:~/x" in brief(command)
