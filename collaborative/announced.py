"""Announcements as they are found and read: by planners, by whom they were for, by the sender, on the page of the series."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from collaborative.addressing import ROLES, Audience
from collaborative.models import Announcement, Cohort
from core import markdown
from core.language import language
from core.registry import Foreseen

PREVIEW: Final = "collaborative/announcement-preview"
# On the cohort's page stand so many of the latest.
SHOWN = 3
# Lists of messages name so many of the latest by their subject.
NAMED = 300
_BOLD: Final = re.compile(r"\*\*(?=\S)([^*\n]+)(?<=\S)\*\*")
_LINK: Final = re.compile(r"\[([^\[\]\n]+)\]\((https?://[^\s()]+)\)")


def as_html(text: str) -> SafeString:
    """Return what a planner typed as it may stand on a page or in a mail."""
    return mark_safe(markdown.render(text))  # nosec B308 B703 # render cleans


def as_text(text: str) -> str:
    """Return what a planner typed as it may stand in a mail of plain text: without the marks of bold, links with their address."""
    return _LINK.sub(r"\1 (\2)", _BOLD.sub(r"\1", text))


def titled(subject: str, *, corrects: bool) -> str:
    """Return a subject as it stands in a mail and in lists of messages: of a correction it says so."""
    return _("Correction: %(subject)s") % {"subject": subject} if corrects else subject


def corrects_what(row: Announcement, lang: str) -> str:
    """Return in a sentence what a correction corrects, "" of what is none. What is hidden is named nowhere."""
    if row.corrects is None:
        return ""
    if row.corrects.hidden_why:
        return _("This corrects what we wrote before, and what cannot be read any more.")
    return _("This corrects what we wrote under “%(subject)s”.") % {"subject": row.corrects.in_language(lang)[0]}


def sources_of(source_ids: Collection[str]) -> dict[str, Announcement]:
    """Return announcements by their keys, with what their mails name; without what is hidden."""
    rows = Announcement.objects.shown().filter(pk__in=source_ids)
    return {str(one.pk): one for one in rows.select_related("cohort__programme", "corrects")}


def announcements_planned_by(user):
    """Return the announcements of the cohorts that ``user`` plans, drafts too."""
    rows = Announcement.objects.planned_by(user).with_standing()
    return rows.select_related("cohort__programme", "corrects", "by", "sent_by")


def announcements_in(cohort: Cohort):
    """Return every announcement of a cohort for its planners, the latest first: drafts, then what waits, then what left."""
    rows = Announcement.objects.filter(cohort=cohort).with_standing().with_corrected()
    return rows.select_related("by").order_by("-created_at")


def with_subjects(cohorts):
    """Return cohorts, which their reader plans, each with what its announcements are called (``subjects_of``). No statement."""
    rows = Announcement.objects.shown().filter(cohort=OuterRef("pk")).order_by("-created_at")
    facts = JSONObject(id="id", en="subject_en", fr="subject_fr", corrects="corrects_id")
    return cohorts.annotate(subjects_found=ArraySubquery(rows.values(json=facts)[:NAMED]))


def subjects_of(cohort: Any) -> dict[str, str]:
    """Return the subjects of the announcements of a cohort of ``with_subjects``, by their keys; none of what is hidden."""
    lang = language()
    return {
        one["id"]: titled(one[lang] or one["en"] or one["fr"], corrects=one["corrects"] is not None)
        for one in cohort.subjects_found
    }


def announcements_seen_by(user):
    """Return what has left and ``user`` may read, the latest first."""
    return Announcement.objects.visible_to(user).left().with_standing().select_related("cohort__programme", "corrects")


def latest_in(cohort: Cohort, user):
    """Return the latest announcements of a cohort that ``user`` may read."""
    rows = Announcement.objects.visible_to(user).shown().left().filter(cohort=cohort)
    return rows.with_standing().with_corrected()[:SHOWN]


def corrections_of(row: Announcement, user):
    """Return the corrections of an announcement that have left and are not hidden, the first one first.

    Each with whether ``user`` may read it (``may_be_read``): that there is one, whoever reads what was wrong has to know.
    """
    readable = Announcement.objects.visible_to(user).filter(pk=OuterRef("pk"))
    rows = Announcement.objects.shown().left().filter(corrects=row)
    return rows.annotate(may_be_read=Exists(readable)).order_by("leaves_at")


def corrections_planned_of(row: Announcement):
    """Return the corrections of an announcement for its planners, those not sent yet as well, the first one first."""
    return Announcement.objects.filter(corrects=row).with_standing().order_by("created_at")


def cohort_of(key) -> Q:
    """Find the cohort of this announcement."""
    return Q(pk__in=Announcement.objects.filter(pk=key).values("cohort"))


# ---------------------------------------------------------------- hidden by a reader


def announcements_awaiting_look(cohort: Cohort):
    """Return the announcements of a cohort that a reader has hidden and no planner has looked at."""
    return Announcement.objects.awaiting_look().filter(cohort=cohort).order_by("-hidden_at")


def waiting_line(row: Announcement) -> tuple[str, str, str]:
    """Return how a list names it: what it is, where it belongs, where it can be looked at."""
    return _("An announcement"), row.subject, reverse("planning_announcement", args=[row.pk])


# ---------------------------------------------------------------- on the page of the whole series


def of_role(cohort: Cohort, role: str) -> list[Foreseen]:
    """Return the announcements that wait for people of a role, or were sent to them."""
    if role not in ROLES:
        return []
    rows = Announcement.objects.shown().filter(cohort=cohort, leaves_at__isnull=False).with_standing()
    return [
        Foreseen(
            one.kind, one.left_at or one.leaves_at, about=one.subject, occurrence="announced", source=_source(one), by_hand=True,
            optional=bool(one.audience.get("answers") or one.audience.get("teams") or one.only_told),
        )
        for one in rows
        if role in (Audience.read(one.audience).roles or ROLES)
    ]  # fmt: skip


def _source(row: Announcement) -> tuple[Any, str]:
    return Announcement._meta.label_lower, str(row.pk)
