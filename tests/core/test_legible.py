"""Is there anything to read?"""

import pytest

from core.legible import legible


@pytest.mark.parametrize("text", ["a", "é", "?", "7", "🙂", "ᐃ", "\u200ba", " — "])
def test_there_is(text):
    assert legible(text)


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u200b", "\u00a0\u2060", "\u3164", "\u2800", "\u0301", "\u202e"])
def test_there_is_not(text):
    assert not legible(text)
