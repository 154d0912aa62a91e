"""Forms that are only redacted: each is taken out, what stands beside it stays, and none of them is a finding."""

from __future__ import annotations

import base64
import random
import re

import pytest

from sensor.detectors.redact import Redactor
from sensor.detectors.reports import report_secrets
from sensor.detectors.unreported import (
    PLACES,
    SAID,
    UNREPORTED,
    inserted_values,
    is_said,
    secret_values,
    table_cells,
)
from sensor.model.effects import TextField
from sensor.patterns import syntax
from sensor.patterns.passes import PatternPass, compile_exact

PLAIN, MIXED = "qzwmfkdpxrtb", "Harbor-9xk"
COMMANDS = [
    "vault login {}", "vault login -no-print {}", "cargo login {}", "cargo login --registry=r {}", "bw unlock {}", "bw login bob@acme.test {}", "poetry config http-basic.r bob {}",
    "composer config -g http-basic.repo.acme.test bob {}", "bundle config set gems.acme.test bob:{}", "aws ssm put-parameter --name p --type SecureString --value {}",
    "aws ssm put-parameter --name p --value '{}' --type SecureString", "aws configure set aws_secret_access_key {}", "az keyvault secret set --vault-name v --name n --value {}",
    "gh secret set K -b {}", 'gh secret set K -b"{}"', "gh secret set K --body {}", "fly secrets set K={}", "supabase secrets set A_KEY='{}'", "pulumi config set --secret db:pw {}",
    "pulumi config set db:pw {} --secret", "dotnet user-secrets set Db:Pw {}", "uv publish -t {}", "poetry publish -u b -p {}", "dotnet nuget push a -k {}", "mc alias set m http://h:9000 admin {}",
    "mysqladmin -u root password {}", "redis-cli AUTH {}", "redis-cli -h h config set requirepass {}", "curl --oauth2-bearer {} https://h", "net user bob {} /add", "nmcli dev wifi connect H password {}",
    "nmcli con add type wifi wifi-sec.psk {}", "wpa_passphrase H {}", "wpa_passphrase 'My Home' {}", "rclone obscure {}", "rclone config create r sftp pass {}", "dvc remote modify r password {}",
    "rabbitmqadmin -u b -p {} list", "mosquitto_pub -u b -P {} -t x", "kadmin -w {} -q x", "security add-generic-password -a b -s x -w {}", "etcdctl --user root:{} get x",
    "kubectl create secret generic x --from-literal=pw={}", "htpasswd -nb bob {}", "openssl passwd -6 {}", "ansible-vault encrypt_string {} --name p", 'echo "::add-mask::{}"',
    "echo {} | gh auth login --with-token", "echo {} | wrangler secret put K", "gcloud secrets create x --data-file=- <<< {}", "setenv DB_PASSWORD {}", "set -x DB_PASSWORD {}",
    'expect -c \'spawn ssh h; expect "assword:"; send "{}\\r"\'',
]
TEXTS = [
    "root:{}@tcp(10.0.0.5:3306)/prod?parseTime=true", "oracle+cx_oracle://scott:{}@h:1521/x", "default login anonymous password {}", "password: |\n  {}\n", "db:\n  password: >-\n    {}\n  host: h\n",
    "username bob password 0 {}", "enable secret 5 {}", "requests.get(u, auth=('bob', '{}'))", "INSERT INTO users (name, password) VALUES ('bob', '{}');",
]
SAYINGS = [
    "[remote]\npass = {}\n", "pw: {}", "user bob\npassword {}\n", "poll h user bob password {}", "DEBUG login(username=bob, password={})", "my password is {}", "use password {} for the database",
    "password for staging: {}", "password -> {}", "Access denied (using password: {})", "the password was changed to {} yesterday",
]
HARMLESS = [
    "vault login -method=userpass username=bob", "vault login $TOKEN", "cargo login", "cargo login --registry r", "bw unlock --check", "gh secret set K --body \"$VALUE\"", "gh secret set K -b {{value}}", "gh secret list --app actions",
    "aws ssm put-parameter --name p --type String --value harbor", "fly secrets list --app x", "pulumi config set region eu-west-1", "net user base grew by ten", "mosquitto_sub -p 1883 -t x", "openssl passwd -6 -stdin",
    "echo hello | docker build -", "root:x@tcp", "git@github.com:a/b.git", "password: |\n  {{ vault_password }}\n", "set -x PATH /usr/bin", "enable secret scanning for the repository", "auth=(user, password)",
    "INSERT INTO users (name, password) VALUES (?, ?)", "pass = first\n", "pass = true\n", "login(user=name, password=password)", "connect(password=settings.password)", "the password is hashed with sha256 and salted",
    "password base64-encoded", "password: 8-64 characters", "the password policy of 2024", "use a password manager", "password for the database: see the vault", "user bob passed 12 tests", "expo_router_navigation_container_ref_name",
    "key_of_the_row", "data:\n  name: first-value\n", "const rows = [\n  'password',\n  'required',\n  'sha256sum',\n];", "name\tvalue\npasswd\tv1.2-x\nother\tv1.3-x\n", "set, password\nand, base9x\n",
]


@pytest.fixture(scope="module")
def redactor(scanner):
    return Redactor(scanner, bytes(32))


@pytest.mark.parametrize("text", [*(text.format(PLAIN) for text in COMMANDS + TEXTS), *(text.format(MIXED) for text in COMMANDS + TEXTS + SAYINGS)])
def test_what_stands_there_is_taken_out(redactor, text):
    clean = redactor.redact(text)
    assert PLAIN not in clean.text and MIXED not in clean.text and clean.count == 1
    before, _, after = re.split(f"({PLAIN}|{MIXED})", text)
    assert clean.text.startswith(before) and clean.text.endswith(after)


@pytest.mark.parametrize("text", HARMLESS)
def test_words_variables_and_code_stay(redactor, text):
    assert redactor.redact(text).text == text


def test_none_of_them_is_reported(scanner, shell, text):
    for known in COMMANDS + TEXTS:
        said = known.format(PLAIN)
        hits = scanner.find(said.encode())
        assert hits and report_secrets(hits, text(said, TextField.CONTENT), shell("x")) == [], said


@pytest.mark.parametrize("known", UNREPORTED, ids=lambda known: known.pattern[:40])
def test_every_engine_reads_every_pattern(known):
    assert not any("linear" in complaint for complaint in syntax.complaints(known.pattern))
    assert compile_exact(known.pattern).groups == compile_exact(known.pattern, native=False).groups == 1 and not known.reported


def test_every_engine_finds_the_same_places():
    native, plain = PatternPass(PLACES + SAID), PatternPass(PLACES + SAID, native=False)
    for text in [*(text.format(MIXED) for text in COMMANDS + TEXTS + SAYINGS), *HARMLESS]:
        assert native.hits(text.encode()) == plain.hits(text.encode()), text


def test_several_values_in_one_command_are_all_taken(redactor):
    for text in ("fly secrets set A=%s B=%s C='%s'", "kubectl create secret generic x --from-literal=a=%s --from-literal=b=%s --from-literal=c=%s", r"printf '%s\n%s\n' | passwd bob; : %.0s"):
        clean = redactor.redact(text % ("harborxx", "harboryy", "harborzz"))
        assert "harbor" not in clean.text and clean.count == text.count("%s")


@pytest.mark.parametrize(("table", "expected"), [
    ("user,password,age\nbob,Harbor9x,9\neve,x-Winter-7,10\n", ["Harbor9x", "x-Winter-7"]), ('"user";"password"\n"bob";"Harbor9x"\n', ["Harbor9x"]), ("name\tdb_password\nbob\tHarbor9x\n", ["Harbor9x"]),
    (" user | password \n------+----------\n bob  | Harbor9x\n eve  | Winter!x\n(2 rows)\n", ["Harbor9x", "Winter!x"]), ("| user | password |\n|---|---|\n| bob | `Harbor9x` |\n", ["Harbor9x"]),
    ("| user | password |\n|---|---|\n| bob | required |\n| eve | see below |\n", []), ("user,password\nbob,Harbor9x\n\nnext,Winter9x\n", ["Harbor9x"]), ("     1→user,password\n     2→bob,Harbor9x\n", ["Harbor9x"]),
    ("password\nHarbor9x\n", []), ("set a user, password\nthen Harbor9x, Winter9x\n", []), ("apt\tpasswd\t1:4.13\napt\tbinutils-2x\t2.40\n", []), ("apt\tgcc\t12\napt\tpasswd\t1:4\napt\tbinutils-2x\t2\n", []),
])
def test_a_column_of_passwords(table, expected):
    data = table.encode()
    starts = [found.span(1)[0] for found in compile_exact(next(known.pattern for known in UNREPORTED if known.proof.value == "table")).finditer(data)]
    assert [data[first:last].decode() for start in starts for first, last in table_cells(data, start)] == expected


def test_the_values_of_a_secret_of_kubernetes():
    text = "kind: Secret\nmetadata:\n  name: my-own\nstringData:\n  admin: harborxx\n  other: \"harbor yy\"\n  file: |\n    harborzz\n  from: {{ .Values.pw }}\ntype: Opaque\ndata:\n  admin: aGFyYm9yeHg=\n"
    data = text.encode()
    found = [data[first:last].decode() for place in re.finditer(rb"(stringData|data):", data) for first, last in secret_values(data, *place.span(1))]
    assert found == ["harborxx", "harbor yy", "harborzz", "aGFyYm9yeHg="]
    data = b"kind: ConfigMap\ndata:\n  admin: harborxx\n"
    assert list(secret_values(data, data.index(b"data"), data.index(b"data") + 4)) == []


@pytest.mark.parametrize("kind", ["RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"])
def test_a_key_whose_lines_are_numbered_or_whose_head_is_cut_off(redactor, kind):
    body = base64.b64encode(random.Random(5).randbytes(240)).decode()
    lines = [f"-----BEGIN {kind}-----", *(body[place:place + 64] for place in range(0, len(body), 64)), f"-----END {kind}-----"]
    numbered = "\n".join(f"{number:6}→{line}" for number, line in enumerate(lines, 1))
    for text in (numbered, numbered.replace("→", "\t"), "\n".join(lines[2:]), numbered.partition("\n")[2], "\\n".join(lines[2:])):
        clean = redactor.redact(f"before\n{text}\nafter")
        assert not any(line in clean.text for line in lines[2:-1]) and clean.text.startswith("before\n") and clean.text.endswith("\nafter") and clean.count == 1


def test_cookies_and_tokens_with_a_prefix(redactor, token):
    for secret in ("xo" + "xd-" + token(60), "sntr" + "ys_" + token(30) + "/+" + token(40), "key" + "_" + token(64, "0123456789abcdef"), "ex" + "po_" + token(32), "tf" + "p_" + token(44), "un" + "key_" + token(24)):
        assert secret not in redactor.redact(f"echo {secret} | wc -c").text
    jar = "# Netscape HTTP Cookie File\n#HttpOnly_.acme.test\tTRUE\t/\tTRUE\t1893456000\tid\t%s\n.acme.test\tTRUE\t/\tFALSE\t0\ttheme\tdark\n"
    secret = token(32)
    assert redactor.redact(jar % secret).text == re.sub(r"%s", redactor.redact(jar % secret).text.split("\t")[6].partition("\n")[0], jar) and secret not in redactor.redact(jar % secret).text


@pytest.mark.parametrize(("value", "expected"), [(MIXED, True), ("Winter!x", True), (PLAIN, False), ("sha256sum", False), ("http2", False), ("123456", False), ("password16", False), ("$VAR1x", False), ("16-bit", False)])
def test_what_can_be_a_password_in_a_sentence(value, expected):
    assert is_said(value) is expected


@pytest.mark.parametrize(("statement", "expected"), [
    ("INSERT INTO users (name, password) VALUES ('a', 'Harbor-9xk'), ('b', 'Tulip-4qw');", [b"Harbor-9xk", b"Tulip-4qw"]),
    ("insert into `users` (`password`, `name`) values\n('Harbor-9xk','a, b; c'),\n('it''s-9x','b')", [b"Harbor-9xk", b"it''s-9x"]),
    ('INSERT INTO "users"("id","api_token","n") VALUES (1, "Harbor-9xk", 2), (2, NULL, 3)', [b"Harbor-9xk"]),
    ("insert into users (name, password) values ('a', 'Harbor-9xk'); select 'b', 'Tulip-4qw'", [b"Harbor-9xk"]),
    ("insert into users (name, secret_level) values ('a', 'Harbor-9xk')", []),
])
def test_every_row_of_an_insert(statement, expected):
    data = statement.encode()
    start, end = (data.index(sign) + place for sign, place in ((b"(", 1), (b")", 0)))
    assert [data[first:last] for first, last in inserted_values(data, start, end)] == expected


def test_every_row_of_an_insert_is_taken_out(redactor):
    clean = redactor.redact("INSERT INTO users (name, password) VALUES ('a', 'Harbor-9xk'), ('b', 'Tulip-4qw');").text
    assert "Harbor" not in clean and "Tulip" not in clean and "('a', '[redacted:" in clean
