"""The pages on which the planning team works on one session, in the order in which they are needed."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

# What they are for, and of each: key, what it is called, route (its one argument is the session's key)
GROUPS: Final[tuple[tuple[Any, tuple[tuple[str, Any, str], ...]], ...]] = (
    (
        pgettext_lazy("pages of a session", "Plan"),
        (
            ("details", _("Details"), "session_details"),
            ("agenda", _("Agenda"), "planning_session_agenda"),
            ("run", _("Run of show"), "planning_session_run"),
            ("materials", _("Materials"), "planning_session_materials"),
            ("meeting", _("Meeting"), "planning_session_meeting"),
        ),
    ),
    (
        pgettext_lazy("pages of a session", "People"),
        (
            ("people", _("Speakers"), "planning_session_people"),
            ("coming", _("Who comes"), "planning_session_coming"),
            ("rooms", _("Small rooms"), "planning_session_rooms"),
            ("outside", _("From outside"), "planning_session_registered"),
        ),
    ),
    (
        pgettext_lazy("pages of a session", "On the day"),
        (
            ("day", _("The day"), "planning_session_day"),
            ("links", _("Links"), "planning_session_links"),
        ),
    ),
    (
        pgettext_lazy("pages of a session", "After"),
        (
            ("attendance", _("Attendance"), "planning_session_attendance"),
            ("recap", _("Recap"), "planning_session_recap"),
        ),
    ),
)
_DAY_BEFORE: Final = dt.timedelta(days=1)


def tabs_of(learning_session, here: str) -> list[dict[str, Any]]:
    """Return the groups of a session's planning pages as components/tabs.html reads them, the page ``here`` marked."""
    return [
        {
            "text": name,
            "tabs": [
                {"text": text, "url": reverse(route, args=[learning_session.pk]), "here": key == here}
                for key, text, route in pages
            ],
        }
        for name, pages in GROUPS
    ]


def tab_called(learning_session, key: str) -> dict[str, Any]:
    """Return one of these pages as a crumb: what it is called and where it is."""
    text, route = next((text, route) for _name, pages in GROUPS for one, text, route in pages if one == key)
    return {"text": text, "url": reverse(route, args=[learning_session.pk])}


def next_pages(learning_session, now: dt.datetime) -> list[dict[str, Any]]:
    """Return the planning pages of a session that are needed at ``now``, the first one first: what to press, where, icon."""
    state = learning_session.state_at(now)
    plan = ("details", gettext("Plan it"), "pencil")
    if state == "cancelled":
        pages = [plan]
    elif state == "over":
        pages = [
            ("attendance", gettext("Attendance"), "list-checks"),
            ("recap", gettext("Recap"), "file-text"),
            ("details", gettext("All planning pages"), "pencil"),
        ]
    elif learning_session.starts_at - now <= _DAY_BEFORE:
        pages = [("day", gettext("The day"), "sun"), ("coming", gettext("Who comes"), "users"), plan]
    else:
        pages = [plan, ("coming", gettext("Who comes"), "users")]
    return [{**tab_called(learning_session, key), "text": text, "icon": icon} for key, text, icon in pages]
