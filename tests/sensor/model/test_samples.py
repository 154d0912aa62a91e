"""Keys out of manuals."""

from __future__ import annotations

import pytest

from sensor.model.samples import DOCUMENTED, mask_samples


@pytest.mark.parametrize("key", [*sorted(DOCUMENTED), "AROAIOSFODNN7EXAMPLE", "ghp_xxxxxxxxxxxx", "sk_live_XXXXXXXX"])
def test_such_a_key_opens_nothing(key):
    assert mask_samples(f"key = '{key}'.") == f"key = '{'*' * len(key)}'."


@pytest.mark.parametrize("text", [
    "AKIAQ3EGVMIKZXJ7WPTN", "AKIAIOSFODNN7EXAMPLED", "sk_live_4eC39HqLyjWDarjtT1zdp7dc", "ghp_xxxxxxabcdef123", "an EXAMPLE", "x" * 40,
    "kJ8sU2nFQwI/L9MDxNG/bPzRfiCYr7WmQpLaKs3e", "",
])
def test_others_stay(text):
    assert mask_samples(text) == text


def test_one_does_not_cover_another():
    assert mask_samples("AKIAIOSFODNN7EXAMPLE AKIAQ3EGVMIKZXJ7WPTN").endswith(" AKIAQ3EGVMIKZXJ7WPTN")
