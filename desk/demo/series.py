"""The Safety Conversations Action Series as data: its words, its template of phases, its sessions, and its dates.

Four months, 17 weeks from a Tuesday. Sessions are on Wednesdays, at 12:00 on the cohort's clock, 90 minutes.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

PROGRAMME: Final[dict[str, str]] = {
    "slug_en": "safety-conversations",
    "slug_fr": "conversations-sur-la-securite",
    "name_en": "Safety Conversations Action Series",
    "name_fr": "Série d'action Conversations sur la sécurité",
    "short_name_en": "Safety Conversations",
    "short_name_fr": "Conversations sur la sécurité",
    "tagline_en": "Four months, twenty teams, one habit: talking about safety every day, with everyone it concerns.",
    "tagline_fr": (
        "Quatre mois, vingt équipes, une habitude : parler de sécurité tous les jours, avec toutes les personnes concernées."
    ),
    "contact_email": "series@example.org",
}

NOON: Final = dt.time(12, 0)
_LS1, _LS2, _LS3 = 29, 78, 113

# In order; the ordinal is the place in this list.
PHASES: Final[tuple[dict[str, Any], ...]] = (
    {
        "key": "pre-work", "kind": "prework", "name_en": "Getting ready", "name_fr": "Préparation",
        "say_en": "Gather your team, find out where you stand, meet your coach.",
        "say_fr": "Réunissez votre équipe, voyez où vous en êtes, rencontrez votre coach.",
        "end_anchor": "ls1", "end_offset": -1,
    },
    {
        "key": "ls1", "kind": "session", "number": 1, "name_en": "Session 1", "name_fr": "Séance 1",
        "say_en": "What is a safety conversation? All teams meet.",
        "say_fr": "Qu'est-ce qu'une conversation sur la sécurité? Toutes les équipes se rencontrent.",
        "start_offset": _LS1, "starts_clock": NOON, "minutes": 90,
    },
    {
        "key": "ap1", "kind": "action", "number": 1, "name_en": "Action period 1", "name_fr": "Période d'action 1",
        "say_en": "Try a change on your unit and count conversations.",
        "say_fr": "Essayez un changement dans votre unité et comptez les conversations.",
        "start_anchor": "ls1", "start_offset": 1, "end_anchor": "ls2", "end_offset": -1,
    },
    {
        "key": "ls2", "kind": "session", "number": 2, "name_en": "Session 2", "name_fr": "Séance 2",
        "say_en": "What we noticed: teams show what they tried.",
        "say_fr": "Ce que nous avons remarqué : les équipes montrent ce qu'elles ont essayé.",
        "start_offset": _LS2, "starts_clock": NOON, "minutes": 90,
    },
    {
        "key": "ap2", "kind": "action", "number": 2, "name_en": "Action period 2", "name_fr": "Période d'action 2",
        "say_en": "Keep what works, change what does not, tell people what came of it.",
        "say_fr": "Gardez ce qui marche, changez le reste, dites ce qui en est ressorti.",
        "start_anchor": "ls2", "start_offset": 1, "end_anchor": "ls3", "end_offset": -1,
    },
    {
        "key": "ls3", "kind": "session", "number": 3, "name_en": "Session 3", "name_fr": "Séance 3",
        "say_en": "What we keep: the closing celebration.",
        "say_fr": "Ce que nous gardons : la célébration de clôture.",
        "start_offset": _LS3, "starts_clock": NOON, "minutes": 90,
    },
    {
        "key": "wrap-up", "kind": "wrap_up", "name_en": "Wrap-up", "name_fr": "Bilan",
        "say_en": "Write down what holds, thank each other, pass it on.",
        "say_fr": "Notez ce qui tient, remerciez-vous, passez le mot.",
        "start_anchor": "ls3", "start_offset": 1, "end_offset": 4,
    },
)  # fmt: skip

# Titles, purpose and agenda (minutes, English, French) of the sessions, by the key of their phase.
SESSIONS: Final[dict[str, dict[str, Any]]] = {
    "ls1": {
        "title_en": "Session 1: What is a safety conversation?",
        "title_fr": "Séance 1 : Qu'est-ce qu'une conversation sur la sécurité?",
        "purpose_en": "Meet the other teams, hear what a good conversation sounds like, and leave with one thing to try.",
        "purpose_fr": "Rencontrer les autres équipes, entendre une bonne conversation, et repartir avec une chose à essayer.",
        "agenda": (
            (10, "Welcome, and who is in the room", "Accueil, et qui est dans la pièce"),
            (25, "A conversation on a ward, played and taken apart", "Une conversation dans une unité, jouée puis démontée"),
            (35, "In small rooms: what worries us today?", "En petits groupes : qu'est-ce qui nous inquiète aujourd'hui?"),
            (20, "Your first small change", "Votre premier petit changement"),
        ),
    },
    "ls2": {
        "title_en": "Session 2: What we noticed",
        "title_fr": "Séance 2 : Ce que nous avons remarqué",
        "purpose_en": "Four teams show a change and its chart; every team leaves with its next step.",
        "purpose_fr": "Quatre équipes montrent un changement et son graphique; chaque équipe repart avec sa prochaine étape.",
        "agenda": (
            (10, "Welcome back", "Bon retour"),
            (30, "Four teams, four charts, five minutes each", "Quatre équipes, quatre graphiques, cinq minutes chacune"),
            (30, "In small rooms: who was not in the conversation?", "En petits groupes : qui n'était pas de la conversation?"),
            (20, "What we try next, and who does what", "Ce que nous essayons ensuite, et qui fait quoi"),
        ),
    },
    "ls3": {
        "title_en": "Session 3: What we keep",
        "title_fr": "Séance 3 : Ce que nous gardons",
        "purpose_en": "The closing celebration: what holds, what we let go, and whom we thank.",
        "purpose_fr": "La célébration de clôture : ce qui tient, ce que nous laissons, et qui nous remercions.",
        "agenda": (
            (10, "Welcome", "Accueil"),
            (45, "A walk past twenty storyboards", "Une promenade devant vingt affiches"),
            (20, "What we pass on to the next teams", "Ce que nous transmettons aux prochaines équipes"),
            (15, "Thank you", "Merci"),
        ),
    },
}  # fmt: skip

DROP_IN: Final[dict[str, str]] = {
    "title_en": "Drop-in hour: bring a question",
    "title_fr": "Heure sans rendez-vous : apportez une question",
    "purpose_en": "No slides. Two coaches are there; come for five minutes or for all of it.",
    "purpose_fr": "Pas de diapositives. Deux coachs sont là; venez pour cinq minutes ou pour toute l'heure.",
}

# Half of the first action period lies between day 50 and day 56 of a cohort.
_EARLIEST_TODAY: Final = 50
_TUESDAY: Final = 1


def first_day_for(today: dt.date) -> dt.date:
    """Return the first day of a cohort that is half-way through its first action period on ``today``."""
    latest = today - dt.timedelta(days=_EARLIEST_TODAY)
    return latest - dt.timedelta(days=(latest.weekday() - _TUESDAY) % 7)


def next_first_day(first_day: dt.date) -> dt.date:
    """Return the first day of the cohort after the one that begins on ``first_day``: a week of rest, then the next."""
    return first_day + dt.timedelta(weeks=18)
