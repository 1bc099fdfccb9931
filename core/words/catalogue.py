"""The catalogues of both languages, which speak the words of the moment.

Django keeps one catalogue a language and gives it to every thread. Ours are the same, and ask for the words that are spoken
(core.words) when a text is asked for: so ``override``, lazy texts and templates need to know nothing about it. With the
standard words a text goes through as it is; each other sentence is made once a process and kept.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from babel.messages.pofile import read_po
from django.utils.translation import trans_real

from core.words import HERE, STANDARD, Words, sets, spoken
from core.words.sentences import is_address, masculine, said

_CONTEXT = trans_real.CONTEXT_SEPARATOR
_made: dict[tuple[str, Words, str, str], str] = {}


class Speaking(trans_real.DjangoTranslation):
    """A catalogue of Django's in the words that are spoken."""

    def gettext(self, message: str) -> str:
        text = super().gettext(message)
        words = spoken()
        return text if words is STANDARD or words == STANDARD else self._in(words, message, text)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        text = super().ngettext(msgid1, msgid2, n)
        words = spoken()
        return text if words is STANDARD or words == STANDARD else self._in(words, msgid1, text, n)

    def _in(self, words: Words, msgid: str, text: str, n: int | None = None) -> str:
        # English is written in the sources and has no catalogue: the French one knows which texts are ours.
        if not _is_ours(msgid, n):
            return text
        lang = self.to_language()
        place = (lang, words, msgid, text)
        if place not in _made:
            _made[place] = worded(lang, words, msgid, text.rpartition(_CONTEXT)[2])
        return _made[place]


def worded(lang: str, words: Words, msgid: str, text: str) -> str:
    """Return the text of ``msgid``, which reads ``text`` in the standard words, in others: as it is written out, or made."""
    if is_address(msgid.rpartition(_CONTEXT)[2]):
        return text
    if words.team != STANDARD.team:
        for written in (_written(f"{words.team}.{lang}"), _agreeing(words.team, lang)):
            if (msgid, text) in written:
                return said(lang, Words(person=words.person), written[msgid, text])
        text = _written(f"any.{lang}").get((msgid, text), text)
    return said(lang, words, text)


def install() -> None:
    """Let the catalogues of both languages speak the words of the moment, and those that are made anew later."""
    trans_real.DjangoTranslation = Speaking  # type: ignore[misc]
    for lang in ("en", "fr"):
        catalogue = trans_real.translation(lang)
        if not isinstance(catalogue, Speaking):
            # In place: it is handed out already, as what other languages fall back on and as the default.
            catalogue.__class__ = Speaking


def _french() -> Any:
    catalogue: Any = trans_real.translation("fr")
    return catalogue._catalog


def _is_ours(msgid: str, n: int | None) -> bool:
    french = _french()
    if n is None:
        return msgid in french
    try:
        french.plural(msgid, n)
    except KeyError:
        return False
    return True


@cache
def _agreeing(team: str, lang: str) -> dict[tuple[str, str], str]:
    if lang != "fr" or sets()["team"][team]["fr"]["gender"] != "m":
        return {}
    return {place: masculine(team, text) for place, text in _written("masculine").items()}


@cache
def _written(name: str) -> dict[tuple[str, str], str]:
    """Return the sentences that are written out in ``name``.po, by their msgid and the standard sentence they stand for."""
    file = HERE / f"{name}.po"
    if not file.exists():
        return {}
    with file.open("rb") as source:
        catalogue = read_po(source, locale="fr" if not name.endswith(".en") else "en")
    found: dict[tuple[str, str], str] = {}
    for message in catalogue:
        if message.id:
            found |= _places(message, name)
    return found


def _places(message: Any, name: str) -> dict[tuple[str, str], str]:
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    texts = [message.string] if isinstance(message.string, str) else list(message.string)
    msgid = f"{message.context}{_CONTEXT}{ids[0]}" if message.context else ids[0]
    if name.endswith(".en"):
        return dict(zip(((msgid, one) for one in ids), texts, strict=True))
    french = _french()
    keys: list[Any] = [msgid] if len(ids) == 1 else [(msgid, place) for place in range(len(texts))]
    return {(msgid, french[key]): text for key, text in zip(keys, texts, strict=True) if key in french}
