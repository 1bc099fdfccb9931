"""Many people at once: looked at before anything is done, done once, safe to do again, nothing that a column may not ask for."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from openpyxl import load_workbook

from accounts.models import User
from audit.models import Entry
from collaborative.models import Membership, PartnerWelcome, Team
from core import limits, sheets
from core.refusals import Refused
from enrolment import services
from enrolment.deciding import decide
from enrolment.models import Invitation, PeopleImport
from enrolment.people_import import run, table
from enrolment.people_import.check import Check
from enrolment.people_import.verdicts import _SENTENCES, Verdict
from enrolment.releasing import release
from jobs import services as jobs
from jobs.models import Job, State
from notifications.models import PlannedMessage
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return make.cohort()


@pytest.fixture
def paula(cohort):
    return make.planner(cohort=cohort, name="Paula Whitford")


@pytest.fixture
def west(cohort) -> Team:
    return make.team(cohort=cohort, name="2 West", language="fr")


@pytest.fixture
def east(cohort) -> Team:
    return make.team(cohort=cohort, name="3 East")


@pytest.fixture(autouse=True)
def _no_bell(monkeypatch):
    monkeypatch.setattr(jobs, "call_to_work", lambda: True)


def read(text: str) -> table.Table:
    return table.read(sheets.read(text.encode()))


def codes(cohort, by, text: str, team=None) -> list[str]:
    return [one.verdict.code for one in Check(cohort=cohort, by=by, rows=read(text).rows, team=team).all()]


def take_in(cohort, by, text: str, team=None) -> PeopleImport:
    people = run.prepare(cohort=cohort, table=read(text), by=by, team=team)
    run.confirm(people=people, by=by)
    jobs.work()
    people.refresh_from_db()
    assert people.job.state == State.DONE
    return people


TABLE = """Name,E-mail,Team,Role,Position,Title,Language
Nia Roy,nia@example.org,2 west,lead,manager,Nights,
Tess Hart,tess@example.org,3 East,member,,,fr
Sam Low,,2 West,member,provider,,
"""


def test_looking_changes_nothing(cohort, paula, west, east):
    people = run.prepare(cohort=cohort, table=read(TABLE), by=paula)
    assert [one.verdict.code for one in run.checked(people, by=paula)] == ["invite", "invite", "list"]
    assert not Invitation.objects.exists()
    assert not User.objects.filter(email="nia@example.org").exists()
    kept = Entry.objects.get(verb="people.table_kept")
    assert (kept.by, kept.about_id, kept.detail) == (paula, str(people.pk), {"rows": 3})


def test_what_was_looked_at_is_done_with_everything_that_stood_in_the_table(cohort, paula, west, east):
    people = take_in(cohort, paula, TABLE)
    nia, sam, tess = Invitation.objects.order_by("called").select_related("person")[0:3]
    assert (nia.called, nia.team, nia.role, nia.position, nia.title) == ("Nia Roy", west, "lead", "manager", "Nights")
    assert (nia.person.language, nia.person.city, nia.by) == ("fr", west.unit.city, paula)
    assert not nia.person.has_usable_password()
    assert (sam.called, sam.person.email, sam.role) == ("Sam Low", None, "participant")
    assert (tess.called, tess.person.language) == ("Tess Hart", "fr")
    told = PlannedMessage.objects.filter(kind="enrolment/invitation")
    assert sorted(row.recipient.name for row in told) == ["Nia Roy", "Tess Hart"]
    assert people.job.report == {"does": 3, "rests": 0, "wrong": 0}
    assert not Membership.objects.filter(user=nia.person).exists()


def test_the_same_table_again_changes_nothing(cohort, paula, west, east):
    take_in(cohort, paula, TABLE)
    before = (User.objects.count(), Invitation.objects.count(), PlannedMessage.objects.count())
    again = take_in(cohort, paula, TABLE)
    assert (User.objects.count(), Invitation.objects.count(), PlannedMessage.objects.count()) == before
    assert {one[0] for one in again.results.values()} == {"waiting", "listed"}


def test_who_is_in_already_is_left_in_peace(cohort, paula, west):
    make.member(team=west, user=make.person("Nia Roy", email="nia@example.org"))
    text = "Name,E-mail,Team,Role\nNia Roy,nia@example.org,2 West,member\nNia Roy,nia@example.org,2 West,lead\n"
    assert codes(cohort, paula, text) == ["in", "second_role"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (",nia@example.org,2 West,member,,,", "no_name"),
        ("Nia,nia at example,2 West,member,,,", "bad_email"),
        ("Nia,nia@example.org,,member,,,", "no_team"),
        ("Nia,nia@example.org,9 North,member,,,", "unknown_team"),
        ("Nia,nia@example.org,2 West,boss,,,", "unknown_role"),
        ("Nia,nia@example.org,2 West,planner,,,", "role_refused"),
        ("Nia,nia@example.org,2 West,member,king,,", "unknown_position"),
        ("Nia,nia@example.org,2 West,member,,,klingon", "unknown_language"),
        ("Nia,nia@example.org,2 West,partner,,,", "welcome"),
        ('"=HYPERLINK(""http://x"")",nia@example.org,2 West,member,,,', "bad_name"),
        ("+1 Nia,nia@example.org,2 West,member,,,", "bad_name"),
        ("N" * 121 + ",nia@example.org,2 West,member,,,", "too_long"),
    ],
)
def test_what_is_wrong_is_said_of_the_row_and_nothing_is_done_for_it(cohort, paula, west, line, code):
    text = f"Name,E-mail,Team,Role,Position,Title,Language\n{line}\nTess Hart,tess@example.org,2 West,member,,,\n"
    people = take_in(cohort, paula, text)
    assert people.results["2"][0] == code
    assert people.results["3"][0] == "invite"
    assert list(Invitation.objects.values_list("called", flat=True)) == ["Tess Hart"]
    for lang in ("en", "fr"):
        assert "%" not in Verdict.from_plain(people.results["2"]).words, lang


def test_a_partner_is_asked_in_once_the_welcome_is_ready(cohort, paula, west):
    PartnerWelcome.objects.create(
        team=west, support_name="Marie", support_phone="555-0142", support_when="weekdays", hours=3,
        recognition="25 $", access_help="Ask Marie",
    )  # fmt: skip
    assert codes(cohort, paula, "Name,E-mail,Team,Role\nAnn,ann@example.org,2 West,partner\n") == ["invite"]


def test_a_lead_fills_the_own_team_and_no_other(cohort, west, east):
    tess = make.lead(team=west)
    text = "Name,E-mail,Team,Role\nNia,nia@example.org,,member\nSam,sam@example.org,3 East,member\nUli,u@example.org,,coach\n"
    assert codes(cohort, tess, text, team=west) == ["invite", "unknown_team", "role_refused"]


def test_somebody_who_may_not_any_more_takes_nobody_in(cohort, west, east):
    olga = make.planner(cohort=cohort, name="Olga", by=make.planner(cohort=cohort))
    people = run.prepare(cohort=cohort, table=read(TABLE), by=olga)
    run.confirm(people=people, by=olga)
    Membership.objects.filter(user=olga).delete()
    jobs.work()
    people.refresh_from_db()
    assert {one[0] for one in people.results.values()} == {"role_refused"}
    assert not Invitation.objects.exists()


def test_a_known_address_is_asked_in_and_nobody_is_doubled(cohort, paula, west):
    nia = make.person("Nia R.", email="nia@example.org")
    take_in(cohort, paula, "Name,E-mail,Team\nNia Roy,NIA@example.org,2 West\n")
    assert Invitation.objects.get().person == nia
    assert User.objects.filter(email="nia@example.org").count() == 1


def test_an_invitation_that_ran_out_is_replaced(cohort, paula, west):
    text = "Name,E-mail,Team\nNia Roy,nia@example.org,2 West\n"
    take_in(cohort, paula, text)
    Invitation.objects.update(expires_at="2026-01-01T00:00Z")
    take_in(cohort, paula, text)
    assert [one.revoked_at is None for one in Invitation.objects.order_by("created_at")] == [False, True]


def test_one_address_in_two_teams_is_one_person(cohort, paula, west, east):
    take_in(cohort, paula, "Name,E-mail,Team\nNia,nia@example.org,2 West\nNia,nia@example.org,3 East\n")
    assert User.objects.filter(email="nia@example.org").count() == 1
    assert Invitation.objects.count() == 2


def test_confirming_twice_is_one_piece_of_work(cohort, paula, west, east):
    people = run.prepare(cohort=cohort, table=read(TABLE), by=paula)
    assert run.confirm(people=people, by=paula) == run.confirm(people=people, by=paula)
    assert Job.objects.count() == 1


def test_a_worker_that_dies_between_batches_is_followed_by_one_that_goes_on(cohort, paula, west, east, monkeypatch):
    monkeypatch.setattr(run, "BATCH", 1)
    people = run.prepare(cohort=cohort, table=read(TABLE), by=paula)
    job = run.confirm(people=people, by=paula)
    run._write(people, run.rows_of(people)[:1], by=paula)
    assert list(PeopleImport.objects.get().results) == ["2"]
    run.run(job, lambda done, most: None)
    assert set(PeopleImport.objects.get().results) == {"2", "3", "4"}
    assert Invitation.objects.count() == 3


def test_an_empty_table_is_refused(cohort, paula):
    with pytest.raises(Refused):
        run.prepare(cohort=cohort, table=read("Name,E-mail\n"), by=paula)


def test_the_result_comes_as_a_workbook_in_the_reader_s_language(cohort, west, east):
    pascale = make.planner(cohort=cohort, name="Pascale", language="fr")
    people = take_in(cohort, pascale, TABLE)
    sheet = load_workbook(io.BytesIO(bytes(people.job.result))).worksheets[0]
    assert [cell.value for cell in sheet[2]][:4] == [2, "Nia Roy", "nia@example.org", "2 west"]
    assert sheet["E2"].value == "invitation envoyée par courriel"


def test_what_refuses_a_row_is_said_in_the_readers_language(cohort, west, east):
    pascale = make.planner(cohort=cohort, name="Pascale", language="fr")
    people = take_in(cohort, pascale, "Name,E-mail,Team,Role\nLéa,lea@example.org,2 West,planner\n")
    (one,) = run.checked(people, by=pascale)
    assert "“planning team”" in one.verdict.words
    with override("fr"):
        assert "équipe de planification" in one.verdict.words
        assert "responsable" in one.verdict.words


def test_the_second_role_of_one_person_is_not_dropped_in_silence(cohort, paula, west, east):
    text = "Name,E-mail,Team,Role\nLéa,lea@example.org,2 West,member\nLéa,lea@example.org,2 West,coach\n"
    table = read(text)
    two = Check(cohort=cohort, by=paula, rows=table.rows).all()
    assert [one.verdict.code for one in two] == ["invite", "second_role"]
    assert two[1].verdict.kind == "wrong"
    assert "in row 2, here as coach: not asked with this role" in two[1].verdict.words


def test_checking_costs_the_same_for_one_and_for_many(cohort, paula, west):
    def cost(n: int) -> int:
        rows = read("Name,E-mail,Team\n" + "".join(f"P{i},p{i}@example.org,2 West\n" for i in range(n))).rows
        with CaptureQueriesContext(connection) as asked:
            Check(cohort=cohort, by=paula, rows=rows).all()
        return len(asked)

    cost(1)  # who asks has their roles read once
    assert cost(1) == cost(200) <= 12


def test_every_verdict_has_words_in_both_languages():
    facts = dict.fromkeys(("row", "email", "team", "role", "position", "language", "circle", "sentence"), "x")
    facts |= {"roles": ["a", "b"], "positions": ["a"]}
    assert all("%" not in Verdict(code, facts).words for code in _SENTENCES)


def test_who_is_forgotten_goes_out_of_every_table(cohort, paula, west, east):
    people = take_in(cohort, paula, TABLE)
    nia = User.objects.get(email="nia@example.org")
    assert run.data_of(nia)["named_in_tables"] == 1
    run.forget(nia)
    people.refresh_from_db()
    assert [row["name"] for row in people.rows] == ["Tess Hart", "Sam Low"]
    assert "2" not in people.results
    book = sheets.read(bytes(people.job.result))
    assert [line.cells[1] for line in book[1:]] == ["Tess Hart", "Sam Low"], "nor in the file that was made of it"
    run.forget(paula)
    assert not PeopleImport.objects.exists()


def test_tables_go_away_by_themselves(cohort, paula, west, east):
    take_in(cohort, paula, TABLE)
    run.sweep()
    assert PeopleImport.objects.exists()
    PeopleImport.objects.update(created_at=timezone.now() - run.KEPT)
    run.sweep()
    assert not PeopleImport.objects.exists()


def test_nobody_is_told_before_the_letter_of_their_team(cohort, paula):
    cohort = make.cohort(programme=cohort.programme, first_day=timezone.now().date() + dt.timedelta(days=40))
    paula = make.planner(cohort=cohort)
    application = make.application(cohort=cohort)
    decide(application=application, outcome="accept", by=paula)
    letter = release(cohort=cohort, by=paula)
    application.refresh_from_db()
    take_in(cohort, paula, f"Name,E-mail,Team\nNia Roy,nia@example.org,{application.team.name}\n")
    asked = Invitation.objects.get(address="nia@example.org")
    told = PlannedMessage.objects.get(kind="enrolment/invitation", source_id=str(asked.pk))
    assert told.due_at == letter.release_at


def test_a_table_is_not_counted_by_the_hour_and_leaves_room_for_who_is_asked_in_by_hand(
    cohort, paula, west, monkeypatch
):
    """Links that ran out are made anew one by one; that, too, is one press of the planner."""
    monkeypatch.setattr(limits, "spend", lambda name, *_rest, **_more: name != "invitation-by")
    text = "Name,E-mail,Team\n" + "".join(f"P {n},p{n}@example.org,2 West\n" for n in range(3))
    take_in(cohort, paula, text)
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(days=1))
    people = take_in(cohort, paula, text)
    assert {Verdict.from_plain(one).code for one in people.results.values()} == {"invite"}
    assert Invitation.objects.waiting().count() == 3
    with pytest.raises(Refused, match="asked often"):
        services.invite(by=paula, team=west, role="participant", name="One More", email="one.more@example.org")
