"""A report of a meeting becomes attendance; who nobody recognised is settled once; the same file twice changes nothing."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from core.refusals import Refused
from core.time import wall_in
from sessions.meeting_reports import taking_in
from sessions.meeting_reports.taking_in import settle, take_in
from sessions.models import (
    Attendance,
    Guest,
    LearningSession,
    MeetingReport,
    RememberedName,
    ReportedName,
    SessionRules,
)
from sessions.room import beside
from tests import make
from tests.locks import wait_for_lock

pytestmark = pytest.mark.django_db
HEAD = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent"


@pytest.fixture
def held(cast):
    """A session of 90 minutes that ended some hours ago."""
    row = make.learning_session(cohort=cast.cohort, minutes_ahead=-300, minutes=90, kind="learning")
    return LearningSession.objects.select_related("cohort__programme").get(pk=row.pk)


def zoom(learning_session, *people) -> bytes:
    """Return a report in which each of (name, address, first minute, last minute) stays."""
    start = wall_in(learning_session.starts_at, learning_session.zone)
    lines = [HEAD]
    for name, email, first, last in people:
        span = [(start + dt.timedelta(minutes=minute)).strftime("%m/%d/%Y %I:%M:%S %p") for minute in (first, last)]
        lines.append(f'"{name}",{email},{span[0]},{span[1]},{last - first},No,')
    return "\n".join(lines).encode()


def take(cast, held, *people, **more):
    return take_in(learning_session=held, content=zoom(held, *people), zone=held.zone, by=cast.paula, **more)


def came(held) -> dict:
    rows = Attendance.objects.filter(learning_session=held)
    return {row.person.name if row.person else row.guest.name: (row.source, row.minutes) for row in rows}


def test_people_are_known_by_address_or_name_and_rejoins_are_merged(cast, held):
    taken = take(
        cast, held,
        ("Roy, Nia (Harbour View)", "", -3, 20), ("Roy, Nia (Harbour View)", "", 30, 95),
        ("somebody", cast.tess.email.upper(), 0, 90), ("Piérre  CYR", "", 0, 30), ("A passer-by", "", 0, 90),
    )  # fmt: skip
    assert came(held) == {"Nia Roy": ("report", 80), "Tess Holloway": ("report", 90), "Pierre Cyr": ("report", 30)}
    assert [(one.name, one.state) for one in taken.report.names.filter(state="open")] == [("A passer-by", "open")]
    assert Entry.objects.filter(verb="report.taken_in", by=cast.paula).count() == 1


def test_below_the_share_it_does_not_count_and_the_programme_may_ask_for_less(cast, held):
    take(cast, held, ("Nia Roy", "", 0, 45), ("Tess Holloway", "", 0, 44))
    assert [row.person for row in held.attendance.counted()] == [cast.nia]
    cast.programme.session_rules = None
    SessionRules.objects.create(programme=cast.programme, least_percent=10)
    assert held.attendance.counted().count() == 2


def test_who_joined_or_sat_in_the_room_stays_as_noted_and_gets_the_minutes(cast, held):
    for person, source in ((cast.nia, "join"), (cast.tess, "room"), (cast.pierre, "planner")):
        row = make.attendance(learning_session=held, person=person, team=cast.team)
        Attendance.objects.filter(pk=row.pk).update(source=source)
    take(cast, held, *[(one.name, "", 0, 10) for one in (cast.nia, cast.tess)])
    assert came(held) == {"Nia Roy": ("join", 10), "Tess Holloway": ("room", 10), "Pierre Cyr": ("planner", None)}
    assert {row.person for row in held.attendance.counted()} == {cast.tess, cast.pierre}


def test_who_was_ticked_in_the_room_and_stands_in_a_report_waits_for_no_lead(cast, held):
    SessionRules.objects.update_or_create(programme=cast.programme, defaults={"room_is_confirmed": True})
    row = make.attendance(learning_session=held, person=cast.nia, team=cast.team)
    Attendance.objects.filter(pk=row.pk).update(source="room", awaits_lead=True, by=cast.pierre)
    taken = take(cast, held, ("Nia Roy", "", 0, 80))
    assert came(held) == {"Nia Roy": ("room", 80)}
    assert [row.person for row in held.attendance.counted()] == [cast.nia]
    assert not beside.settle(learning_session=held, by=cast.tess, rows=[row.pk], there=False)
    pierre = make.attendance(learning_session=held, person=cast.pierre, team=cast.team)
    nia = next(one for one in beside.room_of(held, pierre.person).beside if one.key == cast.nia.pk)
    assert (nia.may_change, nia.awaits) == (False, False), "who ticked does not untick what the report says"
    taking_in.take_back(report=taken.report, by=cast.paula)
    row.refresh_from_db()
    assert (row.source, row.minutes, row.awaits_lead) == ("room", None, True)


def test_what_a_lead_has_said_stays_so_without_the_report(cast, held):
    SessionRules.objects.update_or_create(programme=cast.programme, defaults={"room_is_confirmed": True})
    for person, more in ((cast.nia, {"by": cast.tess}), (cast.pierre, {"by": cast.nia, "confirmed_by": cast.tess})):
        row = make.attendance(learning_session=held, person=person, team=cast.team)
        Attendance.objects.filter(pk=row.pk).update(source="room", **more)
    taken = take(cast, held, ("Nia Roy", "", 0, 80), ("Pierre Cyr", "", 0, 80))
    taking_in.take_back(report=taken.report, by=cast.paula)
    assert not held.attendance.filter(awaits_lead=True).exists()


def test_the_same_file_twice_changes_nothing(cast, held):
    first = take(cast, held, ("Nia Roy", "", 0, 80))
    Attendance.objects.filter(person=cast.nia).delete()  # a planner knew better since
    second = take(cast, held, ("Nia Roy", "", 0, 80))
    assert (first.again, second.again, second.report) == (False, True, first.report)
    assert came(held) == {}
    assert ReportedName.objects.count() == 1


def test_two_reports_of_one_session_count_no_minute_twice(cast, held):
    take(cast, held, ("Nia Roy", "", 0, 40))
    take(cast, held, ("Nia Roy", "", 20, 70))
    assert came(held) == {"Nia Roy": ("report", 70)}


def test_an_open_name_is_settled_once_and_remembered(cast, held):
    report = take(cast, held, ("iPad de Marie", "", 0, 90), ("host", "", 0, 90)).report
    names = {one.name: one.pk for one in report.names.all()}
    settle(report=report, answers={names["iPad de Marie"]: str(cast.pierre.pk), names["host"]: "nobody"}, by=cast.paula)
    assert came(held) == {"Pierre Cyr": ("report", 90)}
    later = make.learning_session(cohort=cast.cohort, minutes_ahead=-100, minutes=60, kind="learning")
    report = take(cast, later, ("IPAD DE MARIE", "", 0, 60), ("host", "", 0, 60)).report
    assert sorted((one.name, one.state, one.found_by) for one in report.names.all()) == [
        ("IPAD DE MARIE", "matched", "remembered"), ("host", "nobody", "remembered")
    ]  # fmt: skip
    assert came(later) == {"Pierre Cyr": ("report", 60)}


def test_an_answer_settles_the_same_name_where_it_still_waits(cast, held):
    later = make.learning_session(cohort=cast.cohort, minutes_ahead=-100, minutes=60, kind="learning")
    waiting = take(cast, later, ("host", "", 0, 60)).report
    report = take(cast, held, ("host", "", 0, 90)).report
    settle(report=report, answers={report.names.get().pk: str(cast.nia.pk)}, by=cast.paula)
    assert waiting.names.get().person == cast.nia
    assert came(later) == {"Nia Roy": ("report", 60)}


def test_another_answer_takes_the_first_back(cast, held):
    report = take(cast, held, ("host", "", 0, 90)).report
    for answer in (cast.nia, cast.tess):
        settle(report=report, answers={report.names.get().pk: str(answer.pk)}, by=cast.paula)
    assert came(held) == {"Tess Holloway": ("report", 90)}
    assert RememberedName.objects.get().person == cast.tess


def test_two_people_of_one_name_are_asked_about(cast, held):
    make.member(team=cast.other_team, name="Nia Roy")
    report = take(cast, held, ("Nia Roy", "", 0, 90)).report
    assert (report.names.get().state, came(held)) == ("open", {})


def test_somebody_of_another_cohort_is_nobody_here(cast, held):
    report = take(cast, held, (cast.olga.name, cast.olga.email, 0, 90)).report
    assert report.names.get().state == "open"
    with pytest.raises(Refused, match="not expected"):
        settle(report=report, answers={report.names.get().pk: str(cast.olga.pk)}, by=cast.paula)
    assert came(held) == {}


def test_a_guest_is_known_by_name_and_not_remembered(cast, held):
    Guest.objects.create(learning_session=held, team=cast.team, name="Ann Vale", by=cast.tess)
    take(cast, held, ("Ann Vale", "", 0, 90))
    assert came(held) == {"Ann Vale": ("report", 90)}
    assert not RememberedName.objects.exists()


def test_the_report_of_another_day_is_refused_and_nothing_is_kept(cast, held):
    with pytest.raises(Refused, match="while the session took place"):
        take(cast, held, ("Nia Roy", "", 24 * 60, 24 * 60 + 80))
    assert not ReportedName.objects.exists()


def test_rows_that_were_there_for_no_minute_are_told(cast, held):
    report = take(cast, held, ("Nia Roy", "", 0, 80), ("Tess Holloway", "", 5, 5), ("Otto Reimer", "", 100, 120)).report
    assert report.unread == [[3, "no_minute"], [4, "outside"]]


def test_no_minute_inside_is_said_as_such(cast, held):
    taken = take(cast, held, ("Nia Roy", "", 0, 60), ("Too Quick", "", 3, 3), ("Too Late", "", 95, 99))
    assert sorted(code for _row, code in taken.report.unread) == ["no_minute", "outside"]


def test_two_of_one_name_at_the_same_time_are_perhaps_two_people(cast, held):
    taken = take(
        cast, held,
        ("Galaxy A5", "", 0, 60), ("Galaxy A5", "", 3, 70), ("Nia Roy", "", 0, 30), ("Nia Roy", "", 29, 60),
        ("Tess", cast.tess.email, 0, 60), ("Tess", cast.tess.email, 3, 70),
    )  # fmt: skip
    assert [row.name for row in taken.report.names.filter(perhaps_two=True)] == ["Galaxy A5"]


def test_a_report_is_taken_back_and_what_others_noted_stays(cast, held):
    make.attendance(learning_session=held, person=cast.nia, team=cast.team)
    taken = take(cast, held, ("Nia Roy", "", 0, 60), ("Tess Holloway", "", 0, 60), ("Pierre Cyr", "", 0, 60))
    take(cast, held, ("Tess Holloway", "", 10, 80))
    assert taking_in.people_of(taken.report) == 1
    key = taken.report.pk
    taking_in.take_back(report=taken.report, by=cast.paula)
    assert came(held) == {"Nia Roy": ("join", None), "Tess Holloway": ("report", 70)}
    assert Entry.objects.filter(verb="report.taken_back", about_id=str(key), by=cast.paula).exists()
    assert not take(cast, held, ("Nia Roy", "", 0, 60), ("Tess Holloway", "", 0, 60), ("Pierre Cyr", "", 0, 60)).again


def test_taken_back_by_two_at_once_it_goes_once(cast, held):
    taken = take(cast, held, ("Nia Roy", "", 0, 60))
    first, second = (MeetingReport.objects.get(pk=taken.report.pk) for _one in range(2))
    taking_in.take_back(report=first, by=cast.paula)
    taking_in.take_back(report=second, by=cast.paula)
    assert came(held) == {}
    assert Entry.objects.filter(verb="report.taken_back").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_presses_of_taking_back_at_one_moment_are_both_answered_kindly():
    cohort = make.cohort(first_day=timezone.now().date() - dt.timedelta(days=3))
    paula, nia = make.planner(cohort=cohort, language="en"), make.member(team=make.team(cohort=cohort), name="Nia Roy")
    row = make.learning_session(cohort=cohort, minutes_ahead=-300, minutes=90, kind="learning")
    held = LearningSession.objects.select_related("cohort__programme").get(pk=row.pk)
    told = zoom(held, (nia.name, "", 0, 60))
    report = take_in(learning_session=held, content=told, zone=held.zone, by=paula).report
    clients, answers = [Client(), Client()], []
    for client in clients:
        client.force_login(paula)

    def press(client):
        try:
            page = reverse("planning_session_report", args=[held.pk, report.pk])
            answers.append(client.post(page, {"take_back": "1"}, follow=True))
        finally:
            connection.close()

    presses = [threading.Thread(target=press, args=[client]) for client in clients]
    with transaction.atomic():
        LearningSession.objects.select_for_update().get(pk=held.pk)
        for one in presses:
            one.start()
        wait_for_lock(2)
    for one in presses:
        one.join()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("The report was taken back." in answer.content.decode() for answer in answers)
    assert Entry.objects.filter(verb="report.taken_back").count() == 1


def test_before_the_session_there_is_no_report(cast):
    with pytest.raises(Refused, match="has not taken place"):
        take_in(learning_session=cast.next_session, content=b"x", zone="America/Toronto", by=cast.paula)


def test_a_year_after_the_last_day_the_names_go(cast, held, monkeypatch):
    take(cast, held, ("host", "", 0, 80))
    taking_in.sweep()
    assert ReportedName.objects.count() == 1
    cast.cohort.phases.update(
        starts_on=timezone.now().date() - dt.timedelta(days=400), ends_on=timezone.now().date() - dt.timedelta(days=367)
    )
    taking_in.sweep()
    assert ReportedName.objects.count() == 0
