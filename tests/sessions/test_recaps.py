"""Missed it? The recap: whole in both languages, read by the cohort, followed once by who was not there."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from core.refusals import Overtaken, Refused
from sessions.attendance import recaps
from sessions.models import Followed, LearningSession, Recap
from tests import make

pytestmark = pytest.mark.django_db
WHOLE = {
    "text_en": "**Three** things.", "text_fr": "Trois choses.", "now_en": "Ask once.", "now_fr": "Demandez une fois.",
    "recording_en": "https://zoom.us/rec/1?pwd=x", "recording_fr": "https://zoom.us/rec/2",
    "transcript_en": "", "transcript_fr": "",
}  # fmt: skip
CHAPTERS = "12:30 | The bundle | L'ensemble\n1:02:05 | Questions | Questions"


@pytest.fixture
def held(cast):
    row = make.learning_session(cohort=cast.cohort, minutes_ahead=-300, minutes=90, kind="learning")
    return LearningSession.objects.select_related("cohort__programme").get(pk=row.pk)


def publish(cast, held, **more):
    return recaps.write(
        learning_session=held, by=cast.paula, version=1, publish=True, **{"chapters": CHAPTERS, **WHOLE, **more}
    )


def url_of(held, name="session_recap"):
    return reverse(name, args=[held.cohort_id, held.pk])


def test_after_the_end_the_page_says_where_it_will_stand_and_then_it_comes_first(client, cast, held):
    client.force_login(cast.nia)
    assert "Its recap will stand here" in client.get(url_of(held, "session")).content.decode()
    publish(cast, held)
    text = client.get(url_of(held, "session")).content.decode()
    assert "Its recap will stand here" not in text
    assert text.index("Open the recap") < text.index('id="access"')
    office = make.learning_session(cohort=cast.cohort, minutes_ahead=-300, kind="office")
    assert "Its recap will stand here" not in client.get(url_of(office, "session")).content.decode()


def test_it_appears_in_both_languages_at_once_or_not_at_all(cast, held):
    with pytest.raises(Refused, match="both languages") as refused:
        publish(cast, held, text_fr="")
    assert refused.value.field == "text_fr"
    with pytest.raises(Refused, match="both languages"):
        publish(cast, held, recording_en="")
    assert not Recap.objects.exists()
    assert publish(cast, held).published_at
    with pytest.raises(Refused, match="both languages"):
        recaps.write(learning_session=held, by=cast.paula, version=2, chapters="", **{**WHOLE, "now_en": ""})


def test_not_before_the_session_is_over(cast):
    with pytest.raises(Refused, match="once the session is over"):
        publish(cast, cast.next_session)


def test_two_writers_lose_nothing(cast, held):
    publish(cast, held)
    with pytest.raises(Overtaken):
        recaps.write(
            learning_session=held, by=cast.paula, version=1, chapters=CHAPTERS, **{**WHOLE, "text_en": "Other"}
        )


def test_a_reader_finds_text_first_then_the_recording_at_its_chapters(client, cast, held):
    publish(cast, held)
    client.force_login(cast.nia)
    text = client.get(url_of(held)).content.decode()
    assert "<strong>Three</strong>" in text
    assert "https://zoom.us/rec/1?pwd=x&amp;t=750" in text
    assert "1:02:05" in text
    assert text.index("Three") < text.index("zoom.us")


def test_whoever_missed_it_says_once_that_they_have_gone_through_it(client, cast, held):
    publish(cast, held)
    client.force_login(cast.nia)
    assert "I have gone through it" in client.get(url_of(held)).content.decode()
    for _press in range(2):
        client.post(url_of(held, "session_follow"))
    assert Followed.objects.filter(person=cast.nia).count() == 1
    assert "you have gone through it" in client.get(url_of(held)).content.decode()


def test_whoever_was_there_has_nothing_to_follow(client, cast, held):
    publish(cast, held)
    make.attendance(learning_session=held, person=cast.nia, team=cast.team)
    client.force_login(cast.nia)
    assert "I have gone through it" not in client.get(url_of(held)).content.decode()
    client.post(url_of(held, "session_follow"))
    assert not Followed.objects.exists()


def test_before_it_appears_only_planners_see_it(client, cast, held):
    recaps.write(learning_session=held, by=cast.paula, version=1, chapters="", **WHOLE)
    client.force_login(cast.nia)
    assert client.get(url_of(held)).status_code == 404
    client.post(url_of(held, "session_follow"))
    assert not Followed.objects.exists()
    client.force_login(cast.paula)
    assert "Only the planning team" in client.get(url_of(held)).content.decode()


def test_a_sponsor_reads_it_and_follows_nothing(client, cast, held):
    publish(cast, held)
    client.force_login(cast.sol)
    assert "I have gone through it" not in client.get(url_of(held)).content.decode()
    assert client.post(url_of(held, "session_follow")).status_code == 403


def test_it_is_taken_back(client, cast, held):
    publish(cast, held)
    client.force_login(cast.paula)
    client.post(reverse("planning_session_recap_take_back", args=[held.pk]))
    client.force_login(cast.nia)
    assert client.get(url_of(held)).status_code == 404


def test_the_sessions_page_leads_there_once_it_is_over(client, cast, held):
    page = reverse("session", args=[held.cohort_id, held.pk])
    client.force_login(cast.nia)
    assert "Missed it?" not in client.get(page).content.decode()
    publish(cast, held)
    assert "Missed it?" in client.get(page).content.decode()
    make.attendance(learning_session=held, person=cast.nia, team=cast.team)
    assert "To read again" in client.get(page).content.decode()


def test_a_planner_writes_and_shows_it_with_pages_only(client, cast, held):
    client.force_login(cast.paula)
    url = reverse("planning_session_recap", args=[held.pk])
    answer = client.post(url, {**WHOLE, "chapters": CHAPTERS, "version": 1, "then": "publish"})
    assert answer.status_code == 302
    assert Recap.objects.get().published_at
    assert recaps.typed(recaps.chapters_of(Recap.objects.get())) == CHAPTERS
    assert client.post(url, {**WHOLE, "text_en": "New", "chapters": CHAPTERS, "version": 1}).status_code == 409


def test_all_that_is_missing_is_said_at_once_and_what_was_typed_stays(client, cast, held):
    client.force_login(cast.paula)
    url = reverse("planning_session_recap", args=[held.pk])
    typed = {**WHOLE, "text_fr": "", "now_en": "", "now_fr": "", "recording_fr": "", "recording_en": "ftp://x"}
    page = client.post(url, {**typed, "chapters": "", "version": 1, "then": "publish"})
    assert set(page.context["form"].errors) == {"text_fr", "now_en", "now_fr", "recording_en"}
    assert [len(some) for some in page.context["form"].errors.values()] == [1, 1, 1, 1]
    assert page.context["form"]["text_en"].value() == WHOLE["text_en"]
    assert not Recap.objects.exists()


@pytest.mark.parametrize(
    "line", ["The bundle", "12:30 | one", "12:75 | a | b", "x | a | b", "12:30 | | b", "1:00 | a | b | c"]
)
def test_a_chapter_that_is_none_is_named_by_its_line(line):
    with pytest.raises(Refused, match=r"Line 2:"):
        recaps.read_chapters(f"0:10 | a | b\n{line}")


def test_a_place_in_a_recording():
    assert recaps.at_second("https://x.ca/v?t=9&a=1#y", 75) == "https://x.ca/v?a=1&t=75#y"
    assert [recaps.clock_of(n) for n in (5, 75, 3725)] == ["0:05", "1:15", "1:02:05"]


def test_what_was_followed_long_ago_stays(cast, held):
    publish(cast, held)
    recaps.follow(learning_session=held, user=cast.nia)
    recaps.take_back(learning_session=held, by=cast.paula)
    assert Followed.objects.get().at > timezone.now() - dt.timedelta(minutes=1)
