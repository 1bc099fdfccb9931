"""What visitors write to the planning team: kept until somebody has settled it, and mailed to the team's address."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.models import Cohort, Membership, Programme, Role
from core import limits
from core.refusals import Refused
from core.time import wall_in
from enrolment.models import ContactNote
from notifications import services as notifications

HOUR = 3600
# A hospital's people share an address; a whole programme gets no more letters than its planners can read.
PER_ADDRESS, PER_PROGRAMME = 20, 120


@transaction.atomic
def write(
    *, programme: Programme, cohort: Cohort | None, name: str, email: str, language: str, text: str, address: str
) -> ContactNote:
    """Keep what a visitor wrote and mail it to the planning team. Raises Refused where too much was written lately.

    ``address`` is the reader's network address, for the limit only; it is not kept.
    """
    mine = limits.spend("site_letter", address, amount=PER_ADDRESS, seconds=HOUR)
    if not (mine and limits.spend("site_letter:all", programme.pk, amount=PER_PROGRAMME, seconds=HOUR)):
        raise Refused(
            _("Many letters were sent within an hour. Yours stands here still: copy it, and send it a little later.")
        )
    note = ContactNote.objects.create(
        programme=programme, name=name, email=email.strip().lower(), language=language, text=text
    )
    for reader in _readers(programme, cohort):
        notifications.post("enrolment/question", to=reader, about=note, scope=cohort, language=language)
    record("letter.received", note, cohort_id=cohort.pk if cohort else None)
    return note


def _readers(programme: Programme, cohort: Cohort | None) -> list[Any]:
    """Return the planning team's own address, else everybody who plans a cohort of the programme."""
    box = cohort.contact if cohort else programme.contact_email
    if box:
        return [box]
    planners = Membership.objects.current().filter(role=Role.PLANNER).select_related("user")
    return list({row.user_id: row.user for row in planners.filter(_of(programme))}.values())


def _of(programme: Programme):
    return Q(programme=programme) | Q(cohort__programme=programme, cohort__closed_at=None)


def open_letters(programme: Programme) -> list[ContactNote]:
    """Return what nobody has settled yet, the oldest first."""
    return list(ContactNote.objects.filter(programme=programme, settled_at=None)[:100])


def sheet(cohort: Cohort) -> tuple[list[str], list[list[Any]]]:
    """Return headings and rows of what nobody has settled yet for a workbook; days are those of the cohort's clock."""
    head = [_("Day"), _("Name"), _("E-mail"), _("Language"), _("Question")]
    return head, [
        [
            wall_in(one.created_at, cohort.time_zone).date(),
            one.name,
            one.email,
            one.get_language_display(),
            one.text,
        ]
        for one in open_letters(cohort.programme)
    ]


def letters_of(programme: Programme):
    """Return every letter to a programme."""
    return ContactNote.objects.filter(programme=programme)


@transaction.atomic
def settle(*, note: ContactNote, by, cohort: Cohort) -> None:
    """Mark a letter as answered; again changes nothing."""
    if ContactNote.objects.filter(pk=note.pk, settled_at=None).update(settled_at=Now(), settled_by=by):
        record("letter.settled", note, by=by, cohort_id=cohort.pk)


def may_hear_of(pairs: Collection[tuple[Any, str]]) -> set[tuple[Any, str]]:
    """Return those pairs of person and letter where the person still plans a cohort of the programme."""
    notes = ContactNote.objects.filter(pk__in={source for _user, source in pairs})
    programmes = {str(pk): programme for pk, programme in notes.values_list("pk", "programme")}
    planners = Membership.objects.current().filter(role=Role.PLANNER, user__in=[user for user, _source in pairs])
    held = {(row.user_id, row.programme_id or row.cohort.programme_id) for row in planners.select_related("cohort")}
    return {(user.pk, source) for user, source in pairs if (user.pk, programmes.get(source)) in held}
