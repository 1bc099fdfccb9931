"""French is complete: every text of the interface has one, none is doubtful, none is left over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from core.catalog import gather

ROOT = Path(__file__).resolve().parents[1]
PO = ROOT / "locale" / "fr" / "LC_MESSAGES" / "django.po"


def key(message):
    return (message.id if isinstance(message.id, str) else tuple(message.id), message.context)


@pytest.fixture(scope="module")
def french():
    with PO.open("rb") as file:
        return {key(message): message for message in read_po(file, locale="fr") if message.id}


@pytest.fixture(scope="module")
def said():
    return {key(message) for message in gather(ROOT) if message.id}


def test_every_text_has_its_french(french, said):
    assert sorted(str(k) for k in said - set(french)) == [], "run manage.py extract_messages"
    empty = [k for k, m in french.items() if not (all(m.string) if isinstance(m.string, tuple | list) else m.string)]
    assert empty == []


def test_none_is_doubtful_and_none_is_left_over(french, said):
    assert [k for k, message in french.items() if message.fuzzy] == []
    assert sorted(str(k) for k in set(french) - said) == [], "run manage.py extract_messages"


def _strings(french):
    for (msgid, _context), message in french.items():
        ids = (msgid,) if isinstance(msgid, str) else msgid
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        for text in strings:
            yield ids, text


def test_placeholders_are_the_same(french):
    name = re.compile(r"%\((\w+)\)[sd]")
    wrong = []
    for ids, text in _strings(french):
        if set(name.findall(text)) - {n for i in ids for n in name.findall(i)}:
            wrong.append((ids[0], text))
        if len(ids) == 1 and set(name.findall(ids[0])) != set(name.findall(text)):
            wrong.append((ids[0], text))
    assert wrong == []


def test_typography_is_canadian(french):
    """OQLF: a non-breaking space before a colon and inside « », none before ; ? !; no straight double quotes."""
    nbsp = "\N{NO-BREAK SPACE}"
    wrong = []
    for _ids, text in _strings(french):
        bare = re.sub(r"https?://\S+|%\(\w+\)[sd]|\{\{.*?\}\}|<[^>]*>|\d\d?:\d\d", "x", text)
        if re.search(rf"[^{nbsp}\s\d/]:(\s|$)", bare) or " :" in bare:
            wrong.append(("colon", text))
        if re.search(rf"«[^{nbsp}]|[^{nbsp}]»", bare):
            wrong.append(("quotes", text))
        if re.search(r"\s[;?!]", bare.replace("? !", "")):
            wrong.append(("space before ; ? !", text))
        if re.search(r"[“”]", bare):
            wrong.append(("english quotes", text))
    assert wrong == []


# Placeholders that hold what somebody or something is called, of which nobody knows how it begins: « de Odette » is no French.
CALLED = frozenset(
    {
        "by", "called", "cohort", "guest", "host", "hosts", "name", "named", "names", "organisation", "person", "programme",
        "reader", "sender", "series", "service", "speaker", "sponsor", "team", "unit", "visitor", "who", "whose", "with_whom",
        "writer",
    }
)  # fmt: skip
# What is shortened before a vowel, whole or as shortened already.
_ELIDED = re.compile(
    r"(?:\b(?:de|que|le|la|je|ne|se|me|te|ce|lorsque|puisque|jusque)[ \N{NO-BREAK SPACE}]|\b(?:qu|[cdjlmnst])['’])%\((\w+)\)s",
    re.IGNORECASE,
)


def before_a_name(text: str) -> list[str]:
    """Return what of a French text would have to be shortened, or must not be, as the name begins that comes after it."""
    return [found.group() for found in _ELIDED.finditer(text) if found.group(1) in CALLED]


def test_no_word_that_a_vowel_shortens_stands_before_a_name(french):
    """Written around: « Un message, par %(name)s », « Carte : %(name)s »."""
    wrong = {}
    for message in french.values():
        texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
        wrong |= {text: before_a_name(text) for text in texts if before_a_name(text)}
    assert wrong == {}


def test_what_is_looked_for_before_a_name_is_found():
    assert before_a_name("Un message de %(name)s") == ["de %(name)s"]
    assert before_a_name("Tout ce qu'%(reader)s a reçu") == ["qu'%(reader)s"]
    assert before_a_name("Une page pour %(name)s, ou l'équipe (%(team)s), le %(day)s") == []
