"""A card on paper for a member without a mailbox: made, printed, made anew, taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.decorators import SignedInRequest, signed_in
from accounts.models import LANGUAGES
from collaborative.permissions import fills
from collaborative.querysets import teams_seen_by
from core.limits import limited
from core.methods import must, only
from core.refusals import Refused
from enrolment import by_card, printed_card
from enrolment.by_card import Holder
from notifications.sealing import seal, unseal


def _find(request: HttpRequest, team_id, person_id) -> tuple:
    """Return the team and whoever of it the card is for; nobody but its lead and the planning team gets further."""
    team = get_object_or_404(teams_seen_by(request.user), pk=team_id)
    must(fills(request.user, team))
    holder = by_card.holder_in(team, person_id)
    if holder is None:
        raise Http404
    return team, holder


def _key(holder: Holder) -> str:
    return f"card-of-{holder.person.pk}"


def _code(request: HttpRequest, holder: Holder) -> str:
    """Return the code of the card that this person made in this session, "" where it is another one's, or used."""
    kept = request.session.get(_key(holder))
    if not kept or holder.card is None or kept["card"] != str(holder.card.pk) or holder.state != "waiting":
        return ""
    return unseal(kept["code"])


@signed_in
@never_cache
@limited("member-card", amount=60, seconds=3600)
def member_card(request: SignedInRequest, team_id, person_id) -> HttpResponse:
    """The card to print, as long as whoever made it is here; and the button that makes one."""
    team, holder = _find(request, team_id, person_id)
    only(request, "GET", "POST")
    if request.method == "POST":
        try:
            card, code = by_card.make_card(person=holder.person, team=team, by=request.user)
        except Refused as refused:
            messages.warning(request, refused.sentence)
        else:
            request.session[_key(holder)] = {"card": str(card.pk), "code": seal(code)}
        return redirect("member_card", team.pk, holder.person.pk)
    code = _code(request, holder)
    parts = {
        "team": team,
        "holder": holder,
        "code": code,
        "square": printed_card.square(holder, code) if code else "",
        "address": printed_card.shown_address(holder.person.language),
        "may_make": by_card.may_make(request.user, person=holder.person, team=team),
    }
    return render(request, "enrolment/member_card.html", parts)


@signed_in
@never_cache
def pdf_of(request: SignedInRequest, team_id, person_id, lang: str) -> HttpResponse:
    """The same card as a document."""
    team, holder = _find(request, team_id, person_id)
    only(request, "GET")
    code = _code(request, holder)
    if lang not in dict(LANGUAGES):
        raise Http404
    if not code:
        messages.warning(request, _("The code of this card stands nowhere any more. Make a new card to print it."))
        return redirect("member_card", team.pk, holder.person.pk)
    answer = HttpResponse(printed_card.document(holder, team, code, lang=lang), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{"carte" if lang == "fr" else "card"}.pdf"'
    return answer


@signed_in
def take_back(request: SignedInRequest, team_id, person_id) -> HttpResponse:
    """Lost: whoever finds the card opens nothing with it."""
    team, holder = _find(request, team_id, person_id)
    only(request, "POST")
    try:
        by_card.take_card_back(person=holder.person, team=team, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        messages.success(request, _("The card of %(name)s opens nothing any more.") % {"name": holder.called})
    return redirect("team_people", team.pk)
