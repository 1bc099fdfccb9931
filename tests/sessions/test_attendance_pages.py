"""Who was at a session as planners see and enter it, the report's page, and the grid of a cohort."""

import datetime as dt
import html
import io
import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from audit.models import Entry
from collaborative.models import Membership
from sessions import agenda
from sessions.attendance import attending, register
from sessions.coming import answers as coming
from sessions.day.on_the_day import numbers_of
from sessions.models import Attendance, Followed, LearningSession, MeetingReport
from sessions.room import guests
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


def test_the_coach_of_a_team_is_not_counted_among_its_members(cast, held):
    told = register.register_of(held)
    coaches = Membership.objects.filter(team__cohort=cast.cohort, role="coach")
    assert coaches.exists()
    in_teams = {line.key for group in told.teams for line in group.lines}
    helping = {line.key for group in told.groups if group.team is None for line in group.lines}
    for role in coaches:
        assert role.user_id not in in_teams
        assert role.user_id in helping


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


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"enter": "nobody"}, "Press the button again"),
        ({"out": "nobody"}, "Press the button again"),
        ({"team": "x"}, "Tick first who was there"),
    ],
)
def test_what_cannot_be_done_is_said(client, cast, held, sent, words):
    client.force_login(cast.paula)
    assert words in client.post(page_of(held), sent, follow=True).content.decode()
    assert not Attendance.objects.filter(learning_session=held).exists()


def test_a_report_is_sent_once_the_session_has_begun_and_people_are_entered_once_the_room_is_open(cast):
    row = cast.next_session
    told = []
    for moment in (row.opens_at - dt.timedelta(minutes=1), row.opens_at, row.starts_at):
        with time_machine.travel(moment, tick=False):
            now = register.register_of(row)
        told.append((now.room_opened, now.began))
    assert told == [(False, False), (True, False), (True, True)]
    row.cancelled_at = row.starts_at
    with time_machine.travel(row.ends_at):
        now = register.register_of(row)
    assert (now.room_opened, now.began) == (False, False)


def test_several_are_ticked_and_entered_with_one_press(client, cast, held):
    client.force_login(cast.paula)
    text = client.post(page_of(held), {"enter": [str(cast.nia.pk), str(cast.tess.pk), "nobody"]}, follow=True).content
    assert "2 people entered." in text.decode()
    assert {row.person for row in Attendance.objects.filter(learning_session=held)} == {cast.nia, cast.tess}


def test_before_it_begins_nobody_was_missed(client, cast):
    client.force_login(cast.paula)
    text = client.get(page_of(cast.next_session)).content.decode()
    assert "It begins" in text
    assert "Nia Roy" in text
    for words in ("as not there", "ot there", "Enter those ticked", "0 people"):
        assert words not in text
    told = register.register_of(cast.next_session)
    assert not any(group.needs_a_look for group in told.groups)


def test_a_paused_team_is_not_missed(client, cast, held):
    resting = make.team(cohort=cast.cohort)
    make.member(team=resting, name="Rosa Rest", role="lead")
    make.attendance(learning_session=held, person=cast.nia, team=cast.team)
    before = register.register_of(held)
    resting.pauses.create(reason="outbreak", starts_on=held.day, ends_on=held.day)
    told = register.register_of(held)
    (group,) = [one for one in told.teams if one.team == resting]
    assert group.paused
    assert not group.needs_a_look
    assert {line.state for line in group.lines} == {"paused"}
    assert len(told.awaited) == len(before.awaited) - 1
    assert told.asked_for[0] == ("Lead", 0, before.asked_for[0][2] - 1)
    client.force_login(cast.paula)
    assert "is-paused" in client.get(page_of(held)).content.decode()
    make.attendance(learning_session=held, person=resting.memberships.get().user, team=resting)
    assert not next(one for one in register.register_of(held).teams if one.team == resting).paused


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
    assert rows["Nia Roy"][3:5] == ("counts", "pressed Join")
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


def test_a_report_is_told_apart_and_taken_back_when_asked(client, cast, held):
    client.force_login(cast.paula)
    send(client, held, zoom(held, ("Nia Roy", "", 0, 90), ("Nobody Known", "", 0, 60)))
    text = client.get(page_of(held)).content.decode()
    assert f"Sent by {cast.paula.name}" in text
    assert "2 rows, 2 people" in text
    page = reverse("planning_session_report", args=[held.pk, MeetingReport.objects.get().pk])
    assert "1 person is there by this report alone" in client.get(page, {"take_back": 1}).content.decode()
    for _press in range(2):
        assert client.post(page, {"take_back": 1}, follow=True).status_code == 200
    assert not MeetingReport.objects.exists()
    assert not Attendance.objects.filter(learning_session=held).exists()


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


def test_the_grid_counts_nobody_twice_and_holds_no_team_that_has_withdrawn(cast, held):
    make.attendance(learning_session=held, person=cast.nia, team=cast.team)
    for person in (cast.nia, cast.tess):
        Followed.objects.create(learning_session=held, person=person, at=timezone.now())
    type(cast.other_team).objects.filter(pk=cast.other_team.pk).update(withdrawn_at=timezone.now())
    grid = register.grid_of(cast.cohort)
    column = [one.pk for one in grid.sessions].index(held.pk)
    cells = {row.team: row.cells[column] for row in grid.rows}
    assert list(cells) == [cast.team]
    assert (cells[cast.team].came, cells[cast.team].followed) == (1, 1), "who came has nothing to follow"


def test_a_sponsor_is_not_missed(cast, held):
    sol = make.member(team=cast.team, role="sponsor", name="Sol of the Board")
    Membership.objects.filter(user=sol).update(since=held.starts_at - dt.timedelta(days=1))
    lines = [line.name for group in register.register_of(held).groups for line in group.lines]
    assert "Nia Roy" in lines
    assert sol.name not in lines


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


# ---------------------------------------------------------------- a long list is folded


def teams_open(client, page: str, data: dict | None = None) -> list[str]:
    """Return the names of the teams that stand open on the page."""
    text = (client.post(page, data) if data else client.get(page)).content.decode()
    found = re.findall(r'<details id="team-[^"]*" open>.*?<h3[^>]*>(.*?) <span', text, re.DOTALL)
    return [html.unescape(one.strip()) for one in found]


@pytest.fixture
def many(cast, held):
    """Several teams, of each of which somebody was there, but for one."""
    teams = [make.team(cohort=cast.cohort, name=name) for name in ("CLSC Nord", "Cedar", "Œuvres de Laval", "Élan")]
    for team in teams:
        nia = make.member(team=team, name=f"Somebody of {team.name}")
        if team.name != "Cedar":
            make.attendance(learning_session=held, person=nia, team=team, role="participant")
    make.attendance(learning_session=held, person=cast.nia, team=cast.team, role="participant")
    return teams


def test_teams_are_folded_but_for_those_that_need_a_look(client, cast, held, many):
    client.force_login(cast.paula)
    opened = teams_open(client, page_of(held))
    assert "Cedar" in opened
    assert not {"CLSC Nord", "Élan", cast.team.name} & set(opened)


def test_a_team_of_the_table_is_opened_and_stays_open_after_a_button(client, cast, held, many):
    client.force_login(cast.paula)
    key = str(many[0].pk)
    page = client.get(page_of(held)).content.decode()
    assert f'href="?team={key}#team-{key}"' in page
    assert teams_open(client, f"{page_of(held)}?team={key}") == ["CLSC Nord"]
    nobody = make.member(team=many[0], name="Late Comer")
    answer = client.post(page_of(held), {"enter": str(nobody.pk), "team": key})
    assert answer["Location"] == f"{page_of(held)}?team={key}#team-{key}"
    assert client.post(page_of(held), {"team": "//evil"})["Location"] == page_of(held)


def test_somebody_is_found_by_name_whatever_the_accents(client, cast, held, many):
    client.force_login(cast.paula)
    assert teams_open(client, page_of(held), {"name": "somebody elan"}) == ["Élan"]
    text = client.post(page_of(held), {"name": "zzz"}).content.decode()
    assert "Nobody here is called that." in text
    assert "<details" not in text


def test_teams_stand_in_one_order_everywhere(client, cast, held, many):
    make.attendance(learning_session=held, person=make.member(team=many[1]), team=many[1], role="participant")
    names = [one.name for one in many]
    wanted = ["Cedar", "CLSC Nord", "Élan", "Œuvres de Laval"]
    client.force_login(cast.paula)
    ahead = make.learning_session(cohort=cast.cohort, minutes_ahead=5, kind="learning")
    told = [
        [group.team.name for group in register.register_of(held).teams],
        [row.team.name for row in register.grid_of(cast.cohort).rows],
        [one.name for one in coming.coverage_of(held).teams],
        [one.name for one in numbers_of(ahead).missing],
        [one.name for one in agenda.teams_of(held)],
        [one.name for one in guests.teams_to_admit_into(held, cast.paula)],
    ]
    assert [[name for name in one if name in names] for one in told] == [wanted] * len(told)
