"""What planners see of answers: counts at any time, answers once a round is closed, never of a small group, and an export."""

from __future__ import annotations

import datetime as dt
import io
import uuid

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from accounts import consent
from core.suppression import LEAST
from notifications.models import PlannedMessage
from surveys import envelopes, results, rounds
from surveys.models import Answer, Response, Round
from tests import make
from tests.world import undone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    monkeypatch.setattr("notifications.bell.kick", lambda: True)


def closed(cast, moment: str = "before", **fields) -> Round:
    survey = make.survey(cohort=cast.cohort, moment=moment)
    return make.survey_round(survey=survey, opened=20, closes_in=-2, **{"mixed_at": timezone.now(), **fields})


def page(client, cast, row) -> str:
    client.force_login(cast.paula)
    url = reverse("planning_survey_results", args=[cast.cohort.pk, row.pk])
    return client.get(url).content.decode()


def of(row: Round, key: str) -> results.Result:
    return next(one for one in results.results_of(row) if one.question.key == key)


def counts(row: Round, key: str) -> list[int | None]:
    return [one.count for one in of(row, key).rows]


def test_an_answer_is_one_thing(cast):
    row = closed(cast)
    make.survey_answers(round=row, sure=4)
    found = Answer.objects.filter(response__round=row)
    for values in ({"text": "Yes."}, {"value": None}, {"choice": "x"}, {"passed_on": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            found.update(**values)
    found.update(value=None, text="Yes.", passed_on=True)


# ---------------------------------------------------------------- how far


def test_asked_delivered_begun_and_finished_are_counted(client, cast):
    row = make.survey_round(survey=make.survey(cohort=cast.cohort, moment="before"))
    rounds.ask(row.pk)
    waiting = PlannedMessage.objects.filter(source_type="surveys.round", occurrence="")
    waiting.filter(recipient__in=[cast.nia, cast.tess]).update(state="sent", sent_at=timezone.now())
    today = timezone.now().date()
    row.asked.filter(person__in=[cast.nia, cast.tess]).update(started_on=today)
    row.asked.filter(person=cast.nia).update(finished_on=today)
    counted = Round.objects.counted().get(pk=row.pk)
    assert results.counts_of([counted])[row.pk] == results.Counts(4, 2, 2, 1)


def test_nothing_is_shown_of_answers_while_a_round_is_open(client, cast):
    row = make.survey_round(survey=make.survey(cohort=cast.cohort, moment="before"))
    make.survey_answers(round=row, many=9, sure=4, hope="More time")
    words = page(client, cast, row)
    assert "once the round is closed" in words
    assert "More time" not in words
    Round.objects.filter(pk=row.pk).update(closes_at=timezone.now())
    assert "More time" not in page(client, cast, row), "it may be opened again"
    envelopes.open_all(row.pk)
    assert "More time" in page(client, cast, row)


def test_fewer_than_five_show_nothing_at_all(client, cast):
    row = closed(cast)
    make.survey_answers(round=row, many=LEAST - 1, sure=4, hope="More time")
    words = page(client, cast, row)
    assert "Fewer than 5 people" in words
    assert "More time" not in words
    make.survey_answers(round=row, sure=4)
    assert counts(row, "sure") == [0, 0, 0, 5, 0]
    assert "More time" in page(client, cast, row)


def test_a_small_group_is_put_together_with_others(client, cast):
    row = closed(cast)
    make.survey_answers(round=row, many=2, sure=1)
    make.survey_answers(round=row, many=8, sure=4)
    make.survey_answers(round=row, many=6, sure=5)
    assert counts(row, "sure") == [None, 0, 0, 8, None]
    assert of(row, "sure").now.together == 8
    assert "put together" in page(client, cast, row)


def test_a_question_few_have_answered_shows_nothing_where_many_answered_the_rest(cast):
    row = closed(cast)
    make.survey_answers(round=row, many=7, sure=4)
    make.survey_answers(round=row, many=2, heard=1)
    assert of(row, "heard").now.total is None
    assert set(counts(row, "heard")) == {None}


def test_before_and_now_stand_side_by_side_for_the_same_question(client, cast):
    before = closed(cast)
    make.survey_answers(round=before, many=6, sure=2)
    make.survey_answers(round=before, many=5, sure=3)
    close = closed(cast, "close")
    make.survey_answers(round=close, many=5, sure=4)
    result = of(close, "sure")
    assert [one.before for one in result.rows] == [0, 6, 5, 0, 0]
    assert [one.count for one in result.rows] == [0, 0, 0, 5, 0]
    assert "before the series" in page(client, cast, close)
    assert of(close, "changed").before is None


def test_words_come_in_an_order_of_chance(cast):
    row = closed(cast)
    for n in range(12):
        make.survey_answers(round=row, hope=f"Words {n}")
    orders = {tuple(of(row, "hope").texts) for _time in range(6)}
    assert len(orders) > 1
    assert {len(one) for one in orders} == {12}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    now=st.lists(st.integers(0, 9), min_size=5, max_size=5), before=st.lists(st.integers(0, 9), min_size=5, max_size=5)
)
def test_no_cell_of_page_or_export_is_a_small_group(cast, now, before):
    with undone():
        rows = closed(cast), closed(cast, "close")
        for row, many in zip(rows, (before, now), strict=True):
            for step, n in enumerate(many, start=1):
                make.survey_answers(round=row, many=n, sure=step)
        small = set(range(1, LEAST))
        told = results.results_of(rows[1])
        assert bool(told) == (sum(now) >= LEAST)
        for result in told:
            assert not {one.count for one in result.rows} & small
            assert not {one.before for one in result.rows} & small
            for group in filter(None, (result.now, result.before)):
                assert group.together not in small
                assert group.total not in small
        book = load_workbook(io.BytesIO(results.export(cast.cohort)))
        assert not {line[4] for line in list(book["Counts"].values)[1:]} & small


# ---------------------------------------------------------------- the export


def consenting(cast, row: Round, many: int, **said) -> list[uuid.UUID]:
    ids = []
    for _one in range(many):
        person = make.member(team=cast.team)
        consent.answer(user=person, yes=True, by=person)
        make.survey_answers(round=row, study_id=person.study_id, **said)
        ids.append(person.study_id)
    return ids


def sheet(content: bytes, name: str) -> list[tuple]:
    return list(load_workbook(io.BytesIO(content))[name].values)


def test_the_export_holds_those_who_agreed_under_study_ids_and_a_codebook(cast):
    row = closed(cast)
    ids = consenting(cast, row, 6, sure=4, hope="More time")
    make.survey_answers(round=row, many=5, sure=1)
    content = results.export(cast.cohort)
    head, *lines = sheet(content, "Answers")
    assert head[:3] == ("Survey", "Session", "Study id")
    assert [line[2] for line in lines] == sorted(str(one) for one in ids)
    assert {line[head.index("sure")] for line in lines} == {4}
    assert "hope" not in head, "own words stand apart from study ids"
    assert len(sheet(content, "Own words")) == 7
    codebook = {line[0]: line for line in sheet(content, "Codebook")[1:]}
    assert "1 = not sure at all" in codebook["sure"][5]
    assert not any(str(one) in str(sheet(content, "Own words")) for one in ids)


def test_fewer_than_five_who_agreed_are_not_listed_and_who_took_it_back_is_gone(cast):
    row = closed(cast)
    ids = consenting(cast, row, 5, sure=4)
    assert len(sheet(results.export(cast.cohort), "Answers")) == 6
    person = Response.objects.filter(study_id=ids[0]).get()
    assert person
    from accounts.models import User

    one = User.objects.get(study_id=ids[0])
    consent.answer(user=one, yes=False, by=one)
    assert len(sheet(results.export(cast.cohort), "Answers")) == 1
    consenting(cast, row, 1, sure=4)
    assert str(ids[0]) not in str(sheet(results.export(cast.cohort), "Answers"))


def test_who_agreed_is_not_listed_where_the_counts_would_then_tell_what_the_few_others_said(cast):
    row = closed(cast)
    consenting(cast, row, 6, sure=4)
    make.survey_answers(round=row, many=1, sure=4)
    assert len(sheet(results.export(cast.cohort), "Answers")) == 1
    make.survey_answers(round=row, many=LEAST - 1, sure=4)
    assert len(sheet(results.export(cast.cohort), "Answers")) == 7


def test_a_question_that_few_of_the_others_answered_stays_empty_beside_study_ids(cast):
    row = closed(cast)
    consenting(cast, row, 6, sure=4, heard=3)
    make.survey_answers(round=row, many=LEAST, sure=1)
    make.survey_answers(round=row, many=1, sure=1, heard=2)
    head, *lines = sheet(results.export(cast.cohort), "Answers")
    assert [(line[head.index("sure")], line[head.index("heard")]) for line in lines] == [(4, None)] * 6


def test_nothing_is_shown_of_a_round_that_may_still_be_opened_again(client, cast):
    row = closed(cast, mixed_at=None, closes_at=timezone.now() - dt.timedelta(minutes=5))
    make.survey_answers(round=row, many=9, sure=4, hope="More time")
    told = page(client, cast, row)
    assert "More time" not in told
    assert "in some minutes" in told
    assert len(sheet(results.export(cast.cohort), "Answers")) == 1


def test_the_same_export_a_second_time_is_the_same_bytes(cast):
    row = closed(cast)
    consenting(cast, row, 6, sure=4, hope="=cmd()")
    first = results.export(cast.cohort)
    with time_machine.travel(timezone.now() + dt.timedelta(days=2)):
        assert results.export(cast.cohort) == first


def test_an_open_round_is_not_in_the_export(client, cast):
    row = make.survey_round(survey=make.survey(cohort=cast.cohort, moment="before"))
    consenting(cast, row, 6, sure=4, hope="More")
    client.force_login(cast.paula)
    answer = client.get(reverse("planning_surveys_export", args=[cast.cohort.pk]))
    assert answer["Content-Disposition"].endswith('.xlsx"')
    assert len(sheet(answer.content, "Answers")) == len(sheet(answer.content, "Own words")) == 1


def test_only_planners_see_results(client, cast):
    row = closed(cast)
    make.survey_answers(round=row, many=9, sure=4)
    for who in (cast.tess, cast.colin, cast.sol, cast.pia, cast.root):
        client.force_login(who)
        for name, args in (
            ("planning_survey_results", [row.pk]),
            ("planning_surveys", []),
            ("planning_surveys_export", []),
        ):
            assert client.get(reverse(name, args=[cast.cohort.pk, *args])).status_code == 404
