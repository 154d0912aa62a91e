from __future__ import annotations

import base64
import json
import string
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensor.detectors.secrets import SecretScanner

HEX = "0123456789abcdef"
UPPER = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
SHARED = SecretScanner()


def kinds(scanner, text):
    return [hit.format.kind for hit in scanner.find(text.encode())]


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda t: "gh" + "o_" + t(36), "github-token"),
        (lambda t: "github" + "_pat_" + t(82, string.ascii_letters + string.digits + "_"), "github-token"),
        (lambda t: "gl" + "pat-" + t(20), "gitlab-token"),
        (lambda t: "AK" + "IA" + t(16, UPPER), "aws-key-id"),
        (lambda t: "aws_secret_access_key = " + t(40, string.ascii_letters + string.digits + "/+"), "aws-secret-key"),
        (lambda t: "sk-" + "ant-api03-" + t(95, string.ascii_letters + string.digits + "_-"), "anthropic-key"),
        (lambda t: "sk-" + t(20) + "T3Blbk" + "FJ" + t(20), "openai-key"),
        (lambda t: "sk_" + "live_" + t(24), "stripe-key"),
        (lambda t: "AI" + "za" + t(35, string.ascii_letters + string.digits + "_-"), "google-api-key"),
        (lambda t: "xo" + "xb-" + t(12, string.digits) + "-" + t(12, string.digits) + "-" + t(24), "slack-token"),
        (lambda t: "npm" + "_" + t(36), "npm-token"),
        (lambda t: "hf" + "_" + t(34), "huggingface-token"),
        (lambda t: "hv" + "s." + t(24), "vault-token"),
        (lambda t: "dop" + "_v1_" + t(64, HEX), "digitalocean-token"),
        (lambda t: "SG" + "." + t(22) + "." + t(43), "sendgrid-key"),
        (lambda t: "AK" + "Cp" + t(69), "artifactory-token"),
        (lambda t: "//registry.acme.net/:_auth" + "Token=" + t(36), "npm-token"),
        (lambda t: "kubeadm join --token " + t(6, string.ascii_lowercase + string.digits) + "." + "7" + t(15, string.ascii_lowercase + string.digits), "kubernetes-token"),
        (lambda t: "mdb_sa_" + "sk_" + t(40), "mongodb-atlas-secret"),
        (lambda t: "https://api.softlayer.com/rest/v3.1/" + t(64, HEX), "softlayer-key"),
        (lambda t: "cloudant_password = " + t(64, HEX), "cloudant-key"),
        (lambda t: "vault operator unseal " + t(44), "vault-unseal-key"),
        (lambda t: "EZ" + "AK" + t(54), "payment-key"),
        (lambda t: "sonar.login := " + t(40, HEX), "quality-token"),
        (lambda t: "$6$" + t(8) + "$" + t(86), "password-hash"),
        (lambda t: "curl -X POST \\\n  --user 'bot':'" + t(16) + "' https://x.example.net", "curl-user"),
        (lambda t: base64.b64encode(("gh" + "p_" + t(36)).encode()).decode(), "coded-token"),
        (lambda t: "eyJhbGciOiJSU0EtT0FFUCJ9" + "." + ".".join(t(n) for n in (80, 16, 60, 22)), "jwt"),
        (lambda t: "v2." + "local." + t(90, string.ascii_letters + string.digits + "_-"), "paseto"),
        (lambda t: json.dumps({"kty": "EC", "crv": "P-256", "x": t(43), "y": t(43), "d": t(43)}), "private-key"),
        (lambda t: json.dumps({"d": t(43), "crv": "P-256", "kty": "EC"}), "private-key"),
        (lambda t: "<RSAKeyValue><Modulus>" + t(171) + "=</Modulus><D>" + t(171) + "=</D></RSAKeyValue>", "private-key"),
        (lambda t: "---- BEGIN SSH2 " + "ENCRYPTED PRIVATE KEY ----\n" + t(64) + "\n" + t(64) + "\n---- END SSH2 ENCRYPTED PRIVATE KEY ----", "private-key"),
        (lambda t: "signify " + "secret key\nRW" + t(138), "minisign-key"),
        (lambda t: "bob:500:" + t(32, HEX) + ":" + t(32, HEX) + ":::", "nt-hash"),
        (lambda t: "define('AUTH" + "_KEY', '" + t(30) + " <{" + t(31) + "')", "app-secret"),
        (lambda t: "mnemonic = '" + " ".join(t(5, string.ascii_lowercase) for _ in range(12)) + "'", "wallet-words"),
        (lambda t: "'Authorization': 'Basic ' + '" + base64.b64encode(("bob:" + t(12)).encode()).decode() + "'", "authorization"),
        (lambda t: "ATN" + t(23) + "." + t(6) + "." + t(38), "discord-token"),
        (lambda t: "postgres" + "://app:" + t(14) + "@db.example.net/main", "url-password"),
        (lambda t: "-----BEGIN " + "PRIVATE KEY-----\n" + t(64) + "\n" + t(64) + "\n-----END " + "PRIVATE KEY-----", "private-key"),
    ],
)
def test_issued_tokens_are_found_by_their_format(scanner, token, make, kind):
    text = make(token)
    assert kinds(scanner, f"x = {text}\n") == [kind]
    hit = scanner.find(text.encode())[0]
    assert hit.certain and not hit.weak


@pytest.mark.parametrize(
    "text",
    [
        "AK" + "IA" + "IOSFODNN7" + "EXAMPLE",
        "gh" + "p_" + "x" * 36,
        "password = os.environ['DB_PASSWORD']",
        "api_key: ${API_KEY}",
        "token: <your-token>",
        'const apiKey = "your-api-key-here"',
        "sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "integrity sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVjcXPs17LhbZVGedAJv8XZ1tvj5FvSg==",
        "id = 123e4567-e89b-12d3-a456-426614174000",
        "def get_token(self, request): return self.tokens[request.user]",
        "max_tokens = 4096",
        "postgres" + "://user:" + "password" + "@localhost:5432/app",
        "postgres" + "://readonly:" + "readonly" + "@localhost:5432/app",
        "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----",
        "s.handleConnectionUpgradeNow(request)",
        "mnemonic: '" + "test " * 11 + "junk'",
        "permission aws: s3:RemoveEveryGrantOfOneInstanceForResources",
        '"aws:policy/WarehouseRoute53AutoRecordFullAccess"',
        "p := s.Prog(obj.APCALIGNMAX)",
        "names = ['APCodeAnchorKind', 'APActivation']",
        "AAOCAQ8A\nAKCkPq3vZ7Lw1xTf9Rb2Ns/ed5GQ\nQA==",
        "default_auth = serverless_api_of_this_account.Authorizer",
        "if tokens[at] == tokens.closingofaclause:",
        "const url = new URL('https://abc:xyz@example.com');",
        '{"kty": "RSA", "e": "AQAB", "n": "f3Kq9ZtL2vXbN8wRy5PdA7mQ4sGh1jUe"}',
    ],
)
def test_examples_variables_and_digests_are_no_secrets(scanner, text):
    assert [hit for hit in scanner.find(text.encode()) if not hit.weak] == []


@pytest.mark.parametrize("text", ["postgres" + "://readonly:" + "writeonly" + "@localhost:5432/app", "postgres" + "://readonly:" + "readonly" + "@db1.acme-shop.io:5432/app"])
def test_a_name_is_a_password_on_this_machine_only(scanner, text):
    assert [hit for hit in scanner.find(text.encode()) if not hit.weak]


def test_a_web_token_is_proven_by_its_header(scanner, token):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    assert kinds(scanner, f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part({'sub': '1', 'n': 'a'})}.{token(43)}") == ["jwt"]


def test_a_generic_secret_gives_way_to_the_vendors(scanner, token):
    secret = "gh" + "p_" + token(36)
    assert kinds(scanner, f'github_token = "{secret}"') == ["github-token"]


def test_spans_are_bytes_of_the_secret_alone(scanner, token):
    secret = "gl" + "pat-" + token(20)
    data = f"größe: {secret} ende".encode()
    span = scanner.find(data)[0].span
    assert data[span.start:span.end].decode() == secret


def test_a_token_of_one_letter_is_only_a_weak_hit(scanner):
    hits = scanner.find(("AK" + "IA" + "Q" * 16).encode())
    assert [hit.weak for hit in hits] == [True]


@pytest.mark.parametrize(("text", "found"), [("if token == 'hunter-7x-live':", True), ("if kind == 'password':", False), ("acme TOKEN ab12cd34ef56ab78cd90", True)])
def test_weak_hits_of_comparisons_and_neighbours(scanner, text, found):
    assert any(hit.weak for hit in scanner.find(text.encode())) is found


def test_the_best_known_password_of_all_in_an_address_is_a_weak_hit(scanner):
    assert [(hit.format.kind, hit.weak) for hit in scanner.find(b"amqp" + b"://app:" + b"password" + b"@queue.acme.net/")] == [("url-password", True)]
    assert scanner.find(b"amqp" + b"://app:" + b"your-password" + b"@queue.acme.net/") == ()


def test_a_web_token_with_blanks_in_its_header_is_one(scanner, token):
    header, payload = (base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (b'{ "alg": "HS256" }', b'{ "sub": 1 }'))
    assert kinds(scanner, f"{header}.{payload}.{token(43)}") == ["jwt"]


def test_a_password_in_its_place_is_a_weak_hit_and_leaves_the_log(scanner):
    hits = scanner.find(b"username: bob\npassword: blueharbor\n")
    assert [(hit.format.id, hit.weak) for hit in hits] == [("GENERIC", True)]
    assert scanner.find(b"password: string\n") == ()


def test_part_of_a_longer_base64_text_is_no_vendors_key(scanner, token):
    assert "payment-key" not in kinds(scanner, "data = " + token(10) + "+EZ" + "AK" + token(54) + "/" + token(8))


@settings(max_examples=60)
@given(st.binary(max_size=600))
def test_any_bytes_are_scanned(data):
    for hit in SHARED.find(data):
        assert 0 <= hit.span.start < hit.span.end <= len(data)


@settings(max_examples=25)
@given(st.text(max_size=200))
def test_both_engines_find_the_same(text):
    assert SHARED.find(text.encode("utf-8", "replace")) == PLAIN.find(text.encode("utf-8", "replace"))


PLAIN = SecretScanner(native=False)


def test_a_name_given_nothing_thousands_of_times_costs_no_more_than_reading_it(scanner):
    def cost(count):
        data = b"password=" * count
        scanner.find(data)
        started = time.process_time()
        scanner.find(data)
        return time.process_time() - started

    assert cost(60_000) < 4 * cost(30_000) + 0.02
    assert cost(60_000) < 0.2


def test_a_text_is_bare_when_no_format_occurs_in_it_proven_or_not(scanner, token):
    assert scanner.is_bare(b"git status --short\n") and not scanner.is_bare(b"token gh" + b"p_" + token(36).encode())
    assert not scanner.is_bare(b"token gh" + b"p_" + b"x" * 36), "a placeholder is no secret, but looks like one"
    assert not scanner.is_bare(b"word " * 4000), "too long to be remembered"
