"""Who was at a session as planners see and enter it, the report's page, and the grid of a cohort."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from audit.models import Entry
from sessions.attendance import attending, register
from sessions.models import Attendance, Followed, LearningSession, MeetingReport
from tests import make
from tests.sessions.test_meeting_reports import zoom

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(cast):
    row = make.learning_session(cohort=cast.cohort, minutes_ahead=-300, minutes=90, kind="learning")
    return LearningSession.objects.select_related("cohort__programme").get(pk=row.pk)


def page_of(held) -> str:
    return reverse("planning_session_attendance", args=[held.pk])


def send(client, held, content: bytes):
    file = SimpleUploadedFile("whatever.bin", content)
    return client.post(
        reverse("planning_session_report_new", args=[held.pk]), {"file": file, "place": held.cohort.city}, follow=True
    )


def test_who_was_there_by_team_and_by_who_is_asked_for(cast, held):
    cast.nia.memberships.update(position="manager")
    for person in (cast.nia, cast.pierre):
        make.attendance(learning_session=held, person=person, team=cast.team, role=person.memberships.get().role)
    told = register.register_of(held)
    marks = {group.team: marks for group, marks in told.by_team}
    assert [(label, state) for label, state, _words in marks[cast.team]] == [
        ("Lead", "person"), ("Manager", "done"), ("Patient or care partner", "done")
    ]  # fmt: skip
    assert [state for _label, state, _words in marks[cast.other_team]] == ["open", "open", "open"]
    assert told.asked_for[-1] == ("Patient or care partner", 1, 1)


def test_a_planner_enters_and_takes_out_and_the_trail_keeps_both(client, cast, held):
    client.force_login(cast.paula)
    client.post(page_of(held), {"enter": str(cast.nia.pk)})
    client.post(page_of(held), {"enter": str(cast.nia.pk)})
    row = Attendance.objects.get(learning_session=held)
    assert (row.person, row.source, row.by, row.team, row.role) == (
        cast.nia,
        "planner",
        cast.paula,
        cast.team,
        "participant",
    )
    assert "Entered by the planning team" in client.get(page_of(held)).content.decode().replace("entered", "Entered")
    client.post(page_of(held), {"out": str(row.pk)})
    assert not Attendance.objects.filter(learning_session=held).exists()
    assert [one.verb for one in Entry.objects.filter(verb__startswith="attendance.").order_by("pk")] == [
        "attendance.entered", "attendance.taken_out"
    ]  # fmt: skip


def test_nobody_is_entered_who_was_not_expected_or_before_it_begins(client, cast, held):
    client.force_login(cast.paula)
    assert "was not expected" in client.post(page_of(held), {"enter": str(cast.olga.pk)}, follow=True).content.decode()
    answer = client.post(page_of(cast.next_session), {"enter": str(cast.nia.pk)}, follow=True)
    assert "has not begun" in answer.content.decode()
    assert Attendance.objects.count() == 0


def test_a_row_of_another_session_is_not_taken_out_here(client, cast, held):
    other = make.attendance(learning_session=cast.past_session, person=cast.nia, team=cast.team)
    client.force_login(cast.paula)
    client.post(page_of(held), {"out": str(other.pk)})
    assert Attendance.objects.filter(pk=other.pk).exists()


def test_the_list_as_a_workbook(client, cast, held):
    make.attendance(learning_session=held, person=cast.nia, team=cast.team)
    client.force_login(cast.paula)
    book = load_workbook(io.BytesIO(client.get(page_of(held) + "?as=xlsx").content))
    rows = {row[1]: row for row in book.active.iter_rows(values_only=True)}
    assert rows["Nia Roy"][3:5] == ("was there", "pressed Join")
    assert rows["Tess Holloway"][3] == "was not there"


# ---------------------------------------------------------------- a report, from the file to the grid


def test_a_report_is_sent_read_and_its_open_names_settled(client, cast, held):
    client.force_login(cast.paula)
    answer = send(client, held, zoom(held, ("Nia Roy", "", 0, 90), ("laptop 2 West", "", 0, 80)))
    text = answer.content.decode()
    assert "Who is this?" in text
    assert "laptop 2 West" in text
    report = MeetingReport.objects.get()
    name = report.names.get(state="open")
    url = reverse("planning_session_report", args=[held.pk, report.pk])
    assert answer.redirect_chain[-1][0] == url
    client.post(url, {f"name-{name.pk}": str(cast.tess.pk)})
    assert {row.person for row in held.attendance.counted()} == {cast.nia, cast.tess}
    assert "Every name is settled" in client.get(url).content.decode()
    assert "Who is this?" in client.get(f"{url}?name={name.pk}").content.decode()


def test_the_same_file_again_says_that_nothing_has_changed(client, cast, held):
    client.force_login(cast.paula)
    content = zoom(held, ("Nia Roy", "", 0, 90))
    send(client, held, content)
    assert "nothing has changed" in send(client, held, content).content.decode()
    assert MeetingReport.objects.count() == 1


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"PK\x03\x04", b"\x00\x01\x02", b"a,b\nc", "名前,時".encode(), b'"'])
def test_what_is_no_report_is_refused_beside_the_file(client, cast, held, content):
    client.force_login(cast.paula)
    answer = send(client, held, content)
    assert answer.context["form"].errors["file"]
    assert not MeetingReport.objects.exists()


def test_somebody_of_the_list_who_is_likely_stands_first(client, cast, held):
    client.force_login(cast.paula)
    send(client, held, zoom(held, ("Nia", "", 0, 90)))
    report = MeetingReport.objects.get()
    form = client.get(reverse("planning_session_report", args=[held.pk, report.pk])).context["form"]
    ((_row, box),) = form.lines
    assert ("Perhaps", [(str(cast.nia.pk), "Nia Roy")]) in box.field.choices


# ---------------------------------------------------------------- the grid


def test_paused_followed_and_missing_are_apart_in_the_grid(client, cast, held):
    make.attendance(learning_session=held, person=cast.nia, team=cast.team)
    resting, catching_up = make.team(cohort=cast.cohort), make.team(cohort=cast.cohort)
    resting.pauses.create(reason="outbreak", starts_on=held.day, ends_on=held.day)
    Followed.objects.create(learning_session=held, person=make.member(team=catching_up), at=timezone.now())
    cells = {}
    for row in register.grid_of(cast.cohort).rows:
        for one, cell in zip(register.grid_of(cast.cohort).sessions, row.cells, strict=True):
            if one == held:
                cells[row.team] = (cell.kind, cell.words)
    assert cells == {
        cast.team: ("came", "1 person"), cast.other_team: ("missing", "nobody"), resting: ("paused", "paused"),
        catching_up: ("followed", "1 followed later"),
    }  # fmt: skip
    client.force_login(cast.paula)
    page = client.get(reverse("planning_attendance", args=[cast.cohort.pk]))
    assert "paused" in page.content.decode()
    book = load_workbook(io.BytesIO(client.get(page.request["PATH_INFO"] + "?as=xlsx").content))
    assert book.active.max_row == 5


def test_the_grid_is_short_however_many_teams_there_are(cast, held, django_assert_num_queries):
    with django_assert_num_queries(5):
        register.grid_of(cast.cohort)
    for _n in range(4):
        team = make.team(cohort=cast.cohort)
        make.attendance(learning_session=held, person=make.member(team=team), team=team)
    with django_assert_num_queries(5):
        register.grid_of(cast.cohort)


def test_what_is_ahead_is_not_missing(cast):
    grid = register.grid_of(cast.cohort)
    ahead = [
        cell.kind for one, cell in zip(grid.sessions, grid.rows[0].cells, strict=True) if one.ends_at > timezone.now()
    ]
    assert ahead
    assert set(ahead) == {"ahead"}


def test_who_came_late_into_the_team_may_be_entered_and_who_left_before_may_not(cast, held):
    cast.nia.memberships.update(
        until=held.starts_at - dt.timedelta(days=1), since=held.starts_at - dt.timedelta(days=9)
    )
    keys = attending.roles_at(held)
    assert cast.nia.pk not in keys
    assert cast.tess.pk in keys
    assert cast.sol.pk not in keys
