"""The chosen set: places taken, and what it is made of. Nothing in it is about persons."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborative.models import Cohort, Membership, Role, Sector, Team
from core import places
from core.language import language
from enrolment import seats
from enrolment.decision_day.order import Light
from enrolment.models import Invitation, Outcome, Remoteness, State


@dataclasses.dataclass(frozen=True)
class Balance:
    """Who would be in: places taken, and by whom: province, setting, place, language and partner, in words."""

    taken: int
    seats: int
    waiting: int
    declined: int
    open: int
    unscored: int
    facts: list[tuple[str, str]]


def balance(cohort: Cohort, every: Iterable[Light]) -> Balance:
    """Return what the strip says about everybody who has a place, with or without an application. Three statements."""
    standing = [one for one in every if one.state == State.SUBMITTED]
    chosen = [*(one for one in standing if one.seated), *_without_application(cohort)]
    many = Counter(one.outcome for one in standing)
    return Balance(
        taken=seats.taken(cohort),
        seats=cohort.seats,
        waiting=many[Outcome.WAIT.value],
        declined=many[Outcome.DECLINE.value],
        open=many[Outcome.OPEN.value],
        unscored=sum(one.waits_for_a_score for one in standing),
        facts=_facts(chosen, standing) if chosen else [],
    )


def _without_application(cohort: Cohort) -> list[Light]:
    """Return the teams that were taken in without applying. Where they lie from a town is not known of them."""
    mine = {"team": OuterRef("pk"), "role": Role.PARTNER}
    partner = Exists(Membership.objects.current().filter(**mine)) | Exists(Invitation.objects.waiting().filter(**mine))
    rows = Team.objects.filter(cohort=cohort, withdrawn_at=None, application=None).annotate(partner=partner).order_by()
    home = "unit__organisation"
    facts = rows.values_list("pk", f"{home}__province", f"{home}__sector", "language", "partner")
    return [
        Light(
            pk, State.SUBMITTED, Outcome.ACCEPT, province, sector, "", lang, None, has, None, scored=True, seated=True
        )
        for pk, province, sector, lang, has in facts
    ]


def _facts(chosen: list[Light], standing: list[Light]) -> list[tuple[str, str]]:
    """Say the chosen set."""
    here = {one.province for one in chosen if one.province}
    wanted = {one.province for one in standing if one.province}
    provinces = _("%(here)d of %(all)d") % {"here": len(here), "all": len(places.PROVINCES)}
    if missing := sorted((places.province_name(one, language()) for one in wanted - here), key=places.sort_key):
        provinces = _("%(here)s. Applied, but not in: %(missing)s") % {
            "here": provinces, "missing": ", ".join(missing),
        }  # fmt: skip
    sectors = Counter(one.sector for one in chosen if one.sector)
    remote = sum(one.remoteness in (Remoteness.RURAL, Remoteness.REMOTE) for one in chosen)
    spoken = Counter(one.language for one in chosen)
    partners = sum(one.partner for one in chosen)
    return [
        (_("Provinces and territories"), provinces),
        (_("Setting"), " · ".join(f"{Sector(key).label} ({n})" for key, n in sectors.most_common())),
        (_("Place"), ngettext("%(n)d rural or remote", "%(n)d rural or remote", remote) % {"n": remote}),
        (_("Language"), _("%(en)d English · %(fr)d French") % {"en": spoken["en"], "fr": spoken["fr"]}),
        (_("Partner named"), _("%(here)d of %(all)d") % {"here": partners, "all": len(chosen)}),
    ]
