"""What expressions of constants come to."""

from __future__ import annotations

import ast

import pytest

from sensor.effects.code.python_tree import plain
from sensor.effects.code.python_values import MAX_TEXT, constant, is_constant, joined, number, parent, text_of


@pytest.mark.parametrize(("expression", "expected"), [
    ("'a' + 'b'", "'ab'"), ("'%s/%s' % ('a', 'b')", "'a/b'"), ("'a%s' % 'b'", "'ab'"), ("'{}-{x}'.format('a', x='b')", "'a-b'"), ("'{1}{0}'.format('a', 'b')", "'ba'"),
    ("f'a{1}b'", "'a1b'"), ("' '.join(['a', 'b'])", "'a b'"), ("'ba'[::-1]", "'ab'"), ("'abc'[1]", "'b'"), ("chr(97) + 'b'", "'ab'"), ("'a' * 3", "'aaa'"),
    ("'a b'.split()", "['a', 'b']"), ("'a,b'.split(',')[1]", "'b'"), ("'axb'.replace('x', '-')", "'a-b'"), ("' A '.strip().lower()", "'a'"), ("b'a'.decode()", "'a'"),
    ("['a'] + ['b']", "['a', 'b']"), ("['a', *['b']]", "['a', 'b']"), ("{'a': 'b'}.get('a')", "'b'"), ("list(('a',))", "['a']"),
    ("os.path.join('a', 'b', '/c')", "'/c'"), ("os.path.join(os.path.expanduser('~'), 'a')", "'~/a'"), ("os.environ['HOME']", "'~'"), ("os.getenv('HOME', 'x')", "'~'"),
    ("os.environ.get('HOME')", "'~'"), ("os.path.expandvars('$HOME/a')", "'~/a'"), ("os.getcwd()", "'.'"), ("os.path.abspath('..')", "'..'"), ("os.path.dirname(os.getcwd())", "'..'"),
    ("str(pathlib.Path.home() / 'a')", "'~/a'"), ("pathlib.Path.cwd().parents[1]", "'../..'"), ("pathlib.Path('a/b').resolve().parent", "'a'"), ("pathlib.Path('a').joinpath('b', 'c')", "'a/b/c'"),
    ("os.fspath(pathlib.Path('a', 'b'))", "'a/b'"), ("'a' + os.sep", "'a/'"), ("shlex.join(['a', 'b c'])", "\"a 'b c'\""), ("shlex.quote('~')", "'~'"), ("shlex.split('a \"b c\"')", "['a', 'b c']"),
])
def test_expressions_of_constants(expression, expected):
    assert plain(f"import os, pathlib, shlex\nf({expression})\n").splitlines()[-1] == f"f({expected})"


@pytest.mark.parametrize("expression", [
    "a + 'b'", "'%d' % 1", "'{:>3}'.format('a')", "'a'[9]", "['a'][1]", "{}['a']", "os.path.join(a, 'b')", "os.environ['PATH']", "os.getenv('PATH')", "'a' * 10000000", "'a'.join(b)",
    "Path(a) / 'b'", "shlex.split('\"')", "chr(-1)",
])
def test_other_expressions_stay(expression):
    assert plain(f"import os, shlex\nf({expression})\n").splitlines()[-1] == f"f({expression})"


def test_names_of_modules_and_members_that_are_texts():
    assert plain("getattr(__import__('os'), 'sys' + 'tem')('ls')") == "os.system('ls')\n"


@pytest.mark.parametrize(("path", "expected"), [("a/b", "a"), ("a", "."), (".", ".."), ("..", "../.."), ("~", "~/.."), ("~/a", "~"), ("/a", "/")])
def test_the_folder_above(path, expected):
    assert parent(path) == expected


def test_parts_of_paths():
    assert (joined("a/", "b"), joined("a", "/b"), joined("a", "~/b"), joined(".", "b")) == ("a/b", "/b", "~/b", "b")


def test_nodes_that_say_all_they_hold():
    def node(text):
        return ast.parse(text, mode="eval").body

    assert [is_constant(node(text)) for text in ("'a'", "['a', 1]", "{'a': 'b'}", "Path('a')", "[a]", "{**a}", "f('a')")] == [True, True, True, True, False, False, False]
    assert [text_of(node(text)) for text in ("'a'", "b'a'", "Path('a')", "1", "a")] == ["a", "a", "a", None, None]
    assert [number(node(text)) for text in ("1", "-1", "True", "a")] == [1, -1, None, None]
    assert constant("a" * (MAX_TEXT + 1)) is None
