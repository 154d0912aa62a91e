"""The configuration."""

from __future__ import annotations


def test_only_loopback_names_with_the_port_are_ours(config):
    assert config.hosts == {"127.0.0.1:4870", "localhost:4870", "[::1]:4870"}
