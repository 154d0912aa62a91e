"""tree-sitter-bash as the second reader, and how far both readers agree."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensor.effects.budget import Budget
from sensor.effects.syntax.lexer import read_script, starts_of
from sensor.effects.syntax.script import Source
from sensor.effects.syntax.tree import MAX_BYTES, TreeReader


def tree_starts(text: str) -> set[int]:
    found = TreeReader().command_starts(Source(text, {}), 0, len(text))
    assert found is not None
    return set(found)


def lexer_starts(text: str) -> set[int]:
    return starts_of(read_script(Source(text, {}), 0, len(text), Budget()).statements)


@pytest.mark.parametrize(("text", "expected"), [
    ("a; b", {0, 3}), ("echo $(a)", {0}), ("if a; then b; fi", {3, 11}), ("'a; b' c", {0}), ("export a=b", {0}), ("", set()),
])
def test_where_the_grammar_sees_commands(text, expected):
    assert tree_starts(text) == expected


@pytest.mark.parametrize("text", ["a" * (MAX_BYTES + 1), "a|" * (MAX_BYTES // 2)])
def test_size_and_time_are_bounded(text):
    found = TreeReader().command_starts(Source(text, {}), 0, len(text))
    assert found is None or len(text) <= MAX_BYTES


WORDS = st.sampled_from(["ls", "-la", "src", "'a b'", '"c $x"', "$y", "a=b", "x.py", "$(pwd)", "*.c", "\\;", "${z:-1}", "--flag=1", "'if'", "done1"])
REDIRECTS = st.sampled_from(["", "", "", " > out", " 2>&1", " >> log 2>/dev/null", " < in"])
SIMPLE = st.builds(lambda name, words, redirect: " ".join([name, *words]) + redirect,
                   st.sampled_from(["ls", "rm", "git", "./run.sh", "echo", "test", "make"]), st.lists(WORDS, max_size=4), REDIRECTS)


def blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{}; {}".format, inner, inner),
        st.builds("{} && {} || true".format, inner, inner),
        st.builds("{}\n{}".format, inner, inner),
        st.builds("( {} )".format, inner),
        st.builds("{{ {}; }}".format, inner),
        st.builds("if {}; then\n{}\nelse {}; fi".format, SIMPLE, inner, inner),
        st.builds("for i in a b; do {}; done".format, inner),
        st.builds("while {}; do {}; done".format, SIMPLE, inner),
        st.builds("case $x in a) {};; *) {};; esac".format, inner, inner),
        st.builds("f() {{ {}; }}".format, inner),
        st.builds("{} | {}".format, SIMPLE, SIMPLE),
        st.builds("{} # note; {}\ntrue".format, SIMPLE, SIMPLE),
    )


@settings(max_examples=300, deadline=None)
@given(st.recursive(SIMPLE, blocks, max_leaves=8))
def test_both_readers_find_the_same_commands_in_well_formed_text(text):
    script = read_script(Source(text, {}), 0, len(text), Budget())
    assert not script.doubts and not script.exhausted
    assert lexer_starts(text) == tree_starts(text)
