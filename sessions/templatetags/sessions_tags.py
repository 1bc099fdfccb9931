"""What templates say about sessions."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.tabs import in_groups
from sessions.models import SessionKind
from sessions.public.publishing import not_agreed
from sessions.speaking.links import with_all
from sessions.speaking.own_page import ACCESS, newest_slides
from sessions.tabs import next_pages, tab_called, tabs_of
from surveys.passing_on import to_choose_from

register = template.Library()


@register.inclusion_tag("components/tabs.html")
def session_tabs(learning_session, here: str) -> dict:
    """Print the tabs of a session's planning pages."""
    return {"groups": in_groups(tabs_of(learning_session, here)), "label": learning_session.title}


@register.inclusion_tag("components/crumbs.html")
def session_crumbs(learning_session, here: str, last: str = "") -> dict:
    """Print the way to a planning page of a session: planning, cohort, session, the page called ``here``, ``last`` below it."""
    cohort = learning_session.cohort
    crumbs = [
        {"text": _("Planning"), "url": reverse("planning")},
        {"text": cohort.name, "url": reverse("planning_cohort", args=[cohort.pk])},
        {"text": learning_session.title, "url": reverse("session", args=[cohort.pk, learning_session.pk])},
        tab_called(learning_session, here),
    ]
    return {"crumbs": [*crumbs, {"text": last}] if last else crumbs}


@register.simple_tag
def next_page(learning_session) -> dict:
    """Return the planning page of a session that is needed first now: what to press, and where it leads."""
    return next_pages(learning_session, timezone.now())[0]


@register.inclusion_tag("sessions/_speaker_pages.html", takes_context=True)
def speaker_pages(context, learning_session) -> dict:
    """Print the page of each person at a session, as it stands: sent, slides, what they ticked and agreed to.

    Once people have said what they will try: the round from which the planning team passes it on. A constant number of statements.
    """
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
        "tries": to_choose_from(str(learning_session.pk)) if rows else None,
        "most": len(ACCESS),
        "csrf_token": context.get("csrf_token"),
        "request": context.get("request"),
    }
