"""A first small guard: shapes in a text that could point to one person.

It warns beside the box and never blocks; the writer decides ("Change it, or keep it if it is your own story").
Nothing is stored or logged here. It knows Canadian shapes: health-card numbers, record numbers, dates of birth,
telephone numbers, e-mail addresses, and a person's initials or name beside a room or bed.

Every pattern is a flat row of pieces with bounded repetition and no repeated group holds a repetition, so that the
time grows with the length of the text and not faster, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a place in the text looks like, most telling first."""

    EMAIL = "email"
    HEALTH_CARD = "health card"
    RECORD = "record number"
    BIRTH_DATE = "date of birth"
    PHONE = "phone"
    PERSON_PLACE = "person and room"


@dataclass(frozen=True, slots=True)
class Finding:
    """One place: text[start:end] == excerpt, in the text as it was given."""

    kind: Kind
    start: int
    end: int
    excerpt: str


_RANK: Final = {kind: rank for rank, kind in enumerate(Kind)}
_Span = tuple[int, int]

# Signs that people type for the same thing, one for one, so that places stay where they are.
_PLAIN: Final = str.maketrans(
    {
        "\u00a0": " ", "\u2007": " ", "\u2009": " ", "\u202f": " ", "\t": " ",
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
        "\u2018": "'", "\u2019": "'", "\uff20": "@",
        "\u0130": "I",  # the only letter that grows longer in lower case
    }
)  # fmt: skip

# ---------------------------------------------------------------- numbers
# Patterns for words are matched against the text in lower case and begin with a letter of their own, without a
# boundary: so the engine can leap from one possible beginning to the next (five times faster). `_words` then
# asks whether a word begins there.

_NOT_IN_NUMBER: Final = r"(?<![\dA-Za-z])(?<!\d[-. ])"
_END: Final = r"(?![-. ]?\d)"

_CARDS: Final = (
    # Quebec (RAMQ): four letters, then year, month (50 more for women) and day of birth, two digits
    re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{4}[ -]?\d{2}(?:[05]\d|[16][0-2])[ -]?[0-3]\d{3}(?!\d)"),
    # Ontario: ten digits in 4-3-3, with or without the version code; the shape of BC and Nova Scotia too
    re.compile(_NOT_IN_NUMBER + r"\d{4}[ -]\d{3}[ -]\d{3}(?:[ -]?[A-Za-z]{2}\b|(?![-. ]?\d))"),
    # Ontario in one block: only the version code tells it from a telephone number
    re.compile(_NOT_IN_NUMBER + r"\d{10}[ -]?[A-Z]{2}\b"),
    # British Columbia in one block: begins with 9, which no area code with a second 8 does; the rest needs a cue
    re.compile(_NOT_IN_NUMBER + r"98\d{8}" + _END),
    # Alberta: 12345-6789
    re.compile(_NOT_IN_NUMBER + r"\d{5}-\d{4}" + _END),
    # Newfoundland and Labrador: twelve digits in threes
    re.compile(_NOT_IN_NUMBER + r"\d{3}[ -]\d{3}[ -]\d{3}[ -]\d{3}" + _END),
    # Manitoba, Saskatchewan, New Brunswick, Yukon, Nunavut: nine digits in threes
    re.compile(_NOT_IN_NUMBER + r"\d{3}[ -]\d{3}[ -]\d{3}" + _END),
)

_CARD_CUE: Final = re.compile(
    r"(?:health ?-?card|health ?-?care (?:card|number|no)|health (?:number|no|ins)|hcn|ohip|phn|phin|ramq|msp|mcp"
    r"|ahcip|uli|medicare|personal health|carte[- ]soleil|carte (?:de |d'assurance[- ])?(?:santé|sante|maladie)"
    r"|assurance[- ]maladie|numéro d'assurance|numero d'assurance|nam)\b"
)
_RECORD_CUE: Final = re.compile(
    r"(?:mrn|medical record|chart (?:number|no|#)|patient (?:id|number|no|#)|record (?:number|no|#)"
    r"|dossier|numéro de patient|numero de patient)(?![a-z])"
)
# A number after a cue: in up to a few groups, perhaps led by one letter (as some hospitals' are)
_CUED_NUMBER: Final = re.compile(r"\d[\d -]{3,17}\d(?:[ -]?[a-z]{2}\b)?")
_LETTER_BEFORE: Final = re.compile(r"\b[a-z][ -]?$")
_DIGIT: Final = re.compile(r"\d")

_PHONE: Final = re.compile(
    r"(?<![\dA-Za-z])(?<!\d[-. ])(?:\+?1[ .-]?)?\(?[2-9]\d{2}\)?[ .-]{0,2}[2-9]\d{2}[ .-]?\d{4}(?![\dA-Za-z])(?![-.]\d)"
)
_PHONE_CUE: Final = re.compile(
    r"(?:tel|tél|phone|telephone|téléphone|call|cell|mobile|text|fax|appele[rz]|composez?|textez)(?![a-z])"
)
_LOCAL_PHONE: Final = re.compile(r"[2-9]\d{2}[ .-]\d{4}(?![-\d])")

# ---------------------------------------------------------------- dates of birth

_MONTH: Final = (
    r"(?:jan(?:uary|vier|v)?|feb(?:ruary)?|f[ée]v(?:rier|r)?|mar(?:ch|s)?|apr(?:il)?|avr(?:il)?|may|mai|june?|juin"
    r"|july?|juil(?:let|l)?|aug(?:ust)?|ao[uû]t|sept?(?:ember|embre)?|oct(?:ober|obre)?|nov(?:ember|embre)?"
    r"|d[eé]c(?:ember|embre)?)\.?"
)
_DATE: Final = re.compile(
    r"(?<!\d)(?:"
    r"(?:18|19|20)\d{2}[-/. ]\d{1,2}[-/. ]\d{1,2}"
    r"|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})"
    r"|(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    r"|\d{1,2}(?:st|nd|rd|th|er)?[ -](?:of )?" + _MONTH + r",?[ -]\d{4}"
    r"|(?<![a-z])" + _MONTH + r" \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
    r")(?!\d)"
)
_BIRTH_CUE: Final = re.compile(
    r"(?:born|d\.?o\.?b\.?|b\.?d\.?|date of birth|birth ?-?date|birthday|née?s?|né\(e\)|ne le|nee le|ddn"
    r"|date de naissance|naissance|anniversaire)(?![a-zà-ÿ])"
)
_CUE_BEFORE: Final = 25
_CUE_AFTER: Final = 4

# ---------------------------------------------------------------- a person and a room

_ROOM: Final = re.compile(
    r"(?:room|rm|bed|bay|chambre|ch|lit)\b\.? {0,2}(?:no|number|#|numéro)?\.? {0,2}(?:\d{1,4}[a-z]?|[a-z]\d{1,3})\b"
)
_INITIALS: Final = re.compile(r"(?<![A-Za-zÀ-ÿ.])[A-ZÀ-Þ]\.[ -]{0,2}[A-ZÀ-Þ](?:\.|[a-zà-ÿ'-]{1,30})?(?![A-Za-zÀ-ÿ])")
_BARE_INITIALS: Final = re.compile(r"(?<![A-Za-zÀ-ÿ0-9.])[A-ZÀ-Þ]{2}(?![A-Za-zÀ-ÿ0-9])")
_TITLED: Final = re.compile(
    r"(?<![A-Za-zÀ-ÿ])(?:Mr|Mrs|Ms|Miss|Mx|Mme|Mlle|Monsieur|Madame)\b\.? (?:[A-ZÀ-Þ][A-Za-zÀ-ÿ'-]{0,30})\.?"
)
_TITLED_FR: Final = re.compile(r"(?<![A-Za-zÀ-ÿ.])M\. [A-ZÀ-Þ][A-Za-zÀ-ÿ'-]{0,30}\.?")
# Two capitals that are a trade, a ward or a province and not a person
_NOT_PEOPLE: Final = re.compile(
    r"A[BCM]|B[CPR]|C[ACNT]|D[IR]|E[DNQR]|FR|G[IP]|H[DR]|I[ADPTV]|L[ST]|M[BDHR]|N[BLOPSTU]|O[BKNRT]|P[CEIMNORT]"
    r"|Q[CI]|R[NT]|S[IKW]|T[ARSV]|U[CKS]|VP|YT"
)
_NEAR: Final = 24
_NEXT_TO: Final = 6


def findings(text: str, lang: str) -> list[Finding]:
    """What in the text could point to one person: places in order, none overlapping another.

    Both languages are looked for at once, since people mix them; `lang` ("en" or "fr") only decides what means
    something else in the other language ("M. Roy" is a title in French, a first letter in English).
    """
    plain = text.translate(_PLAIN)
    low = plain.lower()
    spans: list[tuple[Kind, int, int]] = []
    if "@" in plain:
        spans += [(Kind.EMAIL, a, b) for a, b in _emails(plain)]
    if _DIGIT.search(plain):
        spans += [(Kind.HEALTH_CARD, *m.span()) for card in _CARDS for m in card.finditer(plain) if _is_card(m)]
        spans += [(Kind.HEALTH_CARD, a, b) for a, b in _cued(low, _CARD_CUE, 8)]
        spans += [(Kind.RECORD, a, b) for a, b in _cued(low, _RECORD_CUE, 5)]
        spans += [(Kind.BIRTH_DATE, a, b) for a, b in _birth_dates(low)]
        spans += [(Kind.PHONE, *m.span()) for m in _PHONE.finditer(plain)]
        spans += [(Kind.PHONE, a, b) for a, b in _local_phones(low)]
        spans += [(Kind.PERSON_PLACE, a, b) for a, b in _people_in_rooms(plain, low, lang)]
    return [Finding(kind, a, b, text[a:b]) for kind, a, b in _apart(spans)]


def _apart(spans: Iterable[tuple[Kind, int, int]]) -> Iterator[tuple[Kind, int, int]]:
    """The spans in order; of two that overlap the more telling one stays, else the longer."""
    kept: tuple[Kind, int, int] | None = None
    for span in sorted(spans, key=lambda s: (s[1], -s[2])):
        if kept is None or span[1] >= kept[2]:
            if kept is not None:
                yield kept
            kept = span
        elif (_RANK[span[0]], kept[2] - kept[1]) < (_RANK[kept[0]], span[2] - span[1]):
            kept = span
    if kept is not None:
        yield kept


# ---------------------------------------------------------------- e-mail

_LOCAL: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-")
_HOST: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")


_AT: Final = re.compile(r"@(?=[\w-]{1,63}\.\w)")


def _emails(text: str) -> Iterator[_Span]:
    """Addresses, found from their @ outwards: a pattern that begins with "any letters" would try every letter."""
    for found in _AT.finditer(text):
        at = found.start()
        start, end = at, at + 1
        while start > 0 and at - start < 64 and (text[start - 1] in _LOCAL or text[start - 1].isalpha()):
            start -= 1
        while end < len(text) and end - at < 255 and (text[end] in _HOST or text[end].isalpha()):
            end += 1
        host = text[at + 1 : end].rstrip(".-")
        local = text[start:at].lstrip(".'")
        top = host.rpartition(".")[2]
        if local and "." in host[1:] and len(top) >= 2 and top.isalpha():
            yield at - len(local), at + 1 + len(host)


# ---------------------------------------------------------------- numbers with and without a cue


def _is_card(match: re.Match[str]) -> bool:
    """Rule out two years after a word ("from 2010-2012") and round numbers ("1000 000 000")."""
    text = match.group()
    digits = "".join(c for c in text if c.isdigit())
    years = digits[:2] in ("19", "20") and digits[4:6] in ("19", "20") and len(digits) == 8
    return len(set(digits)) > 2 and (not years or text[:4].isupper())


def _is_calendar(number: str) -> bool:
    """Whether the number is a date in figures (2023-01-11, 20230111) or two years (2022-2023)."""
    digits = "".join(c for c in number if c.isdigit())
    if len(digits) != 8 or any(c.isalpha() for c in number) or digits[:2] not in ("19", "20"):
        return False
    if digits[4:6] in ("19", "20"):
        return True
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _words(low: str, pattern: re.Pattern[str]) -> Iterator[_Span]:
    """Where a pattern matches at the beginning of a word."""
    for found in pattern.finditer(low):
        if found.start() == 0 or not low[found.start() - 1].isalnum():
            yield found.span()


def _first_digit(low: str, start: int, most: int) -> int | None:
    """Where the first digit stands, at most so many characters on, in the same line and before a ! or ?"""
    found = _DIGIT.search(low, start, start + most + 1)
    if found is None or any(sign in low[start : found.start()] for sign in "\n!?"):
        return None
    return found.start()


def _cued(low: str, cue: re.Pattern[str], fewest: int) -> Iterator[_Span]:
    """Numbers of at least `fewest` digits just after a cue word."""
    for _, end in _words(low, cue):
        at = _first_digit(low, end, 30)
        number = _CUED_NUMBER.match(low, at) if at is not None else None
        if number is None or sum(map(str.isdigit, number.group())) < fewest or _is_calendar(number.group()):
            continue
        letter = _LETTER_BEFORE.search(low, max(end, number.start() - 4), number.start())
        yield (letter.start() if letter else number.start()), number.end()


def _local_phones(low: str) -> Iterator[_Span]:
    """Seven digits, only where a word says that they are to be called."""
    for _, end in _words(low, _PHONE_CUE):
        at = _first_digit(low, end, 15)
        number = _LOCAL_PHONE.match(low, at) if at is not None else None
        if number:
            yield number.span()


# ---------------------------------------------------------------- things that stand near each other


def _pairs(left: list[_Span], right: list[_Span]) -> Iterator[tuple[_Span, _Span]]:
    """Each span of `right` with the nearest one of `left` that ends before it begins; both in order; linear."""
    i = 0
    for span in right:
        while i < len(left) and left[i][1] <= span[0]:
            i += 1
        if i:
            yield left[i - 1], span


def _gap(text: str, a: _Span, b: _Span, most: int) -> bool:
    """Whether b begins at most so many characters after a, in the same line and the same sentence."""
    if b[0] - a[1] > most:
        return False
    between = text[a[1] : b[0]]
    return "\n" not in between and not any(end in between for end in (". ", "! ", "? "))


def _birth_dates(low: str) -> Iterator[_Span]:
    cues = list(_words(low, _BIRTH_CUE))
    if not cues:
        return
    dates = [m.span() for m in _DATE.finditer(low)]
    for cue, when in _pairs(cues, dates):
        if _gap(low, cue, when, _CUE_BEFORE):
            yield when
    for when, cue in _pairs(dates, cues):
        if _gap(low, when, cue, _CUE_AFTER):
            yield when


def _people_in_rooms(text: str, low: str, lang: str) -> Iterator[_Span]:
    rooms = list(_words(low, _ROOM))
    if not rooms:
        return
    people = [m.span() for pattern in (_INITIALS, _TITLED) for m in pattern.finditer(text)]
    if lang == "fr":
        people += [m.span() for m in _TITLED_FR.finditer(text)]
    bare = [m.span() for m in _BARE_INITIALS.finditer(text) if not _NOT_PEOPLE.fullmatch(m.group())]
    for names, reach in ((sorted(people), _NEAR), (bare, _NEXT_TO)):
        for name, room in _pairs(names, rooms):
            if _gap(text, name, room, reach):
                yield name[0], room[1]
        for room, name in _pairs(rooms, names):
            if _gap(text, room, name, _NEXT_TO):
                yield room[0], name[1]
