"""Quotation marks inside quotation marks."""

import pytest

from core.quotes import inside


@pytest.mark.parametrize(
    ("lang", "words", "said"),
    [
        ("fr", "Demander : « Qu'est-ce qui vous inquiète? »", "Demander : “Qu'est-ce qui vous inquiète?”"),
        ("fr", "Dire «\u00a0oui\u00a0» ou «\u00a0non\u00a0»", "Dire “oui” ou “non”"),
        ("fr", "Say “yes”", "Say “yes”"),
        ("en", "Say “yes” or “no”", "Say ‘yes’ or ‘no’"),
        ("en", "Dire « oui »", "Dire « oui »"),
        ("en", "A lone “", "A lone “"),
    ],
)
def test_the_inner_ones_are_of_the_other_kind(lang, words, said):
    assert inside(words, lang) == said
