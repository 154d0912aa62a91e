"""Whether code sends a secret of the environment to a host that the secret does not belong to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sensor.model.effects import Host

_CHEAP = re.compile(r"environ|getenv|\.env\b|\bENV\b|_ENV\b|dotenv|config\(|settings\.|credentials\(")
_NAMED = re.compile(
    r"""os\.environ(?:\[|\.get\(|\.pop\()\s*["'](\w+)["']|\bgetenv\(\s*["'](\w+)["']|(?:process|Bun|import\.meta)\.env(?:\.(\w+)|\[\s*["'](\w+)["'])|Deno\.env\.get\(\s*["'](\w+)["']|"""
    r"""\bENV(?:\.fetch)?[\[(]\s*["'](\w+)["']|\$ENV\{\s*["']?(\w+)["']?\s*\}|\$_(?:ENV|SERVER)\[\s*["'](\w+)["']|(?<![\w.])(?:decouple\.)?config\(\s*["'](\w+)["']|\bsettings\.([A-Z_]{4,60})\b""")
# All of them at once, where not one of them is taken from it.
_WHOLE = re.compile(r"dotenv_values\([^()\n]{0,200}\)(?!\s*[\[.])|get_frozen_credentials\(\)|\bsettings\.(?:model_dump|dict|model_dump_json|json)\(\)")
_SENDS = re.compile(r"urlopen|\brequests\.\w+|httpx\.\w+|\bfetch\s*\(|axios|Net::HTTP|HTTP::Tiny|->(?:post|get)\b|\.(?:post|put|request|send|sendall|sendto)\s*\(|curl_|https?\.(?:get|request)|file_get_contents\s*\(|URI\.open|gethostbyname|\bget\s*\(")
# What stands before a secret that only says who is asking.
_AUTHENTICATES = re.compile(r"authori[sz]ation|bearer|\bauth\b|api[-_]?key|private-token|[-_\"'\s{(](?:access_|refresh_|id_)?token[\"']?\s*[:=]|password|passwd|client_secret|x-[\w-]*(?:token|key|secret)|cookie", re.I)
_SECRET = re.compile(r"TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|PRIVATE_KEY|ACCESS_KEY|CREDENTIAL|_KEY$|DATABASE_URL|_DSN$")
# Those whose owner is known: what of their name its hosts have in theirs.
_OWNERS = {
    "AWS": ("aws",), "GITHUB": ("github",), "GH": ("github",), "GITLAB": ("gitlab",), "ANTHROPIC": ("anthropic", "claude"), "CLAUDE": ("anthropic", "claude"), "OPENAI": ("openai", "azure"), "STRIPE": ("stripe",),
    "NPM": ("npm",), "NODE": ("npm",), "PYPI": ("pypi",), "TWINE": ("pypi",), "UV": ("pypi",), "GOOGLE": ("google",), "GCP": ("google",), "GEMINI": ("google",), "AZURE": ("azure", "microsoft"), "SLACK": ("slack",),
    "HF": ("huggingface",), "HUGGINGFACE": ("huggingface",), "CLOUDFLARE": ("cloudflare",), "CF": ("cloudflare",), "DIGITALOCEAN": ("digitalocean",), "HEROKU": ("heroku",), "VERCEL": ("vercel",), "NETLIFY": ("netlify",),
    "DOCKER": ("docker",), "SENDGRID": ("sendgrid",), "TWILIO": ("twilio",), "SENTRY": ("sentry",), "DATADOG": ("datadog",), "DD": ("datadog",), "SUPABASE": ("supabase",), "CARGO": ("crates",), "RUBYGEMS": ("rubygems",),
    "VAULT": ("vault",), "DATABASE": (), "DB": (), "POSTGRES": (), "PGPASSWORD": (), "MYSQL": (), "REDIS": ("upstash",), "MONGO": (), "SSH": (), "SECRET": (), "JWT": (), "SESSION": (), "ENCRYPTION": (), "DJANGO": (), "FLASK": (), "APP": (), "PRIVATE": (),
}
MAX_NAME = 40
"""Characters before a secret that may say what it is for."""
MAX_BEFORE = 240
"""Characters between the call that sends and what it sends."""


def sends_variable(code: str, hosts: Sequence[Host]) -> bool:
    """Whether a variable with a secret's name, or all of them, stands in the address or the body of what `code` sends to one of `hosts`."""
    if not hosts or _CHEAP.search(code) is None:
        return False
    names = [host.host.lower() for host in hosts if not {"@loopback", "@private"} & set(host.places)]
    if not names:
        return False
    for match in _WHOLE.finditer(code):
        if _is_sent(code, match.start()):
            return True
    for match in _NAMED.finditer(code):
        name = next(part for part in match.groups() if part is not None)
        if _SECRET.search(name.upper()) is None or (owners := _OWNERS.get(name.upper().partition("_")[0])) is None:
            continue
        if not all(any(owner in host for owner in owners) for host in names) and _is_sent(code, match.start()):
            return True
    return False


def _is_sent(code: str, place: int) -> bool:
    """Whether a call that sends begins before a place, with nothing between that only authenticates."""
    before = code[max(place - MAX_BEFORE, 0) : place]
    calls = list(_SENDS.finditer(before))
    if not calls:
        return False
    sent = calls[-1]
    between = before[sent.end() :]
    is_open = between.count("(") + sent.group().endswith("(") > between.count(")")
    return is_open and ";" not in between and _AUTHENTICATES.search(between[-MAX_NAME:]) is None
