"""From the boxes of two pages to a cohort that runs."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from collaborative.making import Recipe, from_cohort, from_template, make_cohort
from collaborative.models import Cohort, Programme, Role
from collaborative.services import give_role
from core import places
from core.refusals import Refused
from desk.schedule.forms import NewDatesForm
from desk.schedule.overview import free_slug
from enrolment.planning_team import take_over
from sessions.services import hours_of


def recipe_of(programme: Programme, chosen: dict[str, Any], *, user) -> Recipe:
    """Return what a cohort is made from, as it was chosen: the template in one of its forms, or an earlier cohort."""
    if chosen["source"] == "template":
        return from_template(programme, third_period=chosen["third_period"], congress=chosen["congress"])
    like = Cohort.objects.run_by(user).filter(programme=programme, pk=chosen["source"]).first()
    if like is None:
        raise Refused(_("That cohort is not one of yours any more. Choose again."))
    return from_cohort(like, hours=hours_of(like))


@transaction.atomic
def found_cohort(*, programme: Programme, chosen: dict[str, Any], recipe: Recipe, form: NewDatesForm, by) -> Cohort:
    """Make the cohort as it stands on the page; who makes it plans it, and whom they chose of the programme's planners."""
    Programme.objects.select_for_update().get(pk=programme.pk)  # two who make one at once get two slugs
    names = ("first_day", "takes", "name_en", "name_fr", "campaign_en", "campaign_fr", "seats", "city")
    cohort = make_cohort(
        programme=programme,
        slug=free_slug(programme, chosen["name_en"]),
        by=by,
        recipe=recipe,
        on=form.on(),
        pins=form.pins(),
        clocks=form.clocks(),
        quiet=form.quiet(),
        time_zone=places.zone_of(chosen["city"]),
        contact_email=recipe.like.contact_email if recipe.like else "",
        **{name: chosen[name] for name in names} | form.enrolment(),
    )
    if not Cohort.objects.run_by(by).filter(pk=cohort.pk).exists():
        give_role(user=by, role=Role.PLANNER, by=by, cohort=cohort)
    take_over(cohort=cohort, people=form.chosen_colleagues(), by=by)
    return cohort
