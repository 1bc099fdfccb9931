"""What the shared inbox shows: conversations in lines, one of them with its mails and answers in order, and how many wait."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, JSONObject, Left
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from collaborative.models import Cohort, Membership
from collaborative.planned import cohorts_planned_by
from collaborative.querysets import Folded, folded
from core.moments import said
from core.places import sort_key
from desk.outbox.lists import SCOPE, state_of
from notifications import causes, states
from notifications.inbound.outcomes import note_on
from notifications.models import (
    Conversation,
    ConversationAnswer,
    ConversationQuerySet,
    InboundFile,
    InboundMail,
    PlannedMessage,
)

WAITING, MINE, ALL = "waiting", "mine", "all"
WHICH: Final = {
    WAITING: gettext_lazy("Waits for an answer"), MINE: gettext_lazy("Mine"), ALL: gettext_lazy("All"),
}  # fmt: skip
PROGRAMME: Final = "collaborative.programme"
PAGE, MOST_FOUND = 25, 50
# So many letters of a mail are read for a list, and so many are shown there.
_BEGINS: Final = 1000
_LINE: Final = 120
# Of one person so many roles are named.
_MOST_ROLES: Final = 2
State = Conversation.State


# ---------------------------------------------------------------- which of them


def conversations_seen_by(user: Any) -> ConversationQuerySet:
    """Return the conversations of what ``user`` plans, and those that are nobody's."""
    return Conversation.objects.visible_to(user).select_related("person", "owner")


def conversation_seen_by(user: Any, key: Any) -> Conversation:
    """Return one of them. Raises Http404."""
    return get_object_or_404(conversations_seen_by(user), pk=key)


def file_seen_by(user: Any, key: Any, file_id: int) -> InboundFile:
    """Return what was attached to a mail of a conversation that ``user`` sees. Raises Http404."""
    conversation = conversation_seen_by(user, key)
    return get_object_or_404(InboundFile.objects.filter(mail__conversation=conversation), pk=file_id)


def cohorts_of(user: Any) -> list[Cohort]:
    """Return the cohorts that ``user`` plans, the latest first, with who plans each by name (``planners``: keys and names)."""
    roles = Membership.objects.planning(cohort=OuterRef(OuterRef("pk")), programme=OuterRef(OuterRef("programme_id")))
    people = User.objects.filter(pk__in=roles.values("user"), is_active=True).order_by("name", "pk")
    planners = ArraySubquery(people.values(json=JSONObject(key=Cast("pk", CharField()), name="name")))
    return list(cohorts_planned_by(user).annotate(planners=planners).order_by("-first_day", "pk"))


def asked_for(cohorts: Sequence[Cohort], key: str) -> Cohort | None:
    """Return the cohort whose conversations are looked at alone: the one of this key, or the only one; None for all.

    Raises Http404 for what is none of theirs.
    """
    if not key:
        return cohorts[0] if len(cohorts) == 1 else None
    found = next((one for one in cohorts if str(one.pk) == key), None)
    if found is None:
        raise Http404
    return found


def of_cohort(cohort: Cohort) -> Q:
    """Return what finds the conversations that the planners of a cohort answer: its own, its programme's, and nobody's."""
    return (
        Q(scope_type=SCOPE, scope_id=str(cohort.pk))
        | Q(scope_type=PROGRAMME, scope_id=str(cohort.programme_id))
        | Q(scope_type="")
    )


def listed(rows: ConversationQuerySet, which: str, user: Any) -> QuerySet[Conversation]:
    """Return those of a list: who waits longest first, else the latest first."""
    rows = rows.annotate(said_last=_said_last())
    if which == ALL:
        return rows.latest_first()
    if which == MINE:
        return rows.filter(owner=user).exclude(state=State.CLOSED).latest_first()
    return rows.open()


def matching(rows: ConversationQuerySet, word: str) -> QuerySet[Conversation]:
    """Return the conversations in which this stands, or with somebody of this name or address, the latest first."""
    mails = InboundMail.objects.filter(conversation=OuterRef("pk"))
    answers = ConversationAnswer.objects.filter(conversation=OuterRef("pk"), words__icontains=word)
    in_mails = mails.filter(Q(words__icontains=word) | Q(subject__icontains=word) | Q(sender__icontains=word))
    return (
        rows.annotate(folded_name=Folded("person__name"), said_last=_said_last())
        .filter(
            Q(subject__icontains=word)
            | Q(address__icontains=word)
            | Q(folded_name__contains=folded(word))
            | Exists(in_mails)
            | Exists(answers)
        )
        .latest_first()
    )


def _said_last() -> Subquery:
    """Return how what somebody wrote last in a conversation begins."""
    mails = InboundMail.objects.filter(conversation=OuterRef("pk")).order_by("-received_at", "-id")
    own = Case(When(words__regex=r"\S", then="words"), default="everything")
    return Subquery(mails.annotate(begins=Left(own, _BEGINS)).values("begins")[:1], output_field=TextField())


def first_line(words: str | None) -> str:
    """Return the first line of a mail in which something stands, cut to what a list has room for; "" where there is none."""
    lines = (" ".join(one.split()) for one in (words or "").splitlines())
    return Truncator(next((one for one in lines if one), "")).chars(_LINE)


# ---------------------------------------------------------------- in lines


@dataclasses.dataclass(frozen=True)
class Line:
    """A conversation on a list. ``since``: since when its writer waits, or when it was last written in; ``begins``: the first
    line of what its writer wrote last."""

    row: Conversation
    name: str
    role: str
    cohort: str
    subject: str
    since: str
    waits: bool
    begins: str = ""


def lines(rows: Iterable[Conversation], reader: Any, cohorts: Sequence[Cohort]) -> list[Line]:
    """Return conversations as a list shows them; one statement. ``cohorts``: those that ``reader`` plans."""
    found = list(rows)
    roles = in_words(held_by([one.person_id for one in found if one.person_id], cohorts))
    names = {str(one.pk): one.name for one in cohorts} if len(cohorts) > 1 else {}
    return [
        Line(
            row=one,
            name=name_of(one),
            role=roles.get(one.person_id, ""),
            cohort=names.get(one.scope_id, "") if one.scope_type == SCOPE else "",
            subject=subject_of(one),
            since=said(one.waits_since or one.last_at, reader),
            waits=one.state == State.OPEN,
            begins=first_line(one.said_last),  # type: ignore[attr-defined] # `listed` and `matching` put it there
        )
        for one in found
    ]


def name_of(row: Conversation) -> str:
    """Return whom a conversation is with, in words."""
    return row.with_whom or _("somebody who was forgotten")


def subject_of(row: Conversation) -> str:
    """Return what a conversation is about, in words."""
    if row.emptied_at:
        return _("Its words were erased")
    return row.subject or _("Without a subject")


def held_by(people: Iterable[Any], cohorts: Sequence[Cohort]) -> list[Membership]:
    """Return the roles that these people hold now in these cohorts and their teams, the longest held first. One statement."""
    if not (asked := set(people)):
        return []
    rows = Membership.objects.current().filter_cohorts([one.pk for one in cohorts]).filter(user__in=asked)
    return list(rows.select_related("team").order_by("since", "pk"))


def in_words(held: Iterable[Membership]) -> dict[Any, str]:
    """Return what people do, by their keys: "team lead, 2 West"."""
    words: dict[Any, list[str]] = defaultdict(list)
    for one in held:
        named = f"{one.shown_role}, {one.team.name}" if one.team else str(one.shown_role)
        if named not in words[one.user_id]:
            words[one.user_id].append(named)
    return {person: " · ".join(some[:_MOST_ROLES]) for person, some in words.items()}


# ---------------------------------------------------------------- one of them


@dataclasses.dataclass(frozen=True)
class Entry:
    """A mail that came in, or what was answered. ``whole``: all of the mail, where that is more than its writer's own words;
    ``state``: in words, what became of an answer that did not simply leave; ``message``: the key of the message that it is;
    ``leaves``: when an answer leaves that waits; ``mine``: its key, where whoever reads this wrote it and can take it back."""

    name: str
    at: dt.datetime
    words: str
    whole: str = ""
    note: str = ""
    files: Sequence[dict[str, Any]] = ()
    is_answer: bool = False
    is_erased: bool = False
    state: str = ""
    message: Any = None
    leaves: dt.datetime | None = None
    mine: Any = None


def answer_seen_by(user: Any, key: Any, answer_id: Any) -> ConversationAnswer | None:
    """Return an answer in a conversation that ``user`` sees, None where it was taken back. Raises Http404."""
    return conversation_seen_by(user, key).answers.select_related("conversation").filter(pk=answer_id).first()


def entries_of(row: Conversation, reader: Any) -> list[Entry]:
    """Return what was written in a conversation, in order, as ``reader`` sees it; two statements."""
    files = InboundFile.objects.filter(mail=OuterRef("pk")).order_by("pk")
    mails = row.mails.select_related("person").annotate(
        attached=ArraySubquery(files.values(json=JSONObject(pk="pk", name="name", size="size")))
    )
    told = PlannedMessage.objects.filter(
        source_type=ConversationAnswer._meta.label_lower, source_id=Cast(OuterRef("pk"), CharField())
    )
    facts = JSONObject(
        id="id", state="state", reason="reason", scope_type="scope_type", smtp_code="smtp_code", due_at="due_at"
    )
    answers = row.answers.select_related("by").annotate(told=Subquery(told.values(json=facts)[:1]))
    entries = [_of_mail(one, row) for one in mails] + [_of_answer(one, reader) for one in answers]
    return sorted(entries, key=lambda one: one.at)


def _of_mail(mail: Any, row: Conversation) -> Entry:
    own = mail.words.strip() or mail.everything.strip()
    return Entry(
        name=getattr(mail.person, "name", "") or mail.sender or name_of(row),
        at=mail.received_at,
        words=own,
        whole=mail.everything if mail.everything.strip() != own else "",
        note=note_on(mail),
        files=mail.attached,
        is_erased=mail.emptied_at is not None,
    )


def _of_answer(answer: Any, reader: Any) -> Entry:
    message = PlannedMessage(**answer.told) if answer.told else None
    state, waits = "", message is not None and message.state in (*states.WAITING, states.HELD)
    if message is not None and message.state not in (states.SENT, *states.WAITING, states.CLAIMED, states.SENDING):
        state = " · ".join(filter(None, (state_of(message), causes.why(message))))
    return Entry(
        name=answer.by.name if answer.by else _("Somebody who has left"),
        at=answer.at,
        words=answer.words,
        is_answer=True,
        is_erased=not answer.words,
        state=state,
        message=message.pk if message is not None and message.scope_type == SCOPE else None,
        leaves=dt.datetime.fromisoformat(answer.told["due_at"]) if waits and not state else None,
        mine=answer.pk if waits and answer.by_id == reader.pk else None,
    )


def cohort_to_search(row: Conversation, cohorts: Sequence[Cohort], held: Sequence[Membership]) -> Cohort | None:
    """Return the cohort in whose outbox one finds what this person got, None where there is nobody to look for.

    ``held``: the roles of the person in these cohorts.
    """
    if row.person is None or not row.person.name:
        return None
    key = row.scope_id if row.scope_type == SCOPE else str(held[0].in_cohort_id) if held else ""
    return next((one for one in cohorts if str(one.pk) == key), None)


def readers_of(row: Conversation, cohorts: Sequence[Cohort]) -> list[str]:
    """Return who reads an answer in this conversation, in words."""
    cohort: Any = next((one for one in cohorts if row.scope_type == SCOPE and str(one.pk) == row.scope_id), None)
    if cohort is None:
        return [name_of(row), _("those who plan here")]
    return [name_of(row), _("the planning team (%(count)d)") % {"count": len(cohort.planners)}]


def others_who_may_see(row: Conversation, reader: Any, cohorts: Sequence[Any]) -> dict[str, str]:
    """Return to whom a conversation can be given, names by keys: who plans what it belongs to with ``reader``, or anything with
    them where it belongs to no cohort; neither ``reader`` nor who sees to it already. ``cohorts``: of ``cohorts_of``.
    """
    belongs: dict[str, Callable[[Any], bool]] = {
        SCOPE: lambda cohort: str(cohort.pk) == row.scope_id,
        PROGRAMME: lambda cohort: str(cohort.programme_id) == row.scope_id,
    }
    some = [one for one in cohorts if belongs.get(row.scope_type, lambda _any: True)(one)]
    people = {one["key"]: one["name"] for cohort in some for one in cohort.planners}
    without = {str(reader.pk), str(row.owner_id)}
    return {key: name for key, name in sorted(people.items(), key=lambda one: sort_key(one[1])) if key not in without}


# ---------------------------------------------------------------- how many wait


def with_waiting_mail(cohorts: QuerySet[Cohort]) -> QuerySet[Cohort]:
    """Return cohorts with how many conversations wait for their planners (``mail_waits``), since when the first one does
    (``mail_waits_since``), and how what its writer wrote last begins (``mail_waits_words``)."""
    theirs = (
        Q(scope_type=SCOPE, scope_id=Cast(OuterRef("pk"), CharField()))
        | Q(scope_type=PROGRAMME, scope_id=Cast(OuterRef("programme_id"), CharField()))
        | Q(scope_type="")
    )
    rows = Conversation.objects.filter(theirs, state=State.OPEN)
    waiting = rows.order_by().annotate(one=Value(1)).values("one")
    longest = rows.order_by("waits_since", "pk").annotate(said_last=_said_last()).values("said_last")
    return cohorts.annotate(
        mail_waits=Coalesce(Subquery(waiting.annotate(n=Count("pk")).values("n")), 0),
        mail_waits_since=Subquery(waiting.annotate(first=Min("waits_since")).values("first")),
        mail_waits_words=Subquery(longest[:1]),
    )
