"""What is judged where a branch, a loop or a list decides about the state of the shell."""

from __future__ import annotations

import pytest

from sensor.effects.budget import Budget
from sensor.effects.shell.merging import Before, either, may_change, settle
from sensor.effects.shell.paths import PathResolver
from sensor.effects.shell.scope import NOWHERE, Field, Scope, Value
from sensor.effects.syntax.parse import parse_script
from sensor.model.effects import Surroundings


@pytest.mark.parametrize(("command", "expected"), [
    ("D=~/y; if [ $X ]; then D=/tmp/x; fi; rm -r $D", "rm D:~/y D:/tmp/x"),
    ("if [ $X ]; then D=~/y; else D=/tmp/x; fi; rm -r $D", "rm D:~/y D:/tmp/x"),
    ("D=~/y; case $X in a) D=/tmp/a;; b) D=/tmp/b;; esac; rm -r $D", "rm D:~/y D:/tmp/a D:/tmp/b"),
    ("D=~/y; while false; do D=/tmp/x; done; rm -r $D", "rm D:~/y D:/tmp/x"),
    ("D=~/y; if [ $X ]; then unset D; fi; rm -r $D", "rm D:~/y"),
    ("D=~/y; local D=/tmp/x; rm -r $D", "rm D:~/y D:/tmp/x"),
    ("cd ~/y; if [ $X ]; then cd /tmp/x; fi; rm -r z", "rm D:~/y/z"),
    ("cd ~/y; if [ $X ]; then cd /tmp/x; else rm -r z; fi", "rm D:~/y/z"),
    ("cd ~/y; case b in a) cd /tmp/x;; b) rm -r z;; esac", "rm D:~/y/z"),
    ("cd ~/y; [ $X ] && cd /tmp/x; rm -r z", "rm D:~/y/z"),
    ("cd ~/y; for i in a; do cd /tmp/x; done; rm -r z", "rm D:~/y/z"),
    ("if [ $X ]; then rm() { :; }; fi; rm -r ~/y", "rm D:~/y"),
    ("false && rm() { :; }; rm -r ~/y", "rm D:~/y"),
    ("if [ $X ]; then del() { rm -r $1; }; fi; del ~/y", "rm D:~/y"),
    ("if [ $X ]; then D=/tmp/x; fi; rm -r ${D:-~/y}", "rm D:/tmp/x D:~/y"),
    ("if [ $X ]; then D=/tmp/x; fi; rm -r ~/${D:+a}y", "rm D:~/ay D:~/y"),
    ("if [ $X ]; then D=/tmp/x; fi; rm -r $D/* \"$D\"/a", "rm D:/tmp/x/* D:?$D/* D:/tmp/x/a D:?$D/a"),
    ("if [ $X ]; then D=/tmp/x; fi; rm -r ${D}/*", "rm D:/tmp/x/* D:?${D}/*"),
    ("D=/tmp/x; if [ $X ]; then unset D; fi; rm -r ${D-~/y}", "rm D:/tmp/x D:~/y"),
    ("case $X in a) D=/tmp/x;; esac; rm -r ${D-~/y}", "rm D:/tmp/x D:~/y"),
    ("for i in $X; do D=/tmp/x; done; rm -r ${D-~/y}", "rm D:/tmp/x D:~/y"),
    ("cat a | while read f; do D=/tmp/x; done; rm -r ${D-~/y}", "rm D:/tmp/x D:~/y"),
    ("[ $X ] && D=/tmp/x; rm -r ${D-~/y}", "rm D:/tmp/x D:~/y"),
    ("[ $X ] && D=/tmp/x || rm -r ${D-~/y}", "rm D:/tmp/x D:~/y"),
    ("[ $X ] && { D=/tmp/x; }; rm -r ${D-~/y}", "rm D:/tmp/x D:~/y"),
    ("f() { D=/tmp/x; }; [ $X ] && f; rm -r ${D-~/y}", "rm D:/tmp/x D:~/y"),
    ("D=~/y; [ $X ] || { D=/tmp/x; }; rm -r $D", "rm D:~/y D:/tmp/x"),
    ("if [ $X ]; then HOME=/tmp; fi; rm -r $HOME/y", "rm D:~/y D:/tmp/y"),
])
def test_what_may_be_is_judged(brief, command, expected):
    assert expected in brief(command)


@pytest.mark.parametrize(("command", "expected"), [
    ("if [ -d b ]; then cd b; rm -r z; fi", "rm D:./b/z"),
    ("if [ $X ]; then D=/tmp/x; rm -r $D; fi", "rm D:/tmp/x"),
    ("D=~/y; if [ $X ]; then D=/tmp/x; rm -r $D; fi", "rm D:/tmp/x"),
    ("mkdir -p b && cd b && rm -r z", "rm D:./b/z"),
    ("cd /tmp/x && rm -r z", "rm D:/tmp/x/z"),
    ("rm() { :; }; rm() { echo; }; rm -r ~/y", "echo"),
    ("if [ $X ]; then D=a; else D=b; fi; rm -r $D", "rm D:./a D:./b"),
    ("cd b && { D=c; rm -r ${D:-~/y}; }", "rm D:./b/c"),
    ("cd b && { cd d; } && rm -r z", "rm D:./b/d/z"),
    ("cd b && D=c && rm -r ${D:-~/y}", "rm D:./b/c"),
    ("D=c; rm -r ${D:-~/y}", "rm D:./c"),
    (": ${D:=c}; rm -r ${D:-~/y}", "rm D:./c"),
])
def test_what_is_certain_stays_so(brief, command, expected):
    assert brief(command)[-1] == expected


@pytest.fixture
def paths():
    return PathResolver(Surroundings(home="/home/dev", user="dev"), "/home/dev/project", ("/home/dev/project",))


def test_of_two_folders_the_graver_one_is_taken(paths):
    scope = Scope("/tmp/x")
    settle(scope, paths, {"/home/dev/y"})
    assert (scope.cwd, scope.previous) == ("/home/dev/y", "/tmp/x")
    settle(scope, paths, {"/home/dev/project"})
    assert scope.cwd == "/home/dev/y"
    settle(scope, paths, {NOWHERE})
    assert scope.cwd == NOWHERE


def test_a_value_is_one_of_both(paths):
    assert either(Value((Field("a"),)), Value((Field("b"),))) == Value((Field("a"), Field("b")), choice=True)
    assert either(None, Value((Field("a"),))) == Value((Field("a"),), optional=True)
    assert either(Value((Field("a"),)), Value(())) == Value((Field("a"),), choice=True, optional=True)


def test_a_branch_leaves_the_base_of_the_one_around_it(paths):
    scope = Scope("/home/dev/project")
    outer = Before(scope, "if")
    base = scope.base
    Before(scope, "case").and_after(paths, {})
    assert scope.base is base
    outer.and_after(paths, {})
    assert scope.base is None


@pytest.mark.parametrize("stage", ["grep a", "sort -u", "tee b", "git log $X"])
def test_ordinary_stages_cost_no_copy_of_the_shell(stage):
    assert not may_change(parse_script(stage, Budget(1000))[1].statements[0].node, Scope("/p"))


@pytest.mark.parametrize("stage", ["cd a", "read D", "D=1", "$X", "echo ${D:=1}", "{ cd a; }", "while read f; do D=$f; done", "command cd a"])
def test_others_may_change_it(stage):
    assert may_change(parse_script(stage, Budget(1000))[1].statements[0].node, Scope("/p"))
