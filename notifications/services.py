"""The verbs: promise to tell somebody something, change one's mind, and what planners may do about one message.

All of them belong into the transaction of what they speak about. Nothing is sent here: see `sweep`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias
from uuid import uuid4

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Case, Count, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest, Now

from audit.services import record
from core import registry
from notifications import bell, causes, channels, diary, kinds, sealing, states
from notifications.models import Channel, MessageEvent, PlannedMessage, Tick, make_message_id

SILENCE_SECONDS = 300.0
# So many are promised by one statement: all that a large cohort is reminded of would take the memory of a server.
AT_ONCE = 5000

Source: TypeAlias = models.Model | tuple[str, Any]


@dataclass(frozen=True)
class Wanted:
    """One thing that somebody should be told about a source, as `replan` and `plan_each` take it. Moments are aware.

    `to` is a person or an e-mail address; `channel` "" is by mail, or in the product for a person without; `resend`: tell
    again although this occurrence was told in an older version (the rule of the house: the start moved by 24 hours or more);
    `news`: it says something else in each version, and goes although an older one was dropped.
    """

    kind: str
    to: Any
    due: datetime.datetime
    occurrence: str = ""
    not_after: datetime.datetime | None = None
    scope: Source | None = None
    resend: bool = False
    language: str = ""
    time_zone: str = ""
    channel: str = ""
    news: bool = False


# ---------------------------------------------------------------- promises


def plan(
    kind: str,
    *,
    to: Any,
    about: Source,
    due: datetime.datetime | None,
    occurrence: str = "",
    version: int | None = None,
    not_after: datetime.datetime | None = None,
    scope: Source | None = None,
    secret: str = "",
    address: str = "",
    language: str = "",
    time_zone: str = "",
) -> PlannedMessage | None:
    """Promise to tell `to` (a person, or an e-mail address) something about `about` at `due` (None: now).

    Return the row, or None when it is promised or told already, or `not_after` has passed. `version` None is the
    source's present one. `address` goes before the person's own; `language` and `time_zone` are for readers without
    account. A person without e-mail gets it in the product (`PlannedMessage.objects.listed_for`), at the same hour.
    """
    common = _common(kind, about=about, version=version, occurrence=occurrence, scope=scope)
    row = _row(
        common, to, due=due, not_after=not_after, secret=secret, address=address, language=language, tz=time_zone
    )
    # By its own key: a text message that goes with it is a row as well.
    return PlannedMessage.objects.filter(pk=row["id"]).first() if _write([row]) else None


def post(kind: str, *, to: Any, about: Source, **more: Any) -> PlannedMessage | None:
    """Promise to tell `to` something as soon as this transaction is committed. Everything else as `plan`."""
    return plan(kind, to=to, about=about, due=None, **more)


def plan_many(
    kind: str,
    *,
    to: Iterable[Any],
    about: Source,
    due: datetime.datetime | None,
    occurrence: str = "",
    version: int | None = None,
    not_after: datetime.datetime | None = None,
    scope: Source | None = None,
) -> int:
    """Promise the same thing to many; return how many rows are new. As many statements for 1 as for 1,000 people."""
    common = _common(kind, about=about, version=version, occurrence=occurrence, scope=scope)
    return len(_write([_row(common, one, due=due, not_after=not_after) for one in to]))


def plan_each(wanted: Iterable[tuple[Source, int, Wanted]]) -> int:
    """Promise what is wanted about each of several sources, given as (source, its version, what).

    Returns how many rows are new; a constant number of statements for every five thousand.
    """
    rows = (
        _row(
            _common(one.kind, about=about, version=version, occurrence=one.occurrence, scope=one.scope),
            one.to,
            due=one.due,
            not_after=one.not_after,
            language=one.language,
            tz=one.time_zone,
            channel=one.channel,
        )
        for about, version, one in wanted
    )
    some = list(islice(rows, AT_ONCE))
    if len(some) < AT_ONCE:
        return len(_write(some)) if some else 0
    made = 0
    with transaction.atomic():
        while some:
            made += len(_write(some))
            some = list(islice(rows, AT_ONCE))
    return made


def replan(
    about: Source, wanted: Iterable[Wanted], *, version: int | None = None, kinds_planned: Iterable[str] = ()
) -> int:
    """Make the promises about a source exactly `wanted`; return how many rows are new. A constant number of statements.

    Everything about it that waits in an older version becomes void (`superseded`), whatever its kind. In the present
    version, rows of the kinds in `wanted` and `kinds_planned` that are not wanted any more become void; name the
    kinds when `wanted` may be empty. Told occurrences are not told again, except with `resend`. What the planning team
    held back stays held in the new version, and what it dropped is never planned again, except with `news`.
    """
    source_type, source_id = _source(about)
    version = _version(about) if version is None else version
    rows = []
    for one in wanted:
        common = _common(one.kind, about=about, version=version, occurrence=one.occurrence, scope=one.scope)
        rows.append(
            _row(
                common,
                one.to,
                due=one.due,
                not_after=one.not_after,
                language=one.language,
                tz=one.time_zone,
                channel=one.channel,
                resend=one.resend,
                news=one.news,
            )
        )
    rows = channels.with_texts(rows)
    with transaction.atomic():
        held = diary.supersede(source_type, source_id, version=version)
        for row in rows:
            row["held"] = (row["recipient_key"], row["kind"], row["occurrence"]) in held
        names = sorted({row["kind"] for row in rows} | set(kinds_planned))
        diary.take_back_unwanted(source_type, source_id, kinds=names, rows=rows)
        diary.adopt(rows)
        diary.retime(rows)
        return len(_write(rows, replanned=True))


def void(about: Source, reason: str, occurrence: str | None = None, *, by: Any = None) -> int:
    """Take back what waits about a source (all of it, or one occurrence); return how many. `reason` is a code."""
    source_type, source_id = _source(about)
    with transaction.atomic():
        return diary.void(
            source_type, [source_id], reason=causes.coded(reason), occurrence=occurrence, actor=getattr(by, "pk", None)
        )


def void_each(about: Iterable[models.Model], reason: str, *, by: Any = None) -> int:
    """Take back all that waits about each of several sources of one kind; return how many. One statement."""
    sources = [_source(one) for one in about]
    if not sources:
        return 0
    with transaction.atomic():
        keys = [source_id for _type, source_id in sources]
        return diary.void(
            sources[0][0], keys, reason=causes.coded(reason), occurrence=None, actor=getattr(by, "pk", None)
        )


def retime_each(about: Iterable[Source], *, before: datetime.datetime, after: datetime.datetime) -> int:
    """Let what waits about several sources of one kind until ``before`` wait until ``after``; return how many.

    How long it may be late stays. Nothing is planned anew, nothing taken back.
    """
    sources = [_source(one) for one in about]
    if not sources:
        return 0
    later = Case(When(attempts=0, then=Value(after)), default=Greatest("next_attempt_at", Value(after)))
    waiting = PlannedMessage.objects.filter(
        source_type=sources[0][0], source_id__in=[source_id for _type, source_id in sources],
        state__in=(*states.WAITING, states.HELD), due_at=before,
    )  # fmt: skip
    return waiting.update(due_at=after, not_after=F("not_after") + (after - before), next_attempt_at=later)


def _common(kind: str, *, about: Source, version: int | None, occurrence: str, scope: Source | None) -> dict[str, Any]:
    if diary.AGAIN in occurrence:
        raise ValueError(f"an occurrence has no {diary.AGAIN} in it: {occurrence}")
    source_type, source_id = _source(about)
    scope_type, scope_id = _source(scope) if scope is not None else ("", "")
    return {
        "kind": kind, "priority": kinds.get(kind).priority, "source_type": source_type, "source_id": source_id,
        "source_version": _version(about) if version is None else version, "occurrence": occurrence,
        "scope_type": scope_type, "scope_id": scope_id,
    }  # fmt: skip


def _row(
    common: dict[str, Any],
    to: Any,
    *,
    due: datetime.datetime | None,
    not_after: datetime.datetime | None = None,
    secret: str = "",
    address: str = "",
    language: str = "",
    tz: str = "",
    channel: str = "",
    resend: bool = False,
    news: bool = False,
) -> dict[str, Any]:
    if isinstance(to, str):
        address = to.strip().lower()
        reader = {"recipient_id": None, "recipient_key": address, "address": address}
    else:
        reader = {"recipient_id": to.pk, "recipient_key": str(to.pk), "address": address.strip().lower()}
    reachable = reader["address"] or getattr(to, "email", None)
    return {
        **common, **reader, "id": uuid4(), "message_id": make_message_id(), "due_at": due, "not_after": not_after,
        "channel": channel or (Channel.MAIL if reachable else Channel.INBOX).value, "lang": language, "tz": tz,
        "secret": sealing.seal(secret), "resend": resend, "held": False, "news": news,
    }  # fmt: skip


def _write(rows: list[dict[str, Any]], *, replanned: bool = False) -> list:
    with transaction.atomic():
        made = diary.insert(rows if replanned else channels.with_texts(rows), replanned=replanned)
        now = datetime.datetime.now(datetime.UTC)
        if made and any(row["due_at"] is None or row["due_at"] <= now for row in rows):
            bell.kick_after_commit()
        return made


def _source(about: Source) -> tuple[str, str]:
    if isinstance(about, models.Model):
        return about._meta.label_lower, str(about.pk)
    return about[0], str(about[1])


def _version(about: Source) -> int:
    """The source's present version as its room tells it, 0 where the room keeps none."""
    source_type, source_id = _source(about)
    ask = registry.current_version.get(source_type)
    return ask([source_id]).get(source_id, 0) if ask else 0


def database_clock() -> datetime.datetime:
    """Return what time it is for all messages, whatever the clock of this machine says."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


# ---------------------------------------------------------------- all of it


def pause_sending(*, by: Any = None, reason: str = "") -> None:
    """Stop all sending until `resume_sending`: what is in hand finishes, nothing new is begun. A restore starts so."""
    with transaction.atomic():
        values = {"paused_at": Now(), "paused_by": by, "pause_reason": reason[:300]}
        tick, _made = Tick.objects.update_or_create(pk=Tick.THE_ONE, defaults=values)
        record("sending.paused", tick, by=by)


def resume_sending(*, by: Any = None) -> None:
    """Go on sending; what has become too late in the meantime expires, with its reason, and the rest is put in order."""
    from notifications.catching_up import catch_up

    with transaction.atomic():
        # Locked: of two who press at once one puts the pile in order.
        ticks = Tick.objects.filter(pk=Tick.THE_ONE).select_for_update(no_key=True)
        catch_up(ticks.values_list("paused_at", flat=True).first())
        values = {"paused_at": None, "paused_by": None, "pause_reason": ""}
        tick, _made = Tick.objects.update_or_create(pk=Tick.THE_ONE, defaults=values)
        record("sending.resumed", tick, by=by)
    bell.kick_after_commit()


def patience() -> float:
    """Return for how many seconds sending may be silent before somebody has to look."""
    return max(SILENCE_SECONDS, 5 * settings.TICK_SECONDS)


def with_pause(rows: QuerySet) -> QuerySet:
    """Return ``rows`` with since when (``paused_at``) and why (``pause_reason``) nothing is sent; None while all is.

    ``silent_since``: when sending was last heard of, where that is too long ago; None where it is not, or has never begun.
    """
    paused = Tick.objects.filter(paused_at__isnull=False)
    silent = Tick.objects.filter(last_tick__lt=Now() - datetime.timedelta(seconds=patience()))
    return rows.annotate(
        paused_at=Subquery(paused.values("paused_at")[:1]),
        pause_reason=Subquery(paused.values("pause_reason")[:1]),
        silent_since=Subquery(silent.values("last_tick")[:1]),
    )


def with_held_back(rows: QuerySet, scope_type: str) -> QuerySet:
    """Return ``rows``, which are scopes of this kind, with how many messages the planning team holds back (``held_back``)."""
    held = PlannedMessage.objects.filter(scope_type=scope_type, scope_id=Cast(OuterRef("pk"), models.CharField()))
    counted = held.held_back().order_by().values("scope_id").annotate(n=Count("pk")).values("n")
    return rows.annotate(held_back=Coalesce(Subquery(counted), 0))


def pause() -> Tick | None:
    """Return since when, by whom and why a person (or a restore) has stopped all sending, or None."""
    return Tick.objects.filter(paused_at__isnull=False).first()


# ---------------------------------------------------------------- somebody has left, or something has ended


def take_back(rows: QuerySet, *, reason: str) -> int:
    """Take back those of these messages that wait; return how many. `reason` is a code."""
    locked = rows.filter(state__in=states.TAKEN_BACK).select_for_update(no_key=True).order_by("id")
    found = list(locked.only("id", "state"))
    MessageEvent.objects.bulk_create(
        MessageEvent(message=row, from_state=row.state, to_state=states.VOID, note=causes.coded(reason))
        for row in found
    )
    # Those that were locked and no others: asked again, the filter may find one that has come in the meantime.
    return PlannedMessage.objects.filter(pk__in=[row.pk for row in found]).update(
        state=states.VOID, reason=reason, secret="", claim_token=None, lease_until=None, updated_at=Now()
    )


def void_for(user: Any, *, scope: Source, reason: str) -> int:
    """Take back what waits for a person from one scope, which they have left; return how many. `reason` is a code."""
    scope_type, scope_id = _source(scope)
    with transaction.atomic():
        return take_back(
            PlannedMessage.objects.to(user).filter(scope_type=scope_type, scope_id=scope_id), reason=reason
        )


def void_scope(scope: Source, *, reason: str) -> int:
    """Take back all that waits from one scope, but for what leaves of a closed one too; return how many."""
    scope_type, scope_id = _source(scope)
    rows = PlannedMessage.objects.in_scope(scope_type, scope_id).exclude(kind__in=kinds.also_when_closed())
    with transaction.atomic():
        return take_back(rows, reason=reason)


def waiting_in(scope: Source) -> int:
    """Return how many messages wait that would not leave any more if this scope were closed."""
    scope_type, scope_id = _source(scope)
    rows = PlannedMessage.objects.in_scope(scope_type, scope_id).waiting()
    return rows.exclude(kind__in=kinds.also_when_closed()).count()
