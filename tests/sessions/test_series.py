"""Series of webinars: what planners write, and what anybody and members read."""

import datetime as dt
import threading

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from collaborative.models import Cohort
from core.refusals import Overtaken
from enrolment.meetings import meetings_of
from enrolment.models import SiteVersion
from enrolment.site import pages
from sessions.models import Appearance, Hosting, LearningSession, Part, Partner, Recap, Series, Speaker
from sessions.public import registration
from sessions.public import series as rules
from sessions.speaking import own_page as speaking
from sessions.speaking import speakers
from tests import make

pytestmark = pytest.mark.django_db
WORDS = {"title_en": "Seeing risk early", "title_fr": "Voir le risque tôt"}


@pytest.fixture
def cohort():
    programme = make.programme(name_en="Safety conversations", slug_en="safety", slug_fr="securite")
    pages.write_defaults(programme=programme, publish=True)
    return make.cohort(programme=programme, first_day=timezone.now().date() + dt.timedelta(days=30))


@pytest.fixture
def webinars(cohort):
    """Return three webinars, the first of them over and recorded."""
    rows = [
        make.learning_session(
            cohort=cohort, kind="webinar", minutes_ahead=minutes, title_en=f"Part {nth}", title_fr=f"Partie {nth}",
            purpose_en="What to look for.", purpose_fr="Ce qu'il faut regarder.",
        )
        for nth, minutes in enumerate((-60 * 24 * 7, 60 * 24 * 7, 60 * 24 * 21), start=1)
    ]  # fmt: skip
    Recap.objects.create(
        learning_session=rows[0], recording_en="https://video.example.org/1", recording_fr="https://video.example.org/2",
        published_at=timezone.now(),
    )  # fmt: skip
    return rows


@pytest.fixture
def series(cohort, webinars):
    return rules.make(
        cohort=cohort, by=make.planner(cohort=cohort), is_public=True, intro_en="Three evenings.",
        intro_fr="Trois soirées.", questions=[("What do we see?", "Que voyons-nous?")],
        parts=[str(one.pk) for one in webinars], **WORDS,
    )  # fmt: skip


def speaks(row, **facts):
    speaker = Speaker.objects.create(
        programme=row.cohort.programme, name="Ada Lund", post_nominals="RN, PhD", affiliation_en="Northern College",
        affiliation_fr="Collège du Nord",
    )  # fmt: skip
    return Appearance.objects.create(learning_session=row, speaker=speaker, **facts)


def test_anybody_reads_it_in_both_languages_without_a_cookie(client, series, webinars):
    agree(speaks(webinars[0]))
    partner = Partner.objects.create(
        programme=series.cohort.programme,
        name_en="Health North",
        name_fr="Santé Nord",
        url_en="https://north.example.org",
    )
    Hosting.objects.create(learning_session=webinars[0], partner=partner)
    answer = client.get(rules.address(series, "en"))
    text = answer.content.decode()
    assert rules.address(series, "en") == "/programs/safety/webinars/seeing-risk-early/"
    for words in (
        "Seeing risk early", "Three evenings.", "What do we see?", "1. Part 1", "What to look for.", "Ada Lund, RN, PhD",
        "Northern College", 'href="https://north.example.org"', "Watch the recording", "https://video.example.org/1",
    ):  # fmt: skip
        assert words in text, words
    assert text.count("<details") == 3
    assert not answer.cookies
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    french = client.get(rules.address(series, "fr"), headers={"accept-language": "fr"}).content.decode()
    assert "Voir le risque tôt" in french
    assert "https://video.example.org/2" in french


def test_the_page_takes_six_statements_at_most(client, cohort, series, webinars, django_assert_max_num_queries):
    for nth in range(12):
        row = make.learning_session(cohort=cohort, kind="webinar", minutes_ahead=60 * 24 * (30 + nth), series=series)
        speaks(row)
    with django_assert_max_num_queries(6):
        assert client.get(rules.address(series, "en")).status_code == 200


def test_where_anybody_registers_is_said_alike_everywhere_and_not_once_the_series_is_closed(
    client, cohort, series, webinars
):
    ahead = webinars[1]
    way = reverse("register", args=[ahead.pk])

    def said() -> tuple[bool, bool, bool]:
        listed = [one.register for one in meetings_of(Cohort.objects.get(pk=cohort.pk))]
        row = LearningSession.objects.get(pk=ahead.pk)
        return way in client.get(rules.address(series, "en")).content.decode(), way in listed, registration.takes(row)

    assert said() == (False, False, False), "for members alone"
    LearningSession.objects.filter(pk=ahead.pk).update(is_public=True)
    assert said() == (True, True, True)
    Cohort.objects.filter(pk=cohort.pk).update(closed_at=timezone.now())
    assert said() == (False, False, False)


def test_the_slug_of_the_other_language_leads_to_the_right_one(client, series):
    answer = client.get("/programs/securite/webinars/voir-le-risque-tot/")
    assert (answer.status_code, answer.url) == (302, rules.address(series, "en"))


def agree(*rows, to=("recording", "publication")):
    for row in rows:
        for one in to:
            speaking.consent(appearance=row, to=one, agrees=True)


@pytest.mark.parametrize("sent", [False, True])
@pytest.mark.parametrize("part", Part.values)
def test_a_recording_is_for_members_only_until_everybody_has_agreed_to_both(client, series, webinars, part, sent):
    at = timezone.now() if sent else None
    first, second = speaks(webinars[0], page_sent_at=at), speaks(webinars[0], part=part, page_sent_at=at)
    url = rules.address(series, "en")

    def is_shown() -> bool:
        return "Watch the recording" in client.get(url).content.decode()

    assert not is_shown()
    agree(first)
    agree(second, to=["publication"])
    assert not is_shown()
    agree(second, to=["recording"])
    assert is_shown()
    speaking.consent(appearance=first, to="publication", agrees=False)
    assert not is_shown()


def test_who_did_not_agree_and_was_forgotten_has_still_not_agreed(client, series, webinars):
    agree(speaks(webinars[0]))
    other = speaks(webinars[0])
    Speaker.objects.filter(pk=other.speaker_id).update(name="", person=None)
    page = client.get(rules.address(series, "en")).content.decode()
    assert "Ada Lund" in page
    assert "Watch the recording" not in page


@pytest.mark.parametrize("agreed", [True, False])
def test_another_address_of_a_speaker_changes_no_consent(client, cohort, series, webinars, agreed):
    row = speaks(webinars[0], page_sent_at=timezone.now())
    if agreed:
        agree(row)
    speakers.change_speaker(
        speaker=row.speaker, by=make.planner(cohort=cohort), version=row.speaker.version, email="ada@elsewhere.ca"
    )
    assert ("Watch the recording" in client.get(rules.address(series, "en")).content.decode()) is agreed


def test_planners_see_whose_consent_is_missing(client, cohort, webinars):
    row = speaks(webinars[0])
    client.force_login(make.planner(cohort=cohort, language="en"))
    url = reverse("planning_session_people", args=[webinars[0].pk])
    assert "Missing: Ada Lund" in client.get(url).content.decode()
    agree(row)
    assert "Missing:" not in client.get(url).content.decode()


def test_what_is_for_members_only_is_not_there_for_visitors(client, cohort, series):
    Series.objects.update(is_public=False)
    assert client.get(rules.address(series, "en")).status_code == 404
    inside = reverse("cohort_webinars", args=[cohort.pk, series.pk])
    client.force_login(make.member(team=make.team(cohort=cohort), language="en"))
    assert "Part 2" in client.get(inside).content.decode()
    client.force_login(make.person("Stan"))
    assert client.get(inside).status_code == 404


def test_planners_make_change_and_remove_one(client, cohort, webinars):
    paula = make.planner(cohort=cohort, language="en")
    client.force_login(paula)
    form = {**WORDS, "question_1_en": "Why?", "question_1_fr": "Pourquoi?", "parts": [str(webinars[1].pk)]}
    client.post(reverse("planning_webinars_new", args=[cohort.pk]), form)
    made = Series.objects.get()
    assert (made.slug_en, made.slug_fr, made.is_public) == ("seeing-risk-early", "voir-le-risque-tot", False)
    assert rules.questions_of(made) == [("Why?", "Pourquoi?")]
    assert list(made.parts.all()) == [webinars[1]]
    assert "Seeing risk early" in client.get(reverse("planning_webinars", args=[cohort.pk])).content.decode()
    page = reverse("planning_webinars_edit", args=[cohort.pk, made.pk])
    client.post(page, {**form, "version": "1", "title_en": "Seeing it", "is_public": "on", "parts": []})
    made.refresh_from_db()
    assert (made.title_en, made.slug_en, made.is_public, made.parts.count()) == (
        "Seeing it", "seeing-risk-early", True, 0,
    )  # fmt: skip
    overtaken = client.post(page, {**form, "version": "1"})
    assert overtaken.status_code == 409
    assert "Seeing it" in overtaken.content.decode()
    client.post(reverse("planning_webinars_remove", args=[cohort.pk, made.pk]))
    assert not Series.objects.exists()
    assert LearningSession.objects.filter(pk=webinars[1].pk).exists()


def test_one_language_alone_is_sent_back(client, cohort):
    client.force_login(make.planner(cohort=cohort, language="en"))
    form = {**WORDS, "intro_en": "Only English", "question_2_fr": "Seulement?"}
    text = client.post(reverse("planning_webinars_new", args=[cohort.pk]), form).content.decode()
    assert text.count("Write it in both languages, or in none.") >= 2
    assert "Only English" in text
    assert not Series.objects.exists()


def test_another_series_of_the_same_name_has_an_address_of_its_own(cohort, series):
    paula = make.planner(cohort=cohort)
    other = rules.make(
        cohort=make.cohort(programme=cohort.programme), by=paula, questions=[], parts=[], is_public=True, intro_en="",
        intro_fr="", **WORDS,
    )  # fmt: skip
    assert other.slug_en == "seeing-risk-early-2"


def test_no_address_of_one_series_is_another_ones_in_the_other_language(client, cohort, series):
    words = {"title_en": "Voir le risque tôt", "title_fr": "Seeing risk early"}
    other = rules.make(
        cohort=make.cohort(programme=cohort.programme), by=make.planner(cohort=cohort), questions=[], parts=[],
        is_public=True, intro_en="", intro_fr="", **words,
    )  # fmt: skip
    assert (other.slug_en, other.slug_fr) == ("voir-le-risque-tot-2", "seeing-risk-early-2")
    assert "Voir le risque tôt" in client.get("/programs/safety/webinars/voir-le-risque-tot-2/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_series_made_at_once_have_addresses_of_their_own():
    programme = make.programme(slug_en="safety", slug_fr="securite")
    gate = threading.Barrier(4)

    def press(cohort, by):
        gate.wait()
        try:
            rules.make(cohort=cohort, by=by, questions=[], parts=[], is_public=True, intro_en="", intro_fr="", **WORDS)
        finally:
            connection.close()

    cohorts = [make.cohort(programme=programme) for _n in range(4)]
    threads = [threading.Thread(target=press, args=(one, make.planner(cohort=one))) for one in cohorts]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    slugs = Series.objects.values_list("slug_en", "slug_fr")
    assert len({slug for both in slugs for slug in both}) == 8


def test_a_series_that_somebody_changed_meanwhile_is_overtaken(cohort, series):
    paula = make.planner(cohort=cohort)
    with pytest.raises(Overtaken):
        rules.change(series=series, by=paula, version=7, questions=[], parts=[], **WORDS)


def test_planners_find_the_public_address_and_visitors_a_link_to_it(client, cohort, series):
    client.force_login(make.planner(cohort=cohort, language="en"))
    for page in (
        reverse("planning_webinars", args=[cohort.pk]),
        reverse("planning_webinars_edit", args=[cohort.pk, series.pk]),
    ):
        text = client.get(page).content.decode()
        for lang in ("en", "fr"):
            url = settings.SITE_URL + rules.address(series, lang)
            assert f'<a href="{url}">{url}</a>' in text
    client.logout()
    overview = reverse("programme", args=[cohort.programme.slug_en])
    assert f'<a href="{rules.address(series, "en")}">Seeing risk early</a>' in client.get(overview).content.decode()
    Series.objects.update(is_public=False)
    assert "Seeing risk early" not in client.get(overview).content.decode()


def test_an_address_that_does_not_open_yet_is_no_link(client, series):
    assert client.get(rules.address(series, "en")).status_code == 200
    SiteVersion.objects.update(publish_at=timezone.now() + dt.timedelta(days=1))
    assert client.get(rules.address(series, "en")).status_code == 404, "its programme is not there for anybody"
    SiteVersion.objects.all().delete()
    assert client.get(rules.address(series, "en")).status_code == 404
    client.force_login(make.planner(cohort=series.cohort, language="en"))
    text = client.get(reverse("planning_webinars", args=[series.cohort_id])).content.decode()
    assert rules.address(series, "en") in text
    assert f'href="{settings.SITE_URL}{rules.address(series, "en")}"' not in text
    assert "once the public page of the programme is published" in text
