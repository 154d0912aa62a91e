"""RFC 3161 timestamps: a request for a checkpoint note, and what a token must satisfy before it counts.

A token shows that the note existed at its time, signed by an authority whose root the verifier was given. Checked are the
status, the nonce, the imprint (SHA-256 of the note), the signature over the signed attributes, the one signing certificate
(named by ESSCertIDv2, for time stamping alone and critically so), and its chain at the time of the token. Revocation is not.
"""

from __future__ import annotations

import datetime
import hashlib

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from sensor.audit.outside.der import CONTEXT_0, OCTETS, OID, SEQUENCE, SET, BadDer, Element, encode, inside, only
from sensor.model.calls import Value
from sensor.model.errors import HandrailError

MAX_REPLY = 64 * 1024
_GRANTED = 0
# What the libraries raise about bytes that are no timestamp.
_REFUSALS = (
    VerificationError, ValueError, TypeError, LookupError, OverflowError, UnsupportedAlgorithm,
    x509.InvalidVersion, x509.ExtensionNotFound, x509.DuplicateExtension,
)
_SHA256 = "2.16.840.1.101.3.4.2.1"
_SIGNING_CERTIFICATE_V2 = bytes.fromhex("2a864886f70d010910022f")  # 1.2.840.113549.1.9.16.2.47
_HASHES = {bytes.fromhex("608648016503040201"): "sha256", bytes.fromhex("608648016503040202"): "sha384", bytes.fromhex("608648016503040203"): "sha512"}


class BadTimestamp(HandrailError):
    """A reply or token that proves nothing; says which check it failed."""


class Authorities(Value, frozen=True):
    """Certificates of a CA file: self-issued ones are trusted, the others only help to build a chain."""

    roots: tuple[x509.Certificate, ...]
    intermediates: tuple[x509.Certificate, ...] = ()


class Request(Value, frozen=True):
    """A TimeStampReq in DER, and the nonce that the reply must repeat."""

    der: bytes
    nonce: int


class Stamped(Value, frozen=True):
    """What a good token says: the moment (UTC) and the subject of the certificate that signed it."""

    at: datetime.datetime
    authority: str


def parse_authorities(pem: bytes) -> Authorities:
    """Certificates of a PEM file. Raises BadTimestamp when there is no root among them."""
    try:
        found = x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise BadTimestamp(f"The CA file holds no certificates: {error}", next_step="Give a PEM file with the authority's root certificate.") from error
    roots = tuple(one for one in found if one.issuer == one.subject)
    if not roots:
        raise BadTimestamp("The CA file holds no root certificate.", next_step="Add the self-signed certificate at the end of the authority's chain.")
    return Authorities(roots=roots, intermediates=tuple(one for one in found if one.issuer != one.subject))


def make_request(note: bytes) -> Request:
    """Ask for a timestamp of `note`: SHA-256, a fresh nonce, and the certificates with the reply."""
    made = TimestampRequestBuilder().data(note).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True).cert_request(cert_request=True).build()
    if made.nonce is None:
        raise BadTimestamp("The request has no nonce.")
    return Request(der=made.as_bytes(), nonce=made.nonce)


def check_reply(reply: bytes, note: bytes, authorities: Authorities, nonce: int | None = None) -> Stamped:
    """Check a TimeStampResp for `note`; without `nonce` (it is not kept) everything else. Raises BadTimestamp."""
    if len(reply) > MAX_REPLY:
        raise BadTimestamp(f"The reply is longer than {MAX_REPLY} bytes.")
    try:
        response = decode_timestamp_response(_with_sorted_certificates(reply))
        return _check(response, note, authorities, nonce)
    except _REFUSALS as error:
        raise BadTimestamp(f"The timestamp does not hold: {error}") from error


def _check(response: TimeStampResponse, note: bytes, authorities: Authorities, nonce: int | None) -> Stamped:
    if response.status != _GRANTED:
        raise VerificationError(f"status {response.status}: {' '.join(response.status_string)[:200]}")
    token, digest = response.tst_info, hashlib.sha256(note).digest()
    imprint = token.message_imprint
    if imprint.hash_algorithm.dotted_string != _SHA256 or imprint.message != digest:
        raise VerificationError("it is of other bytes than the note")
    if nonce is not None and token.nonce != nonce:
        raise VerificationError("it answers another request (nonce)")
    signer = named_signer(response)
    check_purpose(signer)
    builder = VerifierBuilder(roots=list(authorities.roots), intermediates=list(authorities.intermediates))
    builder.build().verify(response, digest)  # signature, chain at the token's time, purpose of the certificate
    at = token.gen_time
    if at.tzinfo is None:
        at = at.replace(tzinfo=datetime.timezone.utc)
    return Stamped(at=at, authority=signer.subject.rfc4514_string())


def _with_sorted_certificates(reply: bytes) -> bytes:
    """The reply with its certificates in the order of DER. OpenSSL leaves them as they come, and nothing signs that order."""
    status, *token = inside(only(reply, SEQUENCE))
    if not token:
        return reply
    kind, content = inside(token[0])
    (signed,) = inside(content, CONTEXT_0)
    parts = []
    for part in inside(signed):
        bodies = sorted(one.whole for one in inside(part, CONTEXT_0)) if part.tag == CONTEXT_0 else []
        parts.append(encode(CONTEXT_0, b"".join(bodies)) if bodies else part.whole)
    return encode(SEQUENCE, status.whole + encode(SEQUENCE, kind.whole + encode(CONTEXT_0, encode(SEQUENCE, b"".join(parts)))))


def named_signer(response: TimeStampResponse) -> x509.Certificate:
    """The one certificate that the signer info names, and that ESSCertIDv2 binds. Raises VerificationError, ValueError."""
    infos = tuple(response.signed_data.signer_infos)
    if len(infos) != 1:
        raise VerificationError(f"{len(infos)} signers instead of one")
    certificates = [x509.load_der_x509_certificate(der) for der in response.signed_data.certificates]
    named = [one for one in certificates if (one.issuer, one.serial_number) == (infos[0].issuer, infos[0].serial_number)]
    if len(named) != 1:
        raise VerificationError(f"{len(named)} certificates of the signer instead of one")
    algorithm, digest = _bound_certificate(response.time_stamp_token())
    if hashlib.new(algorithm, named[0].public_bytes(Encoding.DER)).digest() != digest:
        raise VerificationError("the signed attributes name another certificate (ESSCertIDv2)")
    return named[0]


def check_purpose(certificate: x509.Certificate) -> None:
    """Refuse a certificate that is not for time stamping alone, marked critical. Raises VerificationError, ExtensionNotFound."""
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise VerificationError("the certificate is not for time stamping alone, critically")


def _bound_certificate(token: bytes) -> tuple[str, bytes]:
    """Hash algorithm and hash of the first ESSCertIDv2 in the signed attributes. Raises BadDer."""
    _, content = inside(only(token, SEQUENCE))
    infos = inside(only(content.content, SEQUENCE))[-1]  # SignedData ends with its signer infos
    (info,) = inside(infos, SET)
    attributes = [element for element in inside(info) if element.tag == CONTEXT_0]
    if not attributes:
        raise BadDer("there are no signed attributes")
    for attribute in inside(attributes[0], CONTEXT_0):
        kind, values = inside(attribute)
        if (kind.tag, kind.content) == (OID, _SIGNING_CERTIFICATE_V2):
            (signing,) = inside(values, SET)
            return _cert_id(inside(inside(inside(signing)[0])[0]))
    raise BadDer("no signed attribute names the certificate (ESSCertIDv2)")


def _cert_id(parts: tuple[Element, ...]) -> tuple[str, bytes]:
    """ESSCertIDv2: the algorithm is left out when it is SHA-256."""
    algorithm = "sha256"
    if parts and parts[0].tag == SEQUENCE:
        name = inside(parts[0])[0].content
        if name not in _HASHES:
            raise BadDer("ESSCertIDv2 uses a hash other than SHA-2")
        algorithm, parts = _HASHES[name], parts[1:]
    if not parts or parts[0].tag != OCTETS:
        raise BadDer("ESSCertIDv2 has no hash")
    return algorithm, parts[0].content
