"""Why a team may need its coach: plain facts in, sentences with their evidence out. No database, no score."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborative.models import Role
from collaborative.signs import empty_places
from core.language import language
from core.time import day

# Two weeks without a number or a conversation: one quiet week is a holiday, two are a question.
QUIET_DAYS = 14
# One try on the way is how it should be; two of which nothing was learned ask to be talked about.
TRIES_UNSTUDIED = 2
MOST_SHOWN = 2


@dataclasses.dataclass(frozen=True)
class Facts:
    """What is known of a team today. ``running``: its series has begun and is not closed.

    ``resting``: in words until when it is left in peace, "" while it is at work. ``paused_until``: the last day of its own
    pause, None where it has none today. ``rested``: on how many of the days since the last data it was left in peace.
    """

    running: bool
    today: dt.date
    began: dt.date
    last_data: dt.date | None = None
    open_tries: int = 0
    studied_tries: int = 0
    oldest_open: dt.date | None = None
    last_session: str = ""
    last_session_on: dt.date | None = None
    came: int = 0
    leads: int = 1
    partners: int = 1
    resting: str = ""
    paused_until: dt.date | None = None
    rested: int = 0

    @property
    def is_paused(self) -> bool:
        """Is this a team that would be at work now, but for a pause of its own?"""
        return self.running and self.paused_until is not None

    @property
    def quiet_days(self) -> int:
        """Return for how many days at work nothing was counted, from the first day where nothing ever was."""
        return max(0, (self.today - self.quiet_since).days - self.rested)

    @property
    def quiet_since(self) -> dt.date:
        """Return the day after which nothing was counted."""
        return max(self.last_data or self.began, self.began)


@dataclasses.dataclass(frozen=True)
class Reason:
    """One reason: what to say first, and what it rests on. ``key`` names the page it leads to."""

    key: str
    text: str
    evidence: str


def _day(on: dt.date) -> str:
    return day(on, language(), weekday=False)


def reasons(facts: Facts) -> list[Reason]:
    """Return why this team may need its coach now, the heaviest first; nothing for one that rests, or whose series is not running."""
    if not facts.running or facts.resting:
        return []
    return [reason for reason in (_no_data(facts), _nobody_came(facts), _unstudied(facts), _nobody_in(facts)) if reason]


def _no_data(facts: Facts) -> Reason | None:
    days = facts.quiet_days
    if days < QUIET_DAYS:
        return None
    evidence = (
        _("last number or conversation: %(day)s") % {"day": _day(facts.last_data)}
        if facts.last_data
        else _("no number and no conversation yet")
    )
    text = ngettext("No data for %(days)d day", "No data for %(days)d days", days) % {"days": days}
    return Reason("data", text, evidence)


def _nobody_came(facts: Facts) -> Reason | None:
    if not facts.last_session_on or facts.came:
        return None
    evidence = _("%(session)s, %(day)s") % {"session": facts.last_session, "day": _day(facts.last_session_on)}
    return Reason("session", _("Nobody at the last session"), evidence)


def _unstudied(facts: Facts) -> Reason | None:
    if facts.open_tries < TRIES_UNSTUDIED or facts.studied_tries:
        return None
    text = ngettext("%(count)d try open, none studied", "%(count)d tries open, none studied", facts.open_tries) % {
        "count": facts.open_tries
    }
    if facts.oldest_open:
        evidence = _("the oldest began %(day)s") % {"day": _day(facts.oldest_open)}
    else:
        evidence = _("none begun yet")
    return Reason("tries", text, evidence)


def _nobody_in(facts: Facts) -> Reason | None:
    words: dict[Role, str] = {Role.LEAD: _("No team lead"), Role.PARTNER: _("No patient partner")}
    empty = empty_places(leads=facts.leads, partners=facts.partners, began=facts.began, today=facts.today)
    if not empty:
        return None
    text = words[empty[0]] if len(empty) == 1 else _("No team lead and no patient partner")
    return Reason("people", text, _("the team has been at work since %(day)s") % {"day": _day(facts.began)})


def well(facts: Facts) -> list[str]:
    """Return in words what is known of a team without reasons: why it is fine without its coach."""
    if not facts.running:
        return [_("its series is not running")]
    found = [facts.resting] if facts.resting else []
    if facts.last_data:
        found.append(_("last number or conversation: %(day)s") % {"day": _day(facts.last_data)})
    if facts.open_tries:
        found.append(
            ngettext("%(count)d try under way", "%(count)d tries under way", facts.open_tries)
            % {"count": facts.open_tries}
        )
    if facts.last_session_on:
        found.append(
            ngettext("%(count)d came to the last session", "%(count)d came to the last session", facts.came)
            % {"count": facts.came}
        )
    return found


def urgency(found: Sequence[Reason], facts: Facts) -> tuple:
    """Return what to sort by: how many reasons, then how long it has been quiet. An order of calls, not of teams."""
    return (-len(found), -facts.quiet_days)
