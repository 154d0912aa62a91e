"""Delegation chains: whatever is done to them, rights only shrink."""

import itertools
import os

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from nacl import bindings

from sensor.access import delegation
from sensor.access.delegation import (
    MAX_DEPTH,
    Block,
    DelegationInvalid,
    SignedBlock,
    issue,
    parse_chain,
    render_chain,
    verify,
)
from sensor.access.scopes import WIDE, Scope, covers, widening

ORIGIN, NOW = "org/device/0", 1_800_000_000.0
AXES = ("tools", "reads", "writes", "hosts", "servers")
CASES = int(os.environ.get("HANDRAIL_DELEGATION_CASES", "500"))  # steps of ten; nightly: 20000


def keypair(seed: int) -> tuple[str, bytes]:
    public, secret = bindings.crypto_sign_seed_keypair(seed.to_bytes(32, "big"))
    return public.hex(), secret


ROOT, ROOT_KEY = keypair(1)
ALICE, ALICE_KEY = keypair(2)
BOB, BOB_KEY = keypair(3)


def block(**fields) -> Block:
    base = {"v": 1, "aud": ORIGIN, "surface": "*", "scope": WIDE, "depth_left": 3, "nbf": int(NOW), "exp": int(NOW) + 900, "cnf": ALICE, "parent": ""}
    return Block(**{**base, **fields})


def child(chain, **fields) -> Block:
    return block(**{"parent": chain[-1].digest, "depth_left": 2, "cnf": BOB, **fields})


def forged(key, content: Block, chain):
    """A hop that `issue` would refuse, signed all the same."""
    data = msgspec.json.encode(content, order="sorted")
    return (*chain, SignedBlock(data, bindings.crypto_sign(b"handrail-deleg-v1\n" + data, key)[:64]))


def reason_of(chain, now=NOW, roots=frozenset({ROOT}), origin=ORIGIN) -> str:
    try:
        verify(chain, roots, origin, now)
    except DelegationInvalid as refused:
        return refused.reason
    return "valid"


@pytest.fixture
def one():
    return issue(ROOT_KEY, block())


def test_a_chain_of_three_gives_the_scopes_of_every_hop(one):
    two = issue(ALICE_KEY, child(one, scope=Scope(tools=("shell",), reads=("/srv/**",), max_calls=5)), one)
    three = issue(BOB_KEY, child(two, depth_left=0, cnf=ALICE, scope=Scope(tools=("shell",), reads=("/srv/x",), max_calls=1)), two)
    grant = verify(three, frozenset({ROOT}), ORIGIN, NOW)
    assert (len(grant.scopes), grant.depth_left, grant.holder, grant.root) == (3, 0, ALICE, ROOT)
    assert parse_chain(render_chain(three)) == three


@pytest.mark.parametrize(("fields", "reason"), [
    ({"scope": WIDE, "depth_left": 3}, "depth"), ({"depth_left": 7}, "depth"), ({"exp": int(NOW) + 901}, "time"), ({"nbf": int(NOW) - 1}, "time"),
    ({"aud": "org/other/0"}, "audience"), ({"parent": "0" * 64}, "parent"), ({"parent": ""}, "parent"), ({"v": 2}, "malformed"),
    ({"surface": "moon"}, "malformed"), ({"cnf": "zz"}, "malformed"), ({"depth_left": -1}, "malformed"),
    ({"scope": Scope(tools=("b", "a"))}, "malformed"), ({"scope": Scope(tools=("a*b",))}, "malformed"),
])
def test_a_hop_that_widens_or_is_misshapen_is_neither_made_nor_accepted(one, fields, reason):
    content = child(one, **fields)
    with pytest.raises(DelegationInvalid):
        issue(ALICE_KEY, content, one)
    assert reason_of(forged(ALICE_KEY, content, one)) == reason


@pytest.mark.parametrize("axis", AXES)
def test_every_axis_must_narrow(axis):
    parent = issue(ROOT_KEY, block(scope=msgspec.structs.replace(WIDE, **{axis: ("a",)})))
    wider = child(parent, scope=WIDE)
    assert reason_of(forged(ALICE_KEY, wider, parent)) == "scope"
    disjoint = child(parent, scope=msgspec.structs.replace(WIDE, **{axis: ("b",)}))
    assert reason_of(forged(ALICE_KEY, disjoint, parent)) == "scope"
    nothing = child(parent, scope=msgspec.structs.replace(WIDE, **{axis: ()}))
    assert reason_of(issue(ALICE_KEY, nothing, parent)) == "valid"


def test_more_calls_than_the_parent_is_wider(one):
    few = issue(ROOT_KEY, block(scope=msgspec.structs.replace(WIDE, max_calls=3)))
    assert reason_of(forged(ALICE_KEY, child(few, scope=msgspec.structs.replace(WIDE, max_calls=4)), few)) == "scope"


def test_times(one):
    assert reason_of(one, NOW + 899) == "valid" and reason_of(one, NOW + 900) == "time"
    assert reason_of(one, NOW - 29) == "valid" and reason_of(one, NOW - 31) == "time"
    with pytest.raises(DelegationInvalid):
        issue(ROOT_KEY, block(exp=int(NOW) + 24 * 3600 + 1))


def test_only_a_pinned_root_begins_a_chain(one):
    assert reason_of(one, roots=frozenset()) == "root"
    assert reason_of(issue(ALICE_KEY, block())) == "root"
    assert reason_of(one, origin="org/elsewhere/0") == "audience"


def test_a_child_cannot_be_spliced_onto_another_parent(one):
    two = issue(ALICE_KEY, child(one), one)
    other = issue(ROOT_KEY, block(label="other"))
    assert reason_of((other[0], two[1])) == "parent"
    assert reason_of((two[1],)) == "root" and reason_of((two[1], two[0])) == "root" and reason_of(()) == "malformed"


def test_only_the_holder_can_pass_it_on(one):
    assert reason_of(forged(BOB_KEY, child(one), one)) == "signature"
    with pytest.raises(DelegationInvalid):
        issue(BOB_KEY, child(one), one)


def test_a_chain_is_not_longer_than_its_depth_allows():
    chain = issue(ROOT_KEY, block(depth_left=MAX_DEPTH - 1))
    for depth in range(MAX_DEPTH - 2, -1, -1):
        chain = issue(ALICE_KEY, child(chain, cnf=ALICE, depth_left=depth), chain)
    assert reason_of(chain) == "valid"
    assert reason_of(forged(ALICE_KEY, child(chain, cnf=ALICE, depth_left=0), chain)) == "malformed"


def test_a_session_and_a_surface_stick(one):
    bound = issue(ROOT_KEY, block(session="s1", surface="http"))
    assert verify(bound, frozenset({ROOT}), ORIGIN, NOW).session == "s1"
    assert reason_of(forged(ALICE_KEY, child(bound, surface="http", session="s2"), bound)) == "audience"
    assert reason_of(forged(ALICE_KEY, child(bound, surface="http"), bound)) == "audience"
    assert reason_of(forged(ALICE_KEY, child(bound, surface="*", session="s1"), bound)) == "audience"


def test_every_flipped_byte_is_rejected(one):
    two = issue(ALICE_KEY, child(one, scope=Scope(tools=("shell",), max_calls=5)), one)
    for place, signed in enumerate(two):
        for part in ("block", "signature"):
            data = getattr(signed, part)
            for offset in range(len(data)):
                broken = bytearray(data)
                broken[offset] ^= 1
                chain = list(two)
                chain[place] = msgspec.structs.replace(signed, **{part: bytes(broken)})
                assert reason_of(tuple(chain)) != "valid", (place, part, offset)


@given(st.text(max_size=200))
def test_no_text_breaks_the_parser(text):
    try:
        parse_chain(text)
    except DelegationInvalid as refused:
        assert refused.reason == "malformed"


PATTERNS = sorted(["*", "shell", "Read", "mcp__a__*", "mcp__a__b", "/srv/**", "/srv/x/**", "/srv/x/y", "*.example.com", "a.example.com"])
SETS = st.sampled_from([found for size in range(5) for found in itertools.combinations(PATTERNS, size)])
SCOPES = st.builds(Scope, max_calls=st.integers(0, 10), **dict.fromkeys(AXES, SETS))


def test_signatures_of_shared_blocks_are_checked_once_and_bad_ones_are_never_known(monkeypatch):
    checked = []
    real = delegation.is_signed
    monkeypatch.setattr(delegation, "is_signed", lambda *words: checked.append(words) or real(*words))
    first = issue(ROOT_KEY, block())
    known: set[tuple[str, str]] = set()
    verify(first, frozenset({ROOT}), ORIGIN, NOW, known)
    longer = issue(ALICE_KEY, child(first, cnf=ALICE), first)
    verify(longer, frozenset({ROOT}), ORIGIN, NOW, known)
    assert len(checked) == 2 and len(known) == 2
    for forgery in ((*first, SignedBlock(longer[1].block, bytes(64))), (SignedBlock(first[0].block, bytes(64)), longer[1])):
        with pytest.raises(DelegationInvalid):
            verify(forgery, frozenset({ROOT}), ORIGIN, NOW, known)
    with pytest.raises(DelegationInvalid):
        verify(longer, frozenset({ALICE}), ORIGIN, NOW, known)
    assert len(known) == 2


class Delegating(RuleBasedStateMachine):
    """Hops are attempted at random; whatever is accepted has no right that an ancestor lacks."""

    @initialize(scope=SCOPES, depth=st.integers(0, 5), ttl=st.integers(1, 3600))
    def begin(self, scope, depth, ttl):
        self.chain = issue(ROOT_KEY, block(scope=scope, depth_left=depth, exp=int(NOW) + ttl))

    @precondition(lambda self: len(self.chain) < MAX_DEPTH)
    @rule(scope=SCOPES, depth=st.integers(0, 7), ttl=st.integers(1, 3600), narrow=st.booleans())
    def hop(self, scope, depth, ttl, narrow):
        before = verify(self.chain, frozenset({ROOT}), ORIGIN, NOW)
        if narrow:  # mostly refused otherwise
            outer = before.scopes[-1]
            scope = Scope(max_calls=min(scope.max_calls, outer.max_calls), **{
                axis: tuple(p for p in getattr(scope, axis) if any(covers(o, p) for o in getattr(outer, axis))) for axis in AXES})
            depth, ttl = max(0, before.depth_left - 1), min(ttl, before.exp - int(NOW))
        content = child(self.chain, cnf=ALICE, scope=scope, depth_left=depth, exp=int(NOW) + ttl)
        try:
            made = issue(ALICE_KEY, content, self.chain)
        except DelegationInvalid:
            assert reason_of(forged(ALICE_KEY, content, self.chain)) != "valid"
            return
        self.chain = made

    @invariant()
    def rights_only_shrink(self):
        if not hasattr(self, "chain"):
            return
        grant = verify(self.chain, frozenset({ROOT}), ORIGIN, NOW)
        for ancestor in grant.scopes:
            assert widening(grant.scopes[-1], ancestor) == ()


Delegating.TestCase.settings = settings(
    max_examples=CASES, stateful_step_count=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
TestDelegating = Delegating.TestCase
