"""How servers are started, word by word."""

from __future__ import annotations

import pytest

from sensor.posture.launchers import container_rights, inline_code, is_pinned, root_scope, started


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@pytest.mark.parametrize(("text", "program"), [("/usr/bin/npx x", "npx"), ("env A=1 -i node x", "node"), ("env", ""), ("", "")])
def test_what_is_started(text, program):
    assert started(words(text))[0] == program


@pytest.mark.parametrize(("text", "is_inline"), [
    ("sh -c x", True), ("bash -lc x", True), ("pwsh -Command x", True), ("python3 -c x", True), ("node -e x", True), ("curl https://x", True), ("python3 server.py -c config", False),
    ("bash server.sh", False), ("/opt/curl-server", False), ("node server.js", False),
])
def test_inline_code(text, is_inline):
    assert bool(inline_code(words(text))) is is_inline


@pytest.mark.parametrize(("text", "is_open"), [
    ("npx -y x", True), ("npx -y x@latest", True), ("npx -y @s/x@1.2.3", False), ("npx --package=x@1.2.3 x", False), ("npx ./local", False), ("npm exec x", True), ("uvx x", True), ("uvx x==1.2", False),
    ("uvx --from x==1.2 x", False), ("uvx x@1.2.0", False), ("pipx run x", True), ("uv tool run x", True), ("docker run -i x", True), ("docker run -i --name a x:2", False),
    ("docker run -e A=b:1 reg.example.com:5000/x", True), ("docker run x@sha256:0123456789abcdef", False), ("docker compose up", False), ("/opt/server", False), ("npx", False), ("npx -y x@^1.2.0", True),
])
def test_versions(text, is_open):
    assert bool(is_pinned(words(text))) is is_open


@pytest.mark.parametrize(("text", "is_wide"), [
    ("sudo x", True), ("docker run --privileged x", True), ("docker run --privileged=false x", False), ("docker run --network host x", True), ("docker run --network=host x", True), ("docker run --network none x", False),
    ("docker run --cap-add SYS_ADMIN x", True), ("docker run -v /:/h x", True), ("docker run -v /h:/h x", True), ("docker run -v /h/code:/c x", False),
    ("docker run --mount type=bind,source=/,target=/h x", True), ("docker run x --privileged", False), ("podman run -v $HOME:/h x", True), ("/opt/sudo-server", False),
])
def test_rights_of_containers(text, is_wide):
    assert bool(container_rights(words(text), "/h")) is is_wide


@pytest.mark.parametrize(("text", "is_whole"), [
    ("npx server-filesystem /", True), ("npx @modelcontextprotocol/server-filesystem@1.0.0 /h/", True), ("npx server-filesystem ~", True), ("npx server-filesystem /h/code", False),
    ("npx server-weather /", False), ("offsets-server /", False),
])
def test_what_a_file_server_serves(text, is_whole):
    assert bool(root_scope(words(text), "/h")) is is_whole
