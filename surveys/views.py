"""Answering a survey, signed in or by the link in the mail; and what planners ask, when, and what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import drafts
from accounts.decorators import SignedInRequest, own_eyes, signed_in
from accounts.once import answer_once
from collaborative.line import today_in
from collaborative.words import of_programme
from core import answers, limits, sheets
from core.methods import only
from core.refusals import Overtaken, Refused
from core.toasts import say
from core.words import speak
from surveys import answering, forms, overviews, passing_on, writing
from surveys import results as found
from surveys.models import Asked, Moment
from surveys.querysets import asked_of, cohort_planned_by, question_of, round_of, survey_of

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


# ---------------------------------------------------------------- answering


@signed_in
@own_eyes
def survey(request: SignedInRequest, round_id) -> HttpResponse:
    """One survey on one page, for whoever was asked."""
    asked = asked_of(request.user, round_id)
    only(request, "GET", "POST")
    answer, page = _answer(request, asked)
    if answer is None and page["state"] == "open":
        page["draft"] = drafts.offer(request, answering.draft_of(asked), page["form"])
    return answer or render(request, "surveys/survey.html", page)


@never_cache
@GET_POST
@limits.limited("survey", amount=0, seconds=3600, key=lambda request, token: None)
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The same for whoever holds the link in the mail. To open it changes nothing, however often a mail scanner does."""
    asked = answering.find(token)
    if asked is None:
        return render(request, "surveys/gone.html", status=404)
    if request.method == "POST" and not limits.spend("survey-by-link", asked.pk, amount=60, seconds=3600):
        return answers.too_many(request)
    speak(of_programme(asked.round.survey.cohort.programme))
    answer, page = _answer(request, asked)
    return answer or render(request, "surveys/survey_by_link.html", page)


def _answer(request: HttpRequest, asked: Asked) -> tuple[HttpResponse | None, dict[str, Any]]:
    """Return where an answer that was kept leads (None where there is none), and what the page shows otherwise."""
    state, row = answering.state_of(asked), asked.round.survey
    questions = answering.questions_of(row)
    page = {
        "asked": asked, "survey": row, "round": asked.round, "cohort": row.cohort, "state": state,
        "minutes": answering.minutes_for([one.kind for one in questions]), "many": len(questions),
    }  # fmt: skip
    if state != "open":
        return None, page
    form = forms.answer_form(questions)(request.POST or None)
    page["form"] = form
    if request.method != "POST":
        return None, page
    answering.note_start(asked)
    if not form.is_valid():
        return None, page
    try:
        answering.answer(asked=asked, said=form.values())
    except Refused as refused:
        refused.put_on(form)
        return None, page
    return redirect(request.path), page


# ---------------------------------------------------------------- planning: when, and what came of it


@signed_in
def overview(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Which surveys there are, when they are put, how far they have come."""
    cohort = cohort_planned_by(request.user, cohort_id)
    only(request, "GET")
    return render(request, "surveys/overview.html", {"cohort": cohort, "found": overviews.overview_of(cohort)})


@signed_in
def make(request: SignedInRequest, cohort_id, moment: str) -> HttpResponse:
    """Begin a survey with the questions that we propose; it is put to nobody yet."""
    cohort = cohort_planned_by(request.user, cohort_id)
    if moment not in Moment.values:
        raise Http404
    only(request, "POST")
    made = writing.make(cohort=cohort, moment=moment, by=request.user)
    return redirect("planning_survey", cohort.pk, made.pk)


@signed_in
def turn(request: SignedInRequest, cohort_id, survey_id, on: bool) -> HttpResponse:
    """Put a survey to people, or to nobody any more."""
    row = survey_of(cohort_planned_by(request.user, cohort_id), survey_id)
    only(request, "POST")
    try:
        writing.turn(survey=row, on=on, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        way = "planning_survey_off" if on else "planning_survey_on"
        words = _("It is on: people are asked when its days come.") if on else _("It is off: nobody is asked any more.")
        say(request, words, undo=reverse(way, args=[cohort_id, row.pk]))
    return redirect("planning_survey", cohort_id, row.pk)


@signed_in
def results(request: SignedInRequest, cohort_id, round_id) -> HttpResponse:
    """How far a round has come; once it is closed, what was answered, without small groups."""
    cohort = cohort_planned_by(request.user, cohort_id)
    row = round_of(cohort, round_id)
    only(request, "GET")
    return render(
        request, "surveys/results.html", {"cohort": cohort, "round": row, "found": overviews.results_page(row)}
    )


@signed_in
def pass_on(request: SignedInRequest, cohort_id, round_id) -> HttpResponse:
    """Choose which sentences about trying go to who spoke."""
    cohort = cohort_planned_by(request.user, cohort_id)
    row = round_of(cohort, round_id)
    sentences = passing_on.sentences_of(row)
    if not sentences:
        raise Http404
    initial = forms.PassOnForm.values_of(row, sentences)
    form = forms.PassOnForm(request.POST or None, initial=initial, sentences=sentences)
    page = {"cohort": cohort, "round": row, "form": form, "is_read": passing_on.has_readers(row)}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            passing_on.pass_on(row=row, keys=said["passed"], version=said["version"], by=request.user)
        except Overtaken as overtaken:
            form.go_on_from(overtaken.theirs.version)
            return render(
                request,
                "surveys/pass_on.html",
                {**page, "overtaken": True, "theirs": form.beside(sentences)},
                status=409,
            )
        say(request, _("Saved.") if said["passed"] else _("Saved. Nothing is passed on."))
        return redirect("planning_survey_results", cohort_id, row.pk)
    return render(request, "surveys/pass_on.html", page)


@signed_in
def export(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Everything of the closed rounds as a workbook with a codebook."""
    cohort = cohort_planned_by(request.user, cohort_id)
    only(request, "GET")
    return sheets.download(found.export(cohort), file=f"surveys-{cohort.slug}-{today_in(cohort).isoformat()}")


# ---------------------------------------------------------------- planning: what is asked


@signed_in
def questions(request: SignedInRequest, cohort_id, survey_id) -> HttpResponse:
    """The questions of a survey, both languages side by side."""
    row = survey_of(cohort_planned_by(request.user, cohort_id), survey_id)
    only(request, "GET")
    page = {"cohort": row.cohort, "survey": row, "found": overviews.questions_page(row)}
    return render(request, "surveys/questions.html", page)


@signed_in
def words(request: SignedInRequest, cohort_id, survey_id) -> HttpResponse:
    """Change title and introduction."""
    row = survey_of(cohort_planned_by(request.user, cohort_id), survey_id)
    form = forms.WordsForm(request.POST or None, initial=forms.WordsForm.values_of(row), survey=row)
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            writing.change_words(survey=row, by=request.user, **form.cleaned_data)
        except Overtaken as overtaken:
            theirs = overtaken.theirs
            form.go_on_from(theirs.version)
        else:
            say(request, _("Saved."))
            return redirect("planning_survey", cohort_id, row.pk)
    return _edit(request, row, form, row.title, theirs)


@signed_in
def question_new(request: SignedInRequest, cohort_id, survey_id) -> HttpResponse:
    """A question more."""
    row = survey_of(cohort_planned_by(request.user, cohort_id), survey_id)
    form = forms.NewQuestionForm(request.POST or None, others=overviews.others(row))

    def add() -> str:
        also = form.cleaned_data.get("also", [])
        writing.add(survey=row, also=also, by=request.user, **form.question())
        say(request, _("Added."))
        return reverse("planning_survey", args=[cohort_id, row.pk])

    draft = drafts.offer(request, f"planning-survey/{row.pk}/question", form)
    return answer_once(request, form, add, draft=draft.key) or _edit(
        request, row, form, _("Add a question"), draft=draft
    )


@signed_in
def question(request: SignedInRequest, cohort_id, survey_id, question_id) -> HttpResponse:
    """Change a question, wherever it is asked."""
    row = survey_of(cohort_planned_by(request.user, cohort_id), survey_id)
    one = question_of(row, question_id)
    form = forms.QuestionForm(
        request.POST or None,
        initial=forms.QuestionForm.values_of(one),
        question=one,
        locked=writing.has_answers(one),
    )
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            writing.change(question=one, version=form.cleaned_data["version"], by=request.user, **form.question())
        except Overtaken as overtaken:
            theirs = overtaken.theirs
            form.go_on_from(theirs.version)
        except Refused as refused:
            refused.put_on(form)
        else:
            say(request, _("Saved."))
            return redirect("planning_survey", cohort_id, row.pk)
    return _edit(request, row, form, one.text, theirs, also=overviews.also_in(one), locked=form.locked)


def _edit(request: SignedInRequest, row, form, name: str, theirs=None, **more: Any) -> HttpResponse:
    page = {"cohort": row.cohort, "survey": row, "form": form, "name": name, **more}
    if theirs:
        page |= {"overtaken": True, "theirs": form.beside(theirs)}
    return render(request, "surveys/edit.html", page, status=409 if theirs else 200)


@signed_in
def question_move(request: SignedInRequest, cohort_id, survey_id, question_id, up: bool) -> HttpResponse:
    """A question one place further up or down."""
    one = question_of(survey_of(cohort_planned_by(request.user, cohort_id), survey_id), question_id)
    only(request, "POST")
    writing.move(question=one, up=up, by=request.user)
    return redirect("planning_survey", cohort_id, survey_id)


@signed_in
def question_out(request: SignedInRequest, cohort_id, survey_id, question_id) -> HttpResponse:
    """A question is asked no more; what was answered stays."""
    one = question_of(survey_of(cohort_planned_by(request.user, cohort_id), survey_id), question_id)
    only(request, "POST")
    try:
        writing.take_out(question=one, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        back = reverse("planning_question_put_back", args=[cohort_id, survey_id, one.pk])
        say(request, _("Taken out. What was answered stays."), undo=back)
    return redirect("planning_survey", cohort_id, survey_id)


@signed_in
def question_back(request: SignedInRequest, cohort_id, survey_id, question_id) -> HttpResponse:
    """A question is asked again."""
    one = question_of(survey_of(cohort_planned_by(request.user, cohort_id), survey_id), question_id)
    only(request, "POST")
    try:
        writing.put_back(question=one, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, _("It is asked again."))
    return redirect("planning_survey", cohort_id, survey_id)
