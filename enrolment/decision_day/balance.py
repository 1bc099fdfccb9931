"""The chosen set: places taken, and what it is made of. Nothing in it is about persons."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborative.models import Cohort, Sector
from core import places
from core.language import language
from enrolment import seats
from enrolment.decision_day.order import Light
from enrolment.models import Outcome, Remoteness, State


@dataclasses.dataclass(frozen=True)
class Balance:
    """Who would be in: places taken, and the accepted by province, setting, place, language and partner, in words."""

    taken: int
    seats: int
    waiting: int
    declined: int
    open: int
    unscored: int
    facts: list[tuple[str, str]]


def balance(cohort: Cohort, every: Iterable[Light]) -> Balance:
    """Return what the strip says about the accepted applications. Two statements."""
    standing = [one for one in every if one.state == State.SUBMITTED]
    chosen = [one for one in standing if one.outcome == Outcome.ACCEPT]
    many = Counter(one.outcome for one in standing)
    return Balance(
        taken=seats.taken(cohort),
        seats=cohort.seats,
        waiting=many[Outcome.WAIT.value],
        declined=many[Outcome.DECLINE.value],
        open=many[Outcome.OPEN.value],
        unscored=sum(not one.scored for one in standing),
        facts=_facts(chosen, standing) if chosen else [],
    )


def _facts(chosen: list[Light], standing: list[Light]) -> list[tuple[str, str]]:
    """Say the chosen set."""
    here = {one.province for one in chosen if one.province}
    wanted = {one.province for one in standing if one.province}
    provinces = _("%(here)d of %(all)d") % {"here": len(here), "all": len(wanted)}
    if missing := sorted((places.province_name(one, language()) for one in wanted - here), key=places.sort_key):
        provinces = _("%(here)d of %(all)d. Not there: %(missing)s") % {
            "here": len(here), "all": len(wanted), "missing": ", ".join(missing),
        }  # fmt: skip
    sectors = Counter(one.sector for one in chosen if one.sector)
    remote = sum(one.remoteness in (Remoteness.RURAL, Remoteness.REMOTE) for one in chosen)
    spoken = Counter(one.language for one in chosen)
    partners = sum(one.partner for one in chosen)
    return [
        (_("Provinces"), provinces),
        (_("Setting"), " · ".join(f"{Sector(key).label} ({n})" for key, n in sectors.most_common())),
        (_("Place"), ngettext("%(n)d rural or remote", "%(n)d rural or remote", remote) % {"n": remote}),
        (_("Language"), _("%(en)d English · %(fr)d French") % {"en": spoken["en"], "fr": spoken["fr"]}),
        (_("Partner named"), _("%(here)d of %(all)d") % {"here": partners, "all": len(chosen)}),
    ]
