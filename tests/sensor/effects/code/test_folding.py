"""Constants that interpreter code composes are put together, so that patterns can read them."""

from __future__ import annotations

import pytest

from sensor.effects.code.folding import fold
from sensor.effects.code.room import MAX_GROWTH, Room


@pytest.mark.parametrize(("code", "expected"), [
    ('rmtree($ENV{HOME})', 'rmtree("~")'),
    ('unlink glob "$ENV{HOME}/*"', 'unlink glob "~/*"'),
    ('rmSync(process.env.HOME)', 'rmSync("~")'),
    ('rmSync(`${process.env.HOME}/x`)', 'rmSync(`~/x`)'),
    ('rmSync(require("os").homedir())', 'rmSync("~")'),
    ('rm_rf(ENV["HOME"])', 'rm_rf("~")'),
    ('rm_rf("#{Dir.home}/x")', 'rm_rf("~/x")'),
    ('rmtree(Path.home() / "a" / "b")', 'rmtree("~/a/b")'),
    ('rmtree(os.path.join(os.environ["HOME"], "a"))', 'rmtree("~/a")'),
    ('(delete-directory (getenv "HOME") t)', '(delete-directory "~" t)'),
    ('h=os.path.expanduser("~/a");remove(h)', 'h="~/a";remove("~/a")'),
    ('getattr(__import__("o"+"s"),"sys"+"tem")("ls")', 'os.system("ls")'),
    ('file delete $env(HOME)', 'file delete "~"'),
    ("d='~/a'; system(f'rm -rf {d}')", "d='~/a'; system(f'rm -rf ~/a')"),
    ("system('rm -rf %s' % '~/a')", 'system("rm -rf ~/a")'),
    ("system('rm -rf %s' % ('~/a',))", 'system("rm -rf ~/a")'),
    ("system('rm -rf {}'.format('~/a'))", 'system("rm -rf ~/a")'),
])
def test_constants_are_put_together(code, expected):
    assert fold(code) == expected


@pytest.mark.parametrize("code", [
    'print("a", x + "b")', 'path = compute(); rmtree(path)', 'getattr(sys, name)', 'x = "a" if y else "b"', 'os.environ["PATH"]',
    'process.env.HOMEPAGE', 'a = 1', 's.HOME',
])
def test_what_is_not_constant_stays(code):
    assert fold(code) == code


def test_a_variable_that_is_set_again_keeps_the_new_value():
    assert fold('p="/a";p="/b";remove(p)').endswith('remove("/b")')


@pytest.mark.parametrize(("code", "folded"), [
    ("import subprocess as s; s.call(['ls'])", "subprocess.call(['ls'])"),
    ("import sys, shutil as u\nu.rmtree('a')", "shutil.rmtree('a')"),
    ("from subprocess import run as r, call\nr('ls'); call('ls')", "subprocess.run('ls'); subprocess.call('ls')"),
    ("import os as o\nfoo.o.x()", "foo.o.x()"),
])
def test_modules_under_other_names(code, folded):
    assert fold(code).endswith(folded)


@pytest.mark.parametrize(("code", "once_more"), [
    ("for d in ['~/a', '~/b']: rmtree(d)", [": rmtree('~/a')", ": rmtree('~/b')"]),
    ("for d in ('~/a',):\n  system(f'rm -rf {d}')", ["system(f'rm -rf ~/a')"]),
    ("for p in ['a', 'b']: print((Path.home() / p).read_text())", ['("~/a").read_text()', '("~/b").read_text()']),
    ("dirs = ['~/a', '~/b']\nfor d in dirs: rmtree(d)", [": rmtree('~/a')", ": rmtree('~/b')"]),
    ("for (const d of ['~/a']) rmSync(d)", [") rmSync('~/a')"]),
    ("const xs = ['~/a']; xs.forEach(d => execSync(`rm -rf ${d}`))", ["execSync(`rm -rf ~/a`)"]),
    ("['~/a'].each { |d| rm_rf(d) }", ["rm_rf('~/a')"]),
])
def test_a_loop_over_constants_is_read_for_each(code, once_more):
    folded = fold(code)
    assert [part for part in once_more if part not in folded[len(code) // 2 :]] == []


LONG = "'~" + "x" * 4_000 + "'"


@pytest.mark.parametrize("code", [
    f"for p in [{', '.join([LONG] * 12)}]: " + "p " * 8_000,
    f"a = [{LONG}]\n" + "in a " * 8_000,
    f"a = {LONG}; " + "a " * 8_000,
])
def test_constants_in_many_places_end_and_it_is_said(code):
    room = Room()
    assert len(fold(code, room)) < len(code) + MAX_GROWTH + 100 * 700 and room.ran_out


def test_many_loops_end():
    code = "\n".join(f"for d in [{', '.join(repr(str(item)) for item in range(31))}]: " + "x" * 600 for _ in range(50))
    assert len(fold(code)) < len(code) + MAX_GROWTH


def test_constants_in_a_few_places_leave_room():
    room = Room()
    fold("for d in ['~/a', '~/b']: rmtree(d)\nx = '~/c'; rmtree(x)", room)
    assert room.left > MAX_GROWTH - 200 and not room.ran_out


@pytest.mark.parametrize("code", [
    "from subprocess import getstatusoutput as a\n" + "a();" * 5_000,
    "import subprocess as a\n" + "a.b;" * 8_000,
])
def test_other_names_in_many_places_end_and_it_is_said(code):
    room = Room()
    assert len(fold(code, room)) < len(code) + MAX_GROWTH + 100 and room.ran_out


def test_all_variables_are_put_in_place_at_once():
    code = "\n".join([*(f"v{number} = '~/{number}'" for number in range(40)), *(f"f(v{number})" for number in range(40))])
    assert all(f"f('~/{number}')" in fold(code) for number in range(40))


def test_a_variable_of_variables_is_followed_and_what_is_left_is_said():
    def chain(links: int) -> tuple[bool, bool]:
        room = Room()
        code = fold("\n".join(["v0 = '~/a'", *(f"v{number + 1} = v{number}" for number in range(links)), f"rmtree(v{links})"]), room)
        return "rmtree('~/a')" in code, room.ran_out

    assert chain(8) == (True, False)
    assert chain(40) == (False, True)
