"""What can I see, and why: each role that a person holds, who gave it and since when, and in words what it opens.

Each room says its part in its ``apps.py``: ``opens.add("forum", lambda membership: [sentence, ...])``; the words must follow the
same rule as the room's ``visible_to``.
"""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.seen import Opened
from collaborative.models import OPENS_A_TEAM, Membership, Role
from core.registry import Slot

opens = Slot("opens", "room -> fn(membership) -> iterable of sentences: what this role opens in this room")


def rows(user) -> list[Opened]:
    """Return what ``user`` may see now, one entry for each role, those in teams first."""
    zone = ZoneInfo(user.time_zone)
    held = (
        Membership.objects.current()
        .filter(user=user)
        .select_related("programme", "cohort__programme", "organisation", "team__cohort__programme", "by")
        .order_by("team__name", "cohort__first_day", "since")
    )
    return [
        Opened(
            role=Role(membership.role).label,
            where=place_of(membership),
            since=membership.since.astimezone(zone).date(),
            given_by=str(membership.by) if membership.by_id and membership.by_id != user.pk else "",
            # Lower rooms register first: the cohort and the team themselves, then what is done in them.
            sentences=tuple(sentence for said in reversed([*opens.ask_all(membership)]) for sentence in said[1]),
        )
        for membership in held
    ]


def place_of(membership: Membership) -> str:
    """Return the name of the scope of a role, as a reader knows it."""
    if membership.team:
        return f"{membership.team.name} · {membership.team.cohort.name}"
    scope = membership.cohort or membership.organisation or membership.programme
    return str(scope.name) if scope else ""


def own_sentences(membership: Membership) -> Iterator[str]:
    """Say what a role opens of cohorts and teams themselves."""
    role, team = membership.role, membership.team
    if team and role in OPENS_A_TEAM:
        yield _("All pages of the team, and who is in it.")
    elif team:
        yield _("That this team is yours to help. Its own pages stay with the team, its coaches and the planning team.")
    if role == Role.PLANNER:
        yield _("Every team of what you plan, its pages and its people.")
        yield _(
            "Of messages: to whom, when and what became of them. Not the words of mails about the forum or about signing in."
        )
    elif role == Role.SPONSOR:
        yield _(
            "The names of the teams that you answer for, and who leads them. Never a name beside a log, a post or a note."
        )
    elif role == Role.FELLOW:
        yield _("No pages of a cohort or a team yet.")
    if role not in (Role.PLANNER, Role.FELLOW):
        yield _("The cohort’s timeline.")
