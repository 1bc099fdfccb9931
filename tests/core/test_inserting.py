"""A row is written once, and whoever writes it knows whether it was theirs."""

import datetime as dt

import pytest
from django.utils import timezone

from core.inserting import insert_once
from sessions.models import PersonalLink
from tests import make

pytestmark = pytest.mark.django_db


def test_the_first_row_stands_and_the_second_knows_it(django_assert_num_queries):
    cohort = make.cohort(first_day=timezone.now().date() + dt.timedelta(days=7))
    at = {"learning_session": make.learning_session(cohort=cohort), "person": make.person(), "used_at": timezone.now()}
    with django_assert_num_queries(2):
        assert insert_once(PersonalLink(**at, browser="first")) is True
        assert insert_once(PersonalLink(**at, browser="second")) is False
    row = PersonalLink.objects.get()
    assert (row.browser, row.revoked_at) == ("first", None)
    assert row.created_at
