"""What templates say about sessions."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from sessions.models import SessionKind
from sessions.public.publishing import not_agreed
from sessions.speaking.links import with_all
from sessions.speaking.own_page import ACCESS, newest_slides
from sessions.tabs import tabs_of

register = template.Library()


@register.inclusion_tag("components/tabs.html")
def session_tabs(learning_session, here: str) -> dict:
    """Print the tabs of a session's planning pages."""
    return {"tabs": tabs_of(learning_session, here), "label": learning_session.title}


@register.inclusion_tag("sessions/_speaker_pages.html", takes_context=True)
def speaker_pages(context, learning_session) -> dict:
    """Print the page of each person at a session, as it stands: sent, slides, what they ticked and agreed to; two statements."""
    everybody = list(with_all().filter(learning_session=learning_session))
    rows = [
        {"appearance": one, "slides": newest_slides(one.slides.all()).values(), "ticked": len(one.access)}
        for one in everybody
        if one.speaker.name
    ]
    outside = learning_session.is_public or learning_session.kind == SessionKind.WEBINAR
    missing = not_agreed(everybody) if outside else []
    return {
        "rows": rows,
        "missing": [one.speaker.name or _("somebody who has left") for one in missing],
        "learning_session": learning_session,
        "most": len(ACCESS),
        "csrf_token": context.get("csrf_token"),
        "request": context.get("request"),
    }
