"""The address of a meeting goes to everybody who is expected, because Join cannot be used.

The one exception to "the address stands nowhere but behind Join" (docs/decisions/0014-release-of-the-address.md). It needs
no page of ours: messages leave through the diary, and a command releases it where no page answers any more.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.services import record
from collaborative.models import Membership, Role
from collaborative.querysets import by_name
from core.refusals import Refused
from notifications import services as notifications
from notifications.services import Wanted
from sessions.models import AddressRelease, Appearance, LearningSession, MeetingAddress, Registration
from sessions.querysets import expected_at, expected_pairs

# From so long before the start until the end: earlier, a page that is down will be up again.
OPENS_BEFORE: Final = dt.timedelta(hours=1)
# Nobody gets two such mails because two people pressed.
NOT_AGAIN_WITHIN: Final = dt.timedelta(minutes=10)
KIND: Final = "sessions/address"


def why_not_now(learning_session: LearningSession, now: dt.datetime) -> str:
    """Return in a sentence why the address cannot be released at ``now``, "" where it can."""
    if learning_session.cohort.closed_at:
        return _("This series has ended, and its sessions with it.")
    if learning_session.cancelled_at:
        return _("This session has been cancelled.")
    if learning_session.ends_at <= now:
        return _("This session has ended.")
    if now < learning_session.starts_at - OPENS_BEFORE:
        return _(
            "The address can be released from an hour before the start. Until then Join has time to be well again."
        )
    return ""


def last_release(learning_session: LearningSession) -> AddressRelease | None:
    """Return the latest release of a session's address, with who did it, or None."""
    rows = AddressRelease.objects.filter(learning_session=learning_session).select_related("by")
    return rows.order_by("-created_at").first()


def told_by(learning_session: LearningSession) -> tuple[list[Any], list[Wanted]]:
    """Return who is told: the people expected and those of ours who speak; and, as wanted messages without a moment, those
    whom we know by their address alone: speakers from outside who have their page, and whoever registered for a public
    session."""
    spoken = Appearance.objects.filter(learning_session=learning_session).select_related("speaker__person")
    people = {one.pk: one for one in expected_at(learning_session)}
    others: dict[str, Wanted] = {}
    for one in spoken:
        if (person := one.speaker.person) is not None:
            people.setdefault(person.pk, person)
        # An address to which no page went is untried: somebody else may read it.
        elif one.speaker.email and one.page_sent_at and not one.link_ended_at:
            others[one.speaker.email.lower()] = _letter_to(one.speaker.email, one.speaker.language, learning_session)
    known = {one.email.lower() for one in people.values() if one.email}
    for row in Registration.objects.filter(learning_session=learning_session).exclude(confirmed_at=None):
        others.setdefault(row.email.lower(), _letter_to(row.email, row.language, learning_session))
    return list(people.values()), [one for address, one in others.items() if address not in known]


def _letter_to(address: str, language: str, learning_session: LearningSession) -> Wanted:
    zone = learning_session.cohort.time_zone
    return Wanted(KIND, address, timezone.now(), language=language, time_zone=zone)


@transaction.atomic
def release_address(*, learning_session: LearningSession, reason: str, by=None) -> int:
    """Send the address and the telephone to everybody who is expected; return how many are told.

    Whoever has no mailbox finds it in the product. Raises Refused before the hour, without an address, and twice within
    some minutes.
    """
    now = timezone.now()
    session = (
        LearningSession.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=learning_session.pk)
    )
    if refusal := why_not_now(session, now):
        raise Refused(refusal)
    if not MeetingAddress.objects.filter(learning_session=session).exists():
        raise Refused(_("There is no address to release: enter it on the page “Meeting” first."))
    last = last_release(session)
    if last and last.created_at > now - NOT_AGAIN_WITHIN:
        minutes = int(NOT_AGAIN_WITHIN.total_seconds() / 60)
        raise Refused(
            ngettext(
                "It was released a moment ago, and the mails are leaving. After %(n)d minute it can be released again.",
                "It was released a moment ago, and the mails are leaving. After %(n)d minutes it can be released again.",
                minutes,
            )
            % {"n": minutes}
        )
    made = AddressRelease.objects.create(learning_session=session, by=by, reason=reason)
    people, others = told_by(session)
    wanted = [Wanted(KIND, one, now) for one in people] + others
    told = notifications.plan_each(
        (made, 1, dataclasses.replace(one, not_after=session.ends_at, scope=session.cohort)) for one in wanted
    )
    record("session.address_released", session, by=by, told=told)
    return told


def may_be_released(now: dt.datetime) -> list[LearningSession]:
    """Return the sessions whose address can be released at ``now``, the next one first."""
    rows = LearningSession.objects.not_over().filter(starts_at__lte=now + OPENS_BEFORE, cohort__closed_at=None)
    return list(rows.select_related("cohort"))


# ---------------------------------------------------------------- asked when the messages leave


def _releases(keys: Iterable[str]):
    rows = AddressRelease.objects.filter(pk__in={UUID(key) for key in keys})
    return rows.select_related("learning_session__cohort__programme", "learning_session__phase")


def releases_that_stand(keys: Collection[str]) -> dict[str, int]:
    """Return the releases whose session takes place and is not over, each in its only version."""
    now = timezone.now()
    rows = [one for one in _releases(keys) if not why_not_now(one.learning_session, now)]
    return {str(one.pk): 1 for one in rows}


def told_pairs(asked: Collection[tuple[Any, str]]) -> set[tuple[Any, str]]:
    """Return those of the pairs (person, key of a release), as two keys, in which the person is expected or speaks there."""
    session_of = {str(one.pk): str(one.learning_session_id) for one in _releases(key for _user, key in asked)}
    expected = expected_pairs([(user, session_of[key]) for user, key in asked if key in session_of])
    speaks = {(person, str(session)) for person, session in _speak_at(set(session_of.values()))}
    return {(user.pk, key) for user, key in asked if (user.pk, session_of.get(key)) in expected | speaks}


def with_address(keys: Collection[str]) -> dict[str, Any]:
    """Return the releases by their keys, each with the address as it is now (``url``), who speaks there (``speakers``) and
    ``pass_on``: by the key of whoever leads a team, the names of those of the team who have no mailbox."""
    found = {str(one.pk): one for one in _releases(keys)}
    sessions = {one.learning_session_id for one in found.values()}
    urls = dict(MeetingAddress.objects.filter(learning_session__in=sessions).values_list("learning_session", "url"))
    pass_on, speak = _pass_on({one.learning_session.cohort_id for one in found.values()}), _speak_at(sessions)
    for one in found.values():
        one.url, one.pass_on = urls.get(one.learning_session_id, ""), pass_on.get(one.learning_session.cohort_id, {})
        one.speakers = {person for person, session in speak if session == one.learning_session_id}
    return {key: one for key, one in found.items() if one.url}


def _speak_at(sessions: Collection[Any]) -> list[tuple[Any, Any]]:
    """Return (person, session) of those who speak at these sessions; of somebody without account the address for a person."""
    rows = Appearance.objects.filter(learning_session__in=sessions)
    held = rows.values_list("speaker__person", "speaker__email", "learning_session")
    return [(person or email.lower(), session) for person, email, session in held]


def _pass_on(cohorts: Collection[Any]) -> dict[Any, dict[Any, list[str]]]:
    held = Membership.objects.taking_part().filter(team__cohort__in=cohorts).select_related("user", "team")
    rows = list(held.order_by(by_name("user__name")))
    unreached: dict[Any, list[str]] = {}
    for row in rows:
        if not row.user.email:
            unreached.setdefault(row.team_id, []).append(row.user.name)
    told: dict[Any, dict[Any, list[str]]] = {}
    for row in rows:
        if row.role == Role.LEAD and row.team_id in unreached:
            told.setdefault(row.team.cohort_id, {}).setdefault(row.user_id, []).extend(unreached[row.team_id])
    return told
