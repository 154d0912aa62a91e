"""Here-document bodies are taken out before a text is parsed."""

from __future__ import annotations

import pytest

from sensor.effects.budget import Budget
from sensor.effects.syntax.heredocs import MAX_HEREDOCS, take_heredocs


def bodies(text: str) -> list[tuple[str, bool]]:
    return [(one.body, one.quoted) for _, one in sorted(take_heredocs(text, Budget()).heredocs.items())]


@pytest.mark.parametrize(("text", "expected"), [
    ("cat <<E\na\nE\n", [("a\n", False)]),
    ("cat <<'E'\na\nE\n", [("a\n", True)]),
    ('cat <<"E"\na\nE\n', [("a\n", True)]),
    ("cat <<\\E\na\nE\n", [("a\n", True)]),
    ("cat <<-E\n\ta\n\tE\n", [("a\n", False)]),
    ("cat <<A <<B\na\nA\nb\nB\n", [("a\n", False), ("b\n", False)]),
    ("cat <<E\na", [("a\n", False)]),
    ("cat <<E\nE \nE\n", [("E \n", False)]),
    ("cat <<E\r\na\nE\r\nls", [("a\n", False), ]),
    ("x=$(cat <<E\na\nE\n)", [("a\n", False)]),
    ("echo '<<E'\nrm x\nE", []),
    ('echo "<<E"\nrm x\nE', []),
    ("cat <<< x\nrm x", []),
    ("((1<<2))\nrm x\n2", []),
    ("echo $((1<<2))\nrm x\n2", []),
    ("# cat <<E\nrm x\nE", []),
])
def test_bodies(text, expected):
    assert bodies(text) == expected


def test_offsets_stay():
    text = "cat <<E; rm x\nbody\nE\nls"
    source = take_heredocs(text, Budget())
    assert len(source.text) == len(text)
    assert source.text.index("rm x") == text.index("rm x") and source.text.endswith("\nls")
    assert "body" not in source.text


def test_commands_on_the_line_of_the_operator_and_behind_the_body_are_seen(brief):
    assert brief("cat <<'E' > f; rm -r ~/x\nbody\nE\nrm -r ~/y") == ["cat W:./f", "rm D:~/x", "rm D:~/y"]


def test_the_number_of_bodies_is_bounded():
    assert len(take_heredocs("cat <<E\nE\n" * (MAX_HEREDOCS + 50), Budget()).heredocs) <= MAX_HEREDOCS


def test_a_body_that_never_comes_is_cut():
    bodies = take_heredocs("bash <<E", Budget()).heredocs
    assert [body.cut for body in bodies.values()] == [True]
    assert [body.cut for body in take_heredocs("bash <<E\nls\nE", Budget()).heredocs.values()] == [False]
