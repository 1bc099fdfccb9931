"""A sentence with the standard words, in the words of another set."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from core.words import STANDARD, Words, sets

# What is no word of a sentence: placeholders, marks of a page, addresses.
_NO_WORDS = r"%\(\w+\)[sd]|\{\{.*?\}\}|<[^>]*>|https?://\S+"
_VOWELS = "aâàeéèêiîoôuûyh"


def said(lang: str, words: Words, text: str) -> str:
    """Return ``text``, which is written in the standard words, in ``words``."""
    speaks = _french_team if lang == "fr" else _english_team
    if words.team != STANDARD.team:
        text = speaks(words.team)(text)
    if words.person != STANDARD.person:
        text = (_french_person if lang == "fr" else _english_person)(words.person)(text)
    return text


def is_address(msgid: str) -> bool:
    """Is this the pattern of an address? Those never vary: a link works whatever is spoken."""
    return re.fullmatch(r"[\w<>:/-]+/", msgid) is not None


def _like(model: str, word: str) -> str:
    """Return ``word`` with a capital where ``model`` has one."""
    return word[:1].upper() + word[1:] if model[:1].isupper() else word


@cache
def _kept(lang: str) -> re.Pattern[str]:
    return re.compile("|".join([_NO_WORDS, *map(re.escape, sorted(sets()["kept"][lang], key=len, reverse=True))]))


def _rewriting(lang: str, pattern: str, change: Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    """Return what changes ``pattern`` in a text and leaves alone what is kept."""
    words = re.compile(pattern)

    def rewrite(text: str) -> str:
        kept: list[str] = []

        def put_away(found: re.Match[str]) -> str:
            kept.append(found[0])
            return "\x00"

        pieces = words.sub(change, _kept(lang).sub(put_away, text)).split("\x00")
        return pieces[0] + "".join(held + piece for held, piece in zip(kept, pieces[1:], strict=True))

    return rewrite


def _either_case(word: str) -> str:
    return f"[{word[0].upper()}{word[0]}]{re.escape(word[1:])}"


def speaks_of(lang: str, kind: str, text: str) -> list[str]:
    """Return where ``text`` has the standard word of a kind ("team" or "person"), apart from what is kept."""
    forms = sets()[kind][getattr(STANDARD, kind)][lang]
    word = rf"\b(?:{forms['many']}|{forms['one']})\b"
    return re.findall(word, _kept(lang).sub("", text), flags=re.IGNORECASE)


# ---------------------------------------------------------------- English


@cache
def _english_team(key: str) -> Callable[[str], str]:
    return _english(sets()["team"][STANDARD.team]["en"], sets()["team"][key]["en"])


def _english(old: dict[str, str], new: dict[str, str]) -> Callable[[str], str]:
    def change(found: re.Match[str]) -> str:
        word = new["many"] if found["noun"].lower() == old["many"] else new["one"]
        if not found["article"]:
            return _like(found["noun"], word)
        # A set whose word needs another article says it: en = { one = "alliance", many = "alliances", a = "an" }.
        return f"{_like(found['article'], new.get('a', 'a'))} {word}"

    return _rewriting(
        "en", rf"\b(?:(?P<article>[Aa]) )?(?P<noun>{_either_case(old['many'])}|{_either_case(old['one'])})\b", change
    )


@cache
def _english_person(key: str) -> Callable[[str], str]:
    old, new = sets()["person"][STANDARD.person]["en"], sets()["person"][key]["en"]
    others = _english(old, new)
    # "patient, resident or client" names three settings at once: where the word is chosen, one remains.
    listed = re.compile(r"\b([Pp])atient, resident or (client|care partner)\b")

    def one(found: re.Match[str]) -> str:
        word = _like(found[1], new["one"])
        return word if found[2] == "client" else f"{word} or care partner"

    return lambda text: others(listed.sub(one, text))


# ---------------------------------------------------------------- French

_TEAM_FR = (
    r"(?:(?P<before>\b(?:de l|à l|De l|À l|l|L|d|D|toute l|Toute l)'"
    r"|\b(?:d'une autre|une autre|Une autre|d'une|D'une|une|Une|cette|Cette|aucune|Aucune|quelle|Quelle|toutes (?:les|vos|ses)"
    r"|Toutes (?:les|vos|ses)|la première|La première|première|la même|La même) ))?"
    r"\b(?P<noun>[ÉéEe]quipes?)\b"
)
_MASCULINE = {
    "d'une autre": "d'un autre", "une autre": "un autre", "d'une": "d'un", "une": "un", "aucune": "aucun",
    "quelle": "quel", "la première": "le premier", "première": "premier", "la même": "le même",
}  # fmt: skip


def elides(word: str) -> bool:
    """Return whether a French word asks for l' and d'."""
    return word[:1].lower() in _VOWELS


@cache
def _french_team(key: str) -> Callable[[str], str]:
    forms = sets()["team"][key]["fr"]
    masculine, vowel = forms["gender"] == "m", elides(forms["one"])

    def before(words: str, many: bool) -> str:
        low = words.lower().strip()
        if low.endswith("l'"):
            return _article(low, masculine, vowel)
        if low == "d'":
            return "d'" if vowel else "de "
        if not masculine:
            return f"{low} "
        if low == "cette":
            return "cet " if vowel else "ce "
        if low.startswith("toutes "):
            return f"tous {low.removeprefix('toutes ')} "
        return f"{_MASCULINE[low]} "

    def change(found: re.Match[str]) -> str:
        many = found["noun"].endswith("s")
        word = forms["many"] if many else forms["one"]
        if not found["before"]:
            return _like(found["noun"], word)
        return _like(found["before"], before(found["before"], many)) + word

    return _rewriting("fr", _TEAM_FR, change)


def _article(low: str, masculine: bool, vowel: bool) -> str:
    """Return "de l'", "à l'", "l'" or "toute l'" as another word asks for it."""
    if low == "toute l'":
        return ("tout " if masculine else "toute ") + ("l'" if vowel else "le " if masculine else "la ")
    if vowel:
        return low
    if not masculine:
        return low.replace("l'", "la ")
    return {"de l'": "du ", "à l'": "au ", "l'": "le "}[low]


_PROJECT_FR = re.compile(r"(?:(?P<before>\b(?:du|Du|au|Au|le|Le|de|De|ce|Ce) ))?(?<!\w)(?P<noun>[Pp]rojets?)\b")


def masculine(key: str, text: str) -> str:
    """Return a sentence that masculine.po has for "projet" with another masculine word."""
    forms = sets()["team"][key]["fr"]
    if forms["one"] == "projet":
        return text
    vowel = elides(forms["one"])
    with_vowel = {"du": "de l'", "au": "à l'", "le": "l'", "de": "d'", "ce": "cet "}

    def change(found: re.Match[str]) -> str:
        word = forms["many"] if found["noun"].endswith("s") else forms["one"]
        if not found["before"]:
            return _like(found["noun"], word)
        before = found["before"]
        return (_like(before, with_vowel[before.lower().strip()]) if vowel else before) + word

    return _PROJECT_FR.sub(change, text)


@cache
def _french_person(key: str) -> Callable[[str], str]:
    new = sets()["person"][key]["fr"]
    une, one, many = new["une"], new["one"], new["many"]
    phrases = {
        "une patiente, un patient, une personne résidente ou cliente": une,
        "patiente, patient, personne résidente, cliente ou client": une.removeprefix("une "),
        "une patiente, un résident ou une personne proche aidante": f"{une} ou une personne proche aidante"
        if " ou " not in une
        else f"{une.replace(' ou ', ', ', 1)} ou une personne proche aidante",
        "patient, résident ou": f"{one} ou",
        "patient, proche ou": f"{one}, proche ou",
        "une patiente ou un patient": une,
        "un patient": une,
        "patients": many,
        "patient": one,
    }

    def change(found: re.Match[str]) -> str:
        return _like(found["noun"], phrases[found["noun"].lower()])

    return _rewriting(
        "fr", rf"\b(?P<noun>{'|'.join(map(_either_case, sorted(phrases, key=len, reverse=True)))})\b", change
    )
