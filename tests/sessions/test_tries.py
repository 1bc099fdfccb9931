"""The mail with what people will try: once each, and not lost where the first one never left."""

from __future__ import annotations

import pytest
from django.utils import timezone

from notifications.models import PlannedMessage
from notifications.wording import render
from sessions.models import Appearance, Speaker
from surveys import passing_on
from surveys.models import Answer, Round
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(cast) -> Appearance:
    speaker = Speaker.objects.create(programme=cast.programme, name="Ada Roy", email="ada@example.org")
    return Appearance.objects.create(learning_session=cast.past_session, speaker=speaker, page_sent_at=timezone.now())


@pytest.fixture
def put(cast) -> Round:
    survey = make.survey(cohort=cast.cohort, moment="session")
    about = str(cast.past_session.pk)
    row = make.survey_round(survey=survey, opened=9, closes_in=-1, about=about, mixed_at=timezone.now())
    for n in range(5):
        make.survey_answers(round=row, worth=4, **{"try": f"Sentence {n}"})
    return row


def pass_on(put: Round, by, *sentences: str) -> None:
    keys = [str(one.pk) for one in Answer.objects.filter(text__in=sentences)]
    put.refresh_from_db()
    passing_on.pass_on(row=put, keys=keys, version=put.version, by=by)


def test_the_mail_with_the_ratings_announces_none_where_there_are_only_sentences(cast, ada, put):
    put.survey.questions.exclude(key="try").update(kind="text")
    pass_on(put, cast.paula, "Sentence 1")
    mails(ada).update(kind="sessions/speaker-ratings")
    mail = render(mails_of(ada, "ratings").get())
    for words in (mail.plain, mail.html):
        assert "Sentence 1" in words
        assert "what people said of the whole session" not in words


def mails_of(ada: Appearance, kind: str):
    return PlannedMessage.objects.about(ada).filter(kind=f"sessions/speaker-{kind}")


def mails(ada: Appearance):
    return mails_of(ada, "tries")


def test_whose_mail_never_left_has_one_when_sentences_are_passed_on_again(cast, ada, put):
    pass_on(put, cast.paula, "Sentence 1")
    pass_on(put, cast.paula)
    mails(ada).update(state="void", reason="gone")
    pass_on(put, cast.paula, "Sentence 2")
    assert mails(ada).waiting().count() == 1


@pytest.mark.parametrize("state", ["planned", "held", "sent", "bounced", "dead"])
def test_who_has_it_or_waits_for_it_gets_no_second(cast, ada, put, state):
    pass_on(put, cast.paula, "Sentence 1")
    more = {"sent_at": timezone.now()} if state in ("sent", "bounced") else {}
    mails(ada).update(state=state, **more)
    pass_on(put, cast.paula, "Sentence 1", "Sentence 2")
    assert mails(ada).count() == 1


def test_who_still_waits_for_the_ratings_reads_it_there(cast, ada, put):
    pass_on(put, cast.paula, "Sentence 1")
    mails(ada).update(kind="sessions/speaker-ratings")
    pass_on(put, cast.paula, "Sentence 1", "Sentence 2")
    assert not mails(ada).exists()
