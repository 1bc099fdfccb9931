"""The guard hints at most of what could point to one person, and leaves ordinary talk alone."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.phi import Kind, findings

# (kind, language, text, the part that must be marked); invented numbers in Canadian formats
SAMPLES = [
    (Kind.HEALTH_CARD, "en", "Her OHIP is 1234-567-890-AB, please check.", "1234-567-890-AB"),
    (Kind.HEALTH_CARD, "en", "health card 1234 567 890 XY", "1234 567 890 XY"),
    (Kind.HEALTH_CARD, "en", "OHIP: 1234567890", "1234567890"),
    (Kind.HEALTH_CARD, "en", "card 1234567890AB", "1234567890AB"),
    (Kind.HEALTH_CARD, "en", "number 5432-109-876", "5432-109-876"),
    (Kind.HEALTH_CARD, "fr", "RAMQ TREM 4203 1412 au dossier", "TREM 4203 1412"),
    (Kind.HEALTH_CARD, "fr", "carte soleil GAGL58120315", "GAGL58120315"),
    (Kind.HEALTH_CARD, "fr", "NAM : ROYN 5501 2218", "ROYN 5501 2218"),
    (
        Kind.HEALTH_CARD,
        "fr",
        "sa carte d'assurance maladie BOUC\u00a06104\u00a01912",
        "BOUC\u00a06104\u00a01912",
    ),
    (Kind.HEALTH_CARD, "en", "BC PHN 9876 543 210", "9876 543 210"),
    (Kind.HEALTH_CARD, "en", "PHN is 9123456789", "9123456789"),
    (Kind.HEALTH_CARD, "en", "9876543210", "9876543210"),
    (Kind.HEALTH_CARD, "en", "Alberta health care number 12345-6789", "12345-6789"),
    (Kind.HEALTH_CARD, "en", "her ULI 123456789", "123456789"),
    (Kind.HEALTH_CARD, "en", "Manitoba PHIN 123 456 789", "123 456 789"),
    (Kind.HEALTH_CARD, "en", "Sask health card 912 345 678", "912 345 678"),
    (Kind.HEALTH_CARD, "en", "MCP 123 456 789 012", "123 456 789 012"),
    (Kind.HEALTH_CARD, "en", "Medicare number 123456789 (NB)", "123456789"),
    (Kind.HEALTH_CARD, "en", "HCN: 12345678 from the Island", "12345678"),
    (Kind.HEALTH_CARD, "fr", "numéro de carte de santé : 123 456 789", "123 456 789"),
    (Kind.RECORD, "en", "MRN 00456123", "00456123"),
    (Kind.RECORD, "en", "see chart no. 45612", "45612"),
    (Kind.RECORD, "fr", "le dossier no 456123", "456123"),
    (Kind.RECORD, "en", "MRN: H 0456123", "H 0456123"),
    (Kind.BIRTH_DATE, "en", "DOB 1942-03-14", "1942-03-14"),
    (Kind.BIRTH_DATE, "en", "She was born on March 14, 1942.", "March 14, 1942"),
    (Kind.BIRTH_DATE, "en", "date of birth: 14/03/42", "14/03/42"),
    (Kind.BIRTH_DATE, "fr", "née le 1er avril 1938", "1er avril 1938"),
    (Kind.BIRTH_DATE, "fr", "Date de naissance : 1951-11-02", "1951-11-02"),
    (Kind.BIRTH_DATE, "fr", "DDN 02-11-1951", "02-11-1951"),
    (Kind.BIRTH_DATE, "en", "1942/03/14 (DOB)", "1942/03/14"),
    (Kind.PHONE, "en", "Call her son at (416) 555-0199", "(416) 555-0199"),
    (Kind.PHONE, "en", "709.555.0142", "709.555.0142"),
    (Kind.PHONE, "fr", "sa fille : +1 514 555-0123", "+1 514 555-0123"),
    (Kind.PHONE, "en", "phone 555-0142 after four", "555-0142"),
    (Kind.EMAIL, "en", "write to her at jane.tilley+home@example.ca.", "jane.tilley+home@example.ca"),
    (Kind.EMAIL, "fr", "courriel: élodie@hôpital.example.org", "élodie@hôpital.example.org"),
    (Kind.PERSON_PLACE, "en", "J. T., room 12", "J. T., room 12"),
    (Kind.PERSON_PLACE, "fr", "J. T., chambre 12", "J. T., chambre 12"),
    (Kind.PERSON_PLACE, "fr", "M. Roy au lit 4 va mieux", "M. Roy au lit 4"),
    (Kind.PERSON_PLACE, "en", "Mrs. B in bed 4 told us", "Mrs. B in bed 4"),
    (Kind.PERSON_PLACE, "en", "(JT, rm 214B) was upset", "JT, rm 214B"),
    (Kind.PERSON_PLACE, "en", "Room 12: J.T. fell", "Room 12: J.T."),
    (Kind.PERSON_PLACE, "en", "Madame Tremblay, room 7", "Madame Tremblay, room 7"),
]

CLEAN_EN = """
We asked the huddle question on nights too, and 7 of 9 people answered.
Six of seven mornings kept; the seventh was a short shift.
Our median is 5 and our goal is 15 by 15 February 2027.
The session is on Wednesday 11 January, 12:00, Toronto time.
Call 4321 if something has to be reported right away.
The launch was on 2022-10-25 and the first session on 2022-11-23.
We meet in room 12 at 14:30; bring your charts.
The OT in room 4 told us what worked on her unit.
PT, RN and LPN staff shared what worries them about tonight.
From 2010-2012 and from 2022-2023 to 2023-2024 falls went from 41 to 28 a year.
Action period 1 has 7 weeks, action period 2 has 5.
The idea was born at a night shift huddle in November.
In the year 2025 we had 1 200 conversations on 20 units.
Score 2.5, then 3.0, then 3.5: half a point a month.
We tried 3 versions on 2 days with 1 nurse, and kept the second.
About 20 minutes a week until 15 February.
The chart shows 12 weeks; ten points are enough to read it.
Our medicare story is long, but 3 ideas came out of it.
Harbour View, 2 West, has 24 beds and 6 people on the team.
The patient chart was discussed by 4 of us, without names.
Agnes asks three visitors on Sunday. We expect two answers in three.
A family council of 8 met on 5 December 2026 and gave 11 ideas.
Please text only the word yes; 40 of 104 did in 2 days.
I felt safe to say it. That was new for me.
Meeting ID 845 1234 5678 opens 15 minutes before.
The bed alarm on bay 3 rang 14 times in 2 hours.
"""

CLEAN_FR = """
Nous avons posé la question au caucus de nuit; 7 personnes sur 9 ont répondu.
La séance 2 aura lieu le mercredi 11 janvier à 12 h, heure de Toronto.
Notre médiane est de 5 et notre objectif est de 15 d'ici le 15 février 2027.
Le dossier est ouvert depuis le 2026-11-23.
Le dossier de 12 pages est dans la bibliothèque.
On se voit dans la chambre de répit à 14 h 30 avec 4 personnes.
L'ergothérapeute a parlé à 3 familles le 1er décembre 2026.
L'idée est née au caucus du 3 novembre 2026, un soir de pluie et de grand vent.
De 2022-2023 à 2023-2024, les chutes sont passées de 41 à 28.
Il reste 7 semaines avant la séance 2 et 12 avant la fin.
Composez le 4321 pour signaler un événement.
Environ 20 minutes par semaine jusqu'au 15 février.
Les 24 lits de l'unité 2 Ouest sont occupés.
Cela coûte 25 $ et prend 12,5 % du temps de 2 personnes.
Marie a lu notre mois; Lucie rappelle jeudi à 14 h 30.
Le comité des familles compte 8 personnes et 11 idées.
"""

CLEAN = [("en", line) for line in CLEAN_EN.split("\n") if line] + [
    ("fr", line) for line in CLEAN_FR.split("\n") if line
]


def test_nine_in_ten_canadian_samples_are_hinted_with_their_kind_and_place():
    assert len(SAMPLES) >= 40
    missed = [
        (kind, text, findings(text, lang))
        for kind, lang, text, part in SAMPLES
        if not any(f.kind is kind and f.excerpt == part for f in findings(text, lang))
    ]
    assert len(missed) <= len(SAMPLES) * 0.1, missed


def test_ordinary_sentences_raise_no_alarm():
    assert len(CLEAN) >= 40
    alarms = [(text, findings(text, lang)) for lang, text in CLEAN if findings(text, lang)]
    assert len(alarms) <= len(CLEAN) * 0.05, alarms


@pytest.mark.parametrize("text", ["", " ", "\n", "@", "1", "room", "é" * 50, "İ room 1"])
def test_nothing_is_found_in_next_to_nothing(text):
    assert findings(text, "en") == []


def test_what_is_found_is_given_with_its_place_in_the_text_as_typed():
    text = "İ · J.\u00a0T., room\u00a012 and 416\u2011555\u20110199"
    found = findings(text, "en")
    assert [f.kind for f in found] == [Kind.PERSON_PLACE, Kind.PHONE]
    assert found[0].excerpt == "J.\u00a0T., room\u00a012"
    assert all(text[f.start : f.end] == f.excerpt for f in found)


def test_a_date_counts_only_beside_words_of_birth():
    assert findings("The session of 1942-03-14", "en") == []
    assert findings("She was glad. Born. The session is on 2026-12-14", "en") == []


def test_a_title_of_the_other_language_is_no_title():
    assert findings("M. Roy, lit 4", "fr")
    assert findings("See M. Roy", "en") == []


def test_of_two_readings_of_one_number_the_more_telling_one_stays():
    (found,) = findings("OHIP 4165550199", "en")
    assert found.kind is Kind.HEALTH_CARD


PIECES = st.sampled_from(
    [
        "1234",
        "567",
        "890",
        "AB",
        "-",
        " ",
        "born ",
        "1942-03-14",
        "@",
        "a.ca",
        "J.",
        "T.",
        " room 12",
        "MRN ",
        "é",
        "\n",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join), st.sampled_from(["en", "fr"]))
def test_places_are_in_order_and_never_overlap(text, lang):
    found = findings(text, lang)
    assert all(text[f.start : f.end] == f.excerpt and f.excerpt for f in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.text(max_size=200), st.sampled_from(["en", "fr"]))
def test_any_text_is_read(text, lang):
    assert all(text[f.start : f.end] == f.excerpt for f in findings(text, lang))
