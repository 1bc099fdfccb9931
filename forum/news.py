"""What is new in the forum: once a week, to those who read it and did not write it themselves; never where nothing is.

Numbers and names of boards only: a mailbox is not the forum. It matters little (EXTRA), so most people find it in their list
and in what is put together for them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from collaborative.models import Cohort, Membership, QuietWeek
from core.time import forward_utc, wall_in
from forum.models import BoardKey, Thread
from forum.querysets import standings_in
from notifications import kinds
from notifications import services as notifications
from notifications.models import PlannedMessage

KIND: Final = "forum/news"
SOURCE: Final = "forum.news"
# On Monday, before what is put together leaves. What waits longer than a day is no news.
HOUR: Final = dt.time(6)
WORTH_IT: Final = dt.timedelta(days=1)
WEEK: Final = dt.timedelta(days=7)


def to_sweep(now: dt.datetime) -> list[QuerySet[Cohort]]:
    """Return the cohorts that may have to be told of the week that has ended (``notifications.sweep.looks``).

    No clock on earth is further ahead than fourteen hours, or further behind than twelve: it is Monday on some, or it is not.
    """
    day = (now + dt.timedelta(hours=14)).date()
    monday = day - dt.timedelta(days=day.weekday())
    begins = dt.datetime.combine(monday, HOUR, dt.UTC)
    if not begins - dt.timedelta(hours=14) <= now < begins + WORTH_IT + dt.timedelta(hours=12):
        return []
    told = PlannedMessage.objects.filter(
        source_type=SOURCE, source_id=Cast(OuterRef("pk"), CharField()), occurrence=monday.isoformat()
    )
    lately = _begun().filter(
        board__cohort=OuterRef("pk"), created_at__gte=begins - WEEK - dt.timedelta(days=1),
        created_at__lt=begins + dt.timedelta(hours=6),
    )  # fmt: skip
    quiet = QuietWeek.objects.filter(cohort=OuterRef("pk"), starts_on__lte=monday, ends_on__gte=monday)
    return [Cohort.objects.open().filter(Exists(lately), ~Exists(told), ~Exists(quiet))]


def sweep(now: dt.datetime | None = None) -> int:
    """Promise the news of the week that has ended, on Monday from six on each cohort's clock; return how many are new.

    Idempotent. A cohort in a quiet week is left in peace.
    """
    now = now or timezone.now()
    made = 0
    for cohort in (one for rows in to_sweep(now) for one in rows):
        monday = _monday_of(cohort, now)
        due = forward_utc(dt.datetime.combine(monday, HOUR), cohort.time_zone)
        if not due <= now < due + WORTH_IT:
            continue
        begins, ends = _week_before(cohort, monday)
        if not _begun().filter(board__cohort=cohort, created_at__gte=begins, created_at__lt=ends).exists():
            continue
        readers = get_user_model().objects.filter(
            pk__in=standings_in(cohort.pk, cohort.programme_id).values("user"), is_active=True
        )
        made += notifications.plan_many(
            KIND, to=readers, about=(SOURCE, cohort.pk), due=now, occurrence=monday.isoformat(),
            not_after=due + WEEK, scope=cohort,
        )  # fmt: skip
    return made


def _monday_of(cohort: Cohort, now: dt.datetime) -> dt.date:
    today = wall_in(now, cohort.time_zone).date()
    return today - dt.timedelta(days=today.weekday())


def _week_before(cohort: Cohort, monday: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return when the week before this Monday began and ended on the cohort's clock, as moments."""
    ends = dt.datetime.combine(monday, dt.time())
    return forward_utc(ends - WEEK, cohort.time_zone), forward_utc(ends, cohort.time_zone)


def _begun():
    return Thread.objects.filter(hidden_why="", post_count__gt=0)


def of_cohorts(source_ids: Collection[str]) -> dict[str, Cohort]:
    """Return the open cohorts by their keys, each with what was begun there lately and can be read (``begun``)."""
    found = {str(one.pk): one for one in Cohort.objects.open().filter(pk__in=source_ids).select_related("programme")}
    for cohort in found.values():
        cohort.begun = []
    lately = _begun().filter(board__cohort__in=list(found), created_at__gte=timezone.now() - 3 * WEEK)
    for cohort_id, *facts in lately.values_list("board__cohort", "board__key", "by", "created_at"):
        found[str(cohort_id)].begun.append(facts)
    return found


def may_hear(asked: Collection[tuple[Any, str]]) -> set[tuple[Any, str]]:
    """Return those of the pairs (person, cohort's key), as two keys, who read its forum now."""
    found: set[tuple[Any, str]] = set()
    for cohort in Cohort.objects.filter(pk__in={key for _user, key in asked}):
        people = {user.pk for user, key in asked if key == str(cohort.pk)}
        held: set[UUID] = set(
            Membership.objects.filter(
                pk__in=standings_in(cohort.pk, cohort.programme_id).filter(user__in=people).values("pk")
            ).values_list("user", flat=True)
        )
        found |= {(pk, str(cohort.pk)) for pk in held}
    return found


def lines(cohort: Cohort, monday: dt.date, reader: Any) -> list[str]:
    """Return a line for each board with something new that somebody else began, in the language that speaks now.

    ``cohort``: one from ``of_cohorts``.
    """
    begins, ends = _week_before(cohort, monday)
    counted = Counter(
        key
        for key, by, at in cohort.begun  # type: ignore[attr-defined]
        if begins <= at < ends and by != reader.pk
    )
    return [
        ngettext("“%(board)s”: %(n)d new conversation", "“%(board)s”: %(n)d new conversations", counted[key])
        % {"board": BoardKey(key).label, "n": counted[key]}
        for key in BoardKey.values
        if counted[key]
    ]


def _context(message) -> dict | None:
    cohort = message.source
    told = lines(cohort, dt.date.fromisoformat(message.occurrence), message.recipient)
    if not told:
        return None
    return {
        "cohort": cohort, "programme": cohort.programme, "lines": told, "reply_to": cohort.contact_email,
        "path": reverse("forum", args=[cohort.pk]),
    }  # fmt: skip


kinds.register(
    kinds.Kind(
        key=KIND,
        name=_("What is new in the forum"),
        importance=kinds.Importance.EXTRA,
        template="forum/emails/news",
        audience=_("You get this because you can read this forum."),
        when=_("On Monday morning, where something was begun in the forum in the week before."),
        stops=_(
            "The reader began it all, it is hidden, the cohort has a quiet week, or the person cannot read the forum any more."
        ),
        context=_context,
        sources=of_cohorts,
    )
)
