"""One conversation a team: what its people say to each other, and what they answer to a mail that went to the whole team.

Nobody's words stand in a mail: the others are told that something was said, and read it on the team's home. Which mails a
team answers together is said by the rooms that send them (``answered_by_team``); every other answer is for people to read
(the planners' shared inbox).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import CharField, F, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.seen import Row
from audit.services import record
from collaborative import hiding, said_by_mail
from collaborative.closing import must_be_open
from collaborative.hideable import Why
from collaborative.models import OPENS_A_TEAM, Cohort, Membership, Team, TeamTalk
from collaborative.pace import keep_pace
from collaborative.permissions import belongs, coaches, plans
from core.legible import legible
from core.refusals import Refused
from notifications import kinds, wording
from notifications import services as notifications
from notifications.models import PlannedMessage

if TYPE_CHECKING:
    from notifications.inbound.incoming import Incoming

SAID: Final = "collaborative/team-said"
NOT_SAID: Final = "collaborative/team-not-said"
# That what came by mail stands there: told to its writer alone, so as a source of its own (``may_hear_that_it_stands``).
STANDS, STANDS_SOURCE = "collaborative/team-stands", "collaborative.team-stands"
LONGEST: Final = 4000
# What the box is called in its form: a draft is kept under it.
BOX: Final = "said-text"
# On the team's home stand so many of the latest lines.
SHOWN: Final = 3
_answered: set[str] = set()


# ---------------------------------------------------------------- the thread of a team


def thread_of(team_id: Any) -> str:
    """Return what the letters about a team share, so that mail programs show them as one conversation (``Kind.thread``)."""
    return f"team:{team_id}" if team_id else ""


def answered_by_team(*keys: str) -> None:
    """Let answers to the kinds of message called so, which go to a whole team, go to that team."""
    _answered.update(keys)


def may_say(user, team: Team) -> bool:
    """May ``user`` say something to ``team`` now? Its members, its coaches and the planning team may, while it is at work."""
    return not team.withdrawn_at and not team.cohort.closed_at and reads(user, team)


def reads(user, team: Team) -> bool:
    """Return whether ``user`` reads what is said in ``team``: the rule of ``Team.objects.visible_to`` for one team."""
    return belongs(user, team) or coaches(user, team) or plans(user, team.cohort)


# ---------------------------------------------------------------- verbs


@transaction.atomic
def say(*, team: Team, by, text: str, by_mail: bool = False) -> TeamTalk:
    """Say something to a team; the others hear that something was said once it cannot be taken back unheard.

    Refuses who may not say anything here, and what has no words or too many.
    """
    must_be_open(team.cohort)
    if team.withdrawn_at or not reads(by, team):
        raise Refused(_("You have no role in this team any more, so you cannot write to it."))
    row = TeamTalk.objects.create(team=team, by=by, text=_words(text), by_mail=by_mail)
    row.refresh_from_db(fields=["created_at"])
    record("team.said", row, by=by, cohort_id=team.cohort_id, team=team.pk, by_mail=by_mail)
    _promise(row, _others(row).exclude(pk__in=_waiting_for(team.pk).values("recipient")))
    return row


@transaction.atomic
def hide(*, said: TeamTalk, by) -> TeamTalk:
    """Hide a line at once for everybody. Its writer takes it back for good: the words are gone. A planner decides; anybody
    else who reads it hides it until a planner has looked.
    """
    row = _lock(said)
    writer = row.by_id == by.pk
    why = hiding.why_hidden(row, by=by, cohort=row.team.cohort, writer=writer)
    if why is None:
        return row
    waited = list(
        User.objects.filter(pk__in=PlannedMessage.objects.about(row).waiting().order_by().values("recipient"))
    )
    _change(row, **hiding.hidden(by=by, why=why), **({"text": ""} if writer else {}))
    hiding.take_from_the_way(row, why)
    record("team.said_hidden", row, by=by, cohort_id=row.team.cohort_id, why=why.value)
    _tell_of_the_next(row, waited)
    return row


@transaction.atomic
def show(*, said: TeamTalk, by) -> TeamTalk:
    """Show a hidden line again: a planner may, and at once the reader who hid it. What its writer took back is gone."""
    row = _lock(said)
    hiding.must_show(row, by=by, cohort=row.team.cohort)
    if row.hidden_why == Why.WRITER:
        raise Refused(_("Its writer took this back; the words are gone."))
    if row.hidden_why:
        _change(row, **hiding.SHOWN)
        record("team.said_shown", row, by=by, cohort_id=row.team.cohort_id)
        due = max(row.told_from, timezone.now())
        wanted = [
            notifications.Wanted(kind=SAID, to=one, due=due, occurrence="said", scope=row.team.cohort)
            for one in _others(row).exclude(pk__in=_waiting_for(row.team_id).values("recipient"))
        ]
        notifications.replan(row, wanted, version=row.version, kinds_planned=[SAID])
    return row


# ---------------------------------------------------------------- by mail


def handle(mail: Incoming) -> str | None:
    """Say to a team what one of its people answers to a mail that went to all of it (``core.registry.handle_reply``).

    Returns what became of it; None where it is no such mail, or its writer may not write to the team: people read it then.
    """
    message = mail.answers
    if message is None or mail.calendar or message.kind not in _answered:
        return None
    if mail.person is None or message.recipient_id != mail.person.pk:
        return None
    team = _team_of(message)
    if team is None or not reads(mail.person, team):
        return None
    if mail.files and not mail.words.strip():
        return None  # a file alone is for people to look at
    with said_by_mail.in_the_language_of(mail, team.cohort):
        return _take(mail, team)


def _take(mail: Incoming, team: Team) -> str | None:
    words, person = mail.words.strip(), mail.person
    problem = said_by_mail.problem_with(mail, most=LONGEST)
    if not problem and not may_say(person, team):
        problem = said_by_mail.CLOSED
    if not problem:
        try:
            keep_pace("talk", by=person)
        except Refused:
            problem = said_by_mail.TOO_FAST
    if not problem:
        row = say(team=team, by=person, text=words, by_mail=True)
        about, taken = (STANDS_SOURCE, row.pk), said_by_mail.taken(mail)
        notifications.post(STANDS, to=person, about=about, occurrence=taken, scope=team.cohort)
        return "said"
    if said_by_mail.is_kept(problem) and not said_by_mail.keep(person, draft_of(team), words, field=BOX):
        return None
    notifications.post(
        NOT_SAID, to=person, about=team, occurrence=said_by_mail.occurrence(problem, mail), scope=team.cohort
    )
    return "not_said"


def _team_of(message: PlannedMessage) -> Team | None:
    """Return the team that a message went to; None where what it spoke of is gone."""
    kind = kinds.find(message.kind)
    wording.load_sources([message])
    if kind is None or kind.thread is None or (kind.sources is not None and message.source is None):
        return None
    _word, _colon, key = kind.thread(message).partition(":")
    return Team.objects.with_place().filter(pk=key).first() if key else None


def draft_of(team: Team) -> str:
    """Return the name under which words for a team are kept until they are sent."""
    return f"collaborative/team/{team.pk}/said"


def draft_of_row() -> Concat:
    """Return ``draft_of`` as the database says it of a row of teams, seen from within."""
    return Concat(
        Value("collaborative/team/"), Cast(OuterRef("pk"), CharField()), Value("/said"), output_field=CharField()
    )


# ---------------------------------------------------------------- what the pages and the mails ask for


def said_in(team: Team):
    """Return what was said in a team, the latest first, with who said it."""
    return TeamTalk.objects.filter(team=team).select_related("by").latest_first()


def said_seen_by(user):
    """Return the lines that ``user`` may read, with their teams."""
    return TeamTalk.objects.visible_to(user).with_place()


def sources_of(source_ids: Collection[str]) -> dict[str, TeamTalk]:
    """Return lines by their keys, with what their mails name; without what is hidden."""
    rows = TeamTalk.objects.shown().filter(pk__in=source_ids).with_place()
    return {str(one.pk): one for one in rows}


def said_awaiting_look(cohort: Cohort):
    """Return what was said in the teams of a cohort and somebody has hidden, the latest first."""
    rows = TeamTalk.objects.filter(team__cohort=cohort).awaiting_look().select_related("team")
    return rows.order_by("-hidden_at")


def waiting_line(row: TeamTalk) -> hiding.Named:
    """Return how a list names a line that waits for a planner's look."""
    return _("Something said in a team"), row.team.name, reverse("team_said", args=[row.team_id])


# ---------------------------------------------------------------- a person's own


def seen_rows(user) -> list[Row]:
    """Return what this shows of a person, and to whom: the rule of ``TeamTalk.objects.visible_to``, in words."""
    return [
        Row(
            _("What you say to your team, on its page or in answer to a mail that went to all of it"),
            (_("your team"), _("its coaches"), _("the planning team")),
            _("You can take it back; then the words are gone."),
            order=45,
        )
    ]


def data_of(user) -> dict[str, Any]:
    """Return what ``user`` said to their teams."""
    rows = TeamTalk.objects.filter(by=user).order_by("created_at")
    return {"said": list(rows.values("team__name", "created_at", "text", "by_mail", "hidden_at", "hidden_why"))}


@transaction.atomic
def forget(user) -> None:
    """Take back everything a person said; the places stay in the talk, without words and without a name."""
    for row in TeamTalk.objects.filter(by=user).exclude(hidden_why=Why.WRITER).order_by("created_at"):
        hide(said=row, by=user)
    TeamTalk.objects.filter(by=user).update(by=None)
    TeamTalk.objects.filter(hidden_by=user).update(hidden_by=None)


# ---------------------------------------------------------------- inside


def _words(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST:
        raise Refused(_("This is longer than fits here. Write the rest in a second one."), field="text")
    if not legible(text):
        raise Refused(_("There are no words in this yet."), field="text")
    return text


def _lock(said: TeamTalk) -> TeamTalk:
    return TeamTalk.objects.select_for_update(of=["self"]).select_related("team__cohort").get(pk=said.pk)


def _change(row: TeamTalk, **values: Any) -> None:
    TeamTalk.objects.filter(pk=row.pk).update(version=F("version") + 1, **values)
    row.refresh_from_db(fields=["version", "text", "hidden_at", "hidden_by", "hidden_why"])


def _others(row: TeamTalk):
    """Return the team's people and its coaches, whoever said this aside."""
    held = Membership.objects.current().filter(team=row.team_id, role__in=OPENS_A_TEAM)
    return User.objects.filter(pk__in=held.exclude(user=row.by).values("user")).order_by("pk")


def _promise(row: TeamTalk, people: Iterable[User]) -> None:
    due = max(row.told_from, timezone.now())
    notifications.plan_many(
        SAID, to=people, about=row, occurrence="said", due=due, version=row.version, scope=row.team.cohort
    )


def _waiting_for(team_id: uuid.UUID):
    """Return the messages about anything said in a team that still wait: whoever gets one reads of the next ones by it."""
    lines = TeamTalk.objects.filter(team=team_id).annotate(key=Cast("pk", CharField())).values("key")
    rows = PlannedMessage.objects.filter(kind=SAID, source_type="collaborative.teamtalk", source_id__in=lines)
    return rows.exclude(recipient=None).waiting().order_by()


def _tell_of_the_next(gone: TeamTalk, waited: list[User]) -> None:
    """Promise those who ``waited`` for a message about ``gone`` one about the next line that they did not say themselves."""
    later = TeamTalk.objects.filter(team=gone.team_id).shown().filter(created_at__gt=gone.created_at)
    for row in later.select_related("team__cohort").order_by("created_at", "pk") if waited else ():
        _promise(row, [one for one in waited if one.pk != row.by_id])
        waited = [one for one in waited if one.pk == row.by_id]
        if not waited:
            break
