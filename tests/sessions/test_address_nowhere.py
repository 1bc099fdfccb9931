"""The address of a meeting stands in no mail that waits, in no file and in no row but those of the meeting.

Pages are looked through in tests/test_doors.py. The exceptions are deeds of a planner: to look at it, to have the day sheet
made, to release it; each has its own test.
"""

import pytest
from django.apps import apps

from jobs import services as jobs
from jobs.models import Job
from notifications.models import PlannedMessage
from notifications.wording import Gone, render
from sessions.models import LearningSession, MeetingAddress, OutsideMeeting
from tests.world import undone

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]
CANARY = "pwd=canary-9134"
URL = f"https://example.zoom.us/j/5550199?{CANARY}"


@pytest.fixture
def told(world):
    """The world, in which every session has an address."""
    with undone():
        for row in LearningSession.objects.all():
            MeetingAddress.objects.update_or_create(learning_session=row, defaults={"url": URL})
            outside = {"service": "zoom", "outside_id": "5550199", "url": URL}
            OutsideMeeting.objects.update_or_create(learning_session=row, defaults=outside)
        yield world


def test_no_mail_that_waits_says_it(told):
    seen = set()
    for row in PlannedMessage.objects.filter(state="planned").order_by("kind", "pk"):
        if row.kind in seen:
            continue
        try:
            letter = render(row)
        except Gone:
            continue
        seen.add(row.kind)
        for words in (letter.plain, letter.html, letter.subject):
            assert CANARY not in words
        for part in letter.calendar:
            assert CANARY not in str(part)
    assert "sessions/reminder" in seen


def test_no_row_but_the_two_of_the_meeting_holds_it(told):
    """Nor does the trail, nor any message, draft or job."""
    wrong = [
        model._meta.label
        for model in apps.get_models()
        if model not in (MeetingAddress, OutsideMeeting)
        if any(CANARY in str(row) for row in model._default_manager.values())
    ]
    assert wrong == []


def test_no_file_of_long_work_holds_it_but_a_planners_sheet(told):
    jobs.work()
    held = Job.objects.exclude(result=None).exclude(kind="sessions/day-sheet")
    assert [job.kind for job in held if CANARY.encode() in bytes(job.result)] == []
