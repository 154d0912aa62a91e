"""Quotes, escapes, substitutions: words as the shell sees them."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ("r''m -r ~/x", ['rm D:~/x']),
    ("echo ${ rm -r ~/x; }", ['rm D:~/x', 'echo']),
    ("echo ${| rm -r ~/x; }", ['rm D:~/x', 'echo']),
    ("x='$(rm -r ~/x)'; echo \"${x@P}\"", ['-', 'rm D:~/x', 'echo']),
    ("x='rm\\x20-r\\x20/home/dev/x'; ${x@E}", ['-', 'rm D:~/x']),
    ("x='rm -r /home/dev/x'; $=x", ['-', 'rm D:~/x']),
    ("x='rm -r /home/dev/x'; ${=x}", ['-', 'rm D:~/x']),
    ("x='rm -r /home/dev/x'; ${(z)x}", ['-', 'rm D:~/x']),
    ("x='rm,-r,/home/dev/x'; ${(s:,:)x}", ['-', 'rm D:~/x']),
    ("x=RM; ${(L)x} -r ~/x", ['-', 'rm D:~/x']),
    ("x=rm; n=x; ${(P)n} -r ~/x", ['-', '-', 'rm D:~/x']),
    ("x='$(rm -r ~/x)'; echo ${(e)x}", ['-', 'rm D:~/x', 'echo']),
    ("${commands[rm]} -r ~/x", ['rm D:~/x']),
    ("for x in 'rm -r /home/dev/x'; do $x; done", ['rm D:~/x']),
    ("for x in 'rm -r /home/dev/x'; do \"$x\"; done", ['x <local_file']),
    ("set -- 'rm -r /home/dev/x'; for x; do $x; done", ['set', 'rm D:~/x']),
    ('\\rm -r ~/x', ['rm D:~/x']),
    ('"rm" -r ~/x', ['rm D:~/x']),
    ("$'\\x72\\x6d' -r ~/x", ['rm D:~/x']),
    ('$"rm" -r ~/x', ['rm D:~/x']),
    ('{rm,-r,/home/dev/x}', ['rm D:~/x']),
    ('rm$IFS-r$IFS/home/dev/x', ['rm D:~/x']),
    ('rm -r "~/x"', ['rm D:./~/x']),
    ("rm -r '$HOME/x'", ['rm D:./$HOME/x']),
    ('rm -r "$HOME/x"', ['rm D:~/x']),
    ('rm -r ~dev/x', ['rm D:~/x']),
    ('rm -r ~root/x', ['rm D:/root/x']),
    ('rm -r a=~/x', ['rm D:./a=/home/dev/x']),
    ('rm -r ./\\*.log', ['rm D:./*.log']),
    ('rm -r ./*.log', ['rm D:./*.log']),
    ('rm -r "a b"', ['rm D:./a b']),
    ('rm -r a\\ b', ['rm D:./a b']),
    ("rm -r $'\\xg\\x41'", ['rm D:./\\xgA']),
    ("rm -r $'a\\tb'", ['rm D:./a\tb']),
    ('x=$(echo rm); $x -r ~/x', ['echo', '-', 'rm D:~/x']),
    ('`echo rm` -r ~/x', ['echo', 'rm D:~/x']),
    ("$(printf '\\x72\\x6d') -r ~/x", ['printf', 'rm D:~/x']),
    ('$(echo mr | rev) -r ~/x', ['echo', 'rev', 'rm D:~/x']),
    ('rm -r $(cat list)', ['cat R:./list', 'rm D:?$(cat list)']),
    ('rm -r "$(pwd)"', ['pwd', 'rm D:.']),
    ('rm -r $((1+2))', ['rm D:./3']),
    ('echo $((rm -r ~/x) )', ['rm D:~/x', 'echo']),
    ('cat <(rm -r ~/x)', ['rm D:~/x', 'cat']),
    ('ls >(rm -r ~/x)', ['rm D:~/x', 'ls']),
    ('rm -r é/ü', ['rm D:./é/ü']),
    ('"$CMD" -r ~/x', ['- R:~/x !']),
    ('$(unknown) -r ~/x', ['unknown', '- R:~/x !']),
    ('/usr/bin/"$X"rm -r ~/x', ['- R:~/x !']),
])
def test_words_are_expanded(brief, command, expected):
    assert brief(command) == expected
