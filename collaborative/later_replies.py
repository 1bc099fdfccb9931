"""Whether somebody who answers a mail by hand says "Not this week" (« pas cette semaine »), and whether they say more. Pure.

Nothing is guessed: it is said where a mail begins with these words, after no more than a greeting and a name.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Collection
from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# What people say around an answer, in either language; it says nothing by itself.
AROUND: Final = _set(
    "hi hello hey dear good morning afternoon evening thanks thank you cheers please kind regards best sincerely everyone "
    "all team it is it's its was were we we've had have got this week week's for the a our my number numbers total in count "
    "counted logged there just that that's right number's answer here's here and an of with by "
    "bonjour bonsoir salut allo merci beaucoup cordialement bonne journee semaine cette c'est c'etait il y eu nous avons on "
    "pour le la les l' notre nombre chiffre total en tout de du des d' svp tous toutes equipe ca voici reponse bon et avec par "
    "dans sur"
)
# Said beside "Not this week" only; a number beside which it stands is another matter.
_SORRY: Final = _set("sorry desole desolee desoles desolees")
# As the first words of a line; not so "not this week's", nor where a number stands beside it.
_LATER: Final = re.compile(
    r"(?:sorry[ ,]+|desolee?s?[ ,]+)?(?:not this week|pas cette semaine)(?![\w'-])(?P<rest>[^0-9]*)$"
)
_TOKEN: Final = re.compile(
    r"(?P<word>[^\W\d_]+(?:['-][^\W\d_]+)*'?)|(?P<quiet>[\s.,;!:()*•\"«»–—-])|(?P<odd>.)", re.DOTALL
)


@dataclasses.dataclass(frozen=True)
class Later:
    """It was said. ``rest``: there is more in the mail, which people should read."""

    rest: bool = False


def read(text: str, *, names: Collection[str] = ()) -> Later | None:
    """Return that ``text`` says "Not this week", None where it does not. ``names``: of who writes."""
    own = {word for name in names for word in words_of(name)}
    lines = [line for line in re.split(r"\r\n|[\r\n\u2028]", text) if line.strip() and not _is_polite(line, own)]
    said = _LATER.match(folded(lines[0])) if lines else None
    if said is None:
        return None
    # Whatever else is said, on that line or below, is for people too: no word of it is lost.
    return Later(rest=len(lines) > 1 or not _is_polite(said["rest"], own))


def _is_polite(line: str, own: set[str]) -> bool:
    """Does a line say nothing but what people say around an answer, that they are sorry, and their name?"""
    quiet = AROUND | _SORRY
    for token in _TOKEN.finditer(folded(line)):
        word = token["word"]
        if token["odd"] or (word and word not in quiet and not set(words_of(word)) <= own):
            return False
    return True


def folded(text: str) -> str:
    """Return ``text`` in small letters, without accents, with one kind of space, apostrophe and digit."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("’", "'").replace("\N{MINUS SIGN}", "-"))
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def words_of(text: str) -> list[str]:
    """Return the words of ``text``, folded."""
    return re.findall(r"[^\W\d_]+", folded(text))
