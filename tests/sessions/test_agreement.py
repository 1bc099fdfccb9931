"""One session, told four ways: Join, a colleague's tick in the room, a report of Zoom, one of Teams. Every page says the same."""

from __future__ import annotations

import datetime as dt

import pytest

from core.time import wall_in
from sessions.attendance import certificates, register
from sessions.attendance.programme_rules import rules_of
from sessions.meeting_reports.taking_in import take_in
from sessions.models import LearningSession
from sessions.room import beside, joining
from tests import make
from tests.sessions.test_meeting_reports import zoom

pytestmark = pytest.mark.django_db


def teams(learning_session, *people) -> bytes:
    """Return a report as Microsoft Teams writes it, of people as ``zoom`` takes them."""
    start = wall_in(learning_session.starts_at, learning_session.zone)

    def moment(minute: int) -> str:
        return (start + dt.timedelta(minutes=minute)).strftime("%m/%d/%y, %I:%M:%S %p")

    lines = ["1. Summary", f"Attended participants\t{len(people)}", "", "2. Participants"]
    lines.append("Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole")
    lines += [f"{n}\t{moment(a)}\t{b}\t{z - a}m\t{e}\t\tPresenter" for n, e, a, z in people for b in [moment(z)]]
    lines += ["", "3. In-Meeting Activities", "Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole"]
    lines += [f"{n}\t{moment(a)}\t{moment(z)}\t{z - a}m\t{e}\tPresenter" for n, e, a, z in people]
    return "\n".join(lines).encode("utf-16")


def test_join_the_room_and_two_reports_agree(cast):
    row = make.learning_session(cohort=cast.cohort, minutes_ahead=-80, minutes=90, kind="learning")
    held = LearningSession.objects.select_related("cohort__programme").get(pk=row.pk)
    joining.join(learning_session=held, user=cast.nia)
    beside.say_who_is_here(learning_session=held, by=cast.nia, ticked=[cast.tess.pk])
    LearningSession.objects.filter(pk=held.pk).update(minutes=75)  # it ended a moment ago
    held.refresh_from_db()

    for report in (
        zoom(held, ("Roy, Nia (Harbour View)", "", 0, 40), ("Pierre Cyr", "", 5, 75)),
        teams(held, ("Nia Roy", cast.nia.email, 30, 75), ("Cyr, Pierre", "", 5, 75)),
    ):
        take_in(learning_session=held, content=report, zone=held.zone, by=cast.paula)

    told = {(line.name, line.row.source, line.row.minutes) for line in came(held)}
    assert told == {("Nia Roy", "join", 75), ("Tess Holloway", "room", None), ("Pierre Cyr", "report", 70)}
    grid = register.grid_of(cast.cohort)
    column = [one.pk for one in grid.sessions].index(held.pk)
    cells = {line.team.pk: line.cells[column] for line in grid.rows}
    assert (cells[cast.team.pk].kind, cells[cast.team.pk].came) == ("came", 3)
    earned = certificates.attended(cast.cohort, rules_of(cast.programme.pk))
    there = {line.key for line in came(held)}
    assert {one.person.pk for one in earned if one.sessions} >= there == {cast.nia.pk, cast.tess.pk, cast.pierre.pk}
    assert held.attendance.counted().count() == 3


def came(held) -> list:
    return [line for group in register.register_of(held).groups for line in group.lines if line.came]
