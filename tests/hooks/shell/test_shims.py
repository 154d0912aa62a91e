"""The shims, Claude Code's shell prefix, and attacks on the wrapper itself: what docs/limits.md says passes, passes."""

from __future__ import annotations

import os
import socket
import subprocess

import pytest

from sensor.host.files.shell_files import PREFIX, SHIMS, place_shell_files


@pytest.fixture
def shimmed(rig):
    """The rig with shims and prefix, and a folder that matters."""
    place_shell_files(rig.paths, shims=True, prefix=True)
    folder = rig.home / "docs" / "shims"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "thesis").write_text("years of work\n")
    yield rig, folder, f"{rig.folder}/{SHIMS}:/usr/bin:/bin"
    place_shell_files(rig.paths, shims=False, prefix=False)


def test_a_program_that_no_shell_starts_reports_itself(shimmed):
    rig, folder, path = shimmed
    before = len(rig.entries())
    done = rig.run("sh", "-c", f"rm -rf {folder}; echo rc=$?", PATH=path)
    assert folder.exists() and done.stdout == b"rc=126\n" and b"handrail quarantine approve" in done.stderr
    assert [(entry["agent"]["event"], entry["agent"]["name"], entry["answer"]) for entry in rig.entries(before)] == [("shell/program", "claude-code", "deny")]


def test_a_shim_is_its_program(shimmed):
    rig, _, path = shimmed
    for text in ("git --version", "printf 'a b' | tee 'x y' && cat 'x y'", "curl --nonsense; echo $?", "touch z; rm z && ls", "scp; echo $?"):
        bare, wrapped = (rig.run("sh", "-c", text, PATH=where) for where in ("/usr/bin:/bin", path))
        assert (wrapped.returncode, wrapped.stdout) == (bare.returncode, bare.stdout), text
    assert rig.run("sh", "-c", "terraform", PATH=path).returncode == 127


def test_a_shim_below_a_judged_line_is_no_second_entry(shimmed):
    rig, _, path = shimmed
    before = len(rig.entries())
    assert rig.run("bash", "-c", "git --version && git --exec-path >/dev/null", PATH=path).returncode == 0
    assert [entry["agent"]["event"] for entry in rig.entries(before)] == ["shell/run"]


@pytest.mark.parametrize("shell", ["/bin/bash", "/usr/bin/zsh", "/bin/sh", ""])
def test_the_prefix_runs_a_line_as_it_is_and_judges_it_once(shimmed, need, shell):
    rig, folder, _ = shimmed
    if shell:
        need(shell.rpartition("/")[2])
    before = len(rig.entries())
    prefix = str(rig.folder / PREFIX)
    done = rig.run(prefix, f"echo 'a  b' \"$0\" >&2; cat; exit 5 # {shell}", wrapped=shell.endswith("zsh"), SHELL=shell, stdin=b"in\n")
    assert (done.returncode, done.stdout) == (5, b"in\n") and done.stderr.startswith(b"a  b")
    assert len(rig.entries(before)) == 1
    assert rig.run(prefix, f"rm -rf {folder}", wrapped=shell.endswith("zsh"), SHELL=shell).returncode == 126 and folder.exists()


@pytest.mark.parametrize("level", ["", "1"])
def test_a_socket_as_standard_input_does_not_keep_the_line_from_being_judged(shimmed, level):
    """As Claude Code starts its shells. In a terminal (SHLVL 1) BASH_ENV alone does; elsewhere the prefix does."""
    rig, folder, _ = shimmed
    command = (str(rig.folder / PREFIX),) if not level else ("bash", "-c")
    ours, theirs = socket.socketpair()
    with ours, theirs:
        env = rig.env(bool(level), SHELL="/bin/bash", **({"SHLVL": level} if level else {}))
        done = subprocess.run(rig.words((*command, f"rm -rf {folder}"), True), env=env, cwd=rig.work, stdin=theirs, capture_output=True, timeout=60, check=False)
    assert done.returncode == 126 and folder.exists()


def test_our_own_hook_is_no_command_of_the_agent(shimmed):
    rig, _, _ = shimmed
    before = len(rig.entries())
    rig.run(str(rig.folder / PREFIX), f"'{rig.paths.bin}/handrail-hook' --agent claude-code", stdin=b"{}")
    assert len(rig.entries(before)) == 0


def test_the_name_of_a_folder_is_no_line_of_a_report(shimmed):
    rig, folder, path = shimmed
    for name in ("a\nform=start", "b\n\n: <<X", "c\\", "d\n"):
        (rig.work / name).mkdir(exist_ok=True)
        before = len(rig.entries())
        rig.run("sh", "-c", f"cd '{name}' && rm -rf {folder}", PATH=path, CLAUDE_CODE_SESSION_ID="x\nform=start")
        assert folder.exists() and rig.entries(before)[-1]["answer"] == "deny" and rig.entries(before)[-1]["cwd"] == str(rig.work / name)


def test_a_program_of_a_folder_that_path_names_relatively(shimmed):
    rig, _, _ = shimmed
    (rig.work / "bin").mkdir()
    (rig.work / "bin/git").write_text("#!/bin/sh\necho own\n")
    (rig.work / "bin/git").chmod(0o700)
    assert rig.run("sh", "-c", "git", PATH=f"{rig.folder / SHIMS}:bin:/usr/bin:/bin").stdout == b"own\n"


def test_a_program_elsewhere_is_not_ours_by_the_way_to_it(shimmed):
    rig, folder, _ = shimmed
    (rig.work / "theirs").write_text(f"#!/bin/bash\nx='rm -rf'; eval \"$x {folder}\"\n")
    (rig.work / "theirs").chmod(0o700)
    way = os.path.relpath(rig.work / "theirs", rig.paths.bin)
    assert rig.run(str(rig.folder / PREFIX), f"{rig.paths.bin}/{way}").returncode == 126 and folder.exists()


# Each is in docs/limits.md; one that no longer passes should leave it.
PASSING = {
    "sh": ("sh", "-c", "touch {0}"),
    "bash in POSIX mode": ("bash", "--posix", "-c", "touch {0}"),
    "a cleared environment": ("env", "-i", "/bin/bash", "-c", "/usr/bin/touch {0}"),
    "bash that takes no orders from its environment": ("bash", "-p", "-c", "touch {0}"),
    "another program": ("python3", "-c", "open('{0}', 'w')"),
    "zsh without start-up files": ("zsh", "-f", "-c", "touch {0}"),
}


@pytest.mark.parametrize("words", PASSING.values(), ids=PASSING)
def test_what_passes_the_wrapper(rig, need, words):
    need(words[0])
    file, before = rig.work / "passed", len(rig.entries())
    assert rig.run(*(word.format(file) for word in words)).returncode == 0
    assert file.exists() and len(rig.entries(before)) == 0
    file.unlink()


@pytest.mark.parametrize("text", ["trap '' DEBUG\neval \"$x\"\n", "set +T\nf() {{ eval \"$x\"; }}\nf\n", "trap - DEBUG\neval \"$x\"\n"])
def test_a_script_can_leave_the_watch_over_its_parts(rig, text):
    """What the whole shows was judged; what is computed later is then seen by nobody."""
    folder = rig.home / "docs" / "left"
    folder.mkdir(parents=True, exist_ok=True)
    (rig.work / "leave").write_text(f"x=\"rm -rf $1\"\n{text.replace('{{', '{').replace('}}', '}')}")
    rig.run("bash", "leave", str(folder))
    assert not folder.exists()


@pytest.mark.parametrize("more", ["; rm -rf {}", " && rm -rf {}", "\nrm -rf {}", " $(rm -rf {})", " `rm -rf {}`", " | rm -rf {}", " & rm -rf {}"])
def test_a_line_that_only_begins_with_our_hook_is_judged(shimmed, more):
    rig, folder, _ = shimmed
    done = rig.run(str(rig.folder / PREFIX), f"'{rig.paths.bin}/handrail-hook' --help" + more.format(folder), stdin=b"")
    assert folder.exists() and done.returncode == 126
