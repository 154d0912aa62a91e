"""What written code lets in: a check of a login, a right or a signature that only says yes, and a password that stands in the code.

Read backwards from what is rare (`return true`, a comparison with a text), so that a file without it costs a search for that.
"""

from __future__ import annotations

import re
import string
from itertools import islice
from typing import TYPE_CHECKING

from sensor.effects.tool_inputs.found_words import words_in
from sensor.model.names import name_words

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSES_EVERYBODY = "passes-everybody"
FIXED_PASSWORD = "fixed-password"
TRUSTS_UNSIGNED = "trusts-unsigned"
HIDES_FAILURES = "hides-failures"
_BEFORE, _AFTER = 600, 200  # characters that belong to a check
_LONGEST_REVERSED = 120
_MOST = 60  # places of one file that are looked at

_YES = (
    "return true", "return True", "return (true", "return next()", ") => true", "): boolean => true", "do: true", ") = true", "Boolean = true", "? = true", ".Succeed(", "{ true }", " true\n",
)
_ALONE_IN_LINE, _SUCCEEDS = " true\n", ".Succeed("
_NAME_SIGNS = string.ascii_letters + string.digits + "_"
_NOISE = re.compile(r"\s*(?:(?://|#|/?\*|--)|\{?\s*$|(?:\(void\)\s*\w+;\s*)+$|(?:let\s+)?_\s*=\s*[^;\n]{1,60};?$|@\w+\s*$)")
_ENDS_DOCUMENT = re.compile(r"(?:\"\"\"|'{3})\s*$")
_HEAD = re.compile(
    r"([A-Za-z_]\w{2,60}[?!]?)\s*(?:=\s*(?:async\s*)?)?(?:\(([^(){};]*(?:\([^(){};]*\)[^(){};]*)*)\)\s*)?(?:(?::|->|throws)[^{};\n]{1,80}?|bool|\(bool, error\))?\s*(?:\bconst\b|=>|\bdo\b|,)?\s*[{:]?\s*$")
_CONDITIONS = ("if ", "if(", "elif ", "else", "for ", "for(", "while ", "with ", "try", "except", "case ", "catch", "return ", "when ", "unless ", "}", "switch", "match ")
_HEAD_LINES, _LONGEST_HEAD = 4, 400
_TESTS = frozenset({"verify", "validate", "check", "authenticate", "authorize", "authorise", "require", "ensure", "is", "has", "can", "may", "enforce", "assert", "allow", "allows"})
_OBJECTS = frozenset([
    "password", "signature", "sig", "jwt", "permission", "permissions", "auth", "authorized", "authorised", "authorization", "admin", "access", "owner", "csrf", "licensed", "otp", "mfa", "totp", "hmac",
    "credentials", "role", "roles", "login", "webhook", "superuser", "tenant",
])
_TOKEN_TESTS, _TOKENS = frozenset({"verify", "validate", "authenticate"}), frozenset({"token", "tokens", "certificate", "cert", "session", "license"})
_ALONE = frozenset({"canactivate", "handlerequirementasync", "authenticate", "authorize"})
_ADMIN_PAGE = frozenset({"add", "change", "delete", "view", "module", "test", "pattern"})  # `has_add_permission` shows a button
_HALF = re.compile(r"\bdef has_(?:object_)?permission\b")
_EMPTY_HALF = re.compile(r"\bdef has_(?:object_)?permission\b[^:\n]*:\s*(?:#[^\n]*\s*|\"\"\"[^\"]*\"\"\"\s*)*return True\b")
_CLASS = re.compile(r"\b(?:class|struct|object|module|interface|trait|impl|defmodule|protocol)\s+([\w.]+)")
_MEANT = frozenset([
    "allow", "any", "public", "anonymous", "fake", "mock", "stub", "dummy", "null", "noop", "no", "test", "tests", "open", "base", "default", "abstract", "always", "permissive", "unrestricted", "none",
    "interface", "anyone", "everyone", "dev", "demo",
])

_PASSWORDS = ("pass", "Pass", "PASS", "pw")
_UNSIGNED = (".ParseUnverified(", "verify_signature\": False", "verify_signature': False", "verify_signature=False", "insecureDecode(", "dangerousInsecureDecode(", "insecure_decode(", "insecure_disable_signature_validation(")
_USERS = ("role", "Role", "current_user", "iddleware", "Depends(", "is_admin", "isAdmin")
_SIGNED = ("ParseWithClaims(", ".Parse(", "algorithms=", "jwt.verify(", "jwtVerify(", ".Verify(", "verify_id_token(", "get_signing_key", "Keyfunc", "DecodingKey::from")
_HIDES = ('.outcome = "passed"', ".outcome = 'passed'", ".exitstatus = 0", "process.exitCode = 0", "TestResult.wasSuccessful = ", "wasSuccessful = lambda")
_LITERAL = r"(?:Some\()?[b@]?(?:\"([^\"\n]{4,60})\"|'([^'\n]{4,60})')"
_MASTER = r"((?:this\.|self\.|\w{1,20}\.)?\w{0,20}(?:[mM]aster|[mM]agic|[bB]ackdoor|[uU]niversal|MASTER|MAGIC|BACKDOOR)\w{0,20})\b"
_COMPARED = re.compile(rf"(?:(?:ss|SS)?(?:w(?:or)?d|Word|WORD|phrase|code|d)?)?[\"'\])}}!]{{0,4}}\s*(?:={{2,3}}|\.[eE]quals\(|\.eql\?\()\s*(?:{_LITERAL}|{_MASTER})")
_REVERSED = re.compile(rf"{_LITERAL}\s*(?:={{2,3}}|\.equals\(|\.Equals\()\s*[\w.$]{{0,30}}\Z")
_CALLED = ("cmp(", "md5(", "sha1(", "sha256(", "hexdigest(")
_GIVEN = re.compile(rf"\s*\w{{0,20}}pass\w{{0,10}}\s*,\s*{_LITERAL}[^)\n]{{0,12}}\)\s*==\s*0|[^()\n]{{0,60}}\)\s*={{2,3}}\s*{_LITERAL}")
_OR = re.compile(r"\s*\)?\s*(?:\|\||\bor\b)")
_OR_BEFORE = re.compile(r"(?:\|\||\bor\b)\s*\(?[\w.$\[\]:\"'>-]*\Z")
_TESTED = re.compile(r"(?i)check|verif|authenticat|compare|hash|match|valid|bcrypt|argon")
_LETS_IN = re.compile(
    r"(?i)\breturn\b\s*\(?\s*(?:true\b|ok\b|auth\w*|\w*user\b|\w*admin\b|session|next\(|1\b|\{[^}\n]{0,80}(?:role|admin|user|token)|issue\w*|login\w*|sign\w*)|\blogin_?(?:user)?\(|\bsession\[|next\(\)"
    r"|ACCESS_GRANTED|PAM_SUCCESS|\bis_?admin\s*=\s*true")
_REFUSES = re.compile(r"(?i)\braise\b|\bthrow\b|error|warn|abort|unauthori[sz]ed|forbid|exit|fail|invalid|false|weak|default|change|required|none\b|null\b|alert")
_NO_WORD = frozenset({"password", "passwd", "passphrase", "string", "text", "none", "null", "undefined", "function", "object", "hidden", "required", "true", "false"})


def passes_everybody(text: str) -> bool:
    """Whether a function whose name says that it checks a login, a right or a signature answers yes and does nothing else."""
    for place, _ in islice(words_in(text, _YES), _MOST):
        before = text[max(0, place - _BEFORE):place + (text[place] in ")?")]
        if text.startswith(_SUCCEEDS, place):
            before = before.rstrip(_NAME_SIGNS)
        elif text.startswith(_ALONE_IN_LINE, place):
            before, _, indent = before.rpartition("\n")
            if indent.strip():
                continue
        head = _head(before)
        if head is not None and _is_check(*head) and not _is_meant(before) and not _other_half(text, head[0]):
            return True
    return False


def _head(before: str) -> tuple[str, str] | None:
    """Name and arguments of the function whose body begins where `before` ends, if it begins there."""
    lines = before.split("\n")
    while lines and _NOISE.match(lines[-1]):
        lines.pop()
    if lines and (document := _ENDS_DOCUMENT.search(lines[-1])):
        sign = document[0].strip()
        last = lines.pop()
        while last.count(sign) < 2 and lines and sign not in lines[-1]:
            lines.pop()
        if last.count(sign) < 2:
            lines = lines[:-1]
    if not lines or lines[-1].lstrip().startswith(_CONDITIONS):
        return None
    found = _HEAD.search(lines[-1][-_LONGEST_HEAD:])
    if found is None or found[2] is None:
        found = _HEAD.search(" ".join(lines[-_HEAD_LINES:])[-_LONGEST_HEAD:]) or found
    return (found[1], found[2] or "") if found is not None else None


def _is_check(name: str, arguments: str) -> bool:
    words = name_words(name)
    if not words or "".join(words) in _ALONE:
        return bool(words)
    given = [one for one in arguments.split(",") if one.strip(" &*") not in ("", "self", "this", "cls", "mut self")]
    rest = frozenset(words[1:])
    if not given or "authenticated" in rest or not _ADMIN_PAGE.isdisjoint(rest):
        return False
    return (words[0] in _TESTS and not rest.isdisjoint(_OBJECTS)) or (words[0] in _TOKEN_TESTS and not rest.isdisjoint(_TOKENS))


def _is_meant(before: str) -> bool:
    """Whether the class around says by its name that it lets everybody in, or stands in for another."""
    classes = _CLASS.findall(before)
    return bool(classes) and not _MEANT.isdisjoint(name_words(classes[-1]))


def _other_half(text: str, name: str) -> bool:
    """Whether the other of the two checks that a framework asks one after the other says more than yes."""
    return name in ("has_permission", "has_object_permission") and len(_HALF.findall(text)) != len(_EMPTY_HALF.findall(text))


def trusts_unsigned(text: str) -> bool:
    """Whether tokens are read without their signature where users or their roles come from them, and no line of the code looks at one."""
    return any(word in text for word in _UNSIGNED) and any(word in text for word in _USERS) and not any(word in text for word in _SIGNED)


def hides_failures(text: str) -> bool:
    """Whether the result of a test or of all tests is set to success."""
    return any(word in text for word in _HIDES)


def fixed_password(text: str) -> bool:
    """Whether what is typed as a password is compared with a text in the code, and who types it is let in."""
    return any(_opens(text, *one) for one in _comparisons(text))


def _comparisons(text: str) -> Iterator[tuple[str, int, int]]:
    """The fixed texts that a password is compared with, and where each comparison begins and ends."""
    for place, _ in words_in(text, _PASSWORDS):
        start, end = max(0, place - _LONGEST_REVERSED), place + 2
        if found := _COMPARED.match(text, end):
            yield _word(found), place, found.end()
        elif ("==" in (before := text[start:place]) or "quals(" in before) and (found := _REVERSED.search(before)):
            yield _word(found), start + found.start(), end
    for place, _ in words_in(text, _CALLED):
        if found := _GIVEN.match(text, text.index("(", place) + 1):
            yield _word(found), place, found.end()


def _word(found: re.Match[str]) -> str:
    return next((one for one in found.groups() if one), "")


def _opens(text: str, word: str, start: int, end: int) -> bool:
    if word.lower() in _NO_WORD:
        return False
    before, after = text[max(0, start - _AFTER):start], text[end:end + _AFTER]
    line_before, line_after = before.rpartition("\n")[2], after.partition("\n")[0]
    if (_OR.match(after) and _TESTED.search(line_after)) or (_OR_BEFORE.search(line_before) and _TESTED.search(line_before)):
        return True
    lets_in = _LETS_IN.search(after)
    return lets_in is not None and not _REFUSES.search(after, 0, lets_in.start())
