"""Which browsers a person wants to be told on, and when one is told: after a message was told, that something is waiting.

A browser gets its word from the same diary as everybody's mail: a row of the kind `notifications/waiting`, for each browser and
at most one in ten minutes, however much is told meanwhile. What it says is always the same sentence.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, Now
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from audit.services import record
from core.refusals import Refused
from notifications import kinds, services, states
from notifications.models import Channel, PlannedMessage, PushSubscription
from notifications.services import Wanted

WAITING: Final = "notifications/waiting"
SOURCE: Final = "notifications.pushsubscription"
# More browsers than anybody uses: whoever asks for more gives up the oldest.
MOST: Final = 10
_EVERY_MINUTES: Final = 10
# A word that could not leave for so long (a night, with its quiet hours) is of no use any more.
_USEFUL: Final = datetime.timedelta(hours=24)
# Whoever was told something longer ago has seen it, or is told with the next.
_TOLD_WITHIN: Final = datetime.timedelta(hours=1)

# Browsers of people who were told something since their last word. `nth`: how many words there were before, so that two
# senders that look at once plan the same one.
_DUE: Final = """
SELECT s.id, s.user_id, last.nth,
    greatest(clock_timestamp(), coalesce(last.at + %(minutes)s * interval '1 minute', clock_timestamp()))
FROM push_subscription s
CROSS JOIN LATERAL (
    SELECT count(*) AS nth, max(coalesce(w.sent_at, w.created_at)) AS at,
        coalesce(bool_or(w.state = ANY(%(live)s)), false) AS waits
    FROM planned_message w
    WHERE w.recipient_key = s.user_id::text AND w.kind = %(kind)s AND w.channel = 'push' AND w.source_type = %(source)s
      AND w.source_id = s.id::text
) last
WHERE s.failed_at IS NULL AND s.ends_at > clock_timestamp() AND NOT last.waits AND EXISTS (
    SELECT 1 FROM planned_message m
    WHERE m.recipient_key = s.user_id::text AND m.state = 'sent' AND m.channel IN ('mail', 'inbox')
      AND m.kind <> ALL(%(unlisted)s)
      AND m.sent_at > greatest(s.created_at, last.at, clock_timestamp() - %(within)s * interval '1 second')
)
ORDER BY s.id
"""


# ---------------------------------------------------------------- browsers


def mark_of(session_key: str | None) -> str:
    """Return what stands for a session beside a browser; the key itself would open it."""
    return salted_hmac("notifications.push", session_key, algorithm="sha256").hexdigest() if session_key else ""


@transaction.atomic
def subscribe(
    *, user: Any, endpoint: str, p256dh: str, auth: str, language: str, device: str, session_key: str | None,
    ends_at: datetime.datetime,
) -> PushSubscription:  # fmt: skip
    """Tell `user` on this browser from now on, until its session runs out; whose it was before does not matter. Raises Refused."""
    from notifications import webpush

    if not webpush.is_allowed(endpoint):
        raise Refused(_("This browser is told by a service that we do not know. Messages come to you as before."))
    try:
        webpush.raw_keys(p256dh, auth)
    except ValueError:
        raise Refused(_("Your browser did not say how to reach it. Try once more.")) from None
    said = {
        "user": user, "p256dh": p256dh, "auth": auth, "language": language, "device": device[:40],
        "session_mark": mark_of(session_key), "ends_at": ends_at, "failed_at": None,
    }  # fmt: skip
    # Made anew, so that what was told before is no news for it.
    PushSubscription.objects.filter(endpoint=endpoint).delete()
    made = PushSubscription.objects.create(endpoint=endpoint, **said)
    too_many = PushSubscription.objects.filter(user=user).order_by("-created_at").values("pk")[MOST:]
    PushSubscription.objects.filter(pk__in=list(too_many.values_list("pk", flat=True))).delete()
    record("person.device_told", user, by=user)
    return made


def of(user: Any) -> list[PushSubscription]:
    """Return the browsers on which a person is told, the latest first."""
    return list(PushSubscription.objects.filter(user=user, ends_at__gt=Now()).order_by("-created_at"))


def find(user: Any, subscription_id: Any) -> PushSubscription | None:
    """Return one of the browsers on which `user` is told, or None."""
    return PushSubscription.objects.filter(user=user, pk=subscription_id).first()


@transaction.atomic
def end(subscription: PushSubscription, *, by: Any) -> None:
    """Tell this person nothing on this browser any more."""
    subscription.delete()
    record("person.device_not_told", by, by=by)


def end_session(session_key: str | None) -> None:
    """End what was asked for in a session: it is over."""
    if session_key:
        PushSubscription.objects.filter(session_mark=mark_of(session_key)).delete()


def end_other_sessions(user: Any, session_key: str | None) -> None:
    """End everything for `user` but what was asked for in this session."""
    PushSubscription.objects.filter(user=user).exclude(session_mark=mark_of(session_key) or "none").delete()


def ended(now: datetime.datetime) -> QuerySet[PushSubscription]:
    """Return what was asked for in sessions that have run out."""
    return PushSubscription.objects.filter(ends_at__lte=now)


def follow(before: str, after: str) -> None:
    """Take note that a session has another key now."""
    PushSubscription.objects.filter(session_mark=mark_of(before)).update(session_mark=mark_of(after))


# ---------------------------------------------------------------- the word


def to_sweep(now: datetime.datetime) -> list[QuerySet[PushSubscription]]:
    """Return the browsers whose person was told something within the hour (``notifications.sweep.looks``)."""
    told = PlannedMessage.objects.filter(
        recipient_key=Cast(OuterRef("user_id"), PlannedMessage._meta.get_field("recipient_key")), state=states.SENT,
        sent_at__gt=now - _TOLD_WITHIN,
    ).exclude(kind__in=kinds.unlisted())  # fmt: skip
    return [_live().filter(Exists(told))]


def plan_words(now: datetime.datetime | None = None) -> None:
    """Promise a word to every browser whose person was told something since the last one. A statement where nobody was."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                _DUE,
                {
                    "minutes": _EVERY_MINUTES, "live": list(states.LIVE), "kind": WAITING, "source": SOURCE,
                    "unlisted": kinds.unlisted(), "within": _TOLD_WITHIN.total_seconds(),
                },
            )  # fmt: skip
            found = cursor.fetchall()
        people = {one.pk: one for one in _people({user for _pk, user, _nth, _due in found})} if found else {}
        services.plan_each(
            (
                (SOURCE, pk),
                0,
                Wanted(WAITING, people[user], due, f"word-{nth}", due + _USEFUL, channel=Channel.PUSH.value),
            )
            for pk, user, nth, due in found
            if user in people
        )


def _people(keys: Collection[Any]):
    from django.contrib.auth import get_user_model

    return get_user_model()._default_manager.filter(pk__in=keys, is_active=True)


def _live():
    """Browsers that their service takes word for, and whose session has not run out."""
    return PushSubscription.objects.filter(failed_at=None, ends_at__gt=Now())


def versions(keys: Collection[str]) -> dict[str, int]:
    """Return the browsers among these that can still be told (answers `registry.current_version`)."""
    there = _live().filter(pk__in=list(keys))
    return {str(pk): 0 for pk in there.values_list("pk", flat=True)}


def to_tell(keys: Collection[str]) -> dict[str, PushSubscription]:
    """Return the browsers among these whose person has not read everything yet, by their key (answers `Kind.sources`).

    What went by mail counts as not read: nobody tells us.
    """
    news = PlannedMessage.objects.filter(
        recipient_key=Cast(OuterRef("user_id"), PlannedMessage._meta.get_field("recipient_key")), state=states.SENT,
        sent_at__gt=Now() - _USEFUL,
    ).exclude(kind__in=kinds.unlisted())  # fmt: skip
    unread = news.filter(Q(channel=Channel.MAIL) | Q(channel=Channel.INBOX, read_at=None))
    there = _live().filter(Exists(unread), pk__in=list(keys))
    return {str(one.pk): one for one in there}


# ---------------------------------------------------------------- a person's own


def data_of(user: Any) -> dict[str, Any]:
    """Return the browsers on which this person is told that something is waiting."""
    return {"devices_told": list(PushSubscription.objects.filter(user=user).values("device", "endpoint", "created_at"))}


def forget(user: Any) -> None:
    """Tell this person nothing on any browser any more."""
    PushSubscription.objects.filter(user=user).delete()
