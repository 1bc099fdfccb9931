"""What somebody wrote in an answer, without what their program put under it: quotes, headers of the old mail, signatures.

Line by line and without backtracking: a library for this was tried, and let one long line take minutes, and took every list
for a signature (docs/decisions/0020-mail-that-comes-in.md). Whoever reads can always open the whole of it; what is cut wrongly
is not lost, but what is left in wrongly may be read as an answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

# More lines, or longer ones, are no answer to a mail; the rest is read in the whole of it.
MOST_LINES: Final = 2_000
MOST_OF_A_LINE: Final = 2_000

# Under one of these everything is the old mail.
_SEPARATORS: Final = re.compile(
    r"[-_*=\s]*(?:original message|message d'origine|message original|message initial|message transféré|"
    r"forwarded message|begin forwarded message|début du message (?:réexpédié|transféré)|"
    r"original appointment|rendez-vous d'origine)\s*:?[-_*=\s]*",
    re.IGNORECASE,
)
_RULE: Final = re.compile(r"[_-]{20,}")
# The first line of the old mail's head, and the lines that may stand under it. Outlook in French has a space before ":".
_HEAD_FROM: Final = re.compile(r"\*?(?:from|de|expéditeur|exp|von)\s?:\*?\s", re.IGNORECASE)
_HEAD_LINE: Final = re.compile(
    r"\*?(?:from|sent|date|to|cc|bcc|subject|reply-to|de|envoyé|date|à|cci|objet|expéditeur|destinataires?|importance|"
    r"répondre à|sent on|pour)\s?:\*?(?:\s|$)",
    re.IGNORECASE,
)
_HEAD_ENOUGH: Final = 3

# "On Tuesday, somebody wrote:", which many programs break over two or three lines.
_WROTE_BEGIN: Final = re.compile(r"(?:on|le|el|am)\s.*\d", re.IGNORECASE)
_WROTE_BEGIN_ISO: Final = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}\b.*[<@]")
_WROTE_END: Final = re.compile(r"(?:wrote|writes|a écrit|a ecrit|écrivait|écrit|schrieb)\s?:$", re.IGNORECASE)
# Over so many lines may it be broken.
_WROTE_LINES: Final = 4

_QUOTED: Final = re.compile(r">")

# A line of its own that telephones and programs put under what was written.
_SENT_FROM: Final = re.compile(
    r"(?:sent (?:from|via|with) (?:my|an?|the all|outlook|mail|gmail|yahoo|aol|proton|samsung|iphone|ipad|android|mobile|"
    r"blackberry|windows)|envoyé (?:de|depuis|à partir de|à partir d'|avec|via) ?(?:mon|ma|un|une|outlook|mail|gmail|yahoo|"
    r"proton|l'|courrier|samsung|iphone|ipad|android)|get outlook for|télécharger outlook|obtenez outlook|"
    r"obtenir outlook).{0,80}",
    re.IGNORECASE,
)
# Words with which people end; only as a line of their own with nothing but a signature under them.
_CLOSING: Final = re.compile(
    r"(?:(?:best|kind|warm|kindest|warmest|many)\s)?(?:regards|thanks|wishes)|thank you(?: (?:so|very) much)?|"
    r"best|cheers|sincerely|yours(?: truly| sincerely)?|all the best|take care|"
    r"(?:bien |très )?cordialement|cordiales salutations|(?:meilleures |mes )?salutations(?: distinguées)?|"
    r"merci(?: beaucoup| d'avance| bien)?|bonne (?:journée|soirée|fin de journée)|au plaisir|bien à vous|amicalement",
    re.IGNORECASE,
)
_SIGNATURE_LINES: Final = 8
_NAME: Final = re.compile(r"[^\W\d_][\w.'’-]*(?:[ ,][^\W\d_][\w.'’-]*){0,5}")
_OF_A_SIGNATURE: Final = re.compile(
    r"@|https?://|www\.|\b(?:tel|tél|téléphone|phone|cell|mobile|fax|ext|poste|t|c|p)\s?[.:]|\d{3}[-. )]+\d{3}[-. ]\d{4}",
    re.IGNORECASE,
)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Small words that stand in names and between two of them.
_IN_NAMES: Final = _set("de du des la le les of the van von der den di da dos and et for pour at à team équipe")
# A line with one of these says something, however few words it has.
_SAID: Final = _set(
    "yes no not wait sorry oops actually correction meant make oui non pas pardon attention plutôt désolé désolée "
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "zéro un deux trois quatre cinq sept huit neuf dix onze douze treize quatorze quinze seize "
    "vingt vingts trente quarante cinquante soixante septante huitante nonante"
)
_BETWEEN: Final = _set("et une")
# Small words beside a telephone number, of which a signature has no others but one.
_SMALL_WORD: Final = re.compile(r"[^\W\d_A-Z]{3,}[,;]?")
_REACHED_BY: Final = _set("tel tél phone téléphone cell mobile fax ext poste office bureau direct ligne")
_MOST_PARTS: Final = 4
_CARD_WORDS: Final = 5
_ABBREVIATED: Final = re.compile(
    r"(?:^|[\s.])(?:[^\W\d_]\.){1,4}$|\b(?:inc|ltd|ltée|dr|jr|sr|ph\.d|bsc|msc|inf)\.$", re.IGNORECASE
)
# What a hospital's mail server puts around everything that comes from outside, or leaves.
_NOTICE: Final = re.compile(
    r"\W{0,3}(?:caution|warning|external(?: e-?mail)?|attention|avertissement|courriel externe|confidentiality notice|"
    r"avis de confidentialité|this (?:e-?mail|message)(?:,)? (?:and any|is intended|may contain|originated)|"
    r"ce (?:courriel|message)(?:,)? (?:et toute|est destiné|peut contenir|provient)|ce message et)\b",
    re.IGNORECASE,
)


def words_of(text: str) -> str:
    """Return what was written in ``text``, "" where all of it is quoted."""
    lines = [" ".join(line[:MOST_OF_A_LINE].replace("\u00a0", " ").split()) for line in text.split("\n")[:MOST_LINES]]
    lines = _without_old_mail(lines)
    lines = _without_notices(lines)
    return "\n".join(_tidy(_without_signature(_tidy(lines))))


def _without_old_mail(lines: Sequence[str]) -> list[str]:
    """Return the lines that are this mail's own: above, below and between what is quoted."""
    kept: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        # A quoted "On …, somebody wrote:" that was broken by a program which marks only the first of its lines.
        if _QUOTED.match(line) or (place and _QUOTED.match(lines[place - 1]) and _WROTE_END.fullmatch(line)):
            place += 1
            continue
        if _SEPARATORS.fullmatch(line) or _is_head(lines, place) or _is_rule_over_head(lines, place):
            break
        if wrote := _wrote(lines, place):
            after = place + wrote
            if not _is_quote_next(lines, after):
                break  # the old mail stands there without any marks
            place = after
            continue
        kept.append(line)
        place += 1
    return kept


def _is_head(lines: Sequence[str], place: int) -> bool:
    """Return whether the head of an old mail begins here: who it is from, and at least two lines more of such."""
    if not _HEAD_FROM.match(lines[place]):
        return False
    following = [line for line in lines[place : place + 12] if line][:8]
    return sum(1 for line in following if _HEAD_LINE.match(line)) >= _HEAD_ENOUGH


def _is_rule_over_head(lines: Sequence[str], place: int) -> bool:
    if not _RULE.fullmatch(lines[place]):
        return False
    ahead = next((at for at in range(place + 1, min(place + 4, len(lines))) if lines[at]), None)
    return ahead is not None and _is_head(lines, ahead)


def _wrote(lines: Sequence[str], place: int) -> int:
    """Return over how many lines "On …, somebody wrote:" goes that begins here, 0 where none does."""
    first = lines[place]
    if not (_WROTE_BEGIN.match(first[:300]) or _WROTE_BEGIN_ISO.match(first[:300])):
        return 0
    for count in range(1, _WROTE_LINES + 1):
        if place + count > len(lines) or (count > 1 and not lines[place + count - 1]):
            return 0
        if _WROTE_END.search(lines[place + count - 1][-30:]):
            return count
    return 0


def _is_quote_next(lines: Sequence[str], place: int) -> bool:
    following = next((line for line in lines[place:] if line), "")
    return not following or bool(_QUOTED.match(following))


def _without_notices(lines: list[str]) -> list[str]:
    """Drop the paragraphs that a mail server put in."""
    kept: list[str] = []
    skipping = False
    for line in lines:
        if not line:
            skipping = False
        elif _NOTICE.match(line) and (not kept or not kept[-1]):
            skipping = True
        if not skipping:
            kept.append(line)
    return kept


def _without_signature(lines: list[str]) -> list[str]:
    for place, line in enumerate(lines):
        if line == "--":
            return lines[:place]
        closes = line in ("—", "__") or _CLOSING.fullmatch(line.rstrip(" ,.!"))
        if ((closes and place > 0) or _SENT_FROM.fullmatch(line)) and _is_signature(lines[place + 1 :]):
            return lines[:place]
    return _without_card(lines)


def _is_signature(lines: Sequence[str]) -> bool:
    """Return whether lines are a signature and nothing else, or none at all.

    Whatever might be said to somebody is not: "Wait, I meant 8" under "Thanks" would be lost, and 7 be what they said.
    """
    below = [line for line in lines if line]
    if len(below) > _SIGNATURE_LINES:
        return False
    below = [line for line in below if not _SENT_FROM.fullmatch(line)]
    return all(
        _is_how_to_reach(line) or (_is_of_a_card(line) if place else _is_name(line)) for place, line in enumerate(below)
    )


def _is_how_to_reach(line: str) -> bool:
    """Return whether a line is a telephone number or an address, and no sentence that bears one."""
    if len(line) > 100 or not _OF_A_SIGNATURE.search(line) or _says_something(line):
        return False
    small = [word for word in line.split() if _SMALL_WORD.fullmatch(word) and word.rstrip(",;") not in _REACHED_BY]
    return len(small) <= 1


def _is_name(line: str) -> bool:
    """Return whether a line names somebody: one word, or words with capitals, perhaps with what comes after a name."""
    parts = [" ".join(_words_in(part)) for part in re.split(r"[,|]", line)]
    parts = [part for part in parts if part]
    if _says_something(line) or not 1 <= len(parts) <= _MOST_PARTS or not all(map(_NAME.fullmatch, parts)):
        return False
    words = _words_in(" ".join(parts))
    return len(words) == 1 or all(word[0].isupper() or word.lower() in _IN_NAMES for word in words)


def _is_of_a_card(line: str) -> bool:
    """Return whether a line may stand under a name: who somebody is and where, in a few words. A number at its end is said."""
    if _is_name(line):
        return True
    return len(_words_in(line)) <= _CARD_WORDS and not line[-1].isdigit() and not _says_something(line)


def _words_in(line: str) -> list[str]:
    """Return the words of a line, without the dashes and pictures between them."""
    return [word for word in line.split() if any(letter.isalnum() for letter in word)]


def _says_something(line: str) -> bool:
    """Return whether a line ends as a sentence does ("M.D." and "inc." do not), or has a word that stands in no signature."""
    ends = line.endswith(("?", "!", "…")) or (line.endswith(".") and not _ABBREVIATED.search(line))
    # "Vingt-et-un" says something, "Trois-Rivières" is a place.
    words = [set(re.split("[\u2010\u2011-]", word.strip(",.;:").lower())) - _BETWEEN for word in line.split()]
    return ends or any(parts and parts <= _SAID for parts in words)


def _without_card(lines: list[str]) -> list[str]:
    """Drop a last paragraph that is a card: a name, and under it how to reach somebody."""
    begins = max((place for place, line in enumerate(lines) if not line), default=-1) + 1
    card = lines[begins:]
    if begins == 0 or not _is_name(card[0]):
        return lines
    return lines[:begins] if any(_is_how_to_reach(line) for line in card[1:]) and _is_signature(card) else lines


def _tidy(lines: Sequence[str]) -> list[str]:
    """Drop empty lines at both ends, and more than one between."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    while kept and not kept[-1]:
        kept.pop()
    return kept
