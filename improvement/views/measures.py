"""What a team counts: something more, ready or its own; what exactly is counted; no longer counted."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from collaborative.models import Team
from collaborative.pace import keep_pace
from core.language import language
from core.methods import only
from core.refusals import Overtaken, Refused
from core.toasts import say
from improvement import measure_library, measuring
from improvement.definition_words import changes_of, definition_of, definition_row
from improvement.forms import StartForm
from improvement.measure_forms import ChangeMeasureForm, MeasureForm, ReadyForm
from improvement.models import Measure, MeasureDefinition
from improvement.querysets import measures_of
from improvement.views.shared import own_team, posted, team_and_mine
from sessions.views.planned import edit


def _measure(team: Team, user, measure_id) -> Measure:
    measure = get_object_or_404(measures_of(team, user), pk=measure_id)
    measure.team = team
    return measure


def _among_the_numbers(team: Team, measure: Measure) -> str:
    return f"{reverse('numbers', args=[team.pk])}#measure-{measure.pk}"


# ---------------------------------------------------------------- something more


@signed_in
def new(request: SignedInRequest, team_id) -> HttpResponse:
    """Add something that the team counts: one of the library, or four fields and more where somebody wants it."""
    team = own_team(request, team_id)
    only(request, "GET", "POST")
    form = MeasureForm(posted(request), team=team, writer=request.user)

    def make() -> str:
        keep_pace("number", by=request.user)
        measure = measuring.add_measure(team=team, by=request.user, language=language(), **form.answers())
        say(request, _("Added. Type its first number."))
        return _among_the_numbers(team, measure)

    page = {"form": form, "team": team, "here": "team"}
    return answer_once(request, form, make) or render(
        request, "improvement/measure_new.html", page | {"library": _library(team, request.user)}
    )


def _library(team: Team, user) -> list[dict]:
    """Return the measures that are ready, by what they tell of the aim, each with its button or the team's own."""
    counted = {measure.ready: measure for measure in measures_of(team, user) if measure.ready}
    return [
        {
            "name": name,
            "ready": [
                {
                    "key": key,
                    "name": one.said("name"),
                    "purpose": one.said("purpose"),
                    "chips": _chips(one),
                    "measure": counted.get(key),
                    "form": ReadyForm(initial={"ready": key}, auto_id=False),
                }
                for key, one in some
            ],
        }
        for name, some in measure_library.by_type()
    ]


def _chips(ready: measure_library.Ready) -> list[str]:
    shown = Measure(kind=ready.kind, frequency=ready.frequency)
    chips = [shown.get_kind_display(), shown.get_frequency_display()]
    if ready.dimension:
        chips.append(MeasureDefinition(dimension=ready.dimension).get_dimension_display())
    return chips


@signed_in
def ready(request: SignedInRequest, team_id) -> HttpResponse:
    """Add a measure of the library with one press."""
    team = own_team(request, team_id)
    only(request, "POST")
    form = ReadyForm(request.POST)

    def make() -> str:
        keep_pace("number", by=request.user)
        measure = measuring.add_ready(team=team, key=form.cleaned_data["ready"], by=request.user)
        say(request, _("Added. Type its first number."))
        return _among_the_numbers(team, measure)

    if done := answer_once(request, form, make):
        return done
    said = form.non_field_errors() or [_("This measure is not in the library. Choose another one, or name your own.")]
    messages.warning(request, str(said[0]))
    return redirect("measure_new", team.pk)


# ---------------------------------------------------------------- what exactly is counted


@signed_in
def definition(request: SignedInRequest, team_id, measure_id) -> HttpResponse:
    """What exactly is counted, and who changed that and when."""
    team, mine = team_and_mine(request, team_id)
    measure = _measure(team, request.user, measure_id)
    only(request, "GET")
    return _definition(request, team, mine, measure)


def _definition(request, team: Team, mine: bool, measure: Measure, *, overtaken: bool = False) -> HttpResponse:
    row = definition_row(measure)
    page = {
        "here": "team",
        "team": team,
        "mine": mine,
        "measure": measure,
        "lines": definition_of(measure, row),
        "is_ready": bool(measure.ready),
        "changes": changes_of(measure, request.user, row),
        "overtaken": overtaken,
    }
    return render(request, "improvement/measure_definition.html", page, status=409 if overtaken else 200)


@signed_in
def change(request: SignedInRequest, team_id, measure_id) -> HttpResponse:
    """Change what exactly is counted, by the team."""
    team = own_team(request, team_id)
    measure = _measure(team, request.user, measure_id)
    only(request, "GET", "POST")
    form = ChangeMeasureForm(
        posted(request),
        initial=ChangeMeasureForm.values_of(measure),
        measure=measure,
        team=team,
        writer=request.user,
    )

    def save(_values) -> None:
        keep_pace("number", by=request.user)
        measuring.change_measure(measure=measure, by=request.user, language=language(), **form.answers())

    back = reverse("measure_definition", args=[team.pk, measure.pk])
    page = {"team": team, "measure": measure, "here": "team"}
    return edit(request, form, save, template="improvement/measure_change.html", back=back, **page)


@signed_in
def stop(request: SignedInRequest, team_id, measure_id) -> HttpResponse:
    """Count it no longer."""
    return _turn(
        request, team_id, measure_id, measuring.stop_counting, _("Nobody is asked for it any more. Its chart stays.")
    )


@signed_in
def again(request: SignedInRequest, team_id, measure_id) -> HttpResponse:
    """Count it again."""
    return _turn(request, team_id, measure_id, measuring.count_again, _("It is counted again."))


def _turn(request: SignedInRequest, team_id, measure_id, verb, done: str) -> HttpResponse:
    team = own_team(request, team_id)
    measure = _measure(team, request.user, measure_id)
    only(request, "POST")
    form = StartForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(_("Something in this form cannot be read. Open the page again."))
        keep_pace("number", by=request.user)
        verb(measure=measure, version=form.cleaned_data["version"], by=request.user)
    except Overtaken:
        return _definition(request, team, True, _measure(team, request.user, measure_id), overtaken=True)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, done)
    return redirect("measure_definition", team.pk, measure.pk)
