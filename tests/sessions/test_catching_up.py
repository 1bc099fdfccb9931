"""Whoever was needed elsewhere is sent the ten minutes once: not too early, not to who was there, never in a blaming tone."""

import datetime as dt

import pytest
from django.utils import timezone

from collaborative import pausing
from collaborative.line import today_in
from collaborative.models import Membership, Pause, QuietWeek
from core.time import wall_in
from notifications.briefing import Briefing
from notifications.models import PlannedMessage
from notifications.wording import Gone, render
from sessions.attendance import catching_up, recaps
from sessions.models import Appearance, LearningSession, MeetingReport, Recap, ReportedName, Speaker
from tests import make

pytestmark = pytest.mark.django_db
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
WHOLE = {
    "text_en": "Three things.", "text_fr": "Trois choses.", "now_en": "Ask once.", "now_fr": "Demandez une fois.",
    "recording_en": "https://zoom.us/rec/1", "recording_fr": "https://zoom.us/rec/2", "transcript_en": "",
    "transcript_fr": "",
}  # fmt: skip


@pytest.fixture
def held(cast):
    """A session of the day before yesterday at which Nia was, with its recap."""
    Membership.objects.update(since=timezone.now() - 60 * DAY)
    row = make.learning_session(
        cohort=cast.cohort,
        minutes_ahead=-60 * 48,
        minutes=60,
        kind="learning",
        title_en="Listening",
        title_fr="Écouter",
    )
    make.attendance(learning_session=row, person=cast.nia)
    row = LearningSession.objects.select_related("cohort__programme").get(pk=row.pk)
    publish(cast, row)
    return row


def publish(cast, row, version: int = 1) -> Recap:
    return recaps.write(learning_session=row, by=cast.paula, version=version, publish=True, chapters="", **WHOLE)


def planned() -> dict[str, PlannedMessage]:
    rows = PlannedMessage.objects.filter(kind=catching_up.KIND, state="planned").select_related("recipient")
    return {row.recipient.name: row for row in rows}


def leaves(row: PlannedMessage) -> bool:
    """Would this message leave now?"""
    briefing = Briefing([row])
    if briefing.no_longer(row):
        return False
    try:
        render(row, briefing.said)
    except Gone:
        return False
    return True


def test_those_who_were_elsewhere_are_told_once(cast, held):
    assert catching_up.sweep() > 0
    assert catching_up.sweep() == 0
    told = planned()
    assert {"Tess Holloway", "Pierre Cyr", "Otto Reimer", "Colin MacLeod"} <= set(told)
    assert not {"Nia Roy", "Paula Whitford", "Sol Brennan", "Sela Marche", "Olga Ivanova", "Fia Noble"} & set(told)
    letter = render(told["Tess Holloway"])
    assert letter.subject == "Listening, in ten minutes"
    assert "You were needed elsewhere. Here is “Listening” in ten minutes." in letter.plain
    assert "missed" not in letter.plain + letter.html
    french = render(told["Pierre Cyr"])
    assert "On avait besoin de vous ailleurs. Voici « Écouter » en dix minutes." in french.plain.replace("\xa0", " ")
    for row in told.values():
        wall = wall_in(row.due_at, held.zone)
        assert catching_up.MORNING <= wall.time() <= catching_up.EVENING
        assert row.due_at >= row.created_at + catching_up.NOTICE - dt.timedelta(minutes=1)
        assert row.not_after > row.due_at


def test_not_before_a_day_has_passed_and_not_before_the_recap_is_there(cast, held):
    LearningSession.objects.filter(pk=held.pk).update(starts_at=timezone.now() - 20 * HOUR)
    assert catching_up.sweep() == 0
    LearningSession.objects.filter(pk=held.pk).update(starts_at=timezone.now() - 48 * HOUR)
    Recap.objects.update(published_at=None)
    assert catching_up.sweep() == 0
    Recap.objects.update(published_at=timezone.now())
    assert catching_up.sweep() > 0


def test_nobody_is_told_while_it_is_not_known_who_came(cast, held):
    report = MeetingReport.objects.create(learning_session=held, provider="zoom", sha256="0" * 64, lines=1)
    name = ReportedName.objects.create(report=report, name="iPad", minutes=60)
    assert catching_up.sweep() == 0
    ReportedName.objects.filter(pk=name.pk).update(state="nobody")
    held.attendance.all().delete()
    assert catching_up.sweep() == 0, "nobody at all was noted"
    make.attendance(learning_session=held, person=cast.otto)
    assert catching_up.sweep() > 0
    assert "Otto Reimer" not in planned()


def test_who_joined_the_series_later_was_not_needed_elsewhere(cast, held):
    Membership.objects.filter(user=cast.otto).update(since=timezone.now() - DAY)
    catching_up.sweep()
    assert "Otto Reimer" not in planned()


def test_who_spoke_there_was_there(cast, held):
    speaker = Speaker.objects.create(programme=cast.programme, name="Tess", person=cast.tess)
    Appearance.objects.create(learning_session=held, speaker=speaker)
    catching_up.sweep()
    assert "Tess Holloway" not in planned()


def test_a_team_at_rest_on_that_day_or_today_hears_nothing(cast, held):
    Pause.objects.create(
        team=cast.team, reason="outbreak", starts_on=held.day - DAY, ends_on=held.day + DAY, by=cast.tess
    )
    catching_up.sweep()
    told = planned()
    assert not {"Tess Holloway", "Pierre Cyr", "Colin MacLeod"} & set(told)
    assert leaves(told["Otto Reimer"])
    pausing.pause(team=cast.other_team, reason="other", until=today_in(cast.cohort), by=cast.paula)
    assert not leaves(told["Otto Reimer"])


def test_a_quiet_week_is_kept_when_it_leaves(cast, held):
    catching_up.sweep()
    row = planned()["Tess Holloway"]
    assert leaves(row)
    today = today_in(cast.cohort)
    QuietWeek.objects.create(cohort=cast.cohort, starts_on=today, ends_on=today, name_en="Holidays", name_fr="Fêtes")
    assert not leaves(row)


def test_it_stops_once_they_were_there_or_went_through_it_or_left(cast, held):
    catching_up.sweep()
    told = planned()
    recaps.follow(learning_session=held, user=cast.tess)
    make.attendance(learning_session=held, person=cast.otto)
    Membership.objects.filter(user=cast.pierre).update(until=timezone.now())
    assert [leaves(told[name]) for name in ("Tess Holloway", "Otto Reimer", "Pierre Cyr")] == [False] * 3
    assert leaves(told["Colin MacLeod"])


def test_a_later_session_ends_it(cast, held):
    ahead = make.learning_session(cohort=cast.cohort, minutes_ahead=60 * 30, kind="learning")
    catching_up.sweep()
    row = planned()["Tess Holloway"]
    assert row.not_after == ahead.starts_at, "after a standstill only what is not past leaves"
    LearningSession.objects.filter(pk=ahead.pk).update(starts_at=timezone.now() - HOUR)
    assert not leaves(row)
    Recap.objects.update(told_at=None)
    PlannedMessage.objects.filter(kind=catching_up.KIND).update(state="void", reason="taken_back")
    assert catching_up.sweep() == 0


def test_taken_back_it_is_told_to_nobody_and_shown_again_to_who_has_not_heard(cast, held):
    catching_up.sweep()
    PlannedMessage.objects.filter(recipient=cast.otto, kind=catching_up.KIND).update(
        state="sent", sent_at=timezone.now()
    )
    recaps.take_back(learning_session=held, by=cast.paula)
    assert planned() == {}
    assert catching_up.sweep() == 0
    publish(cast, held, version=2)
    Recap.objects.update(published_at=timezone.now() + dt.timedelta(minutes=2))
    assert catching_up.sweep() > 0
    assert "Tess Holloway" in planned()
    assert "Otto Reimer" not in planned(), "who was told is told once"


def test_as_many_statements_for_many_as_for_one(cast, held, django_assert_max_num_queries):
    for _n in range(5):
        member = make.member(team=cast.team)
        Membership.objects.filter(user=member).update(since=timezone.now() - 60 * DAY)
    with django_assert_max_num_queries(18):
        assert catching_up.sweep() > 5
    with django_assert_max_num_queries(1):
        catching_up.sweep()
    rows = list(planned().values())
    with django_assert_max_num_queries(20):
        briefing = Briefing(rows)
        assert not [row for row in rows if briefing.no_longer(row)]
