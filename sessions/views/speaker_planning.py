"""What the planning team does with the page of somebody who speaks: send it, end it, publish the slides."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from core.limits import limited
from core.methods import only
from core.refusals import Refused
from core.toasts import say
from files.answers import give
from sessions.models import Appearance
from sessions.speaking import links as speaker_links
from sessions.speaking import mail as speaker_mail
from sessions.speaking import own_page as speaking
from sessions.views.planned import session_planned_by


def _appearance(request: SignedInRequest, session_id, appearance_id) -> Appearance:
    learning_session = session_planned_by(request, session_id)
    found = speaker_links.with_all().filter(learning_session=learning_session, pk=appearance_id).first()
    if found is None:
        raise Http404
    return found


@signed_in
@limited("speaker-page", amount=120, seconds=3600)
def do(request: SignedInRequest, session_id, appearance_id) -> HttpResponse:
    """Send the page, with a new link or not, end the link, or publish the slides: what the pressed button says."""
    appearance = _appearance(request, session_id, appearance_id)
    only(request, "POST")
    name = appearance.speaker.name
    try:
        match request.POST.get("do"):
            case "send":
                speaker_mail.send_page(appearance=appearance, by=request.user)
                say(request, _("The page is on its way to %(name)s.") % {"name": name})
            case "new":
                speaker_mail.send_page(appearance=appearance, by=request.user, new_link=True)
                say(
                    request, _("A new link is on its way to %(name)s. Those from before open nothing.") % {"name": name}
                )
            case "end":
                speaker_mail.end_link(appearance=appearance, by=request.user)
                say(request, _("The link of %(name)s opens nothing any more.") % {"name": name})
            case "publish":
                speaking.publish_slides(appearance=appearance, by=request.user)
                say(request, _("Published. They stand among the materials."))
                return redirect("planning_session_materials", session_id)
            case _:
                messages.warning(request, _("That did not work. Press the button again."))
    except Refused as refused:
        messages.warning(request, refused.sentence)
    return redirect("planning_session_people", session_id)


@signed_in
def slides(request: SignedInRequest, session_id, appearance_id, slides_id) -> HttpResponseBase:
    """One version of somebody's slides, for those who plan the session."""
    appearance = _appearance(request, session_id, appearance_id)
    found = next((one for one in appearance.slides.all() if one.pk == slides_id), None)
    if found is None:
        raise Http404
    only(request, "GET")
    return give(request, found.file)
