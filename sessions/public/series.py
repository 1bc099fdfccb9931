"""Webinars that belong together: one page with what they are about, what guides them, and each in its turn."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit.services import record
from collaborative.models import Cohort, Programme
from core.language import language
from core.refusals import Overtaken
from enrolment.models import PageKey, SiteVersion
from sessions.models import Appearance, Hosting, LearningSession, Part, Partner, Series, SessionKind
from sessions.public.publishing import may_be_shown

QUESTIONS: Final = 3


@dataclasses.dataclass(frozen=True)
class PartShown:
    """One webinar of a series as its page shows it. ``recording`` is an address, "" where there is nothing to watch."""

    number: int
    learning_session: LearningSession
    state: str
    speakers: list[Appearance]
    hosts: list[Appearance]
    partners: list[Partner]
    recording: str

    @property
    def registers(self) -> bool:
        """Return whether anybody can register for it now."""
        return self.learning_session.registers_at(timezone.now())


def parts_of(series: Series, *, public: bool) -> list[PartShown]:
    """Return the webinars of a series in order of time. Three statements.

    ``public``: for readers outside, who see no recording to which somebody who speaks in it has not agreed.
    """
    # Who was forgotten is named nowhere, and has still not agreed.
    rows = list(series.parts.select_related("recap", "cohort").order_by("starts_at"))
    people: dict[Any, list[Appearance]] = defaultdict(list)
    for one in Appearance.objects.filter(learning_session__in=rows).select_related("speaker"):
        people[one.learning_session_id].append(one)
    partners: dict[Any, list[Partner]] = defaultdict(list)
    for hosting in Hosting.objects.filter(learning_session__in=rows).select_related("partner"):
        partners[hosting.learning_session_id].append(hosting.partner)
    now = timezone.now()
    return [
        PartShown(
            number=number,
            learning_session=row,
            state=row.state_at(now),
            speakers=[one for one in people[row.pk] if one.part != Part.HOST and one.speaker.name],
            hosts=[one for one in people[row.pk] if one.part == Part.HOST and one.speaker.name],
            partners=partners[row.pk],
            recording=_recording(row, people[row.pk], public=public),
        )
        for number, row in enumerate(rows, start=1)
    ]


def _recording(learning_session: LearningSession, people: Iterable[Appearance], *, public: bool) -> str:
    recap = getattr(learning_session, "recap", None)
    if recap is None or recap.published_at is None:
        return ""
    if public and not may_be_shown(learning_session, people):
        return ""
    return recap.recording or recap.recording_en or recap.recording_fr


def _overview() -> Exists:
    """Return whether the programme of a series has its public pages: without them no series is there for anybody."""
    return Exists(
        SiteVersion.objects.filter(
            page__programme=OuterRef("programme"), page__key=PageKey.OVERVIEW, publish_at__lte=Now()
        )
    )


def public_series(programme_slug: str, slug: str) -> Series | None:
    """Return the public series at these slugs, of either language, of a programme whose public pages are there."""
    return (
        Series.objects.filter(_overview(), is_public=True)
        .filter(Q(slug_en=slug) | Q(slug_fr=slug))
        .filter(Q(programme__slug_en=programme_slug) | Q(programme__slug_fr=programme_slug))
        .select_related("cohort__programme")
        .first()
    )


def address(series: Series, lang: str) -> str:
    """Return the path of a public series in a language: route and slugs are of that language."""
    slugs = [getattr(series.cohort.programme, f"slug_{lang}"), getattr(series, f"slug_{lang}")]
    with override(lang):
        return reverse("webinars", args=slugs)


def addresses(series: Series) -> list[tuple[str, str]]:
    """Return language and whole address of the page that anybody may read, none while it is for the cohort."""
    if not series.is_public:
        return []
    return [(lang, settings.SITE_URL + address(series, lang)) for lang in ("en", "fr")]


def public_pages(programme: Programme) -> tuple[str, list[tuple[str, str]]]:
    """Return a heading, and title and path of each public series of a programme, in the language that speaks now."""
    rows = Series.objects.filter(programme=programme, is_public=True).select_related("cohort__programme")
    return _("Webinars"), [(one.title, address(one, language())) for one in rows]


def series_of(cohort: Cohort):
    """Return the series of a cohort; ``has_page``: whether the programme's public pages are there."""
    return Series.objects.filter(cohort=cohort).select_related("cohort__programme").annotate(has_page=_overview())


def series_seen_by(user):
    """Return the series of every cohort that ``user`` may see."""
    cohorts = Cohort.objects.visible_to(user).values("pk")
    return Series.objects.filter(cohort__in=cohorts).select_related("cohort__programme")


def webinars_of(cohort: Cohort):
    """Return the webinars of a cohort in order of time, those of any series among them."""
    return LearningSession.objects.filter(cohort=cohort, kind=SessionKind.WEBINAR).order_by("starts_at")


# ---------------------------------------------------------------- what planners do


@transaction.atomic
def make(*, cohort: Cohort, by, questions: list[tuple[str, str]], parts: Iterable[str], **words: Any) -> Series:
    """Make a series; its addresses come from its titles and stay. Return it."""
    taken = _taken_slugs(cohort)
    made = Series.objects.create(
        cohort=cohort,
        programme_id=cohort.programme_id,
        slug_en=_free_slug(words["title_en"], taken),
        slug_fr=_free_slug(words["title_fr"], taken),
        **words,
    )
    _fill(made, questions, parts)
    record("series.made", made, by=by)
    return made


@transaction.atomic
def change(
    *, series: Series, by, version: int, questions: list[tuple[str, str]], parts: Iterable[str], **words: Any
) -> Series:
    """Change what a series says and holds; return it. Raises Overtaken where somebody has since ``version``."""
    now = Series.objects.select_for_update().get(pk=series.pk)
    if now.version != version:
        raise Overtaken(now)
    for name, value in words.items():
        setattr(now, name, value)
    now.version = version + 1
    now.save(update_fields=[*words, "version"])
    _fill(now, questions, parts)
    record("series.changed", now, by=by)
    return now


@transaction.atomic
def remove(*, series: Series, by) -> None:
    """Take a series away; its webinars stay sessions of the cohort."""
    record("series.removed", series, by=by)
    series.delete()


def _fill(series: Series, questions: list[tuple[str, str]], parts: Iterable[str]) -> None:
    series.questions.all().delete()
    series.questions.bulk_create(
        series.questions.model(series=series, ordinal=nth, text_en=english, text_fr=french)
        for nth, (english, french) in enumerate(questions, start=1)
    )
    webinars = webinars_of(series.cohort)
    chosen = list(parts)
    webinars.filter(series=series).exclude(pk__in=chosen).update(series=None)
    webinars.filter(pk__in=chosen).update(series=series)


def _taken_slugs(cohort: Cohort) -> set[str]:
    """Return the slugs of a programme's series, of both languages, and let nobody else take one until this is done."""
    Programme.objects.select_for_update(no_key=True).get(pk=cohort.programme_id)
    rows = Series.objects.filter(programme=cohort.programme_id).values_list("slug_en", "slug_fr")
    return {slug for both in rows for slug in both}


def _free_slug(title: str, taken: set[str]) -> str:
    """Return an address of this title that is not taken."""
    base = slugify(title)[:70].strip("-") or "webinars"
    return next(
        slug for nth in range(1, len(taken) + 2) if (slug := base if nth == 1 else f"{base}-{nth}") not in taken
    )


def questions_of(series: Series) -> list[tuple[str, str]]:
    """Return the guiding questions in both languages, in order."""
    return list(series.questions.values_list("text_en", "text_fr"))


def part_keys(series: Series) -> list[str]:
    """Return the keys of the webinars of a series."""
    return [str(key) for key in series.parts.values_list("pk", flat=True)]
