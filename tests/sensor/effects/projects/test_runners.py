"""Recipes that task runners run by name."""

from __future__ import annotations

import time

import pytest

from sensor.effects.projects.manifests import MAX_BYTES

JUST = """target := "/home/dev/x"
alias w := wipe

build:
    cargo build

wipe: build
    @rm -r {{target}}

one name="/home/dev/y":
    -rm -r {{name}}

script:
    #!/usr/bin/env bash
    set -e
    rm -r ~/x

unknown:
    rm -r {{arch()}}/x

[private]
_hidden: (one "a") && build
"""
TASK = """version: "3"
vars:
  DIR: /home/dev/x
tasks:
  default:
    deps: [sub]
    cmds:
      - go build
  sub: rm -r {{.DIR}}
  long:
    desc: rm -r ~/never
    cmds:
      - cmd: 'rm -r ~/a'
        silent: true
      - |
        rm -r ~/b
        rm -r ~/c
      - task: sub
      - defer: rm -r ~/d
    status:
      - test -f x
  listed:
    - rm -r ~/e
  single:
    cmd: set -e; rm -r ~/f
  inline:
    cmds: ["rm -r ~/g", echo]
  "quoted": "rm -r \\"~/x\\""
"""
INVOKE = '''from invoke import task

@task(
    help={"a": "b"},
)
def wipe_all(c):
    """Run it."""
    c.run("rm -r ~/x", pty=True)
    c.sudo(f"rm -r {where}/y")

@task
def build(c):
    c.run("make")
'''
NOX = '''import nox

@nox.session(python=["3.12"])
def wipe(session):
    session.run("rm", "-r", "/home/dev/a b", external=True)

def helper(session):
    session.run("rm", "-r", "/home/dev/never")

@nox.session
def tests(session):
    session.run("pytest")
'''
RAKE = """task default: [:build]
task :build do
  sh "cargo build"
end
namespace :db do
  desc "x"
  task :wipe => :build do
    sh 'rm -r ~/x'
  end
end
"""
PROJECT = """[tool.poe.tasks]
wipe = "rm -r ~/x"
long = { shell = "rm -r ~/y", help = "rm -r ~/never" }
[tool.poe.tasks.own]
cmd = "rm -r ~/z"
[tool.taskipy.tasks]
wipe = "rm -r ~/t"
[tool.other]
wipe = "rm -r ~/never"
"""


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    (folder / "sub").mkdir(parents=True)
    for name, text in {"justfile": JUST, "Taskfile.yml": TASK, "tasks.py": INVOKE, "noxfile.py": NOX, "Rakefile": RAKE, "pyproject.toml": PROJECT}.items():
        (folder / name).write_text(text)
    return folder


def deletions(effects, folder):
    return [ref.path.replace(str(folder), ".") or "?" for effect in effects.effects for ref in effect.deletes]


@pytest.mark.parametrize(("command", "expected"), [
    ("just", []),
    ("just wipe", ["/home/dev/x"]),
    ("just w", ["/home/dev/x"]),
    ("just one", ["/home/dev/y"]),
    ("just one ~/z", ["/home/dev/z"]),
    ("just script", ["/home/dev/x"]),
    ("just unknown", ["?"]),
    ("just _hidden", ["/home/dev/y"]),
    ("just --list wipe", []),
    ("just --dry-run wipe", []),
    ("just missing", []),
    ("cd sub && just wipe", ["/home/dev/x"]),
    ("cd sub && just -f ../justfile wipe", ["/home/dev/x"]),
    ("just --justfile=missing wipe", []),
    ("task", ["/home/dev/x"]),
    ("task sub", ["/home/dev/x"]),
    ("task long", ["/home/dev/a", "/home/dev/b", "/home/dev/c", "/home/dev/d", "/home/dev/x"]),
    ("task listed", ["/home/dev/e"]),
    ("task single", ["/home/dev/f"]),
    ("task inline", ["/home/dev/g"]),
    ("task --list", []),
    ("task missing", []),
    ("inv wipe-all", ["/home/dev/x", "?"]),
    ("invoke wipe_all", ["/home/dev/x", "?"]),
    ("invoke build", []),
    ("invoke --list wipe-all", []),
    ("nox", ["/home/dev/a b"]),
    ("nox -s wipe", ["/home/dev/a b"]),
    ("nox -s tests", []),
    ("nox --session=wipe-3.12 -s 'wipe(python=3)'", ["/home/dev/a b"]),
    ("nox -l", []),
    ("rake", []),
    ("rake wipe", ["/home/dev/x"]),
    ("rake -T wipe", []),
    ("poe wipe", ["/home/dev/x"]),
    ("poe long", ["/home/dev/y"]),
    ("poe own", ["/home/dev/z"]),
])
def test_what_a_recipe_deletes(effects_of, project, command, expected):
    assert deletions(effects_of(command, cwd=str(project)), project) == expected


def test_taskipy_where_there_is_no_taskfile(effects_of, project):
    (project / "Taskfile.yml").unlink()
    assert deletions(effects_of("task wipe", cwd=str(project)), project) == ["/home/dev/t"]


def test_a_recipe_that_runs_itself_ends(effects_of, project):
    (project / "justfile").write_text("a: b\n    just a\nb: a\n    rm -r ~/x\n")
    assert deletions(effects_of("just a", cwd=str(project)), project) == ["/home/dev/x"]


def test_a_recipe_of_another_file(effects_of, project):
    (project / "more.just").write_text("far:\n    rm -r ~/far\n")
    (project / "justfile").write_text("import 'more.just'\nnear:\n    echo\n")
    assert deletions(effects_of("just far", cwd=str(project)), project) == ["/home/dev/far"]


def test_a_relative_path_is_one_of_the_folder_of_the_file(effects_of, project):
    (project / "justfile").write_text("a:\n    rm -r build\n")
    assert deletions(effects_of("just a", cwd=str(project / "sub")), project) == ["./build"]


@pytest.mark.parametrize("name", ["justfile", "Taskfile.yml", "tasks.py", "noxfile.py", "Rakefile", "pyproject.toml"])
@pytest.mark.parametrize("piece", ["{{" + "a" * 200, "a:\n    x {{", "tasks:\n  a:\n    cmds:\n", '@task\ndef f(c):\n  c.run("""', "task :a do\n", '[tool.poe.tasks]\na = "', " \t", "\\", "import 'x'\n"])
def test_broken_and_long_files_take_no_time(effects_of, project, name, piece):
    (project / name).write_text(piece * (MAX_BYTES // len(piece)))
    command = {"justfile": "just a", "Taskfile.yml": "task a", "tasks.py": "invoke f", "noxfile.py": "nox", "Rakefile": "rake a", "pyproject.toml": "poe a"}[name]
    started = time.process_time()
    effects_of(command, cwd=str(project))
    assert time.process_time() - started < 2
