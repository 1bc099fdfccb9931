"""The kinds of message that teams and cohorts send."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collaborative.models import Cohort, Merge, Pause
from core.registry import Slot
from notifications import kinds

pick_up = Slot("pick_up", "room -> fn(team) -> sentences that say where a team that comes back can pick up")


def _pause(message) -> dict[str, Any] | None:
    pause = Pause.objects.select_related("team__cohort__programme", "by").filter(pk=message.source_id).first()
    if pause is None:
        return None
    cohort = pause.team.cohort
    return {
        "pause": pause,
        "team": pause.team,
        "cohort": cohort,
        "programme": cohort.programme,
        "path": reverse("team", args=[pause.team_id]),
        "reply_to": cohort.contact_email,
    }


def _back(message) -> dict[str, Any] | None:
    known = _pause(message)
    if known is None:
        return None
    return {**known, "pick_up": [one for _room, some in pick_up.ask_all(known["team"]) for one in some]}


def _one_person(message) -> dict[str, Any] | None:
    cohort = Cohort.objects.select_related("programme").filter(pk=message.scope_id).first()
    merge = Merge.objects.select_related("by").filter(pk=message.source_id).first()
    if cohort is None or merge is None:
        return None
    kept = message.recipient_id is not None
    return {
        "kept": kept,
        "who": merge.by.name if merge.by and merge.by.name else gettext("Somebody"),
        "cohort": cohort,
        "programme": cohort.programme,
        "path": reverse("account_email" if kept else "account_login"),
        "reply_to": cohort.contact_email,
    }


kinds.register(
    kinds.Kind(
        key="collaborative/one-person",
        template="collaborative/emails/one_person",
        audience=_("You get this because this is an address of yours here."),
        when=_("At once, when the planning team makes two accounts of one person into one."),
        stops=_("The account that stays is closed, or the person asked to be forgotten."),
        context=_one_person,
        also_when_closed=True,
    )
)
kinds.register(
    kinds.Kind(
        key="collaborative/parted",
        template="collaborative/emails/parted",
        audience=_("You get this because this is an address of yours here."),
        when=_("At once, when the planning team takes back that two accounts were made into one."),
        stops=_("The account is closed, or the person asked to be forgotten."),
        context=_one_person,
    )
)
kinds.register(
    kinds.Kind(
        key="collaborative/paused",
        template="collaborative/emails/paused",
        audience=_("You get this because you coach this team."),
        when=_("At once, when a team takes a break, unless its coach has decided it themselves."),
        stops=_(
            "The break is taken back on its first day, the team has left the series, or the person does not "
            "coach it any more."
        ),
        context=_pause,
    )
)
kinds.register(
    kinds.Kind(
        key="collaborative/back",
        template="collaborative/emails/back",
        audience=_("You get this because you are in this team."),
        when=_(
            "At nine on the first day after the break, or after a quiet week that follows it; at once where "
            "that hour has passed."
        ),
        stops=_(
            "The break is taken back on its first day, the team has left the series, the person is not in it "
            "any more, or a week has passed."
        ),
        context=_back,
    )
)
