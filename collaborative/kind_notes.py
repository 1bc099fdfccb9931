"""A paragraph of the planners' own above every letter of a kind, for all cohorts of a programme, in both languages.

The words of a letter themselves are the product's: see docs/decisions/0021-a-paragraph-above-not-a-template.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Final

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import record
from collaborative.models import Announcement, Cohort, KindNote, Programme
from collaborative.planned import cohorts_planned_by
from core.legible import legible
from core.refusals import Overtaken, Refused
from notifications import kinds

NOT_YOURS: Final = gettext_lazy(
    "It would stand in the mails of a series that you do not plan: ask somebody who plans them all."
)


def may_have_one(key: str) -> bool:
    """Return whether a kind of message can have a paragraph: whose words are seen, and that is written in a cohort's name.

    An announcement is the planners' own words already; what is about an account is said by the installation.
    """
    kind = kinds.find(key)
    if kind is None or kind.words_stay_hidden or key.startswith("account/"):
        return False
    return not key.startswith(Announcement.KIND) and kind.listed


def note_for(programme: Programme, kind: str) -> KindNote | None:
    """Return what stands above the letters of a kind, None where nothing does."""
    return KindNote.objects.filter(programme=programme, kind=kind).first()


def noted(programme: Programme) -> set[str]:
    """Return the keys of the kinds that have a paragraph in this programme."""
    return set(KindNote.objects.filter(programme=programme).values_list("kind", flat=True))


def is_everywhere_planned_by(programme: Programme, user) -> bool:
    """Return whether ``user`` plans every series of a programme that is not closed: a paragraph stands in the mails of all."""
    rows = Cohort.objects.filter(programme=programme, closed_at=None)
    return not rows.exclude(pk__in=cohorts_planned_by(user).values("pk")).exists()


@transaction.atomic
def put(*, programme: Programme, kind: str, by, version: int, text_en: str, text_fr: str) -> KindNote | None:
    """Let this stand above every letter of a kind from now on; both empty, nothing does. Returns what stands then.

    ``version``: of what was changed, 0 where nothing stood. Raises Overtaken where somebody else was faster.
    """
    if not may_have_one(kind):
        raise Refused(_("These messages have no paragraph of your own."))
    if not is_everywhere_planned_by(programme, by):
        raise Refused(str(NOT_YOURS))
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)  # one after the other, the first one too
    row = KindNote.objects.filter(programme=programme, kind=kind).first()
    text_en, text_fr = text_en.strip(), text_fr.strip()
    if row and (row.text_en, row.text_fr) == (text_en, text_fr):
        return row
    if (row.version if row else 0) != version:
        raise Overtaken(row or KindNote(programme=programme, kind=kind, version=0))
    for name, words in (("text_en", text_en), ("text_fr", text_fr)):
        if bool(text_en or text_fr) and not legible(words):
            raise Refused(_("Write it in both languages, or leave both empty."), field=name)
    if not text_en:
        if row is not None:
            record("kind_note.taken_away", programme, by=by, kind=kind)
            row.delete()
        return None
    row = row or KindNote(programme=programme, kind=kind, version=0)
    row.text_en, row.text_fr, row.by, row.changed_at, row.version = text_en, text_fr, by, Now(), row.version + 1
    row.save()
    record("kind_note.put", programme, by=by, kind=kind)
    row.refresh_from_db(fields=["changed_at"])
    return row


def of_cohorts(keys: Collection[str]) -> dict[tuple[str, str], dict[str, str]]:
    """Return the paragraphs of cohorts by (cohort's key, kind), each by language; one statement."""
    rows = Cohort.objects.filter(pk__in=keys, programme__kind_notes__isnull=False)
    return _by_scope(
        rows.values_list("pk", *(f"programme__kind_notes__{one}" for one in ("kind", "text_en", "text_fr")))
    )


def of_programmes(keys: Collection[str]) -> dict[tuple[str, str], dict[str, str]]:
    """Return the paragraphs of programmes by (programme's key, kind), each by language; one statement."""
    rows = KindNote.objects.filter(programme_id__in=[uuid.UUID(key) for key in keys])
    return _by_scope(rows.values_list("programme", "kind", "text_en", "text_fr"))


def _by_scope(rows) -> dict[tuple[str, str], dict[str, str]]:
    return {(str(scope), kind): {"en": english, "fr": french} for scope, kind, english, french in rows}


def forget(user) -> None:
    """Take the person out: the words are the programme's and stay."""
    KindNote.objects.filter(by=user).update(by=None)


def data_of(user) -> dict[str, list]:
    """Return what ``user`` put above the letters of programmes."""
    rows = KindNote.objects.filter(by=user).order_by("changed_at")
    return {"kind_notes": list(rows.values("programme__name_en", "kind", "text_en", "text_fr"))}
