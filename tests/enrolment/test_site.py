"""What visitors read: public, cacheable, the same page in the other language, and true by the date."""

import datetime as dt
import html
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from collaborative.line import today_in
from collaborative.models import Cohort
from enrolment.models import SiteVersion
from enrolment.site import pages
from tests import make

pytestmark = pytest.mark.django_db
EN = "/programs/safety-conversations/"
AGNES = {
    "quote": "Then we asked my mother.",
    "quote_name": "Agnes Pardy", "quote_credentials": "care partner", "quote_affiliation": "Harbour View",
}  # fmt: skip


@pytest.fixture
def programme():
    made = make.programme(tagline_en="Talk before it happens.")
    pages.write_defaults(programme=made, publish=True, quoted={"en": AGNES, "fr": AGNES})
    return made


@pytest.fixture
def cohort(programme):
    """A cohort whose enrolment is open for ten more days."""
    today = timezone.now().date()
    made = make.cohort(programme=programme, first_day=today + dt.timedelta(days=40))
    days = {"apply_from": today - dt.timedelta(days=5), "apply_until": today + dt.timedelta(days=10)}
    Cohort.objects.filter(pk=made.pk).update(**days, answers_on=today + dt.timedelta(days=14))
    return made


def of_dates(cohort, **days) -> None:
    today = today_in(cohort)
    values = {name: today + dt.timedelta(days=number) for name, number in days.items()}
    Cohort.objects.filter(pk=cohort.pk).update(**values)


def test_the_overview_says_what_it_is_and_leads_on(client, cohort):
    answer = client.get(EN)
    text = answer.content.decode()
    assert answer.status_code == 200
    for words in (
        "Four months. One question asked more often.",
        "Agnes Pardy, care partner, Harbour View",
        "Why take part",
        "What it takes",
        "20 teams",
        "Send this to my privacy office",
        "Apply by",
    ):
        assert words in text, words
    assert "tl-thread" in text, "the line drawn large"


def test_the_programmes_page_has_every_part_that_a_team_decides_by(client, cohort):
    make.learning_session(cohort=cohort, minutes_ahead=60 * 24 * 45)
    Cohort.objects.filter(pk=cohort.pk).update(campaign_en="Patient Safety Week", campaign_fr="Semaine de la sécurité")
    text = html.unescape(client.get(EN).content.decode())
    for part in (
        "Your unit learns to talk about safety before something goes wrong",  # what it is
        "Most of what we know about safety, we know from looking back",  # why
        "A habit that fits into the rounds and huddles you already have",  # what a team gets
        "A chart of your own that shows whether talking led to something",
        "Three online sessions of ninety minutes bring all teams together.",  # the format
        "A team is five people or more of one unit",  # for whom, and what is required
        "a manager of the unit",
        "about 20 minutes a week",
        "Patient Safety Week",
        "Apply by",
    ):
        assert part in text, part
    assert "Semaine de la sécurité" in html.unescape(
        client.get("/fr/programmes/conversations-sur-la-securite/").content.decode()
    )


def test_every_page_leads_to_the_planning_team_and_two_to_the_application(client, cohort):
    for key in ("overview", "dates", "faq"):
        text = client.get(pages.address(cohort.programme, key, "en")).content.decode()
        assert reverse("programme_contact", args=[cohort.programme.slug_en]) in text, key
        assert key == "faq" or reverse("apply", args=[cohort.slug]) in text, key


def test_the_words_that_are_shipped_quote_nobody(client, programme):
    """A new installation would publish what nobody has said."""
    other = make.programme(slug_en="other", slug_fr="autre")
    pages.write_defaults(programme=other, publish=True)
    for address in ("/programs/other/", "/fr/programmes/autre/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "<blockquote" not in answer.content.decode()
    assert "<blockquote" in client.get(EN).content.decode()


@pytest.mark.parametrize("key", ["overview", "dates", "faq", "contact"])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_page_leads_to_the_same_page_in_the_other_language(client, cohort, key, lang):
    here, there = (
        pages.address(cohort.programme, key, one) for one in ((lang, "fr") if lang == "en" else (lang, "en"))
    )
    text = client.get(here).content.decode()
    assert f'href="{there}"' in text
    assert client.get(there).status_code == 200
    slug = cohort.programme.slug_fr if lang == "en" else cohort.programme.slug_en
    assert slug in there


def test_the_slug_of_the_other_language_leads_to_the_page_of_this_one(client, cohort):
    answer = client.get(reverse("programme_faq", args=["conversations-sur-la-securite"]) + "?q=cost")
    assert answer.status_code == 302
    assert answer.url == reverse("programme_faq", args=["safety-conversations"]) + "?q=cost"


def test_nothing_unpublished_is_there(client):
    programme = make.programme()
    for name in ("programme", "programme_dates", "programme_faq", "programme_contact", "programme_tell_me"):
        assert client.get(reverse(name, args=[programme.slug_en])).status_code == 404, name
    assert client.get(reverse("programme", args=["no-such-series"])).status_code == 404


def test_a_visitor_gets_no_cookie_and_caches_may_keep_the_page(client, cohort):
    for key in ("overview", "dates", "faq"):
        answer = client.get(pages.address(cohort.programme, key, "en"))
        assert "Set-Cookie" not in answer.headers
        assert not answer.cookies
        assert "csrf" not in answer.content.decode().lower()
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        again = client.get(
            pages.address(cohort.programme, key, "en"), headers={"if-none-match": answer.headers["ETag"]}
        )
        assert again.status_code == 304


@pytest.mark.parametrize("key", ["overview", "dates", "faq"])
@pytest.mark.parametrize("cohorts", [1, 5])
def test_a_page_takes_at_most_six_statements(client, cohort, key, cohorts, django_assert_max_num_queries):
    for nth in range(cohorts - 1):
        make.team(cohort=make.cohort(programme=cohort.programme, name_en=f"Another {nth}"))
    with django_assert_max_num_queries(6):
        client.get(pages.address(cohort.programme, key, "en"))


def test_signed_in_planners_find_the_way_to_edit_and_nothing_is_kept(client, cohort):
    client.force_login(make.planner(cohort=cohort))
    answer = client.get(EN)
    assert reverse("planning_site_page", args=[cohort.pk, "overview"]) in answer.content.decode()
    assert answer.headers["Cache-Control"] == "private, no-store"
    client.force_login(make.person())
    assert "Edit this page" not in client.get(EN).content.decode()


def test_open_full_closed_and_over_by_the_date(client, cohort):
    text = client.get(EN).content.decode()
    assert "Start an application" in text
    assert "Apply by" in text
    for _nth in range(2):
        make.team(cohort=cohort)
    Cohort.objects.filter(pk=cohort.pk).update(seats=2)
    assert "Full; waiting list until" in client.get(EN).content.decode()
    of_dates(cohort, apply_from=-30, apply_until=-1, answers_on=3)
    text = client.get(EN).content.decode()
    assert "Enrolment is closed; answers on" in text
    assert reverse("programme_tell_me", args=["safety-conversations"]) in text
    of_dates(cohort, apply_from=3, apply_until=9, answers_on=12)
    assert "Enrolment opens on" in client.get(EN).content.decode()
    Cohort.objects.filter(pk=cohort.pk).update(closed_at=timezone.now())
    text = client.get(EN).content.decode()
    assert "Enrolment opens on" not in text
    assert "Start an application" not in text
    assert re.search(r">\s*Over\s*<", text), "as a whole, not as the beginning of a heading"


def test_the_colour_that_a_programme_has_chosen_stands_behind_its_first_page(client, cohort, programme):
    assert '<div class="hero">' in client.get(EN).content.decode()
    type(programme).objects.filter(pk=programme.pk).update(colour="sun")
    assert '<div class="hero is-sun">' in client.get(EN).content.decode()


def test_every_cohort_that_takes_applications_has_its_way_in(client, cohort, programme):
    later = make.cohort(
        programme=programme, name_en="The later one", first_day=cohort.first_day + dt.timedelta(days=90),
        apply_from=today_in(cohort), apply_until=today_in(cohort) + dt.timedelta(days=60),
    )  # fmt: skip
    text = client.get(EN).content.decode()
    assert text.index(reverse("apply", args=[cohort.slug])) < text.index(reverse("apply", args=[later.slug]))
    assert "Apply for The later one" in text
    Cohort.objects.filter(pk=later.pk).update(announced_at=None)
    assert "The later one" not in client.get(EN).content.decode()


def test_the_cohort_that_takes_applications_is_shown_before_one_that_runs(client, cohort, programme):
    make.cohort(programme=programme, name_en="The running one")
    text = client.get(pages.address(programme, "dates", "en")).content.decode()
    assert cohort.name_en in text
    assert "The running one" not in text


def test_dates_have_their_hour_and_place(client, cohort):
    text = client.get(pages.address(cohort.programme, "dates", "en")).content.decode()
    assert "12:00, Toronto time" in text
    assert "Apply by" in text
    text = client.get(pages.address(cohort.programme, "dates", "fr")).content.decode()
    assert "heure de Toronto" in text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ASSESSMENT", {"privacy"}),
        ("evaluation", {"privacy"}),
        ("cout", {"cost"}),
        ("nothing free", {"cost"}),
        ("xyzzy", set()),
    ],
)
def test_questions_are_found_in_both_languages_without_accents(client, cohort, words, found):
    text = client.get(pages.address(cohort.programme, "faq", "en"), {"q": words}).content.decode()
    assert set(re.findall(r'<section class="stack" id="(\w+)"', text)) == found
    assert f'value="{words}"' in text


def test_a_question_has_an_address_of_its_own(client, cohort):
    text = client.get(pages.address(cohort.programme, "faq", "en")).content.decode()
    assert 'id="privacy"' in text
    assert 'href="#privacy"' in text
    assert text.index('id="cost"') < text.index('id="setting"') < text.index('id="language"')


def test_markup_in_what_is_searched_for_stays_text(client, cohort):
    text = client.get(pages.address(cohort.programme, "faq", "en"), {"q": '"><script>x'}).content.decode()
    assert "<script>x" not in text


def test_the_newest_version_whose_minute_has_come_is_read(client, cohort, programme):
    page = programme.site_pages.get(key="overview")
    words = page.versions.get().content
    later = {lang: {**words[lang], "title": f"Tomorrow {lang}"} for lang in words}
    SiteVersion.objects.create(page=page, number=2, content=later, publish_at=timezone.now() + dt.timedelta(minutes=5))
    SiteVersion.objects.create(page=page, number=3, content=later)
    assert "Tomorrow" not in client.get(EN).content.decode()
    SiteVersion.objects.filter(number=2).update(publish_at=timezone.now())
    assert "Tomorrow en" in client.get(EN).content.decode()


def test_cards_canonical_address_and_the_other_language(client, cohort, settings):
    text = client.get(EN).content.decode()
    assert f'<link rel="canonical" href="{settings.SITE_URL}{EN}">' in text
    there = pages.address(cohort.programme, "overview", "fr")
    assert f'hreflang="fr-CA" href="{settings.SITE_URL}{there}"' in text
    assert 'property="og:title"' in text
    assert "Talk before it happens." in text
    assert 'property="og:locale" content="en_CA"' in text


def test_the_first_page_lists_current_programmes(client, cohort, django_assert_max_num_queries):
    hidden = make.programme(slug_en="unwritten", name_en="Not written yet")
    make.cohort(programme=hidden)
    with django_assert_max_num_queries(6):
        text = client.get("/").content.decode()
    assert f'href="{EN}"' in text
    assert "Apply by" in text
    assert "Not written yet" not in text
