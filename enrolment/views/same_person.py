"""One person with two accounts: found, shown side by side, made one, and parted again."""

from __future__ import annotations

import math
import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from collaborative import one_person
from collaborative.models import Cohort
from collaborative.planned import cohorts_planned_by
from core.methods import only
from core.refusals import Refused
from core.toasts import say
from enrolment import people_list
from enrolment.same_person_forms import KeepForm, TwoAddressesForm


@signed_in
def same(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Two accounts side by side, after they were chosen; one of them stays."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    pair = [_person(cohort, request.POST.get(name) or request.GET.get(name, "")) for name in ("first", "second")]
    one, other = pair
    if one is None or other is None or one == other:
        return _choose(request, cohort)
    form = KeepForm(request.POST or None, pair=(one, other), initial={"keep": str(one.pk)})
    if request.method == "POST" and form.is_valid():
        keep, gone = (one, other) if form.cleaned_data["keep"] == str(one.pk) else (other, one)
        try:
            merge = one_person.make_one(keep=keep, gone=gone, cohort=cohort, by=request.user)
        except Refused as refused:
            refused.put_on(form)
        else:
            undo_url = reverse("planning_same_person_undo", args=[cohort.pk, merge.pk])
            say(request, _("They are one person now. Both addresses are told."), undo=undo_url)
            return redirect("planning_people", cohort.pk)
    page = {
        "cohort": cohort,
        "form": form,
        "one": one,
        "other": other,
        "roles": people_list.roles_of_both(cohort, one, other),
    }
    return render(request, "enrolment/same_person.html", page)


@signed_in
def undo(request: SignedInRequest, cohort_id, merge_id) -> HttpResponse:
    """Two accounts that were made one are two again, as long as that can be undone."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    merge = one_person.merge_in(cohort, merge_id)
    if merge is None:
        raise Http404
    only(request, "POST")
    try:
        one_person.part(merge=merge, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, _("Undone: they are two accounts again. Both addresses are told."))
    return redirect("planning_people", cohort.pk)


def _person(cohort: Cohort, key: str) -> Any:
    try:
        return one_person.person_in(cohort, uuid.UUID(key))
    except ValueError:
        return None


def _choose(request: SignedInRequest, cohort: Cohort) -> HttpResponse:
    form = TwoAddressesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = {name: one_person.with_address(cohort, form.cleaned_data[name]) for name in ("one", "other")}
        for name, person in found.items():
            if person is None:
                form.add_error(name, _("Nobody in this cohort has this address."))
        if found["one"] and found["one"] == found["other"]:
            form.add_error("other", _("This is the same account."))
        if not form.errors:
            asked = f"?first={found['one'].pk}&second={found['other'].pk}"  # type: ignore[union-attr]
            return redirect(reverse("planning_same_person", args=[cohort.pk]) + asked)
    page = {
        "cohort": cohort,
        "form": form,
        "pairs": one_person.alike(one_person.people_in(cohort))[:20],
        "undoable": one_person.undoable(cohort),
        "minutes": math.ceil(settings.UNDO_SECONDS / 60),
    }
    return render(request, "enrolment/same_person_choose.html", page)
