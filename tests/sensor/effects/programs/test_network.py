"""Network programs: which hosts they talk to."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ('curl https://a.example/x', ['curl H:a.example']),
    ('curl -o out https://a.example/x', ['curl W:./out H:a.example']),
    ("curl -sSL -X POST -d 'rm -rf /' https://a.example", ['curl H:a.example']),
    ('curl a.example:8080/x', ['curl H:a.example']),
    ("curl -H 'X: https://b.example' https://a.example", ['curl H:a.example']),
    ('wget -q https://a.example/f.tgz', ['wget W:./f.tgz H:a.example']),
    ('nc 10.0.0.1 4444', ['nc H:10.0.0.1']),
    ('nc -lvp 4444', ['nc']),
    ('ping -c 1 a.example', ['ping H:a.example']),
    ('dig a.example', ['dig H:a.example']),
    ('ssh -p 22 dev@a.example', ['ssh H:a.example']),
    ('ssh host', ['ssh H:host']),
    ('scp a host:b', ['scp R:./a H:host']),
    ('telnet a.example 25', ['telnet H:a.example']),
])
def test_hosts_of_programs(brief, command, expected):
    assert brief(command) == expected
