"""Redis stopped or silent: a conversation is logged, a session joined, a post written, and nothing of it is lost."""

from __future__ import annotations

import uuid

import pytest
from celery import Celery
from django.conf import settings as configured
from django.urls import reverse

from forum.models import Post
from improvement.models import SafetyConversation
from notifications import bell, tasks
from notifications.models import PlannedMessage
from sessions.models import Attendance
from tests import make, redis_away

pytestmark = pytest.mark.django_db


def nothing() -> None:
    """Do nothing: nobody hears the bell."""


@pytest.fixture(params=redis_away.WAYS)
def away(request, settings, tmp_path, monkeypatch):
    """Neither cache nor broker, as the product itself would speak to them."""
    with redis_away.nobody(request.param, tmp_path) as (cache, broker):
        redis_away.aim(settings, cache)
        monkeypatch.delenv("CELERY_BROKER_URL")  # Celery prefers it to what it is told
        deaf = Celery("deaf", broker=broker, set_as_current=False)
        deaf.conf.broker_transport_options = configured.CELERY_BROKER_TRANSPORT_OPTIONS
        deaf.conf.task_publish_retry = configured.CELERY_TASK_PUBLISH_RETRY
        monkeypatch.setattr(tasks, "tick", deaf.task(name="tick", shared=False)(nothing))
        monkeypatch.setattr(bell, "_silent_until", 0.0)
        yield
        deaf.close()


@pytest.fixture
def nurse(client, cast):
    client.force_login(cast.nia)
    return client


def test_a_conversation_is_logged(away, nurse, cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = nurse.post(
            reverse("log_conversation_for", args=[cast.team.pk]),
            {"client_key": str(uuid.uuid4()), "with_whom": "colleague"},
            follow=True,
        )
    assert answer.status_code == 200
    assert SafetyConversation.objects.get().by == cast.nia


def test_a_session_is_joined(away, nurse, cast, django_capture_on_commit_callbacks):
    meeting = make.learning_session(cohort=cast.cohort, minutes_ahead=5)
    with django_capture_on_commit_callbacks(execute=True):
        answer = nurse.post(reverse("session_join", args=[cast.cohort.pk, meeting.pk]))
    assert answer.status_code == 200
    assert Attendance.objects.get(learning_session=meeting).person == cast.nia


def test_an_answer_is_written_and_its_message_waits_in_the_diary(away, nurse, cast, django_capture_on_commit_callbacks):
    thread = make.thread(board=make.board(cohort=cast.cohort), by=cast.otto)
    with django_capture_on_commit_callbacks(execute=True):
        answer = nurse.post(
            reverse("forum_thread", args=[cast.cohort.pk, "ask", thread.pk]),
            {"text": "We ask at the huddle.", "once": str(uuid.uuid4())},
            follow=True,
        )
    assert answer.status_code == 200
    assert Post.objects.get(text="We ask at the huddle.").by == cast.nia
    assert PlannedMessage.objects.filter(recipient=cast.otto, state="planned").exists()
    assert bell.kick() is False
