"""What functions of a PowerShell text are given stands in front of their bodies."""

from __future__ import annotations

import time

import pytest

from sensor.effects.code.power_functions import MAX_TEXT, called_bodies


@pytest.mark.parametrize(("text", "expected"), [
    ("function f($p) { ri $p }; f ./x", ["$p = './x'", "ri $p"]),
    ("function f([string]$p, [Parameter(Mandatory=$true)][int] $q = 5) { ri $p }; f -q 7 'a b'", ["$p = 'a b'", "$q = 7", "ri $p"]),
    ("function f($path='~/x') { ri $path }; f", ['$path = "$HOME/x"', "ri $path"]),
    ("function f { param([string]$p) ri $p }\nf $HOME", ["$p = $HOME", "ri $p"]),
    ("function f { ri $args[1] $args }; f a 'b;}'", ["ri 'b;}' 'a' 'b;}'"]),
    ("filter f { ri $_ }; 'a' | f", ["ri 'a'"]),
    ("$b = { param($p) ri $p }; & $b ~", ['$p = "$HOME"', "ri $p"]),
    ("& { param($p) ri $p } x; ls", ["$p = 'x'", "ri $p"]),
    ("function g($q) { ri $q }; function f($p) { g x }; f y", ["$q = 'x'", "ri $q", "$p = 'y'", "g x", "$q = 'x'", "ri $q"]),
    ("function f { ri '}' }; f", ["ri '}'"]),
])
def test_the_body_with_what_it_is_given(text, expected):
    lines = [line.strip() for line in called_bodies(text).split("\n")]
    assert [line.replace("$q = '7'", "$q = 7") for line in lines if line] == expected


@pytest.mark.parametrize("text", ["", "ls | f", "function f($p) { ri $p }", "function f { ri x }; fx; $f; 'f'", "x" * MAX_TEXT + "function f {}; f"])
def test_without_a_call_there_is_nothing(text):
    assert called_bodies(text) == ""


@pytest.mark.parametrize("text", [
    "function f { f; f }; f;" * 300, "function f {" * 1000, "function f(" * 1000, "f | " * 3000 + "function f { $_ }", "$a = {" * 2000, "& {" * 3000, "function f { param(" + "[" * 9000, "function f { $args }; " + "f ~ " * 3000,
    "".join(f"function f{number} {{ f{number + 1} x; f{number + 1} y }}\n" for number in range(300)) + "f0",
])
def test_it_ends(text):
    start = time.process_time()
    assert len(called_bodies(text)) < 40 * MAX_TEXT
    assert time.process_time() - start < 2
