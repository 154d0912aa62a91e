import pytest
from nacl import bindings

from sensor.access.proofs import MAX_NONCES, PROOF_SECONDS, Proofs, is_signed, proof_message, prove

NOW = 1_800_000_000
PUBLIC, SECRET = bindings.crypto_sign_seed_keypair(b"p" * 32)
OTHER, OTHER_SECRET = bindings.crypto_sign_seed_keypair(b"o" * 32)


class World:
    def __init__(self):
        self.now = float(NOW)
        self.proofs = Proofs(lambda: self.now)

    def made(self, nonce=f"{NOW}-a", key=SECRET, about="task T1", payload=b"body"):
        return f"{nonce}:{prove(key, about, payload, nonce)}"

    def problem(self, proof, payload=b"body", about="task T1"):
        return self.proofs.problem(PUBLIC.hex(), about, payload, proof)


@pytest.fixture
def world():
    return World()


def test_a_proof_holds_once_for_this_payload_and_this_right(world):
    proof = world.made()
    assert world.problem(proof, payload=b"other") and world.problem(proof, about="task T2")
    assert world.problem(proof) == "" and "used before" in world.problem(proof)
    assert world.problem(world.made(f"{NOW}-b")) == ""


@pytest.mark.parametrize("nonce", [f"{NOW - PROOF_SECONDS - 1}-a", f"{NOW + PROOF_SECONDS + 1}-a", "x", "", f"{NOW}-" + "a" * 100, "-5-a"])
def test_a_nonce_names_its_time(world, nonce):
    assert "too old" in world.problem(world.made(nonce))


def test_a_proof_from_before_a_restart_is_void(world):
    proof = world.made()
    world.now += 5
    world.proofs = Proofs(lambda: world.now)
    assert "before Handrail started" in world.problem(proof)


@pytest.mark.parametrize("proof", ["", ":", f"{NOW}-a:", f"{NOW}-a:zz", f"{NOW}-a:00"])
def test_what_is_no_proof(world, proof):
    assert world.problem(proof)
    assert world.problem(world.made(key=OTHER_SECRET)), "somebody else's key"


def test_a_signature_has_one_length():
    message = proof_message("a", b"b", "c")
    good = prove(SECRET, "a", b"b", "c")
    assert is_signed(PUBLIC.hex(), message, good)
    for key, text in ((OTHER.hex(), good), (PUBLIC.hex(), good + "00"), (PUBLIC.hex(), ""), ("zz", good), (PUBLIC.hex(), "0" * 128)):
        assert not is_signed(key, message, text)


def test_memory_is_bounded_and_old_nonces_go(world):
    for number in range(50):
        assert world.problem(world.made(f"{int(world.now)}-{number}")) == ""
    world.now += 3 * PROOF_SECONDS
    assert world.problem(world.made(f"{int(world.now)}-x")) == "" and len(world.proofs._used) == 1 and MAX_NONCES >= 1000
