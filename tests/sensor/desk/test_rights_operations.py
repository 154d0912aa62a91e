"""Operations on rights against a running sensor: what they change is enforced at once, recorded, and not for agents."""

import http.client
import json
import os
import time

import msgspec
import pytest
from nacl import bindings

from sensor.access.delegation import Block, issue, render_chain, verify
from sensor.access.keyring import Keyring
from sensor.access.proofs import prove
from sensor.access.scopes import WIDE, Scope
from sensor.access.tasks import proof_message
from sensor.ask import SensorRefused
from sensor.desk.rights_operations import RightsOperations

HOLDER, HOLDER_KEY = bindings.crypto_sign_seed_keypair(b"h" * 32)


@pytest.fixture
def roots(live):
    ring = Keyring(live.paths.keys / "roots")
    if not ring.all():
        ring.create("human")
    return ring


def chain(live, roots, **fields):
    now = int(time.time())
    base = {"v": 1, "aud": live.op("delegation.list")["origin"], "surface": "*", "scope": msgspec.structs.replace(WIDE, tools=("Read",)), "depth_left": 1,
            "nbf": now, "exp": now + 600, "cnf": HOLDER.hex(), "parent": "", "id": os.urandom(8).hex()}
    return issue(roots.secret("human"), Block(**{**base, **fields}))


def proof(key, about, body):
    nonce = f"{int(time.time())}-{os.urandom(6).hex()}"
    return f"{nonce}:{prove(key, about, body, nonce)}"


def verdict(live, body, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=60)
    token = (live.paths.run / "intake.token").read_text()
    connection.request("POST", "/api/v1/verdict", body, {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    value = json.loads(answer.read())
    connection.close()
    return answer.status, [finding["rule"] for finding in value.get("findings", ())]


def request(command="ls", call_id=None):
    return json.dumps({"agent": "ci", "tool_name": "Bash", "tool_input": {"command": command}, "cwd": "/tmp", "session_id": os.urandom(4).hex(),
                       "tool_use_id": call_id or os.urandom(4).hex()}).encode()


def test_a_delegated_session_keeps_to_its_delegation(live, roots):
    granted = chain(live, roots)
    shown = live.op("delegation.attach", session="d1", chain=render_chain(granted), by="sam")
    assert shown["depth_left"] == 1
    assert live.bash("ls", "d1a", session_id="d1")[1]["hookSpecificOutput"]["permissionDecision"] == "deny"
    assert live.bash("ls", "d1b", session_id="d2")[1] == {}
    entry = next(e for e in live.entries() if e.get("tool_use_id") == "d1a")
    assert entry["deleg"]["chain_sha256"] == shown["chain"] and entry["rules"][0]["id"] == "HR-ACC-001"
    assert "d1" in live.op("delegation.list")["sessions"]


def test_a_revoked_delegation_gives_nothing(live, roots):
    granted = chain(live, roots, scope=WIDE)
    live.op("delegation.attach", session="r1", chain=render_chain(granted), by="sam")
    assert live.bash("ls", "r1a", session_id="r1")[1] == {}
    live.op("delegation.revoke", digest=granted[0].digest, by="sam")
    assert live.bash("ls", "r1b", session_id="r1")[1]["hookSpecificOutput"]["permissionDecision"] == "deny"
    with pytest.raises(SensorRefused):
        live.op("delegation.verify", chain=render_chain(chain(live, roots, aud="elsewhere")))
    with pytest.raises(SensorRefused, match="revoked"):
        live.op("delegation.verify", chain=render_chain(granted))


def test_the_http_door_verifies_a_delegation_before_the_call(live, roots):
    granted = chain(live, roots, scope=WIDE)
    digest = verify(granted, frozenset({roots.public("human").public}), live.op("delegation.list")["origin"], time.time()).digest
    body, text = request(), render_chain(granted)
    assert verdict(live, body, **{"X-Handrail-Delegation": text, "X-Handrail-Proof": proof(HOLDER_KEY, digest, body)}) == (200, [])
    assert verdict(live, body, **{"X-Handrail-Delegation": text}) == (403, ["HR-DEL-001"]), "the same request again, without a proof"
    assert verdict(live, request(), **{"X-Handrail-Delegation": text}) == (403, ["HR-DEL-001"])
    assert verdict(live, request(), **{"X-Handrail-Delegation": "xx"}) == (403, ["HR-DEL-001"])
    narrow = chain(live, roots, scope=Scope(tools=("Read",), max_calls=5))
    digest = verify(narrow, frozenset({roots.public("human").public}), live.op("delegation.list")["origin"], time.time()).digest
    body = request()
    status, rules = verdict(live, body, **{"X-Handrail-Delegation": render_chain(narrow), "X-Handrail-Proof": proof(HOLDER_KEY, digest, body)})
    assert status == 403 and "HR-ACC-001" in rules


def test_a_task_key_is_started_used_listed_and_ended(live):
    started = bindings.crypto_sign(proof_message("build", "ci"), HOLDER_KEY)[:64].hex()
    key = live.op("task.start", task="build", agent="ci", holder=HOLDER.hex(), proof=started, ttl=60, scope=msgspec.to_builtins(WIDE))
    body = request()
    assert verdict(live, body, **{"X-Handrail-Task": key["id"], "X-Handrail-Proof": proof(HOLDER_KEY, f"task {key['id']}", body)}) == (200, [])
    assert key["id"] in [one["id"] for one in live.op("task.list")["keys"]]
    assert live.op("task.end", name="build", by="sam")["ended"] == [key["id"]]
    body = request()
    status, rules = verdict(live, body, **{"X-Handrail-Task": key["id"], "X-Handrail-Proof": proof(HOLDER_KEY, f"task {key['id']}", body)})
    assert (status, rules) == (403, ["HR-DEL-001"])
    with pytest.raises(SensorRefused):
        live.op("task.end", name="build")
    with pytest.raises(SensorRefused, match="4 hours"):
        live.op("task.start", task="long", agent="ci", holder=HOLDER.hex(), proof=started, ttl=5 * 3600, scope=msgspec.to_builtins(WIDE))


def test_every_session_has_a_visible_key_that_a_person_can_end(live):
    live.bash("ls", "k1", session_id="keyed")
    key = next(one for one in live.op("task.list")["keys"] if one["session"] == "keyed")
    assert key["holder"] == "session"
    live.op("task.end", name=key["id"], by="sam")
    assert live.bash("ls", "k2", session_id="keyed")[1]["hookSpecificOutput"]["permissionDecision"] == "deny"


def test_an_agent_is_suspended_and_resumed_at_once(live):
    assert live.op("agent.suspend", agent="claude-code", by="sam")["after"] == "suspended"
    try:
        assert live.bash("ls", "u1", session_id="u")[1]["hookSpecificOutput"]["permissionDecision"] == "deny"
    finally:
        live.op("agent.resume", agent="claude-code", by="sam")
    assert live.bash("ls", "u2", session_id="u")[1] == {}
    assert [e["change"]["after"] for e in live.entries() if e["kind"] == "config_change" and "agent claude-code" in e["change"]["what"]] == ["suspended", "active"]


def test_the_table_names_what_it_answers():
    operations = RightsOperations(tasks=None, delegations=None, risk=None, origin="", settings=None, recorder=None, person=None, now=None)
    assert set(operations.table()) >= {"task.start", "task.end", "delegation.attach", "delegation.revoke", "agent.suspend", "agent.resume"}
