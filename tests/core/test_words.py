"""Every text of ours, in both languages, in the words of every set."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.template import Context, Template
from django.urls import get_resolver
from django.utils.translation import gettext, gettext_lazy, ngettext, npgettext, override, pgettext

from core import words
from core.catalog import gather
from core.drawings import remembered
from core.words import STANDARD, Words, catalogue, sentences, sets, speak, speaking, spoken

ROOT = Path(__file__).resolve().parents[2]
NBSP = "\N{NO-BREAK SPACE}"
EVERY = [Words(team, person) for team, person in itertools.product(sets()["team"], sets()["person"])]
OTHERS = [one for one in EVERY if one != STANDARD]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\{.*?\}\}|<[^>]*>")


def _read(path: Path):
    with path.open("rb") as file:
        return [message for message in read_po(file, locale="fr") if message.id]


def _all_of(value) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


@pytest.fixture(scope="module")
def texts():
    """Return (language, msgid as Django asks for it, the text in the standard words) of everything that is said."""
    found = []
    for message in _read(ROOT / "locale" / "fr" / "LC_MESSAGES" / "django.po"):
        ids = _all_of(message.id)
        msgid = f"{message.context}\x04{ids[0]}" if message.context else ids[0]
        found += [("en", msgid, text) for text in ids]
        found += [("fr", msgid, text) for text in _all_of(message.string) if text]
    return found


def _bare(text: str) -> str:
    return PLACEHOLDER.sub("", text)


@pytest.mark.parametrize("spoken_words", OTHERS, ids=lambda one: f"{one.team}-{one.person}")
def test_every_text_in_every_set(texts, spoken_words):
    wrong = []
    for lang, msgid, standard in texts:
        text = catalogue.worded(lang, spoken_words, msgid, standard)
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(standard)):
            wrong.append(("placeholders", text))
        if sentences.is_address(msgid):
            if text != standard:
                wrong.append(("an address", text))
            continue
        for kind in ("team", "person"):
            if getattr(spoken_words, kind) != getattr(STANDARD, kind) and sentences.speaks_of(lang, kind, text):
                wrong.append((f"left over: {kind}", text))
        if text == standard:
            continue
        if lang == "fr":
            wrong += _wrong_french(spoken_words, text)
        elif re.search(r"\b[Aa] (?=[aeio])|\b[Aa]n (?=[bcdfgjklmnpqrstvwxyzu])|\b(\w+) \1\b", _bare(text)):
            wrong.append(("article", text))
    assert wrong == []


def _wrong_french(spoken_words: Words, text: str) -> list[tuple[str, str]]:
    """Return what no French sentence has: articles that do not go together, or not with their noun; wrong typography."""
    wrong = []
    bare = _bare(text)
    forms = sets()["team"][spoken_words.team]["fr"]
    noun = rf"(?:{forms['one']}|{forms['many']})\b"
    if re.search(r"\b(?:de le|à le|le le|la la|du le|du l'|le l'|de de|un une|une un)\b", bare, re.I):
        wrong.append(("two articles", text))
    if re.search(rf"\b(?:de|à) les {noun}", bare, re.I):
        wrong.append(("two articles", text))
    if spoken_words.team != STANDARD.team:
        other = (
            r"une|cette|aucune|quelle|toute|première|la|seule"
            if forms["gender"] == "m"
            else r"un|ce|cet|aucun|le|du|au"
        )
        if re.search(rf"(?<!\w)(?:{other}) {noun}", bare, re.I):
            wrong.append(("gender", text))
        elided = r"[dl]'" if not sentences.elides(forms["one"]) else r"\b(?:le|la|de|du|au|ce) "
        if re.search(rf"{elided}{noun}", bare, re.I):
            wrong.append(("elision", text))
    if re.search(
        rf"[^{NBSP}\s\d/]:(\s|$)| :|«[^{NBSP}]|[^{NBSP}]»|[“”]", re.sub(r"https?://\S+|\d\d?:\d\d", "x", bare)
    ):
        wrong.append(("typography", text))
    return wrong


def test_what_agrees_with_a_feminine_word_is_written_out_for_masculine_ones(texts):
    """A sentence with "équipe" and a word that may agree with it stands in core/words/masculine.po: somebody has read it."""
    others = (
        r"(?<!et )\belles?\b(?!-même)|\b(?:celles?|laquelle|lesquelles|chacune|seules?|(?:complèt|prêt|activ)\w*es?)\b"
    )
    participle = r"équipes? (?:(?:est|sont|n'est|était|déjà|encore|pas|plus|qui|en|bien|jamais|-elles?) ?)*\w+ées?\b"
    before = r"(?:première|prochaine|dernière|nouvelle|ancienne|bonne|seule) équipe"
    agrees = re.compile(rf"{others}|{participle}|{before}", re.I)
    written = catalogue._written("masculine").keys() | catalogue._written("any.fr").keys()
    unread = []
    for lang, msgid, text in texts:
        if lang != "fr" or sentences.is_address(msgid) or not sentences.speaks_of("fr", "team", text):
            continue
        about = re.sub(r"équipe (?:de planification|d'enseignement)[^.;]*", "", text)
        found = re.search(r"(?:\w+ )?[ée]quipe", about, re.I)
        if found and agrees.search(about, found.start()) and (msgid, text) not in written:
            unread.append(catalogue.worded("fr", Words(team="project"), msgid, text))
    assert unread == [], "put them into core/words/masculine.po as they should be read"


@pytest.fixture(scope="module")
def said_somewhere():
    return {_all_of(message.id)[0] for message in gather(ROOT) if message.id}


@pytest.mark.parametrize("file", sorted((ROOT / "core" / "words").glob("*.po")), ids=lambda path: path.stem)
def test_what_is_written_out_is_still_said(said_somewhere, file):
    assert [message.id for message in _read(file) if _all_of(message.id)[0] not in said_somewhere] == []
    assert [message.id for message in _read(file) if not all(_all_of(message.string))] == []


# ---------------------------------------------------------------- as it is asked for


def test_the_words_follow_wherever_a_text_is_asked_for():
    lazy = gettext_lazy("Your teams")
    page = Template(
        "{% load i18n %}{% translate 'Team lead' %}{% blocktranslate count n=2 %}{{ n }} team{% plural %}{{ n }} teams{% endblocktranslate %}"
    )
    with speaking(Words("project", "resident")):
        assert gettext("Your teams") == str(lazy) == "Your projects"
        assert pgettext("step of an application", "Team") == "Project"
        assert page.render(Context()).startswith("Project lead")
        with override("fr"):
            assert gettext("Back to the team") == "Retour au projet"
            assert str(lazy) == "Vos projets"
        assert str(lazy) == "Your projects"  # override gives back the language and takes no words away
        with speaking(STANDARD):
            assert str(lazy) == "Your teams"
        assert str(lazy) == "Your projects"
    assert str(lazy) == "Your teams"
    assert spoken() == STANDARD


def test_one_and_many_in_both_languages():
    def said(n):
        return ngettext("You coach %(n)s team", "You coach %(n)s teams", n) % {"n": n}

    with speaking(Words("unit")):
        assert [said(1), said(2)] == ["You coach 1 unit", "You coach 2 units"]
        with override("fr"):
            assert [said(0), said(2)] == ["Vous accompagnez 0 unité", "Vous accompagnez 2 unités"]
        assert npgettext("nowhere said", "%(n)s team", "%(n)s teams", 2) == "%(n)s units"


def test_what_is_not_ours_is_left_alone():
    with speaking(Words("project")):
        assert gettext("a team that no text of ours names") == "a team that no text of ours names"


def test_some_sentences_as_they_are_read():
    def french(team, person, text):
        with speaking(Words(team, person)), override("fr"):
            return gettext(text).replace(NBSP, " ")

    assert french("project", "patient", "Is the team complete?") == "Le projet est-il complet?"
    assert french("unit", "patient", "Is the team complete?") == "L'unité est-elle complète?"
    assert french("project", "patient", "A team lead or the planning team can invite you.") == (
        "Une personne responsable de projet ou l'équipe de planification peut vous inviter."
    )
    assert french("team", "resident", "A patient, resident or care partner is in the team.") == (
        "Une ou un partenaire (résident ou proche) fait partie de l'équipe."
    )
    assert french("project", "person", "A patient, resident or care partner is in the team.") == (
        "Une ou un partenaire (personne soignée ou proche) fait partie du projet."
    )
    assert french("unit", "client", "Teams of this unit") == "Où cette unité participe"


def test_a_new_set_is_data(monkeypatch):
    """Another word needs its forms and nothing else: articles, elisions and agreements follow."""
    more = {
        "en": {"one": "alliance", "many": "alliances", "a": "an"},
        "fr": {"one": "atelier", "many": "ateliers", "gender": "m"},
    }
    monkeypatch.setitem(sets()["team"], "alliance", more)
    catalogue._agreeing.cache_clear()
    said = {
        "en": lambda text: catalogue.worded("en", Words("alliance"), text, text),
        "fr": lambda text: catalogue.worded("fr", Words("alliance"), text, _french(text)),
    }
    assert said["en"]("A team takes a break") == "An alliance takes a break"
    assert said["fr"]("Back to the team") == "Retour à l'atelier"
    assert said["fr"]("Is the team complete?") == "L'atelier est-il complet?"
    assert said["fr"]("This team is not at work any more.") == "Cet atelier n'est plus actif."
    assert said["fr"]("No team yet") == "Pas encore d'atelier"


def _french(text: str) -> str:
    with override("fr"):
        return gettext(text)


def test_a_key_that_is_no_set_speaks_the_standard():
    with speaking(Words("gang", "resident")):
        assert spoken() == Words("team", "resident")


def test_speak_ends_with_what_is_around_it():
    with speaking(STANDARD):
        speak(Words("unit"))
        assert gettext("Your teams") == "Your units"
    assert gettext("Your teams") == "Your teams"


def test_a_drawing_is_another_in_other_words():
    def draw():
        return remembered(("words of a drawing",), lambda: gettext("Your teams"))

    assert draw() == "Your teams"
    with speaking(Words("project")):
        assert draw() == "Your projects"


def test_the_word_itself_is_chosen_in_the_language_of_the_page():
    assert words.choices("person")[1] == ("resident", "resident")
    with override("fr"):
        assert words.choices("team") == [("team", "équipe"), ("project", "projet"), ("unit", "unité")]


# ---------------------------------------------------------------- addresses


def _routes(patterns=None) -> list[str]:
    """Return the pattern of every address as it is asked for now, those below it included."""
    found = []
    for one in get_resolver().url_patterns if patterns is None else patterns:
        found.append(str(one.pattern))
        found += _routes(getattr(one, "url_patterns", []))
    return found


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_no_address_changes_with_the_words(lang):
    with override(lang):
        standard = _routes()
        assert "today/" in standard or "aujourdhui/" in standard
        for one in OTHERS:
            with speaking(one):
                assert _routes() == standard


def test_catalogues_that_are_made_anew_speak_them_too(settings):
    """Django forgets its catalogues when a setting about languages changes."""
    settings.LOCALE_PATHS = list(settings.LOCALE_PATHS)
    for lang in ("en", "fr"):
        with override(lang), speaking(Words("project", "patient")):
            assert "proje" in gettext("Is the team complete?")
