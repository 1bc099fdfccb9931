"""Announcements that somebody has begun to write and not saved yet: their own drafts, which nobody else sees."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable

from django.http import QueryDict
from django.urls import reverse

from accounts import drafts
from collaborative.models import Announcement, Cohort
from core.language import language, other


@dataclasses.dataclass(frozen=True)
class Unfinished:
    """What was begun: under which name it is kept, how it begins ("" where no word stands in it), and where one goes on."""

    key: str
    subject: str
    url: str
    kept_at: dt.datetime
    corrects: Announcement | None


def draft_key(about: Announcement | Cohort) -> str:
    """Return the name under which a new announcement of a cohort, or a correction of one, is kept while it is written."""
    return f"collaborative/announcement/{about.pk}"


def unfinished_of(user, cohort: Cohort, rows: Iterable[Announcement]) -> list[Unfinished]:
    """Return what ``user`` has begun to write to people of a cohort, also to correct one of ``rows``, the latest first.

    One statement.
    """
    about: dict[str, Announcement | None] = {draft_key(row): row for row in rows} | {draft_key(cohort): None}
    return [
        Unfinished(one.key, _begins(one.words), _address(cohort, about[one.key]), one.kept_at, about[one.key])
        for one in drafts.kept_among(user, about)
    ]


def _address(cohort: Cohort, corrects: Announcement | None) -> str:
    if corrects is None:
        return reverse("planning_announcement_new", args=[cohort.pk])
    return reverse("planning_announcement_correct", args=[corrects.pk])


def _begins(words: QueryDict) -> str:
    langs = (language(), other(language()))
    typed = (words.get(f"{part}_{lang}", "").strip() for part in ("subject", "text") for lang in langs)
    return next(filter(None, typed), "")
