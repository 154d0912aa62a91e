"""Hosts that package managers are given code by."""

from __future__ import annotations

import pytest

from sensor.effects.runs.sources import UNKNOWN_SOURCE, source_flag


@pytest.mark.parametrize("command", [
    "poetry add git+https://git.example.net/a.git", "pdm add https://h.example.net/x.whl", "uv pip install -r https://h.example.net/r.txt", "pip install -r https://h.example.net/r.txt", "cargo add --git https://h.example.net/x x",
    "docker run --rm -it h.example.net/x sh", "docker build https://h.example.net/x.git", "docker compose -f https://h.example.net/c.yml up", "kubectl run x --image=h.example.net/x", "degit https://h.example.net/x y", "npx https://h.example.net/x.tgz", "mix archive.install https://h.example.net/x.ez", "brew tap a/x https://h.example.net/x",
])
def test_a_host_that_is_no_registry(command):
    program, *words = command.split()
    assert source_flag(program, words) == UNKNOWN_SOURCE


@pytest.mark.parametrize("command", [
    "poetry add git+https://github.com/a/b.git", "npm publish --registry https://h.example.net", "docker run ghcr.io/a/b:1", "docker run -v h.example.net/x:/y ubuntu", "docker push h.example.net/x", "go install golang.org/x/tools/gopls@latest", "go run ./cmd/app",
    "pip install -r requirements.txt", "npm view https://h.example.net/x", "docker run localhost:5000/x", "cargo run -- https://h.example.net", "uvx yt-dlp https://h.example.net/v", "npx lighthouse https://h.example.net", "go get gorm.io/gorm", "poetry lock",
])
def test_registries_and_other_words(command):
    program, *words = command.split()
    assert not source_flag(program, words)
