from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensor.detectors.redact import Redacted, Redactor
from sensor.detectors.secrets import SecretScanner

KEY = b"0123456789abcdef0123456789abcdef"
SHARED = Redactor(SecretScanner(), KEY)


def test_the_secret_is_gone_and_the_text_around_it_stays(token):
    secret = "gh" + "p_" + token(36)
    redacted = SHARED.redact(f"curl -H 'Authorization: token {secret}' https://api.example.com")
    assert secret not in redacted.text and redacted.text.startswith("curl -H") and redacted.text.endswith("https://api.example.com")
    assert redacted.count == 1 and redacted.kinds == ("github-token",)


@pytest.mark.parametrize("text", [
    '{"password":"%s"}', '{"password":["%s"]}', '"{\\"password\\":\\"%s\\"}"', """curl -d "{\\"password\\": \\"%s\\"}" https://a.example""", "https://a.example/x?api_key=%s&b=1",
])
def test_a_password_in_json_whatever_is_around_it(text):
    assert "Tr0ub4dor-horse9" not in SHARED.redact(text % "Tr0ub4dor-horse9").text


PLAIN = "qzwmfkdpxrtb"  # no digit, no sign, no chance that can be measured: only the place speaks


@pytest.mark.parametrize("text", [
    'curl -d "{\\"password\\":\\"%s\\"}" https://a.example', '{"credentials":{"user":"u","value":"%s"}}', '{"fields":[{"name":"Password","type":"textbox","value":"%s"}]}',
    '{"element":"password field","text":"%s"}', '{"value":"%s","label":"Password"}', '"{\\"name\\":\\"Password\\",\\"value\\":\\"%s\\"}"', "curl -d 'user=a&pass=%s' https://a.example",
    "curl -d pass=%s https://a.example", "curl 'https://a.example/x?api_key=%s'", '{"url":"https://a.example/?a=1&access_token=%s&b=2"}', "curl -b 'session=%s' https://a.example",
    "curl --cookie a=b;sid=%s https://a.example", "curl -H 'Cookie: theme=dark; session_id=%s' https://a.example", "sudo -S ls <<< %s", "kinit <<EOF\n%s\nEOF",
])
def test_what_stands_in_a_passwords_place_in_a_request(text):
    assert PLAIN not in SHARED.redact(text % PLAIN).text


@pytest.mark.parametrize("text", [
    "SSHPASS=%s sshpass -e ssh h", "kubectl create secret generic x --from-literal=password=%s", "java -Dspring.datasource.password=%s -jar a.jar", "TF_VAR_db_password=%s terraform apply",
    "terraform apply -var 'db_password=%s'", "mount -t cifs //h/s /m -o username=u,password=%s", """ansible all -e "ansible_ssh_pass=%s\"""", """curl -d '{"pass":"%s"}' https://a.example""",
    "twine upload -u u -p %s dist/*", "http -a bob:%s https://a.example", "openssl enc -k %s -in a", "ssh-keygen -N %s -f k", "lftp -u bob,%s h", "winexe -U bob%%%s //h cmd",
    "ipmitool -H h -U a -P %s power status", "secretsdump.py corp/bob:%s@10.0.0.1", r"printf '%s\n' | sudo -S id",
])
def test_what_stands_in_a_passwords_place_in_a_command(text):
    assert PLAIN not in SHARED.redact(text % PLAIN).text


@pytest.mark.parametrize("text", [
    '{"fields":[{"name":"City","type":"textbox","value":"Hannover"}]}', '{"name":"password","type":"string","value":"required"}', '{"element":"Password field","text":"Show password"}',
    '{"name":"password_hint","in":"query"},{"name":"page","value":"second"}', "curl -d 'user=anna&city=hannover' https://a.example", "curl 'https://a.example/x?api_key=YOUR_API_KEY'",
    "https://a.example/x?page=second&sort=name&key=value", "git checkout -b session-cookies", "curl -b cookies.txt https://a.example", "curl -b session=$SESSION https://a.example",
    "git log -p --author=password=x", "http GET https://a.example/a:hannover", "ssh-keygen -t ed25519 -f key", "printf hannover | sort", "connect(user=user, password=password)",
    "cat <<< hannover", "cat <<EOF\nhannover\nEOF", 'document.cookie = "theme=darkmode"', "pytest -k 'password=$1'", "tests: pass=1200 fail=3", 'print("bypass=enabled")',
])
def test_ordinary_values_stay(text):
    assert SHARED.redact(text).text == text


@pytest.mark.parametrize("text", ["password %s\\ny and more", "machine h login b password %s]\\\\n\""])
def test_a_tag_is_no_name_of_what_follows_it(text):
    once = text % "[redacted:secret:6d8218fb]"
    assert SHARED.redact(once) == Redacted(text=once)


def test_secrets_side_by_side_share_the_sign_between_them(token):
    secrets = ["123456789:" + "AA" + token(33), "123456789:" + "AA" + token(33)[::-1], "123456789:" + "AA" + token(33).swapcase()]
    clean = SHARED.redact("\n".join(secrets))
    assert clean.count == 3 and not any(secret in clean.text for secret in secrets)


def test_what_was_taken_is_told_with_its_tag_but_for_everybodys_passwords():
    clean = SHARED.redact(f"docker login -u u -p {PLAIN} h; redis-cli -a admin get x; docker login -u u -p {PLAIN} h")
    assert clean.count == 3 and [secret for secret, _ in clean.taken] == [PLAIN] and clean.taken[0][1] in clean.text


def test_equal_secrets_have_equal_tags_under_one_key_only(token):
    secret = "gh" + "p_" + token(36)
    first, second = SHARED.redact(f"a {secret}").text[2:], SHARED.redact(f"b {secret}").text[2:]
    other = Redactor(SecretScanner(), KEY[::-1]).redact(f"a {secret}").text[2:]
    assert first == second != other


def test_redacting_again_changes_nothing(token):
    once = SHARED.redact(f"password = \"{token(20)}9!\" and AK" + "IA" + token(16, "ABCDEFGHJKLMNPQRSTUVWXYZ23456789")).text
    assert "[redacted:" in once and SHARED.redact(once).text == once


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="16 bytes"):
        Redactor(SecretScanner(), b"short")


@given(st.text(max_size=120), st.text(max_size=120))
def test_a_secret_never_survives_in_any_surroundings(before, after):
    secret = "gh" + "p_" + "q7Zt2Lx9VbN4wRy8PdK3mFs6HjT1cGaE5uYo"
    assert secret not in SHARED.redact(f"{before} {secret} {after}").text


WORD = "q7ZkT2mVx9LrB4nHs6WdY1cFp8Ja"


@pytest.mark.parametrize("name", ["https://mcp.acme.io/s/%s/mcp", "wss://h/%s?x=1", "npx x -t %s", "npx x --key=%s -v", "npx x --url https://h.io/%s", "https://u:%s@h.io/x"])
def test_what_looks_like_a_token_in_a_servers_name_is_taken_out(name):
    assert WORD in SHARED.redact("see " + WORD).text, "elsewhere a word alone is no secret"
    redacted = SHARED.redact_server(name % WORD)
    assert WORD not in redacted and redacted == SHARED.redact_server(name % WORD) and redacted.startswith(name.partition("%s")[0][:8])


@pytest.mark.parametrize("name", [
    "https://api.githubcopilot.com/mcp/x/pull_requests/readonly", "https://mcp.context7.com/mcp", "docker run -i --rm -e API_KEY ghcr.io/github/github-mcp-server", "uvx mcp-server-git --repository /home/me/work",
    f"node /home/me/{WORD}/index.js", "npx -y mcp-server-kubernetes", "files",
])
def test_other_names_of_servers_stay(name):
    assert SHARED.redact_server(name) == name
