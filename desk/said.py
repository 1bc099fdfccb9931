"""What people of a team say to each other: the last few lines and the box on the team's home, and all of it on its own page."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from crispy_forms.layout import Layout
from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import drafts
from accounts.decorators import SignedInRequest, signed_in
from accounts.models import User
from accounts.once import OncePerKey, answer_once
from collaborative import hiding, team_talk
from collaborative.audience import Audience, audience, readers_of_said
from collaborative.hideable import Why
from collaborative.models import OPENS_A_TEAM, Membership, Role, Team, TeamTalk
from collaborative.pace import keep_pace
from collaborative.permissions import belongs, plans, roles_of
from core import toasts
from core.forms import FreeText, GuardedForm, GuardedText
from core.language import language
from core.methods import must, only
from core.moments import said as when_said
from core.refusals import Refused
from core.time import clock
from desk.querysets import team_seen_by

PAGE = 30
PREFIX = "said"


class SayForm(OncePerKey, GuardedForm):
    """The box in which somebody writes to their team."""

    prefix = PREFIX
    text = FreeText(label=gettext_lazy("Write to the team"), rows=3, max_length=team_talk.LONGEST)

    def __init__(self, *args: Any, team: Team, writer: Any, found: Audience | None = None, **kwargs: Any) -> None:
        self._readers = readers_of_said(writer, team, found)
        self.incident_route = team.unit.incident_route
        self.partner = any(held.role == Role.PARTNER and held.team_id == team.pk for held in roles_of(writer))
        super().__init__(*args, **kwargs)
        if belongs(writer, team):
            self.fields["text"].label = _("Write to your team")

    def readers_of(self, field_name: str) -> list[str]:
        return self._readers

    def not_readers_of(self, field_name: str) -> list[str]:
        return [_("sponsors")]

    def layout(self) -> Layout:
        return Layout(GuardedText("text"), "once")


@dataclasses.dataclass(frozen=True)
class Seen:
    """A line as one reader sees it. ``role``: why somebody speaks who does not belong to the team; ``untold``: until when
    nobody is told of it."""

    row: TeamTalk
    name: str
    role: str
    when: str
    state: str
    text: str
    may: hiding.May
    untold: str


def seen(rows: Iterable[TeamTalk], reader: Any, team: Team, members: Iterable[Membership]) -> list[Seen]:
    """Return these lines as ``reader`` sees them. ``members``: who is in the team, or helps it, now."""
    roles = {one.user_id: one.shown_role for one in members}
    planner = plans(reader, team.cohort)
    return [_seen(row, reader, planner, roles) for row in rows]


def _seen(row: TeamTalk, reader: Any, planner: bool, roles: dict[Any, Any]) -> Seen:
    can = hiding.may(row, mine=row.by_id == reader.pk, planner=planner)
    fresh = can.take_back and not row.hidden_why and not _is_told(row)
    return Seen(
        row=row,
        name=(row.by.name if row.by else _("Somebody who has left")) if can.read else "",
        role=str(roles.get(row.by_id, "")) if can.read and row.by else "",
        when=when_said(row.created_at, reader),
        state=row.hidden_words,
        text=row.text if can.read else "",
        may=can,
        untold=clock(row.told_from, reader.time_zone, language()) if fresh else "",
    )


def _is_told(row: TeamTalk) -> bool:
    return timezone.now() >= row.told_from


def with_talk(teams: QuerySet[Team], reader: Any) -> QuerySet[Team]:
    """Return teams with what their home says of their talk, and what ``reader`` has begun to write into its box.

    It comes with the team, so that the page asks nothing more.
    """
    lines = TeamTalk.objects.filter(team=OuterRef("pk")).latest_first()
    facts = JSONObject(
        id="id", created_at="created_at", by="by_id", name="by__name", text="text", by_mail="by_mail",
        hidden_at="hidden_at", hidden_by="hidden_by_id", hidden_why="hidden_why",
    )  # fmt: skip
    inside = Membership.objects.current().filter(team=OuterRef(OuterRef("pk")), role__in=OPENS_A_TEAM)
    plans = Membership.objects.planning(cohort=OuterRef("cohort"), programme=OuterRef("cohort__programme"))
    planners = plans.exclude(user__in=inside.values("user")).how_many_people()
    return drafts.with_draft(teams, reader, team_talk.draft_of_row()).annotate(
        lines_found=ArraySubquery(lines.values(json=facts)[: team_talk.SHOWN + 1]), planners=planners
    )


def at_home(team: Any, reader: Any, members: Sequence[Membership]) -> dict[str, Any]:
    """Return what a team's home shows of it: the last lines, and the box where ``reader`` may write. No statement.

    ``team``: of ``with_talk``; ``members``: who is in it, or helps it, now.
    """
    rows = [_row_of(one, team) for one in team.lines_found]
    may_say = team_talk.may_say(reader, team)
    inside = [(one.role, one.user_id, one.user.name) for one in members if one.role in OPENS_A_TEAM]
    mine = belongs(reader, team)
    found = audience(one for one in inside if mine or one[1] != reader.pk)
    # Whoever writes for the others is not among their readers.
    writes_alone = plans(reader, team.cohort) and reader.pk not in {one[1] for one in inside}
    found = dataclasses.replace(found, planners=team.planners - writes_alone)
    return {
        "said": seen(rows[: team_talk.SHOWN], reader, team, members),
        "said_more": len(rows) > team_talk.SHOWN,
        "say_form": SayForm(team=team, writer=reader, found=found) if may_say else None,
    }


def draft_at_home(request: SignedInRequest, team: Any, form: SayForm | None) -> drafts.Offered | None:
    """Return what keeps drafts in the box on a team's home (of ``with_talk``), and put the one there is into it. No statement."""
    return drafts.offer(request, team_talk.draft_of(team), form, among=team.draft_found) if form else None


def _row_of(facts: dict[str, Any], team: Team) -> TeamTalk:
    """Return a line as it came with its team."""
    by = User(pk=uuid.UUID(facts["by"]), name=facts["name"]) if facts["by"] else None
    hidden = dt.datetime.fromisoformat(facts["hidden_at"]) if facts["hidden_at"] else None
    return TeamTalk(
        id=uuid.UUID(facts["id"]), created_at=dt.datetime.fromisoformat(facts["created_at"]), team=team, by=by,
        text=facts["text"], by_mail=facts["by_mail"], hidden_at=hidden, hidden_why=facts["hidden_why"],
        hidden_by_id=uuid.UUID(facts["hidden_by"]) if facts["hidden_by"] else None,
    )  # fmt: skip


# ---------------------------------------------------------------- its own page


@signed_in
def said(request: SignedInRequest, team_id) -> HttpResponse:
    """Everything that was said in a team, the latest first, and the box."""
    team = team_seen_by(request.user, team_id)
    only(request, "GET", "POST")
    form = SayForm(request.POST or None, team=team, writer=request.user)
    draft = drafts.offer(request, team_talk.draft_of(team), form)

    def make() -> str:
        keep_pace("talk", by=request.user)
        row = team_talk.say(team=team, by=request.user, text=form.cleaned_data["text"])
        until = clock(row.told_from, request.user.time_zone, language())
        toasts.say(
            request,
            _("It stands there. You can take it back until %(time)s; nobody has been told yet.") % {"time": until},
            undo=reverse("team_said_hide", args=[team.pk, row.pk]),
        )
        return reverse("team_said", args=[team.pk])

    return answer_once(request, form, make, draft=draft.key) or _page(request, team, form, draft=draft)


@signed_in
def hide(request: SignedInRequest, team_id, said_id) -> HttpResponse:
    """Hide a line at once. Its writer takes it back: the words come back into the box, and stand nowhere else any more."""
    row = _found(request, team_id, said_id)
    only(request, "POST")
    mine, typed = row.by_id == request.user.pk, row.text
    fresh = mine and row.hidden_why != Why.WRITER and not row.team.cohort.closed_at and not row.team.withdrawn_at
    try:
        team_talk.hide(said=row, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
        return redirect("team_said", team_id)
    if fresh:
        team = team_seen_by(request.user, team_id)
        form = SayForm(team=team, writer=request.user, initial={"text": typed})
        return _page(request, team, form, taken_back=True, other_lang_url="")
    if not mine:
        words = _("Hidden for everybody.")
        if not plans(request.user, row.team.cohort):
            words = _("Hidden for everybody. The planning team will look at it. Thank you.")
        toasts.say(request, words, undo=reverse("team_said_show", args=[team_id, row.pk]))
    return redirect("team_said", team_id)


@signed_in
def show(request: SignedInRequest, team_id, said_id) -> HttpResponse:
    """Show a hidden line again: planners, and for a moment the reader who hid it."""
    row = _found(request, team_id, said_id)
    must(hiding.may_show(row, request.user, row.team.cohort))
    only(request, "POST")
    try:
        team_talk.show(said=row, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        toasts.say(request, _("Everybody can read it again."))
    return redirect("team_said", team_id)


def _found(request: SignedInRequest, team_id, said_id) -> TeamTalk:
    return get_object_or_404(team_talk.said_seen_by(request.user), pk=said_id, team=team_id)


def _page(request: SignedInRequest, team: Team, form: SayForm, **more: Any) -> HttpResponse:
    pages = Paginator(team_talk.said_in(team), PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "team": team,
        "cohort": team.cohort,
        "mine": belongs(request.user, team),
        "page": page,
        "said": seen(page.object_list, request.user, team, team.members()),
        "form": form if team_talk.may_say(request.user, team) else None,
    }
    return render(request, "desk/said.html", {**context, **more})
