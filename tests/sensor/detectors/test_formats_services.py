from __future__ import annotations

import string

import pytest

from sensor.detectors.formats_services import SERVICE_FORMATS
from sensor.patterns import syntax
from sensor.patterns.passes import PatternPass, compile_exact

HEX = "0123456789abcdef"
LOW = string.ascii_lowercase + string.digits
UP = string.ascii_uppercase + string.digits
WIDE = string.ascii_letters + string.digits + "_-"


def uuid(t):
    return "-".join(t(size, HEX) for size in (8, 4, 4, 4, 12))


ISSUED = {  # the parts of a prefix stand apart, so that no file of the repository holds a token
    "model-key": (
        lambda t: "wandb" + "_v1_" + t(60), lambda t: "fc" + "-" + t(32, HEX), lambda t: "rpa" + "_" + t(44, UP), lambda t: "sk-heli" + "cone-" + "-".join(t(7, LOW) for _ in range(4)),
        lambda t: "bb_" + "live_" + t(27), lambda t: "m0" + "-" + t(40), lambda t: "sgamp_" + "user_" + t(26, UP) + "_" + t(64, HEX), lambda t: "ctx7" + "sk-" + uuid(t),
        lambda t: "a" + "k-" + t(22),
    ),
    "google-api-key": (lambda t: "AQ" + ".Ab8" + t(48),),
    "google-storage-key": (lambda t: "GOOG" + "1E" + t(55, UP),),
    "amazon-login-token": (lambda t: "amzn1.oa2" + "-cs.v1." + t(64, HEX), lambda t: "Atz" + "r|" + t(120)),
    "azure-service-key": (lambda t: t(52) + "JQQ" + "J99" + t(26), lambda t: t(76) + "+" + "ABa" + t(6) + "=="),
    "cloudflare-key": (lambda t: "cf" + "ut_" + t(48),),
    "cloud-key": (lambda t: "DO" + "00" + t(16, UP), lambda t: "SC" + "W" + t(17, UP), lambda t: "EX" + "O" + t(24, HEX)),
    "yandex-token": (lambda t: "y" + "0_" + t(58),),
    "database-key": (lambda t: "na" + "pi_" + t(64, LOW), lambda t: "CCDB" + "1_" + t(22) + "_" + t(40), lambda t: "nyk" + "_v0_" + t(64)),
    "payment-key": (
        lambda t: "polar" + "_oat_" + t(43), lambda t: "xnd_" + "production_" + t(50), lambda t: "APP" + "_USR-" + t(16, "123456789") + "-" + t(6, "123456789") + "-" + t(32, HEX) + "-" + t(9, "123456789"),
        lambda t: "ak_" + "live_" + t(30), lambda t: "c" + "s_" + t(40, HEX), lambda t: "cfsk_ma" + "_prod_" + t(32, HEX) + "_" + t(8, HEX),
    ),
    "adyen-key": (lambda t: "AQ" + "Ey" + t(80) + "-" + t(43) + "=-" + t(16),),
    "slack-token": (lambda t: "xo" + "xd-" + t(120),),
    "webhook": (
        lambda t: "https://hooks.zapier.com/hooks/" + "catch/1234567/" + t(7, LOW), lambda t: "https://oapi.dingtalk.com/robot/" + "send?access_token=" + t(64, HEX),
        lambda t: "https://open.feishu.cn/open-apis/" + "bot/v2/hook/" + uuid(t), lambda t: "https://prod-1.westus.logic.azure.com:443/workflows/" + t(32, HEX) + "/triggers/manual/paths/invoke?api-version=1&sig=" + t(43),
    ),
    "social-token": (lambda t: "vk1" + ".a." + t(120), lambda t: "WPL" + "_AP1." + t(16) + "." + t(8) + "="),
    "mail-key": (lambda t: "ml" + "sn." + t(64, HEX), lambda t: "os_v2" + "_app_" + t(103, LOW), lambda t: "pk" + "_" + t(34, HEX)),
    "realtime-key": (lambda t: "sec" + "-c-" + t(48), lambda t: "pub" + "-c-" + uuid(t)),
    "registry-token": (lambda t: "dd" + "p_" + t(36),),
    "ci-token": (lambda t: "bk" + "ua_" + t(40), lambda t: "depot" + "_org_" + t(64, HEX)),
    "cluster-token": (lambda t: "SWM" + "TKN-1-" + t(50, LOW) + "-" + t(25, LOW), lambda t: "K1" + "0" + t(64, HEX) + "::server:" + t(32, HEX), lambda t: "token" + "-" + t(5, LOW) + ":" + t(54, LOW)),
    "network-key": (lambda t: "tskey" + "-auth-" + t(12) + "CNTRL-" + t(32), lambda t: "nb" + "p_" + t(36)),
    "boundary-token": (lambda t: "0" + "." + uuid(t) + "." + t(30) + ":" + t(22) + "==",),
    "hosting-token": (lambda t: "vercel_blob" + "_rw_" + t(16) + "_" + t(30), lambda t: "sbp_" + "oauth_" + t(40, HEX), lambda t: "standard" + "_" + t(256, HEX)),
    "observability-token": (lambda t: "xa" + "at-" + uuid(t), lambda t: "configcat" + "-sdk-1/" + t(22) + "/" + t(22)),
    "unleash-token": (lambda t: "*:" + "production." + t(56, HEX),),
    "quality-token": (lambda t: "sgp" + "_local_" + t(40, HEX), lambda t: "hawk" + "." + t(20) + "." + t(20)),
    "workplace-token": (
        lambda t: "dbt" + "u_" + t(36), lambda t: "pk" + "_" + t(8, "123456789") + "_" + t(32, UP), lambda t: "00" + "D" + t(12) + "!AQ" + t(94), lambda t: "1000" + "." + t(32, HEX) + "." + t(32, HEX),
        lambda t: "cn" + "vca" + t(52), lambda t: "cal" + "_live_" + t(32, HEX),
    ),
    "tools-token": (lambda t: "PM" + "AT-" + t(26, UP), lambda t: "waka" + "_" + uuid(t), lambda t: "signkey" + "-prod-" + t(64, HEX), lambda t: "api_" + "live." + t(11) + "." + t(32), lambda t: t(6) + "_" + t(29) + "_mmk"),
}
NEAR = (
    "icon.ico-d41d8cd98f00b204e9800998ecf8427e", "web_d41d8cd98f00b204e9800998ecf8427e.css", "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
    "main.9fceb02d0ae598e95dc970b74767f193.chunk.js", "9fceb02d0ae598e95dc970b74767f19372d61af8:refs/heads/main", "registry.example.net/app:1.2.3@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "as-independent-component-x", "ak-navigation-bar-inside", "token-based: authentication and authorization of users", "pk_live_or_test_is_public_and_may_stand_in_pages",
    "const key_of_the_session_cache = `session_${id}`", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJY3hGk0Zb5mOqkQqkq1mJt0dQ5m2m7v2n1q1zq1Zq1Z dev@host", "sl.u.se", "https://hooks.zapier.com/hooks/catch/your-id/your-hook",
    "url(data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==)", "fc-" + "x" * 32, "tskey-auth-" + "x" * 20, "e4d909c290d0fb1ca068ffaddf22cbd0:e3b0c44298fc1c149afbf4c8996fb924",
)


@pytest.mark.parametrize("known", SERVICE_FORMATS, ids=lambda known: f"{known.id}-{known.title}")
def test_every_format_compiles_in_both_engines_and_names_its_kind(known):
    PatternPass([known.pattern])
    compile_exact(known.pattern)
    compile_exact(known.pattern, native=False)
    assert known.kind and known.title and known.id.isupper()


@pytest.mark.parametrize(("kind", "make"), [(kind, make) for kind, makes in ISSUED.items() for make in makes], ids=lambda value: value if isinstance(value, str) else "")
def test_tokens_of_newer_services_are_found_by_their_format(scanner, token, kind, make):
    text = f"value {make(token)} end\n"
    assert [(hit.format.kind, hit.certain, hit.weak) for hit in scanner.find(text.encode())] == [(kind, True, False)]


@pytest.mark.parametrize("text", NEAR)
def test_hashes_names_and_masks_are_no_tokens(scanner, text):
    assert scanner.find(text.encode()) == ()


def test_no_format_is_found_in_ordinary_prose():
    text = b"The service reads its settings from the environment and starts. See docs/settings.md for every name and default."
    assert PatternPass([known.pattern for known in SERVICE_FORMATS]).hits(text) == []


def test_no_pattern_looks_around_or_back():
    for known in SERVICE_FORMATS:
        assert not any("linear" in complaint for complaint in syntax.complaints(known.pattern))
