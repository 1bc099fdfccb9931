"""What a planner looks at before an announcement goes, and what became of it afterwards."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
from typing import Any

import nh3
from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from collaborative import addressing, announcing
from collaborative.addressing import Audience, Reach
from collaborative.models import Announcement
from core.refusals import Refused
from notifications import states
from notifications.models import PlannedMessage, State
from notifications.wording import Said, render

# What of a mail stands on a page: its words, without its frame.
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "code", "a", "div"}
_ATTRIBUTES = {"a": {"href"}, "div": {"lang"}, "ol": {"start"}}


@dataclasses.dataclass(frozen=True)
class Version:
    """How it reads in one language: the very words of its mail, from its subject to its last line."""

    lang: str
    html: SafeString


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
    letters = [render(row, said, files=False) for row in rows]
    return [Version(one.language, _on_a_page(one.html)) for one in letters]


def _on_a_page(mail: str) -> SafeString:
    """Return the words of a mail as they may stand on a page. What is its reader's own has no address there."""
    mail = mail.replace("<h1", "<p><strong").replace("</h1>", "</strong></p>")
    words = nh3.clean(
        mail,
        tags=_TAGS,
        clean_content_tags={"title", "style", "script"},
        attributes=_ATTRIBUTES,
        attribute_filter=_not_ours,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="nofollow noopener",
    )
    return mark_safe(words)  # nosec B308 B703 # clean lets nothing else through


def _not_ours(_tag: str, attribute: str, value: str) -> str | None:
    return None if attribute == "href" and value.startswith(settings.SITE_URL) else value


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
    """What became of the messages of an announcement: how many stand how, and one of them, which stands for all.

    ``at``: when it leaves, or when the first of it did. ``rest_waits``: some of it was sent sooner, and some waits.
    ``rest_is_held``: some of it went, and the planning team holds some back.
    """

    states: list[tuple[str, int]]
    one: Any
    at: dt.datetime | None
    rest_waits: bool
    rest_is_held: bool


def became_of(announcement: Announcement) -> Became:
    """Return how the messages of an announcement stand, as it was sent last (of ``with_standing``). Two statements."""
    rows = PlannedMessage.objects.about(announcement).filter(
        kind__in=Announcement.KINDS, source_version=announcement.version
    )
    found = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    at, has_left = announcement.leaves_at, announcement.state == "left"
    is_ahead = at is not None and at > timezone.now()
    return Became(
        [(str(state.label), found[state.value]) for state in State if state.value in found],
        rows.order_by("next_attempt_at", "pk").first(),
        announcement.left_at or at,
        has_left and is_ahead and any(one in found for one in states.WAITING),
        announcement.is_in_part and announcement.held_found,  # type: ignore[attr-defined]  # planners' rows have it
    )
