"""Interactive shells on a terminal below an agent: prompts, completion, job control and keys as before; harm is not done."""

from __future__ import annotations

import shutil

import pytest
from terminal import PROMPT, Terminal

SHELLS = ["bash", "zsh", "fish"]
CTRL_C, CTRL_Z = "\x03", "\x1a"


def words(rig, shell: str, wrapped: bool, rc: str = "") -> list[str]:
    """An interactive shell with one prompt; what the wrapper needs stands at the end of the start-up file, as an installation writes it."""
    config = rig.home / f"config-{wrapped}"
    if shell == "bash":
        file = rig.home / f"bashrc-{wrapped}"
        file.write_text(f"PS1='{PROMPT}'\nbind 'set enable-bracketed-paste off'\n{rc}\n" + (rig.start_line if wrapped else ""))
        return ["bash", "--noprofile", "--rcfile", str(file), "-i"]
    if shell == "zsh":
        folder = rig.zdotdir if wrapped else rig.home / "bare"
        folder.mkdir(exist_ok=True)
        (folder / ".zshenv").write_text("unsetopt GLOBAL_RCS\n" + (rig.start_line if wrapped else ""))
        (folder / ".zshrc").write_text(f"PS1='{PROMPT}'\nunsetopt prompt_sp\nautoload -Uz compinit && compinit -u -D\nzle_highlight=(none)\n{rc}\n")
        return ["zsh", "-i"]
    (config / "fish/conf.d").mkdir(parents=True, exist_ok=True)
    (config / "fish/config.fish").write_text(f"function fish_prompt; printf '{PROMPT}'; end\nfunction fish_right_prompt; end\nset -g fish_greeting\nset -g fish_autosuggestion_enabled 0\n{rc}\n")
    if wrapped:
        shutil.copy(rig.folder / "wrapper.fish", config / "fish/conf.d/handrail.fish")
    return ["fish", "-i"]


def start(rig, shell: str, wrapped: bool = True, agent: bool = True, rc: str = "", **more: str) -> Terminal:
    env = rig.env(wrapped, XDG_CONFIG_HOME=str(rig.home / f"config-{wrapped}"), SHELL=f"/bin/{shell}", **more)
    return Terminal(rig.words(tuple(words(rig, shell, wrapped, rc)), agent), env, rig.work)


@pytest.fixture
def opened():
    """Start terminals that are ended with the test."""
    terminals: list[Terminal] = []

    def begin(*given, **more) -> Terminal:
        terminals.append(start(*given, **more))
        return terminals[-1]

    yield begin
    for one in terminals:
        one.end()


def session(rig, shell: str, wrapped: bool) -> dict[str, str]:
    """What a row of lines prints, and the exit code."""
    (rig.work / "uniquely-named").write_text("content\n")
    terminal = start(rig, shell, wrapped)
    status = "$status" if shell == "fish" else "$?"
    seen = {line: terminal.type(line) for line in ("echo one", "false", f"echo rc={status}", "cat uniquely-named | tr a-z A-Z", "cd / && pwd && cd -", "ls /nonexistent")}
    if shell != "fish":
        seen |= {line: terminal.type(line) for line in (
            "echo a b >/dev/null", 'echo "us=$_"', "f() { local x=$1; echo in $x; return 4; }", "f y; echo $?", "(exit 5); echo $?", "x=$(echo sub); echo $x",
            "for i in 1 2; do echo $i; done", "true | false; echo $?", "trap 'echo usr' USR1; kill -USR1 $$", "echo ${x:-empty} 'single  quoted'")}
        terminal.send("cat <<E\r")
        terminal.wait("> ", 3)
        terminal.send("here $((1+1))\r")
        terminal.wait("> ", 3)
        seen["here document"] = terminal.type("E")
    seen["completion"] = terminal.type("cat uniquely-n\t")
    terminal.begin("sleep 30")
    terminal.send(CTRL_C)
    terminal.wait()
    seen["interrupt"] = terminal.type(f"echo rc={status}")
    terminal.begin("sleep 31")
    terminal.send(CTRL_Z)
    terminal.wait()
    seen["jobs"] = str("sleep 31" in terminal.type("jobs"))
    terminal.type("kill %1" if shell != "fish" else "kill (jobs -p)")
    terminal.type("wait")
    seen["background"] = str("rc=0" in terminal.type(f"sleep 0.1 & wait; echo rc={status}" if shell != "fish" else "sleep 0.1 &; wait; echo rc=$status"))
    terminal.send("half a lin")
    terminal.wait("half a lin")  # a Ctrl-C that arrives before a shell has read the line can lose a letter, with or without a wrapper
    terminal.send(CTRL_C)
    terminal.wait()
    seen["a line given up"] = terminal.type("echo after")
    code = terminal.end()
    seen["exit"] = "3" if shell == "fish" else str(code)  # fish wants to be asked twice while it knows of a job
    return seen


@pytest.mark.parametrize("shell", SHELLS)
def test_a_terminal_is_as_before(rig, need, shell):
    need(shell)
    bare = session(rig, shell, wrapped=False)
    assert session(rig, shell, wrapped=True) == bare
    assert bare["echo one"] == "one" and "content" in bare["completion"] and bare["jobs"] == bare["background"] == "True" and bare["exit"] == "3"


HARM = {
    "bash": ["rm -rf {0}", "echo before; rm -rf {0}; echo after", "(rm -rf {0})", "f() {{ rm -rf {0}; }}; f", "while true; do rm -rf {0}; done", "true && rm -rf {0} | cat", "{{ rm -rf {0}; }}",
             "eval rm -rf {0}", " rm -rf {0}"],
    "zsh": ["rm -rf {0}", "echo before; rm -rf {0}; echo after", "(rm -rf {0})", "f() {{ rm -rf {0} }}; f", "while true; do rm -rf {0}; done", "(rm -rf {0}) &", " rm -rf {0}"],
    "fish": ["rm -rf {0}", "echo before; rm -rf {0}", "begin; rm -rf {0}; end", "while true; rm -rf {0}; end"],
}


@pytest.mark.parametrize(("shell", "line"), [(shell, line) for shell, lines in HARM.items() for line in lines])
def test_a_harmful_line_does_not_run(rig, need, opened, shell, line):
    need(shell)
    folder = rig.home / "docs" / f"typed-{shell}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "thesis").write_text("years of work\n")
    terminal, before = opened(rig, shell, rc="HISTCONTROL=ignorespace" if shell == "bash" else ""), len(rig.entries())
    terminal.send(line.format(folder) + "\r")
    shown = terminal.output(terminal.wait("handrail quarantine approve" if shell == "fish" else PROMPT))  # fish leaves the line where it is, without a prompt
    assert (folder / "thesis").exists() and "handrail quarantine approve" in shown
    assert "after" not in [one.strip() for one in shown.splitlines()]
    terminal.send(CTRL_C)
    terminal.wait()
    assert terminal.type("echo still here") == "still here"
    stopped = [entry for entry in rig.entries(before) if entry["answer"] == "deny"]
    assert [entry["agent"]["event"] for entry in stopped] == ["shell/line"] and stopped[0]["agent"]["name"] == "claude-code"


@pytest.mark.parametrize("shell", SHELLS)
def test_in_a_persons_terminal_there_is_nothing(rig, need, opened, shell):
    need(shell)
    folder = rig.home / "docs" / "persons"
    folder.mkdir(parents=True, exist_ok=True)
    terminal, before = opened(rig, shell, agent=False), len(rig.entries())
    shown = {"bash": "trap -p DEBUG; echo [$PROMPT_COMMAND] $-", "zsh": "echo [$preexec_functions]", "fish": "bind --user \\r 2>/dev/null; echo []"}[shell]
    assert "__handrail" not in terminal.type(shown)
    assert terminal.type(f"rm -rf {folder}") == "" and not folder.exists() and len(rig.entries()) == before


@pytest.mark.parametrize("rc", [
    "trap 'echo \"D[$BASH_COMMAND]\"' DEBUG",
    "PROMPT_COMMAND='echo \"pc $?\"'",
    "PROMPT_COMMAND=('echo \"one $?\"' 'echo two')",
    # The way of bash-preexec: at the first prompt it takes the DEBUG trap, and its own words into PROMPT_COMMAND.
    "pre() { [[ -n $mine ]] && { mine=; echo \"pre <$BASH_COMMAND> $1\"; }; }; post() { echo \"post $?\"; }; setup() { trap 'pre \"$_\"' DEBUG; PROMPT_COMMAND=$'post\\n'\"${PROMPT_COMMAND#setup}\"$'\\nmine=1'; }; PROMPT_COMMAND=setup",
    "trap 'echo int' INT",
    "set -o vi; shopt -s histverify; HISTCONTROL=ignoreboth",
])
def test_what_others_set_up_in_bash_is_kept(rig, need, opened, rc):
    lines = ("echo a b", "echo \"us=$_\"", "false", "echo $?", "f() { echo in f; }; f", " echo spaced", "echo a b")
    bare, wrapped = ([terminal.type(line) for line in lines] for terminal in (opened(rig, "bash", wrapped, rc=rc) for wrapped in (False, True)))
    assert wrapped == bare


def test_a_trapped_interrupt_does_not_save_a_harmful_line(rig, opened):
    folder = rig.home / "docs" / "trapped"
    folder.mkdir(parents=True, exist_ok=True)
    terminal = opened(rig, "bash", rc="trap 'echo int' INT")
    terminal.type(f"echo one; rm -rf {folder}; echo two")
    assert folder.exists() and terminal.type("echo three; shopt -q extdebug; echo $?") == "three\n1"


def test_lines_that_the_sensor_does_not_answer_run(rig, need, opened):
    terminals = {shell: opened(rig, shell) for shell in SHELLS if shutil.which(shell)}
    rig.sensor.stop()
    try:
        for shell, terminal in terminals.items():
            assert terminal.type("echo with") == "with", shell
            assert opened(rig, shell).type("echo without") == "without", shell
        assert rig.run("bash", "-c", "eval 'echo x'; exit 3").returncode == 3 and rig.run("zsh", "-c", "eval 'echo x'; exit 3").returncode == 3
    finally:
        rig.sensor.start()
