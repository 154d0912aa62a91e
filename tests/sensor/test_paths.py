import os
import stat
from pathlib import Path

import pytest

from sensor.model.errors import HandrailError
from sensor.paths import MAX_SOCKET_PATH, locate, make_private, replace_private


def test_everything_of_an_installation_lies_in_its_own_folders(own_home):
    paths = locate(own_home)
    assert all(str(path).startswith(str(own_home)) for path in (paths.config, paths.state, paths.data))
    assert paths.socket.parent == paths.run


def test_a_prefix_holds_everything(own_home, tmp_path):
    paths = locate(own_home, tmp_path / "p")
    assert {paths.config.parent, paths.state.parent, paths.data.parent} == {tmp_path / "p"}


def test_a_socket_path_that_is_too_long_moves_to_the_temporary_directory(own_home):
    deep = own_home / ("d" * 120)
    run = locate(own_home, deep).run
    assert len(str(run / "sensor.sock")) < MAX_SOCKET_PATH
    assert run == locate(own_home, deep).run
    assert run != locate(own_home, own_home / ("e" * 120)).run


def test_a_relative_home_is_refused():
    with pytest.raises(HandrailError, match="HOME"):
        locate(Path("home"))


def test_private_folders_are_made_and_tightened(tmp_path):
    make_private(tmp_path / "a" / "b")
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700
    (tmp_path / "open").mkdir(mode=0o755)
    make_private(tmp_path / "open")
    assert stat.S_IMODE((tmp_path / "open").stat().st_mode) == 0o700


def test_a_link_in_place_of_a_private_folder_is_refused(tmp_path):
    (tmp_path / "target").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(HandrailError, match="not a folder"):
        make_private(tmp_path / "link")


@pytest.mark.parametrize("durable", [False, True])
def test_a_file_is_replaced_as_a_whole_and_private(tmp_path, durable):
    file = tmp_path / "state/state.json"
    file.parent.mkdir()
    file.write_text("a much longer old text")
    file.chmod(0o644)
    with file.open() as reader:
        replace_private(file, b"new", durable)
        assert reader.read() == "a much longer old text"
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"new", 0o600) and os.listdir(file.parent) == ["state.json"]


def test_a_link_in_place_of_a_half_written_file_is_not_followed(tmp_path):
    (tmp_path / "target").write_text("theirs")
    (tmp_path / "state.tmp").symlink_to(tmp_path / "target")
    with pytest.raises(OSError, match="symbolic"):
        replace_private(tmp_path / "state.json", b"new")
    assert (tmp_path / "target").read_text() == "theirs"
