"""The named sets of hosts as data."""

from __future__ import annotations

import pytest

from sensor.effects.places import hosts_table as table
from sensor.effects.places.hosts import host_places

NAMES = (table.CATCHERS, table.PASTE, table.TUNNELS, table.SHORTENERS, table.TOR, table.DYNAMIC, table.UPLOADS, table.WILDCARDS, table.REBINDERS, table.LOOPBACK_NAMES)


def test_names_are_plain_and_none_stands_in_a_set_twice():
    for names in NAMES:
        assert len(set(names)) == len(names)
        assert all(name == name.lower().strip(".") and "//" not in name for name in names)


@pytest.mark.parametrize("name", sorted(name for name in table.METADATA if ":" not in name or name == "fd00:ec2::254"))
def test_metadata_services(name):
    assert "@metadata" in host_places(name)


@pytest.mark.parametrize(("name", "place"), [("abc.duckdns.org", "@dynamic-name"), ("cdn.discordapp.com", "@uploads"), ("x.onion.ws", "@tor"), ("a-10-1-2-3.sslip.io", "@wildcard-dns"), ("7f000001.a9fea9fe.rbndr.us", "@rebinding")])
def test_sets(name, place):
    assert place in host_places(name)
    assert place not in host_places(f"{name}.example.com")


@pytest.mark.parametrize("name", ["docs.webhook.site", "pipedream.com"])
def test_pages_of_the_makers_are_no_catchers(name):
    assert "@catchers" not in host_places(name)


def test_ports_of_daemons_are_none_of_development():
    assert table.DAEMON_PORTS.isdisjoint({3000, 4200, 5000, 5173, 8000, 8080, 8443, 8888, 9000, 9090})
