import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from hooks.settings.own_writes import own_writes
from sensor.host.files import shell_files
from sensor.host.files.hook_client import client_path
from sensor.host.files.shell_files import (
    PREFIX,
    READ,
    SHIM,
    SHIMMED,
    SHIMS,
    altered,
    place_shell_files,
    refresh_shell_files,
    remove_shell_files,
    shell_folder,
)
from sensor.model.errors import HandrailError
from sensor.paths import locate


@pytest.fixture
def paths(tmp_path):
    return locate(tmp_path, tmp_path / "with a space")


def test_the_files_name_this_installation_and_nothing_else(paths):
    place_shell_files(paths, shims=True, prefix=True)
    folder = shell_folder(paths)
    texts = {name: (folder / name).read_text() for name in (*READ, PREFIX, "shim")}
    assert not [name for name, text in texts.items() if "@" in text.replace("$@", "").replace("${@", "").replace("(@", "").replace(")@", "").replace("[@]", "")]
    assert all(str(client_path(paths)) in texts[name] for name in ("wrapper.bash", "wrapper.zsh", "wrapper.fish", "shim"))
    assert sorted(os.listdir(folder / SHIMS)) == sorted(SHIMMED) and os.access(folder / SHIMS / "git", os.X_OK)
    assert folder.stat().st_mode & 0o077 == 0 and altered(paths) == ()


def test_what_is_not_wanted_is_taken_away_again(paths):
    place_shell_files(paths, shims=True, prefix=True)
    place_shell_files(paths, shims=False, prefix=False)
    assert not (shell_folder(paths) / SHIMS).exists() and not (shell_folder(paths) / PREFIX).exists()


def test_an_upgrade_refreshes_what_was_placed_and_places_nothing(paths):
    refresh_shell_files(paths)
    assert not shell_folder(paths).exists() and altered(paths) == ()
    place_shell_files(paths, shims=True, prefix=False)
    (shell_folder(paths) / "wrapper.zsh").write_text("exit 0\n")
    (shell_folder(paths) / "start.sh").unlink()
    assert altered(paths) == ("start.sh", "wrapper.zsh")
    refresh_shell_files(paths)
    assert altered(paths) == () and (shell_folder(paths) / SHIMS).is_dir()
    remove_shell_files(paths)
    assert not shell_folder(paths).exists()


def test_the_watcher_is_told_whose_a_removal_is(paths):
    """Else it is put down to the agent that happens to work meanwhile."""
    paths.state.mkdir(parents=True)
    place_shell_files(paths, shims=True, prefix=True)
    remove_shell_files(paths)
    gone = {Path(one.path).name for one in own_writes(paths.state, time.time()) if not one.sha256}
    assert gone == {*READ, PREFIX, SHIM}


def test_shims_and_the_prefix_are_looked_at_too(paths):
    place_shell_files(paths, shims=True, prefix=True)
    folder = shell_folder(paths)
    (folder / PREFIX).write_text("#!/bin/sh\nexec bash -c \"$1\"\n")
    (folder / SHIMS / "git").unlink()
    (folder / SHIMS / "curl").unlink()
    (folder / SHIMS / "curl").symlink_to("/usr/bin/curl")
    assert altered(paths) == (PREFIX, f"{SHIMS}/curl", f"{SHIMS}/git")
    shutil.rmtree(folder / SHIMS)
    assert f"{SHIMS}/git" in altered(paths)
    (folder / "shim").write_text("")
    assert "shim" in altered(paths)
    place_shell_files(paths, shims=False, prefix=False)
    assert altered(paths) == ()


@pytest.mark.parametrize("name", ["it's", "a\nb"])
def test_a_path_that_shells_could_misread_is_refused(tmp_path, name):
    with pytest.raises(HandrailError):
        place_shell_files(locate(tmp_path, tmp_path / name), shims=False, prefix=False)


@pytest.mark.parametrize(("shell", "names"), [("sh", ["start.sh", PREFIX, "shim"]), ("bash", ["start.sh", "wrapper.bash", "watch.bash"]), ("zsh", ["start.sh", "wrapper.zsh"]), ("fish", ["wrapper.fish"])])
def test_the_shells_can_read_their_files(paths, shell, names):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed; tests/run.sh installs it on Debian")
    place_shell_files(paths, shims=True, prefix=True)
    for name in names:
        done = subprocess.run([shell, "-n", shell_folder(paths) / name], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_every_file_of_the_folder_is_used():
    assert {file.name for file in shell_files.SOURCES.iterdir()} == {*READ, "prefix.sh", "shim.sh"}
