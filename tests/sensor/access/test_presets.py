from sensor.access.presets import HOST_PRESETS
from sensor.access.scopes import check_pattern


def test_presets_are_named_like_sets_and_hold_usable_hosts():
    for name, hosts in HOST_PRESETS.items():
        assert name.startswith("@") and len(set(hosts)) == len(hosts) > 0
        assert not [host for host in hosts if check_pattern(host) or host != host.lower() or "/" in host]
