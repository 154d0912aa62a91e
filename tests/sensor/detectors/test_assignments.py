from __future__ import annotations

import pytest

from sensor.detectors.assignments import is_assigned_secret, is_beside_secret, is_vendor_value


@pytest.mark.parametrize(
    ("name", "value", "quoted", "expected"),
    [
        ("db_password", "Tr0ub4dor&3x", True, True),
        ("api_key", "f3Kq9ZtL2vXbN8wRy5Pd", True, True),
        ("SECRET_KEY", "f3Kq9ZtL2vXbN8wRy5Pd", False, True),
        ("password", "apple river candle stone", True, True),
        ("password", "please enter it again now!", True, False),
        ("password", "${DB_PASSWORD}", True, False),
        ("password", "changeme", True, False),
        ("password", "your-password-here", True, False),
        ("api_key", "os.environ['API_KEY']", False, False),
        ("primary_key", "f3Kq9ZtL2vXbN8wRy5Pd", True, False),
        ("token_type", "f3Kq9ZtL2vXbN8wRy5Pd", True, False),
        ("password", "password", True, False),
        ("password_field", "loginFormPassword", True, False),
        ("token_digest", "9b74c9897bac770ffc029102a200c5de", True, False),
        ("token", "getToken(user)", False, False),
        ("token", "config.tokens.production", True, False),
        ("token", "f3kq9ztl2vxbn8wr.y5pda7mq4sgh1juef3kq", True, True),
        ("hash_key", "f3Kq9ZtL2vXbN8wRy5PdA7mQ4sGh1jUe", True, True),
        ("hash_key", "f3kq9ztl2vxbn8wry5pda7mq4sgh1jue", True, False),
        ("step_pattern", r"^\s*(\w+)=([rwx]*)$", True, False),
        ("LD_RUN_PATH", "f3Kq9ZtL2vXbN8wRy5Pd$(x)", True, False),
        ("ClientRequestToken", "a8ca07e4-61ec-4399-99f4-19853801bcd5", True, False),
        ("password", "gr8.Fuchs;im-Garten^7", True, True),
        ("sort_key_id", "customerAccountBalanceByMonth2024Q1", True, False),
    ],
)
def test_a_name_and_a_value_together_make_a_secret(name, value, quoted, expected):
    assert is_assigned_secret(name, value, quoted=quoted) is expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("acme_token", "ab12cd34ef56ab78cd90", True),
        ("acme_key", "123456789012345678", True),
        ("access_key_id", "0123456789abcdef0123456789abcdef", True),
        ("public_key", "ab12cd34ef56ab78cd90", False),
        ("file_path_key", "ab12cd34ef56ab78cd90", False),
        ("acme_token", "https://example.com/12ab", False),
        ("acme_token", "aaaaaaaaaaaaaaaaaaaaaa", False),
        ("acme_token", "your-token-goes-here-1234", False),
    ],
)
def test_values_beside_a_word_for_a_key(name, value, expected):
    assert is_beside_secret(name, value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("f3Kq9ZtL2vXbN8wRy5PdA1", True), ("configuration_of_the_client", False), ("path/to/some/file/of/it2", False), ("xxxxxxxxxxxxxxxxxxxxxx", False), ("482910374655.dkr.ecr.eu-central-1.amazonaws.com/web", False)],
)
def test_values_beside_a_vendors_name(value, expected):
    assert is_vendor_value(value) is expected
