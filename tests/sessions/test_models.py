"""What the database refuses whatever the code does: halves of pairs, and rows that say two things at once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from sessions import models as rooms
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(cast):
    """Return one row of each table of which something is refused, by its name."""
    session, now = cast.past_session, timezone.now()
    report = rooms.MeetingReport.objects.create(learning_session=session, provider="zoom", sha256="0", lines=1)
    plan = rooms.BreakoutPlan.objects.create(learning_session=session, seed=1, rooms=1, made_at=now)
    return {
        "session": session,
        "certificate": rooms.Certificate.objects.create(
            cohort=cast.cohort, person=cast.nia, name="Nia", code="NIA", sessions=3, hours=4, given_on=now.date()
        ),
        "seat": rooms.BreakoutSeat.objects.create(plan=plan, room=1, person=cast.nia),
        "attendance": make.attendance(learning_session=session, person=cast.tess, team=cast.team),
        "guest": rooms.Guest.objects.create(learning_session=session, name="Ann Vale"),
        "named": rooms.ReportedName.objects.create(
            report=report, name="Nia", minutes=9, person=cast.nia, state="matched"
        ),
        "remembered": rooms.RememberedName.objects.create(cohort=cast.cohort, name="nia"),
        "link": rooms.PersonalLink.objects.create(learning_session=session, person=cast.nia, used_at=now, browser="x"),
        "registration": rooms.Registration.objects.create(
            learning_session=session, name="Rae", email="rae@example.ca", language="en"
        ),
    }


NOW = dt.datetime(2026, 11, 3, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("what", "values"),
    [
        ("session", {"cancel_reason": "A storm"}),
        ("certificate", {"revoke_reason": "A wrong name"}),
        ("certificate", {"revoked_at": NOW}),
        ("seat", {"room": 0}),
        ("attendance", {"awaits_lead": True}),
        ("named", {"state": "open"}),
        ("remembered", {"name": ""}),
        ("link", {"used_at": None}),
        ("link", {"revoked_at": NOW}),
        ("registration", {"joined_at": NOW}),
        ("registration", {"reminded": 1}),
    ],
    ids=lambda one: one if isinstance(one, str) else next(iter(one)),
)
def test_half_a_pair_is_refused(rows, what, values):
    row = rows[what]
    with pytest.raises(IntegrityError), transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).update(**values)


def test_what_would_name_two_is_refused(cast, rows):
    for row, values in (
        (rows["attendance"], {"source": "room", "awaits_lead": True, "confirmed_by": cast.paula}),
        (rows["named"], {"guest": rows["guest"]}),
        (rows["link"], {"browser": "", "revoked_by": cast.paula}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row)._default_manager.filter(pk=row.pk).update(**values)
