"""One press from accepted to running: everything that was typed is there again, nothing leaves early, all of it goes back."""

import datetime as dt
import io
import threading
import time

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.addresses import signing_in_with
from accounts.models import User
from audit.models import Entry
from collaborative.models import Organisation, PartnerWelcome, PreworkTick, Role, Team, Unit
from collaborative.services import give_role
from collaborative.template import PEOPLE_KNOWN, PREWORK, SPONSOR_SAID_YES
from core.refusals import Refused
from core.time import forward_utc, wall_in
from desk.querysets import teams_named_in
from enrolment import by_card, by_organisation, not_asked, releasing, running, services
from enrolment.deciding import decide
from enrolment.models import VALID_FOR, Application, ApplicationMember, Invitation, Release, Told
from enrolment.releasing import plan_of, release, undo_release
from enrolment.wording import when_it_leaves
from notifications.models import PlannedMessage
from tests import make
from tests.accounts.conftest import without_tokens

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


def in_days(days: int) -> dt.datetime:
    """Two in the afternoon on the cohort's clock, some days ahead."""
    return dt.datetime.combine(TODAY + dt.timedelta(days=days), dt.time(14))


def let_it_leave(made: Release) -> None:
    """Let the minute of a release lie behind."""
    Release.objects.filter(pk=made.pk).update(release_at=timezone.now() - dt.timedelta(minutes=1))


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


def test_what_the_application_said_is_ready_before_the_first_session(cohort, paula, row):
    for words in PREWORK:
        make.prework_item(programme=cohort.programme, **{name: words[name] for name in ("text_en", "text_fr")})
    silent = make.application(cohort=cohort)
    accept(paula, row, silent)
    made = release(cohort=cohort, by=paula)
    ready = {one.team_id: set() for one in Application.objects.all()}
    for team, text in PreworkTick.objects.values_list("team", "item__text_en"):
        ready[team].add(text)
    for one in (row, silent):
        one.refresh_from_db()
    assert ready == {row.team_id: {PEOPLE_KNOWN, SPONSOR_SAID_YES}, silent.team_id: {PEOPLE_KNOWN}}
    undo_release(release=made, by=paula)
    assert not PreworkTick.objects.exists()


def test_who_takes_an_invitation_up_holds_what_the_application_said(cohort, paula, row):
    accept(paula, row)
    let_it_leave(release(cohort=cohort, by=paula))
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
    wall = wall_in(timezone.now() + dt.timedelta(hours=3), cohort.time_zone)
    at = forward_utc(wall, cohort.time_zone)
    made = release(cohort=cohort, by=paula, wall=wall)
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
    assert "leaves with the letter of the team" in when_it_leaves(first)
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
    [one] = not_asked.of_release(made.ledger)
    assert (one.application, one.name) == (row, row.members.get(ordinal=2).name)
    assert "closed" in one.why
    assert one.name not in str(made.ledger), "names stay where they are forgotten"
    assert Invitation.objects.count() == 4


def test_a_release_asks_the_database_less_than_twelve_times_for_each_team_more(cohort, paula):
    """Six people and a sponsor in each, in organisations of their own; taking it back is no dearer."""

    def more(n: int):
        rows = [
            make.application(cohort=cohort, people=6, organisation=f"Home {nth} of {n}", sponsor_said="yes")
            for nth in range(n)
        ]
        accept(paula, *rows)

    def cost(do) -> int:
        with CaptureQueriesContext(connection) as asked:
            do()
        return len(asked)

    cohort.seats = 40
    cohort.save()
    more(2)
    few = [
        cost(lambda: release(cohort=cohort, by=paula)),
        cost(lambda: undo_release(release=Release.objects.get(), by=paula)),
    ]
    more(18)
    many = cost(lambda: release(cohort=cohort, by=paula))
    assert Invitation.objects.count() == 20 * 7
    assert many <= 300
    assert many - few[0] < 18 * 12
    assert cost(lambda: undo_release(release=Release.objects.first(), by=paula)) - few[1] < 18 * 2
    assert not Team.objects.exists()
    assert not Invitation.objects.exists()


def test_people_who_are_known_are_asked_in_and_nobody_is_doubled(cohort, paula):
    """Known by their own address or by one that they confirmed; in two teams at once; typed twice in one team."""
    own, other = make.person("Own Address", email="own@example.org"), make.person("Other Address")
    EmailAddress.objects.create(user=other, email="second@example.org", verified=True)
    rows = [make.application(cohort=cohort, people=5, sponsor_email="", organisation=f"Home {n}") for n in range(2)]
    for row in rows:
        emails = ("OWN@example.org", "second@example.org", "new@example.org", "new@example.org", "")
        for member, email in zip(row.members.all(), emails, strict=True):
            member.email = email
            member.save()
    before = User.objects.count()
    accept(paula, *rows)
    made = release(cohort=cohort, by=paula)
    for row in rows:
        row.refresh_from_db()
        asked = [one.person for one in row.team.invitations.all()]
        assert {own, other} < set(asked)
        assert {one.email for one in asked if one not in (own, other)} == {"new@example.org", None}
        assert len(asked) == len(set(asked))
    assert User.objects.count() == before + 3, "one with a mailbox, and each team's own without"
    assert [ordinal for _key, ordinal in made.ledger["notes"]] == [4, 4]
    undo_release(release=made, by=paula)
    assert User.objects.count() == before


def test_a_sponsor_is_asked_in_only_after_a_yes_and_where_the_organisation_was_here_before_by_hand(
    cohort, paula, client
):
    home = make.organisation(name="Lakeshore", province="ON")
    cohort.seats = 9
    cohort.save()
    icu = make.team(cohort=cohort, unit=make.unit(organisation=home, name="ICU"))
    iris = make.person("Iris", email="iris@example.org")
    give_role(user=iris, role="sponsor", by=None, organisation=home)
    make.team(unit=make.unit(organisation=make.organisation(name="Far", province="ON")))  # where Paula plans nothing
    said = (
        ("New one", "no", "eve@example.org"), ("New two", "", "silent@example.org"), ("New three", "yes", "yes@example.org"),
        ("Lakeshore", "yes", "IRIS@example.org"), ("lakeshore", "yes", "claims@example.org"), ("Far", "yes", "far@example.org"),
    )  # fmt: skip
    rows = {
        email: make.application(
            cohort=cohort, people=1, organisation=name, province="ON", sponsor_email=email, sponsor_said=answer
        )
        for name, answer, email in said
    }
    accept(paula, *rows.values())
    let_it_leave(release(cohort=cohort, by=paula))
    sponsors = Invitation.objects.filter(role=Role.SPONSOR)
    assert list(sponsors.values_list("address", flat=True)) == ["yes@example.org"]
    assert not User.objects.filter(email="claims@example.org").exists(), "nobody is made for nothing"
    assert {one.sponsor_email for one in running.sponsors_to_ask(cohort)} == {"claims@example.org", "far@example.org"}
    client.force_login(paula)
    letters_page = reverse("planning_release", args=[cohort.pk])
    assert "Sponsors who said yes" in client.get(letters_page).content.decode()
    for email in ("claims@example.org", "far@example.org", "eve@example.org"):
        client.post(reverse("planning_sponsor_ask", args=[cohort.pk, rows[email].pk]))
    assert set(sponsors.values_list("address", flat=True)) == {"yes@example.org", "claims@example.org"}
    assert sponsors.get(address="claims@example.org").scope == {"organisation": icu.unit.organisation}
    assert "claims@example.org" not in client.get(letters_page).content.decode()


# ---------------------------------------------------------------- nobody is told before the minute


@pytest.fixture
def waits(cohort, paula, row):
    """A release that leaves in twenty days: nobody may know of it until then."""
    accept(paula, row)
    return release(cohort=cohort, by=paula, wall=in_days(20))


def knock(email: str):
    """Ask for a sign-in code. Returns what is seen, the mails, and how many statements it took."""
    client = Client()
    client.get(reverse("account_login"))
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(reverse("account_request_login_code"), {"login": email}, follow=True)
    about = PlannedMessage.objects.filter(kind__startswith="account/")
    mails = [*about.filter(address=email).values_list("kind", "recipient", "source_id", "lang")]
    body = without_tokens(answer.content).replace(email, "A" * 30)
    return (answer.status_code, answer.redirect_chain, body, mails, sorted(client.cookies)), len(asked)


def test_an_account_that_waits_for_its_letter_is_met_like_an_address_of_nobody(waits, row):
    person = User.objects.get(email=row.members.first().email)
    (unknown, cost), (ahead, same) = knock("who@example.org"), knock(person.email)
    assert ahead == unknown
    assert same == cost
    assert not PlannedMessage.objects.filter(recipient=person, kind__startswith="account/").exists()
    let_it_leave(waits)
    knock(person.email)
    assert PlannedMessage.objects.filter(recipient=person, kind="account/login-code").exists()


def test_who_is_known_already_signs_in_as_ever_and_is_not_led_to_what_waits(cohort, paula, row):
    first = make.team()
    known = services.invite(team=first, by=None, role="participant", name="Ada", email="ada@example.org").person
    row.members.filter(ordinal=2).update(email="ada@example.org")
    accept(paula, row)
    made = release(cohort=cohort, by=paula, wall=in_days(20))
    assert signing_in_with("ada@example.org") == known
    waiting = {one.team_id: one for one in Invitation.objects.filter(person=known)}
    assert services.find(by_organisation.path_of(known).rstrip("/").rpartition("/")[2]).invitation == waiting[first.pk]
    let_it_leave(made)
    assert services.find(by_organisation.path_of(known).rstrip("/").rpartition("/")[2]).invitation != waiting[first.pk]


def test_no_door_opens_before_the_letter_and_the_release_can_be_taken_back(waits, paula, row):
    lead = Invitation.objects.get(role=Role.LEAD)
    assert by_organisation.path_of(lead.person) == ""
    token = services.links.token_for(lead.pk, lead.version, mailed_to=lead.person.email)
    assert services.find(token) is None
    assert Client().get(reverse("invitation", args=[token])).status_code == 404
    early = services.Found(lead, services.links.read(token), "waiting", lead.person.email)
    with pytest.raises(Refused, match="cannot be used"):
        services.accept(found=early, name="Ada", language="en", city="toronto")
    unreachable = Invitation.objects.get(person__email=None)
    with pytest.raises(Refused, match="has not left yet"):
        by_card.make_card(person=unreachable.person, team=row.team or Team.objects.get(), by=paula)
    by_card.take_up(unreachable.person)
    assert not unreachable.person.memberships.exists()
    undo_release(release=waits, by=paula)


def test_whoever_is_asked_in_while_the_letter_waits_can_still_come_when_it_has_left(waits, paula, row):
    team = Team.objects.get()
    one = services.invite(team=team, by=paula, role="participant", name="One More", email="one.more@example.org")
    assert one.expires_at == waits.release_at + VALID_FOR
    services.send_again(invitation=one, version=one.version, by=paula)
    one.refresh_from_db()
    assert one.expires_at == waits.release_at + VALID_FOR
    mail = PlannedMessage.objects.get(source_id=str(one.pk), state="planned")
    assert (mail.due_at, mail.not_after) == (waits.release_at, one.expires_at)


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
    wall = releasing.minute_of(cohort, day=tomorrow, clock=dt.time(14))
    assert wall == dt.datetime.combine(tomorrow, dt.time(14))
    assert releasing.minute_of(cohort, day=None, clock=None) is None
    with pytest.raises(Refused, match="later minute"):
        releasing.minute_of(cohort, day=TODAY - dt.timedelta(days=1), clock=dt.time(14))
    with pytest.raises(Refused, match="two months"):
        releasing.minute_of(cohort, day=TODAY + dt.timedelta(days=90), clock=dt.time(14))


def test_a_minute_that_the_clocks_jump_over_is_refused_beside_its_field(cohort):
    with time_machine.travel("2027-03-10T12:00Z", tick=False), pytest.raises(Refused, match="jump over") as refused:
        releasing.minute_of(cohort, day=dt.date(2027, 3, 14), clock=dt.time(2, 30))
    assert refused.value.field == "clock"


def test_a_release_follows_the_law_of_clocks_with_all_that_waits_for_it(waits, cohort, paula):
    """Its moment was worked out by other rules than those of today: what was typed stands, everything else follows."""
    services.invite(team=Team.objects.get(), by=paula, role="participant", name="One", email="one.more@example.org")
    assert (waits.release_wall.replace(tzinfo=None), waits.zone) == (in_days(20), cohort.time_zone)

    def minutes():
        mails = PlannedMessage.objects.filter(state="planned", kind__startswith="enrolment/").order_by("kind", "id")
        return (
            Release.objects.get().release_at, Team.objects.get().told_from,
            [*Invitation.objects.order_by("pk").values_list("expires_at", flat=True)],
            [*mails.values_list("kind", "due_at", "next_attempt_at", "not_after")],
        )  # fmt: skip

    before, hour = minutes(), dt.timedelta(hours=1)
    assert {kind for kind, *_rest in before[3]} == {"enrolment/letter", "enrolment/invitation"}
    assert releasing.work_out_again() == []
    Release.objects.update(release_at=F("release_at") + hour)
    Team.objects.update(told_from=F("told_from") + hour)
    Invitation.objects.update(expires_at=F("expires_at") + hour)
    PlannedMessage.objects.update(
        due_at=F("due_at") + hour, next_attempt_at=F("next_attempt_at") + hour, not_after=F("not_after") + hour
    )
    said = io.StringIO()
    call_command("migrate", verbosity=0, stdout=said)
    assert "releases: 1 moments follow" in said.getvalue()
    assert minutes() == before
    assert Entry.objects.filter(verb="release.follows_the_clocks", cohort_id=cohort.pk).count() == 1


def test_a_release_of_now_one_taken_back_and_one_that_has_left_stand_as_they_are(cohort, paula, row):
    accept(paula, row)
    soon = release(cohort=cohort, by=paula)
    assert (soon.release_wall, soon.zone) == (None, "")
    undo_release(release=soon, by=paula)
    back = release(cohort=cohort, by=paula, wall=in_days(5))
    undo_release(release=back, by=paula)
    let_it_leave(release(cohort=cohort, by=paula, wall=in_days(5)))
    Release.objects.filter(pk=back.pk).update(release_at=F("release_at") + dt.timedelta(hours=1))
    assert releasing.work_out_again() == []


@pytest.mark.django_db(transaction=True)
def test_of_taking_back_and_taking_up_at_one_moment_one_is_told_a_sentence():
    cohort = make.cohort(first_day=TODAY + dt.timedelta(days=40))
    paula = make.planner(cohort=cohort)
    accept(paula, make.application(cohort=cohort, people=3))
    made, said, ready = release(cohort=cohort, by=paula), [], threading.Event()
    Release.objects.filter(pk=made.pk).update(release_at=timezone.now() + dt.timedelta(seconds=1))
    lead = Invitation.objects.get(role=Role.LEAD)

    def take_back():
        try:
            ready.set()
            undo_release(release=made, by=paula)
        except Refused as refused:
            said.append(refused.sentence)
        finally:
            connection.close()

    planner = threading.Thread(target=take_back)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=lead.person_id)
        planner.start()
        ready.wait()
        let_pass = max((Release.objects.get().release_at - timezone.now()).total_seconds(), 0)
        time.sleep(let_pass + 0.1)
        token = services.links.token_for(lead.pk, lead.version, mailed_to=lead.person.email)
        services.accept(found=services.find(token), name=lead.called, language="fr", city="trois-rivieres")
    planner.join()
    assert len(said) == 1
    assert lead.person.memberships.current().exists()


def test_others_than_planners_see_the_team_from_its_minute_on(waits, cohort, paula):
    team = Team.objects.get()
    sponsor = make.sponsor(organisation=team.unit.organisation)
    assert team not in teams_named_in(cohort)
    assert team not in Team.objects.sponsored_by(sponsor)
    assert team in Team.objects.visible_to(paula)
    Team.objects.update(told_from=timezone.now())
    assert team in teams_named_in(cohort)
    assert team in Team.objects.sponsored_by(sponsor)
