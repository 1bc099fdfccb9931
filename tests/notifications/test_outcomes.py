"""What became of messages, in words and in counts."""

import datetime as dt

import pytest
from django.utils import timezone

from notifications.models import PlannedMessage
from notifications.outcomes import Tally, outcomes, tallies
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def drop_in():
    return make.learning_session(minutes_ahead=60 * 24 * 3)


def told(row, reader):
    return outcomes(row._meta.label_lower, [row.pk], kind="sessions/reminder", reader=reader).get(str(row.pk))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"state": "planned"}, "mail waiting"),
        ({"state": "sent"}, "mail sent"),
        ({"state": "dead", "reason": "refused"}, "address refused"),
        ({"state": "dead", "reason": "too_many_tries"}, "mail could not be delivered"),
        ({"state": "bounced"}, "mail came back"),
        ({"state": "sent", "channel": "inbox"}, "no mailbox: to be found in the product"),
    ],
)
def test_the_latest_message_about_a_thing_in_words(drop_in, django_assert_num_queries, values, words):
    paula = make.planner(cohort=drop_in.cohort, city="toronto")
    assert told(make.learning_session(), paula) is None
    PlannedMessage.objects.about(drop_in).update(sent_at=timezone.now(), **values)
    with django_assert_num_queries(1):
        found = told(drop_in, paula)
    assert found.words == words
    assert (found.at is None, found.today) == ((True, False) if values["state"] == "planned" else (False, True))


def test_a_day_is_over_on_the_readers_clock(drop_in):
    paula = make.planner(cohort=drop_in.cohort)
    PlannedMessage.objects.about(drop_in).update(state="sent", sent_at=timezone.now() - dt.timedelta(days=1))
    assert told(drop_in, paula).today is False


def test_counts_since_a_moment_by_kind(drop_in):
    for number in range(3):
        make.planner(cohort=drop_in.cohort, name=f"P {number}", email=None if number == 2 else "")
    rows = PlannedMessage.objects.filter(occurrence="T-2d", source_id=str(drop_in.pk))
    now, since = timezone.now(), timezone.now() - dt.timedelta(hours=1)
    assert tallies("collaborative.cohort", drop_in.cohort_id, since) == []
    rows.update(state="sent", sent_at=now)
    rows.filter(pk=rows.filter(channel="mail").first().pk).update(state="dead")
    assert tallies("collaborative.cohort", drop_in.cohort_id, since) == [Tally("sessions/reminder", 1, 1, 1)]
    assert tallies("collaborative.cohort", drop_in.cohort_id, now + dt.timedelta(hours=1)) == []


@pytest.mark.parametrize(("reason", "n"), [("held_by_person", 0), ("hidden", 0), ("may_have_gone", 1)])
def test_what_is_kept_back_is_not_among_what_did_not_leave(drop_in, reason, n):
    make.planner(cohort=drop_in.cohort)
    row = PlannedMessage.objects.filter(occurrence="T-2d", source_id=str(drop_in.pk)).first()
    PlannedMessage.objects.filter(pk=row.pk).update(state="held", reason=reason, updated_at=timezone.now())
    found = tallies("collaborative.cohort", drop_in.cohort_id, timezone.now() - dt.timedelta(hours=1))
    assert sum(one.not_told for one in found) == n
