"""Python text is written in a plainer way: constants stand where they are used."""

from __future__ import annotations

import pytest

from sensor.effects.code.python_names import MAX_LENGTH
from sensor.effects.code.python_parse import MAX_CODE, MAX_NESTING
from sensor.effects.code.python_tree import MAX_GROWTH, MAX_WRITTEN_OUT, plain
from sensor.effects.code.room import MAX_STEPS, Room


@pytest.mark.parametrize(("code", "expected"), [
    ("p = '.git'; shutil.rmtree(p)", "shutil.rmtree('.git')"),
    ("c = ['ls', '-l']; subprocess.run(c)", "subprocess.run(['ls', '-l'])"),
    ("c = ('ls', '-l'); subprocess.run(c)", "subprocess.run(['ls', '-l'])"),
    ("c = ['ls']; c.append('-l'); c += ['a']; subprocess.run(c)", "subprocess.run(['ls', '-l', 'a'])"),
    ("c = 'ls'; c += ' -l'; os.system(c)", "os.system('ls -l')"),
    ("d = {'root': '~'}; shutil.rmtree(d['root'])", "shutil.rmtree('~')"),
    ("d = {}; d['root'] = '~'; shutil.rmtree(d['root'])", "shutil.rmtree('~')"),
    ("a, b = 'x', 'y'; os.remove(b)", "os.remove('y')"),
    ("os.system('''\nls\n''')", r"os.system('\nls\n')"),
    ("n = 3\nos.system(f'''ls {n}\n''')", r"os.system('ls 3\n')"),
    ("os.system(f'''ls\n {n}''')", r"os.system('ls\n {n}')"),
    ("import subprocess as sp\nsp.run('ls')", "subprocess.run('ls')"),
    ("from os.path import expanduser as e\nopen(e('~/x'))", "open('~/x')"),
    ("from os import *\nsystem('ls')", "os.system('ls')"),
    ("subprocess.run(args=['ls'])", "subprocess.run(['ls'])"),
    ("shutil.rmtree(path='a', ignore_errors=True)", "shutil.rmtree('a', ignore_errors=True)"),
    ("rm = shutil.rmtree; rm('a')", "shutil.rmtree('a')"),
    ("class C:\n  def __init__(self): self.root = 'a'\n  def run(self): shutil.rmtree(self.root)", "shutil.rmtree('a')"),
    ("class C:\n  ROOT = 'a'\nshutil.rmtree(C.ROOT)", "shutil.rmtree('a')"),
    ("p = argparse.ArgumentParser(); p.add_argument('--path', default='a'); args = p.parse_args(); shutil.rmtree(args.path)", "shutil.rmtree('a')"),
    ("exec('import os; os.remove(\"a\")')", "os.remove(\"a\")"),
    ("subprocess.run('sh', input='ls')", "os.system('sh <<< ls')"),
    ("p = subprocess.Popen(['sh'], stdin=subprocess.PIPE); p.communicate('ls')", "os.system('sh <<< ls')"),
    ("with subprocess.Popen(['sh'], stdin=subprocess.PIPE) as p:\n  p.stdin.write(b'ls')", "os.system('sh <<< ls')"),
    ("subprocess.run(['ls'], cwd='/srv')", "os.system('cd /srv && ls')"),
    ("if __name__ == '__main__':\n  p = 'a'; os.remove(p)", "os.remove('a')"),
])
def test_constants_stand_where_they_are_used(code, expected):
    assert expected in plain(f"import os, shutil, subprocess\n{code}").replace("    ", "")


@pytest.mark.parametrize(("code", "expected"), [
    ("def sh(c): subprocess.run(c, shell=True)\nsh('ls')", "subprocess.run('ls', shell=True)"),
    ("sh = lambda c: subprocess.run(c.split())\nsh('ls -l')", "subprocess.run(['ls', '-l'])"),
    ("def git(*a): subprocess.run(['git', *a])\ngit('log', '-p')", "subprocess.run(['git', 'log', '-p'])"),
    ("def rm(p='a'): os.remove(p)\nrm(x)\nrm()", "os.remove('a')"),
    ("def home(): return os.path.expanduser('~')\nshutil.rmtree(home())", "shutil.rmtree('~')"),
    ("def main(): sh('ls')\ndef sh(c): os.system(c)\nmain()", "os.system('ls')"),
    ("class R:\n  def sh(self, c): os.system(c)\nR().sh('ls')", "os.system('ls')"),
    ("from functools import partial\npartial(shutil.rmtree, ignore_errors=True)('a')", "shutil.rmtree('a', ignore_errors=True)"),
    ("for d in ['a', 'b']: shutil.rmtree(d)", "shutil.rmtree('a')\nshutil.rmtree('b')"),
    ("for a, b in [('x', 'y')]: os.remove(b)", "os.remove('y')"),
    ("for i, b in enumerate(['y']): os.remove(b)", "os.remove('y')"),
    ("for k, v in {'a': 'b'}.items(): os.remove(v)", "os.remove('b')"),
    ("[os.remove(f) for f in ['a', 'b']]", "os.remove('a')\nos.remove('b')"),
    ("list(map(os.remove, ['a', 'b']))", "os.remove('a')\nos.remove('b')"),
    ("pool.map(shutil.rmtree, os.listdir('a'))", "[shutil.rmtree(item) for item in os.listdir('a')]"),
    ("pool.submit(shutil.rmtree, 'a')", "shutil.rmtree('a')"),
])
def test_bodies_are_written_out_for_constants(code, expected):
    assert expected in plain(f"import os, shutil, subprocess\n{code}")


@pytest.mark.parametrize(("code", "expected"), [
    ("for e in os.scandir('a'):\n  if e.is_dir(): shutil.rmtree(e)\n  else: os.remove(e)", "    shutil.rmtree(e)\n    os.remove(e)"),
    ("for e in os.scandir('a'):\n  if os.path.exists(e) and not e.is_symlink(): os.remove(e)", "    os.remove(e)"),
    ("for e in sorted(os.scandir('a')):\n  os.remove(e) if e.is_file() else os.rmdir(e)", "    os.remove(e)\n    os.rmdir(e)"),
    ("[os.remove(e) for e in os.listdir('a') if os.path.isfile(e)]", "[os.remove(e) for e in os.listdir('a')]"),
    ("for e in os.listdir('a'):\n  if e.endswith('.o'): os.remove(e)", "if e.endswith('.o'):"),
    ("for e in os.listdir('a'): open(e, 'w').close()", "os.remove(e)"),
])
def test_conditions_that_choose_nothing(code, expected):
    assert expected in plain(f"import os, shutil\nx = os.name; print(x)\n{code}")


@pytest.mark.parametrize("code", [
    "x = compute(); shutil.rmtree(x.path)", "print('shutil')", "x = '.git'", "print(1)", "import os\nos.remove(name)",
    "shutil.rmtree('a') # as it is", "x = 'os' * 10_000_000",
])
def test_what_says_nothing_more_stays(code):
    assert plain(code) == code


@pytest.mark.parametrize("code", ["shutil.rmtree(path", "import os\nprint 1", "import os\n" + "#" * MAX_CODE])
def test_texts_that_do_not_parse_are_read_otherwise(code):
    assert plain(code) is None


@pytest.mark.parametrize("code", [
    "exec('!')\n", "eval('a b')\n", "exec('\\ud800')\n", "h = '\\\\d'\nx = f'{re.sub(h, u)}'\n", "n = '\\n'\nx = f'{n.join(u)} {u!r:>{w}}'\n", "n = '\\n'\nx = f'{u:{n}>{w}}'\n",
])
def test_what_cannot_be_written_hides_nothing_behind_it(code):
    assert plain(f"import os\n{code}p = 'a'\nos.remove(p)\n").endswith("os.remove('a')\n")


@pytest.mark.parametrize("code", ["x = a" + ".b" * 5000, "x = " + "(" * 60 + ")" * 60])
def test_what_is_too_deep_is_said_where_something_is_started(code):
    rooms = Room(), Room()
    assert plain(f"import os\n{code}\nos.remove(p)", rooms[0]) is None and rooms[0].ran_out
    assert plain(f"import os\n{code}\nopen(p)", rooms[1]) is None and not rooms[1].ran_out


def test_a_name_that_is_set_again_holds_the_new_value():
    assert plain("p = 'a'\np = x.other()\nos.remove(p)\n").endswith("os.remove(x.other())\n")
    assert "os.remove(p)" in plain("p = 'a'\nfor p in names: os.remove(p)\n")
    assert "os.remove(p)" in plain("p = 'a'\ndef f(p): os.remove(p)\n")


@pytest.mark.parametrize("code", [
    "import os\n" + "(" * (MAX_NESTING + 1) + ")" * (MAX_NESTING + 1), "import os\nx = " + "-" * 3000 + "1", "import os\nx = " + "not " * 3000 + "1",
    "import os\nx = " + "+".join(["a"] * 5000), "import os\nx = a" + ".b" * 8000, "import os\n" + "x = 1\n" * MAX_CODE, "import os\nx = '\\d'; y = '\x00'",
    "import os\nx = " + "lambda: " * 2000 + "1", "import os\nx = " + "a if b else " * 1500 + "c",
    "import os\n" + "".join(f"{' ' * depth}if x:\n" for depth in range(90)) + " " * 90 + "pass",
])
def test_texts_that_nest_or_are_too_long_stay(code):
    assert plain(code) in (code, None)


def test_functions_that_call_themselves_and_many_calls_end():
    written = plain("import os\ndef f(a):\n  os.system(a)\n  f(a + 'x'); f(a + 'y')\nf('z')\n" + "f('z')\n" * 200)
    assert written.count("os.system('z") <= MAX_WRITTEN_OUT


@pytest.mark.parametrize("code", [
    f"x = {'a' * 4000!r}\n" + "os.system(x)\n" * 1000, "a = 'x' * 100\n" + "a = a + a\n" * 50 + "os.f(a)\n" * 2000, "x = [os.a('b'), os.a('b')]\n" + "x = [x, x]\n" * 300 + "os.f(x)\n" * 900,
    "x = [" + "'a'," * 4500 + "]\n" + "os.f(x)\n" * 200,
])
def test_the_text_grows_by_so_much_only(code):
    assert len(plain(f"import os\n{code}")) <= 2 * len(code) + MAX_GROWTH + MAX_LENGTH


DOUBLING = [
    "f = lambda a: [a, a]\nos.system(" + "f(" * 30 + "'x'" + ")" * 30 + ")\n",
    "def f(a): return {'k': a, 'l': a}\nos.system(" + "f(" * 30 + "'x'" + ")" * 30 + ")\n",
    "l = ['x']\n" + "l.extend(l)\n" * 60 + "os.system(l)\n",
    "x = " + "[a for a in " * 36 + "b" + "]" * 36 + "\nos.system(x)\n",
    "x = " + "map(f, " * 36 + "b" + ")" * 36 + "\nos.system(x)\n",
    "self.x = ['x']\n" + "self.x = [self.x, self.x]\n" * 60 + "os.system(self.x)\n",
    "def f(a):\n" + "".join(f"  {' ' * depth}for x{depth} in ['1', '2', '3', '4']:\n" for depth in range(15)) + " " * 30 + "os.system(a)\nf('x')\n",
    "t = 'os.system(1);'\n" + "t += t\nexec(t)\n" * 60,
]


@pytest.mark.parametrize("code", DOUBLING)
def test_what_doubles_ends(code):
    room = Room(MAX_GROWTH)
    written = plain(f"import os\n{code}", room)
    assert written is None or len(written) <= 2 * len(code) + 2 * MAX_GROWTH
    assert room.steps > -MAX_STEPS // 10


@pytest.mark.parametrize("code", [
    "def f(a): os.system(a)\n" + "".join(f"f('x{number}')\n" for number in range(MAX_WRITTEN_OUT + 1)), f"x = {'a' * 4000!r}\n" + "print(x)\n" * 20 + "os.system(x)\n",
    "for x in [" + ",".join(f"'x{number}'" for number in range(MAX_WRITTEN_OUT + 1)) + "]:\n  os.remove(x)\n",
    "exec('(' * 60)\n", "def f(a): " + "a = a; " * 2000 + "\n" + "".join(f"f('x{number}')\n" for number in range(100)) + "os.system(a)\n",
])
def test_what_is_not_written_out_is_said(code):
    room = Room(MAX_GROWTH)
    assert plain(f"import os\n{code}", room) is not None and room.ran_out


@pytest.mark.parametrize("code", [
    "def f(a): os.system(a)\nf('x')\n" * 20, "for x in [" + ",".join(f"'x{number}'" for number in range(60)) + "]:\n  os.remove(x)\n",
    "def f(a): open(a)\n" + "".join(f"f('x{number}')\n" for number in range(MAX_WRITTEN_OUT + 1)),
])
def test_what_is_or_starts_nothing_needs_no_word(code):
    room = Room(MAX_GROWTH)
    assert plain(f"import os\n{code}", room) is not None and not room.ran_out


def test_a_loop_is_written_out_to_its_last_item():
    assert "os.remove('x39')" in plain("import os\nfor x in [" + ",".join(f"'x{number}'" for number in range(40)) + "]: os.remove(x)\n")
