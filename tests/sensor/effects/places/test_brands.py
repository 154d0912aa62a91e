"""Well-known names of hosts, as data."""

from __future__ import annotations

from sensor.effects.places import brands
from sensor.effects.places.lookalikes import lookalike_places


def test_the_names_themselves_look_like_nothing():
    for name, endings in brands.OWNED.items():
        for ending in endings or ("com",):
            assert lookalike_places(f"{name}.{ending}") == frozenset(), name


def test_the_domains_and_what_lies_below_look_like_nothing():
    for domain in brands.DOMAINS | brands.KNOWN:
        assert lookalike_places(domain) == frozenset(), domain
        assert lookalike_places(f"docs.{domain}") == frozenset(), domain


def test_other_words_look_like_nothing():
    assert [word for word in sorted(brands.OTHER_WORDS) if lookalike_places(f"{word}.com")] == []


def test_words_of_the_tables_are_lower_case():
    for words in (brands.LURES, brands.PARTS, brands.GRAVE, brands.CHEAP_ENDINGS, brands.OTHER_WORDS):
        assert all(word == word.lower() and word.isascii() for word in words)
