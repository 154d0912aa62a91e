"""Calls in the form that patterns know."""

from __future__ import annotations

import ast

import pytest

from sensor.effects.code.python_calls import given_to, in_order, option_of, process, written_plainly
from sensor.effects.code.python_values import dotted


def call(text):
    return ast.parse(text, mode="eval").body


@pytest.mark.parametrize(("code", "expected"), [
    ("shutil.move(dst='b', src='a')", "shutil.move('a', 'b')"),
    ("open(file='a', mode='w')", "open('a', 'w')"),
    ("open('a', mode='w')", "open('a', 'w')"),
    ("subprocess.check_call(args=c, shell=True)", "subprocess.check_call(c, shell=True)"),
    ("subprocess.getoutput(cmd='ls')", "subprocess.getoutput('ls')"),
    ("other(path='a')", "other(path='a')"),
    ("shutil.move(dst='b')", "shutil.move(dst='b')"),
])
def test_operands_by_name_stand_in_their_places(code, expected):
    assert ast.unparse(in_order(call(code), dotted(call(code).func))) == expected


@pytest.mark.parametrize(("code", "expected"), [
    ("subprocess.run(['psql', 'a b'], input='select 1')", "os.system(\"psql 'a b' <<< 'select 1'\")"),
    ("subprocess.Popen(['sh']).communicate(input='ls')", "os.system('sh <<< ls')"),
    ("subprocess.run('ls', cwd='~/a')", "os.system('cd ~/a && ls')"),
    ("subprocess.run(['sh', '-c', '[ a ]'])", "os.system(\"sh -c '[ a ]'\")"),
    ("subprocess.run(('ls', 'a'), check=True)", "subprocess.run(['ls', 'a'], check=True)"),
    ("subprocess.run(['ls'])", None),
    ("subprocess.run(words, input='ls')", None),
    ("other(['ls'], input='a')", None),
])
def test_processes(code, expected):
    made = process(call(code), dotted(call(code).func))
    assert (made and ast.unparse(made)) == expected


@pytest.mark.parametrize(("code", "expected"), [
    ("Path('a').open('w')", "open('a', 'w')"),
    ("shutil.rmtree(Path('a'))", "shutil.rmtree('a')"),
    ("open(f, 'w').close()", "os.remove(f)"),
    ("p.write_bytes(b'')", "p.unlink()"),
    ("os.truncate(f, 0)", "os.remove(f)"),
    ("open('a', 'w').close()", None),
    ("open(f).close()", None),
    ("p.write_text('a')", None),
])
def test_files(code, expected):
    made = written_plainly(call(code))
    assert (made and ast.unparse(made)) == expected


def test_what_parameters_hold():
    function = ast.parse("def f(self, a, b='x', *rest, c='y'): pass").body[0]
    given = given_to(call("o.f('1', '2', '3', c='z')"), function)
    assert {name: ast.unparse(value) for name, value in given.items()} == {"a": "'1'", "b": "'2'", "rest": "['3']", "c": "'z'"}


def test_defaults_of_options():
    assert list(option_of(call("p.add_argument('-p', '--the-path', default='a')"))) == ["the_path"]
    assert option_of(call("p.add_argument('--path')")) == option_of(call("p.add_argument('--path', default=x)")) == option_of(call("f('--path', default='a')")) == {}
