import os
import stat

import pytest

from sensor.host.running.binding import bind
from sensor.model.errors import HandrailError


def test_the_socket_is_private(tmp_path):
    listener = bind(tmp_path / "s.sock")
    assert stat.S_IMODE((tmp_path / "s.sock").stat().st_mode) == 0o600
    listener.close()


def test_a_stale_socket_is_replaced_and_a_live_one_is_not(tmp_path):
    path = tmp_path / "s.sock"
    bind(path).close()
    second = bind(path)
    with pytest.raises(HandrailError, match="another sensor"):
        bind(path)
    second.close()


@pytest.mark.parametrize("make", [lambda p: p.write_text("x"), lambda p: p.mkdir(), lambda p: p.symlink_to("/dev/null")])
def test_anything_else_at_the_path_is_refused_and_left_alone(tmp_path, make):
    path = tmp_path / "s.sock"
    make(path)
    with pytest.raises(HandrailError, match="not a socket"):
        bind(path)
    assert os.path.lexists(path)
