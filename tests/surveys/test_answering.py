"""Answering: once, by either door, and nothing that is kept afterwards leads from somebody to their answers."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts import consent
from accounts import services as accounts
from accounts.models import Draft
from collaborative.models import Membership
from core.refusals import Refused
from notifications.models import PlannedMessage
from notifications.wording import render
from surveys import answering, envelopes, rounds, writing
from surveys.envelopes import Said
from surveys.models import Answer, Asked, Envelope, Response, Round
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    monkeypatch.setattr("notifications.bell.kick", lambda: True)


@pytest.fixture
def row(cast) -> Round:
    return make.survey_round(survey=make.survey(cohort=cast.cohort, moment="before"))


@pytest.fixture
def nias(cast, row) -> Asked:
    return make.asked(round=row, person=cast.nia)


def link(asked: Asked) -> str:
    return f"/survey/{answering.token_for(asked.pk, asked.person)}/"


def say(asked: Asked, value: int = 4) -> bool:
    return answering.answer(asked=asked, said={asked.round.survey.questions.first(): Said(value=value)})


def lay_down(row: Round) -> None:
    """Close a round and open what was answered."""
    Round.objects.filter(pk=row.pk).update(closes_at=timezone.now())
    assert envelopes.open_all(row.pk)


# ---------------------------------------------------------------- on the page


def test_a_page_with_all_questions_says_who_reads_it_and_takes_the_answers(client, cast, row, nias):
    client.force_login(cast.nia)
    page = client.get(f"/surveys/{row.pk}/").content.decode()
    assert "not very sure" not in page
    for words in ("Your name is not kept", "never those of fewer than five people", "1 · not sure at all", "Leave out"):
        assert words in page
    answer = client.post(f"/surveys/{row.pk}/", {"q-sure": "4", "q-heard": "", "q-hope": "More of us at the huddle."})
    assert answer.status_code == 302
    assert "Thank you" in client.get(answer.url).content.decode()
    lay_down(row)
    kept = {one.question.key: one.value or one.text for one in Answer.objects.select_related("question")}
    assert kept == {"sure": 4, "hope": "More of us at the huddle."}
    nias.refresh_from_db()
    assert nias.started_on == nias.finished_on


def test_sent_twice_it_is_one_answer(client, cast, row, nias):
    client.force_login(cast.nia)
    for _time in range(2):
        assert client.post(f"/surveys/{row.pk}/", {"q-sure": "2"}).status_code in (200, 302)
    assert Envelope.objects.count() == 1
    assert say(nias) is False
    assert Envelope.objects.count() == 1


def test_nothing_answered_is_said_and_keeps_nothing(client, cast, row, nias):
    client.force_login(cast.nia)
    page = client.post(f"/surveys/{row.pk}/", {"q-sure": ""})
    assert "Answer one question at least" in page.content.decode()
    page = client.post(f"/surveys/{row.pk}/", {"q-sure": "9", "q-hope": "Words"})
    assert "Words" in page.content.decode()
    assert not Envelope.objects.exists()


def test_the_page_speaks_the_readers_language(client, cast, row):
    make.asked(round=row, person=cast.pierre)
    client.force_login(cast.pierre)
    with override("fr"):
        page = client.get(reverse("survey", args=[row.pk])).content.decode()
    assert "espérez-vous voir changer" in page


def test_whoever_was_not_asked_or_left_meets_nothing(client, cast, row, nias):
    for who in (cast.tess, cast.paula, cast.otto):
        client.force_login(who)
        assert client.get(f"/surveys/{row.pk}/").status_code == 404
    Membership.objects.filter(user=cast.nia).update(until=timezone.now())
    client.force_login(cast.nia)
    assert client.get(f"/surveys/{row.pk}/").status_code == 404
    assert client.get(link(nias)).status_code == 404


# ---------------------------------------------------------------- by the link


def test_the_link_in_the_mail_needs_no_sign_in_and_changes_nothing_when_it_is_opened(client, cast, row):
    rounds.ask(row.pk)
    letter = render(PlannedMessage.objects.get(recipient=cast.nia, source_type="surveys.round", occurrence=""))
    path = re.search(r"https?://[^/\s]+(/survey/\S+)", letter.plain)[1]
    for _time in range(3):
        assert client.get(path).status_code == 200
    asked = Asked.objects.get(person=cast.nia)
    assert (asked.started_on, asked.finished_on) == (None, None)
    answer = client.post(path, {"q-easy": "5"})
    assert answer.status_code == 302
    assert "Thank you" in client.get(path).content.decode()
    client.post(path, {"q-easy": "1"})
    lay_down(row)
    assert list(Answer.objects.values_list("value", flat=True)) == [5]
    assert "_auth_user_id" not in client.session


def test_a_mail_of_a_reader_of_french_is_in_french(cast, row):
    rounds.ask(row.pk)
    letter = render(PlannedMessage.objects.get(recipient=cast.pierre, source_type="surveys.round", occurrence=""))
    assert "Avant de commencer" in letter.subject


def test_a_link_is_dead_after_the_close_and_for_another_mailbox(client, cast, row, nias):
    path = link(nias)
    cast.nia.email = "elsewhere@example.org"
    cast.nia.save()
    assert client.get(path).status_code == 404
    nias.person.refresh_from_db()
    path = link(nias)
    Round.objects.filter(pk=row.pk).update(closes_at=timezone.now())
    assert "closed" in client.get(path).content.decode()
    client.post(path, {"q-sure": "3"})
    assert not Envelope.objects.exists()
    with pytest.raises(Refused):
        say(nias)


@pytest.mark.parametrize("token", ["x", "a:b:c", "W10:1abc:xyz"])
def test_a_link_that_is_none_of_ours_leads_nowhere(client, token):
    assert client.get(f"/survey/{token}/").status_code == 404


def test_a_link_cannot_be_guessed_from_another(client, cast, row, nias):
    other = make.asked(round=row, person=cast.tess)
    assert link(nias) != link(other)
    mixed = link(nias).split(":")[0] + ":" + link(other).split(":", 1)[1]
    assert client.get(mixed).status_code == 404


# ---------------------------------------------------------------- who it was


def test_only_with_consent_a_study_id_stands_with_the_answers_and_goes_when_it_is_taken_back(cast, row, nias):
    tess = make.asked(round=row, person=cast.tess)
    consent.answer(user=cast.tess, yes=True, by=cast.tess)
    consent.answer(user=cast.nia, yes=False, by=cast.nia)
    say(nias, 1)
    say(tess, 2)
    lay_down(row)
    by_value = {one.value: one.response.study_id for one in Answer.objects.select_related("response")}
    assert by_value == {1: None, 2: cast.tess.study_id}
    consent.answer(user=cast.tess, yes=False, by=cast.tess)
    assert not Response.objects.exclude(study_id=None).exists()
    assert sorted(Answer.objects.values_list("value", flat=True)) == [1, 2]


def test_consent_taken_back_before_the_close_cuts_what_is_sealed_for_good(cast, row, nias):
    for yes in (True, False, True):
        consent.answer(user=cast.nia, yes=yes, by=cast.nia)
        if not Envelope.objects.exists():
            say(nias)
    lay_down(row)
    assert Response.objects.get().study_id is None


def test_a_forgotten_person_leaves_answers_that_nothing_links(cast, row, nias):
    consent.answer(user=cast.nia, yes=True, by=cast.nia)
    say(nias)
    accounts.forget(cast.nia, by=None)
    assert not Asked.objects.exists()
    lay_down(row)
    assert Response.objects.get().study_id is None


# ---------------------------------------------------------------- where it is offered


def test_today_and_the_session_offer_what_is_open_until_it_is_answered(client, cast):
    survey = make.survey(cohort=cast.cohort, moment="session")
    session = cast.past_session
    row = make.survey_round(survey=survey, about=str(session.pk), name_en=session.title_en, name_fr=session.title_fr)
    asked = make.asked(round=row, person=cast.nia)
    client.force_login(cast.nia)
    pages = ("/today/", f"/cohorts/{cast.cohort.pk}/sessions/{session.pk}/")
    for page in pages:
        words = client.get(page).content.decode()
        assert "One question about the session" in words, page
        assert f"/surveys/{row.pk}/" in words
    say(asked)
    for page in pages:
        assert f"/surveys/{row.pk}/" not in client.get(page).content.decode()


def test_a_planner_who_sees_somebodys_pages_does_not_see_whether_they_have_answered(cast, row, nias):
    from surveys.querysets import waiting_for

    assert len(waiting_for(cast.nia)) == 1
    cast.nia.seen_by = cast.paula
    assert waiting_for(cast.nia) == []


def test_a_question_that_was_taken_out_is_not_asked(client, cast, row, nias):
    question = row.survey.questions.get(key="heard")
    writing.take_out(question=question, by=cast.paula)
    client.force_login(cast.nia)
    assert "q-heard" not in client.get(f"/surveys/{row.pk}/").content.decode()


def test_a_draft_is_kept_on_the_page_and_never_shown_behind_a_link(client, cast, row, nias):
    client.force_login(cast.nia)
    key = answering.draft_of(nias)
    client.post("/me/draft/", {"draft_key": key, "q-hope": "half a thought"})
    assert "half a thought" not in str(Draft.objects.values_list("data", flat=True).get())
    assert "half a thought" in client.get(f"/surveys/{row.pk}/").content.decode()
    assert "half a thought" in str(accounts.data_of(cast.nia)["drafts"])
    assert "half a thought" not in Client().get(link(nias)).content.decode()


def test_it_is_open_to_the_last_minute(cast, row, nias):
    Round.objects.filter(pk=row.pk).update(closes_at=timezone.now() + dt.timedelta(minutes=1))
    assert say(nias)
