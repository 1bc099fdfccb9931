"""Planners write the public pages: both languages together, nobody's words lost, published by hand or at a minute."""

import copy
import datetime as dt
import re

import pytest
import time_machine
from django.core.management import call_command
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from audit.models import Entry
from core import filled
from core.time import wall_in
from enrolment.models import ContactNote, SiteVersion
from enrolment.site import content, pages
from enrolment.site.default import CONTENT
from tests import make
from tests.browser import Reader

pytestmark = pytest.mark.django_db
OVERVIEW = "/programs/safety-conversations/"


@pytest.fixture
def cohort():
    made = make.cohort(time_zone="America/St_Johns", city="st-johns")
    pages.write_defaults(programme=made.programme, publish=True)
    return made


@pytest.fixture
def paula(client, cohort):
    planner = make.planner(cohort=cohort)
    client.force_login(planner)
    return planner


def url(cohort, key="overview") -> str:
    return reverse("planning_site_page", args=[cohort.pk, key])


def sent(client, address) -> dict[str, str]:
    """Return what the browser would send if nobody touched anything."""
    page = Reader.of(client.get(address))
    return next(form for form in page.forms if any(field.name == "publish" for field in form.fields)).sent()


def save(client, cohort, key="overview", **typed):
    words = (
        sent(client, url(cohort, key))
        | {"verb": "save"}
        | {name.replace("_", "-", 1): text for name, text in typed.items()}
    )
    return client.post(url(cohort, key), words)


def test_the_shipped_words_are_complete_in_both_languages():
    for key, words in CONTENT.items():
        assert content.missing(key, words) == [], key
        if key != "faq":
            named = {spec.name for spec in content.SPECS[key] if not spec.name.startswith("quote")}
            assert set(words["en"]) == set(words["fr"]) == named, "nobody is quoted who has not said it"


def test_french_words_keep_their_unbreakable_spaces():
    for words in CONTENT.values():
        for text in re.findall(r"'((?:[^'\\]|\\.)*)'", str(words.get("fr", words))):
            assert " :" not in text
            assert "« " not in text


def test_a_draft_changes_nothing_for_visitors(client, cohort, paula):
    assert save(client, cohort, en_title="A new headline").status_code == 302
    assert "A new headline" not in client.get(OVERVIEW).content.decode()
    number = SiteVersion.objects.filter(page__key="overview").latest("number").number
    assert number == 2
    preview = client.get(reverse("planning_site_preview", args=[cohort.pk, "overview", 2])).content.decode()
    assert "A new headline" in preview
    assert "This is a preview" in preview


def test_published_now(client, cohort, paula):
    save(client, cohort, en_title="A new headline", fr_title="Un nouveau titre", publish="now")
    assert "A new headline" in client.get(OVERVIEW).content.decode()
    assert "Un nouveau titre" in client.get(pages.address(cohort.programme, "overview", "fr")).content.decode()
    assert Entry.objects.filter(verb="site.saved", by=paula).count() == 1


def test_one_language_alone_is_not_published_and_nothing_typed_is_lost(client, cohort, paula):
    answer = save(client, cohort, en_title="A new headline", fr_title="", publish="now")
    text = answer.content.decode()
    assert "English and French are published together. Still missing in French: Headline." in text
    assert 'value="A new headline"' in text
    assert SiteVersion.objects.filter(page__key="overview").count() == 1
    assert save(client, cohort, en_title="A new headline", fr_title="").status_code == 302, "a draft may be unfinished"
    assert "missing in a language" in client.get(url(cohort)).content.decode()
    assert "not complete" in client.get(reverse("planning_site", args=[cohort.pk])).content.decode()


def test_a_quotation_never_stands_without_its_person(client, cohort, paula):
    said = {"en_quote": "We speak up now.", "fr_quote": "On se parle."}
    answer = save(client, cohort, **said, en_quote_name="", fr_quote_name="", publish="now")
    assert answer.status_code == 200
    assert "Still missing in English: Who said it" in answer.content.decode()
    assert SiteVersion.objects.filter(page__key="overview").count() == 1


def test_at_a_minute_on_the_cohorts_clock(client, cohort, paula):
    minute = (timezone.now() + dt.timedelta(hours=30)).replace(second=0, microsecond=0)
    wall = wall_in(minute, "America/St_Johns")
    typed = {"publish": "at", "day": wall.strftime("%Y-%m-%d"), "clock": wall.strftime("%H:%M")}
    assert save(client, cohort, en_title="Tomorrow", fr_title="Demain", **typed).status_code == 302
    assert SiteVersion.objects.get(number=2, page__key="overview").publish_at == minute
    with time_machine.travel(minute - dt.timedelta(seconds=30), tick=False):
        versions = pages.versions_of(cohort.programme, "overview")
        assert pages.live_of(versions).number == 1
    assert pages.live_of(versions, minute).number == 2
    client.post(reverse("planning_site_call_off", args=[cohort.pk, "overview", 2]))
    assert SiteVersion.objects.get(number=2, page__key="overview").publish_at is None


@pytest.mark.parametrize(
    ("day", "clock", "words"),
    [
        ("", "", "Choose a day."),
        ("2020-01-01", "09:00", "That minute has passed."),
        ("2027-03-14", "02:30", "The clocks jump over that minute."),
    ],
)
def test_a_minute_that_makes_no_sense(client, cohort, paula, day, clock, words):
    answer = save(client, cohort, en_title="Kept", publish="at", day=day, clock=clock)
    assert words in answer.content.decode()
    assert 'value="Kept"' in answer.content.decode()
    assert SiteVersion.objects.filter(page__key="overview").count() == 1


def test_the_second_of_two_editors_sees_both_texts(client, cohort, paula):
    opened = sent(client, url(cohort))
    save(client, cohort, en_title="Hers")
    answer = client.post(url(cohort), {**opened, "verb": "save", "en-title": "Mine"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Hers" in text
    assert 'value="Mine"' in text
    again = next(form for form in Reader.of(answer).forms if any(one.name == "publish" for one in form.fields)).sent()
    assert client.post(url(cohort), {**again, "verb": "save"}).status_code == 302
    newest = SiteVersion.objects.filter(page__key="overview").latest("number")
    assert (newest.number, newest.content["en"]["title"]) == (3, "Mine")


def test_beginning_again_from_an_older_version(client, cohort, paula):
    save(client, cohort, en_title="Worse", fr_title="Pire", publish="now")
    client.post(reverse("planning_site_restore", args=[cohort.pk, "overview", 1]))
    newest = SiteVersion.objects.filter(page__key="overview").latest("number")
    assert (newest.number, newest.publish_at) == (3, None)
    assert newest.content["en"]["title"] == CONTENT["overview"]["en"]["title"]
    assert "Worse" in client.get(OVERVIEW).content.decode()
    client.post(reverse("planning_site_publish", args=[cohort.pk, "overview", 3]))
    assert CONTENT["overview"]["en"]["title"] in client.get(OVERVIEW).content.decode()


def test_markdown_is_a_safe_subset(client, cohort, paula):
    why = "**Bold** [there](https://example.ca) [bad](javascript:alert(1)) <script>alert(1)</script> ![x](https://e.ca/x.png)"
    save(client, cohort, en_why=why, publish="now")
    text = client.get(OVERVIEW).content.decode()
    assert "<strong>Bold</strong>" in text
    assert 'href="https://example.ca" rel="nofollow noopener"' in text
    assert "<script>alert" not in text
    assert 'href="javascript' not in text
    assert "<img" not in text


def test_questions_are_added_moved_and_taken_out_without_script(client, cohort, paula):
    here = url(cohort, "faq")
    typed = sent(client, here) | {"cost-en-q": "Does it cost anything?"}
    page = client.post(here, {**typed, "verb": "down:cost"})
    text = page.content.decode()
    assert text.index('id="setting"') < text.index('id="cost"')
    assert 'value="Does it cost anything?"' in text, "what was typed stays"
    typed = next(form for form in Reader.of(page).forms if any(one.name == "order" for one in form.fields)).sent()
    page = client.post(here, {**typed, "verb": "remove:setting"})
    typed = next(form for form in Reader.of(page).forms if any(one.name == "order" for one in form.fields)).sent()
    page = client.post(here, {**typed, "verb": "add"})
    typed = next(form for form in Reader.of(page).forms if any(one.name == "order" for one in form.fields)).sent()
    new = typed["order"].rsplit(",", 1)[-1]
    assert SiteVersion.objects.filter(page__key="faq").count() == 1, "nothing is saved before Save"
    boxes = {f"{new}-{lang}-{part}": f"{part} {lang}" for lang in ("en", "fr") for part in ("q", "a")}
    assert client.post(here, {**typed, **boxes, "verb": "save", "publish": "now"}).status_code == 302
    shown = [pair.key for pair in content.questions(SiteVersion.objects.get(number=2, page__key="faq").content, "fr")]
    assert shown[0] == "cost"
    assert shown[-1] == new
    assert "setting" not in shown


def test_an_unfinished_question_is_not_published(client, cohort, paula):
    answer = save(client, cohort, "faq", **{"cost-fr-a": "", "publish": "now"})
    assert "Still missing in French: Answer." in answer.content.decode()


def test_whose_programme_it_is_not_finds_no_page(client, cohort):
    other = make.cohort(programme=make.programme(slug_en="another"))
    client.force_login(make.planner(cohort=other))
    assert client.get(url(cohort)).status_code == 404
    assert client.get(url(other)).status_code == 200
    assert client.get(reverse("planning_site_page", args=[other.pk, "nonsense"])).status_code == 404


def test_a_new_programme_begins_with_words_that_nobody_sees_yet():
    programme = make.programme(slug_en="another")
    pages.write_defaults(programme=programme)
    assert pages.site_of(programme) is None
    assert [row.missing for row in pages.standings(programme)] == [[], [], [], []]
    pages.write_defaults(programme=programme, publish=True)
    assert programme.site_pages.get(key="faq").versions.count() == 1, "what stands there is never written over"


def test_words_with_a_colon_are_facts_and_others_are_not():
    words = copy.deepcopy(CONTENT["overview"])
    words["en"]["takes"] = "Cost: none\n- Languages: English\njust a line\nEmpty:"
    assert content.read("overview", words, "en")["takes"] == [
        ("Cost", "none"), ("Languages", "English"), ("", "just a line"), ("", "Empty:"),
    ]  # fmt: skip


def test_moving_a_question_beyond_the_end_moves_nothing():
    assert content.moved(["a", "b", "c"], "a", -1) == ["a", "b", "c"]
    assert content.moved(["a", "b", "c"], "a", 1) == ["b", "a", "c"]
    assert content.moved(["a", "b"], "x", 1) == ["a", "b"]


@pytest.mark.parametrize("name", ["planning_site", "planning_site_page", "planning_letters"])
def test_pages_for_planners_cost_the_same_with_thirty_of_everything(
    client, cohort, paula, name, django_assert_max_num_queries
):
    address = reverse(name, args=[cohort.pk, "overview"] if name == "planning_site_page" else [cohort.pk])
    costs = []
    for many in (1, 29):
        for nth in range(many):
            words = {"name": f"Visitor {nth}", "email": f"v{nth}@example.ca", "language": "en", "text": "May we?"}
            ContactNote.objects.create(programme=cohort.programme, **words)
            for page in cohort.programme.site_pages.all():
                last = page.versions.first()
                SiteVersion.objects.create(page=page, number=last.number + 1, content=last.content, by=paula)
        client.get(address)
        with django_assert_max_num_queries(12) as asked:
            assert client.get(address).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1]


@pytest.mark.parametrize("key", ["overview", "dates", "faq", "contact"])
def test_every_page_has_a_preview_in_both_languages(client, cohort, paula, key):
    for lang in ("en", "fr"):
        with override(lang):
            answer = client.get(reverse("planning_site_preview", args=[cohort.pk, key, 1]))
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_minute_follows_the_law_of_clocks(cohort, paula):
    """The moment was worked out by other rules than those of today: what was typed stands, its moment follows."""
    minute = (timezone.now() + dt.timedelta(days=30)).replace(second=0, microsecond=0)
    wall = wall_in(minute, "America/St_Johns")
    kept = {"programme": cohort.programme, "key": "overview", "words": CONTENT["overview"], "by": paula}
    version = pages.save(**kept, seen=1, publish="at", wall=wall, zone="America/St_Johns")
    assert pages.work_out_again() == []
    SiteVersion.objects.filter(pk=version.pk).update(publish_at=minute + dt.timedelta(hours=1))
    past = SiteVersion.objects.get(number=1, page__key="overview").publish_at
    call_command("migrate", verbosity=0)
    version.refresh_from_db()
    assert version.publish_at == minute
    assert SiteVersion.objects.get(number=1, page__key="overview").publish_at == past
    assert Entry.objects.filter(verb="site.minute_follows_the_clocks").count() == 1


def test_the_questions_are_kept_as_a_draft_with_their_list(client, cohort, paula):
    here = url(cohort, "faq")
    page = client.get(here)
    typed = sent(client, here)
    assert page.context["draft"].key == f"site/{cohort.programme_id}/faq"
    page = client.post(here, {**typed, "cost-en-q": "What is the price?", "verb": "add"})
    keys = page.context["form"].keys
    again = client.get(here)
    assert again.context["form"].keys == keys, "a question that was added is there after a reload"
    assert again.context["draft"].kept_at
    assert "What is the price?" in again.content.decode()
    new = keys[-1]
    typed = sent(client, here) | {f"{new}-en-q": "And parking?"}
    client.post(reverse("draft"), {**typed, "draft_key": again.context["draft"].key, "draft_back": here})
    last = client.get(here)
    assert "And parking?" in last.content.decode()
    typed = sent(client, here)
    page = client.post(here, {**typed, "verb": "remove:setting"})
    assert "setting" not in client.get(here).context["form"].keys
    assert client.post(here, {**sent(client, here), "verb": "save"}).status_code == 302
    saved = client.get(here)
    assert saved.context["draft"].kept_at is None
    assert "And parking?" in saved.content.decode()


def test_questions_sent_after_the_session_has_ended_come_back_with_their_list(client, cohort, paula):
    here = url(cohort, "faq")
    typed = sent(client, here)
    keys = [*typed["order"].split(","), "q123abc"]
    typed |= {"order": ",".join(keys), "q123abc-en-q": "And parking?"}
    typed |= {"q123abc-en-a": "", "q123abc-fr-q": "", "q123abc-fr-a": ""}
    data = QueryDict(mutable=True)
    data.update(typed)
    with filled.waiting(data, timezone.now()):
        page = client.get(here)
    assert page.context["form"].keys == keys
    assert "And parking?" in page.content.decode()
