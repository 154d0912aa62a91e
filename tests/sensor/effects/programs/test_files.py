"""File programs: what their operands and flags mean."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ('cp a.txt ~/b.txt', ['cp R:./a.txt W:~/b.txt']),
    ('cp a.txt b.txt ~/dir/', ['cp R:./a.txt R:./b.txt W:~/dir W:~/dir/a.txt W:~/dir/b.txt']),
    ('cp -t ~/dir a b', ['cp R:./a R:./b W:~/dir W:~/dir/a W:~/dir/b']),
    ('install -m 600 a.json ~/.claude/settings.json', ['install R:./a.json W:~/.claude/settings.json']),
    ('install -d ~/dir', ['install W:~/dir']),
    ('mv a.txt ~/b.txt', ['mv W:~/b.txt D:./a.txt']),
    ('mv ~/x /dev/null', ['mv D:~/x']),
    ('rm -f a b', ['rm D:./a D:./b']),
    ('rmdir ~/x', ['rmdir D:~/x']),
    ('unlink ~/x', ['unlink D:~/x']),
    ('touch ~/.ssh/authorized_keys', ['touch W:~/.ssh/authorized_keys']),
    ('tee a.txt b.txt < in', ['tee R:./in W:./a.txt W:./b.txt']),
    ('truncate -s 0 a.log', ['truncate W:./a.log']),
    ('chmod -R 777 ~', ['chmod W:~']),
    ('chown -R root ~/x', ['chown W:~/x']),
    ('shred -u ~/x', ['shred D:~/x']),
    ('mkdir -p ~/x/y', ['mkdir W:~/x/y']),
    ('cat a b', ['cat R:./a R:./b']),
    ('head -n 5 a', ['head R:./a']),
    ('grep -f patterns.txt text.txt', ['grep R:./patterns.txt R:./text.txt']),
    ('grep -e TODO a.py', ['grep R:./a.py']),
    ('sort -o out.txt in.txt', ['sort R:./in.txt W:./out.txt']),
    ('zip -r a.zip ~/.ssh', ['zip R:~/.ssh W:./a.zip']),
    ('diff a b', ['diff R:./a R:./b']),
    ('echo a.txt', ['echo']),
    ("printf '%s' a.txt", ['printf']),
])
def test_files_of_programs(brief, command, expected):
    assert brief(command) == expected
