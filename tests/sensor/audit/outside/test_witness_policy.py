"""Policy files: quorums of witnesses and groups, and every line that must be refused."""

from __future__ import annotations

import pytest

from sensor.audit.form.keys import MemorySigner
from sensor.audit.form.notes import ED25519, parse_checkpoint, render_checkpoint
from sensor.audit.outside.cosignatures import COSIGNATURE, NoteKey, add_lines, cosign
from sensor.audit.outside.witness_policy import PolicyError, parse_policy

LOG = MemorySigner(bytes(32))
SIGNERS = {name: MemorySigner(name.encode() * 32) for name in "abc"}
KEYS = {name: NoteKey(name=f"w/{name}", type=COSIGNATURE, public=signer.public) for name, signer in SIGNERS.items()}
LOG_KEY = NoteKey(name="local/d/0", type=ED25519, public=LOG.public)
HEAD = f"# ours\nlog {LOG_KEY.text()}\n\n" + "".join(f"witness {name} {key.text()} http://127.0.0.1:{number}\n" for number, (name, key) in enumerate(KEYS.items(), 1))


def note(*names: str):
    data = render_checkpoint("local/d/0", 5, bytes(32), LOG)
    body = parse_checkpoint(data).body
    return parse_checkpoint(add_lines(data, b"".join(cosign(body, f"w/{name}", SIGNERS[name], 9) for name in names)))


@pytest.mark.parametrize(("rest", "enough", "too_few"), [
    ("quorum a", ["a", "ab"], ["", "bc"]),
    ("group g 2 a b c\nquorum g", ["ab", "bc", "abc"], ["", "a", "c"]),
    ("group g all a b\nquorum g", ["ab"], ["a", "bc"]),
    ("group g any b c\ngroup h all a g\nquorum h", ["ab", "ac"], ["a", "bc"]),
    ("quorum none", ["", "a"], []),
])
def test_quorums(rest, enough, too_few):
    policy = parse_policy(HEAD + rest)
    assert all(policy.is_satisfied(note(*names)) for names in enough)
    assert not any(policy.is_satisfied(note(*names)) for names in too_few)


def test_what_a_policy_tells():
    policy = parse_policy(HEAD + "quorum none")
    assert policy.log("local/d/0") == LOG_KEY and policy.log("local/d/1") is None
    assert policy.cosigners(note("c", "a")) == ("a", "c") and policy.witnesses[1].url == "http://127.0.0.1:2"


@pytest.mark.parametrize("rest", [
    "", "quorum x", "quorum a\nquorum b", "group g 3 a b\nquorum g", "group g 0 a\nquorum g", "group g any x\nquorum g", "group a any b\nquorum a",
    "group g some a\nquorum g", "witness d\nquorum a", f"witness d {LOG_KEY.text()}\nquorum a", f"log {KEYS['a'].text()}\nquorum a", "log junk\nquorum a", "hello\nquorum a",
    f"witness none {KEYS['a'].text()}\nquorum none",
])
def test_what_is_refused(rest):
    with pytest.raises(PolicyError):
        parse_policy(HEAD + rest)
