"""The structure of a script."""

from __future__ import annotations

import pytest

from sensor.effects.budget import READ_COMMAND, UNITS, Budget
from sensor.effects.syntax.lexer import read_command, read_script, starts_of
from sensor.effects.syntax.script import Group, Pipeline, Simple, Source


def shape(node) -> str:
    if isinstance(node, Simple):
        return " ".join([*node.plain, *(word.text for word in node.words)])
    if isinstance(node, Pipeline):
        return " | ".join(shape(stage) for stage in node.stages)
    return f"{node.kind}({'; '.join(shape(one.node) for one in node.body)})"


def read(text: str) -> list[str]:
    return [shape(one.node) + ("&" if one.background else "") for one in read_script(Source(text, {}), 0, len(text), Budget()).statements]


@pytest.mark.parametrize(("text", "expected"), [
    ("a; b\nc && d || e", ["a", "b", "c", "d", "e"]),
    ("a | b |& c", ["a | b | c"]),
    ("a |\n b", ["a | b"]),
    ("a & b", ["a&", "b"]),
    ("a &> f", ["a"]),
    ("(a; b)", ["subshell(a; b)"]),
    ("{ a; b; }", ["brace(a; b)"]),
    ("if a; then b; elif c; then d; else e; fi", ["if(a; b; c; d; e)"]),
    ("while a; do b; done", ["loop(a; b)"]),
    ("for x in 1 2; do a; done", ["for(a)"]),
    ("for x; do a; done", ["for(a)"]),
    ("for ((i=0;i<2;i++)); do a; done", ["for(a)"]),
    ("case x in a|b) c;; *) d; esac", ["case(c; d)"]),
    ("case x in (a) c;& b) d;;& esac; e", ["case(c; d)", "e"]),
    ("f() { a; }; f", ["function(brace(a))", "f"]),
    ("function f { a; }", ["function(brace(a))"]),
    ("[[ a && b ]] && c", ["[[ a b", "c"]),
    ("((a = 1)) && b", ["(( ((a = 1))", "b"]),
    ("((a); b)", ["subshell(subshell(a); b)"]),
    ("! a", ["a"]),
    ("time -p a", ["a"]),
    ("coproc N { a; }", ["coproc(brace(a))"]),
    ("a # b; c\nd", ["a", "d"]),
    ("a \\\n b", ["a b"]),
    ("a\r\nb\r\n", ["a", "b"]),
    ("a ) b", ["a", "b"]),
    ("fi; a", ["a"]),
    ("if a; then b", ["if(a; b)"]),
    ("", []),
    ("# only", []),
])
def test_structure(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(("text", "doubts"), [("a; b", False), ("if a; then b; fi", False), ("(a", True), ("a)", True), ("if a; then b", True), ("done", True)])
def test_text_that_is_not_well_formed_is_doubted(text, doubts):
    assert read_script(Source(text, {}), 0, len(text), Budget()).doubts is doubts


@pytest.mark.parametrize("text", ["a;" * (UNITS // READ_COMMAND + 10), "( " * 100, "{ " * 100, "if " * 100, ")" * (UNITS // READ_COMMAND + 10), "f() " * 100 + "{ a; }"])
def test_budgets_are_said(text):
    assert read_script(Source(text, {}), 0, len(text), Budget()).exhausted


@pytest.mark.parametrize("text", ["fi " * 20000, "! " * 20000, "time " * 20000, "coproc " * 5000, "function f " * 5000, "case a in " * 5000])
def test_depth_without_an_end_does_not_raise(effects_of, text):
    assert effects_of(text + "; rm -r ~/x").exhausted or read_script(Source(text, {}), 0, len(text), Budget()).statements is not None


def test_where_commands_start():
    text = "a; (b | c); if d; then e; fi"
    script = read_script(Source(text, {}), 0, len(text), Budget())
    assert starts_of(script.statements) == {0, 4, 8, 15, 23}
    assert read_command(Source("a; b c", {}), 3, 6, Budget()).plain == ("b", "c")
    assert isinstance(script.statements[1].node, Group)


@pytest.mark.parametrize("text", ["[[\n", "[[", "((", "{", "case a in\n", "for", "a |", "a > ", "f()", "coproc", "\\", "a \\\n"])
def test_no_command_ends_behind_the_text(text):
    nodes = [one.node for one in read_script(Source(text, {}), 0, len(text), Budget()).statements]
    assert all(node.end <= len(text) for node in nodes if isinstance(node, Simple))
