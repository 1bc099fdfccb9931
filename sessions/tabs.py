"""The pages on which the planning team works on one session, in the order in which they are needed."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# key, what it is called, route (its one argument is the session's key)
TABS: Final[tuple[tuple[str, Any, str], ...]] = (
    ("details", _("Details"), "session_details"),
    ("agenda", _("Agenda"), "planning_session_agenda"),
    ("people", _("People"), "planning_session_people"),
    ("materials", _("Materials"), "planning_session_materials"),
    ("run", _("Run of show"), "planning_session_run"),
    ("meeting", _("Meeting"), "planning_session_meeting"),
    ("links", _("Links"), "planning_session_links"),
    ("coming", _("Coming"), "planning_session_coming"),
    ("day", _("The day"), "planning_session_day"),
    ("attendance", _("Attendance"), "planning_session_attendance"),
    ("recap", _("Recap"), "planning_session_recap"),
)


def tabs_of(learning_session, here: str) -> list[dict[str, Any]]:
    """Return the tabs of a session's planning pages as components/tabs.html reads them, the one called ``here`` marked."""
    return [
        {"text": text, "url": reverse(route, args=[learning_session.pk]), "here": key == here}
        for key, text, route in TABS
    ]
