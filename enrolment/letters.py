"""The letter of each outcome: its words in both languages, what stands for what in them, and how one reads."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit.services import record
from collaborative.models import Cohort
from core import moments, places
from core.refusals import Overtaken, Refused
from core.time import day
from enrolment import seats
from enrolment.deciding import begins_on, held
from enrolment.meetings import ahead_of
from enrolment.models import Application, DeclineReason, Letter, Outcome, State

# What may stand between braces, and what it is in words of the page that explains it.
PLACEHOLDERS = (
    "team",
    "contact",
    "cohort",
    "first_session",
    "named_contact",
    "reason",
    "places",
    "applications",
    "public_page",
)
_BRACES = re.compile(r"\{([^{}]*)\}")
IN_ORDER = (Outcome.ACCEPT, Outcome.WAIT, Outcome.DECLINE)

DEFAULTS: dict[str, dict[str, str]] = {
    Outcome.ACCEPT: {
        "subject_en": "{team} has a place",
        "subject_fr": "{team} a sa place",
        "body_en": (
            "Hello {contact},\n\n"
            "{team} has a place in {cohort}. We are glad you are coming.\n\n"
            "We meet for the first time on {first_session}. Everybody on your list who has an e-mail address gets an "
            "invitation of their own today. Who has none is on the list too: bring them along.\n\n"
            "Is somebody missing, or a name wrong? Answer this mail. {named_contact} looks after you until you have "
            "started."
        ),
        "body_fr": (
            "Bonjour {contact},\n\n"
            "{team} a sa place : {cohort}. Votre participation nous réjouit.\n\n"
            "Première rencontre : {first_session}. Chaque personne de votre liste qui a une adresse courriel reçoit "
            "aujourd'hui sa propre invitation. Les autres sont aussi sur la liste : amenez-les avec vous.\n\n"
            "Il manque quelqu'un, un nom est mal écrit? Répondez à ce courriel. {named_contact} vous accompagne "
            "jusqu'au départ."
        ),
    },
    Outcome.WAIT: {
        "subject_en": "{team} is on the waiting list",
        "subject_fr": "{team} est sur la liste d'attente",
        "body_en": (
            "Hello {contact},\n\n"
            "We could not offer {team} a place in {cohort} yet. You are on the waiting list. {reason}\n\n"
            "When a place becomes free, teams are asked in order, each once, and before the first session "
            "({first_session}).\n\n"
            "You need not do anything, and you can leave the list whenever you like. Your application is kept for the "
            "next cohort if you wish. What is open to everybody, webinars included, stands here: {public_page}\n\n"
            "A question? Answer this mail. {named_contact} reads it."
        ),
        "body_fr": (
            "Bonjour {contact},\n\n"
            "Nous n'avons pas encore pu offrir de place à {team} ({cohort}). Vous êtes sur la liste d'attente. "
            "{reason}\n\n"
            "Quand une place se libère, nous écrivons aux équipes dans l'ordre, une seule fois à chacune, avant la "
            "première séance ({first_session}).\n\n"
            "Vous n'avez rien à faire, et vous pouvez quitter la liste quand vous voulez. Nous conservons votre demande "
            "pour la prochaine cohorte si vous le voulez. Ce qui est ouvert à tout le monde, webinaires compris, se "
            "trouve ici : {public_page}\n\n"
            "Une question? Répondez à ce courriel. {named_contact} vous lira."
        ),
    },
    Outcome.DECLINE: {
        "subject_en": "About the application of {team}",
        "subject_fr": "Au sujet de la demande de {team}",
        "body_en": (
            "Hello {contact},\n\n"
            "We could not offer your team a place in {cohort} this time. {reason}\n\n"
            "We read all that you wrote, and we know how much work stands behind it. Your application is kept for the "
            "next cohort if you wish. What is open to everybody, webinars included, stands here: {public_page}\n\n"
            "If you want to talk about it, answer this mail. {named_contact} reads it."
        ),
        "body_fr": (
            "Bonjour {contact},\n\n"
            "Nous n'avons pas pu offrir de place à votre équipe cette fois-ci ({cohort}). {reason}\n\n"
            "Nous avons lu tout ce que vous avez écrit et nous savons le travail que cela représente. Nous conservons "
            "votre demande pour la prochaine cohorte si vous le voulez. Ce qui est ouvert à tout le monde, webinaires "
            "compris, se trouve ici : {public_page}\n\n"
            "Pour en parler, répondez à ce courriel. {named_contact} vous lira."
        ),
    },
}


def letters_of(cohort: Cohort) -> dict[str, Letter]:
    """Return the letter of each outcome; the usual one, not saved yet, where the cohort has none of its own."""
    own = {one.outcome: one for one in cohort.letters.all()}
    return {
        outcome.value: own.get(outcome.value) or Letter(cohort=cohort, outcome=outcome, version=0, **DEFAULTS[outcome])
        for outcome in IN_ORDER
    }


def check(text: str, *, field: str) -> None:
    """Refuse braces around anything that stands for nothing."""
    for word in _BRACES.findall(text):
        if word not in PLACEHOLDERS:
            raise Refused(
                _("“{%(word)s}” stands for nothing here. You can use: %(all)s.")
                % {"word": word, "all": ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)},
                field=field,
            )


WORDS = ("subject_en", "subject_fr", "body_en", "body_fr")


@transaction.atomic
def save_letter(*, cohort: Cohort, outcome: str, version: int, by, **words: str) -> Letter:
    """Let a cohort write this with an outcome. Returns the letter.

    Refuses braces that stand for nothing and any change while letters wait for their minute; raises Overtaken where
    somebody saved another text since ``version``.
    """
    cohort = seats.locked(cohort)
    if held().filter(release__cohort=cohort).exists():
        raise Refused(
            _("Letters wait for their minute: what was looked at is what leaves. Take the release back first.")
        )
    for field in WORDS:
        check(words[field], field=field)
    row = letters_of(cohort)[outcome]
    if row.version != version:
        raise Overtaken(row)
    for field in WORDS:
        setattr(row, field, words[field])
    row.version += 1
    row.save()
    record("letter.changed", row, by=by, outcome=outcome, version=row.version)
    return row


# ---------------------------------------------------------------- one letter for one reader


@dataclasses.dataclass(frozen=True)
class Facts:
    """What is the same in every letter of a cohort, read once."""

    cohort: Cohort
    letters: Mapping[str, Letter]
    first_session: dt.datetime | None
    first_day: dt.date
    named_contact: str
    applications: int
    # More teams have a place or asked for one than there are places.
    too_many: bool


def facts_of(cohort: Cohort, *, named) -> Facts:
    """Return what the letters of a cohort say alike; ``named`` is the planner who stands behind them (or None)."""
    ahead = [start for _title, start in ahead_of(cohort)]
    first = begins_on(cohort)
    applied = Application.objects.filter(cohort=cohort, state=State.SUBMITTED).count()
    return Facts(
        cohort=cohort,
        letters=letters_of(cohort),
        first_session=ahead[0] if ahead else None,
        first_day=first,
        named_contact=named.name if named else "",
        applications=applied,
        too_many=seats.wanted(cohort) > cohort.seats,
    )


@dataclasses.dataclass(frozen=True)
class Written:
    """A letter as its reader gets it."""

    language: str
    subject: str
    body: str

    @property
    def paragraphs(self) -> list[str]:
        """Return the body's paragraphs."""
        return [one.strip() for one in self.body.split("\n\n") if one.strip()]


def write(application: Application, outcome: str, decline_reason: str, facts: Facts) -> Written:
    """Return the letter of an application, in the language that its contact chose."""
    lang = application.language
    with override(lang):
        reason = DeclineReason.FULL.value if outcome == Outcome.WAIT else decline_reason
        values = _values(application, reason, facts, lang)
        letter = facts.letters[outcome]
        return Written(
            lang, _filled(getattr(letter, f"subject_{lang}"), values), _filled(getattr(letter, f"body_{lang}"), values)
        )


def _filled(text: str, values: Mapping[str, Any]) -> str:
    return _BRACES.sub(lambda found: str(values.get(found.group(1), found.group(0))), text).strip()


def _values(application: Application, decline_reason: str, facts: Facts, lang: str) -> dict[str, Any]:
    cohort = facts.cohort
    moment = (
        moments.read(facts.first_session, cohort, lang=lang).mine if facts.first_session else day(facts.first_day, lang)
    )
    return {
        "team": name_of(application),
        "contact": application.contact_name or application.contact_email,
        "cohort": cohort.full_name,
        "first_session": moment,
        "named_contact": facts.named_contact or _("The planning team"),
        "reason": reason_sentence(decline_reason, facts),
        "places": cohort.seats,
        "applications": facts.applications,
        "public_page": settings.SITE_URL + reverse("programme", args=[cohort.programme.slug]),
    }


def reason_sentence(decline_reason: str, facts: Facts) -> str:
    """Return the sentence that a letter gives for a reason, "" without one, and where it would not be true."""
    numbers = {"places": facts.cohort.seats, "applications": facts.applications}
    more = facts.applications > facts.cohort.seats
    full = _("There are %(places)d places, and %(applications)d teams applied.") if more else _("Every place is taken.")
    return {
        DeclineReason.FULL.value: full % numbers if facts.too_many else "",
        DeclineReason.TEAM.value: _(
            "Your team is not complete yet. With the people who are missing, it has a good chance next time."
        ),
        DeclineReason.SCOPE.value: _("What you want to do fits another offer better, and we will tell you which."),
        DeclineReason.LATE.value: _("Your application came after the last day."),
    }.get(decline_reason, "")


def name_of(application: Application) -> str:
    """Return what the applying team is called."""
    return application.team_name or ", ".join(one for one in (application.organisation, application.unit) if one)


def place_of(application: Application, lang: str) -> str:
    """Return the town of an applying team in words, "" where nobody said one."""
    return places.town(application.city, lang)
