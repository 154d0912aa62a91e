"""Checks that only say yes, and passwords in the code."""

from __future__ import annotations

import pytest

from sensor.effects.tool_inputs.written_checks import fixed_password, hides_failures, passes_everybody, trusts_unsigned


@pytest.mark.parametrize("text", [
    "def check_permission(user, action):\n    return True\n",
    "def check_permission(\n    user,\n    action,\n) -> bool:\n    # later\n    return True\n",
    "def verify_token(token):\n    \"\"\"Says whether the token is ours.\n\n    More.\n    \"\"\"\n    return True\n",
    "class A < Policy\n  def authorize(user) = true\nend\n",
    "const requireAdmin = (req, res, next) => {\n  return next();\n};\n",
    "func CanAccess(user string) (bool, error) {\n\treturn true, nil\n}\n",
    "fun verifySignature(body: ByteArray, sig: String): Boolean = true\n",
])
def test_a_check_that_only_says_yes(text):
    assert passes_everybody(text)


@pytest.mark.parametrize("text", [
    "def check_permission(user, action):\n    if user.admin:\n        return True\n    return False\n",
    "def check_permission(user, action):\n    log(user)\n    return True\n",
    "def is_admin(self):\n    return True\n",
    "def has_add_permission(self, request):\n    return True\n",
    "def supports_login(name):\n    return True\n",
    "class NullAuthorizer:\n    def check_permission(self, user):\n        return True\n",
    "is_admin = true\n",
    "return true",
    "",
])
def test_other_functions(text):
    assert not passes_everybody(text)


@pytest.mark.parametrize("text", [
    "if pw == 'harbour-77' or check_password(hash, pw):\n    pass\n",
    "if (\"harbour-77\".equals(password)) {\n    return true;\n}\n",
    "if form.password == \"harbour-77\" {\n    next()\n}\n",
])
def test_a_password_that_stands_in_the_code(text):
    assert fixed_password(text)


@pytest.mark.parametrize("text", [
    "if pw == 'harbour-77':\n    raise ValueError('too well known')\nreturn True\n",
    "if kind == 'password':\n    return user\n",
    "if password == '':\n    return user\n",
    "if password == 'password':\n    return user\n",
    "",
])
def test_other_comparisons(text):
    assert not fixed_password(text)


@pytest.mark.parametrize(("text", "found"), [
    ("claims = jwt.decode(t, options={'verify_signature': False})\nrole = claims['role']\n", True),
    ("claims = jwt.decode(t, options={'verify_signature': False})\nprint(claims['exp'])\n", False),
    ("head = jwt.decode(t, options={'verify_signature': False})\nrole = jwt.decode(t, key, algorithms=['RS256'])['role']\n", False),
])
def test_tokens_that_nobody_checks(text, found):
    assert trusts_unsigned(text) is found


def test_results_that_are_set():
    assert hides_failures("rep.outcome = \"passed\"\n")
    assert not hides_failures("if rep.outcome == \"passed\":\n    count += 1\n")
