"""The surveys of the demo have answers that can be read, and rounds to come."""

from __future__ import annotations

import pytest

from collaborative.models import TEAM_ROLES
from desk.demo import asking, world
from sessions.models import Attendance, LearningSession
from surveys.models import Response, Round
from surveys.results import counts_of, results_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quiet(settings, tmp_path, monkeypatch):
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    monkeypatch.setattr("notifications.bell.kick", lambda: True)


def test_half_have_answered_some_with_consent_and_what_they_said_can_be_read():
    world.fill()
    rows = Round.objects.counted().filter(survey__cohort=world.COHORT_ID)
    before = rows.get(survey__moment="before")
    assert 0.4 < before.many_finished / before.many_asked < 0.7
    agreed = Response.objects.filter(round=before).exclude(study_id=None).count()
    assert 5 <= agreed < before.many_finished
    for counts in counts_of(rows).values():
        assert counts.asked >= counts.delivered >= counts.started >= counts.finished
    results = results_of(before)
    assert all(any(one.count for one in result.rows) for result in results if result.now)
    assert [result.texts for result in results if result.texts]
    session = rows.filter(survey__moment="session").order_by("opens_at")
    assert session[0].many_finished
    held = LearningSession.objects.get(pk=session[0].about)
    assert (
        session[0].many_asked == Attendance.objects.filter(learning_session=held, role__in=TEAM_ROLES).counted().count()
    )
    said = {text for result in results_of(session[0]) for text in result.texts or ()}
    assert said <= set(asking.TRIES)
    assert session.count() > 1
