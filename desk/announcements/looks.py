"""What a planner looks at before an announcement goes, and what became of it afterwards."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from collaborative import addressing, announcing
from collaborative.addressing import Audience, Reach
from collaborative.announced import as_html
from collaborative.models import Announcement
from core.refusals import Refused
from desk.outbox.lists import without_links
from notifications.models import PlannedMessage, State
from notifications.wording import Said, render


@dataclasses.dataclass(frozen=True)
class Version:
    """How it reads in one language: as its mail, without the greeting of a mail program. ``foot`` stands below it."""

    lang: str
    subject: str
    html: SafeString
    foot: str


@dataclasses.dataclass(frozen=True)
class Look:
    """All that is looked at before it can be sent. ``refusal``: why it cannot, "" where it can."""

    versions: list[Version]
    reach: Reach
    mark: str
    whom: str
    refusal: str
    minutes: int


def look_at(announcement: Announcement, user) -> Look:
    """Return how an announcement reads and whom it would reach if it were sent now."""
    reach = addressing.reach_of(announcement)
    refusal = ""
    try:
        announcing.must_be_read(announcement, reach)
        if announcement.wished_at and announcement.wished_at <= timezone.now():
            refusal = _("Its hour has passed: change it, and choose another one.")
    except Refused as refused:
        refusal = refused.sentence
    return Look(
        versions_of(announcement, user),
        reach,
        reach.mark(announcement),
        whom(announcement),
        refusal,
        int(settings.UNDO_SECONDS // 60),
    )


def versions_of(announcement: Announcement, user) -> list[Version]:
    """Return the mail in each language in which it is written, as ``user`` would get it."""
    rows = [_mail(announcement, user, lang) for lang in ("en", "fr") if announcement.speaks(lang)]
    said = Said()
    said.load_words(rows)
    found = []
    for row in rows:
        letter = render(row, said)
        html = as_html(announcement.in_language(letter.language)[1])
        found.append(
            Version(letter.language, letter.subject, html, without_links(letter.plain.partition("\n-- \n")[2].strip()))
        )
    return found


def _mail(announcement: Announcement, user, lang: str) -> PlannedMessage:
    reader = copy.copy(user)
    reader.language = lang
    row = PlannedMessage(
        kind=announcement.kind, source_type=Announcement._meta.label_lower, source_id=str(announcement.pk),
        source_version=announcement.version, occurrence="announced", recipient_key=str(user.pk),
        scope_type="collaborative.cohort", scope_id=str(announcement.cohort_id),
    )  # fmt: skip
    row.recipient, row.source = reader, announcement
    return row


def whom(announcement: Announcement) -> str:
    """Return in words whom it is for."""
    if announcement.only_told:
        return _("Those who got what it corrects")
    audience = Audience.read(announcement.audience)
    return addressing.in_words(announcement.cohort, audience, addressing.names_of(announcement.cohort, audience))


@dataclasses.dataclass(frozen=True)
class Became:
    """What became of the messages of an announcement: how many stand how, and one of them, which stands for all."""

    states: list[tuple[str, int]]
    one: Any


def became_of(announcement: Announcement) -> Became:
    """Return how the messages of an announcement stand, as it was sent last. Two statements."""
    rows = PlannedMessage.objects.about(announcement).filter(
        kind__in=Announcement.KINDS, source_version=announcement.version
    )
    counted = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    return Became(
        [(str(state.label), counted[state.value]) for state in State if state.value in counted],
        rows.order_by("next_attempt_at", "pk").first(),
    )
