"""A cohort that begins in a week, a team of it, and a session whose room is open."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from tests import make

# Where a session meets: nobody finds it on a page.
SECRET = "https://zoom.us/j/9876543210?pwd=canary"


@pytest.fixture
def cohort():
    return make.cohort(first_day=timezone.now().date() + dt.timedelta(days=7))


@pytest.fixture
def team(cohort):
    return make.team(cohort=cohort)


@pytest.fixture
def open_session(cohort):
    return make.learning_session(cohort=cohort, minutes_ahead=10, url=SECRET)
