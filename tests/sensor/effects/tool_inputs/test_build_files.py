"""Commands in files of builds, packages and task runners."""

from __future__ import annotations

import json
import time

import pytest

from sensor.effects.tool_inputs.build_files import MAX_LENGTH, commands_in
from sensor.model.calls import Edit, WriteAction


@pytest.mark.parametrize(("path", "text", "expected"), [
    ("CMakeLists.txt", 'execute_process(COMMAND sh -c "echo a" COMMAND cat OUTPUT_VARIABLE X)', ["sh -c 'echo a' | cat"]),
    ("CMakeLists.txt", "add_custom_command(OUTPUT a COMMAND ${CMAKE_COMMAND} -E rm -rf ${DIR}/b COMMAND gen > c DEPENDS d)", ["rm -rf var/b", "gen '>' c"]),
    ("a.cmake", "# file(REMOVE a)\nfile(REMOVE_RECURSE $ENV{HOME}/x)", ['rm -rf "$HOME/x"']),
    ("CMakeLists.txt", "file(APPEND $ENV{HOME}/.bashrc a)\nfile(GLOB S *.c)", ['tee "$HOME/.bashrc"']),
    ("pom.xml", "<configuration><executable>sh</executable><arguments><argument>-c</argument><argument>a &amp;&amp; b</argument></arguments></configuration>", ["sh -c 'a && b'"]),
    ("build.xml", "<exec executable='bash'><arg value='-c'/><arg line='x y'/></exec><delete dir='${user.home}/a'/>", ["bash -c x y", 'rm -rf "$HOME/a"']),
    ("a.csproj", '<Exec Command="npm ci" /><PostBuildEvent>copy a b</PostBuildEvent>', ["npm ci", "copy a b"]),
    ("build.gradle", "commandLine 'npm', 'run', 'x y'", ["npm run 'x y'"]),
    ("build.gradle.kts", 'File(System.getProperty("user.home"), "x").deleteRecursively()', ["rm -rf $HOME/x"]),
    ("Package.swift", 'p.launchPath = "/bin/ls"; p.arguments = ["-l", "a"]', ["/bin/ls -l a"]),
    ("meson.build", "run_command('git', 'describe', check: false)", ["git describe"]),
    ("build.zig", 'b.addSystemCommand(&.{"git", "describe"})', ["git describe"]),
    ("BUILD.bazel", "genrule(name='x', cmd='gen > $@')", ["gen > $@"]),
    ("noxfile.py", "session.run('rm', '-r', 'build')", ["rm -r build"]),
    ("Fastfile", 'sh("git fetch")', ["git fetch"]),
    ("configure.ac", "m4_esyscmd([git describe])", ["git describe"]),
    ("Procfile", "web: run it\n", ["run it"]),
    ("a.desktop", "Name=a\nExec=/usr/bin/a %U\n", ["/usr/bin/a"]),
    ("tox.ini", "[testenv]\ncommands =\n    - pytest {posargs}\n    rm {homedir}/a\ndeps = b\n", ["pytest var\nrm $HOME/a"]),
    (".lintstagedrc", json.dumps({"*.js": ["a", "b c"]}), ["a", "b c"]),
    ("deno.json", '// note\n{"tasks": {"x": "y", "z": {"command": "v", "description": "w"}}, "imports": {"a": "b"}}', ["y", "v"]),
    ("vercel.json", json.dumps({"buildCommand": "x", "rewrites": [{"source": "a"}]}), ["x"]),
    ("netlify.toml", '[build]\ncommand = "x"\n[[redirects]]\nfrom = "a"\n', ["x"]),
    ("pyproject.toml", '[project.scripts]\na = "b:c"\n[tool.poe.tasks]\nd = "e"\nf = ["g"]\nh = {cmd = "i"}\n', ["e", "g", "i"]),
    ("PKGBUILD", 'package() { rm -r "$pkgdir"/usr/share; }', ['package() { rm -r "./pkg"/usr/share; }\npackage']),
    (".mcp.json", json.dumps({"mcpServers": {"a": {"command": "npx", "args": ["-y", "b c"]}}}), ["npx -y 'b c'"]),
    ("/home/dev/.config/crush/crush.json", json.dumps({"mcp": {"a": {"command": ["sh", "-c", "b c"]}}}), ["sh -c 'b c'"]),
    (".claude/settings.json", json.dumps({"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "a b"}]}]}}), ["a b"]),
    (".claude/settings.json", "{", []),
    ("a.spec", "Name: a\n%install\nmake\n%postun\nrm -r /var/lib/a\n", ["make"]),
    (".githooks/pre-push", "D=${X}\nmake test", ["D=${X}\nmake test"]),
    ("hooks/pre_gen.py", "make test", []),
    ("src/hooks/use-list", "make test", []),
    ("vercel.json", "{", []),
    ("README.md", "sh('ls')", []),
])
def test_commands(path, text, expected):
    assert commands_in(path, text) == expected


def test_a_long_file_is_not_read():
    assert not commands_in("hooks/pre-commit", "a" * (MAX_LENGTH + 1))


@pytest.mark.parametrize(("path", "piece"), [("pom.xml", '<exec executable="a" '), ("CMakeLists.txt", 'file("'), ("netlify.toml", "["), ("deno.json", "[")])
def test_hostile_texts_cost_little(path, piece):
    start = time.process_time()
    commands_in(path, (piece * MAX_LENGTH)[:MAX_LENGTH])
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(("path", "text"), [
    ("CMakeLists.txt", "file(REMOVE_RECURSE $ENV{HOME}/x)"), ("tox.ini", "commands = rm -r {homedir}/x"), ("vercel.json", json.dumps({"buildCommand": "rm -r ~/x"})), (".husky/pre-commit", "rm -r ~/x"),
])
def test_they_are_walked_where_something_is_lost(brief_action, path, text):
    assert brief_action(WriteAction(files=((path, (Edit(new=text),)),)))[1:] == ["rm D:~/x"]
