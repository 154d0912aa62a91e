from sensor.access import clients
from sensor.access.presets import HOST_PRESETS
from sensor.access.scopes import check_pattern


def test_every_default_host_is_a_name_and_registries_are_in_the_preset():
    hosts = {host for client in clients.CLIENTS.values() for host in client.hosts}
    assert all(not check_pattern(host) and "." in host for host in hosts)
    known = {*HOST_PRESETS["@package-registries"], *HOST_PRESETS["@code-hosts"], *HOST_PRESETS["@container-registries"], "upload.pypi.org"}
    assert hosts <= known


def test_no_program_stands_in_two_tables():
    assert not set(clients.CLIENTS) & (clients.TALKERS | clients.COPIERS) and set(clients.DIVERTING) <= clients.TALKERS | clients.COPIERS | {"git", "docker", "podman"}
    assert all(name == name.lower() for name in clients.DIVERTING_VARIABLES)
