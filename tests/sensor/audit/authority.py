"""A real timestamp authority: certificates of our own, `openssl ts -reply`, and a loopback server in front of it."""

from __future__ import annotations

import datetime
import http.server
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="the program openssl is not installed: no real timestamp authority")
NOW = datetime.datetime.now(datetime.timezone.utc)
CONFIG = """
[ tsa ]
serial = {folder}/serial
default_policy = 1.2.3.4.1
digests = sha256, sha512
signer_digest = sha256
ess_cert_id_chain = no
ess_cert_id_alg = {ess}
accuracy = secs:1
crypto_device = builtin
"""


class Pair(NamedTuple):
    """A certificate and its private key."""

    cert: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.cert.public_bytes(serialization.Encoding.PEM)


def make(name: str, issuer: Pair | None = None, *, days: tuple[int, int] = (-2, 30), purposes=(ExtendedKeyUsageOID.TIME_STAMPING,), critical=True, is_ca=False) -> Pair:
    """A certificate valid from and to `days` from now; without an issuer a root."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    is_ca = is_ca or issuer is None
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer.cert.subject if issuer else subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(NOW + datetime.timedelta(days=days[0])).not_valid_after(NOW + datetime.timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
    )
    if not is_ca:
        builder = builder.add_extension(x509.ExtendedKeyUsage(list(purposes)), critical=critical)
    return Pair(builder.sign((issuer.key if issuer else key), hashes.SHA256()), key)


class Authority:
    """`signer` stamps with certificates of `chain` included. Its files lie in `folder`."""

    def __init__(self, folder: Path, signer: Pair, chain: tuple[Pair, ...] = (), ess: str = "sha256") -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder, ess=ess))
        (folder / "signer.pem").write_bytes(signer.pem)
        (folder / "chain.pem").write_bytes(b"".join(one.pem for one in chain))
        (folder / "signer.key").write_bytes(signer.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        self._chain = ("-chain", str(folder / "chain.pem")) if chain else ()

    def reply(self, query: bytes) -> bytes:
        """What openssl answers."""
        (self._folder / "query").write_bytes(query)
        subprocess.run(["openssl", "ts", "-reply", "-config", str(self._folder / "tsa.cnf"), "-section", "tsa", "-queryfile", str(self._folder / "query"),
                        "-signer", str(self._folder / "signer.pem"), "-inkey", str(self._folder / "signer.key"), *self._chain,
                        "-out", str(self._folder / "reply")], check=True, capture_output=True, timeout=30)
        return (self._folder / "reply").read_bytes()


class Served:
    """`answer` behind http on a free loopback port; counts the requests."""

    def __init__(self, answer: Callable[[bytes], bytes], status: int = 200, kind: str = "application/timestamp-reply", headers=()) -> None:
        self.requests: list[bytes] = []
        served = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                served.requests.append(query)
                body = answer(query)
                self.send_response(status)
                for name, value in (("Content-Type", kind), *headers):
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except ConnectionError:
                    pass  # the client had enough

            def log_message(self, *unused: object) -> None:
                """Nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Served:
        self._thread.start()
        return self

    def __exit__(self, *unused: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/tsa"
