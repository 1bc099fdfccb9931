"""What the outbox of a cohort shows: what will leave, what is held back, what could not leave, and one reader's messages."""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import models
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from collaborative.models import Cohort, Membership
from collaborative.querysets import Folded, by_name, folded
from desk.outbox.lines import Leaving, leaving_by, named
from notifications import causes, kinds, states
from notifications.briefing import Briefing
from notifications.inbound import bounces
from notifications.inbox import body_of
from notifications.models import Channel, MessageQuerySet, PlannedMessage
from notifications.wording import Gone, Said, render
from sessions.models import LearningSession

log = logging.getLogger(__name__)

SCOPE = "collaborative.cohort"
MOST_READERS, MOST_EACH, MOST_IN_A_LINE = 10, 30, 500
# What went as it should comes last: of a long line those are listed that somebody has to look at, and what can still be held back.
EXCEPTIONS_FIRST = (
    models.Case(
        models.When(Q(state=states.SENT) & ~Q(channel=Channel.INBOX), then=3),
        models.When(Q(state__in=states.WAITING) | Q(state=states.HELD, reason=states.HELD_BY_PERSON), then=2),
        models.When(state__in=(states.SENT, states.VOID), then=1),
        default=0,
    ),
    by_name("recipient__name"),
    "address",
    "id",
)
_LINK = re.compile(r"https?://\S+|\b(?:mailto|tel):\S+")


def alone(row: PlannedMessage) -> MessageQuerySet:
    """Return this one message, as what is done with many takes it."""
    return PlannedMessage.objects.filter(pk=row.pk)


def messages_in(cohort: Cohort) -> MessageQuerySet:
    """Return what was, will be or should have been told in the name of a cohort."""
    return PlannedMessage.objects.in_scope(SCOPE, cohort.pk)


def message_in(cohorts: Any, message_id: Any) -> tuple[PlannedMessage, Cohort]:
    """Return a message in one of these cohorts, with its reader, and the cohort. Raises Http404."""
    rows = PlannedMessage.objects.filter(scope_type=SCOPE).select_related("recipient")
    row = get_object_or_404(rows, pk=message_id)
    return row, get_object_or_404(cohorts, pk=row.scope_id)


def together_with(row: PlannedMessage, titles: Mapping[str, str]) -> MessageQuerySet:
    """Return what stands in one line with this message: what has left already as well. ``titles``: of ``lines.titles_of``."""
    rows = PlannedMessage.objects.in_scope(row.scope_type, row.scope_id).filter(kind=row.kind)
    if row.source_id in titles:
        rows = rows.filter(source_type=row.source_type, source_id=row.source_id, occurrence=row.occurrence)
        # What an earlier version had promised, and was not sent, is no part of it; but for what is never to be sent.
        earlier = rows.filter(~Q(source_version=row.source_version), state=states.VOID)
        return rows.exclude(pk__in=earlier.exclude(pk__in=rows.dropped().values("pk")).values("pk"))
    minute = row.next_attempt_at.replace(second=0, microsecond=0)
    return rows.filter(next_attempt_at__gte=minute, next_attempt_at__lt=minute + dt.timedelta(minutes=1))


@dataclasses.dataclass(frozen=True)
class Told:
    """A message on a list: what it is called, how it stands, when that was or will be, and why."""

    message: PlannedMessage
    name: str
    state: str
    at: dt.datetime
    why: str

    @property
    def is_ahead(self) -> bool:
        """Return whether it has still to leave: it waits, or is held back."""
        return self.message.state in (*states.WAITING, states.HELD)


def told(row: PlannedMessage, titles: Mapping[str, str]) -> Told:
    """Return a message as the lists show it. ``titles``: of ``lines.titles_of``."""
    at = {states.SENT: row.sent_at, states.BOUNCED: row.bounced_at}.get(row.state)
    if row.state in states.WAITING or row.state == states.HELD:
        at = row.next_attempt_at
    return Told(
        row,
        named(row.kind, titles.get(row.source_id, ""), row.occurrence),
        state_of(row),
        at or row.updated_at,
        causes.why(row),
    )


@dataclasses.dataclass(frozen=True)
class Reader:
    """Somebody who was or will be told something, and their messages as ``what_of`` lists them; ``more``: there are others.

    ``overtaken``: so many more were taken back, unsent, because what they speak about has changed. ``stands``: how they stand in
    the cohort, in words ("2 West · team lead").
    """

    name: str
    told: list[Told]
    more: bool
    overtaken: int = 0
    stands: str = ""

    @property
    def parts(self) -> list[tuple[str, list[Told]]]:
        """Return the messages under their headings: what has still to leave, and what has become of the others."""
        ahead, past = ([one for one in self.told if one.is_ahead is wanted] for wanted in (True, False))
        return [
            (head, some)
            for head, some in ((_("Still to leave"), ahead), (_("What became of the others"), past))
            if some
        ]


def what_of(
    cohort: Cohort,
    keys: Mapping[str, str],
    titles: Mapping[str, str],
    *,
    speaking: Sequence[LearningSession] = (),
    stands: Mapping[str, str] | None = None,
) -> list[Reader]:
    """Return what these readers (names by their keys) were and will be told in a cohort; one statement.

    ``speaking``: sessions (of ``desk.cohort.sessions_of``): who speaks there is called by their name, with the sessions that their
    messages are about. ``stands``: how the others stand in the cohort (``standing``), by their keys. First what is ahead, the next to leave first; then what has happened, the latest first. What was overtaken by a change is
    counted alone: each move of a date leaves many of these.
    """
    by_reader: dict[str, list[Told]] = {key: [] for key in keys}
    overtaken: Counter[str] = Counter()
    speakers, sessions = _speakers(speaking), {one["id"]: row.title for row in speaking for one in row.speaking}  # type: ignore[attr-defined]
    called = dict(keys)
    speaks: defaultdict[str, dict[str, bool]] = defaultdict(dict)
    for row in messages_in(cohort).filter(recipient_key__in=keys).order_by("-due_at", "-created_at", "id"):
        if row.recipient_id is None and speakers.get(row.source_id):
            called[row.recipient_key] = speakers[row.source_id]
            speaks[row.recipient_key][sessions[row.source_id]] = True
        if row.state == states.VOID and row.reason == "superseded":
            overtaken[row.recipient_key] += 1
        else:
            by_reader[row.recipient_key].append(told(row, titles))
    found = []
    for key, some in by_reader.items():
        ahead = sorted((one for one in some if one.is_ahead), key=lambda one: one.at)
        past = sorted((one for one in some if not one.is_ahead), key=lambda one: one.at, reverse=True)
        words = [_("speaks at “%(session)s”") % {"session": title} for title in speaks[key]]
        line = " · ".join([key, *words]) if words else (stands or {}).get(key, "")
        found.append(Reader(called[key], (ahead + past)[:MOST_EACH], len(some) > MOST_EACH, overtaken[key], line))
    return found


def _is_account(key: str) -> bool:
    """Return whether a reader's key is that of an account: others are an address, or nobody who is left."""
    try:
        uuid.UUID(key)
    except ValueError:
        return False
    return True


def standing(cohort: Cohort, keys: Iterable[str]) -> dict[str, str]:
    """Return the team and the role of these people (by their keys) in a cohort, in words; one statement.

    Who is gone, or helps from outside, is left out where they hold no role now.
    """
    people = [key for key in keys if _is_account(key)]
    held = Membership.objects.current().filter(user__in=people)
    held = held.filter(Q(team__cohort=cohort) | Q(cohort=cohort) | Q(programme=cohort.programme_id))
    found: dict[str, list[str]] = {}
    for one in held.select_related("team").order_by("since", "pk") if people else ():
        role = str(one.get_role_display())
        words = _("%(team)s, %(role)s") % {"team": one.team.name, "role": role} if one.team else role
        found.setdefault(str(one.user_id), []).append(words)
    return {key: " · ".join(some) for key, some in found.items()}


def readers_called(
    cohort: Cohort, typed: str, *, speaking: Iterable[LearningSession] = ()
) -> tuple[dict[str, str], bool]:
    """Return the keys and names of who has every word of ``typed`` in their name or address, in any order and whatever the
    accents, and was told something in this cohort; and whether there are more. Two statements.

    ``speaking``: sessions (of ``desk.cohort.sessions_of``), since who speaks there is named by the lists without an account.
    """
    words = folded(typed).split()
    if not words:
        return {}, False
    rows = messages_in(cohort)
    called, strange = Q(), Q(recipient=None)
    for word in words:
        called &= Q(folded_name__contains=word) | Q(folded_email__contains=word)
        named_so = [key for key, name in _speakers(speaking).items() if word in folded(name)]
        strange &= Q(folded_address__contains=word) | Q(source_id__in=named_so)
    users = User.objects.annotate(folded_name=Folded("name"), folded_email=Folded("email"))
    people = list(users.filter(called, pk__in=rows.values("recipient")).order_by(by_name(), "pk")[: MOST_READERS + 1])
    strangers = rows.annotate(folded_address=Folded("address")).filter(strange).exclude(address="")
    addresses = strangers.order_by("address").values_list("address", flat=True).distinct()[: MOST_READERS + 1]
    found = [(str(one.pk), one.name or one.email or "") for one in people]
    found += [(one, one) for one in addresses]
    return dict(found[:MOST_READERS]), len(found) > MOST_READERS


def _speakers(sessions: Iterable[LearningSession]) -> dict[str, str]:
    """Return who speaks in these sessions, by the keys of what the messages to them are about."""
    return {one["id"]: one["name"] for row in sessions for one in row.speaking}  # type: ignore[attr-defined]


def by_heading(
    rows: MessageQuerySet, at_rest: Collection[Any], since: dt.datetime, titles: Mapping[str, str], zone: str
) -> dict[str, list[Leaving]]:
    """Return messages in lines by where they stand: "leaving", "at_rest" (of these keys), "held", "hidden", and of what has come
    to its end ``since`` then "late" and "left"; the first one first. One statement.
    """
    group = models.Case(
        models.When(pk__in=list(at_rest), then=models.Value("at_rest")),
        models.When(state__in=states.WAITING, then=models.Value("leaving")),
        models.When(state=states.HELD, reason=states.HELD_BY_PERSON, then=models.Value("held")),
        models.When(state=states.HELD, reason=states.HIDDEN, then=models.Value("hidden")),
        models.When(state=states.EXPIRED, then=models.Value("late")),
        default=models.Value("left"),
    )
    ended = Q(state__in=(states.EXPIRED, states.SENT), updated_at__gte=since)
    listed = rows.filter(Q(state__in=states.WAITING) | Q(state=states.HELD, reason__in=states.KEPT) | ended)
    return leaving_by(group, listed, titles, zone)


@dataclasses.dataclass(frozen=True)
class Count:
    """For how many people the messages of a line are, how many of them wait or are held back by the planning team, between
    when those leave that wait (None: none does), and for how many people they stand how, in words ("sent: 112"), the most first.
    """

    n: int
    waiting: int
    held: int
    first: dt.datetime | None
    last: dt.datetime | None
    stand: list[str]


def count(rows: MessageQuerySet) -> Count:
    """Count the messages of a line, which are of one kind; one statement."""
    readers = models.Count("recipient_key", distinct=True)
    of_all = models.Subquery(rows.order_by().values("kind").annotate(of_all=readers).values("of_all"))
    groups = list(
        rows.order_by()
        .values("state", "channel", "reason")
        .annotate(
            n=readers, rows=models.Count("pk"), first=models.Min("next_attempt_at"), last=models.Max("next_attempt_at"),
            of_all=of_all,
        )
    )  # fmt: skip
    stand: Counter[str] = Counter()
    for one in groups:
        stand[state_of(PlannedMessage(**{name: one[name] for name in ("state", "channel", "reason")}))] += one["n"]
    waiting = [one for one in groups if one["state"] in states.WAITING]
    held = [one for one in groups if (one["state"], one["reason"]) == (states.HELD, states.HELD_BY_PERSON)]
    return Count(
        n=groups[0]["of_all"] if groups else 0,
        waiting=sum(one["rows"] for one in waiting),
        held=sum(one["rows"] for one in held),
        first=min((one["first"] for one in waiting), default=None),
        last=max((one["last"] for one in waiting), default=None),
        stand=[_("%(state)s: %(n)d") % {"state": words, "n": n} for words, n in stand.most_common()],
    )


@dataclasses.dataclass(frozen=True)
class Step:
    """One step of a message in words, when that was, and who decided it (None: nobody, it went by itself)."""

    words: str
    at: dt.datetime
    actor: User | None


def story_of(row: PlannedMessage) -> list[Step]:
    """Return every step of a message, the first one first."""
    events = row.events.select_related("actor").order_by("id")
    return [Step(causes.of_step(one), one.at, one.actor) for one in events]


@dataclasses.dataclass(frozen=True)
class Preview:
    """A message as its reader would get it. Links are taken out: they may be its reader's own.

    ``can_go``: it may leave now. ``is_hidden``: only its reader sees its words. ``is_broken``: they cannot be made.
    ``is_kept``: a reader has hidden what it speaks of. ``is_ahead``: it reads so at its hour, which lies ahead. ``at_rest``: why
    it does not leave, where that is a team's pause or quiet weeks ("paused until 5 December").
    """

    subject: str = ""
    words: str = ""
    lang: str = ""
    is_hidden: bool = False
    is_broken: bool = False
    is_kept: bool = False
    can_go: bool = False
    is_ahead: bool = False
    at_rest: str = ""


def preview_of(row: PlannedMessage, *, at_once: bool = False) -> Preview | None:
    """Return what a message that has not left says at its hour, or ``at_once``; None where there is nothing to say any more."""
    kind = kinds.find(row.kind)
    briefing = Briefing([row] if kind and not kind.words_stay_hidden else [], at_their_hour=not at_once)
    return preview_in(briefing, row, at_once=at_once)


def preview_in(briefing: Briefing, row: PlannedMessage, *, at_once: bool = False) -> Preview | None:
    """Return the same of one of several messages that were asked for together."""
    kind = kinds.find(row.kind)
    if kind is None:
        return Preview(is_broken=True)
    can_go = not kind.untold_before
    if kind.words_stay_hidden:
        return Preview(is_hidden=True, can_go=can_go)
    if (gone := briefing.no_longer(row)) is not None:
        if gone.reason == states.AT_REST:
            return Preview(at_rest=briefing.at_rest(row))
        return Preview(is_kept=True) if gone.reason == states.HIDDEN else None
    found = as_it_reads(row, briefing.said, at_once=at_once)
    return dataclasses.replace(found, can_go=can_go and not found.is_broken) if found else None


def as_it_reads(row: PlannedMessage, said: Said | None = None, *, at_once: bool = False) -> Preview | None:
    """Return a message as its reader gets it at its hour (or ``at_once``), without its links; None where it has nothing to say.

    ``said``: see ``render``.
    """
    row.said_at = None if at_once else row.hour
    try:
        letter = render(row, said, files=False)
    except Gone:
        return None
    except Exception as error:  # what the sender holds for it, a page must be able to show
        log.warning("message %s of kind %s cannot be shown: %s", row.pk, row.kind, type(error).__name__)
        return Preview(is_broken=True)
    is_ahead = row.said_at is not None and row.said_at > timezone.now()
    return Preview(letter.subject, without_links(body_of(letter.plain)), letter.language, is_ahead=is_ahead)


def without_links(words: str) -> str:
    """Return the words of a letter without the addresses of its links: they may be its reader's own."""
    return _LINK.sub(_("(link)"), words)


@dataclasses.dataclass(frozen=True)
class For:
    """Whom messages of a line are for, one of these, how that stands in words, and how many there are."""

    message: PlannedMessage
    name: str
    state: str
    n: int = 1


def readers_of(rows: Iterable[PlannedMessage]) -> list[For]:
    """Return whom messages are for, each reader once, in the order in which they come."""
    found: dict[str, For] = {}
    for row in rows:
        if (so_far := found.get(row.recipient_key)) is not None:
            found[row.recipient_key] = dataclasses.replace(so_far, n=so_far.n + 1)
        else:
            found[row.recipient_key] = For(row, reader_of(row), state_of(row))
    return list(found.values())


def state_of(row: PlannedMessage) -> str:
    """Return in words how a message stands."""
    if row.state == states.HELD and row.reason == states.HELD_BY_PERSON:
        return _("held back")
    if row.state == states.HELD and row.reason == states.HIDDEN:
        return _("hidden for now")
    if row.state == states.VOID and row.reason.startswith((states.TYPED, states.BY_PERSON)):
        return _("taken out by the planning team")
    if row.state == states.SENT and row.channel == Channel.INBOX:  # no mail went
        return _("on the site") if row.reason == states.FOR_DIGEST else _("on the site only")
    return str(row.get_state_display())


def address_of(row: PlannedMessage) -> str:
    """Return the address that a message goes to, or to which it would have gone; "" where that is no mailbox.

    Of a person without an address on the message it is the one that they have here now.
    """
    is_mail = row.channel == Channel.MAIL or row.reason == bounces.SUPPRESSED
    return bounces.address_of(row) if is_mail else ""


def reader_of(row: PlannedMessage, speaking: Iterable[LearningSession] = ()) -> str:
    """Return whom a message is for, in words. ``speaking``: sessions (of ``desk.cohort.sessions_of``) whose speakers have names."""
    if row.recipient is not None:
        return row.recipient.name or row.recipient.email or _("a person without a name")
    return _speakers(speaking).get(row.source_id) or row.address or _("somebody who was forgotten")
