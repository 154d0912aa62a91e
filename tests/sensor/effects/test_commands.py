"""Which kind of command a simple command is."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ('rm -r ~/x', ['rm D:~/x']),
    ("oils-for-unix -c 'rm -r ~/x'", ['rm D:~/x']), ("/usr/bin/oils-for-unix ysh -c 'rm -r ~/x'", ['rm D:~/x']), ("echo 'rm -r ~/x' | oils-for-unix osh", ['echo', 'osh', 'rm D:~/x']),
    ('zmodload zsh/files; zf_rm -r ~/x', ['zmodload R:./zsh/files', 'rm D:~/x']),
    ("bash-5.2 -c 'rm -r ~/x'", ['rm D:~/x']),
    ("zsh-5.9 -c 'rm -r ~/x'", ['rm D:~/x']),
    ("bash-static -c 'rm -r ~/x'", ['rm D:~/x']),
    ("zsh -c '=rm -r ~/x'", ['rm D:~/x']),
    ("nu -c '^rm -r ~/x'", ['rm D:~/x']),
    ("hush -c 'rm -r ~/x'", ['rm D:~/x']),
    ("bash /dev/stdin <<< 'rm -r ~/x'", ['bash', 'rm D:~/x']),
    ("bash /proc/self/fd/0 <<< 'rm -r ~/x'", ['bash', 'rm D:~/x']),
    ("tee >(sh) <<< 'rm -r ~/x'", ['sh', 'tee', 'sh', 'rm D:~/x']),
    ("echo 'rm -r ~/x' | tee >(bash -s) > a", ['echo', 'bash', 'tee W:./a', 'bash', 'rm D:~/x']),
    ('/bin/rm -r ~/x', ['rm D:~/x']),
    ('./rm -r ~/x', ['rm D:~/x <local_file']),
    ('"$CMD" ~/x', ['- R:~/x !']),
    ("env -S 'rm -r' ~/x", ['rm D:~/x']),
    ("/proc/self/exe -c 'rm -r ~/x'", ['rm D:~/x']),
    ("/proc/$$/exe <<< 'rm -r ~/x'", ['bash', 'rm D:~/x']),
    ("env -u X -S 'rm -r /home/dev/x'", ['rm D:~/x']),
    ("./exe -c 'rm -r ~/x'", ['exe <local_file']),
    ("env --split-string='rm -r ~/x'", ['rm D:~/x']),
    ('env', ['env']),
    ('./run.sh', ['run.sh <local_file']),
    ('/usr/bin/ls', ['ls']),
    ("echo 'rm -r ~/x' > run.sh; ./run.sh", ['echo W:./run.sh', 'run.sh <just_written', 'rm D:~/x <just_written']),
    ('curl -o x https://a.example/x; chmod +x x; ./x', ['curl W:./x H:a.example', 'chmod W:./x', 'x <download <just_written']),
    ('mkfs.ext4 /dev/sda1', ['mkfs.ext4 W:/dev/sda1']),
    ('python3.12 x.py', ['python3.12 R:./x.py <local_file']),
])
def test_kinds_of_commands(brief, command, expected):
    assert brief(command) == expected


@pytest.mark.parametrize(("command", "program"), [('/bin/r[m] -r ~/x', 'rm'), ('/bin/r?m ~/x', 'r?m'), ('./ru[n] x', 'ru[n]')])
def test_a_program_word_with_wild_cards_is_what_it_may_mean(brief, command, program):
    assert brief(command)[0].split()[0] == program


def test_code_of_bun_is_read(brief):
    assert 'rm D:~/x' in brief("bun -e 'await Bun.$`rm -r ~/x`'")


@pytest.mark.parametrize(("command", "expected"), [
    ("newgrp staff <<< 'rm -r ~/x'", ['newgrp', 'rm D:~/x']),
    ("su - dev <<< 'rm -r ~/x'", ['su', 'rm D:~/x']),
    ("echo 'rm -r ~/x' | unshare -r", ['echo', 'unshare', 'rm D:~/x']),
    ("printf 'ls\\nrm -r ~/x\\n' | parallel -j4", ['printf', 'parallel', 'ls', 'rm D:~/x']),
    ("echo y | sudo apt install x", ['echo', 'apt ^']),
])
def test_programs_that_start_a_shell_on_their_input(brief, command, expected):
    assert brief(command) == expected


@pytest.mark.parametrize(("command", "expected"), [
    ("leash -n 5 rm -rf ~", ["leash R:~", "rm D:~"]),
    ("leash sh -c 'rm -rf ~'", ["leash", "rm D:~"]),
    ("leash rm -rf build", ["leash"]),
    ("leash add 'rm -rf ~'", ["leash"]),
    ("leash sh -c 'npm test'", ["leash"]),
])
def test_what_an_unknown_program_starts_counts_when_it_would_destroy(brief, command, expected):
    assert brief(command) == expected


@pytest.mark.parametrize(("line", "removes"), [
    ("#!/usr/bin/env -S sh -c 'rm -r ~/x'", True),
    ("#! /usr/bin/env -S sh -c 'rm -r ~/x'", True),
    ("#!/usr/bin/env -iS sh -c 'rm -r ~/x'", True),
    ("#!/usr/bin/env\t-vS sh -c 'rm -r ~/x'", True),
    ("#!/usr/bin/env --split=sh -c 'rm -r ~/x'", True),
    ("#!", False),
    ("#!/usr/bin/env", False),
    ("#!/usr/bin/perl -esystem('rm -r ~/x')", True),
    ("#!/bin/bash -eu", False),
    ("#!/usr/bin/env python3", False),
    ("#!./t -rrrrr", False),
])
def test_a_first_line_that_runs_something_of_its_own(effects_of, line, removes):
    found = effects_of(f"cat > t <<'EOF'\n{line}\nEOF\nchmod +x t; ./t")
    assert any(ref.path.endswith("/x") for effect in found.effects for ref in effect.deletes) is removes
