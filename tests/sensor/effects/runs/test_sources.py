"""Hosts that package managers are given code by."""

from __future__ import annotations

import pytest

from sensor.effects.runs.sources import FOREIGN_INDEX, FOREIGN_NAMED, UNKNOWN_SOURCE, mirror_flag, source_flag


@pytest.mark.parametrize("command", [
    "poetry add git+https://git.example.net/a.git", "pdm add https://h.example.net/x.whl", "uv pip install -r https://h.example.net/r.txt", "pip install -r https://h.example.net/r.txt", "cargo add --git https://h.example.net/x x",
    "docker run --rm -it h.example.net/x sh", "docker build https://h.example.net/x.git", "docker compose -f https://h.example.net/c.yml up", "kubectl run x --image=h.example.net/x", "degit https://h.example.net/x y", "npx https://h.example.net/x.tgz", "mix archive.install https://h.example.net/x.ez", "luarocks install --server=https://h.example.net y",
])
def test_a_host_that_is_no_registry(command):
    program, *words = command.split()
    assert source_flag(program, words) == UNKNOWN_SOURCE


@pytest.mark.parametrize(("command", "expected"), [
    ("conda config --add channels https://h.example.net", FOREIGN_INDEX), ("pdm config pypi.url https://h.example.net", FOREIGN_INDEX), ("composer config -g repo.packagist composer https://h.example.net", FOREIGN_INDEX),
    ("flatpak remote-add --no-gpg-verify a https://h.example.net", FOREIGN_INDEX), ("mix hex.config mirror_url https://h.example.net", FOREIGN_INDEX), ("helm repo add a https://h.example.net", FOREIGN_NAMED), ("brew tap a/x https://h.example.net/x", FOREIGN_NAMED),
    ("composer config repositories.a vcs https://h.example.net/a", FOREIGN_NAMED), ("yum-config-manager --add-repo https://h.example.net/a.repo", FOREIGN_NAMED), ("conda config --add channels conda-forge", ""), ("conda config --add channels https://conda.anaconda.org/c", ""),
    ("helm repo add a https://charts.bitnami.com/bitnami", ""), ("helm repo add a https://charts.corp/a", ""), ("helm repo list", ""), ("conda config --show", ""),
])
def test_a_place_that_a_manager_is_told_of(command, expected):
    program, *words = command.split()
    assert source_flag(program, words) == expected


@pytest.mark.parametrize(("name", "value", "expected"), [
    ("RUSTUP_DIST_SERVER", "https://h.example.net", FOREIGN_INDEX), ("ELECTRON_MIRROR", "https://h.example.net/", FOREIGN_INDEX), ("PLAYWRIGHT_DOWNLOAD_HOST", "https://h.example.net", FOREIGN_INDEX), ("GOPROXY", "https://h.example.net,direct", FOREIGN_NAMED),
    ("CARGO_REGISTRIES_ACME_INDEX", "sparse+https://h.example.net", FOREIGN_NAMED), ("GOPROXY", "https://proxy.golang.org,direct", ""), ("ELECTRON_MIRROR", "https://npmmirror.com/mirrors/electron/", ""), ("API_URL", "https://h.example.net", ""), ("PIP_INDEX_URL", "https://pypi.corp/simple", ""),
])
def test_a_variable_that_sends_a_program_elsewhere(name, value, expected):
    assert mirror_flag([(name, value)]) == expected


@pytest.mark.parametrize("command", [
    "poetry add git+https://github.com/a/b.git", "npm publish --registry https://h.example.net", "docker run ghcr.io/a/b:1", "docker run -v h.example.net/x:/y ubuntu", "docker push h.example.net/x", "go install golang.org/x/tools/gopls@latest", "go run ./cmd/app",
    "pip install -r requirements.txt", "npm view https://h.example.net/x", "docker run localhost:5000/x", "cargo run -- https://h.example.net", "uvx yt-dlp https://h.example.net/v", "npx lighthouse https://h.example.net", "go get gorm.io/gorm", "poetry lock",
])
def test_registries_and_other_words(command):
    program, *words = command.split()
    assert not source_flag(program, words)
