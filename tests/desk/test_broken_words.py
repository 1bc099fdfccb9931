"""K24 of the fault plan: the French words of one kind of message are broken; its French readers' are held, all else leaves."""

from __future__ import annotations

from collections import Counter

import pytest
from django.template import TemplateDoesNotExist
from django.test import Client
from django.urls import reverse
from django.utils.translation import get_language

from notifications import by_hand, services, sweep, wording
from notifications.models import PlannedMessage
from sessions import services as sessions
from tests import make
from tests.notifications import invariants
from tests.smtp_sink import sink  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db

BROKEN, WHOLE = "sessions/reminder", "sessions/moved"


@pytest.fixture
def broken_in_french(monkeypatch):
    """The template of the reminder is missing, where French speaks."""
    real = wording._template
    name = "sessions/emails/reminder.txt"

    class Missing:
        def render(self, context) -> str:
            if get_language() == "fr":
                raise TemplateDoesNotExist(name)
            return real(name).render(context)

    monkeypatch.setattr(wording, "_template", lambda asked: Missing() if asked == name else real(asked))


def test_k24_broken_in_one_language(sink, broken_in_french, monkeypatch):  # noqa: F811
    monkeypatch.setattr("notifications.bell.kick", lambda: True)
    cohort = make.cohort()
    team = make.team(cohort=cohort)
    people = [make.member(team=team, language=language) for language in ("en", "fr", "fr", "en")]
    session = make.learning_session(cohort=cohort, minutes_ahead=40)
    sessions.plan_reminders(session)  # the invitation says the same: it alone would leave
    PlannedMessage.objects.exclude(kind=BROKEN).update(state="void")
    PlannedMessage.objects.exclude(source_id=str(session.pk)).update(state="void")
    services.plan_many(WHOLE, to=people, about=session, due=None, scope=cohort)
    sweep.tick()
    became = Counter(
        (row.kind, row.recipient.language, row.state, row.reason)
        for row in PlannedMessage.objects.about(session).filter(recipient__in=people).exclude(state="void")
    )
    assert became == {
        (BROKEN, "en", "sent", ""): 2,
        (BROKEN, "fr", "held", "template_broken:TemplateDoesNotExist"): 2,
        (WHOLE, "en", "sent", ""): 2,
        (WHOLE, "fr", "sent", ""): 2,
    }
    assert {name: count for name, count in invariants.broken().items() if count} == {}
    planner = Client()
    planner.force_login(make.planner(cohort=cohort))
    held = PlannedMessage.objects.filter(state="held")
    for page in ("planning_cohort", "planning_outbox"):
        text = planner.get(reverse(page, args=[cohort.pk])).content.decode()
        assert all(reverse("planning_message", args=[row.pk]) in text for row in held), page
    told = planner.get(reverse("planning_message", args=[held.first().pk])).content.decode()
    assert "Its words could not be made" in told
    # Mended, and let go by a press.
    monkeypatch.undo()
    monkeypatch.setattr("notifications.bell.kick", lambda: True)
    for row in held.all():
        by_hand.retry(row, by=people[0], reason="mended")
    sweep.tick()
    assert not held.all().exists()
    assert PlannedMessage.objects.about(session).filter(kind=BROKEN, state="sent", recipient__in=people).count() == 4
