"""The commands of a script in the order in which the shell would run them."""

from __future__ import annotations

import pytest

from sensor.effects.shell import walk as walking
from sensor.effects.syntax.parse import parse_script


@pytest.mark.parametrize(("command", "expected"), [
    ('cd ~ && rm -r x', ['cd', 'rm D:~/x']),
    ('(cd /; rm -r x); rm -r y', ['cd', 'rm D:/x', 'rm D:./y']),
    ('for f in ~/a ~/b; do rm -r "$f"; done', ['rm D:~/a D:~/b']),
    ('for f in *; do rm -r "$f"; done', ['rm D:./*']),
    ('while read -r f; do rm "$f"; done < list.txt', ['read', 'rm D:?$f', '- R:./list.txt']),
    ('ls ~ | while read f; do rm "$f"; done', ['ls', 'read', 'rm D:~/*']),
    ('case x in a) rm -r ~/x;; esac', ['rm D:~/x']),
    ('if true; then rm -r ~/x; else rm -r ~/y; fi', ['true', 'rm D:~/x', 'rm D:~/y']),
    ('! rm -r ~/x', ['rm D:~/x']),
    ('[[ -d x ]] && rm -r ~/x', ['[[', 'rm D:~/x']),
    ('{ rm -r ~/x; } > log', ['rm D:~/x', '- W:./log']),
    ('f() { rm -r "$1"; }; f ~/x', ['rm D:~/x']),
    ('f() { f; }; f', ['f']),
    (':(){ :|:& };:', [': &', ': &', ': &', ': &', ': &', ': &', ': &', ': &']),
    ('time rm -r ~/x', ['rm D:~/x']),
    ('command_not_found_handle() { rm -r ~/x; }; missing', ['rm D:~/x', 'missing']),
    ('IFS=:; c=rm:-r:/a; $c', ['-', '-', 'rm D:/a']),
    ('rm -r ~/x &', ['rm D:~/x &']),
    ("echo 'rm -r ~/x'", ['echo']),
    ("grep -rn 'rm -rf ~' .", ['grep R:.']),
    ("git commit -m 'rm -rf ~/x'", ['git']),
    ('echo "run rm -rf ~ to wipe" >> notes.md', ['echo W:./notes.md']),
    ('# rm -r ~/x', []),
    ("cat > notes.md <<'E'\nrm -r ~/x\nE", ['cat W:./notes.md']),
    ('cat > notes.md <<E\n$(rm -r ~/x)\nE', ['rm D:~/x', 'cat W:./notes.md']),
    ("python3 - <<'E'\n# rm -r ~/x\nE", ['python3']),
    ('ls\nrm -r ~/x # why\n', ['ls', 'rm D:~/x']),
])
def test_scripts_are_walked(brief, command, expected):
    assert brief(command) == expected


def test_a_text_that_no_shell_can_be_given_is_not_taken_apart(effects_of, monkeypatch):
    """Its words would take the memory of the sensor; what is known of it is skimmed."""
    read = []
    monkeypatch.setattr(walking, "parse_script", lambda text, budget: read.append(len(text)) or parse_script(text, budget))
    effects = effects_of("rm -r ~/x; echo " + "x y " * (walking.MAX_SOURCE // 4))
    assert effects.exhausted and max(read) < 4096
    assert any(ref.path == "/home/dev/x" for effect in effects.effects for ref in effect.deletes)


@pytest.mark.parametrize("elsewhere", [
    "GIT_SSH_COMMAND='rm() { :; }; ssh' git fetch", "PAGER='cd /tmp/x; less' git log", "PAGER='HOME=/tmp/x; less' git log", "EDITOR='alias rm=echo; vi' git commit",
    "GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.pager GIT_CONFIG_VALUE_0='rm() { :; }' git log", "trap 'rm() { :; }' EXIT", "trap 'HOME=/tmp/x' EXIT", "alias ls='rm() { :; }'",
    "functions[x]='rm() { :; }'", "compgen -C 'rm() { :; }'", "rm() { :; } | cat", "HOME=/tmp/x | cat", "{ HOME=/tmp/x; } & true", "HOME=/tmp/x & true", "coproc { HOME=/tmp/x; }", "true | rm() { :; }",
])
def test_what_another_shell_or_another_time_sets_does_not_come_back(brief, elsewhere):
    assert brief(f"{elsewhere}; rm -r ~/y $HOME/z")[-1] == "rm D:~/y D:~/z"


@pytest.mark.parametrize(("command", "expected"), [
    ("D=/tmp/x; echo | D=~/y; rm -r $D", "rm D:/tmp/x D:~/y"),
    ("echo ~/y | read D; rm -r $D", "rm D:~/y"),
    ("cd /tmp; : | cd ~/y; rm -r z", "rm D:~/y/z"),
    ("cd ~/y; : | cd /tmp; rm -r z", "rm D:~/y/z"),
    ("cd /tmp; : | cd $X; rm -r z", "rm D:?z"),
    (": | ls() { rm -r ~/y; }", "rm D:~/y"),
])
def test_the_last_stage_of_a_pipe_is_this_shell_in_zsh_and_another_in_bash(brief, command, expected):
    assert expected in brief(command)
