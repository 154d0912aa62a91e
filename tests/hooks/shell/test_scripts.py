"""Scripts and `-c` below an agent: the same output, the same exit code, as without the wrapper; and harm does not happen."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

BOTH = {
    "output and status": 'echo out; echo err >&2; ls /nonexistent 2>/dev/null; echo "rc=$?"; exit 7',
    "errexit": "set -e\necho one\n/bin/false\necho two\n",
    "errexit in a list": "set -e\n/bin/false || echo saved\nif /bin/false; then :; fi\n! /bin/true\necho end\n",
    "pipefail": 'set -o pipefail\n/bin/false | cat\necho "rc=$?"\n',
    "nounset": "set -u\necho ${x-unset}\necho $x\necho not here\n",
    "last argument": 'echo a b >/dev/null\necho "us=$_"\n/bin/true c d\necho "us=$_"\n',
    "line numbers": "echo $LINENO\n/bin/true\n\necho $LINENO\n",
    "functions": 'f() { local x=$1; /bin/echo "in $x $LINENO"; return 3; }\nf one; echo "rc=$?"\nf two || echo "rc=$?"\n',
    "subshells": '(cd /; /bin/pwd; exit 4); echo "rc=$?"\nx=$(/bin/echo sub; exit 5); echo "x=$x rc=$?"\n',
    "loops": "for i in 1 2 3; do /bin/echo $i; done\nwhile /bin/false; do :; done\nn=0; until [ $n -eq 2 ]; do n=$((n+1)); /bin/echo u$n; done\n",
    "here documents": "cat <<E\nline $((1+1))\nE\ncat <<'E'\n$raw\nE\ncat <<<word\n",
    "redirections": "exec 3>f3; echo three >&3; exec 3>&-; cat f3; { echo a; /bin/echo b; } >f; cat f\n",
    "descriptor nine": "exec 9>f9; echo nine >&9; /bin/echo ext >&9; exec 9>&-; cat f9\n",
    "background": "/bin/sleep 0.05 & wait $!; echo \"rc=$?\"; { /bin/false & }; wait; echo end\n",
    "traps": "trap 'echo bye $?' EXIT\ntrap 'echo usr' USR1\nkill -USR1 $$\n/bin/false\n",
    "standard input": "read a; echo \"a=$a\"; /bin/cat\n",
    "words": 'printf "[%s]" "$0" "$@"; echo " $#"; shift; echo "$1"\n',
    "eval and source": "echo 'v=5; /bin/echo sourced' > lib; . ./lib; eval 'echo \"v=$v\"'\n",
    "exec": "exec /bin/echo replaced\n",
    "globs and quoting": "touch 'a b' c; /bin/ls *; /bin/echo \"a  'b' \\$x\" '*'\n",
    "arrays": 'a=(x "y z"); /bin/echo "${#a[@]}" "${a[@]}"\n',
    "time of a signal": "( /bin/kill -TERM $$ ) ; /bin/sleep 5; echo not here\n",
}
BASH = {
    "pipestatus": '/bin/false | /bin/true | /bin/false\necho "${PIPESTATUS[@]}"\n',
    "xtrace": "set -x\n/bin/echo a b\nx=1\nf() { /bin/true; }\nf\nset +x\necho end\n",
    "the user's DEBUG trap": "trap 'echo \"D $BASH_COMMAND\"' DEBUG\n/bin/true\nx=1\necho end\n",
    "RETURN traps": "g() { :; }\nf() { trap 'echo RET' RETURN; g; /bin/true; g; echo body; }\nf\necho end\n",
    "ERR traps": "trap 'echo \"ERR $? $BASH_COMMAND\"' ERR\nf() { /bin/false; /bin/true; }\nf\n/bin/false\n",
    "ERR traps in functions": "set -E\ntrap 'echo \"ERR $BASH_COMMAND $LINENO\"' ERR\nf() { /bin/false; }\nf\n",
    "matches": '[[ abc =~ a(.) ]] && /bin/true && echo "${BASH_REMATCH[1]}"\n',
    "closed standard error": "exec 2>&-\n/bin/echo a\n/bin/true\necho end\n",
    "exit trap writes to standard error": "trap 'echo bye >&2' EXIT\n/bin/true\nexit 3\n",
    "callers": 'f() { caller 0; echo "${FUNCNAME[*]} ${BASH_SOURCE[*]##*/} ${BASH_LINENO[*]}"; }\ng() { f; }\ng\n',
    "mapfile and read": "mapfile -t m < <(/bin/echo a; /bin/echo b)\necho \"${m[1]}\"\nwhile read -r l; do /bin/echo \"[$l]\"; done <<<$'x\\ny'\n",
    "coproc and process substitution": "/bin/cat <(/bin/echo ps)\ncoproc C { /bin/cat; }\necho hi >&${C[1]}; read -r l <&${C[0]}; echo $l\n",
    "options stay": "set -f; set -C; shopt -s nullglob extglob; /bin/true; shopt -q nullglob && echo on; echo *\n",
    "getopts and case": 'set -- -a -b v x; while getopts ab: o; do case $o in a) /bin/echo A;; b) echo "B $OPTARG";; esac; done; echo $OPTIND\n',
}
ZSH = {
    "zsh parameters": 'a=(x y); /bin/echo $#a ${a[1]} ${(U)a}\n',
    "zsh traps": "TRAPEXIT() { echo bye }\nTRAPZERR() { echo zerr }\n/bin/false\n/bin/true\n",
    "zsh xtrace": "set -x\n/bin/echo a b\nset +x\necho end\n",
    "zsh always": "{ /bin/false } always { echo always }\nsetopt pipefail; /bin/false | cat; echo $pipestatus $?\n",
    "zsh glob and emulation": "emulate sh; x='a b'; /bin/echo $x; /bin/ls -d /bin/l[s]\n",
}


def outcome(rig, folder, shell: str, text: str, how: str, wrapped: bool):
    """(exit code, output, errors, files) of a script, run in a fresh folder of the same name."""
    folder.mkdir()
    (folder / "script").write_text(text)
    words = [shell, "script"] if how == "script" else [shell, "-c", text, "script"]
    done = subprocess.run(rig.words((*words, "one", "two words"), True), cwd=folder, env=rig.env(wrapped), input=b"first\nsecond\n", capture_output=True, timeout=60, check=False)
    files = {file.name: file.read_text() for file in folder.iterdir() if file.name != "script"}
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    return done.returncode, done.stdout.decode(), done.stderr.decode(), files


CASES = [(shell, name, text) for shell, table in (("bash", {**BOTH, **BASH}), ("zsh", {**BOTH, **ZSH})) for name, text in table.items()]


@pytest.mark.parametrize("how", ["script", "-c"])
@pytest.mark.parametrize(("shell", "name", "text"), CASES, ids=[f"{shell}-{name}" for shell, name, _ in CASES])
def test_everything_is_as_before(rig, need, tmp_path, shell, name, text, how):
    need(shell)
    bare, wrapped = (outcome(rig, tmp_path / "there", shell, text, how, wrapped) for wrapped in (False, True))
    assert wrapped == bare
    assert bare[1] or bare[2] or bare[0], "the case shows something"


def precious(rig, name: str):
    folder = rig.home / "docs" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "thesis").write_text("years of work\n")
    return folder


HARM = {
    "plain": "rm -rf {0}",
    "in a list": "echo before && rm -rf {0} && echo after",
    "in a loop": "for d in x {0}; do rm -rf $d; done",
    "in a subshell": "(rm -rf {0}); echo after",
    "in a substitution": "x=$(rm -rf {0}); echo after",
    "in a pipe": "echo y | rm -rf {0}; echo after",
    "in the background": "rm -rf {0} & wait; echo after",
    "in a function": "f() {{ rm -rf {0}; }}; f; echo after",
    "by eval": "x='rm -rf'; eval \"$x {0}\"; echo after",
    "by a decoded eval": 'eval "$(echo {1} | base64 -d)"; echo after',
    "by a sourced file": "printf 'rm -rf %s' {0} > lib.sh; . ./lib.sh; echo after",
    "by another shell": "bash -c 'rm -rf {0}'; echo after",
    "from a trap": "trap 'rm -rf {0}' EXIT; echo before",
    "by exec": "exec rm -rf {0}",
    "by a variable": "x={0}\nrm -rf \"$x\"\n",
}


@pytest.mark.parametrize("how", ["script", "-c", "stdin"])
@pytest.mark.parametrize("name", HARM)
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_harm_does_not_happen(rig, need, shell, name, how):
    need(shell)
    folder = precious(rig, f"{shell}-{how}-{name}".replace(" ", "-"))
    text = HARM[name].format(folder, base64.b64encode(f"rm -rf {folder}".encode()).decode())
    (rig.work / "harm").write_text(text + "\n")
    before = len(rig.entries())
    words = {"script": (shell, "harm"), "-c": (shell, "-c", text), "stdin": (shell,)}[how]
    done = rig.run(*words, stdin=f"{text}\n".encode() if how == "stdin" else b"")
    assert (folder / "thesis").read_text() == "years of work\n"
    assert b"(rule HR-" in done.stderr and b"handrail quarantine approve" in done.stderr
    stopped = [entry for entry in rig.entries(before) if entry["answer"] == "deny"]
    assert stopped and all(entry["agent"]["surface"] == "wrapper" and entry["agent"]["name"] == "claude-code" for entry in stopped)


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_veto_ends_the_script_with_126_and_its_exit_trap_runs(rig, need, shell):
    need(shell)
    folder = precious(rig, "traps")
    text = f"trap 'echo cleaned; echo bye >&2' EXIT\necho before\neval 'rm -rf {folder}'\necho after\n"
    (rig.work / "s").write_text(text)
    done = rig.run(shell, "s")
    assert (done.returncode, done.stdout) == (126, b"before\ncleaned\n") and b"bye\n" in done.stderr and folder.exists()


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_one_line_is_one_entry_however_long_it_runs(rig, need, shell):
    need(shell)
    before = len(rig.entries())
    rig.run(shell, "-c", f"cd /tmp && for i in 1 2 3 4 5; do /bin/true $i; done; eval '/bin/echo {shell}'")
    (entry,) = rig.entries(before)
    assert (entry["agent"]["surface"], entry["agent"]["event"], entry["verdict"], entry["answer"]) == ("wrapper", "shell/run", "clean", "allow")


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_outside_of_agents_nothing_is_stopped(rig, need, shell):
    need(shell)
    folder = precious(rig, "mine")
    done = rig.run(shell, "-c", f"rm -rf {folder}; echo gone", agent=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"gone\n", b"") and not folder.exists()
    assert rig.entries()[-1]["agent"]["name"] == "shell" and rig.entries()[-1]["answer"] == "allow"


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_one_command_still_becomes_the_process(rig, need, shell):
    """`bash -c 'sleep 30'` is sleep: who ends the process ends the command."""
    need(shell)
    with subprocess.Popen([shell, "-c", "sleep 30.25"], env=rig.env()) as process:
        words = Path(f"/proc/{process.pid}/cmdline")
        try:
            deadline = time.monotonic() + 60
            while not words.read_bytes().startswith(b"sleep") and time.monotonic() < deadline:
                time.sleep(0.02)
            assert words.read_bytes().startswith(b"sleep")
        finally:
            os.kill(process.pid, signal.SIGKILL)


def test_the_users_own_bash_env_is_read_too(rig):
    (rig.home / "own.sh").write_text("OWN=yes; echo own >&2\n")
    done = rig.run("bash", "-c", "echo $OWN", HANDRAIL_BASH_ENV=str(rig.home / "own.sh"))
    assert (done.stdout, done.stderr) == (b"yes\n", b"own\n")


def test_sh_and_posix_mode_are_left_alone(rig):
    for words in (("sh", "-c", "echo $-"), ("bash", "--posix", "-c", "echo a; trap -p")):
        assert rig.run(*words).stdout == rig.run(*words, wrapped=False).stdout


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_what_a_long_script_remembers_is_bounded(rig, need, shell):
    need(shell)
    count = "${#__handrail_seen[@]}" if shell == "bash" else "${#__handrail_seen}"
    (rig.work / "long").write_text(f"for i in {{1..4200}}; do __handrail_seen+=([x$i]=1); done\n/bin/true one\neval '/bin/true two'\necho {count}\n")
    done = rig.run(shell, "long")
    assert done.stderr == b"" and int(done.stdout) < 10


FORGED = {
    "a text that is no -c": {"BASH_EXECUTION_STRING": "true", "ZSH_EXECUTION_STRING": "true"},
    "a text and a script": {"ZSH_EXECUTION_STRING": "true", "ZSH_SCRIPT": "/dev/null"},
    "a header line": {"CLAUDE_CODE_SESSION_ID": "x\nform=start"},
    "a beginning of the text": {"CLAUDE_CODE_SESSION_ID": "x\n\n: <<'END'"},
    "a builtin": {"BASH_FUNC_builtin%%": "() { :; }"},
    "the reading of a file": {"BASH_FUNC_.%%": "() { :; }"},
    "local variables": {"BASH_FUNC_local%%": "() { return 0; }"},
    "the end": {"BASH_FUNC_exit%%": "() { :; }"},
}


@pytest.mark.parametrize("how", ["script", "-c", "stdin"])
@pytest.mark.parametrize("name", FORGED)
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_what_an_environment_brings_does_not_take_the_place_of_what_runs(rig, need, shell, name, how):
    need(shell)
    folder = precious(rig, f"forged-{shell}-{how}-{name}".replace(" ", "-"))
    text = f"x='rm -rf'; eval \"$x {folder}\"; echo after"
    (rig.work / "harm").write_text(text + "\n")
    words = {"script": (shell, "harm"), "-c": (shell, "-c", text), "stdin": (shell,)}[how]
    before = len(rig.entries())
    done = rig.run(*words, stdin=f"{text}\n".encode() if how == "stdin" else b"", **FORGED[name])
    assert folder.exists() and (done.returncode, done.stdout) == (126, b""), done.stderr
    assert [entry["answer"] for entry in rig.entries(before)][-1] == "deny"


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_shell_that_takes_the_place_of_another_is_watched_anew(rig, need, shell):
    """It keeps the number of the process, which is how the wrapper knows that it was read."""
    need(shell)
    folder = precious(rig, f"again-{shell}")
    (rig.work / "harm").write_text(f"x='rm -rf'; eval \"$x {folder}\"\n")
    assert rig.run(shell, "-c", f"exec env __handrail=$$ {shell} harm").returncode == 126 and folder.exists()
