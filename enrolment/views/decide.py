"""Decision day: the board, one application, criteria, letters, the release, the waiting list."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from core import sheets
from core.language import language
from core.methods import only
from core.moments import read
from core.refusals import Overtaken, Refused
from core.toasts import say
from enrolment import deciding, letters, releasing, reviewing, running, waiting
from enrolment.decision_day import board as boards
from enrolment.decision_day import detail as details
from enrolment.decision_day import filters, querysets
from enrolment.decision_day.forms import CriteriaForm, DecideForm, LetterForm, OfferForm, ReleaseForm, ReviewForm
from enrolment.models import Application, Decision, Outcome
from enrolment.wording import when_it_leaves


def _cohort(request: SignedInRequest, cohort_id):
    return get_object_or_404(querysets.cohorts_decided_by(request.user), pk=cohort_id)


def _application(request: SignedInRequest, cohort_id, application_id) -> Application:
    return get_object_or_404(querysets.applications_decided_by(request.user), pk=application_id, cohort=cohort_id)


def _says(row: Application, outcome: str, *, reader) -> str:
    return {
        Outcome.ACCEPT.value: _("%(team)s: accepted."),
        Outcome.WAIT.value: _("%(team)s: on the waiting list."),
        Outcome.DECLINE.value: _("%(team)s: declined."),
    }.get(outcome, _("%(team)s: not decided.")) % {"team": boards.name_for(row, reader=reader)}


def _back(cohort, query: str, anchor: str = "") -> HttpResponse:
    where = reverse("planning_applications", args=[cohort.pk])
    return redirect(f"{where}{'?' if query else ''}{query}{anchor}")


@signed_in
def applications(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Every application by score and rule, 50 at a time, with the chosen set on top."""
    cohort = _cohort(request, cohort_id)
    only(request, "GET")
    if request.GET.get("as") == "xlsx":
        head, rows = boards.sheet(cohort, reader=request.user, query=request.GET)
        return sheets.answer(head, rows, title=_("Applications"), file=f"{cohort.slug}-applications")
    board = boards.board(cohort, reader=request.user, query=request.GET)
    page: dict[str, Any] = {"cohort": cohort, "board": board, "rules": filters.choices_of(board.filter)}
    if not board.total and not board.filter.narrows:
        page["asked"], page["drafts"] = boards.nobody_yet(cohort)
    return render(request, "enrolment/decide/board.html", page)


@signed_in
def decide(request: SignedInRequest, cohort_id) -> HttpResponse:
    """The buttons of the board: one outcome for one row, or for every row that is ticked."""
    cohort = _cohort(request, cohort_id)
    only(request, "POST")
    wanted = filters.Filter.read(request.POST)
    page = request.POST.get("page", "")
    query = "&".join(
        one for one in (wanted.query(), f"page={page}" if page.isascii() and page.isdigit() else "") if one
    )
    outcome, _colon, key = request.POST.get("decide", "").partition(":")
    if outcome not in filters.OUTCOMES:
        messages.warning(request, _("Choose accept, wait or decline."))
        return _back(cohort, query)
    if not key:
        return _decide_many(request, cohort, filters.OUTCOMES[outcome], query)
    found = querysets.pressed(request.user, cohort, [key])
    if not found:
        messages.warning(request, _("This application is not here any more."))
        return _back(cohort, query)
    [(row, seen)] = found
    _decide_one(request, row, filters.OUTCOMES[outcome], seen=seen)
    return _back(cohort, query, f"#row-{row.pk}")


def _decide_one(request: SignedInRequest, row: Application, outcome: str, *, seen: int) -> None:
    try:
        made = deciding.decide(application=row, outcome=outcome, by=request.user, seen=seen)
    except Overtaken as overtaken:
        messages.warning(request, deciding.last_word(overtaken.theirs))
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        _say_with_undo(request, row, made)


def _say_with_undo(request: SignedInRequest, row: Application, made: Decision | None) -> None:
    if row.outcome == Outcome.DECLINE and not row.decline_reason:
        messages.warning(request, _("There are places enough: the letter gives no reason until you choose one."))
    undo = reverse("planning_decide_back", args=[row.cohort_id, row.pk, made.number]) if made else ""
    say(request, _says(row, row.outcome, reader=request.user), undo=undo)


def _decide_many(request: SignedInRequest, cohort, outcome: str, query: str) -> HttpResponse:
    ticked = querysets.pressed(request.user, cohort, request.POST.getlist("application"))
    if not ticked:
        messages.warning(request, _("Tick the applications first."))
        return _back(cohort, query)
    seen = {row.pk: number for row, number in ticked}
    rows = [row for row, _number in ticked]
    many = deciding.decide_many(applications=rows, outcome=outcome, by=request.user, seen=seen)
    if many.done:
        said = ngettext("%(n)d application is set.", "%(n)d applications are set.", many.done)
        say(request, said % {"n": many.done})
    if many.overtaken:
        left = ngettext(
            "%(n)d application was decided after you opened the page and is left as it is. Look at it, then press again.",
            "%(n)d applications were decided after you opened the page and are left as they are. Look at them, then press "
            "again.",
            many.overtaken,
        )
        messages.warning(request, left % {"n": many.overtaken})
    for sentence in many.refused:
        messages.warning(request, sentence)
    return _back(cohort, query)


@signed_in
def decide_back(request: SignedInRequest, cohort_id, application_id, number: int) -> HttpResponse:
    """Take a decision back: the application stands as it stood before."""
    row = _application(request, cohort_id, application_id)
    decision = deciding.decision_of(row, number)
    if decision is None:
        raise Http404
    only(request, "POST")
    try:
        deciding.take_back(decision=decision, by=request.user)
    except Overtaken as overtaken:
        messages.warning(request, deciding.last_word(overtaken.theirs))
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        sentence = _says(row, decision.before, reader=request.user)
        say(request, _("Taken back. %(sentence)s") % {"sentence": sentence})
    return _back(row.cohort, "", f"#row-{row.pk}")


# ---------------------------------------------------------------- one application


@signed_in
def application(request: SignedInRequest, cohort_id, application_id) -> HttpResponse:
    """Everything the team wrote; here an outcome gets its reason."""
    row = _application(request, cohort_id, application_id)
    form = DecideForm(request.POST or None, initial=DecideForm.values_of(row), prefix="decide")
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            made = deciding.decide(application=row, by=request.user, **form.answers())
        except Overtaken as overtaken:
            theirs = overtaken.theirs
            form.go_on_from(theirs.decided)
        except Refused as refused:
            refused.put_on(form)
        else:
            _say_with_undo(request, row, made)
            return redirect("planning_application", row.cohort_id, row.pk)
    return _show(request, row, decide_form=form, theirs=theirs)


@signed_in
def review(request: SignedInRequest, cohort_id, application_id) -> HttpResponse:
    """Points and a note of one's own."""
    row = _application(request, cohort_id, application_id)
    detail = details.detail(row, reader=request.user)
    initial = ReviewForm.values_of(detail.own, detail.criteria)
    form = ReviewForm(request.POST or None, initial=initial, criteria=detail.criteria, prefix="review")
    if request.method == "POST" and form.is_valid():
        try:
            reviewing.save_review(application=row, by=request.user, **form.answers())
        except Overtaken as overtaken:
            form.go_on_from(overtaken.theirs.version if overtaken.theirs else 0)
            form.add_error(None, overtaken.sentence)
        except Refused as refused:
            refused.put_on(form)
        else:
            say(request, _("Your points are saved."))
            return redirect("planning_application", row.cohort_id, row.pk)
    return _show(request, row, review_form=form, detail=detail)


def _show(
    request: SignedInRequest, row: Application, *, decide_form=None, review_form=None, detail=None, theirs=None
) -> HttpResponse:
    detail = detail or details.detail(row, reader=request.user)
    own = ReviewForm.values_of(detail.own, detail.criteria)
    forms = {
        "decide_form": decide_form or DecideForm(initial=DecideForm.values_of(row), prefix="decide"),
        "review_form": review_form or ReviewForm(initial=own, criteria=detail.criteria, prefix="review"),
    }
    page: dict[str, Any] = {"cohort": row.cohort, "detail": detail, **forms}
    if theirs:
        page |= {"overtaken": True, "theirs": decide_form.beside(theirs)}
    return render(request, "enrolment/decide/application.html", page, status=409 if theirs else 200)


# ---------------------------------------------------------------- how applications are read


@signed_in
def criteria(request: SignedInRequest, cohort_id) -> HttpResponse:
    """What the programme reads for."""
    cohort = _cohort(request, cohort_id)
    standing = reviewing.criteria_of(cohort.programme)
    initial = CriteriaForm.values_of(standing, reviewing.version_of(cohort.programme))
    form = CriteriaForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            reviewing.save_criteria(programme=cohort.programme, by=request.user, **form.answers())
        except Overtaken as overtaken:
            form.go_on_from(reviewing.version_of(cohort.programme))
            form.add_error(None, overtaken.sentence)
        except Refused as refused:
            refused.put_on(form)
        else:
            say(request, _("Saved. Points that were given stay with the place of their criterion."))
            return redirect("planning_criteria", cohort.pk)
    page = {"cohort": cohort, "form": form, "blind": querysets.is_blind(cohort), "standing": standing}
    return render(request, "enrolment/decide/criteria.html", page)


@signed_in
def blind(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Names and others' points hidden until one has read, or shown at once."""
    cohort = _cohort(request, cohort_id)
    only(request, "POST")
    wanted = request.POST.get("blind") == "1"
    reviewing.read_blind(cohort=cohort, blind=wanted, by=request.user)
    say(
        request,
        _("Names and others' points are hidden until your own points are in.")
        if wanted
        else _("Names and everybody's points are shown."),
    )
    return redirect("planning_criteria", cohort.pk)


# ---------------------------------------------------------------- letters and release


@signed_in
def letter(request: SignedInRequest, cohort_id, outcome: str) -> HttpResponse:
    """The words of one outcome's letter."""
    cohort = _cohort(request, cohort_id)
    standing = letters.letters_of(cohort).get(outcome)
    if standing is None:
        raise Http404
    form = LetterForm(request.POST or None, initial=LetterForm.values_of(standing))
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            letters.save_letter(cohort=cohort, outcome=outcome, by=request.user, **form.cleaned_data)
        except Overtaken as overtaken:
            theirs = overtaken.theirs
            form.go_on_from(theirs.version)
        except Refused as refused:
            refused.put_on(form)
        else:
            say(request, _("Saved."))
            return redirect("planning_release", cohort.pk)
    page: dict[str, Any] = {"cohort": cohort, "form": form, "letter": standing, "placeholders": letters.PLACEHOLDERS}
    if theirs:
        page |= {"overtaken": True, "theirs": form.beside(theirs)}
    return render(request, "enrolment/decide/letter.html", page, status=409 if theirs else 200)


@signed_in
def release(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Look at every letter, then let them all leave at one minute."""
    cohort = _cohort(request, cohort_id)
    plan = releasing.plan_of(cohort, named=request.user)
    form = ReleaseForm(request.POST or None, initial={"version": plan.digest, **releasing.usual_minute(cohort)})

    def make() -> str:
        day, clock = form.minute
        wall = releasing.minute_of(cohort, day=day, clock=clock)
        made = releasing.release(cohort=cohort, by=request.user, wall=wall, seen=form.cleaned_data["version"])
        moment = read(made.release_at, cohort, lang=language()).mine
        undo = reverse("planning_release_undo", args=[cohort.pk, made.pk])
        say(
            request,
            _("Released: everything leaves on %(moment)s. Nobody is told before.") % {"moment": moment},
            undo=undo,
        )
        return reverse("planning_release", args=[cohort.pk])

    if answer := answer_once(request, form, make):
        return answer
    if form.is_bound:
        form.go_on_from(plan.digest)
    page = releasing.look_at(cohort, plan, page=request.GET.get("page"))
    return render(
        request,
        "enrolment/decide/release.html",
        {"cohort": cohort, "form": form, "plan": plan, "minutes": round(settings.UNDO_SECONDS / 60), **page},
    )


@signed_in
def release_undo(request: SignedInRequest, cohort_id, release_id: uuid.UUID) -> HttpResponse:
    """Take a release back before its minute."""
    cohort = _cohort(request, cohort_id)
    row = get_object_or_404(releasing.releases_of(cohort), pk=release_id)
    only(request, "POST")
    try:
        releasing.undo_release(release=row, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, _("Taken back: no letter leaves, and the decisions stand as they were."))
    return redirect("planning_release", cohort.pk)


@signed_in
def sponsor_ask(request: SignedInRequest, cohort_id, application_id) -> HttpResponse:
    """Ask in the sponsor of a team whose organisation was here before."""
    row = _application(request, cohort_id, application_id)
    only(request, "POST")
    try:
        invitation = running.ask_sponsor_in(application=row, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        messages.success(request, when_it_leaves(invitation))
    return redirect("planning_release", row.cohort_id)


# ---------------------------------------------------------------- the waiting list


@signed_in
def waiting_list(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Who waits, in order, and the place that is free."""
    cohort = _cohort(request, cohort_id)
    only(request, "GET")
    if request.GET.get("as") == "xlsx":
        head, rows = waiting.sheet(cohort)
        return sheets.answer(head, rows, title=_("Waiting list"), file=f"{cohort.slug}-waiting")
    return render(request, "enrolment/decide/waiting.html", {"cohort": cohort, **waiting.look_at(cohort)})


@signed_in
def waiting_move(request: SignedInRequest, cohort_id, application_id, way: str) -> HttpResponse:
    """One place up or down."""
    row = _application(request, cohort_id, application_id)
    if way not in ("up", "down"):
        raise Http404
    only(request, "POST")
    waiting.move(application=row, up=way == "up", by=request.user)
    return redirect("planning_waiting", row.cohort_id)


@signed_in
def offer(request: SignedInRequest, cohort_id, application_id) -> HttpResponse:
    """Offer the free place to who is next."""
    row = _application(request, cohort_id, application_id)
    form = OfferForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = waiting.offer_place(application=row, by=request.user, **form.cleaned_data)
        except Refused as refused:
            refused.put_on(form)
        else:
            undo = reverse("planning_release_undo", args=[row.cohort_id, made.pk])
            moment = read(made.release_at, row.cohort, lang=language()).mine
            said = _("The place is offered to %(team)s: the letter leaves on %(moment)s.")
            say(request, said % {"team": letters.name_of(row), "moment": moment}, undo=undo)
            return redirect("planning_waiting", row.cohort_id)
    page = {"cohort": row.cohort, "application": row, "name": letters.name_of(row), "form": form}
    return render(request, "enrolment/decide/offer.html", {**page, "begun": deciding.has_begun(row.cohort)})
