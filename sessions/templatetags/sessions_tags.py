"""What templates say about sessions."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.tabs import in_groups
from sessions.tabs import next_pages, tab_called, tabs_of

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
