"""Lines for the table of host names."""

from __future__ import annotations

import pytest

from sensor.effects.runs.host_names import LOOPBACK_NAMES


@pytest.fixture
def harmless(effects_of):
    return lambda command: LOOPBACK_NAMES in effects_of(command).effects[-1].flags


@pytest.mark.parametrize("command", [
    "echo '127.0.0.1 shop.localtest api.shop.localtest' | sudo tee -a /etc/hosts",
    "printf '127.0.0.1\\tshop.test\\n::1 shop.test # shop\\n' | sudo tee -a /etc/hosts",
    "sudo tee -a /etc/hosts <<'END'\n# shop\n127.0.0.1 shop.local\nEND",
    "sudo sh -c \"echo '127.0.0.1 shop.local' >> /etc/hosts\"",
    "sudo sh -c \"printf '127.0.0.1 a.test b.localhost\\n' >> /etc/hosts\"",
])
def test_names_of_development(harmless, command):
    assert harmless(command)


@pytest.mark.parametrize("command", [
    "echo '127.0.0.1 updates.example.com' | sudo tee -a /etc/hosts",
    "echo '127.0.0.1 github.com shop.test' | sudo tee -a /etc/hosts",
    "echo '203.0.113.5 shop.test' | sudo tee -a /etc/hosts",
    "echo '127.0.0.1 shop.test' | sudo tee /etc/hosts",
    "sudo sh -c \"echo '127.0.0.1 shop.test' > /etc/hosts\"",
    "echo \"127.0.0.1 $NAME.test\" | sudo tee -a /etc/hosts",
    "echo '127.0.0.1 shop.test' | sudo tee -a /etc/hosts /etc/resolv.conf",
    "printf '127.0.0.1 shop.test\\n203.0.113.5 github.com\\n' | sudo tee -a /etc/hosts",
    "cat names | sudo tee -a /etc/hosts",
])
def test_anything_else(harmless, command):
    assert not harmless(command)
