"""Applying for a place: the first page, the steps that can be left, reading and sending, and the sponsor's one answer.

Nobody has an account here. Whoever holds the link may go on; a GET changes nothing, however often a mail scanner reads it.
"""

from __future__ import annotations

import dataclasses
import uuid
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import drafts
from accounts.once import do_once
from collaborative.models import Cohort
from collaborative.words import of_programme
from core import answers, limits
from core.forms import storable
from core.language import language
from core.refusals import Overtaken, Refused
from core.toasts import say
from core.words import speak
from enrolment import application_forms as forms
from enrolment import application_reading as reading
from enrolment import applying, composition, consent, sponsoring
from enrolment.application_links import confirm, find, token_for
from enrolment.filled_in import answers_from
from enrolment.models import Application, Outcome, State
from enrolment.pasted import Pasted
from enrolment.querysets import cohorts_with_a_form

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
_SEND = "send"


# ---------------------------------------------------------------- the first page, and a lost link


def _cohort_of(slug: str) -> Cohort:
    """Return the cohort to which a form leads, in whose words the page then speaks. Raises Http404."""
    cohort = get_object_or_404(cohorts_with_a_form(), slug=slug)
    speak(of_programme(cohort.programme))
    return cohort


@never_cache
@GET_POST
@limits.limited("apply", amount=0, seconds=3600, key=lambda request, slug: None)
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    """Who applies, and what it takes. The form begins in this browser at once; its link goes to the mailbox as well."""
    cohort = _cohort_of(slug)
    window = applying.window_of(cohort)
    if not window.takes:
        return render(request, "enrolment/apply_closed.html", {"cohort": cohort, "window": window})
    known = answers_from(request.GET.get("from", "")[:500])
    form = forms.ApplyForm(request.POST or None, initial={"language": language()} | known)
    if request.method == "POST" and form.is_valid():
        if not limits.spend("apply-from", limits.client_address(request), amount=60, seconds=3600):
            return answers.too_many(request)
        try:
            # The key of the form leads to the row and not to its link, which is kept nowhere.
            made = do_once(
                user=None,
                key=form.cleaned_data["once"],
                make=lambda: applying.mark_of(applying.begin(cohort=cohort, **form.answers())),
            )
        except Refused as refused:
            refused.put_on(form)
        else:
            row = applying.begun(made)
            if row is None:
                return redirect("apply_link", slug)
            return redirect("application_step", token_for(row, mailed=False), applying.steps_of(cohort)[1])
    page = {
        "form": form, "cohort": cohort, "deadline": applying.deadline(cohort),
        "rule": composition.rule_of(cohort.programme.composition), "alone": "people" not in applying.steps_of(cohort),
    }  # fmt: skip
    return render(request, "enrolment/apply.html", page)


@never_cache
@GET_POST
@limits.limited("apply-link", amount=0, seconds=3600, key=lambda request, slug: None)
def lost_link(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the links of an address once more. Says the same whatever is known about the address."""
    cohort = _cohort_of(slug)
    form = forms.LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        applying.mail_links(cohort=cohort, email=form.cleaned_data["email"])
        return redirect(f"{reverse('apply_link', args=[slug])}?sent")
    return render(request, "enrolment/apply_link.html", {"form": form, "cohort": cohort, "sent": "sent" in request.GET})


# ---------------------------------------------------------------- behind the link


def by_link(view):
    """Let whoever holds a link of an application go on; anything else is told what to do instead."""

    @never_cache
    @wraps(view)
    def opening(request: HttpRequest, token: str, *args, **kwargs) -> HttpResponse:
        found = find(token)
        if found is None:
            return render(request, "enrolment/application_gone.html", {"cohort": None}, status=404)
        speak(of_programme(found.application.cohort.programme))
        if found.older:
            return render(request, "enrolment/application_gone.html", {"cohort": found.application.cohort}, status=410)
        if request.method == "POST":
            mine = limits.spend("application", found.application.pk, amount=2000, seconds=3600)
            if not (mine and limits.spend_address(request, "application")):
                return answers.too_many(request)
            if found.by_mail:
                confirm(application=found.application)
        return view(request, token, found.application, *args, **kwargs)

    return opening


@dataclasses.dataclass(frozen=True)
class Station:
    """One step in the row of steps."""

    key: str
    text: str
    url: str
    here: bool
    state: str


def step_words() -> dict[str, str]:
    """Return what the steps are called."""
    return {
        "contact": _("You"),
        "place": _("Place"),
        "team": pgettext("step of an application", "Team"),
        "alone": _("About you"),
        "people": pgettext("step of an application", "People"),
        "welcome": _("Partner and sponsor"),
        _SEND: _("Read and send"),
    }


def _stations(application: Application, token: str, here: str, whole: reading.Whole) -> list[Station]:
    words = step_words()
    return [
        Station(step, words[step], reverse("application_step", args=[token, step]), step == here, _state(step, whole))
        for step in applying.steps_of(application.cohort)
    ]


def _state(step: str, whole: reading.Whole) -> str:
    """Return how a step stands: "" for the last one, "open" where something is missing, "done"."""
    if step == _SEND or not (whole.is_sent or step in whole.begun):
        return ""
    return "open" if step in whole.wrong else "done"


def _common(application: Application, token: str, here: str = "", whole: reading.Whole | None = None) -> dict[str, Any]:
    whole = whole or reading.read_whole(application)
    return {
        "application": application, "cohort": application.cohort, "token": token, "whole": whole, "step": here,
        "stations": _stations(application, token, here, whole), "deadline": applying.deadline(application.cohort),
        "may_change": applying.may_be_changed(application), "title": step_words().get(here, ""),
        "unsent": applying.has_unsent(application) and application.state == State.SUBMITTED,
    }  # fmt: skip


def _findings(application: Application, whole: reading.Whole) -> list[composition.Finding]:
    return applying.findings(application.cohort, people=whole.named, answers=whole.answers, application=application)


@by_link
@require_http_methods(["GET", "HEAD"])
def overview(request: HttpRequest, token: str, application: Application) -> HttpResponse:
    """How the application stands, and what to do next."""
    page = _common(application, token)
    page["next"] = _where_to_go_on(application, page["stations"], unsent=page["unsent"])
    page["outcome"] = applying.outcome_told(application)
    page["said"] = _said(page["whole"])
    return render(request, "enrolment/application.html", page)


def _where_to_go_on(application: Application, stations: list[Station], *, unsent: bool) -> Station:
    """Return the step to go on with: what is open, else what is to be read and sent; what was sent begins with its place."""
    if application.state == State.SUBMITTED and not unsent:
        return stations[1]
    return next((one for one in stations if one.state != "done"), stations[-1])


def _said(whole: reading.Whole) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every answered step as (its name, what was said)."""
    words = step_words()
    steps = [*whole.forms, *(["people"] if whole.team else [])]
    steps.sort(key=lambda step: list(words).index(step))
    told = [(words[step], whole.said(step)) for step in steps]
    return [(name, said) for name, said in told if said]


# ---------------------------------------------------------------- one step


@by_link
@GET_POST
def step(request: HttpRequest, token: str, application: Application, step: str) -> HttpResponse:
    """One page of the form. Whatever is typed is kept, right or wrong; only sending asks that all of it is right."""
    if step not in applying.steps_of(application.cohort):
        raise Http404
    if step == _SEND:
        return _send(request, token, application)
    if request.method == "POST":
        return _keep(request, token, application, step)
    if not applying.may_be_changed(application):
        return redirect("application", token)
    return _show(request, token, application, step, check=bool(request.GET.get("check")))


def _keep(request: HttpRequest, token: str, application: Application, step: str) -> HttpResponse:
    do, words = request.POST.get("do", ""), reading.typed_in(step, request.POST)
    auto = do == "keep"
    pasted: list[Pasted] = []
    before = _codes(application, step)
    if step == "people" and do == "paste":
        words, pasted = reading.add_pasted(words, request.POST.get("paste", ""))
    elif step == "people" and do == "add":
        words = reading.add_row(words)
    elif step == "people" and do.startswith("remove-"):
        words = reading.remove_row(words, int(do[7:]) if do[7:].isdecimal() and len(do) < 12 else -1)
    try:
        applying.keep(application=application, step=step, words=words, auto=auto, **_drawn(request))
    except Overtaken as overtaken:
        return _overtaken(request, token, application, step, words, overtaken.theirs, auto=auto)
    except Refused as refused:
        return _refused(request, token, application, step, words, refused, auto=auto)
    if auto:
        return _kept(request, token, application, step, before)
    if not applying.may_be_changed(application):
        messages.warning(
            request, _("The last day of applying has passed. What you wrote is kept here, and was not sent.")
        )
        return redirect("application", token)
    if do == "later":
        say(request, _("Kept. Come back with the link in your mail whenever you like."))
        return redirect("application", token)
    if do == "paste":
        bad = [one for one in pasted if one.trouble]
        _say_pasted(request, len(pasted) - len(bad))
        if bad:
            return _show(request, token, application, step, pasted=bad)
    if do in ("add", "paste") or do.startswith("remove-"):
        return redirect(reverse("application_step", args=[token, step]) + "#rows")
    return _go_on(request, token, application, step, ask=do == "ask")


def _say_pasted(request: HttpRequest, many: int) -> None:
    if many:
        words = ngettext(
            "%(many)d person was added. Choose a position for them.",
            "%(many)d people were added. Choose a position for each of them.",
            many,
        )
        say(request, words % {"many": many})


def _codes(application: Application, step: str) -> list[str]:
    """Return what the check says of the team as it stands, where this page shows it."""
    return [one.sentence for one in _findings(application, reading.read_whole(application))] if step == "people" else []


def _drawn(request: HttpRequest) -> dict[str, Any]:
    """Return from which edit a page was drawn, and the page's own key; -1 where it does not say."""
    version, page = request.POST.get("version", ""), request.POST.get("page", "")
    return {"version": int(version) if version.isdecimal() and len(version) < 10 else -1, "page": storable(page)[:40]}


def _go_on(request: HttpRequest, token: str, application: Application, step: str, *, ask: bool) -> HttpResponse:
    """Read what was typed; where it is right, lead to the next step (or ask the sponsor, and stay)."""
    form: Any
    if step == "people":
        team = reading.people_form(reading.words_of(application, step), bound=True)
        if not team.is_right:
            return _show(request, token, application, step, check=True, status=422)
        return _next(application, token, step)
    form = reading.form_of(application, step, data=request.POST)
    if not form.is_valid():
        return _show(request, token, application, step, form=form, status=422)
    try:
        if step == "contact":
            token = _set_contact(application, token, form.cleaned_data)
        if ask:
            sponsor = {name: form.cleaned_data[name] for name in ("sponsor_name", "sponsor_email", "sponsor_title")}
            applying.ask_sponsor(application=application, **sponsor)
            say(request, _("%(name)s gets a mail with one question in a moment.") % {"name": application.sponsor_name})
            return redirect("application_step", token, step)
    except Refused as refused:
        refused.put_on(form)
        return _show(request, token, application, step, form=form, status=422)
    return _next(application, token, step)


def _set_contact(application: Application, token: str, said: dict[str, Any]) -> str:
    """Save who writes; return the token that leads on: a new one where the address is another."""
    version = application.version
    applying.set_contact(application=application, **said)
    return token if application.version == version else token_for(application, mailed=False)


def _next(application: Application, token: str, step: str) -> HttpResponse:
    steps = applying.steps_of(application.cohort)
    return redirect("application_step", token, steps[steps.index(step) + 1])


def _show(
    request: HttpRequest,
    token: str,
    application: Application,
    step: str,
    *,
    form: Any = None,
    words: dict[str, list[str]] | None = None,
    check: bool = False,
    theirs: list[tuple[str, str]] | None = None,
    pasted: Any = (),
    status: int = 200,
) -> HttpResponse:
    page = _common(application, token, step)
    page |= {
        "version": applying.version_of(application, step),
        "theirs": theirs,
        "pasted": pasted,
        "wrong": status == 422,
    }
    page["page_key"] = request.POST.get("page") or uuid.uuid4().hex
    stands = reading.words_of(application, step) if words is None else words
    if step == "people":
        team = reading.people_form(stands, bound=check or (request.method == "POST" and not pasted))
        page |= {"team": team, "rule": composition.rule_of(application.cohort.programme.composition)}
        page["paste"] = _paste(request, pasted)
        page["findings"] = _findings(application, page["whole"])
        page["doubt"] = team.trouble()
    else:
        from_kept = check and form is None
        page["form"] = form or reading.form_of(
            application, step, stands, data=drafts.as_sent(stands) if from_kept else None
        )
    page["another_on"] = _after(application, token, step)
    return render(request, "enrolment/application_step.html", page, status=status)


def _paste(request: HttpRequest, pasted: Any) -> forms.PasteForm:
    """Return the box to paste into: what could not be read stays in it."""
    left = "\n".join(one.text for one in pasted) if pasted else request.POST.get("paste", "")
    return forms.PasteForm({"paste": left}) if left else forms.PasteForm()


def _after(application: Application, token: str, step: str) -> str:
    steps = applying.steps_of(application.cohort)
    return reverse("application_step", args=[token, steps[steps.index(step) + 1]])


def _kept(request: HttpRequest, token: str, application: Application, step: str, before: list[str]) -> HttpResponse:
    """Answer what a page keeps by itself: that it did, from which edit it goes on, and what the check says if that is new."""
    findings = _findings(application, reading.read_whole(application)) if step == "people" else []
    fresh = step == "people" and [one.sentence for one in findings] != before
    page = {
        "version": applying.version_of(application, step), "findings": findings, "fresh": fresh, "token": token,
        "late": not applying.may_be_changed(application),
    }  # fmt: skip
    return render(request, "enrolment/_kept.html", page)


def _overtaken(request, token, application, step, words, theirs, *, auto: bool) -> HttpResponse:
    application.refresh_from_db()
    if auto:
        return render(request, "enrolment/_kept.html", {"overtaken": True})
    said = reading.said_by(step, theirs, application)
    form = None if step == "people" else reading.form_of(application, step, words)
    return _show(request, token, application, step, form=form, words=words, theirs=said, status=409)


def _refused(request, token, application, step, words, refused: Refused, *, auto: bool) -> HttpResponse:
    if auto:
        return render(request, "enrolment/_kept.html", {"refused": refused.sentence})
    if application.state == State.WITHDRAWN:
        messages.warning(request, refused.sentence)
        return redirect("application", token)
    form = None
    if step == "people":
        messages.warning(request, refused.sentence)
    else:
        form = reading.form_of(application, step, data=request.POST)
        refused.put_on(form)
    return _show(request, token, application, step, form=form, words=words, check=True, status=422)


# ---------------------------------------------------------------- read and send


def _send(request: HttpRequest, token: str, application: Application) -> HttpResponse:
    if not applying.may_be_changed(application):
        return redirect("application", token)
    whole = reading.read_whole(application)
    findings = _findings(application, whole)
    start = {"edited": application.edited, "keep_for_next": application.keep_for_next}
    form = forms.SendForm(request.POST or None, initial=start)
    asked = consent.now()
    form.fields["consent"].label = asked.label
    wrong = [(step_words()[one], reverse("application_step", args=[token, one]) + "?check=1") for one in whole.wrong]
    blocked = bool(wrong) or composition.blocks(findings)
    if request.method == "POST" and form.is_valid():
        try:
            return _sent(request, token, application, form, whole)
        except Refused as refused:
            application.refresh_from_db()
            form.data = form.data.copy()
            form.data["edited"] = str(application.edited)
            refused.put_on(form)
    page = _common(application, token, _SEND, whole) | {
        "form": form, "findings": findings, "wrong_steps": wrong, "blocked": blocked, "consent": asked,
        "said": _said(whole), "step_url": {one.key: one.url for one in _stations(application, token, _SEND, whole)},
    }  # fmt: skip
    return render(request, "enrolment/application_send.html", page, status=422 if form.errors else 200)


def _sent(request, token, application, form, whole) -> HttpResponse:
    before = application.version

    def make() -> str:
        said = form.answers()
        applying.send(
            application=application, edited=said["edited"], answers=whole.answers, people=whole.people,
            wrong=whole.wrong, keep_for_next=said["keep_for_next"],
        )  # fmt: skip
        return "/"

    do_once(user=None, key=form.cleaned_data["once"], make=make)
    application.refresh_from_db()
    say(request, _("Sent. You can change it until the last day of applying."))
    return redirect("application", token if application.version == before else token_for(application, mailed=False))


# ---------------------------------------------------------------- withdraw, keep


@by_link
@GET_POST
def withdraw(request: HttpRequest, token: str, application: Application) -> HttpResponse:
    """Take the application back: what that means stands on the page, the button does it, and it can be undone."""
    if request.method == "POST":
        try:
            applying.withdraw(application=application)
        except Refused as refused:
            messages.warning(request, refused.sentence)
        else:
            say(request, _("The application is withdrawn."), undo=reverse("application_return", args=[token]))
        return redirect("application", token)
    if application.state == State.WITHDRAWN or applying.outcome_told(application) == Outcome.ACCEPT:
        return redirect("application", token)
    parts = _common(application, token) | {"may_return": applying.takes_applications(application.cohort)}
    return render(request, "enrolment/application_withdraw.html", parts)


@by_link
@require_http_methods(["POST"])
def come_back(request: HttpRequest, token: str, application: Application) -> HttpResponse:
    """Bring a withdrawn application back as it was."""
    try:
        applying.come_back(application=application)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, _("The application is back, as it was."))
    return redirect("application", token)


@by_link
@require_http_methods(["POST"])
def keep_for_next(request: HttpRequest, token: str, application: Application) -> HttpResponse:
    """Say whether the application may be kept for the next cohort."""
    wanted = request.POST.get("wanted") == "yes"
    applying.keep_for_next(application=application, wanted=wanted)
    kept = _("We keep your application for the next cohort.")
    say(request, kept if wanted else _("We do not keep your application for the next cohort."))
    return redirect("application", token)


# ---------------------------------------------------------------- the sponsor's one answer


@never_cache
@GET_POST
@limits.limited("sponsor", amount=60, seconds=3600, key=lambda request, token: token)
def sponsor(request: HttpRequest, token: str) -> HttpResponse:
    """One question to the sponsor: reading it changes nothing, one of two buttons answers it, once."""
    asked = sponsoring.find(token)
    if asked is None:
        return render(request, "enrolment/sponsor_asked.html", {"state": "unknown"}, status=404)
    speak(of_programme(asked.application.cohort.programme))
    form = forms.SponsorForm(request.POST or None)
    if request.method == "POST" and asked.state == "open" and form.is_valid():
        try:
            sponsoring.answer(asked=asked, said=form.cleaned_data["said"])
        except Refused as refused:
            messages.warning(request, refused.sentence)
        return redirect("application_sponsor", token)
    row = asked.application
    page = {"asked": asked, "state": asked.state, "application": row, "cohort": row.cohort, "form": form}
    status = 410 if asked.state == "gone" else 422 if form.errors else 200
    return render(request, "enrolment/sponsor_asked.html", page, status=status)
