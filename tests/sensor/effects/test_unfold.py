"""Wrappers inside wrappers, and what is not known of them."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ('sudo timeout 5 nice env A=b rm -r ~/x', ['rm D:~/x ^']),
    ('sudo env A=~/x sh -c \'rm -r "$A"\'', ['rm D:~/x ^']),
    ('ssh host "$CMD"', ['ssh H:host', '- !']),
    ('su -c "$CMD"', ['- ^ !']),
    ('watch "ls $DIR"', ['- !']),
    ('sudo A=b rm -r ~/x', ['rm D:~/x ^']),
])
def test_unfolding(brief, command, expected):
    assert brief(command) == expected


@pytest.mark.parametrize("command", [
    "docker --context far exec box nc h1 9", "docker -H ssh://u@web exec box nc h1 9", "docker compose -f x.yml exec box nc h1 9", "docker compose --profile a -p b run box nc h1 9", "podman --connection far exec box nc h1 9",
    "docker-compose -f x.yml exec box nc h1 9", "kubectl --as admin exec box -- nc h1 9", "kubectl -v 6 --cluster a exec box -- nc h1 9", "oc --server https://k8s exec box -- nc h1 9",
])
def test_options_before_the_word_that_opens(brief, command):
    assert "nc H:h1" in brief(command)


@pytest.mark.parametrize(("command", "expected"), [
    ('env -C / rm -r x', ['rm D:/x']),
    ('env --chdir=/tmp rm -r x', ['rm D:/tmp/x']),
    ('env -C "$D" rm -r x', ['rm D:?x']),
    ('sudo -D / rm -r x', ['rm D:/x ^']),
    ('env A=b rm -r x', ['rm D:./x']),
])
def test_the_folder_of_the_inner_command(brief, command, expected):
    assert brief(command) == expected


@pytest.mark.parametrize(("command", "expected"), [
    ("strace -o '|rm -r ~/x' ls", ['rm D:~/x', 'ls']),
    ("strace -o out.txt ls", ['strace W:./out.txt', 'ls']),
    ("ccache rm -r ~/x", ['rm D:~/x']),
    ("dotenv run -- rm -r ~/x", ['rm D:~/x']),
    ("dotenv -f .env run rm -r ~/x", ['rm D:~/x']),
    ("mpirun -np 1 rm -r ~/x", ['rm D:~/x']),
    ("onchange '*.c' -- rm -r ~/x", ['rm D:~/x']),
    ("reflex -r a -- rm -r ~/x", ['rm D:~/x']),
    ("nx exec -- rm -r ~/x", ['rm D:~/x']),
    ("pee 'rm -r ~/x' ls", ['rm D:~/x', 'ls']),
    ("execlineb -c 'rm -r /home/dev/x'", ['rm D:~/x']),
    ("setarch x86_64 -R rm -r ~/x", ['rm D:~/x']),
    ("setarch -R rm -r ~/x", ['rm D:~/x']),
    ("/lib64/ld-linux-x86-64.so.2 --argv0 x /bin/rm -r ~/x", ['rm D:~/x']),
    ("npx shx rm -r ~/x", 'rm D:~/x'),
    ("ltrace -oout.txt ls", ['ltrace W:./out.txt', 'ls']),
    ("strace -ff ls", ['ls']),
    ("script -a ~/log -c 'rm -r ~/x'", ['script W:~/log', 'rm D:~/x']),
    ("script -qc 'rm -r ~/x' /dev/null", ['rm D:~/x']),
    ("logsave -a ~/log ls", ['logsave W:~/log', 'ls']),
    ("/usr/bin/time -ao ~/log ls", ['time W:~/log', 'ls']),
    ("valgrind --log-file=/home/dev/log ls", ['valgrind W:~/log', 'ls']),
    ("hyperfine --export-json ~/log ls", ['hyperfine W:~/log', 'ls']),
    ("env 'BASH_FUNC_ls%%=() { rm -r ~/x; }' bash -c ls", ['rm D:~/x', 'ls']),
    ("env -S 'rm -r \"${HOME}/x y\"' z", ['rm D:~/x y D:./z']),
    ("env -vS 'rm\\_-r\\_/home/dev/x'", ['rm D:~/x']),
    ("env -i -S 'A=1 rm -r x'", ['rm D:./x']),
    (r"screen -X stuff 'rm -r ~/x\n'", 'rm D:~/x &'),
    (r"kitty @ send-text 'rm -r ~/x\n'", 'rm D:~/x'),
    ("wezterm cli send-text --pane-id 2 'rm -r ~/x'", 'rm D:~/x'),
    ("zellij action write-chars 'rm -r ~/x'", 'rm D:~/x'),
    ("xdotool type --delay 5 'rm -r ~/x'", 'rm D:~/x'),
    ("tmux set-buffer 'rm -r ~/x'", 'rm D:~/x &'),
    ('ls ~ | parallel -X rm -rf', 'rm D:~/*'),
    ("parallel -j 2 ::: 'ls' 'rm -r ~/x'", ['parallel', 'ls', 'rm D:~/x']),
    ("concurrently -n a,b 'ls' 'rm -r ~/x'", ['ls', 'rm D:~/x']),
    ("hyperfine -w 3 --prepare 'rm -r ~/x' 'ls' 'ls -l'", ['rm D:~/x', 'ls', 'ls']),
    ('bwrap --ro-bind / / --tmpfs /tmp --setenv A b --chdir /x rm -r ~/x', 'rm D:~/x'),
    ('distrobox enter box -- rm -r ~/x', ['rm D:~/x']),
    ('apptainer exec --bind a:/b tool.sif rm -r ~/x', ['apptainer', 'rm D:~/x']),
    ("watch -x sh -c 'rm -r ~/x'", ['rm D:~/x']),
    ("env - sh -c 'rm -r ~/x'", ['rm D:~/x']),
    ('guix shell coreutils -- rm -r ~/x', 'rm D:~/x'),
    ("asdf exec rm -r ~/x", ['rm D:~/x']),
    ('rustup run nightly rm -r ~/x', ['rm D:~/x']),
    ('opam exec --switch=5 -- rm -r ~/x', ['rm D:~/x']),
])
def test_commands_in_options_and_lists(brief, command, expected):
    assert expected in brief(command) if isinstance(expected, str) else brief(command) == expected


@pytest.mark.parametrize(("command", "place"), [
    ("docker run --rm alpine rm -rf /", None),
    ("podman run -it alpine sh -c 'dd of=/dev/sda'", None),
    ("docker run -v /:/h alpine rm -rf /", "@root"),
    ("docker run -itv /:/h alpine rm -rf /", "@root"),
    ("docker run --mount type=bind,src=/,dst=/h alpine rm -rf /", "@root"),
    ("docker run --privileged alpine dd of=/dev/sda", "@devices"),
    ("docker run --device=/dev/sda alpine dd of=/dev/sda", "@devices"),
    ("docker exec web rm -rf /", "@root"),
    ("docker compose run web rm -rf /", "@root"),
])
def test_a_new_container_without_mounts_is_sealed(effects_of, command, place):
    inner = effects_of(command).effects[-1]
    places = {one for ref in inner.deletes + inner.writes for one in ref.places}
    assert places == (set() if place is None else {place})
