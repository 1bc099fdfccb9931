"""What planners write: surveys begin off, with our questions; answers that were given keep their meaning."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from django.urls import reverse

from core.refusals import Overtaken, Refused
from surveys import rounds, writing
from surveys.defaults import DEFAULTS
from surveys.models import Moment, Question, QuestionKind, Round, Survey
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def before(cast) -> Survey:
    return make.survey(cohort=cast.cohort, moment="before", on=False)


def scale(**more) -> dict:
    words = {"text_en": "How?", "text_fr": "Comment?", "kind": "scale", "steps": 5, "options": []}
    return {**words, "low_en": "low", "low_fr": "bas", "high_en": "high", "high_fr": "haut", **more}


def page(survey, name="planning_survey", *more):
    return reverse(name, args=[survey.cohort_id, survey.pk, *more])


def test_a_survey_begins_off_with_questions_in_both_languages(cast):
    for moment in Moment.values:
        survey = writing.make(cohort=cast.cohort, moment=moment, by=cast.paula)
        assert not survey.is_on
        for one in survey.questions.all():
            assert one.text_en
            assert one.text_fr
            assert one.kind != QuestionKind.SCALE or all((one.low_en, one.low_fr, one.high_en, one.high_fr))
            assert (one.kind == QuestionKind.CHOICE) == bool(one.options)
    assert writing.make(cohort=cast.cohort, moment="before", by=cast.paula) == Survey.objects.get(moment="before")
    assert Question.objects.filter(survey__moment="session", taken_out_at=None).count() == 1
    assert not Round.objects.exists()


def test_the_same_question_before_at_the_close_and_later_has_the_same_key():
    keys = [{one.key for one in DEFAULTS[moment].questions} for moment in ("before", "close", "later")]
    assert {"sure", "heard", "easy"} <= keys[0] & keys[1] & keys[2]


def test_all_of_it_takes_a_person_less_than_twenty_minutes(cast):
    for moment in Moment.values:
        make.survey(cohort=cast.cohort, moment=moment)
    surveys = list(Survey.objects.prefetch_related("questions"))
    meetings = [one for one in rounds.meetings_of(cast.cohort) if not one.is_added]
    assert 0 < writing.minutes_in_all(surveys, meetings) <= writing.MOST_MINUTES
    last = meetings[-1]
    added = [
        dataclasses.replace(last, key=str(n), is_added=True, ends_at=last.ends_at + dt.timedelta(weeks=n))
        for n in range(2, 42)
    ]
    assert writing.minutes_in_all(surveys, meetings + added) > writing.MOST_MINUTES
    Survey.objects.update(with_added=False)
    without = list(Survey.objects.prefetch_related("questions"))
    assert writing.minutes_in_all(without, meetings + added) == writing.minutes_in_all(surveys, meetings)


def test_a_question_that_stands_in_several_surveys_is_changed_in_all_of_them(cast, before):
    close = make.survey(cohort=cast.cohort, moment="close")
    one = before.questions.get(key="sure")
    writing.change(question=one, version=1, by=cast.paula, text_en="How sure are you?")
    assert close.questions.get(key="sure").text_en == "How sure are you?"
    made = writing.add(survey=before, also=["close"], by=cast.paula, **scale())
    assert close.questions.get(key=made.key).text_fr == "Comment?"


def test_two_planners_lose_nothing(cast, before):
    one = before.questions.first()
    writing.change(question=one, version=1, by=cast.paula, text_en="Mine")
    with pytest.raises(Overtaken):
        writing.change(question=one, version=1, by=cast.paula, text_en="Mine too")
    writing.change_words(survey=before, version=1, by=cast.paula, title_en="A", title_fr="B", intro_en="", intro_fr="")
    with pytest.raises(Overtaken):
        writing.change_words(
            survey=before, version=1, by=cast.paula, title_en="C", title_fr="B", intro_en="", intro_fr=""
        )


@pytest.mark.parametrize(
    "changed", [{"kind": "text"}, {"steps": 7}, {"low_en": "high"}, {"high_fr": "bas"}], ids=lambda one: next(iter(one))
)
def test_what_gives_answers_their_meaning_stays_once_there_are_any(cast, before, changed):
    one = before.questions.get(key="sure")
    make.survey_answers(round=make.survey_round(survey=before), sure=4)
    with pytest.raises(Refused, match="answered this already"):
        writing.change(question=one, version=1, by=cast.paula, **changed)
    writing.change(question=one, version=1, by=cast.paula, text_en="The same, without a slip")


def test_it_stays_where_only_another_survey_has_the_answers(cast, before):
    close = make.survey(cohort=cast.cohort, moment="close")
    make.survey_answers(round=make.survey_round(survey=before), sure=4)
    with pytest.raises(Refused):
        writing.change(question=close.questions.get(key="sure"), version=1, by=cast.paula, steps=3)


def test_a_choice_can_be_added_and_none_taken_away_once_it_has_answers(cast):
    close = make.survey(cohort=cast.cohort, moment="close")
    one = close.questions.get(key="changed")
    make.survey_answers(round=make.survey_round(survey=close), changed="part")
    more = [*one.options, {"key": "c1", "en": "Other", "fr": "Autre"}]
    one = writing.change(question=one, version=1, by=cast.paula, options=more)
    with pytest.raises(Refused, match="none taken away"):
        writing.change(question=one, version=2, by=cast.paula, options=more[1:])


def test_questions_change_places_go_and_come_back(cast, before):
    def keys() -> list[str]:
        return list(before.questions.filter(taken_out_at=None).values_list("key", flat=True))

    assert keys() == ["sure", "heard", "easy", "hope"]
    writing.move(question=before.questions.get(key="easy"), up=True, by=cast.paula)
    writing.move(question=before.questions.get(key="sure"), up=True, by=cast.paula)
    assert keys() == ["sure", "easy", "heard", "hope"]
    writing.take_out(question=before.questions.get(key="sure"), by=cast.paula)
    assert keys() == ["easy", "heard", "hope"]
    writing.put_back(question=before.questions.get(key="sure"), by=cast.paula)
    assert keys() == ["easy", "heard", "hope", "sure"]


def test_a_survey_that_is_on_keeps_a_question_and_has_one_before_it_is_turned_on(cast):
    survey = make.survey(cohort=cast.cohort, moment="session", on=False)
    writing.take_out(question=survey.questions.get(key="worth"), by=cast.paula)
    with pytest.raises(Refused):
        writing.turn(survey=survey, on=True, by=cast.paula)
    writing.put_back(question=survey.questions.get(key="worth"), by=cast.paula)
    writing.turn(survey=survey, on=True, by=cast.paula)
    with pytest.raises(Refused):
        writing.take_out(question=survey.questions.get(key="worth"), by=cast.paula)


def test_nobody_is_asked_more_questions_than_anybody_answers(cast, before):
    for _one in range(writing.MOST_QUESTIONS - before.questions.count()):
        writing.add(survey=before, also=[], by=cast.paula, **scale())
    with pytest.raises(Refused):
        writing.add(survey=before, also=[], by=cast.paula, **scale())


# ---------------------------------------------------------------- on the pages


@pytest.fixture
def paula(client, cast):
    client.force_login(cast.paula)
    return client


def test_a_planner_begins_reads_and_turns_on_a_survey_and_back(paula, cast):
    answer = paula.post(reverse("planning_survey_make", args=[cast.cohort.pk, "session"]))
    survey = Survey.objects.get()
    assert answer.url == page(survey)
    words = paula.get(answer.url).content.decode()
    assert "Was this session worth your time?" in words
    assert "Cette séance valait-elle" in words
    paula.post(page(survey, "planning_survey_on"))
    survey.refresh_from_db()
    assert survey.is_on
    assert Round.objects.exists()
    paula.post(page(survey, "planning_survey_off"))
    assert not Round.objects.exists()


def sent(**more) -> dict:
    words = {"text_en": "How?", "text_fr": "Comment?", "kind": "scale", "steps": "4", "once": ""}
    return {**words, "low_en": "low", "low_fr": "bas", "high_en": "high", "high_fr": "haut", **more}


def test_a_question_is_added_on_its_page_with_what_its_kind_needs(paula, cast, before):
    url = page(before, "planning_question_new")
    assert paula.post(url, sent()).status_code == 302
    made = before.questions.get(text_en="How?")
    assert (made.kind, made.steps, made.options) == ("scale", 4, [])
    assert "Say what this end" in paula.post(url, sent(low_fr="")).content.decode()
    choices = {"kind": "choice", "options_en": "One\nTwo", "options_fr": "Un"}
    assert "Write from 2" in paula.post(url, sent(**choices)).content.decode()
    choices["options_fr"] = "Un\nDeux\nTrois"
    assert "2 choices in English and 3 in French" in paula.post(url, sent(**choices)).content.decode()
    choices["options_fr"] = "Un\nDeux"
    assert paula.post(url, sent(**choices, text_en="Which?")).status_code == 302
    made = before.questions.get(text_en="Which?")
    assert [(one["en"], one["fr"]) for one in made.options] == [("One", "Un"), ("Two", "Deux")]
    assert (made.low_en, made.steps) == ("", 5)


def test_a_page_of_a_question_with_answers_says_what_stays(paula, cast):
    close = make.survey(cohort=cast.cohort, moment="close")
    one = close.questions.get(key="changed")
    make.survey_answers(round=make.survey_round(survey=close), changed="part")
    url = page(close, "planning_question", one.pk)
    shown = paula.get(url).content.decode()
    assert "People have answered this already" in shown
    lines = {lang: "\n".join(each[lang] for each in one.options) for lang in ("en", "fr")}
    words = {"text_en": "Changed?", "text_fr": "Changé?", "version": "1", "options_fr": lines["fr"]}
    swapped = "\n".join(reversed(lines["en"].split("\n")))
    assert "leave these lines as they are" in paula.post(url, {**words, "options_en": swapped}).content.decode()
    assert paula.post(url, {**words, "options_en": lines["en"]}).status_code == 302
    one.refresh_from_db()
    assert one.text_en == "Changed?"
    assert [each["key"] for each in one.options] == ["part", "trying", "not-yet", "unsure"]


def test_a_question_of_another_cohort_is_not_found(paula, cast, before):
    far = make.survey(cohort=cast.other_cohort, moment="before")
    assert paula.get(page(far)).status_code == 404
    crossed = reverse("planning_question", args=[cast.cohort.pk, before.pk, far.questions.first().pk])
    assert paula.get(crossed).status_code == 404
    assert paula.post(reverse("planning_survey_make", args=[cast.cohort.pk, "nonsense"])).status_code == 404
