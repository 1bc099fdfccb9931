"""The answer to a sheet that came back by mail."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from improvement.models import Measure, ReturnedSheet
from improvement.sheets import words
from notifications import kinds

READ = "improvement/sheet-read"


def _sources(keys: Collection[str]) -> dict[str, ReturnedSheet]:
    rows = ReturnedSheet.objects.select_related("team__cohort__programme").in_bulk([uuid.UUID(key) for key in keys])
    return {str(key): row for key, row in rows.items()}


def _read(message) -> dict[str, Any]:
    returned: ReturnedSheet = message.source
    cohort = returned.team.cohort
    needs = [] if returned.refused else words.lines(returned, list(Measure.objects.filter(team=returned.team_id)))
    page = ("sheet", [returned.team_id]) if returned.refused else ("sheet_sent", [returned.team_id, returned.pk])
    return {
        "returned": returned,
        "team": returned.team,
        "cohort": cohort,
        "programme": cohort.programme,
        "summary": words.summary(returned),
        "why_not": words.why_not_read(returned) if returned.refused else "",
        "needs": needs[: words.IN_A_MAIL],
        "more": max(0, len(needs) - words.IN_A_MAIL),
        "path": reverse(page[0], args=page[1]),
        "reply_to": cohort.contact_email,
    }


kinds.register(
    kinds.Kind(
        key=READ,
        name=_("What was read from a sheet"),
        importance=kinds.Importance.MUST,
        template="improvement/emails/sheet_read",
        audience=_("You get this because you sent a sheet of numbers."),
        when=_("At once, when somebody answers a mail about a team’s numbers with the team’s sheet."),
        stops=_("What was read from the sheet was erased, or the person asked to be forgotten."),
        context=_read,
        sources=_sources,
        also_when_closed=True,
        # Its reader has just written and waits for it.
        keeps_hour=True,
        priority=kinds.SOON,
    )
)
