"""What pages share."""

from __future__ import annotations

import pytest

from web.app import create_app
from web.site import close_index, index, site


def test_the_index_is_opened_once_per_request_and_closed_at_its_end(config):
    app = create_app(config)
    with app.test_request_context("/"):
        first = index()
        assert index() is first and site().config is config
        close_index(None)
        assert index() is not first
        close_index(None)
        close_index(None)


def test_two_dashboards_do_not_share(config):
    one, other = create_app(config), create_app(config)
    with one.test_request_context("/"):
        mine = site()
    with other.test_request_context("/"):
        assert site() is not mine


def test_outside_a_request_there_is_none():
    with pytest.raises(RuntimeError):
        site()
