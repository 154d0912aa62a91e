"""Folders that build and test tools empty."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ("npx vite build --outDir ~ --emptyOutDir", "~"), ("pytest --basetemp=$HOME tests", "~"), ("pytest --basetemp=.", "."), ("hugo --cleanDestinationDir -d ~", "~"), ("cargo clean --target-dir ~", "~"), ("CARGO_TARGET_DIR=/home/dev cargo clean", "~"), ("make clean BUILD_DIR=~", "~"),
    ("gradle clean -PbuildDir=/home/dev", "~"), ("mkdocs build -d ..", "~"), ("webpack --output-path . --output-clean", "."),
])
def test_a_folder_that_nobody_can_lose(brief, command, expected):
    assert any(f"D:{expected}" in line.split() for line in brief(command))


@pytest.mark.parametrize("command", ["vite build --outDir dist --emptyOutDir", "vite build --outDir ~", "pytest --basetemp=.tmp", "make clean BUILD_DIR=out", "make BUILD_DIR=~", "cargo build --target-dir ~", "mkdocs build -d site", "make clean"])
def test_folders_of_a_build_and_runs_that_empty_nothing(brief, command):
    assert not any(" D:" in line for line in brief(command))
