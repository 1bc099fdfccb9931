"""What a reader of the database finds: who has answered, and answers, and nothing that leads from one to the other.

Everything is read in plain SQL: values, the place of a row in its table (ctid), the transaction that wrote it (xmin).
"""

from __future__ import annotations

import base64
import datetime as dt
import itertools
import threading
import types
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts import consent
from audit.models import Entry
from notifications.sealing import unseal
from surveys import answering, envelopes, rounds, sweeping
from surveys.envelopes import Said
from surveys.models import Answer, Asked, Envelope, Response, Round
from tests import make

pytestmark = pytest.mark.django_db
MANY = 9


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    monkeypatch.setattr("notifications.bell.kick", lambda: True)


def rows(sql: str, *values: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def words(n: int) -> str:
    return f"Worry {n}: {'é' * 40 * n}"


def put(cast, many: int = MANY) -> tuple[Round, list[Asked]]:
    row = make.survey_round(survey=make.survey(cohort=cast.cohort, moment="before"))
    return row, [make.asked(round=row, person=make.member(team=cast.team)) for _one in range(many)]


def say(asked: Asked, n: int) -> None:
    questions = {one.key: one for one in asked.round.survey.questions.all()}
    said = {questions["sure"]: Said(value=n % 5 + 1), questions["hope"]: Said(text=words(n))}
    assert answering.answer(asked=asked, said=said)


def close(row: Round) -> None:
    Round.objects.filter(pk=row.pk).update(closes_at=timezone.now())
    assert envelopes.open_all(row.pk)


def everywhere() -> dict[str, str]:
    """Return all that every table of the database holds, as text."""
    names = connection.introspection.table_names()
    return {name: "\n".join(one for (one,) in rows(f'SELECT t::text FROM "{name}" t')) for name in names}


# ---------------------------------------------------------------- while it is open


def test_while_a_round_is_open_nothing_that_was_answered_can_be_read_anywhere(cast):
    _row, people = put(cast)
    trail = Entry.objects.count()
    for n, asked in enumerate(people):
        say(asked, n)
    assert Entry.objects.count() == trail, "the audit trail says nothing of it"
    assert not Response.objects.exists()
    assert not Answer.objects.exists()
    for table, text in everywhere().items():
        assert "Worry" not in text, table
    assert {unseal(one).count("Worry") for one in Envelope.objects.values_list("sealed", flat=True)} == {1}


def test_envelopes_are_of_one_size_and_bear_no_moment(cast):
    _row, people = put(cast)
    for n, asked in enumerate(people):
        say(asked, n)
    sealed = [base64.urlsafe_b64decode(one) for one in Envelope.objects.values_list("sealed", flat=True)]
    assert len({len(one) for one in sealed}) == 1
    # A version, then eight bytes for the moment.
    assert {one[1:9] for one in sealed} == {bytes(8)}
    kinds = {one.get_internal_type() for model in (Envelope, Response, Answer) for one in model._meta.fields}
    assert not [kind for kind in kinds if kind.startswith(("Date", "BigAuto", "Auto"))]
    assert {one.get_internal_type() for one in Asked._meta.fields if one.name.endswith("_on")} == {"DateField"}


@example(text="\N{PERSON WITH FOLDED HANDS}" * 2000)
@example(text='"' * 2000)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=2000))
def test_the_length_of_an_envelope_does_not_depend_on_what_is_in_it(cast, text):
    row = Round.objects.first() or put(cast, 0)[0]
    questions = {one.key: one for one in row.survey.questions.all()}
    short = envelopes.enclose(round=row, said={questions["sure"]: Said(value=1)})
    long = envelopes.enclose(round=row, said={questions["hope"]: Said(text=text), questions["sure"]: Said(value=5)})
    assert len(long.sealed) == len(short.sealed)


# ---------------------------------------------------------------- once it is closed


def test_once_it_is_closed_no_order_of_rows_and_no_transaction_leads_from_a_person_to_an_answer(cast):
    """Whoever sets the rows of both tables side by side, by place, key or transaction, is right as often as by chance."""
    hits: dict[str, int] = dict.fromkeys(("ctid", "id", "xmin"), 0)
    times, many = 12, 8
    survey = make.survey(cohort=cast.cohort, moment="before")
    question = survey.questions.get(key="hope")
    people = [make.member(team=cast.team) for _one in range(many)]
    for time in range(times):
        row = make.survey_round(survey=survey, about=str(time))
        for n, person in enumerate(people):
            answering.answer(asked=make.asked(round=row, person=person), said={question: Said(text=str(n))})
        close(row)
        number = {person.pk: str(n) for n, person in enumerate(people)}
        for by in hits:
            who = rows(f"SELECT person_id FROM surveys_asked WHERE round_id = %s ORDER BY {_order(by)}", row.pk)
            said = rows(
                "SELECT a.text FROM surveys_response r JOIN surveys_answer a ON a.response_id = r.id "
                f"WHERE r.round_id = %s ORDER BY {_order(by, 'r.')}",
                row.pk,
            )
            hits[by] += sum(number[a] == b for (a,), (b,) in zip(who, said, strict=True))
    # By chance one of each round is right, whatever the order; here twelve of 96, and never more than a third of all.
    assert all(found < times * many / 3 for found in hits.values()), hits


def _order(by: str, table: str = "") -> str:
    return f"{table}xmin::text::bigint, {table}ctid" if by == "xmin" else f"{table}{by}"


def test_all_answers_of_a_round_are_written_by_one_transaction_and_no_key_of_them_stands_elsewhere(cast):
    row, people = put(cast)
    for n, asked in enumerate(people):
        say(asked, n)
    close(row)
    assert not Envelope.objects.exists()
    assert (
        len(rows("SELECT DISTINCT xmin::text FROM surveys_response UNION SELECT xmin::text FROM surveys_answer")) == 1
    )
    keys = [str(one) for model in (Response, Answer) for one in model.objects.values_list("pk", flat=True)]
    for table, text in everywhere().items():
        if table not in ("surveys_response", "surveys_answer"):
            assert not [key for key in keys if key in text], table
    assert sorted(Answer.objects.exclude(text="").values_list("text", flat=True)) == sorted(map(words, range(MANY)))


def test_consent_taken_back_touches_all_rows_of_a_round_or_none(cast):
    row, people = put(cast)
    for n, asked in enumerate(people):
        if n < 3:
            consent.answer(user=asked.person, yes=True, by=asked.person)
        say(asked, n)
    close(row)
    leaves, stays = people[0].person, people[1].person
    before = set(Response.objects.values_list("pk", flat=True))
    texts = sorted(Answer.objects.values_list("text", flat=True))
    consent.answer(user=leaves, yes=False, by=leaves)
    assert not before & set(Response.objects.values_list("pk", flat=True)), "all of them are other rows"
    assert sorted(Answer.objects.values_list("text", flat=True)) == texts
    held = set(Response.objects.exclude(study_id=None).values_list("study_id", flat=True))
    assert leaves.study_id not in held
    assert stays.study_id in held
    assert len(held) == 2


def test_without_the_key_answers_wait_and_are_not_lost(cast, settings, caplog):
    row, people = put(cast, 2)
    for n, asked in enumerate(people):
        say(asked, n)
    Round.objects.filter(pk=row.pk).update(closes_at=timezone.now() - dt.timedelta(days=1))
    first, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-that-is-long-enough-for-this"
    for _tick in range(3):
        sweeping.lay_down()
    assert caplog.text.count("another SECRET_KEY") == 1, "once an hour"
    assert Envelope.objects.count() == 2
    settings.SECRET_KEY_FALLBACKS = [first]
    sweeping.lay_down()
    assert Response.objects.count() == 2
    assert not Envelope.objects.exists()


def test_what_was_laid_down_is_not_laid_down_again(cast):
    row, people = put(cast, 1)
    say(people[0], 0)
    close(row)
    keys = list(itertools.chain(*rows("SELECT id FROM surveys_response")))
    assert envelopes.open_all(row.pk) is False
    assert keys == list(itertools.chain(*rows("SELECT id FROM surveys_response")))


def closed_with_one_who_agrees(team=None) -> tuple[Round, Any]:
    team = team or make.team()
    row, (asked,) = put(types.SimpleNamespace(cohort=team.cohort, team=team), 1)
    consent.answer(user=asked.person, yes=True, by=asked.person)
    say(asked, 0)
    Round.objects.filter(pk=row.pk).update(closes_at=timezone.now())
    return row, asked.person


def beside(work) -> threading.Thread:
    """Do something over a second connection; return its thread once it is done or waits for what this one holds."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    waits = "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    while thread.is_alive() and not rows(waits):
        thread.join(0.02)
    return thread


@pytest.mark.django_db(transaction=True)
def test_consent_taken_back_while_answers_are_laid_down_leaves_no_study_id():
    row, person = closed_with_one_who_agrees()
    with transaction.atomic():
        assert envelopes.open_all(row.pk)
        no = beside(lambda: consent.answer(user=person, yes=False, by=person))
    no.join()
    assert Response.objects.get().study_id is None


@pytest.mark.django_db(transaction=True)
def test_answers_are_laid_down_once_consent_has_been_taken_back_for_good():
    row, person = closed_with_one_who_agrees()
    opened = []
    with transaction.atomic():
        consent.answer(user=person, yes=False, by=person)
        beside(lambda: opened.append(envelopes.open_all(row.pk))).join()
    assert opened == [False]
    assert envelopes.open_all(row.pk)
    assert Response.objects.get().study_id is None


@pytest.mark.django_db(transaction=True)
def test_a_round_that_is_being_laid_down_is_not_opened_again():
    cohort = make.cohort(first_day=timezone.now().date() + dt.timedelta(days=30))
    row, _person = closed_with_one_who_agrees(make.team(cohort=cohort))
    rounds.follow(cohort)
    assert Round.objects.open().get() == row, "its dates say that it is open, until it has been laid down"
    Round.objects.update(closes_at=timezone.now())
    with transaction.atomic():
        assert envelopes.open_all(row.pk)
        moved = beside(lambda: rounds.follow(cohort))
    moved.join()
    row.refresh_from_db()
    assert row.mixed_at
    assert row.closes_at <= timezone.now()


@pytest.mark.django_db(transaction=True)
def test_people_go_on_answering_while_somebody_takes_their_consent_back():
    team = make.team()
    row, (one, other) = put(types.SimpleNamespace(cohort=team.cohort, team=team), 2)
    consent.answer(user=one.person, yes=True, by=one.person)
    say(one, 0)
    with transaction.atomic():
        consent.answer(user=one.person, yes=False, by=one.person)
        thread = beside(lambda: say(other, 1))
        assert not thread.is_alive()
    assert row.envelopes.count() == 2
