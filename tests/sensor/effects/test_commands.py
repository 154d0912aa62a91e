"""Which kind of command a simple command is."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ('rm -r ~/x', ['rm D:~/x']),
    ('/bin/rm -r ~/x', ['rm D:~/x']),
    ('./rm -r ~/x', ['rm D:~/x <local_file']),
    ('"$CMD" ~/x', ['- R:~/x !']),
    ("env -S 'rm -r' ~/x", ['rm D:~/x']),
    ("env --split-string='rm -r ~/x'", ['rm D:./~/x']),
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
