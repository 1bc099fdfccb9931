"""People pasted from Outlook wherever they are added: one in the box for one, several where several fit."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core import mail
from django.urls import reverse

from collaborative.models import Role
from enrolment.member_forms import ReplaceForm
from enrolment.models import Invitation, PeopleImport
from notifications.models import PlannedMessage
from sessions.models import Speaker
from sessions.planning_forms import SpeakerForm
from sessions.room.forms import SomebodyForm
from sessions.speaking import speakers
from tests import make
from tests.world import signed_in

TWO = 'Nia Roy <nia@x.ca>; "Cyr, Léa" <Lea@x.ca>'


@pytest.fixture
def team(db):
    return make.team()


@pytest.fixture
def planner(team):
    return signed_in(make.planner(cohort=team.cohort))


@pytest.fixture
def speakers_of(team, planner):
    """``speakers_of.add(name=…)`` types somebody into a session, as its planner."""
    session = make.learning_session(cohort=team.cohort, minutes_ahead=60 * 24 * 20)
    url = reverse("planning_session_person_new", args=[session.pk])

    def add(**typed):
        return planner.post(url, {"who": "new", "name": "", "email": "", "part": "speaker", **typed})

    return SimpleNamespace(add=add, session=session, browser=planner)


def asked() -> list[tuple]:
    rows = Invitation.objects.order_by("called").values_list("called", "person__email", "role")
    return list(rows)


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("", "Nia Roy <nia@x.ca>"),
        ("", '"Roy, Nia" <NIA@x.ca>;'),
        ("Nia Roy <nia@x.ca>", ""),
        ("Nia Roy", "Roy, N. <nia@x.ca>"),
        ("Nia Roy", "<nia@x.ca>"),
        ("", "Nia Roy (nia@x.ca)"),
        ("Nia Roy", "nia@x.ca"),
    ],
)
def test_one_person_is_parted_into_name_and_address(planner, team, name, email):
    typed = {"name": name, "email": email, "role": "participant", "language": "en"}
    answer = planner.post(reverse("team_people", args=[team.pk]), typed)
    assert answer.status_code == 302, answer.context["form"].errors
    assert asked() == [("Nia Roy", "nia@x.ca", "participant")]


def test_several_for_a_team_are_looked_at_row_by_row(planner, team):
    typed = {"name": "", "email": TWO, "role": "lead", "language": "fr"}
    page = planner.post(reverse("team_people", args=[team.pk]), typed, follow=True)
    people = PeopleImport.objects.get()
    assert page.redirect_chain[-1][0] == reverse("people_import", args=[people.pk])
    assert [(row["name"], row["email"], row["role"], row["language"]) for row in people.rows] == [
        ("Nia Roy", "nia@x.ca", "lead", "fr"),
        ("Léa Cyr", "lea@x.ca", "lead", "fr"),
    ]
    assert not Invitation.objects.exists()
    assert not mail.outbox


def test_who_cannot_be_read_among_several_is_told_and_nothing_is_lost(planner, team):
    typed = {"name": "", "email": "Nia Roy <nia@x.ca>; Léa <lea@x>", "role": "participant", "language": "en"}
    page = planner.post(reverse("team_people", args=[team.pk]), typed)
    assert page.context["form"].errors == {"email": ["Number 2: “lea@x” is no e-mail address."]}
    assert "Léa &lt;lea@x&gt;" in page.content.decode()
    assert not PeopleImport.objects.exists()


def test_several_planners_are_asked_at_once(planner, team):
    typed = {"name": "", "email": f"{TWO}\nzoe.lund@x.ca", "language": "en"}
    answer = planner.post(reverse("planning_team", args=[team.cohort_id]), typed)
    assert answer.status_code == 302, answer.context["form"].errors
    assert asked() == [
        ("Léa Cyr", "lea@x.ca", Role.PLANNER), ("Nia Roy", "nia@x.ca", Role.PLANNER),
        ("Zoe Lund", "zoe.lund@x.ca", Role.PLANNER),
    ]  # fmt: skip


def test_where_one_fits_several_are_told_so():
    form = ReplaceForm({"name": "", "email": TWO, "language": "en"})
    assert form.errors == {"email": ["Here are 2 people: one fits."]}
    assert form["email"].value() == TWO
    one = ReplaceForm({"name": "", "email": "Nia Roy <nia@x.ca>", "language": "en"})
    assert one.is_valid(), one.errors
    assert (one.answers()["name"], one.answers()["email"]) == ("Nia Roy", "nia@x.ca")


def test_a_guest_and_a_speaker_are_taken_from_outlook():
    guest = SomebodyForm({"name": "Roy, Nia <nia@x.ca>", "position": "provider"})
    assert guest.is_valid(), guest.errors
    assert guest.answers() == {"name": "Nia Roy", "position": "provider"}
    speaker = SpeakerForm({"name": "", "email": "Nia Roy <nia@x.ca>", "language": "en", "version": 1})
    assert not {"name", "email"} & set(speaker.errors)
    assert (speaker.cleaned_data["name"], speaker.cleaned_data["email"]) == ("Nia Roy", "nia@x.ca")


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Nia Roy <nia@x.ca>", ""),
        ('"Roy, Nia" <NIA@x.ca>;', ""),
        ("Roy, Nia <nia@x.ca>;", ""),
        ("", "Nia Roy <nia@x.ca>"),
        ("Nia Roy", '"Roy, N." <nia@x.ca>'),
        ("Nia Roy", "nia@x.ca"),
    ],
)
def test_somebody_new_at_a_session_is_parted_and_nobody_is_written_to(speakers_of, name, email):
    answer = speakers_of.add(name=name, email=email)
    made = Speaker.objects.get()
    assert (made.name, made.email) == ("Nia Roy", "nia@x.ca")
    assert answer.status_code == 302
    assert "nia@x.ca" in speakers_of.browser.get(answer.url).content.decode(), "the next page goes on from there"
    assert not PlannedMessage.objects.filter(address="nia@x.ca").exists()


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"name": TWO}, {"email": ["Here are 2 people: one fits."]}),
        ({"email": TWO}, {"email": ["Here are 2 people: one fits."]}),
        ({"name": "Léa <lea@x>"}, {"name": ["Write a name only, without a web or e-mail address."]}),
        (
            {"name": "Nia Roy <nia@x.ca>", "who": "speaker:{known}"},
            {"who": ["For the name below choose “Somebody new”, or leave name and e-mail empty."]},
        ),
    ],
)
def test_nothing_pasted_into_a_session_is_lost_on_an_error(speakers_of, typed, errors):
    known = speakers.add_speaker(programme=speakers_of.session.cohort.programme, by=None, name="Vera Holt")
    page = speakers_of.add(**{key: text.replace("{known}", str(known.pk)) for key, text in typed.items()})
    form = page.context["form"]
    assert dict(form.errors) == errors
    kept = f"{form['name'].value()} {form['email'].value()}"
    for part in ("Nia", "nia@x.ca") if "Nia" in str(typed) else ("Léa", "lea@x"):
        assert part in kept
        assert part in page.content.decode()
    assert Speaker.objects.count() == 1


def test_what_is_no_person_stays_as_it_was_typed():
    for text in ("@", "a@b <c@d> <e@f>", "x" * 30_000 + "@", "<@>"):
        form = ReplaceForm({"name": "Nia", "email": text, "language": "en"})
        assert "email" in form.errors
        assert form["email"].value() == text
