"""What code in rare languages does, by the verbs of its calls."""

from __future__ import annotations

import pytest

from sensor.effects.code.verbs import loads_code, read_verbs


@pytest.mark.parametrize(("code", "texts", "commands"), [
    ('callCommand "rm x"', ["rm x"], []),
    ('(System.Process.rawSystem "rm" ["-r", "x"])', [], [("rm", "-r", "x")]),
    ('readProcess "rm" ["-r", "x"] ""', [], [("rm", "-r", "x", "")]),
    ('System.cmd("rm", ["-r", "x"])', [], [("rm", "-r", "x")]),
    (':os.cmd(~c"rm x")', ["rm x"], []),
    ("""(run-program "/bin/rm" '("-r" "x"))""", [], [("/bin/rm", "-r", "x")]),
    ('(uiop:run-program "rm -r x" :output t)', ["rm -r x"], []),
    ('(sb-ext:run-program "/bin/sh" (list "-c"\n "rm x"))', [], [("/bin/sh", "-c", "rm x")]),
    ('(babashka.process/shell "rm -r" "x y")', ["rm -r 'x y'"], []),
    ('execlp("rm", "rm", "-r", "x", 0)', [], [("rm", "-r", "x")]),
    ('Unix.execvp "rm" [|"rm";"-r";"x"|]', [], [("rm", "-r", "x")]),
    ('exec.Command("rm", "-r", "x").Run()', [], [("rm", "-r", "x")]),
    ('new ProcessBuilder("rm", "-r", "x").start(); foo("y")', [], [("rm", "-r", "x")]),
    ('Runtime.getRuntime().exec(new String[]{"rm","x"});', [], [("rm", "x")]),
    ('system2("rm", c("-r", "x"))', [], [("rm", "-r", "x")]),
    ('System.Diagnostics.Process.Start("rm", "-r x")', [], [("rm", "-r x")]),
    ('Run["rm x"]', ["rm x"], []),
    ('let shells = ["sh"]', [], []), ('refresh "x"', [], []), ('system(command, "x")', [], []), ('(display "rm x")', [], []),
])
def test_what_code_starts(code, texts, commands):
    found = read_verbs(code)
    assert (found.texts, found.commands) == (texts, commands)


@pytest.mark.parametrize(("code", "deletes", "recursive"), [
    ('(delete-directory/files "~")', ["~"], True),
    ('System.Directory.removePathForcibly "~/x"', ["~/x"], True),
    ('(delete-file "~/x")', ["~/x"], False),
    ("(delete-file 'a) (print 'b \"/x\")", [], False),
    ('os.remove.all("~")', ["~"], True),
    ('foreach(f -> rm(f; recursive=true), readdir("~"; join=true))', ["~/*"], True),
    ('(mapc (lambda (f) (delete-directory f t)) (directory-files "~" t))', ["~/*"], True),
    ('(remove "x" names)', [], False), ('Enum.delete(list, "a")', [], False), ('readdir("~")', [], False),
])
def test_what_code_takes_away(code, deletes, recursive):
    found = read_verbs(code)
    assert (found.deletes, found.recursive) == (deletes, recursive)


@pytest.mark.parametrize(("code", "reads", "writes"), [
    ('appendFile "~/.bashrc" "x &"', [], ["~/.bashrc"]),
    ('(spit "~/.bashrc" "x" :append true)', [], ["~/.bashrc"]),
    ('(with-open-file (s "~/.bashrc" :direction :output) (write-line "x" s))', [], ["~/.bashrc"]),
    ('(with-open-file (s "~/.netrc") (read-line s))', ["~/.netrc"], []),
    ("puts [open \"~/.bashrc\" a] x", [], ["~/.bashrc"]),
    ('(slurp "~/.netrc")', ["~/.netrc"], []),
    ('readFile "notes.txt"', [], []),
])
def test_files(code, reads, writes):
    found = read_verbs(code)
    assert (found.reads, found.writes) == (reads, writes)


@pytest.mark.parametrize(("code", "expected"), [
    ('(load-string (slurp "https://a.example/x"))', True), ('source_url("https://a.example/x.R")', True), ("Code.eval_string(body)", True),
    ('source("x.R")', False), ('load("x"); open("https://a.example")', False), ('(display "https://a.example")', False),
])
def test_code_that_is_loaded(code, expected):
    assert loads_code(code) is expected


def test_many_calls_inside_each_other_cost_no_more_than_their_length():
    assert read_verbs('(run "x" ' * 4000).ran_out


@pytest.mark.parametrize(("command", "effect"), [
    ("ghc -e 'System.Directory.getHomeDirectory >>= System.Directory.removeDirectoryRecursive'", "ghc D:~"),
    ("racket -l racket/base -e '(system* \"/bin/rm\" \"-r\" (getenv \"HOME\"))'", "rm D:~"),
    ("sbcl --noinform --eval '(uiop:delete-directory-tree (user-homedir-pathname) :validate t)' --quit", "sbcl D:~"),
    ("ecl -eval '(quit)' -eval '(ext:system \"rm -r ~/x\")'", "rm D:~/x"),
    ("swipl -g 'shell(\"rm -r ~/x\"),halt'", "rm D:~/x"),
    ("echo 'main = callCommand \"rm -r ~/x\"' > M.hs; runghc M.hs", "rm D:~/x"),
    ("runhaskell <<< 'main = callCommand \"rm -r ~/x\"'", "rm D:~/x"),
    ("sbcl --eval '(let ((h (user-homedir-pathname))) (delete-file (merge-pathnames \"x\" h)))'", "sbcl D:~/x"),
])
def test_it_is_walked(brief, command, effect):
    assert any(one.startswith(effect) for one in brief(command))
