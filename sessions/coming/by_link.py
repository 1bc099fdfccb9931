"""The link in a reminder with which a person says, without signing in, whether they come (collaborative.one_thing)."""

from __future__ import annotations

import datetime as dt
import uuid

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from collaborative import closing, one_thing
from collaborative.words import of_programme
from sessions.coming import answers
from sessions.models import Coming, LearningSession, Rsvp, Via
from sessions.room.joining import is_expected

PURPOSE = "rsvp"


def path_for(*, learning_session: LearningSession, person, on: dt.date) -> str:
    """Return the path of the link with which ``person`` answers for one session, in a mail of the day ``on``."""
    return one_thing.path_for(PURPOSE, person=person, about=learning_session.pk, on=on)


class ComingForm(forms.Form):
    """Three buttons: yes, perhaps, no."""

    coming = forms.ChoiceField(choices=Coming.choices)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        again = _("Choose one of the three answers.")
        self.fields["coming"].error_messages |= {"required": again, "invalid_choice": again}


def thing(link: one_thing.Link) -> one_thing.Thing | None:
    """Return what such a link asks: do you come to this session, at the time at which it stands now?"""
    learning_session = _session(link.about)
    if learning_session is None or not is_expected(learning_session, link.person):
        return None
    row = Rsvp.objects.filter(learning_session=learning_session, person=link.person).first()
    said = row.coming if row else ""
    return one_thing.Thing(
        cohort=learning_session.cohort,
        words=of_programme(learning_session.cohort.programme),
        title=_("Are you coming?"),
        says=learning_session.title,
        settled=_settled(learning_session),
        template="sessions/_coming_by_link.html",
        form=ComingForm,
        save=lambda form: _save(learning_session, link.person, form.cleaned_data["coming"]),
        signed_in=reverse("session", args=[learning_session.cohort_id, learning_session.pk]),
        answered=in_a_sentence(said) if said and link.used_at else "",
        about="sessions/_coming_about.html",
        page={"learning_session": learning_session, "said": said},
    )


def _session(key: uuid.UUID) -> LearningSession | None:
    return LearningSession.objects.select_related("cohort__programme").filter(pk=key).first()


def _settled(learning_session: LearningSession) -> str:
    if learning_session.cohort.closed_at:
        return closing.sentence()
    state = learning_session.state_at(timezone.now())
    if state == "cancelled":
        return _("This session has been cancelled.")
    return _("This session has ended.") if state == "over" else ""


def _save(learning_session: LearningSession, person, coming: str) -> str:
    answers.say(learning_session=learning_session, person=person, coming=coming, via=Via.LINK, by=person)
    return in_a_sentence(coming)


def in_a_sentence(coming: str) -> str:
    """Return what somebody answered."""
    thanks = {
        Coming.YES: _("You said that you are coming."),
        Coming.MAYBE: _("You said that you are perhaps coming."),
        Coming.NO: _("You said that you are not coming."),
    }
    return thanks[Coming(coming)]
