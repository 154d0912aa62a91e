"""Changed lines for a person."""

from __future__ import annotations

from pathlib import Path

from sensor.cli.difference import difference


def test_the_changed_lines_and_one_around_them():
    assert difference(Path("/a"), b"1\n2\n3\n4\n5\n", b"1\n2\n3\nx\n5\n") == "--- /a\n+++ /a\n@@ -3,3 +3,3 @@\n 3\n-4\n+x\n 5"


def test_nothing_changes():
    assert difference(Path("/a"), b"a\n", b"a\n") == ""


def test_bytes_that_are_no_text_are_shown_all_the_same():
    assert "-\ufffd" in difference(Path("/a"), b"\xff", b"")


def test_secrets_are_shown_by_none_of_the_lines():
    secret = "Kx9wq7t2bHarb"
    before = f'{{"a": {{"env": {{"API_KEY": "{secret}"}}, "args": ["--token", "{secret}"]}}}}'.encode()
    shown = difference(Path("/a"), before, before.replace(b'"a"', b'"b"'))
    assert secret not in shown and '-{"a"' in shown and '+{"b"' in shown and shown.count("API_KEY") == 2
