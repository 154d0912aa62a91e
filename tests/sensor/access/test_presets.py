from sensor.access.presets import HOST_PLACES, HOST_PRESETS
from sensor.access.scopes import check_pattern
from sensor.policy.check import HOST_SETS


def test_presets_are_named_like_sets_and_hold_usable_hosts():
    for name, hosts in HOST_PRESETS.items():
        assert name.startswith("@") and len(set(hosts)) == len(hosts) and bool(hosts) is (name != "@none")
        assert not [host for host in hosts if check_pattern(host) or host != host.lower() or "/" in host]


def test_places_are_those_that_rules_know_and_no_preset_hides_one():
    assert set(HOST_PLACES) == HOST_SETS and not set(HOST_PLACES) & set(HOST_PRESETS)
