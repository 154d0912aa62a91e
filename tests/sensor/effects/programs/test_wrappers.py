"""Programs that run another command on this machine."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ('sudo -u root -- rm -rf ~/x', ['rm D:~/x ^']),
    ('sudo -n -E rm -r ~/x', ['rm D:~/x ^']),
    ('sudo -l', ['sudo']),
    ('doas rm -r ~/x', ['rm D:~/x ^']),
    ('env -i A=b rm -r ~/x', ['rm D:~/x']),
    ('nice -n 5 ionice -c2 rm -r ~/x', ['rm D:~/x']),
    ('nohup rm -r ~/x &', ['rm D:~/x &']),
    ('timeout -k 5 10 rm -r ~/x', ['rm D:~/x']),
    ('timeout --signal=KILL 10s rm -r ~/x', ['rm D:~/x']),
    ('stdbuf -oL rm -r ~/x', ['rm D:~/x']),
    ('setsid rm -r ~/x', ['rm D:~/x &']),
    ("watch -n 1 'rm -r ~/x'", ['rm D:~/x']),
    ("su - root -c 'rm -r ~/x'", ['rm D:~/x ^']),
    ("flock /tmp/l -c 'rm -r ~/x'", ['rm D:~/x']),
    ('flock /tmp/l rm -r ~/x', ['rm D:~/x']),
    ("script -qc 'rm -r ~/x' /dev/null", ['rm D:~/x']),
    ("sg staff 'rm -r ~/x'", ['rm D:~/x']),
    ('taskset 1 ltrace rm -r ~/x', ['rm D:~/x']),
    ('busybox rm -r ~/x', ['rm D:~/x']),
    ("hyperfine 'rm -r ~/x'", ['rm D:~/x']),
    ("tmux new-session -d 'rm -r ~/x'", ['tmux', 'rm D:~/x &']),
    ('tmux ls', ['tmux']),
    ('systemd-run rm -r ~/x', ['systemd-run R:~/x', 'rm D:~/x &']),
    ('/lib/ld-musl-x86_64.so.1 /bin/rm -r ~/x', ['rm D:~/x']),
    ('handrail mcp proxy --server x -- rm -r ~/x', ['rm D:~/x']),
    ('~/.local/share/handrail/bin/handrail-mcp --agent a -- rm -r ~/x', ['rm D:~/x']),
    ('handrail mcp list', ['handrail']),
    ("handrail-sh 'cd /; rm -r ~/x'", ['cd', 'rm D:~/x']),
    ('sudo', ['sudo']),
    ('timeout 5', ['timeout']),
    ('nice', ['nice']),
])
def test_the_command_behind_a_wrapper_is_found(brief, command, expected):
    assert brief(command) == expected
