
import msgspec
import pytest
from nacl import bindings

from sensor.access import delegations
from sensor.access.delegation import Block, DelegationInvalid, issue, render_chain
from sensor.access.delegations import DEPTH, INVALID, USED_UP, Delegations
from sensor.access.scopes import WIDE, Scope
from sensor.model.calls import Caller
from sensor.model.errors import HandrailError

ORIGIN, NOW = "org/device/0", 1_800_000_000
ROOT, ROOT_KEY = bindings.crypto_sign_seed_keypair(b"r" * 32)
HOLDER, HOLDER_KEY = bindings.crypto_sign_seed_keypair(b"h" * 32)
ME = Caller(uid=1)


class World:
    """A clock, a set of roots, and the delegations of one sensor run."""

    def __init__(self, folder):
        self.now, self.roots, self.snapshot = float(NOW), {ROOT.hex()}, folder / "delegations.json"
        self.restart()

    def restart(self):
        self.held = Delegations(roots=lambda: frozenset(self.roots), origin=ORIGIN, now=lambda: self.now, snapshot=self.snapshot)
        return self.held

    def chain(self, **fields):
        base = {"v": 1, "aud": ORIGIN, "surface": "*", "scope": msgspec.structs.replace(WIDE, tools=("Read",), max_calls=3), "depth_left": 1, "nbf": NOW,
                "exp": NOW + 900, "cnf": HOLDER.hex(), "parent": ""}
        return issue(ROOT_KEY, Block(**{**base, **fields}))

    def rules(self, call, caller=ME):
        return [finding.rule for finding in self.held.standing(call, caller)[0].findings]


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def test_a_session_has_the_rights_of_its_delegation_also_after_a_restart(world, shell_call):
    chain = world.chain()
    world.held.attach("s-1", render_chain(chain))
    for held in (world.held, world.restart()):
        standing, use = held.standing(shell_call("ls"), ME)
        assert standing.rights[0].scope.tools == ("Read",) and use.depth_left == 1 and use.root == ROOT.hex()
        assert held.standing(shell_call("ls", session="other"), ME) == (type(standing)(), None)


def test_a_chain_belongs_to_the_first_session_that_presents_it(world):
    text = render_chain(world.chain())
    world.held.attach("s-1", text)
    world.held.attach("s-1", text)
    for held in (world.held, world.restart()):
        with pytest.raises(DelegationInvalid):
            held.attach("s-2", text)
    with pytest.raises(DelegationInvalid):
        world.held.attach("s-3", render_chain(world.chain(session="s-4")))
    with pytest.raises(DelegationInvalid):
        world.held.attach("s-5", render_chain(world.chain(surface="http")))


def test_blocks_of_a_chain_that_was_checked_are_known_to_the_chains_above_it(world):
    below = world.chain()
    assert world.held.check(render_chain(below)).holder == HOLDER.hex() and world.held._known == {(ROOT.hex(), below[0].digest)}
    with pytest.raises(DelegationInvalid):
        world.held.check(render_chain(world.chain(aud="elsewhere")))
    world.held.revoke(below[0].digest)
    with pytest.raises(DelegationInvalid, match="revoked"):
        world.held.check(render_chain(below))


def test_rights_of_a_session_cannot_be_exchanged_for_wider_ones(world):
    world.held.attach("s-1", render_chain(world.chain(scope=Scope())))
    with pytest.raises(DelegationInvalid):
        world.held.attach("s-1", render_chain(world.chain(scope=WIDE)))


def test_an_expired_or_revoked_delegation_refuses_and_does_not_set_free(world, shell_call):
    chain = world.chain()
    world.held.attach("s-1", render_chain(chain))
    assert world.rules(shell_call("ls")) == []
    world.now = NOW + 901
    assert world.rules(shell_call("ls")) == [INVALID]
    world.now = float(NOW)
    world.held.revoke(chain[0].digest)
    assert world.rules(shell_call("ls")) == [INVALID]
    world.restart()
    assert world.rules(shell_call("ls")) == [INVALID]


def test_an_unpinned_root_ends_everything_below_it(world, shell_call):
    world.held.attach("s-1", render_chain(world.chain()))
    assert world.rules(shell_call("ls")) == []
    world.roots.clear()
    assert world.rules(shell_call("ls")) == [INVALID]


def test_calls_are_counted_over_restarts(world, shell_call):
    world.held.attach("s-1", render_chain(world.chain()))
    for _ in range(3):
        assert world.rules(shell_call("ls")) == []
        world.held.count(shell_call("ls"), ME)
        world.restart()
        world.rules(shell_call("ls"))
    assert world.rules(shell_call("ls")) == [USED_UP]


def test_a_large_count_is_not_written_for_each_call_and_a_restart_never_gives_calls_back(world, shell_call):
    world.held.attach("s-1", render_chain(world.chain(scope=msgspec.structs.replace(WIDE, tools=("Read",), max_calls=1000))))
    world.rules(shell_call("ls"))
    written = set()
    for _ in range(40):
        world.held.count(shell_call("ls"), ME)
        written.add(world.snapshot.read_bytes())
    assert len(written) < 8
    world.restart()
    world.rules(shell_call("ls"))
    made = 40
    while not world.rules(shell_call("ls")):
        world.held.count(shell_call("ls"), ME)
        made += 1
    assert 985 <= made < 1000, "at most one part in a hundred is lost"


def test_a_start_verifies_what_is_attached_before_the_first_call(world, monkeypatch, shell_call):
    world.held.attach("s-1", render_chain(world.chain()))
    world.restart()
    assert world.held.warm() == 1
    monkeypatch.setattr(delegations, "verify", None)
    assert world.rules(shell_call("ls")) == []
    monkeypatch.undo()
    world.roots.clear()
    world.restart()
    assert world.held.warm() == 0


def test_a_grant_without_depth_does_not_reach_sub_agents(world, shell_call):
    world.held.attach("s-1", render_chain(world.chain(depth_left=0)))
    assert world.rules(shell_call("ls")) == [] and world.rules(shell_call("ls", subagent="a1")) == [DEPTH]


def test_a_grant_is_for_its_door_only(world, shell_call):
    text = render_chain(world.chain(surface="http"))
    assert world.held.grant(text, "http").holder == HOLDER.hex()
    assert world.rules(shell_call("ls", session=""), Caller(uid=1, delegation=text)) == []
    with pytest.raises(DelegationInvalid):
        world.held.grant(text, "mcp")


def test_a_problem_at_the_door_is_a_refusal(world, shell_call):
    assert world.rules(shell_call("ls"), Caller(uid=1, delegation_problem="delegation refused (time)")) == [INVALID]


def test_what_is_attached_can_be_listed(world):
    world.held.attach("s-1", render_chain(world.chain(label="review")))
    assert {session: grant.labels for session, grant in world.held.sessions().items()} == {"s-1": ("review",)}


def test_a_broken_snapshot_stops_the_start_instead_of_setting_free(world):
    world.snapshot.write_text("{")
    with pytest.raises(HandrailError):
        world.restart()
