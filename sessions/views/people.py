"""Who speaks and hosts at a session, as the planning team enters it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from core.methods import only
from core.toasts import say
from sessions.models import LearningSession
from sessions.planning_forms import (
    AppearanceForm,
    HostForm,
    NewAppearanceForm,
    NewPartnerForm,
    PartnerForm,
    SpeakerForm,
)
from sessions.speaking import pages, speakers
from sessions.speaking.speakers import SOMEBODY_NEW
from sessions.views.planned import edit, seen_place, session_planned_by


def _to(learning_session: LearningSession) -> str:
    return reverse("planning_session_people", args=[learning_session.pk])


@signed_in
def page(request: SignedInRequest, session_id) -> HttpResponse:
    """Everybody at this session, the organisations that host it, and whom the programme knows besides."""
    learning_session = session_planned_by(request, session_id)
    only(request, "GET")
    here = list(speakers.appearances_of(learning_session))
    return render(
        request,
        "sessions/people.html",
        {
            "learning_session": learning_session,
            "cohort": learning_session.cohort,
            "appearances": here,
            "pages": pages.pages_of(learning_session),
            "partners": list(speakers.hosts_of(learning_session)),
            "others": [
                one
                for one in speakers.speakers_of(learning_session.cohort.programme)
                if one.pk not in {appearance.speaker_id for appearance in here}
            ],
        },
    )


@signed_in
def new(request: SignedInRequest, session_id) -> HttpResponse:
    """Put somebody into the session: one whom the programme knows, one of the cohort, or somebody new."""
    learning_session = session_planned_by(request, session_id)
    form = NewAppearanceForm(
        request.POST or None,
        items=list(learning_session.agenda.all()),
        speakers=list(speakers.speakers_of(learning_session.cohort.programme)),
        people=list(speakers.people_of(learning_session)),
    )

    def make() -> str:
        made = speakers.put_in(learning_session=learning_session, by=request.user, **form.answers())
        if form.cleaned_data["who"] == SOMEBODY_NEW:
            say(request, _("They are in. What else do you know of them?"))
            return reverse("planning_session_speaker", args=[learning_session.pk, made.speaker_id])
        say(request, _("They are in."))
        return _to(learning_session)

    return answer_once(request, form, make) or render(
        request,
        "sessions/person_new.html",
        {
            "learning_session": learning_session,
            "cohort": learning_session.cohort,
            "form": form,
            "back": _to(learning_session),
        },
    )


@signed_in
def person(request: SignedInRequest, session_id, appearance_id) -> HttpResponse:
    """What somebody does at the session this time."""
    learning_session = session_planned_by(request, session_id)
    row = get_object_or_404(speakers.appearances_of(learning_session), pk=appearance_id)
    form = AppearanceForm(
        request.POST or None, initial=AppearanceForm.values_of(row), items=list(learning_session.agenda.all())
    )
    return edit(
        request,
        form,
        lambda values: speakers.change_appearance(appearance=row, by=request.user, **values),
        template="sessions/person.html",
        back=_to(learning_session),
        appearance=row,
        learning_session=learning_session,
        cohort=learning_session.cohort,
    )


@signed_in
def move(request: SignedInRequest, session_id, appearance_id) -> HttpResponse:
    """Somebody goes up or down by one."""
    learning_session = session_planned_by(request, session_id)
    row = get_object_or_404(speakers.appearances_of(learning_session), pk=appearance_id)
    only(request, "POST")
    speakers.move(appearance=row, way=request.POST.get("way", ""), seen=seen_place(request), by=request.user)
    return redirect(_to(learning_session))


@signed_in
def remove(request: SignedInRequest, session_id, appearance_id) -> HttpResponse:
    """Somebody is not in this session any more; asked first where their slides go too. Gone already, it is as it should be."""
    learning_session = session_planned_by(request, session_id)
    row = speakers.appearances_of(learning_session).filter(pk=appearance_id).first()
    only(request, "POST")
    if row is not None and "slides" not in request.POST and (slides := speakers.slides_of(row)):
        page = {"learning_session": learning_session, "cohort": learning_session.cohort, "appearance": row}
        return render(request, "sessions/person_remove.html", page | {"slides": slides})
    if row is not None:
        speakers.take_out(appearance=row, by=request.user)
        say(request, _("Taken out of this session."))
    return redirect(_to(learning_session))


@signed_in
def speaker(request: SignedInRequest, session_id, speaker_id) -> HttpResponse:
    """What the programme knows of a speaker, whatever the session."""
    learning_session = session_planned_by(request, session_id)
    row = get_object_or_404(speakers.speakers_of(learning_session.cohort.programme), pk=speaker_id)
    return edit(
        request,
        SpeakerForm(request.POST or None, initial=SpeakerForm.values_of(row)),
        lambda values: speakers.change_speaker(speaker=row, by=request.user, **values),
        template="sessions/speaker.html",
        back=_to(learning_session),
        speaker=row,
        learning_session=learning_session,
        cohort=learning_session.cohort,
    )


# ---------------------------------------------------------------- organisations that host


@signed_in
def host_new(request: SignedInRequest, session_id) -> HttpResponse:
    """Let an organisation host the session: one that the programme knows, or a new one."""
    learning_session = session_planned_by(request, session_id)
    known = speakers.partners_of(learning_session.cohort.programme)
    others = known.exclude(hostings__learning_session=learning_session.pk)
    choosing = "organisation" in request.POST
    # Sent twice, the one that was chosen hosts it already: that is no mistake.
    choice = HostForm(request.POST if choosing else None, partners=known if choosing else others)
    form = NewPartnerForm(request.POST if request.method == "POST" and not choosing else None)

    def choose() -> str:
        speakers.host(learning_session=learning_session, partner=choice.cleaned_data["organisation"], by=request.user)
        say(request, _("It hosts this session."))
        return _to(learning_session)

    def make() -> str:
        speakers.add_partner(learning_session=learning_session, by=request.user, **form.answers())
        say(request, _("It hosts this session."))
        return _to(learning_session)

    answer = answer_once(request, choice, choose) if choosing else answer_once(request, form, make)
    return answer or render(
        request,
        "sessions/host_new.html",
        {
            "learning_session": learning_session,
            "cohort": learning_session.cohort,
            "form": form,
            "choice": choice if len(others) else None,
            "back": _to(learning_session),
        },
    )


@signed_in
def host(request: SignedInRequest, session_id, partner_id) -> HttpResponse:
    """What a partner organisation is called, and where its links lead."""
    learning_session = session_planned_by(request, session_id)
    row = get_object_or_404(speakers.partners_of(learning_session.cohort.programme), pk=partner_id)
    return edit(
        request,
        PartnerForm(request.POST or None, initial=PartnerForm.values_of(row)),
        lambda values: speakers.change_partner(partner=row, by=request.user, **values),
        template="sessions/host.html",
        back=_to(learning_session),
        partner=row,
        learning_session=learning_session,
        cohort=learning_session.cohort,
    )


@signed_in
def host_remove(request: SignedInRequest, session_id, partner_id) -> HttpResponse:
    """An organisation does not host this session any more."""
    learning_session = session_planned_by(request, session_id)
    row = get_object_or_404(speakers.partners_of(learning_session.cohort.programme), pk=partner_id)
    only(request, "POST")
    speakers.host_no_longer(learning_session=learning_session, partner=row, by=request.user)
    say(request, _("It does not host this session any more."))
    return redirect(_to(learning_session))
