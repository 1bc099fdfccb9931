"""What somebody means who answers "How many this week?" by mail: "7", « 7,5 », "7 of 9", "huddles: 4", "OK". Pure.

Nothing is guessed. A mail is taken where all that stands in its first words is a number and what people say around one;
one that is nearly a number ("about 7-9") gets an answer that says why it was not taken, and everything else is for people.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import Final

from collaborative.later_replies import AROUND, folded, words_of
from improvement import number_words
from improvement.shares import MOST, share_of

COUNT, PERCENT, RATE = "count", "percent", "rate"
# Why something that looks like a number was not taken.
SEVERAL, ABOUT, WHICH, IMPOSSIBLE, SHARE, SIGN, WHOLE, COMMA, LONG, OFFERED, NO = PROBLEMS = (
    "several", "about", "which", "impossible", "share", "sign", "whole", "comma", "long", "offered", "no",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Asked:
    """One thing that a mail asked for. ``names``: how it is called and counted, in either language.

    ``offered``: the mail says what the log counted, so that "OK" agrees with it. ``per``: of a rate, for every so many.
    """

    key: str
    names: tuple[str, ...]
    kind: str = COUNT
    offered: bool = False
    per: int | None = None


@dataclasses.dataclass(frozen=True)
class Said:
    """What was said about one thing: a value, that none was collected (``missing``), or that the log is right (``agrees``).

    ``parts``: of a value that was said as so many of so many, both.
    """

    key: str
    value: Decimal | None = None
    missing: bool = False
    agrees: bool = False
    parts: tuple[Decimal, Decimal] | None = None


@dataclasses.dataclass(frozen=True)
class Answer:
    """What a mail says. Without ``said`` and without ``problem`` it says no number at all: it is for people.

    ``problem``: why nothing is taken, about these ``words``, where they speak of the thing ``key`` and of one ``value``.
    ``rest``: there is more in it, which people should read.
    """

    said: tuple[Said, ...] = ()
    problem: str = ""
    words: str = ""
    rest: bool = False
    key: str = ""
    value: Decimal | None = None


NOT_A_NUMBER: Final = Answer()


def _set(words: str) -> set[str]:
    return set(words.split())


_NONE: Final = {"none", "nil", "aucun", "aucune", "nothing", "rien"}
_YES: Final = {"ok", "okay", "oui", "yes", "yep", "correct", "correcte", "exact", "exactement", "agreed", "d'accord"}
_NO: Final = {"no", "non", "nope"}
_DOUBT: Final = {
    "about", "around", "approximately", "approx", "roughly", "maybe", "perhaps", "circa", "almost", "nearly", "or", "so",
    "over", "under", "more", "less", "least", "most", "than", "to", "between", "estimate", "probably",
    "environ", "autour", "peut-etre", "presque", "ou", "plus", "moins", "entre", "probablement", "peu", "pres",
}  # fmt: skip
# Said beside a number it makes one doubt, also in a sentence of its own.
_UNSURE: Final = {
    "maybe", "perhaps", "sure", "unsure", "guess", "think", "estimate", "probably", "wrong", "wait",
    "peut-etre", "certain", "certaine", "crois", "pense", "probablement", "erreur",
}  # fmt: skip
# Of what is counted these words say nothing.
_STOP: Final = _set(
    "a an the of per each every week weekly on in with for and or to by "
    "le la les l' un une des de du d' par chaque semaine sur dans avec pour et ou au aux nombre number"
)

_NOT_COLLECTED: Final = re.compile(
    r"\b(?:n\s?/\s?a|n\.\s?a\.?|na|s\s?/\s?o|s\.\s?o\.?|(?:not|non|pas)[ -](?:collected|counted|available|recueillie?s?|"
    r"compte?e?s?|collectee?s?|disponibles?))(?![\w/])"
)
_AGREES: Final = re.compile(
    r"\bd'accord\b|\bc'est (?:bon|ca|exact|correct)\b|\bthat(?:'s| is) (?:right|correct)\b|\bthe log is right\b|\ble journal a raison\b"
)
_PHONE: Final = re.compile(r"(?:\+?1[ .-]?)?\(?\b[0-9]{3}\)?[ .-][0-9]{3}[ .-][0-9]{4}\b")
_SHARE: Final = re.compile(r"(?<![\w.,/-])([0-9]{1,9})\s?(?:/|(?:out )?of|sur)\s?([0-9]{1,9})(?![\w/]|[.,-][0-9])")
_TOKEN: Final = re.compile(
    r"""(?P<mark>[\ue000-\ue002])
    | (?P<number>[+-]?[0-9]{1,3}(?:\ [0-9]{3})+(?:[.,][0-9]+)?(?![0-9]) | [+-]?[0-9]+(?:[.,][0-9]+)?)(?P<glued>[^\W\d_]+)?
    | (?P<word>[^\W\d_]+(?:['-][^\W\d_]+)*'?)
    | (?P<percent>%) | (?P<doubt>[?~<>+–—-]) | (?P<quiet>[\s.!:=()*•"«»,]) | (?P<odd>.)""",
    re.VERBOSE | re.DOTALL,
)
_THUMB: Final = "\N{THUMBS UP SIGN}"
# Stand for what was understood as a whole, where no mail can have them.
_NA, _YEP, _OF = "\ue000", "\ue001", "\ue002"


def read(text: str, asked: Sequence[Asked], *, names: Collection[str] = ()) -> Answer:
    """Return what ``text`` answers to what was ``asked``, the thing in the subject first. ``names``: of who writes."""
    if not asked:
        return NOT_A_NUMBER
    return _Reading(asked, names).of(text)


@dataclasses.dataclass
class _Piece:
    """A line, or a part of one, as far as it is understood."""

    words: str
    values: list[Decimal | tuple[Decimal, Decimal] | str] = dataclasses.field(default_factory=list)
    labels: set[str] = dataclasses.field(default_factory=set)
    percent: bool = False
    doubt: bool = False
    unsure: bool = False
    unknown: bool = False
    digits: bool = False
    comma: bool = False
    no: bool = False

    @property
    def says_nothing(self) -> bool:
        """Is it empty, or only a greeting?"""
        return not (self.values or self.unknown or self.doubt or self.labels or self.percent or self.no)


class _Trouble(Exception):
    def __init__(self, problem: str, words: str) -> None:
        super().__init__(problem)
        self.answer = Answer(problem=problem, words=words[:80])

    def about(self, key: str, value: object) -> _Trouble:
        """Return it as one about the thing of this key."""
        self.answer = dataclasses.replace(self.answer, key=key, value=value if isinstance(value, Decimal) else None)
        return self


class _Reading:
    """One mail, read with what was asked in mind."""

    def __init__(self, asked: Sequence[Asked], names: Collection[str]) -> None:
        self._asked = list(asked)
        self._words = {one.key: {_stem(word) for name in one.names for word in words_of(name)} - _STOP for one in asked}
        self._names = {word for name in names for word in words_of(name)}

    def of(self, text: str) -> Answer:
        taken: list[_Piece] = []
        rest, place = False, -1
        for paragraph, piece in self._pieces(text):
            if piece.says_nothing:
                continue
            if not piece.unknown:
                taken.append(piece)
                place = paragraph
            elif not taken or piece.unsure or (piece.digits and paragraph == place):
                return NOT_A_NUMBER
            else:
                rest = True
        if not taken:
            return NOT_A_NUMBER
        try:
            return Answer(tuple(self._said(taken)), rest=rest)
        except _Trouble as trouble:
            return dataclasses.replace(trouble.answer, rest=rest)

    def _pieces(self, text: str) -> Iterator[tuple[int, _Piece]]:
        for paragraph, lines in enumerate(re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n"))):
            for line in re.split(r"[\n;\u2028]|,(?=\s)", lines):
                yield paragraph, self._piece(line.strip())

    def _piece(self, line: str) -> _Piece:
        piece = _Piece(words=line)
        # "7½" must not be read as 71/2; characters without a meaning mean nothing here either.
        if any(unicodedata.category(letter) in ("No", "Nl", "Co", "Cn", "Cs") for letter in line):
            piece.unknown = piece.digits = True
            return piece
        plain = _PHONE.sub(" (phone) ", re.sub(r"^[-*•]\s+", "", folded(line)))
        plain = _AGREES.sub(f" {_YEP} ", _NOT_COLLECTED.sub(f" {_NA} ", plain))
        shares = [(Decimal(one), Decimal(other)) for one, other in _SHARE.findall(plain)]
        plain = _SHARE.sub(f" {_OF} ", plain).replace(_THUMB, f" {_YEP} ")
        for token in _TOKEN.finditer(number_words.joined(plain)):
            self._take(token, piece, shares)
        if len(piece.values) > 1:  # "OK, 7" and "OK 7" say 7
            piece.values = [one for one in piece.values if one != "agrees"] or ["agrees"]
        if piece.no and piece.labels and not piece.values:  # "no conversations"
            piece.values, piece.no = [Decimal(0)], False
        return piece

    def _take(self, token: re.Match[str], piece: _Piece, shares: list[tuple[Decimal, Decimal]]) -> None:
        kind, text = token.lastgroup, token.group()
        if token["mark"]:
            piece.values.append(shares.pop(0) if text == _OF else {_NA: "na", _YEP: "agrees"}[text])
        elif token["number"]:
            piece.digits = True
            piece.unknown |= bool(token["glued"])
            piece.comma |= bool(re.fullmatch(r"[+-]?0*[1-9][0-9 ]*,[0-9]{3}", token["number"]))
            piece.values.append(Decimal(token["number"].replace(" ", "").replace(",", ".")))
        elif kind == "word":
            self._take_word(text, piece)
        elif kind == "percent":
            piece.percent = True
        elif kind == "doubt":
            piece.doubt = True
        elif kind == "odd":
            piece.unknown = True

    def _take_word(self, word: str, piece: _Piece) -> None:
        label = _stem(word)
        piece.unsure |= word in _UNSURE
        if word in number_words.VALUES:
            piece.values.append(Decimal(number_words.VALUES[word]))
        elif word in _NONE:
            piece.values.append(Decimal(0))
        elif word in _YES:
            piece.values.append("agrees")
        elif word in _NO:
            piece.no = True
        elif any(label in words for words in self._words.values()):
            piece.labels.add(label)
        elif word in _DOUBT:
            piece.doubt = True
        elif word in ("percent", "pourcent", "pour-cent"):
            piece.percent = True
        elif word not in AROUND | _STOP and word not in self._names:
            piece.unknown = True

    def _said(self, pieces: list[_Piece]) -> Iterator[Said]:
        found: dict[str, tuple[Said, _Piece]] = {}
        agreed: _Piece | None = None
        for piece in pieces:
            try:
                value = _only_value(piece)
            except _Trouble as trouble:
                raise trouble.about(self._key(piece, found), None) from None
            if value == "agrees":
                agreed = piece
                continue
            one = self._meant(piece, found)
            try:
                said = Said(one.key, missing=True) if value == "na" else _number(one, value, piece)
            except _Trouble as trouble:
                raise trouble.about(one.key, value) from None
            if one.key in found and found[one.key][0] != said:
                raise _Trouble(SEVERAL, piece.words)
            found[one.key] = said, piece
        if agreed is not None:
            self._agree(agreed, found)
        for one in self._asked:
            if one.key in found:
                yield found[one.key][0]

    def _key(self, piece: _Piece, found: dict[str, tuple[Said, _Piece]]) -> str:
        """Return the key of the thing that a piece is about, "" where that cannot be told."""
        try:
            return self._meant(piece, found).key
        except _Trouble:
            return ""

    def _agree(self, piece: _Piece, found: dict[str, tuple[Said, _Piece]]) -> None:
        offered = next((one for one in self._asked if one.offered), None)
        if offered is not None:
            found.setdefault(offered.key, (Said(offered.key, agrees=True), piece))
        elif not found:
            raise _Trouble(OFFERED, piece.words)

    def _meant(self, piece: _Piece, found: dict[str, tuple[Said, _Piece]]) -> Asked:
        """Return which of the things asked a piece is about: the one it names, else the one in the subject, once."""
        fits = [one for one in self._asked if piece.labels <= self._words[one.key]]
        if piece.labels and len(fits) > 1:  # what is named by all of its words, before what has more
            fits = [one for one in fits if piece.labels == self._words[one.key]] or fits
        if piece.labels and len(fits) != 1:
            raise _Trouble(WHICH, piece.words)
        if piece.labels or len(self._asked) == 1:
            return fits[0]
        first = self._asked[0]
        if first.key in found:
            raise _Trouble(WHICH, piece.words)
        return first


def _only_value(piece: _Piece) -> Decimal | tuple[Decimal, Decimal] | str:
    if len(piece.values) > 1:
        raise _Trouble(SEVERAL, piece.words)
    if piece.doubt:
        raise _Trouble(ABOUT, piece.words)
    if not piece.values:
        raise _Trouble(NO if piece.no else WHICH, piece.words)
    if piece.no:
        raise _Trouble(ABOUT, piece.words)
    if piece.comma:
        raise _Trouble(COMMA, piece.words)
    return piece.values[0]


def _number(asked: Asked, value: Decimal | tuple[Decimal, Decimal] | str, piece: _Piece) -> Said:
    """Return the value, if a thing of this kind can have it, and where it was said as so many of so many, both."""
    assert not isinstance(value, str)
    if not isinstance(value, tuple):
        return Said(asked.key, _value(value, asked.kind, piece))
    if asked.kind not in (PERCENT, RATE) or piece.percent:
        raise _Trouble(SHARE, piece.words)
    some, of = value
    if _is_long(some) or _is_long(of):
        raise _Trouble(LONG, piece.words)
    if not of or (asked.kind == PERCENT and some > of):
        raise _Trouble(IMPOSSIBLE, piece.words)
    found = share_of(some, of, kind=asked.kind, per=asked.per)
    if _is_long(found):
        raise _Trouble(LONG, piece.words)
    return Said(asked.key, found, parts=value)


def _value(value: Decimal, kind: str, piece: _Piece) -> Decimal:
    """Return the value, if a thing of this kind can have it."""
    if piece.percent and kind != PERCENT:
        raise _Trouble(SIGN, piece.words)
    if _is_long(value):
        raise _Trouble(LONG, piece.words)
    if (kind == PERCENT and not 0 <= value <= 100) or (kind in (COUNT, RATE) and value < 0):
        raise _Trouble(IMPOSSIBLE, piece.words)
    if kind == COUNT and value != value.to_integral_value():
        raise _Trouble(WHOLE, piece.words)
    return value


def _is_long(value: Decimal) -> bool:
    """Has it more digits, before the point or after it, than a number that is kept?"""
    exponent = value.as_tuple().exponent
    return abs(value) >= MOST or (isinstance(exponent, int) and exponent < -3)


def _stem(word: str) -> str:
    return word.rstrip("sx") if len(word) > 3 else word
