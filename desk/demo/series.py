"""The Safety Conversations Action Series as data: its words, its template of phases, its sessions, and its dates.

Four months, 17 weeks from a Tuesday. Sessions are on Wednesdays, at 12:00 on the cohort's clock, 90 minutes.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, TypedDict

PROGRAMME: Final[dict[str, str]] = {
    "slug_en": "safety-conversations",
    "slug_fr": "conversations-sur-la-securite",
    "name_en": "Safety Conversations Action Series",
    "name_fr": "Série d'action Conversations sur la sécurité",
    "short_name_en": "Safety Conversations",
    "short_name_fr": "Conversations sur la sécurité",
    "tagline_en": "Four months, twenty teams, one habit: talking about safety every day, with everyone it concerns.",
    "tagline_fr": (
        "Quatre mois, vingt équipes, une habitude : parler de sécurité tous les jours, avec toutes les personnes concernées."
    ),
    "contact_email": "series@example.org",
}

# Titles, purpose and agenda (minutes, English, French) of the sessions, by the key of their phase.
SESSIONS: Final[dict[str, dict[str, Any]]] = {
    "ls1": {
        "title_en": "Session 1: What is a safety conversation?",
        "title_fr": "Séance 1 : Qu'est-ce qu'une conversation sur la sécurité?",
        "purpose_en": "Meet the other teams, hear what a good conversation sounds like, and leave with one thing to try.",
        "purpose_fr": "Rencontrer les autres équipes, entendre une bonne conversation, et repartir avec une chose à essayer.",
        "agenda": (
            (10, "Welcome, and who is in the room", "Accueil, et qui est dans la pièce"),
            (25, "A conversation on a ward, played and taken apart", "Une conversation dans une unité, jouée puis démontée"),
            (35, "In small rooms: what worries us today?", "En petits groupes : qu'est-ce qui nous inquiète aujourd'hui?"),
            (20, "Your first small change", "Votre premier petit changement"),
        ),
    },
    "ls2": {
        "title_en": "Session 2: What we noticed",
        "title_fr": "Séance 2 : Ce que nous avons remarqué",
        "purpose_en": "Four teams show a change and its chart; every team leaves with its next step.",
        "purpose_fr": "Quatre équipes montrent un changement et son graphique; chaque équipe repart avec sa prochaine étape.",
        "agenda": (
            (10, "Welcome back", "Bon retour"),
            (30, "Four teams, four charts, five minutes each", "Quatre équipes, quatre graphiques, cinq minutes chacune"),
            (30, "In small rooms: who was not in the conversation?", "En petits groupes : qui n'était pas de la conversation?"),
            (20, "What we try next, and who does what", "Ce que nous essayons ensuite, et qui fait quoi"),
        ),
    },
    "ls3": {
        "title_en": "Session 3: What we keep",
        "title_fr": "Séance 3 : Ce que nous gardons",
        "purpose_en": "The closing celebration: what holds, what we let go, and whom we thank.",
        "purpose_fr": "La célébration de clôture : ce qui tient, ce que nous laissons, et qui nous remercions.",
        "agenda": (
            (10, "Welcome", "Accueil"),
            (45, "A walk past twenty storyboards", "Une promenade devant vingt affiches"),
            (20, "What we pass on to the next teams", "Ce que nous transmettons aux prochaines équipes"),
            (15, "Thank you", "Merci"),
        ),
    },
}  # fmt: skip


class Words(TypedDict):
    """What a session says about itself."""

    title_en: str
    title_fr: str
    purpose_en: str
    purpose_fr: str


DROP_IN: Final[Words] = {
    "title_en": "Drop-in hour: bring a question",
    "title_fr": "Heure sans rendez-vous : apportez une question",
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
