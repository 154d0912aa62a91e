"""Constants of any kind, and functions of the text, in languages that are read by patterns."""

from __future__ import annotations

import pytest

from sensor.effects.code.functions import MAX_BODY, MAX_CALLS, put_in_place
from sensor.effects.code.room import Room
from tests.growth import growth


def put(code):
    return put_in_place(code, Room())


@pytest.mark.parametrize(("code", "expected"), [
    ("const p='.git'; rmSync(p)", "rmSync('.git')"),
    ("$c = 'git log'; exec($c);", "exec('git log')"),
    ("c = 'git log'\nsystem(c)", "system('git log')"),
    ("let c=`git log`; exec(c, {})", "exec(`git log`, {})"),
    ("const d='a'; exec(`ls ${d}`)", "exec(`ls a`)"),
    ("const d='a'; exec('ls ' + d)", "exec('ls ' + 'a')"),
    ("const c=['ls','-l']; spawn(...c)", "spawn(['ls','-l'])"),
    ("const c=['ls','-l'].join(' '); exec(c)", 'const c="ls -l"'),
    ("const c=['ls','-l']; exec(c.join(' '))", 'exec("ls -l")'),
    ("p='a'; f(p); p='b'; g(p)", "f('a'); p='b'; g('b')"),
])
def test_constants_stand_where_they_are_handed_over(code, expected):
    assert expected in put(code)


@pytest.mark.parametrize(("code", "expected"), [
    ("const r=c=>execSync(c); r('ls')", "execSync('ls')"),
    ("const r = async (c, d) => { spawn(c, d) }; r('ls', 'a')", "spawn('ls', 'a')"),
    ("function r(c) { execSync(`${c} -l`) }\nr('ls')", "execSync(`ls -l`)"),
    ("def r(c)\n  system(c)\nend\nr('ls')", "system('ls')"),
    ("def r(c)\n  system(c)\nend\nr 'ls'", "system('ls')"),
    ("function r($c) { exec($c); } r('ls');", "exec('ls')"),
])
def test_functions_are_written_out(code, expected):
    assert expected in put(code)


@pytest.mark.parametrize("code", [
    "const p='.git'; other.p", "const p='.git'; {p: 1}", "rmSync(p)", "const r=c=>execSync(c); r(x)", "p = 'a' + b; f(p)", "print('p, p')",
])
def test_what_says_nothing_more_stays(code):
    assert put(code) == code


def test_functions_are_written_out_so_often_only():
    assert len(put("const r=c=>execSync(c);" + "r('ls');" * 500)) <= 4500 + (MAX_CALLS + 1) * (MAX_BODY + 50)


@pytest.mark.parametrize("unit", ["const a='b'; f(a); ", "function f(a) { g(a) } f('b'); ", "x = ['a', 'b'].join(' '); ", "a = ", "(a, ", "['a',", "a => ", "def a b "])
def test_long_texts_take_time_in_proportion(unit):
    assert growth(lambda text: put_in_place(text, Room()), unit) < 10
