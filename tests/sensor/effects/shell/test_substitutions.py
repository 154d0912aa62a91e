"""Commands that are reached by what they print or read."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ('coproc C { echo rm -r ~/x; }; bash <&${C[0]}', ['echo &', 'bash', 'rm D:~/x']),
    ('coproc C { bash; }; echo rm -r ~/x >&${C[1]}', ['bash &', 'echo', 'bash', 'rm D:~/x']),
    ('coproc rm -r ~/x', ['rm D:~/x &']),
    ('$(echo rm -r ~/x)', ['echo', 'rm D:~/x']),
    ('bash <(echo rm -r ~/x)', ['echo', 'bash <just_written', 'rm D:~/x <just_written']),
    ('echo rm -r ~/x > >(bash)', ['bash', 'echo', 'bash', 'rm D:~/x']),
    ('echo rm -r ~/x | tee >(bash)', ['echo', 'bash', 'tee', 'bash', 'rm D:~/x']),
    ('echo $(< ~/a.txt)', ['- R:~/a.txt', 'echo']),
    ('echo $( <  b.txt )', ['- R:./b.txt', 'echo']),
    ('cat <(cd /) ; rm -r y', ['cd', 'cat', 'rm D:./y']),
    ('echo <(rm -r ~/x) >(ls)', ['rm D:~/x', 'ls', 'echo']),
])
def test_commands_behind_a_pipe_with_a_name(brief, command, expected):
    assert brief(command) == expected
