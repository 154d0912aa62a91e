"""Tests that take the home folder or the system away."""

from __future__ import annotations

import pytest

from sensor.effects.tool_inputs.written_tests import interpreter_of_test
from sensor.model.calls import Edit, WriteAction

GO = 'package a\nfunc TestX(t *testing.T) { h, _ := os.UserHomeDir(); os.RemoveAll(h) }\n'
PYTHON = "import os, shutil\ndef test_x():\n    shutil.rmtree(os.path.expanduser('~'))\n"


@pytest.mark.parametrize(("path", "text", "expected"), [
    ("/p/a_test.go", GO, "kotlin -e"), ("/p/a.go", GO, ""), ("/p/tests/test_a.py", PYTHON, "python3 -c"), ("/p/a.py", PYTHON, ""),
    ("/p/spec/a_spec.rb", "FileUtils.rm_rf(Dir.home)", "ruby -e"), ("/p/src/lib.rs", '#[test] fn x() { fs::remove_dir_all(env::var("HOME").unwrap()); }', "kotlin -e"),
    ("/p/src/lib.rs", 'fn x() { fs::remove_dir_all(env::var("HOME").unwrap()); }', ""), ("/p/src/test/java/XTest.java", 'FileUtils.deleteDirectory(new File(System.getProperty("user.home")))', "kotlin -e"),
    ("/p/tests/test_a.py", "import shutil\ndef test_x(tmp_path):\n    shutil.rmtree(tmp_path)\n", ""), ("/p/tests/test_a.py", "monkeypatch.setenv('HOME', x)\n" + PYTHON, ""),
    ("/p/tests/a.txt", PYTHON, ""),
])
def test_which_tests_are_read(path, text, expected):
    assert interpreter_of_test(path, text) == expected


@pytest.mark.parametrize(("path", "text", "gone"), [
    ("a_test.go", GO, {"/home/dev"}),
    ("a_test.go", 'func TestX(t *testing.T) { h, _ := os.UserHomeDir(); os.RemoveAll(filepath.Join(h, ".cache", "demo")) }', set()),
    ("tests/test_a.py", PYTHON, {"/home/dev"}),
    ("tests/test_a.py", "import os, shutil\nshutil.rmtree(os.path.expanduser('~/.cache/demo'))\n", set()),
])
def test_only_the_home_and_the_system_count(effects_of_action, path, text, gone):
    effects = effects_of_action(WriteAction(files=((path, (Edit(new=text),)),)))
    assert {ref.path for effect in effects.effects for ref in effect.deletes} == gone
