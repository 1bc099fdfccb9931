"""The audit trail: who did what, never changed, never a word that somebody typed."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, transaction

from audit.models import Entry
from audit.services import record
from tests import make

pytestmark = pytest.mark.django_db


def test_an_entry_says_who_did_what_to_what_in_which_cohort():
    cohort, paula = make.cohort(), make.person("Paula")
    key, day = uuid.uuid4(), dt.date(2026, 11, 22)
    entry = record("team.enrolled", make.team(cohort=cohort), by=paula, key=key, day=day, several=[day, 1])
    entry.refresh_from_db()
    assert (entry.verb, entry.by_id, entry.about_type, entry.cohort_id) == (
        "team.enrolled", paula.pk, "collaborative.team", cohort.pk,
    )  # fmt: skip
    assert entry.detail == {"key": str(key), "day": "2026-11-22", "several": ["2026-11-22", 1]}


def test_the_system_itself_is_nobody():
    assert record("cohort.made", make.cohort()).by_id is None


@pytest.mark.parametrize("change", [lambda rows: rows.update(verb="x"), lambda rows: rows.delete()])
def test_nothing_changes_or_removes_an_entry(change):
    entry = record("cohort.made", make.cohort())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(Entry.objects.filter(pk=entry.pk))
    assert Entry.objects.get(pk=entry.pk).verb == "cohort.made"


def test_entries_outlive_the_person():
    paula = make.person("Paula")
    entry = record("cohort.made", make.cohort(), by=paula)
    paula.delete()
    assert Entry.objects.get(pk=entry.pk).by_id is not None
