"""May what somebody wrote be used to evaluate the series? Asked once, apart from everything else, and never a condition.

Each wording has a number; each answer is a row that names it. What counts is the last answer. ``consented(people, on=…)`` is what
a report asks: who had said yes, and not taken it back, by then.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.models import Consent, User
from audit.services import record
from core.registry import Slot

EVALUATION = "evaluation"
# What was asked, by number. A wording that somebody answered is never changed: a new one gets the next number.
WORDINGS = {
    1: (
        _("May we use your data to learn how well this series works?"),
        _(
            "Answers to surveys, numbers and attendance are put together under a random number instead of your name. Results are "
            "published for groups only. Whether you say yes or no changes nothing in the series, and you can change your mind here "
            "at any time."
        ),
    )
}
NEWEST = max(WORDINGS)

taken_back = Slot("consent_taken_back", "room -> fn(user) -> None: cut what consent alone has let be put together")
asked_of = Slot("consent_asked_of", "room -> fn(user) -> bool: is this person somebody whom the evaluation is about?")


def is_asked(user: User) -> bool:
    """Is this the moment to ask? After the first visit, until the one answer; only people whom the evaluation is about."""
    return (
        user.welcomed_at is not None
        and not user.consent_answered
        and user.seen_by is None
        and any(answer for _room, answer in asked_of.ask_all(user))
    )


def last_answer(user: User) -> Consent | None:
    """Return what the person said last, None if they said nothing yet."""
    return Consent.objects.filter(user=user, kind=EVALUATION).order_by("-at", "-pk").first()


def still_agreed(keys: Iterable[int]) -> dict[int, uuid.UUID]:
    """Return the study ids of those who said yes in these rows, by their keys, without whoever said no since."""
    later = Consent.objects.filter(user=OuterRef("user"), kind=EVALUATION, said_yes=False, pk__gt=OuterRef("pk"))
    rows = Consent.objects.filter(pk__in=set(keys), kind=EVALUATION, said_yes=True).exclude(Exists(later))
    return dict(rows.values_list("pk", "user__study_id"))


def answers_of(user: User) -> list[Consent]:
    """Return what the person said, the last answer first."""
    return list(Consent.objects.filter(user=user, kind=EVALUATION).order_by("-at", "-pk"))


@transaction.atomic
def answer(*, user: User, yes: bool, by: User) -> None:
    """Note what ``user`` says now. The same answer again, to the same wording, adds nothing."""
    User.objects.select_for_update().get(pk=user.pk)
    last = last_answer(user)
    if last and (last.said_yes, last.version) == (yes, NEWEST):
        return
    row = Consent.objects.create(user=user, kind=EVALUATION, version=NEWEST, said_yes=yes)
    User.objects.filter(pk=user.pk).update(consent_answered=True)
    user.consent_answered = True
    if not yes:
        for _room, _nothing in taken_back.ask_all(user):
            pass
    record("consent.given" if yes else "consent.refused", row, by=by, kind=EVALUATION, version=NEWEST)


def consented(users: Iterable[User], *, on: datetime.datetime | None = None) -> set[User]:
    """Return those of ``users`` whose last answer (until ``on``) was yes. Asks once, however many there are."""
    people = {user.pk: user for user in users}
    rows = Consent.objects.filter(user__in=people, kind=EVALUATION)
    if on is not None:
        rows = rows.filter(at__lte=on)
    last = rows.order_by("user", "-at", "-pk").distinct("user").values_list("user", "said_yes")
    return {people[pk] for pk, said_yes in last if said_yes}
