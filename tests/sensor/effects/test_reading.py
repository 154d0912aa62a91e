"""What `read` and `mapfile` put into variables."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ("read -ra a <<< 'rm -r /home/dev/x'; \"${a[@]}\"", ['read', 'rm D:~/x']),
    ("IFS= read -r x < <(echo 'rm -r ~/x'); eval \"$x\"", ['echo', 'read', 'rm D:~/x <just_written']),
    ("printf 'rm,-r,/home/dev/x' | while IFS=, read -r a b c; do $a $b $c; done", ['printf', 'read', 'rm D:~/x']),
    ("read -p x -r c <<< rm; $c -r ~/x", ['read', 'rm D:~/x']),
    ("read -d x c <<< rm; $c -r ~/x", ['read', 'rm D:~/x']),
    ("mapfile -t <<< 'rm -r /home/dev/x'; $MAPFILE", ['mapfile', 'rm D:~/x']),
    ("mapfile -d, -t a < <(printf 'rm,-r,/home/dev/x,'); \"${a[@]}\"", ['printf', 'mapfile', 'rm D:~/x']),
    ("read <<< /home/dev/x; rm -r $REPLY", ['read', 'rm D:~/x']),
    ("x=1 read y <<< 2; echo $x$y > $y", ['read', 'echo W:./2']),
    ("mapfile -d ' ' -t a < <(printf 'rm -r /home/dev/x '); \"${a[@]}\"", ['printf', 'mapfile', 'rm D:~/x']),
    ('mapfile -t x < list.txt; rm "${x[@]}"', ['mapfile R:./list.txt', 'rm D:?$x']),
])
def test_variables_get_what_comes_in(brief, command, expected):
    assert brief(command) == expected
