"""What a team has ready for a patient, resident or care partner before one is invited: said once, shown to the partner."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.line import today_in
from collaborative.models import Membership, PartnerWelcome, Role, Team
from core import time as clocks
from core.language import language
from core.refusals import Overtaken, Refused

# What has to be said; hours may be 0, words may not be empty.
FACTS: Final = ("support_name", "support_phone", "support_when", "hours", "recognition", "access_help")


def of_team(team: Team | None) -> PartnerWelcome | None:
    """Return what the team has said so far, None where nothing was; as it stood when the team was read."""
    return getattr(team, "partner_welcome", None)


def is_ready(welcome: PartnerWelcome | None) -> bool:
    """Return whether everything that a partner is promised was said."""
    return welcome is not None and all(getattr(welcome, name) not in (None, "") for name in FACTS)


def looked_for_until(team: Team, *, members: Iterable[Membership]) -> tuple[str, bool] | None:
    """Return in words until when a team looks for its partner, and whether that day has passed; None where it has one or looks
    for none.
    """
    welcome = of_team(team)
    if welcome is None or welcome.looking_until is None or any(one.role == Role.PARTNER for one in members):
        return None
    return clocks.day(welcome.looking_until, language(), weekday=False), welcome.looking_until < today_in(team.cohort)


def must_be_ready(team: Team | None, role: str) -> None:
    """Refuse to invite a partner into a team that has not said what a partner can count on."""
    if role == Role.PARTNER and team is not None and not is_ready(PartnerWelcome.objects.filter(team=team).first()):
        raise Refused(
            _("First say what a partner can count on: it stands on this page under “The partner's welcome”."),
            field="role",
        )


@transaction.atomic
def say(*, team: Team, version: int, by, **facts: Any) -> PartnerWelcome:
    """Write down what a partner of the team can count on. Raises Overtaken where somebody else wrote meanwhile."""
    Team.objects.select_for_update().get(pk=team.pk)
    welcome = PartnerWelcome.objects.filter(team=team).first() or PartnerWelcome(team=team, version=0)
    if version != welcome.version:
        raise Overtaken(welcome)
    for name in (*FACTS, "looking_until"):
        if name in facts:
            setattr(welcome, name, facts[name])
    welcome.version += 1
    welcome.save()
    record("team.partner_welcome_said", team, by=by, cohort_id=team.cohort_id, ready=is_ready(welcome))
    return welcome


def call(phone: str) -> str:
    """Return the address that calls a number, "" where it is none that a phone could dial."""
    number = re.sub(r"[^\d+]", "", re.split(r"(?i)ext|poste|#|,", phone)[0])
    return f"tel:{number}" if len(number) >= 7 else ""
