import pytest
from nacl import bindings

from sensor.access.credentials import CallerDesk, Credentials
from sensor.access.delegation import Block, issue, render_chain, verify
from sensor.access.delegations import Delegations
from sensor.access.keyring import Keyring
from sensor.access.proofs import prove
from sensor.access.scopes import WIDE
from sensor.access.tasks import TaskKeys, proof_message

NOW = 1_800_000_000
ROOT, ROOT_KEY = bindings.crypto_sign_seed_keypair(b"r" * 32)
HOLDER, HOLDER_KEY = bindings.crypto_sign_seed_keypair(b"h" * 32)


class World:
    def __init__(self, folder):
        self.now, self.required = float(NOW), False
        self.agents, self.tasks = Keyring(folder / "agents"), TaskKeys(lambda: self.now, lambda: self.now)
        delegations = Delegations(roots=lambda: frozenset({ROOT.hex()}), origin="o", now=lambda: self.now, snapshot=folder / "d.json")
        self.desk = CallerDesk(delegations=delegations, tasks=self.tasks, agents=self.agents, required=lambda agent: self.required,
                               now=lambda: self.now, uid=7)
        self.count = 0

    def proof(self, key, about, payload=b"body"):
        self.count += 1
        nonce = f"{int(self.now)}-{self.count}"
        return f"{nonce}:{prove(key, about, payload, nonce)}"

    def identify(self, payload=b"body", agent="ci", **given):
        return self.desk.identify(agent, payload, Credentials(**given), "http")


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def test_without_credentials_the_name_is_only_claimed(world):
    caller = world.identify()
    assert (caller.uid, caller.proof, caller.delegation_problem) == (7, "claimed", "")


def test_an_agent_that_must_sign_and_does_not_is_refused(world):
    world.required = True
    assert "must sign" in world.identify().delegation_problem


def test_a_signed_request_is_signed_once_by_its_own_key(world):
    world.agents.create("ci")
    key = world.agents.secret("ci")
    proof = world.proof(key, "agent ci")
    assert world.identify(signature=proof).proof == "signed"
    assert "used before" in world.identify(signature=proof).delegation_problem
    assert "does not fit" in world.identify(b"other", signature=world.proof(key, "agent ci")).delegation_problem
    assert "does not fit" in world.identify(signature=world.proof(HOLDER_KEY, "agent ci")).delegation_problem
    assert "no key" in world.identify(agent="other", signature=world.proof(key, "agent other")).delegation_problem
    world.agents.rotate("ci")
    assert "does not fit" in world.identify(signature=world.proof(key, "agent ci")).delegation_problem
    world.agents.revoke("ci")
    assert "no key" in world.identify(signature=world.proof(key, "agent ci")).delegation_problem


@pytest.mark.parametrize("proof", ["", "x", ":", "1-a:00", f"{NOW + 100}-a:00", f"{NOW}-a:zz"])
def test_proofs_that_are_none(world, proof):
    world.agents.create("ci")
    world.required = True
    caller = world.identify(signature=proof)
    assert caller.delegation_problem and caller.proof == "claimed"


def test_a_delegation_with_proof_becomes_the_callers(world):
    chain = issue(ROOT_KEY, Block(v=1, aud="o", surface="*", scope=WIDE, depth_left=1, nbf=NOW, exp=NOW + 900, cnf=HOLDER.hex(), parent=""))
    digest = verify(chain, frozenset({ROOT.hex()}), "o", NOW).digest
    assert world.identify(delegation=render_chain(chain), proof=world.proof(HOLDER_KEY, digest)).delegation == render_chain(chain)
    refused = world.identify(delegation=render_chain(chain), proof=world.proof(ROOT_KEY, digest))
    assert refused.delegation == "" and "holder" in refused.delegation_problem


def test_a_task_key_with_proof_becomes_the_callers_until_it_ends(world, shell_call):
    start = bindings.crypto_sign(proof_message("build", "ci"), HOLDER_KEY)[:64].hex()
    key = world.tasks.start("build", agent="ci", holder=HOLDER.hex(), proof=start, scope=WIDE, ttl=30)
    assert world.identify(task=key.id, proof=world.proof(HOLDER_KEY, f"task {key.id}")).task_key == key.id
    assert "does not fit" in world.identify(task=key.id, proof=world.proof(ROOT_KEY, f"task {key.id}")).delegation_problem
    session = world.tasks.of_session(shell_call("ls"))
    assert "may use" in world.identify(task=session.id, proof=world.proof(HOLDER_KEY, f"task {session.id}")).delegation_problem
    world.now += 31
    assert "ended" in world.identify(task=key.id, proof=world.proof(HOLDER_KEY, f"task {key.id}")).delegation_problem
