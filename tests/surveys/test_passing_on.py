"""What people will try goes to who spoke: only the sentences that a planner ticks, of a question that says so."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from core.refusals import Overtaken
from sessions.models import Appearance, Speaker
from sessions.speaking import mail as speaker_mail
from surveys import passing_on, writing
from surveys.models import Answer, Round
from surveys.signals import sentences_passed_on
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(cast) -> Round:
    survey = make.survey(cohort=cast.cohort, moment="session")
    put = make.survey_round(
        survey=survey, opened=9, closes_in=-1, about=str(cast.past_session.pk), mixed_at=timezone.now(), name_en="S 1"
    )
    for n in range(5):
        make.survey_answers(round=put, worth=4, **{"try": f"Sentence {n}"})
    return put


@pytest.fixture
def heard() -> list[str]:
    told: list[str] = []

    def hear(sender, about, **kwargs):
        told.append(about)

    sentences_passed_on.connect(hear)
    yield told
    sentences_passed_on.disconnect(hear)


def url(cast, row: Round) -> str:
    return reverse("planning_survey_pass_on", args=[cast.cohort.pk, row.pk])


def key(text: str) -> str:
    return str(Answer.objects.get(text=text).pk)


def test_the_question_is_proposed_and_asked_only_where_a_planner_puts_it_in(client, cast):
    survey = make.survey(cohort=cast.cohort, moment="session")
    put = make.survey_round(survey=survey, about=str(cast.past_session.pk))
    make.asked(round=put, person=cast.nia)
    planning = Client()
    planning.force_login(cast.paula)
    page = planning.get(reverse("planning_survey", args=[cast.cohort.pk, survey.pk])).content.decode()
    assert "you choose the sentences" in page
    client.force_login(cast.nia)
    assert "What will you try" not in client.get(f"/surveys/{put.pk}/").content.decode()
    writing.put_back(question=survey.questions.get(key="try"), by=cast.paula)
    page = client.get(f"/surveys/{put.pk}/").content.decode()
    assert "What will you try" in page
    assert "those who spoke, if the planning team passes your sentence on, without your name" in page


def test_a_planner_ticks_sentences_and_takes_them_back(client, cast, row, heard):
    client.force_login(cast.paula)
    results = client.get(reverse("planning_survey_results", args=[cast.cohort.pk, row.pk])).content.decode()
    assert url(cast, row) in results
    assert passing_on.passed_on(row) == []
    client.get(url(cast, row))
    done = client.post(url(cast, row), {"passed": [key("Sentence 1"), key("Sentence 3")], "version": "1"})
    assert done.status_code == 302
    assert sorted(passing_on.passed_on(row)) == ["Sentence 1", "Sentence 3"]
    assert heard == [row.about]
    assert "2 sentences passed on" in client.get(done.url).content.decode()
    client.post(url(cast, row), {"passed": [key("Sentence 1")], "version": "2"})
    assert passing_on.passed_on(row) == ["Sentence 1"]
    assert heard == [row.about], "nobody hears of what is taken back"
    trail = Entry.objects.filter(verb="survey.sentences_passed_on")
    assert trail.count() == 2
    assert "Sentence" not in str(list(trail.values_list("detail", flat=True)))


def test_it_is_said_when_nobody_reads_it_and_when_nothing_is_ticked(client, cast, row):
    client.force_login(cast.paula)
    assert "Nobody reads this yet" in client.get(url(cast, row)).content.decode()
    ada = Speaker.objects.create(programme=cast.programme, name="Ada Roy", email="ada@example.org", language="en")
    appearance = Appearance.objects.create(learning_session=cast.past_session, speaker=ada)
    assert "Nobody reads this yet" in client.get(url(cast, row)).content.decode(), "no page was sent"
    speaker_mail.send_page(appearance=appearance, by=cast.paula)
    assert "Nobody reads this yet" not in client.get(url(cast, row)).content.decode()
    done = client.post(url(cast, row), {"version": "1"}, follow=True)
    assert "Nothing is passed on" in done.content.decode()


def test_the_same_press_twice_is_done_once(client, cast, row, heard):
    client.force_login(cast.paula)
    for _time in range(2):
        sent = {"passed": [key("Sentence 1")], "version": "1"}
        assert client.post(url(cast, row), sent).status_code == 302
    assert heard == [row.about]


def test_two_planners_lose_nothing(client, cast, row):
    passing_on.pass_on(row=row, keys=[key("Sentence 0")], version=1, by=cast.paula)
    with pytest.raises(Overtaken):
        passing_on.pass_on(row=row, keys=[key("Sentence 1")], version=1, by=cast.paula)
    client.force_login(cast.paula)
    page = client.post(url(cast, row), {"passed": [key("Sentence 1")], "version": "1"})
    assert page.status_code == 409
    assert "Sentence 0" in page.content.decode()
    assert passing_on.passed_on(row) == ["Sentence 0"]


def test_a_sentence_of_another_round_is_no_choice(client, cast, row):
    other = make.survey_round(
        survey=row.survey, opened=9, closes_in=-1, about=str(cast.next_session.pk), mixed_at=timezone.now()
    )
    make.survey_answers(round=other, many=4, worth=4)
    make.survey_answers(round=other, **{"try": "Of another"})
    client.force_login(cast.paula)
    page = client.post(url(cast, row), {"passed": [key("Of another")], "version": "1"})
    assert page.status_code == 200
    passing_on.pass_on(row=row, keys=[key("Of another")], version=1, by=cast.paula)
    assert not Answer.objects.filter(passed_on=True).exists()


def test_there_is_nothing_to_pass_on_while_it_is_open_sealed_or_few_have_answered(client, cast, row):
    client.force_login(cast.paula)
    assert client.get(url(cast, row)).status_code == 200
    Round.objects.update(mixed_at=None)
    assert client.get(url(cast, row)).status_code == 404
    Round.objects.update(mixed_at=timezone.now())
    Answer.objects.filter(text="Sentence 4").get().response.delete()
    assert client.get(url(cast, row)).status_code == 404
    row.refresh_from_db()
    assert passing_on.passed_on(row) == []


def test_words_of_other_questions_and_other_surveys_stay_with_the_planning_team(client, cast):
    close = make.survey(cohort=cast.cohort, moment="close")
    put = make.survey_round(survey=close, opened=20, closes_in=-1, mixed_at=timezone.now())
    make.survey_answers(round=put, many=6, helped="The huddle.")
    assert passing_on.sentences_of(put) == []
    client.force_login(cast.paula)
    assert client.get(url(cast, put)).status_code == 404


def test_words_of_another_question_about_the_session_stay_with_the_planning_team(client, cast, row):
    text = {"kind": "text", "text_en": "What was hard to follow?", "text_fr": "Qu'est-ce qui était difficile à suivre?"}
    own = writing.add(survey=row.survey, also=[], by=cast.paula, **text)
    make.survey_answers(round=row, many=6, **{own.key: "The sound, and the speaker's accent"})
    assert {one.question.key for one in passing_on.sentences_of(row)} == {"try"}
    client.force_login(cast.paula)
    assert "the speaker" not in client.get(url(cast, row)).content.decode().lower()
    theirs = Answer.objects.filter(question=own).first()
    passing_on.pass_on(row=row, keys=[str(theirs.pk)], version=row.version, by=cast.paula)
    assert passing_on.passed_on(row) == []
    assert not Answer.objects.filter(passed_on=True).exists()


def test_sentences_take_one_statement(row, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(passing_on.sentences_of(row)) == 5


@pytest.mark.parametrize(("hours", "words"), [(0, "in some minutes"), (2, "cannot be opened at the moment")])
def test_what_should_long_be_readable_and_is_not_is_said(client, cast, row, hours, words):
    Round.objects.update(mixed_at=None, closes_at=timezone.now() - dt.timedelta(hours=hours, seconds=1))
    client.force_login(cast.paula)
    page = client.get(reverse("planning_survey_results", args=[cast.cohort.pk, row.pk])).content.decode()
    assert words in page
