"""The kinds of message about what is said in a team. Never the words: a mailbox is not the team."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collaborative import said_by_mail, team_talk
from collaborative.audience import readers_of_said
from collaborative.models import Team, TeamTalk
from notifications import kinds
from notifications.inbound.addresses import takes_mail


def _said(message) -> dict[str, Any] | None:
    row: TeamTalk = message.source
    if row.by is None:
        return None
    return {
        "writer": row.by.first_name,
        "team": row.team,
        "cohort": row.team.cohort,
        "programme": row.team.cohort.programme,
        "path": reverse("team_said", args=[row.team_id]),
        "takes_mail": takes_mail(),
        "reply_to": row.team.cohort.contact_email,
    }


def _stands(message) -> dict[str, Any]:
    row: TeamTalk = message.source
    readers = readers_of_said(message.recipient, row.team)
    return {
        "team": row.team,
        "cohort": row.team.cohort,
        "programme": row.team.cohort.programme,
        "path": f"{reverse('team_said', args=[row.team_id])}#said-{row.pk}",
        "reply_to": row.team.cohort.contact_email,
        **said_by_mail.standing(message, readers=readers, not_readers=[gettext("sponsors")]),
    }


def _teams(source_ids: Collection[str]) -> dict[str, Team]:
    return {str(one.pk): one for one in Team.objects.with_place().filter(pk__in=source_ids)}


def _not_said(message) -> dict[str, Any]:
    team: Team = message.source
    return {
        "team": team,
        "cohort": team.cohort,
        "programme": team.cohort.programme,
        "sentence": said_by_mail.sentence(message.occurrence),
        "is_kept": said_by_mail.is_kept(message.occurrence),
        "path": reverse("team_said", args=[team.pk]),
        "reply_to": team.cohort.contact_email,
    }


kinds.register(
    kinds.Kind(
        key=team_talk.SAID,
        name=_("Somebody wrote to their team"),
        template="collaborative/emails/team_said",
        audience=_("You get this because you are in this team, or coach it."),
        when=_(
            "Once the time to take it back unheard is over, to the team and its coaches, one message at a time; without the "
            "words."
        ),
        stops=_("It is taken back or hidden, or the person is not in the team any more."),
        context=_said,
        sources=team_talk.sources_of,
        thread=lambda message: team_talk.thread_of(message.source.team_id),
    )
)
kinds.register(
    kinds.Kind(
        key=team_talk.NOT_SAID,
        name=_("Words for a team could not be taken from a mail"),
        template="collaborative/emails/team_not_said",
        audience=_("You get this because you answered a mail to your team."),
        when=_("At once, when the answer to a mail cannot be put before the team as it is."),
        stops=_("Nothing: it leaves at once."),
        context=_not_said,
        sources=_teams,
        importance=kinds.Importance.MUST,
        keeps_hour=True,
        priority=kinds.SOON,
        also_when_closed=True,
        listed=False,
    )
)
kinds.register(
    kinds.Kind(
        key=team_talk.STANDS,
        name=_("An answer by mail stands on the page of a team"),
        template="collaborative/emails/team_stands",
        audience=_("You get this because you answered a mail to your team."),
        when=_("At once, when the answer to a mail is put before the team, to its writer alone; without the words."),
        stops=_("It is taken back or hidden first, or the person cannot read it any more."),
        context=_stands,
        sources=team_talk.sources_of,
        thread=lambda message: team_talk.thread_of(message.source.team_id),
        importance=kinds.Importance.MUST,
        keeps_hour=True,
        priority=kinds.SOON,
        also_when_closed=True,
        listed=False,
    )
)
team_talk.answered_by_team(team_talk.SAID)
