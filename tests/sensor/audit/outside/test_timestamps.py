"""Timestamps of a real authority (`openssl ts -reply`), and everything that must not count."""

from __future__ import annotations

import datetime
import hashlib
import subprocess

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from sensor.audit.outside.der import CONTEXT_0, SEQUENCE, SET, encode, inside, only
from sensor.audit.outside.timestamps import MAX_REPLY, BadTimestamp, check_reply, make_request, parse_authorities
from tests.sensor.audit.authority import Authority, make, needs_openssl

NOTE = b"local/device/0\n12\nAAAA\n\n- name sig\n"
ROOT = make("root of the tests")

pytestmark = needs_openssl


def stamp(tmp_path, signer, chain=(), note=NOTE, ess="sha256"):
    request = make_request(note)
    return request, Authority(tmp_path / "tsa", signer, chain, ess).reply(request.der)


@pytest.fixture
def stamped(tmp_path):
    return stamp(tmp_path, make("tsa", ROOT), (ROOT,))


def refused(words, reply, note=NOTE, root=ROOT, nonce=None):
    with pytest.raises(BadTimestamp) as told:
        check_reply(reply, note, parse_authorities(root.pem), nonce)
    assert words in told.value.message, told.value.message


def test_a_good_one_with_and_without_the_nonce(stamped):
    request, reply = stamped
    for nonce in (request.nonce, None):
        told = check_reply(reply, NOTE, parse_authorities(ROOT.pem), nonce)
        assert told.authority == "CN=tsa" and abs(told.at - datetime.datetime.now(datetime.timezone.utc)) < datetime.timedelta(minutes=5)


def test_openssl_reads_the_same(stamped, tmp_path):
    (tmp_path / "note").write_bytes(NOTE)
    (tmp_path / "tsr").write_bytes(stamped[1])
    (tmp_path / "ca").write_bytes(ROOT.pem)
    done = subprocess.run(["openssl", "ts", "-verify", "-data", str(tmp_path / "note"), "-in", str(tmp_path / "tsr"), "-CAfile", str(tmp_path / "ca")],
                          capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout + done.stderr


def test_requests_differ_and_ask_for_certificates():
    first, second = make_request(NOTE), make_request(NOTE)
    assert first.nonce != second.nonce and first.nonce > 0
    assert hashlib.sha256(NOTE).digest() in first.der and first.der.endswith(bytes.fromhex("0101ff"))  # certReq TRUE is the last field


def test_another_request_or_another_note(stamped):
    request, reply = stamped
    refused("nonce", reply, nonce=request.nonce + 1)
    refused("other bytes", reply, note=NOTE + b" ")


def test_another_root(stamped):
    refused("does not hold", stamped[1], root=make("another root"))
    refused("does not hold", stamped[1], root=make("root of the tests"))  # the same name, another key


def test_through_an_intermediate_that_came_with_the_token_or_with_the_ca_file(tmp_path):
    middle = make("middle", ROOT, is_ca=True)
    signer = make("tsa", middle)
    _, reply = stamp(tmp_path, signer, (middle,))
    assert check_reply(reply, NOTE, parse_authorities(ROOT.pem)).authority == "CN=tsa"
    _, bare = stamp(tmp_path, signer)
    refused("does not hold", bare)
    assert check_reply(bare, NOTE, parse_authorities(ROOT.pem + middle.pem)).authority == "CN=tsa"
    with pytest.raises(BadTimestamp, match="no root"):
        parse_authorities(middle.pem)


def test_an_intermediate_in_the_ca_file_is_no_root(tmp_path):
    foreign = make("foreign root")
    middle = make("middle", foreign, is_ca=True)
    _, reply = stamp(tmp_path, make("tsa", middle), (middle,))
    with pytest.raises(BadTimestamp):
        check_reply(reply, NOTE, parse_authorities(ROOT.pem + middle.pem))
    assert check_reply(reply, NOTE, parse_authorities(foreign.pem)).authority == "CN=tsa"


def test_an_issuer_that_is_no_authority(tmp_path):
    issuer = make("only a leaf", ROOT)
    _, reply = stamp(tmp_path, make("tsa", issuer), (issuer,))
    refused("does not hold", reply)


@pytest.mark.parametrize(("days", "ca_days"), [((-30, -1), (-40, 30)), ((1, 30), (-40, 30)), ((-40, 30), (-30, -1))])
def test_certificates_that_were_not_valid_at_that_time(tmp_path, days, ca_days):
    root = make("root", days=ca_days)
    _, reply = stamp(tmp_path, make("tsa", root, days=days), (root,))
    refused("does not hold", reply, root=root)


@pytest.mark.parametrize(("purposes", "critical"), [
    ((ExtendedKeyUsageOID.TIME_STAMPING,), False), ((ExtendedKeyUsageOID.CODE_SIGNING,), True),
    ((ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING), True),
])
def test_certificates_for_something_else(tmp_path, purposes, critical):
    # openssl refuses to sign with these: a good token, whose certificate is replaced in the check, stands for one
    from sensor.audit.outside import timestamps

    _, reply = stamp(tmp_path, make("tsa", ROOT), (ROOT,))
    response = timestamps.decode_timestamp_response(timestamps._with_sorted_certificates(reply))
    other = make("tsa", ROOT, purposes=purposes, critical=critical)
    with pytest.raises(timestamps.VerificationError, match="time stamping alone"):
        timestamps.check_purpose(other.cert)
    timestamps.check_purpose(timestamps.named_signer(response))


def test_only_esscertidv2_names_the_certificate(tmp_path):
    _, old = stamp(tmp_path, make("tsa", ROOT), (ROOT,), ess="sha1")
    refused("ESSCertIDv2", old)
    _, long = stamp(tmp_path, make("tsa", ROOT), (ROOT,), ess="sha512")
    assert check_reply(long, NOTE, parse_authorities(ROOT.pem)).authority == "CN=tsa"


def test_a_second_certificate_under_the_signers_name_and_number(tmp_path):
    """Certificates in a token are not signed: one that only looks like the signer's must not be taken for it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding

    signer = make("tsa", ROOT)
    fake_key = make("x", ROOT)
    fake = (x509.CertificateBuilder(subject_name=signer.cert.subject, issuer_name=signer.cert.issuer, public_key=fake_key.key.public_key(),
                                    serial_number=signer.cert.serial_number, not_valid_before=signer.cert.not_valid_before_utc, not_valid_after=signer.cert.not_valid_after_utc)
            .sign(fake_key.key, hashes.SHA256())).public_bytes(Encoding.DER)
    _, reply = stamp(tmp_path, signer, (ROOT,))
    refused("2 certificates of the signer", with_certificate(reply, fake))


def with_certificate(reply: bytes, extra: bytes) -> bytes:
    """The reply with one more certificate in its token."""
    status, token = inside(only(reply, SEQUENCE))
    kind, content = inside(token)
    (signed,) = inside(content, CONTEXT_0)
    parts = [encode(one.tag, one.content + extra) if one.tag == CONTEXT_0 else one.whole for one in inside(signed)]
    return encode(SEQUENCE, status.whole + encode(SEQUENCE, kind.whole + encode(CONTEXT_0, encode(SEQUENCE, b"".join(parts)))))


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_flipped_byte_is_refused_or_says_nothing(tmp_path):
    """What passes are version numbers and names of algorithms outside the signed parts: the same moment of the same authority for the same note."""
    _, reply = stamp(tmp_path, make("tsa", ROOT))  # without the root: what only fills a token is not covered, and not needed
    authorities = parse_authorities(ROOT.pem)
    good = check_reply(reply, NOTE, authorities)
    passed = set()
    for at in range(len(reply)):
        for mask in (0x01, 0x10, 0x80):
            bad = bytearray(reply)
            bad[at] ^= mask
            try:
                told = check_reply(bytes(bad), NOTE, authorities)
            except BadTimestamp:
                continue
            assert told == good
            passed.add(at)
    assert len(passed) < 30, sorted(passed)


@pytest.mark.parametrize("reply", [b"", b"\x30\x00", b"nothing", bytes(MAX_REPLY + 1), bytes.fromhex("30053003020102"), bytes.fromhex("30053003020100")])
def test_no_token_at_all(reply):
    refused("", reply)


def test_a_rejection_says_why(tmp_path):
    request = make_request(NOTE)
    authority = Authority(tmp_path / "tsa", make("tsa", ROOT), (ROOT,))
    (tmp_path / "tsa" / "tsa.cnf").write_text((tmp_path / "tsa" / "tsa.cnf").read_text().replace("sha256, sha512", "sha512"))
    refused("status 2", authority.reply(request.der))


def test_a_set_of_signers_is_refused(stamped):
    _, reply = stamped
    status, token = inside(only(reply, SEQUENCE))
    kind, content = inside(token)
    (signed,) = inside(content, CONTEXT_0)
    *parts, infos = inside(signed)
    doubled = b"".join(one.whole for one in parts) + encode(SET, infos.content * 2)
    refused("", encode(SEQUENCE, status.whole + encode(SEQUENCE, kind.whole + encode(CONTEXT_0, encode(SEQUENCE, doubled)))))
