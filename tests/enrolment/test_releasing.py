"""One press from accepted to running: everything that was typed is there again, nothing leaves early, all of it goes back."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from collaborative.models import Organisation, PartnerWelcome, Role, Team, Unit
from core.refusals import Refused
from enrolment import releasing, running, services
from enrolment.deciding import decide
from enrolment.models import VALID_FOR, Application, ApplicationMember, Invitation, Release, Told
from enrolment.releasing import plan_of, release, undo_release
from notifications.models import PlannedMessage
from tests import make

pytestmark = pytest.mark.django_db
TODAY = dt.datetime.now(dt.UTC).date()


@pytest.fixture
def cohort():
    return make.cohort(first_day=TODAY + dt.timedelta(days=40), seats=6)


@pytest.fixture
def paula(cohort):
    return make.planner(cohort=cohort, name="Paula Whitford")


@pytest.fixture
def row(cohort):
    """An application with everything in it, one person without a mailbox."""
    made = make.application(
        cohort=cohort, people=4, organisation="Résidence des Érables", province="QC", sector="long_term", unit="Aile B",
        city="trois-rivieres", incident_route="poste 4321", team_name="Érables, aile B", team_language="fr", language="fr",
        sponsor_name="Iris Moreau", sponsor_email="iris.moreau@example.org", sponsor_title="directrice", sponsor_said="yes",
        partner_looking_until=TODAY + dt.timedelta(days=20),
    )  # fmt: skip
    last = made.members.last()
    last.email, last.title, last.circle, last.language = "", "préposé, nuit", "expanded", "en"
    last.save()
    return made


def accept(paula, *rows):
    for one in rows:
        decide(application=one, outcome="accept", by=paula)


def everything() -> dict[str, int]:
    tables = (Organisation, Unit, Team, PartnerWelcome, Invitation, User)
    return {model.__name__: model.objects.count() for model in tables}


def test_a_running_team_holds_every_field_that_the_application_had(cohort, paula, row):
    accept(paula, row)
    made = release(cohort=cohort, by=paula)
    row.refresh_from_db()
    team = Team.objects.get()
    home = team.unit.organisation
    assert (row.team, team.cohort, team.name, team.language) == (team, cohort, row.team_name, row.team_language)
    assert [home.name, home.province, home.sector] == [row.organisation, row.province, row.sector]
    assert [team.unit.name, team.unit.city, team.unit.incident_route] == [row.unit, row.city, row.incident_route]
    welcome = team.partner_welcome
    assert [welcome.support_name, welcome.support_phone, welcome.support_when, welcome.hours, welcome.recognition,
            welcome.access_help, welcome.looking_until] == [
        row.support_name, row.support_phone, row.support_when, row.partner_hours, row.recognition,
        row.access_help, row.partner_looking_until]  # fmt: skip
    typed = {
        (one.name, one.email, one.role, one.position, one.circle, one.title, one.language or row.team_language)
        for one in ApplicationMember.objects.all()
    } | {(row.sponsor_name, row.sponsor_email, Role.SPONSOR, "", "core", row.sponsor_title, row.team_language)}
    asked = {
        (one.called, one.address, one.role, one.position, one.circle, one.title, one.person.language)
        for one in Invitation.objects.filter(team=team)
    }
    assert asked == typed
    assert all(one.expires_at == made.release_at + VALID_FOR for one in Invitation.objects.all())
    assert made.ledger["notes"] == []


def test_who_takes_an_invitation_up_holds_what_the_application_said(cohort, paula, row):
    accept(paula, row)
    release(cohort=cohort, by=paula)
    lead = Invitation.objects.get(role=Role.LEAD)
    token = services.links.token_for(lead.pk, lead.version, mailed_to=lead.person.email)
    services.accept(found=services.find(token), name=lead.called, language="fr", city="trois-rivieres")
    held = lead.person.memberships.get()
    assert (held.team, held.role, held.position, held.circle) == (
        row.team or Team.objects.get(),
        "lead",
        "manager",
        "core",
    )


def test_nothing_leaves_before_the_minute_and_everything_at_it(cohort, paula, row):
    other = make.application(cohort=cohort)
    accept(paula, row)
    decide(application=other, outcome="decline", by=paula)
    at = timezone.now() + dt.timedelta(hours=3)
    made = release(cohort=cohort, by=paula, at=at)
    waiting = PlannedMessage.objects.filter(state="planned", kind__startswith="enrolment/")
    assert set(waiting.values_list("due_at", flat=True)) == {made.release_at} == {at}
    # two letters; three members with a mailbox, and the sponsor; who has none gets it in the product at that minute
    kinds = list(waiting.order_by("kind").values_list("kind", flat=True))
    assert kinds == ["enrolment/invitation"] * 4 + ["enrolment/letter"] * 2
    # Somebody asked in by hand meanwhile, and a link sent again, wait as well.
    team = Team.objects.get()
    services.invite(team=team, by=paula, role="participant", name="One More", email="one.more@example.org")
    first = Invitation.objects.filter(person__email__isnull=False).first()
    services.send_again(invitation=first, version=first.version, by=paula)
    assert not PlannedMessage.objects.filter(state="planned", kind__startswith="enrolment/", due_at__lt=at).exists()


def test_a_release_that_is_taken_back_leaves_no_trace_but_the_audit_trail(cohort, paula, row):
    known = make.unit(organisation=make.organisation(name="Lakeshore", province="ON"), name="2 East", incident_route="")
    second = make.application(
        cohort=cohort, organisation="LAKESHORE", province="ON", unit="2 east", incident_route="call 99", sector="acute",
        city=known.city,
    )  # fmt: skip
    accept(paula, row, second)
    before = everything()
    made = release(cohort=cohort, by=paula)
    assert everything() != before
    known.refresh_from_db()
    assert known.incident_route == "call 99"
    undo_release(release=made, by=paula)
    known.refresh_from_db()
    assert (everything(), known.incident_route) == (before, "")
    assert not PlannedMessage.objects.filter(state="planned", kind__startswith="enrolment/").exists()
    assert set(Application.objects.values_list("outcome", "team")) == {("accept", None)}
    assert {"release.made", "release.taken_back", "team.unmade"} <= set(Entry.objects.values_list("verb", flat=True))
    # And it can be done again.
    assert release(cohort=cohort, by=paula).told.count() == 2


def test_a_full_cohort_is_released_and_taken_back(cohort, paula, row):
    for _ in range(5):
        make.team(cohort=cohort)
    accept(paula, row)
    undo_release(release=release(cohort=cohort, by=paula), by=paula)
    assert Team.objects.count() == 5


def test_what_is_known_stays_is_said_before_and_never_stops_a_release(cohort, paula, row):
    home = make.organisation(name="résidence des érables", province="QC", sector="acute")
    unit = make.unit(organisation=home, name="aile b", city="montreal", incident_route="911")
    accept(paula, row)
    plan = plan_of(cohort, named=paula)
    said = [words for _team, words in releasing.look_at(cohort, plan, page=None)["known"]]
    assert len(said) == 3
    release(cohort=cohort, by=paula)
    team = Team.objects.get()
    assert team.unit == unit
    assert (home.sector, unit.city, unit.incident_route) == ("acute", "montreal", "911")


def test_one_person_whom_a_rule_keeps_out_is_noted_and_the_others_are_asked_in(cohort, paula, row):
    closed = make.person("Closed Account", is_active=False)
    ApplicationMember.objects.filter(application=row, ordinal=2).update(email=closed.email)
    accept(paula, row)
    made = release(cohort=cohort, by=paula)
    [(one, who)] = running.kept_out(made.ledger)
    assert (one.pk, who) == (row.pk, row.members.get(ordinal=2).name)
    assert who not in str(made.ledger), "names stay where they are forgotten"
    assert Invitation.objects.count() == 4


def test_two_teams_of_one_name_both_come_in(cohort, paula):
    rows = [make.application(cohort=cohort, team_name="The night shift") for _ in range(3)]
    accept(paula, *rows)
    release(cohort=cohort, by=paula)
    assert len({one.casefold() for one in Team.objects.values_list("name", flat=True)}) == 3


def test_what_was_looked_at_is_what_is_released(cohort, paula, row):
    other = make.application(cohort=cohort)
    accept(paula, row)
    seen = plan_of(cohort, named=paula).digest
    decide(application=other, outcome="wait", by=paula)
    with pytest.raises(Refused, match="changed since you looked"):
        release(cohort=cohort, by=paula, seen=seen)
    assert not Told.objects.exists()
    release(cohort=cohort, by=paula, seen=plan_of(cohort, named=paula).digest)
    with pytest.raises(Refused, match="waits for its minute already"):
        release(cohort=cohort, by=paula)


def test_nothing_is_told_twice_and_an_empty_release_is_refused(cohort, paula, row):
    with pytest.raises(Refused, match="nothing to tell"):
        release(cohort=cohort, by=paula)
    accept(paula, row)
    made = release(cohort=cohort, by=paula)
    Release.objects.filter(pk=made.pk).update(release_at=timezone.now() - dt.timedelta(minutes=1))
    with pytest.raises(Refused, match="nothing to tell"):
        release(cohort=cohort, by=paula)
    with pytest.raises(Refused, match="minute has come"):
        undo_release(release=made, by=paula)


def test_a_release_with_somebody_in_a_team_already_is_not_taken_back(cohort, paula, row):
    accept(paula, row)
    made = release(cohort=cohort, by=paula)
    make.member(team=Team.objects.get())
    with pytest.raises(Refused, match="in one of these teams"):
        undo_release(release=made, by=paula)
    made.refresh_from_db()
    assert made.undone_at is None


def test_the_minute_is_typed_on_the_cohorts_clock_and_lies_ahead(cohort):
    tomorrow = TODAY + dt.timedelta(days=2)
    at = releasing.minute_of(cohort, day=tomorrow, clock=dt.time(14))
    assert at.astimezone(dt.UTC).hour in (18, 19)
    assert releasing.minute_of(cohort, day=None, clock=None) is None
    with pytest.raises(Refused, match="later minute"):
        releasing.minute_of(cohort, day=TODAY - dt.timedelta(days=1), clock=dt.time(14))
    with pytest.raises(Refused, match="two months"):
        releasing.minute_of(cohort, day=TODAY + dt.timedelta(days=90), clock=dt.time(14))
