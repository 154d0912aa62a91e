"""Variables and their expansions."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ('a=("rm -r /home/dev/x" y); ${a[0]}', ['-', 'rm D:~/x']),
    ('a=("rm -r" y); "${a[0]}" z', ['-', 'rm -r']),
    ('a=(r m); ${a[0]}${a[1]} -r ~/x', ['-', 'rm D:~/x']),
    ('a=(rm y); "${a[0]}" -r ~/x', ['-', 'rm D:~/x']),
    ('a[3]="rm -r /home/dev/x"; ${a[3]}', ['-', 'rm D:~/x']),
    ('declare -A a=([k]="rm -r /home/dev/x"); ${a[k]}', ['declare', 'rm D:~/x']),
    ('declare -a a=("rm -r" /home/dev/x); ${a[@]}', ['declare', 'rm D:~/x']),
    ('declare -A a=([~/x]=1); for k in "${!a[@]}"; do rm -r "$k"; done', ['declare', 'rm D:./~/x']),
    ('declare -A a=(["$HOME/x"]=1); for k in "${!a[@]}"; do rm -r "$k"; done', ['declare', 'rm D:~/x']),
    ('a=(b c); rm "${!a[@]}"', ['-', 'rm D:./0 D:./1']),
    ('x=~/xyz; rm -r ${x::-2}', ['-', 'rm D:~/x']),
    ('y=rm; $y -r ~/x', ['-', 'rm D:~/x']),
    ('y=rm\\ -r; $y ~/x', ['-', 'rm D:~/x']),
    ('y=\'rm -r\'; "$y" ~/x', ['-', 'rm -r R:~/x']),
    ('${y:-rm} -r ~/x', ['rm D:~/x']),
    ('y=; ${y:-rm} -r ~/x', ['-', 'rm D:~/x']),
    ('${y:=rm} -r a; $y b', ['rm D:./a', 'rm D:./b']),
    ('v=RM; ${v,,} -r ~/x', ['-', 'rm D:~/x']),
    ('v=rm; ${v^^} -r ~/x', ['-', 'RM R:~/x']),
    ('n=v; v=rm; ${!n} -r ~/x', ['-', '-', 'rm D:~/x']),
    ('set -- rm -r ~/x; "$@"', ['set', 'rm D:~/x']),
    ('set -- a b; rm "$2"', ['set', 'rm D:./b']),
    ('x=~/x; rm -r "$x"', ['-', 'rm D:~/x']),
    ('x=~/x; rm -r "${x%x}y"', ['-', 'rm D:~/y']),
    ('x=a.txt; rm "${x/txt/log}"', ['-', 'rm D:./a.log']),
    ('x=abcrm; ${x:3} -r ~/x', ['-', 'rm D:~/x']),
    ('rm -r "$UNKNOWN/x"', ['rm D:?$UNKNOWN/x']),
    ('rm -r "$UNKNOWN"', ['rm D:?$UNKNOWN']),
    ('rm -r ~/"$UNKNOWN"', ['rm D:~/$UNKNOWN']),
    ('rm -r "${UNKNOWN:?}/x"', ['rm D:?${UNKNOWN:?}/x']),
    ('export D=~/x; rm -r $D', ['export', 'rm D:~/x']),
    ('read -r f <<< ~/x; rm "$f"', ['read', 'rm D:~/x']),
    ('printf -v c rm; $c -r ~/x', ['printf', 'rm D:~/x']),
    ('A=~/x sh -c \'rm -r "$A"\'; rm "$A"', ['rm D:~/x', 'rm D:?$A']),
    ('unset x; rm "$x"', ['unset', 'rm']),
    ('rm "${#x}"', ['rm D:?${#x}']),
    ('declare -A k=([a]=ls [go]=rm); ${k[go]} -r ~/x', ['declare', 'rm D:~/x']),
    ('a=(ls rm); "${a[$N]}" -r ~/x', ['-', 'ls', 'rm D:~/x']),
    ('a=(x y); for i in 0 1; do rm "${a[$i]}"; done', ['-', 'rm D:./x D:./y']),
])
def test_variables_are_followed(brief, command, expected):
    assert brief(command) == expected
