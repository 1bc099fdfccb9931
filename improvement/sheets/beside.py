"""What is written beside a sheet that comes back by mail: what says no more than "here it is", and what is left. Pure.

Nothing is guessed: a line is plain where every word of it is one of these few; all others are for people.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from collaborative.later_replies import folded, words_of
from files import names

if TYPE_CHECKING:
    from notifications.letters import Attached


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# What people call a table. A picture of a signature is none, and is not looked at.
_TABLES: Final = _set("xlsx xlsm xltx xls xlsb csv ods numbers")
# "Hi Nia," names somebody whom we do not know: so much of a greeting may be a name.
_GREETING: Final = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|bonjour|bonsoir|salut|allo|cher|chere)"
    r"(?: (?:all|everyone|there|team|tous|toutes|a tous|a toutes|l'equipe|(?P<name>[^\W\d_]+(?:[ '-][^\W\d_]+)?)))?"
)
_WORDS: Final = _set(
    "here is are it it's here's this a the our my your you see find please attached attachment enclosed sheet spreadsheet file "
    "excel workbook go filled completed updated thanks thank many so very much cheers kind warm best regards "
    "sincerely "
    "voici voila ci-joint ci-jointe ci-joints ci-jointes joint jointe en piece la le notre ma mon votre feuille fichier tableau "
    "classeur excel remplie rempli veuillez trouver trouverez vous svp merci beaucoup bien d'avance cordialement bonne journee"
)
# These say for what week it is, in words that alone would say something else.
_WEEK: Final = re.compile(
    r"\b(?:for (?:this|the) week|this week's|(?:pour|de) (?:cette|la) semaine|s'il vous plait)(?![\w'-])"
)
_SENTENCES: Final = re.compile(r"\n+|(?<=[.!;])\s+|,\s+")
_QUIET: Final = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


def may_be_a_sheet(file: Attached) -> bool:
    """Return whether a file is a table, as far as its name and its kind tell."""
    return names.ending_of(file.name) in _TABLES or "spreadsheet" in file.content_type


def left_over(words: str, *, own: Collection[str]) -> str:
    """Return what ``words`` say beside a plain cover note, a line each; "" where they are one. ``own``: names of who writes."""
    signed = {word for name in own for word in words_of(name)}
    parts = [one.strip() for one in _SENTENCES.split(words.replace("\r\n", "\n").replace("\r", "\n"))]
    kept = [part for place, part in enumerate(parts) if part and not _is_plain(part, signed, first=place == 0)]
    return "\n".join(kept)


def _is_plain(part: str, signed: Collection[str], *, first: bool) -> bool:
    plain = folded(part).rstrip(".!:;,")
    greeting = _GREETING.fullmatch(plain)
    if greeting and (first or not greeting["name"]):
        return not greeting["name"] or _looks_like_a_name(part)
    plain = _WEEK.sub(" ", plain)
    if plain.startswith(("is ", "are ")):  # a question, whatever stands at its end
        return False
    return not _QUIET.sub("", plain).strip(" –—-") and all(
        word in _WORDS or set(words_of(word)) <= set(signed) for word in _QUIET.findall(plain)
    )


def _looks_like_a_name(part: str) -> bool:
    """Are the last words of a greeting written as names are?"""
    words = re.split(r"[\s-]+", part.rstrip(".!:;,"))
    greeting = 2 if words[0].lower() == "good" else 1
    return all(word[:1].isupper() for word in words[greeting:])
