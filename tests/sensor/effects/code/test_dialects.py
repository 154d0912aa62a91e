"""How programs are started in languages that few use."""

from __future__ import annotations

import pytest

from sensor.effects.code.dialects import started


@pytest.mark.parametrize(("code", "language", "texts", "commands"), [
    ('system("rm x")', "gnuplot", [], []),  # `code` reads what all languages have in common
    ("a = 1\n! rm x", "gnuplot", ["rm x"], []),
    (":! rm x", "ghci", ["rm x"], []),
    ('callCommand "rm x"', "ghci", ["rm x"], []),
    ('readProcess "rm" ["-r", "x"] ""', "ghci", [], [("rm", "-r", "x", "")]),
    ("syscmd(`rm x')", "m4", ["rm x"], []),
    ('System.cmd("rm", ["-r", "x"])', "elixir", [], [("rm", "-r", "x")]),
    ('System.shell("rm x")', "elixir", ["rm x"], []),
    (":os.cmd('rm x')", "elixir", ["rm x"], []),
    ("""(run-program "/bin/rm" '("-r" "x"))""", "lisp", [], [("/bin/rm", "-r", "x")]),
    ('(run-program "/bin/rm" (list "-r" "x"))', "lisp", [], [("/bin/rm", "-r", "x")]),
    ('(sh "rm" "-r" "x")', "clojure", [], [("rm", "-r", "x")]),
    ('Command::new("rm").arg("-r").args(["x", "y"]).status();', "go", [], [("rm", "-r", "x", "y")]),
    ('exec.Command("rm", "-r", "x").Run()', "go", [], [("rm", "-r", "x")]),
    ('new ProcessBuilder("rm", "-r", "x").start();', "go", [], [("rm", "-r", "x")]),
    ('Runtime.getRuntime().exec("rm x");', "go", ["rm x"], []),
    (':os.cmd(~c"rm x")', "elixir", ["rm x"], []),
    ('system2("rm", c("-r", "x"))', "Rscript", [], [("rm", "-r", "x")]),
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
