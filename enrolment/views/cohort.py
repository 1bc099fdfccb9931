"""What is said of a cohort besides its dates, and the words of its programme, for its planning team."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from collaborative.planned import cohorts_planned_by, programmes_planned_by
from collaborative.words import choose
from core.words import STANDARD, speak
from enrolment import cohort_facts
from enrolment.cohort_forms import CohortFactsForm, WordsForm
from enrolment.views.correcting import corrected


@signed_in
def facts(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Names, places, the campaign and the address of a cohort."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    form = CohortFactsForm(
        request.POST if request.method == "POST" else None, initial=CohortFactsForm.values_of(cohort)
    )
    return corrected(
        request,
        form,
        partial(cohort_facts.change, cohort=cohort, by=request.user),
        back=reverse("planning_cohort", args=[cohort.pk]),
        head=_("Name, places and address"),
        purpose=cohort.name,
    )


@signed_in
def words(request: SignedInRequest, programme_id) -> HttpResponse:
    """How a programme calls a team, and the person whom care is for. The page itself speaks the standard words."""
    speak(STANDARD)
    programme = get_object_or_404(programmes_planned_by(request.user), pk=programme_id)
    form = WordsForm(request.POST if request.method == "POST" else None, initial=WordsForm.values_of(programme))
    return corrected(
        request,
        form,
        partial(choose, programme=programme, by=request.user),
        back=reverse("planning"),
        head=_("Words and colour of the programme"),
        purpose=programme.name,
    )
