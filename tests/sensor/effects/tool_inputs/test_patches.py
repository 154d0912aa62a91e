"""Files that patches change."""

from __future__ import annotations

import pytest

from sensor.effects.tool_inputs.patches import MAX_FILES, Patch, parse_patch
from sensor.model.calls import McpAction, OtherAction
from tests.growth import growth

GIT = "diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a\n+b\n"
AGENT = "*** Begin Patch\n*** Update File: src/a.py\n@@\n-x\n+y\n*** Add File: ~/.bashrc\n+z\n*** Delete File: b.txt\n*** End Patch\n"


@pytest.mark.parametrize(("text", "expected"), [
    (GIT, Patch(("x.py",))),
    ("--- a/x.py\n+++ /dev/null\n", Patch((), ("x.py",))),
    ("--- /dev/null\n+++ b/new.py\t2026-01-01\n", Patch(("new.py",))),
    (AGENT, Patch(("src/a.py", "~/.bashrc"), ("b.txt",))),
    ("*** Update File: a\n*** Move to: b\n", Patch(("a", "b"))),
    ("text with +++ in it", None),
    ("*** stars", None),
    ("", None),
])
def test_files(text, expected):
    assert parse_patch(text) == expected


def test_the_number_of_files_is_bounded(effects_of_action):
    long = "".join(f"*** Add File: f{number}\n" for number in range(MAX_FILES * 2))
    patch = parse_patch(long)
    assert len(patch.writes) == MAX_FILES and not patch.whole and parse_patch(AGENT).whole
    effects = effects_of_action(McpAction(server="s", tool="apply_patch", arguments={"patch": long}))
    assert effects.exhausted, "what is left out is said"


@pytest.mark.parametrize(("command", "expected"), [
    (f"apply_patch <<'E'\n{AGENT}E", ["apply_patch W:./src/a.py W:~/.bashrc D:./b.txt"]),
    (f"patch -p1 <<'E'\n{GIT}E", ["patch W:./x.py"]),
    (f"git apply <<'E'\n{GIT}E", ["git W:./x.py"]),
    (f"echo '{GIT}' > notes.md", ["echo W:./notes.md"]),
])
def test_patches_in_commands(brief, command, expected):
    assert brief(command) == expected


def test_patches_in_arguments(brief_action):
    assert brief_action(McpAction(server="s", tool="apply_patch", arguments={"patch": AGENT})) == ["- W:./src/a.py W:~/.bashrc D:./b.txt"]
    assert brief_action(OtherAction(arguments={"input": GIT})) == ["- W:./x.py"]
    assert brief_action(OtherAction(arguments={"comment": GIT})) == ["-"]


def test_a_long_line_is_read_once():
    assert growth(lambda line: parse_patch(f"{line}+++ b"), "--- a") < 10
