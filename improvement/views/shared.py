"""What the pages of a team share: the team and who may write there, a form that is tried, words that are hidden."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest
from collaborative.models import Team
from collaborative.pace import keep_pace
from collaborative.permissions import belongs, plans
from collaborative.querysets import teams_seen_by
from core.methods import must
from core.refusals import Refused
from core.toasts import say
from improvement import hiding, services
from improvement.hiding import Written
from improvement.models import TriedChange


def team_and_mine(request: SignedInRequest, team_id) -> tuple[Team, bool]:
    """Return the team with its rests, if this person may open its pages, and whether they may write there: who belongs to it."""
    team = get_object_or_404(teams_seen_by(request.user).with_rests(), pk=team_id)
    return team, belongs(request.user, team)


def own_team(request: SignedInRequest, team_id) -> Team:
    """Return the team for a verb on it. Its coaches and planners read."""
    team, mine = team_and_mine(request, team_id)
    must(mine)
    return team


def posted(request: SignedInRequest) -> QueryDict | None:
    """Return what was sent, None where a page is only looked at."""
    return request.POST if request.method == "POST" else None


@dataclasses.dataclass(frozen=True)
class Attempt:
    """What became of a form: done, or not, and what stands now where somebody else saved first."""

    done: bool = False
    theirs: TriedChange | None = None

    @property
    def status(self) -> int:
        """Return the status of the page that shows the form again."""
        return 409 if self.theirs else 200


def attempt(form, verb: Callable[..., object], *, by, **what) -> Attempt:
    """Do ``verb`` with what a form says, if it was sent and can be read. A refusal then stands on the form."""
    if not form.is_bound or not form.is_valid():
        return Attempt()
    try:
        keep_pace("try", by=by)
        verb(by=by, **what, **form.cleaned_data)
    except services.Overtaken as overtaken:
        form.go_on_from(overtaken.theirs.version)
        return Attempt(theirs=overtaken.theirs)
    except Refused as refused:
        refused.put_on(form)
        return Attempt()
    return Attempt(done=True)


def hidden_words(planner: bool) -> str:
    """Return what is said after something was hidden: a reader's hiding waits for the planning team."""
    if planner:
        return _("Hidden for everybody.")
    return _("Hidden for everybody. The planning team will look at it. Thank you.")


def hide_words(request: SignedInRequest, row: Written, *, undo: str) -> None:
    """Hide somebody's words and say so; ``undo`` is where whoever hid them shows them again."""
    try:
        hiding.hide(row=row, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, hidden_words(plans(request.user, row.team.cohort)), undo=undo)


def show_words(request: SignedInRequest, row: Written) -> None:
    """Show hidden words again and say so."""
    try:
        hiding.show(row=row, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, _("Everybody can read it again."))
