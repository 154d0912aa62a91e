import pytest
from nacl import bindings

from sensor.access.scopes import WIDE, Scope
from sensor.access.tasks import MAX_PER_TASK, MAX_TTL, TaskKeys, TaskRefused, proof_message

PUBLIC, SECRET = bindings.crypto_sign_seed_keypair(b"t" * 32)


class World:
    def __init__(self):
        self.mono, self.wall = 1000.0, 5000.0
        self.keys = TaskKeys(lambda: self.mono, lambda: self.wall)

    def start(self, task="build", **changes):
        proof = bindings.crypto_sign(proof_message(task, "a"), SECRET)[:64].hex()
        return self.keys.start(task, **{"agent": "a", "holder": PUBLIC.hex(), "proof": proof, "scope": WIDE, "ttl": 60, **changes})

    def pass_time(self, seconds):
        self.mono += seconds
        self.wall += seconds


@pytest.fixture
def world():
    return World()


def status(world, **changes):
    with pytest.raises(TaskRefused) as refused:
        world.start(**changes)
    return refused.value.status


def test_a_key_lives_as_long_as_it_says(world):
    key = world.start()
    assert world.keys.find(key.id) == key and world.keys.remaining(key) == 60
    world.pass_time(60)
    assert world.keys.find(key.id) is None and world.keys.living() == ()
    assert world.keys.evict() == 1


@pytest.mark.parametrize(("changes", "code"), [
    ({"ttl": MAX_TTL + 1}, 422), ({"ttl": 0}, 422), ({"ttl": -5}, 422), ({"task": ""}, 422), ({"task": "x\n"}, 422), ({"task": "x" * 101}, 422),
    ({"scope": Scope(tools=("a*b",))}, 422), ({"proof": "00" * 64}, 403), ({"proof": ""}, 403), ({"holder": "zz"}, 403), ({"agent": "other"}, 403),
])
def test_what_is_not_given(world, changes, code):
    assert status(world, **changes) == code


def test_a_proof_for_one_task_starts_no_other(world):
    proof = bindings.crypto_sign(proof_message("build", "a"), SECRET)[:64].hex()
    assert status(world, task="deploy", proof=proof) == 403


def test_a_task_has_at_most_ten_living_keys(world):
    for _ in range(MAX_PER_TASK):
        world.start()
    assert status(world) == 409
    world.start(task="other")
    world.pass_time(61)
    world.start()


def test_the_end_of_a_task_ends_all_its_keys(world):
    keys = [world.start() for _ in range(3)]
    other = world.start(task="other")
    assert {key.id for key in world.keys.end("build")} == {key.id for key in keys}
    assert world.keys.living() == (other,) and world.keys.end("nothing") == ()


def test_nothing_survives_a_restart_or_a_clock_jump(world):
    key = world.start()
    assert World().keys.find(key.id) is None
    world.wall += 61
    assert world.keys.jumped() and world.keys.find(key.id) is None
    assert world.keys.lose_all() == 1 and not world.keys.jumped()
    world.wall += 59
    assert not world.keys.jumped()


def test_a_session_gets_a_key_that_a_person_can_end_for_good(world, shell_call):
    call = shell_call("ls")
    key = world.keys.of_session(call)
    assert (key.holder, key.session) == ("session", "s-1") and world.keys.of_session(call) is key
    world.keys.end(key.id)
    assert world.keys.of_session(call) is None and world.keys.check_session(call)
    assert not world.keys.check_session(shell_call("ls", session="s-2")) and not world.keys.check_session(shell_call("ls", session=""))


def test_a_long_session_goes_on(world, shell_call):
    first = world.keys.of_session(shell_call("ls"))
    world.pass_time(MAX_TTL + 1)
    assert world.keys.of_session(shell_call("ls")).id != first.id and len(world.keys.living()) == 1


def test_ten_thousand_keys_under_eviction(world, shell_call):
    ended = []
    for number in range(10_000):
        ended.append(world.start(task=f"t{number}", ttl=1 + number % 30))
        if number % 1000 == 999:
            world.pass_time(10)
            world.keys.evict()
    world.pass_time(31)
    world.keys.evict()
    assert world.keys.living() == () and not any(world.keys.find(key.id) for key in ended)
