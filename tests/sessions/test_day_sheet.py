"""The day sheet, and the numbers of the day."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from collaborative.services import give_role
from jobs import services as jobs
from jobs.models import Job
from sessions import people
from sessions.day import day_sheet, on_the_day
from sessions.models import AgendaItem, Appearance, Guest, LearningSession, MeetingAddress, RunItem, SoundCheck, Speaker
from sessions.room import joining
from tests import make

pytestmark = pytest.mark.django_db
SECRET = "https://example.zoom.us/j/5550100?pwd=canary"


@pytest.fixture
def team():
    return make.team()


@pytest.fixture
def paula(team):
    return make.planner(cohort=team.cohort, language="en", name="Paula Whitford")


@pytest.fixture
def tomorrow(team, paula):
    make.lead(team=team, name="Tess Holloway")
    make.member(team=team, email=None, name="Rosa Lind", title="care aide")
    row = make.learning_session(
        cohort=team.cohort, minutes_ahead=60 * 23, url=SECRET, dial_in="1 855 555-0188", title_en="Office hours"
    )
    item = AgendaItem.objects.create(
        learning_session=row, ordinal=1, minutes=20, title_en="Welcome", title_fr="Accueil"
    )
    RunItem.objects.create(learning_session=row, minute=-10, who="Paula", what="Opens the room")
    speaker = Speaker.objects.create(
        programme=team.cohort.programme, name="Ann Vale", phone="1 709 555-0101", email="ann@example.ca"
    )
    Appearance.objects.create(learning_session=row, item=item, speaker=speaker)
    return row


def sheets(**more):
    return Job.objects.filter(kind="sessions/day-sheet", **more)


def cells(job) -> str:
    book = load_workbook(io.BytesIO(bytes(job.result)))
    return "\n".join(" | ".join(str(cell or "") for cell in row) for row in book.active.iter_rows(values_only=True))


def test_a_day_before_every_planner_finds_both_files(tomorrow, team, paula):
    second = make.planner(cohort=team.cohort, language="fr")
    make.planner()
    day_sheet.sweep()
    jobs.work()
    assert {(job.by, job.params["as"], job.state) for job in sheets()} == {
        (person, kind, "done") for person in (paula, second) for kind in ("pdf", "xlsx")
    }
    told = cells(sheets(by=paula).get(params__as="xlsx"))
    for words in (
        SECRET, "1 855 555-0188", "Welcome", "Ann Vale", "1 709 555-0101", "Opens the room", "Tess Holloway", "Rosa Lind",
        "care aide", "no mailbox", team.name, "Paula Whitford",
    ):  # fmt: skip
        assert words in told, words
    assert "Accueil" in cells(sheets(by=second).get(params__as="xlsx"))
    assert bytes(sheets(by=paula).get(params__as="pdf").result).startswith(b"%PDF")


def test_once_for_each_time_and_address(tomorrow, paula):
    for _tick in range(2):
        day_sheet.sweep()
    assert sheets().count() == 2
    MeetingAddress.objects.update(url="https://zoom.us/j/9")
    day_sheet.sweep()
    assert sheets().count() == 4
    LearningSession.objects.update(version=2)
    day_sheet.sweep()
    assert sheets().count() == 6


@pytest.mark.parametrize("hours", [25, -1])
def test_not_before_and_not_afterwards(team, paula, hours):
    make.learning_session(cohort=team.cohort, minutes_ahead=60 * hours)
    day_sheet.sweep()
    assert not sheets().exists()


def test_not_of_a_cancelled_session(tomorrow):
    LearningSession.objects.filter(pk=tomorrow.pk).update(cancelled_at=timezone.now())
    day_sheet.sweep()
    assert not sheets().exists()


def test_not_in_a_cohort_that_is_closed(tomorrow, team, paula):
    type(team.cohort).objects.filter(pk=team.cohort.pk).update(closed_at=timezone.now())
    day_sheet.sweep()
    assert not sheets().exists()


def test_without_an_address_it_says_so(tomorrow, paula):
    MeetingAddress.objects.all().delete()
    day_sheet.sweep()
    jobs.work()
    assert "None has been entered yet." in cells(sheets().get(params__as="xlsx"))


def test_who_plans_no_more_gets_no_sheet(tomorrow, team, paula):
    make.planner(cohort=team.cohort)
    day_sheet.sweep()
    paula.memberships.filter(role="planner").update(until=timezone.now())
    jobs.work()
    assert {job.state for job in sheets(by=paula)} == {"failed"}
    assert not sheets(by=paula).exclude(result=None).exists()


def test_a_planner_has_it_made_now(client, tomorrow, paula):
    client.force_login(paula)
    answer = client.post(reverse("planning_session_sheet", args=[tomorrow.pk]))
    assert answer.url == reverse("my_files")
    jobs.work()
    listed = client.get(reverse("my_files")).content.decode()
    assert "Day sheet of “Office hours” (PDF)" in listed
    assert "canary" not in listed
    file = client.get(reverse("my_file", args=[sheets().get(params__as="xlsx").pk]))
    assert file.status_code == 200
    assert file["Content-Disposition"].endswith('.xlsx"')


def test_only_the_newest_sheet_of_a_session_is_kept(tomorrow, team, paula):
    make.learning_session(cohort=team.cohort, minutes_ahead=60 * 22, title_en="Second one")
    day_sheet.sweep()
    jobs.work()
    old = set(sheets().values_list("pk", flat=True))
    assert len(old) == 4
    MeetingAddress.objects.filter(learning_session=tomorrow).update(url="https://example.zoom.us/j/5550999")
    day_sheet.sweep()
    jobs.work()
    of_tomorrow = sheets(params__session=str(tomorrow.pk))
    assert of_tomorrow.count() == 2
    assert not old & set(of_tomorrow.values_list("pk", flat=True))
    assert sheets().count() == 4, "the other session's stay"
    day_sheet.ask_for_sheets(learning_session=tomorrow, by=paula)
    jobs.work()
    day_sheet.sweep()
    assert of_tomorrow.count() == 2


def test_two_sessions_of_a_day_are_two_names(tomorrow, team, paula):
    make.learning_session(cohort=team.cohort, minutes_ahead=60 * 23, title_en="Second one")
    day_sheet.sweep()
    jobs.work()
    names = set(sheets().values_list("result_name", flat=True))
    assert len(names) == 4
    assert any("second-one" in name for name in names)


def test_the_sheet_goes_with_the_role(client, tomorrow, team, paula):
    other = make.planner(cohort=team.cohort)
    day_sheet.sweep()
    jobs.work()
    file = reverse("my_file", args=[sheets(by=paula).first().pk])
    client.force_login(paula)
    assert client.get(file).status_code == 200
    paula.memberships.filter(role="planner").update(until=timezone.now())
    assert client.get(file).status_code == 404
    assert "Day sheet" not in client.get(reverse("my_files")).content.decode()
    day_sheet.sweep()
    assert not sheets(by=paula).exists()
    assert sheets(by=other).count() == 2


def test_taking_away_costs_the_same_for_one_cohort_and_for_five(django_assert_num_queries):
    stay, go = [], []
    for more in (1, 4):
        for cohort in [make.cohort() for _one in range(more)]:
            row = make.learning_session(cohort=cohort, minutes_ahead=60 * 30)
            for whose in (stay, go):
                whose.append(make.planner(cohort=cohort))
                day_sheet.ask_for_sheets(learning_session=row, by=whose[-1])
            go[-1].memberships.update(until=timezone.now())
        with django_assert_num_queries(4):
            day_sheet.sweep()
    assert sheets(by__in=go).count() == 0
    assert sheets(by__in=stay).count() == 10


def test_who_plans_the_whole_programme_keeps_the_sheet(tomorrow, team):
    pia = make.person("Pia")
    give_role(user=pia, role="planner", by=pia, programme=team.cohort.programme)
    day_sheet.ask_for_sheets(learning_session=tomorrow, by=pia)
    day_sheet.sweep()
    assert sheets(by=pia).count() == 2


def test_nobody_else_gets_a_planners_sheet(client, tomorrow, team):
    day_sheet.sweep()
    jobs.work()
    client.force_login(make.member(team=team))
    assert client.get(reverse("my_file", args=[sheets().first().pk])).status_code == 404


def test_who_is_forgotten_goes_out_of_every_sheet(tomorrow, paula):
    day_sheet.sweep()
    jobs.work()
    rosa = tomorrow.cohort.teams.get().memberships.get(user__name="Rosa Lind").user
    assert people.data_of(rosa)["named_in_day_sheets"] == 2
    people.forget(rosa)
    assert not sheets().exists()
    day_sheet.sweep()
    jobs.work()
    people.forget_address("ann@example.ca")
    assert not sheets().exists()


def test_no_name_stands_in_what_waits(tomorrow, paula):
    day_sheet.sweep()
    assert "Lind" not in str(list(sheets().values("params")))
    assert "canary" not in str(list(sheets().values("params")))


# ---------------------------------------------------------------- the numbers


def test_the_day_counts_who_is_in_and_which_teams_are_not(client, team, paula):
    row = make.learning_session(cohort=team.cohort, minutes_ahead=10)
    nia, other = make.member(team=team), make.team(cohort=team.cohort)
    otto = make.member(team=other)
    make.coach(team=other)
    SoundCheck.objects.create(learning_session=row, person=otto, at=timezone.now())
    make.attendance(learning_session=row, person=nia, team=team)
    make.attendance(learning_session=row, person=paula, role="planner")
    found = on_the_day.numbers_of(row)
    assert (found.expected, found.tried, found.there) == (4, 1, 2)
    assert [(one.name, one.expected) for one in found.missing] == [(other.name, 1)]
    assert [(one.name, one.there, one.expected) for one in found.others] == [(team.name, 1, 1)]
    client.force_login(paula)
    url = reverse("planning_session_day", args=[row.pk])
    whole, part = client.get(url).content.decode(), client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 60s"' in whole
    assert part.lstrip().startswith('<section class="card" id="numbers"')
    for name in (nia.name, otto.name):
        assert name not in whole


def test_a_guest_is_counted_beside_the_team_and_not_among_its_members(client, team, paula):
    row = make.learning_session(cohort=team.cohort, minutes_ahead=10)
    make.attendance(learning_session=row, person=make.member(team=team), team=team)
    other = make.team(cohort=team.cohort)
    make.member(team=other)
    for one in (team, other):
        joining.come_in_as_guest(
            Guest.objects.create(learning_session=row, team=one, name="Ada", secret_hash=str(one.pk))
        )
    found = on_the_day.numbers_of(row)
    assert found.there == 3
    assert sorted((one.there, one.expected, one.guests) for one in found.others) == [(0, 1, 1), (1, 1, 1)]
    client.force_login(paula)
    page = " ".join(client.get(reverse("planning_session_day", args=[row.pk])).content.decode().split())
    assert "1 of 1 and 1 guest<" in page


def test_afterwards_it_says_that_not_everybody_who_came_in_counts(client, team, paula):
    row = make.learning_session(cohort=team.cohort, minutes_ahead=-300)
    make.attendance(learning_session=row, person=make.member(team=team), team=team)
    client.force_login(paula)
    page = client.get(reverse("planning_session_day", args=[row.pk])).content.decode()
    assert "Came in" in page
    assert "In by now" not in page
    assert "however briefly" in page
    assert f'<a href="{reverse("planning_session_attendance", args=[row.pk])}">Attendance</a>' in page


def test_the_page_rests_when_nothing_changes(team):
    row = make.learning_session(cohort=team.cohort, minutes_ahead=300)
    assert not on_the_day.is_watched(row, timezone.now())
    assert on_the_day.is_watched(row, row.starts_at - dt.timedelta(minutes=30))
    assert not on_the_day.is_watched(row, row.ends_at)
