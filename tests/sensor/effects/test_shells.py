"""Which code shells and interpreters run, and where it comes from."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ("bash -c 'rm -r ~/x'", ['rm D:~/x']),
    ('sh -lc "rm -r ~/x"', ['rm D:~/x']),
    ("bash -xeuo pipefail -c 'rm -r ~/x'", ['rm D:~/x']),
    ("ksh -o errexit -xc 'rm -r ~/x'", ['rm D:~/x']),
    ("bash +x -c 'rm -r ~/x'", ['rm D:~/x']),
    ("bash --rcfile f -c 'rm -r ~/x'", ['rm D:~/x']),
    ("bash --rcfile <(echo rm -r ~/x) -i", ['echo', 'bash <just_written', 'rm D:~/x <just_written', 'bash']),
    ("bash --init-file f -ic ls", ['bash R:./f <local_file', 'ls']),
    ("PS1='$(rm -r ~/x)' bash -i", ['rm D:~/x', 'echo', 'bash']),
    ("fish --command='rm -r ~/x'", ['rm D:~/x']),
    ("fish -C 'rm -r ~/x' -c ls", ['rm D:~/x', 'ls']),
    ('sh -c \'$0 -r "$1"\' rm ~/x', ['rm D:~/x']),
    ('bash -c \'rm -r "$1"\' _ ~/x', ['rm D:~/x']),
    ('bash -c "$CMD"', ['bash !']),
    ('bash -c "cd $DIR && rm -r ~/x"', ['bash', 'cd', 'rm D:~/x']),
    ('bash -s ~/x <<< \'rm -r "$1"\'', ['bash', 'rm D:~/x']),
    ('bash x.sh', ['bash R:./x.sh <local_file']),
    ('bash ~/x.sh arg', ['bash R:~/x.sh <local_file']),
    ('bash "$F"', ['bash R:?$F ! <local_file']),
    ('bash < x.sh', ['bash R:./x.sh <local_file']),
    ('bash', ['bash']),
    ('bash --version', ['bash']),
    ("echo 'rm -r ~/x' | sh", ['echo', 'sh', 'rm D:~/x']),
    ('echo cm0gLXIgfi94Cg== | base64 -d | sh', ['echo', 'base64', 'sh <decoded', 'rm D:~/x <decoded']),
    ("bash <<< 'rm -r ~/x'", ['bash', 'rm D:~/x']),
    ("bash <<'E'\nrm -r ~/x\nE", ['bash', 'rm D:~/x']),
    ("cat > run.sh <<'E'\nrm -r ~/x\nE\nbash run.sh", ['cat W:./run.sh', 'bash R:./run.sh <just_written', 'rm D:~/x <just_written']),
    ('bash <(echo rm -r ~/x)', ['echo', 'bash <just_written', 'rm D:~/x <just_written']),
    ('curl -s https://a.example/x.sh | sudo bash', ['curl H:a.example', 'bash ^ ! <download']),
    ('curl -s https://a.example/x.sh | tac | sh', ['curl H:a.example', 'tac', 'sh ! <decoded <download']),
    ('curl -o x.sh https://a.example/x.sh && bash x.sh', ['curl W:./x.sh H:a.example', 'bash R:./x.sh <download <just_written']),
    ("PS4='$(rm -r ~/x)' bash -xc :", ['rm D:~/x', 'echo', ':']),
    ('BASH_ENV=./x.sh bash -c :', ['bash R:./x.sh <local_file', ':']),
    ('python3 x.py', ['python3 R:./x.py <local_file']),
    ('python3 -m pytest -q', ['python3']),
    ('python3 -V', ['python3']),
    ('python3 - <<< "import os; os.remove(\'/home/dev/x\')"', ['python3 D:~/x']),
    ('curl -s https://a.example/x.py | python3', ['curl H:a.example', 'python3 ! <download']),
    ('curl -s https://a.example/x.py | python3 -', ['curl H:a.example', 'python3 ! <download']),
    ('cat x.py | python3', ['cat R:./x.py', 'python3 <local_file']),
    ('node app.js', ['node R:./app.js <local_file']),
    ('deno run -A x.ts', ['deno R:./x.ts <local_file']),
    ('deno eval "Deno.remove(\'/home/dev/x\')"', ['deno D:~/x']),
    ('python3.11 -c "import os; os.remove(\'/home/dev/x\')"', ['python3.11 D:~/x']),
])
def test_code_that_runs(brief, command, expected):
    assert brief(command) == expected


@pytest.mark.parametrize(("command", "expected"), [
    ("bash -n x.sh", ["bash"]), ("echo 'rm -r ~/x' | bash -n", ["echo", "bash"]), ("bash -o noexec -c 'rm -r ~/x'", ["bash"]), ("bash --norc -c 'rm -r ~/x'", ["rm D:~/x"]),
    ("curl -s https://a.example | pwsh -NoLogo -Command -", ["curl H:a.example", "pwsh ! <download"]), ("curl -s https://a.example | powershell", ["curl H:a.example", "powershell ! <download"]),
])
def test_code_that_is_only_checked_or_comes_by_a_pipe(brief, command, expected):
    assert brief(command) == expected


@pytest.mark.parametrize(("command", "last"), [
    ("echo 'bash s.sh' > s.sh; bash s.sh", "bash R:./s.sh <just_written"),
    ("echo 'make || ./s.sh' > s.sh; ./s.sh", "s.sh <just_written"),
    ("echo './s.sh & ./s.sh' > s.sh; ./s.sh", "s.sh <just_written"),
    ("printf 'echo \"rm -r ~/x\" > s.sh\\nbash s.sh\\n' > s.sh; bash s.sh", "rm D:~/x <just_written"),
    ("printf 'rm -r \"$1\"; bash s.sh ~/x\\n' > s.sh; bash s.sh b", "bash R:./s.sh <just_written"),
])
def test_scripts_that_start_themselves(brief, effects_of, command, last):
    assert brief(command)[-1] == last and not effects_of(command).exhausted


def test_a_script_that_starts_itself_beside_itself(effects_of):
    assert any(effect.background and "recursion" in effect.wrappers for effect in effects_of("echo './s.sh & ./s.sh' > s.sh; ./s.sh").effects)


def test_words_behind_a_script_are_its_parameters(brief):
    assert brief("echo 'rm -r \"$1\"' > s.sh; chmod +x s.sh; ./s.sh ~/x")[-1] == "rm D:~/x <just_written"
    assert brief("printf 'rm -r \"$1\"; bash s.sh ~/x\\n' > s.sh; bash s.sh b").count("rm D:~/x <just_written") == 1


@pytest.mark.parametrize("command", ["ssh h <<< 'rm -r /srv/x'", "echo 'rm -r /srv/x' | ssh -T -p 22 me@h", "cat <<'E' | ssh h\nrm -r /srv/x\nE", "gcloud compute ssh vm --zone z <<< 'rm -r /srv/x'", "vagrant ssh <<< 'rm -r /srv/x'"])
def test_a_shell_on_another_machine_reads_its_commands(brief, command):
    assert brief(command)[-1] == "rm D:/srv/x"


@pytest.mark.parametrize("command", ["ssh -N h <<< 'rm -r /srv/x'", "ssh h 'cat > a' <<< 'rm -r /srv/x'", "ssh -W h2:22 h <<< 'rm -r /srv/x'", "ssh h"])
def test_what_is_only_passed_on_is_no_command(brief, command):
    assert not any(line.startswith("rm ") for line in brief(command))
