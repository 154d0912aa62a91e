"""Code with what it is given put in."""

from __future__ import annotations

import pytest

from sensor.effects.code.given import MAX_LENGTH, Given, fill

HOME = Given(["~/x", "-r"], {"D": "~/y"}.get, "rm -r ~/z\n")


@pytest.mark.parametrize(("language", "code", "filled"), [
    ("python", "rmtree(sys.argv[1])", 'rmtree("~/x")'),
    ("python", "run(sys.argv[1:])", 'run(["~/x", "-r"])'),
    ("python", "rmtree(os.environ['D'])", 'rmtree("~/y")'),
    ("python", "rmtree(os.environ.get('D', '.'))", 'rmtree("~/y")'),
    ("python", "rmtree(os.environ['E'])", "rmtree(os.environ['E'])"),
    ("python", "rmtree(os.environ['HOME'])", "rmtree(os.environ['HOME'])"),
    ("python", "os.system(input())", 'os.system("rm -r ~/z")'),
    ("python", "rmtree(sys.argv[9])", "rmtree(sys.argv[9])"),
    ("node", "rmSync(process.argv[1])", 'rmSync("~/x")'),
    ("node", "rmSync(process.env.D)", 'rmSync("~/y")'),
    ("perl", "rmtree($ARGV[0])", 'rmtree("~/x")'),
    ("perl", "rmtree(shift)", 'rmtree("~/x")'),
    ("perl", "system $_", 'system "rm -r ~/z"'),
    ("perl", "rmtree($ENV{D})", 'rmtree("~/y")'),
    ("ruby", "rm_rf ARGV[0]", 'rm_rf "~/x"'),
    ("ruby", "rm_rf ENV['D']", 'rm_rf "~/y"'),
    ("php", "unlink($argv[1])", 'unlink("~/x")'),
    ("lua", "os.remove(arg[1])", "os.remove(arg[1])"),
    ("python", "print(1)", "print(1)"),
])
def test_constants_stand_where_they_are_asked_for(language, code, filled):
    assert fill(code, language, HOME) == filled


def test_a_script_of_node_counts_its_own_name():
    assert fill("rmSync(process.argv[2])", "node", HOME._replace(script=True)) == 'rmSync("~/x")'


@pytest.mark.parametrize("text", ["a\nb", "a\\b", "'\"", "x" * (MAX_LENGTH + 1)])
def test_what_takes_more_than_quotes_stays_unknown(text):
    assert fill("f(sys.argv[1])", "python", Given([text])) == "f(sys.argv[1])"


@pytest.mark.parametrize(("options", "words", "use", "expected"), [
    ('p.add_argument("target")\na = p.parse_args()\n', ["x"], "f(a.target)", 'f("x")'),
    ('p.add_argument("one")\np.add_argument("two")\na = p.parse_args()\n', ["x", "y"], "f(a.one, a.two)", 'f("x", "y")'),
    ('p.add_argument("-d", "--work-dir")\na = p.parse_args()\n', ["--work-dir", "x"], "f(a.work_dir)", 'f("x")'),
    ('p.add_argument("--dir")\na = p.parse_args()\n', ["--dir=x"], "f(a.dir)", 'f("x")'),
    ('p.add_argument("file")\n', ["x"], "f(p.parse_args().file)", 'f("x")'),
    ('p.add_argument("file")\na = p.parse_args()\n', ["x"], "f(b.file, a.file())", "f(b.file, a.file())"),
    ('p.add_argument("file")\na = p.parse_args()\n', [], "f(a.file)", "f(a.file)"),
])
def test_what_argparse_makes_of_the_words(options, words, use, expected):
    assert fill(options + use, "python", Given(words)) == options + expected
