"""Rules of an application that no page shows by itself: locks, retention, erasure, what may be written to whom."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from accounts import services as accounts
from core.refusals import Overtaken, Refused
from enrolment import (
    application_keeping,
    application_links,
    applying,
    consent,
    deciding,
    partner_welcome,
    releasing,
    seats,
    services,
    sponsoring,
)
from enrolment.models import Application, ApplicationMember, Release
from notifications.models import PlannedMessage
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return make.open_cohort()


def closed(cohort, days):
    cohort.apply_until = timezone.now().date() - dt.timedelta(days=days)
    cohort.apply_from = cohort.apply_until - dt.timedelta(days=9)
    cohort.save()


def keep(row, words, *, version=None, page="a", step="team", **more):
    now = applying.version_of(row, step) if version is None else version
    return applying.keep(application=row, step=step, words={"why": [words]}, version=now, page=page, **more)


# ---------------------------------------------------------------- the day on which it ends


def test_the_last_day_ends_at_midnight_on_the_cohorts_clock():
    cohort = make.cohort(
        apply_from=dt.date(2022, 10, 1), apply_until=dt.date(2022, 11, 9), first_day=dt.date(2022, 11, 23),
        answers_on=dt.date(2022, 11, 10), time_zone="America/St_Johns",
    )  # fmt: skip
    end = dt.datetime(2022, 11, 10, 3, 30, tzinfo=dt.UTC)
    assert applying.deadline(cohort) == end
    assert applying.takes_applications(cohort, now=end - dt.timedelta(seconds=1))
    assert not applying.takes_applications(cohort, now=end)


def test_a_cohort_without_days_takes_nobody():
    cohort = make.cohort(apply_from=None, apply_until=None)
    assert applying.deadline(cohort) is None
    assert not applying.takes_applications(cohort)


# ---------------------------------------------------------------- two at once


def test_a_page_saves_over_its_own_and_over_nobody_elses(cohort):
    row = make.application(cohort=cohort, state="draft")
    first = keep(row, "one")
    assert keep(row, "two", version=first - 1, page="a") > first, "the answer of the first save was lost on the way"
    with pytest.raises(Overtaken) as overtaken:
        keep(row, "three", version=first, page="b")
    assert overtaken.value.theirs.words == {"why": ["two"]}
    with pytest.raises(Overtaken):
        keep(row, "an old one", version=first, page="a", auto=True)


def test_after_it_was_sent_an_old_page_overwrites_nothing(cohort):
    row = make.application(cohort=cohort)
    drawn = applying.version_of(row, "team")
    keep(row, "new words", page="a")
    applying.send(application=row, edited=row.edited, answers=_answers(row), people=_people(row), wrong=[])
    row.refresh_from_db()
    with pytest.raises(Overtaken) as overtaken:
        keep(row, "old words", version=drawn, page="b")
    assert overtaken.value.theirs is None, "what was sent stands"


def _answers(row):
    names = (
        "contact_name", "contact_email", "language", "organisation", "province", "sector", "unit", "city", "remoteness",
        "incident_route", "team_name", "team_language", "why", "hope", "equity", *applying.WELCOME,
        "partner_looking_until", "sponsor_name", "sponsor_email", "sponsor_title",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names}


def _people(row):
    return list(row.members.values("name", "email", "position", "role", "circle", "language", "title"))


def test_text_without_end_is_refused_and_what_stood_stays(cohort):
    row = make.application(cohort=cohort, state="draft")
    keep(row, "short")
    with pytest.raises(Refused, match="more text than an application holds"):
        keep(row, "x" * 70_000)
    row.refresh_from_db()
    assert applying.kept(row, "team").words == {"why": ["short"]}


def test_what_cannot_be_read_is_not_sent(cohort):
    row = make.application(cohort=cohort, state="draft")
    with pytest.raises(Refused, match="still missing"):
        applying.send(application=row, edited=row.edited, answers=_answers(row), people=_people(row), wrong=["place"])
    row.refresh_from_db()
    assert row.state == "draft"


def test_sending_is_whole_or_not_at_all(cohort, monkeypatch):
    row = make.application(cohort=cohort)
    before = list(row.members.values_list("name", flat=True))

    def die(*args, **kwargs):
        raise RuntimeError("the machine stopped")

    monkeypatch.setattr(application_links.notifications, "post", die)
    with pytest.raises(RuntimeError):
        applying.send(
            application=row,
            edited=row.edited,
            answers={**_answers(row), "why": "New"},
            people=[*_people(row), *_people(row)[:1]],
            wrong=[],
        )
    row.refresh_from_db()
    assert row.why != "New"
    assert list(row.members.values_list("name", flat=True)) == before


# ---------------------------------------------------------------- mail


def test_nobodys_mailbox_is_filled_with_links(cohort):
    who = {"contact_name": "Ada", "contact_email": "ada@example.org", "language": "en"}
    for _ in range(5):
        applying.begin(cohort=cohort, **who)
    with pytest.raises(Refused, match="often in the last hour"):
        applying.begin(cohort=cohort, **who)
    assert applying.begin(cohort=cohort, **{**who, "contact_email": "bob@example.org"})


def test_a_withdrawn_application_takes_the_sponsors_mail_back(cohort):
    row = make.application(cohort=cohort)
    applying.ask_sponsor(application=row, sponsor_name="Iris Moor", sponsor_email="iris@example.org")
    applying.withdraw(application=row)
    assert sponsoring.versions([str(row.pk)]) == {}, "so that the mail is void before it leaves"
    assert PlannedMessage.objects.filter(kind="enrolment/sponsor-asked").count() == 1


# ---------------------------------------------------------------- what is kept, and how long


def test_sixty_days_after_the_last_day_nobody_stands_in_what_became_no_team(cohort):
    draft = make.application(cohort=cohort, state="draft", contact_email="draft@example.org")
    declined = make.application(cohort=cohort, outcome="decline", contact_email="declined@example.org")
    kept = make.application(cohort=cohort, outcome="decline", keep_for_next=True)
    accepted = make.application(cohort=cohort, outcome="accept", team=make.team(cohort=cohort))
    nobody_decided = make.application(cohort=cohort)
    waiting = make.application(cohort=cohort, outcome="wait", wait_place=1)
    gone = make.application(cohort=cohort, state="withdrawn", withdrawn_at=timezone.now())
    closed(cohort, 60)
    assert application_keeping.sweep() == 0
    closed(cohort, 61)
    cohort.first_day = timezone.now().date() + dt.timedelta(days=1)
    cohort.save()
    assert application_keeping.sweep() == 4
    assert application_keeping.sweep() == 0
    waiting.refresh_from_db()
    assert waiting.contact_email, "a place may come free until the first day"
    cohort.first_day = timezone.now().date() - dt.timedelta(days=1)
    cohort.save()
    assert application_keeping.sweep() == 1
    assert not Application.objects.filter(pk=draft.pk).exists()
    for row in (declined, nobody_decided, waiting, gone):
        row.refresh_from_db()
        assert (row.contact_name, row.contact_email, row.why, row.organisation, row.province) == ("", "", "", "", "ON")
        assert not row.members.exists()
    for row in (kept, accepted):
        row.refresh_from_db()
        assert row.contact_email
        assert row.members.count() == 5
    closed(cohort, 401)
    assert application_keeping.sweep() == 1


def test_a_link_to_what_was_emptied_opens_nothing(cohort):
    row = make.application(cohort=cohort, outcome="decline")
    token = application_links.token_for(row, mailed=True)
    closed(cohort, 61)
    application_keeping.sweep()
    assert application_links.find(token).older


def test_who_is_forgotten_stands_in_no_application(cohort):
    wren = make.person("Canarywren Stone", email="canarywren@example.org")
    words = {"email": "canarywren@example.org", "name": "Canarywren Stone", "title": "canarywren nurse"}
    member = make.application(cohort=cohort)
    ApplicationMember.objects.filter(application=member, ordinal=2).update(**words)
    make.application(cohort=cohort, sponsor_name=wren.name, sponsor_email="Canarywren@Example.org")
    contact = make.application(cohort=cohort, state="draft", contact_name=wren.name, contact_email=wren.email)
    typed = {f"p1-{name}": [value] for name, value in words.items()} | {
        "p2-name": ["Nia Roy"],
        "p2-email": ["nia@x.ca"],
    }
    applying.keep(application=member, step="people", words=typed, version=0, page="a")
    applying.keep(
        application=contact, step="contact", version=0, page="a",
        words={"contact_name": [wren.name], "contact_email": [wren.email], "language": ["en"]},
    )  # fmt: skip
    told = accounts.everything_about(wren)["applications"]["applications"]
    assert sorted(one["as"] for one in told) == ["contact", "member", "sponsor"]

    accounts.forget(wren, by=None)

    assert not Application.objects.filter(pk=contact.pk).exists(), "nobody can open it any more"
    with connection.cursor() as cursor:
        for table in ("enrolment_application", "enrolment_applicationmember"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text ~* 'canarywren'")
            assert cursor.fetchone()[0] == 0, table
    member.refresh_from_db()
    assert applying.kept(member, "people").words["p2-name"] == ["Nia Roy"], "the others stay"
    assert member.members.count() == 5


def test_what_was_agreed_to_stands_for_good():
    assert len({one.version for one in consent.TEXTS}) == len(consent.TEXTS)
    assert consent.find("2022-11").text_en[0].startswith("The planning team reads this application")
    assert consent.find("never") is None


# ---------------------------------------------------------------- the partner's welcome of a team


def test_a_partner_is_invited_once_the_welcome_is_said_by_a_lead_or_a_planner():
    team = make.team()
    tess, paula = make.lead(team=team), make.planner(cohort=team.cohort)
    ask = {"team": team, "role": "partner", "name": "Pierre Cyr"}
    for by in (tess, paula):
        with pytest.raises(Refused, match="First say what a partner can count on"):
            services.invite(by=by, email=f"{by.pk}@example.org", **ask)
    said = {"support_name": "Marie Roy", "support_phone": "709-555-0142", "support_when": "weekdays"}
    partner_welcome.say(team=team, version=0, by=tess, **said, hours=0, recognition="none", access_help="")
    assert not partner_welcome.is_ready(partner_welcome.of_team(team))
    partner_welcome.say(team=team, version=1, by=tess, access_help="Ask Marie")
    assert services.invite(by=tess, email="pierre@example.org", **ask)
    with pytest.raises(Overtaken):
        partner_welcome.say(team=team, version=1, by=paula, hours=9)


@pytest.mark.parametrize(
    ("phone", "dials"),
    [
        ("709-555-0142", "tel:7095550142"),
        ("+1 709 555 0142 ext. 3", "tel:+17095550142"),
        ("4321", ""),
        ("ask at the desk", ""),
    ],
)
def test_a_number_that_a_phone_can_dial(phone, dials):
    assert partner_welcome.call(phone) == dials


# ---------------------------------------------------------------- what is decided and told to nobody


def test_a_decision_that_nobody_was_told_of_does_not_show(cohort):
    row, paula = make.application(cohort=cohort), make.planner(cohort=cohort)
    deciding.decide(application=row, outcome="accept", by=paula)
    row.refresh_from_db()
    assert applying.may_be_changed(row)
    assert applying.outcome_told(row) == ""
    applying.withdraw(application=row)
    row.refresh_from_db()
    assert (row.state, row.outcome) == ("withdrawn", "")
    assert seats.taken(cohort) == 0


def test_while_a_letter_waits_and_after_it_has_left_nothing_is_changed_any_more(cohort):
    row, paula = make.application(cohort=cohort), make.planner(cohort=cohort)
    deciding.decide(application=row, outcome="accept", by=paula)
    letter = releasing.release(cohort=cohort, by=paula)
    row.refresh_from_db()
    assert not applying.may_be_changed(row)
    with pytest.raises(Refused, match="about to leave"):
        applying.withdraw(application=row)
    Release.objects.filter(pk=letter.pk).update(release_at=timezone.now() - dt.timedelta(minutes=1))
    assert applying.outcome_told(row) == "accept"
    with pytest.raises(Refused, match="accepted already"):
        applying.withdraw(application=row)
