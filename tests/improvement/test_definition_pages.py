"""The pages on which a team takes a measure from the library, writes its own, and says what exactly is counted."""

from __future__ import annotations

import re
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from core.registry import data_of, forget
from improvement import measuring
from improvement.definition_words import changes_of
from improvement.measure_library import READY
from improvement.models import Measure, MeasureChange, MeasureDefinition, MeasurePhase
from improvement.services import record_number
from improvement.weeks import WEEK
from tests.browser import Reader
from tests.improvement.conftest import MONDAY
from tests.improvement.test_pages import words

LAST = MONDAY - WEEK


@pytest.fixture
def falls(world):
    return measuring.add_measure(
        team=world.team, by=world.tess, name="Falls", direction="down", meaning="On the floor."
    )


def numbered(measure, by):
    for back in (1, 2):
        record_number(measure=measure, by=by, period_start=MONDAY - back * WEEK, value=Decimal(4))


def page_of(name, world, measure=None):
    return reverse(name, args=[world.team.pk, *([measure.pk] if measure else [])])


def form_on(browser, url, holds):
    """Return what the form of a page that has this field would send as it stands."""
    forms = Reader.of(browser.get(url)).forms
    return next(form for form in forms if holds in {field.name for field in form.fields}).sent()


def added(world):
    return Measure.objects.filter(team=world.team, fills_itself=False)


# ---------------------------------------------------------------- adding


def test_four_fields_are_enough_and_the_rest_stands_behind_more(world, as_):
    browser, url = as_(world.nia), page_of("measure_new", world)
    html = browser.get(url).content.decode()
    own = html.split('id="own"')[1]
    assert own.index('name="goal"') < own.index("<details>") < own.index('name="meaning"')
    form = form_on(browser, url, "name")
    done = browser.post(url, form | {"name": "Rooms visited"})
    assert (done.status_code, added(world).get().name_en) == (302, "Rooms visited")
    assert not MeasureDefinition.objects.exists()


def test_everything_behind_more_is_kept(world, as_):
    browser, url = as_(world.pierre), page_of("measure_new", world)
    with override("fr"):
        url = page_of("measure_new", world)
    more = {
        "name": "Chutes", "kind": "rate", "per": "1000", "frequency": "monthly", "unit": "chutes", "goal": "2,5",
        "goal_on": "2027-03-31", "measure_type": "outcome", "purpose": "Savoir", "meaning": "Au sol", "numerator": "n",
        "denominator": "d", "population": "Tout le monde", "source": "Rapports", "sampling": "every", "sample": "5",
        "collector": "La ou le chef", "baseline_value": "4,2", "baseline_from": "2026-09-01",
        "baseline_until": "2026-11-30", "dimension": "past_harm", "equity": "Par aile", "small_numbers": "Rien sous 5",
        "reviewed": "Chaque mois", "chart": "u",
    }  # fmt: skip
    assert browser.post(url, form_on(browser, url, "name") | more).status_code == 302
    measure = added(world).get()
    row = measure.definition
    kept = {name: str(getattr(row, name)) for name in measuring.DEFINED}
    assert kept == {name: more[name].replace(",", ".") for name in measuring.DEFINED} | {"baseline_value": "4.200"}
    assert (measure.name_fr, measure.unit_fr, measure.per, measure.frequency, row.written_in) == (
        "Chutes", "chutes", 1000, "monthly", "fr",
    )  # fmt: skip


def test_what_is_missing_behind_more_is_said_beside_its_field_and_in_sight(world, as_):
    browser, url = as_(world.nia), page_of("measure_new", world)
    page = browser.post(url, form_on(browser, url, "name") | {"name": "Falls", "kind": "rate", "source": "Reports"})
    html = page.content.decode()
    assert page.status_code == 200
    assert "A rate is so many for every so many" in words(page)
    assert "<details open>" in html.split('id="own"')[1]
    assert 'value="Reports"' in html
    assert page.context["form"].errors.keys() == {"per"}
    assert not added(world).exists()


def test_one_press_adds_a_measure_that_is_ready(world, as_):
    browser, url = as_(world.tess), page_of("measure_new", world)
    page = browser.get(url)
    for one in READY.values():
        assert one.said("name") in words(page)
    form = form_on(browser, url, "ready")
    assert form["ready"] == "huddles"
    for _press in range(2):
        done = browser.post(page_of("measure_ready", world), form)
        measure = added(world).get()
        assert (done.status_code, done.url) == (302, f"{page_of('numbers', world)}#measure-{measure.pk}")
    assert "You count this already." in words(browser.get(url))
    again = browser.post(page_of("measure_ready", world), form | {"once": str(uuid.uuid4())}, follow=True)
    assert "it stands among your numbers" in words(again)
    assert added(world).count() == 1


@pytest.mark.parametrize("sent", [{}, {"ready": "no such thing"}, {"ready": "\x00"}, {"ready": "x" * 100_000}])
def test_what_is_not_in_the_library_leads_back_with_a_sentence(world, as_, sent):
    answer = as_(world.tess).post(page_of("measure_ready", world), sent, follow=True)
    assert answer.status_code == 200
    assert "not in the library" in words(answer)
    assert not added(world).exists()


# ---------------------------------------------------------------- reading


@pytest.mark.parametrize("who", ["nia", "colin", "paula"])
def test_who_sees_the_team_reads_what_exactly_is_counted(world, as_, falls, who):
    measuring.change_measure(measure=falls, by=world.tess, version=1, source="Reports")
    page = as_(getattr(world, who)).get(page_of("measure_definition", world, falls))
    text = words(page)
    assert page.status_code == 200
    assert "What exactly counts On the floor." in text
    assert "Where the number comes from Before: nothing Then: Reports" in text
    assert re.search(r"Tess Test, \d+ \w+ 20\d\d", text)
    mine = page_of("measure_change", world, falls) in page.content.decode()
    assert mine == ("Count it no longer" in text) == (who == "nia")


def test_the_charts_lead_to_it(world, as_, falls):
    for name, args in (("numbers", []), ("number", [falls])):
        html = as_(world.colin).get(page_of(name, world, *args)).content.decode()
        assert page_of("measure_definition", world, falls) in html


def test_words_of_another_language_say_so(world, as_, falls):
    with override("fr"):
        page = as_(world.pierre).get(page_of("measure_definition", world, falls))
    assert re.search(r'<dd[^>]* lang="en">\s*On the floor', page.content.decode())


@pytest.mark.parametrize("name", ["measure_definition", "measure_change", "measure_stop", "measure_again"])
def test_a_measure_of_another_team_is_not_reached_through_ones_own(world, as_, falls, name):
    url = reverse(name, args=[world.other_team.pk, falls.pk])
    assert [as_(world.olga).get(url).status_code, as_(world.olga).post(url, {}).status_code] == [404, 404]


@pytest.mark.parametrize("name", ["measure_definition", "measure_change"])
def test_many_changes_take_no_more_statements(world, as_, falls, name):
    numbered(falls, world.tess)
    browser, url = as_(world.nia), page_of(name, world, falls)
    browser.get(url)
    for n in range(12):
        by = (world.tess, world.nia)[n % 2]
        measuring.change_measure(measure=falls, by=by, version=n + 1, goal=Decimal(n))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        browser.get(url)
    assert len(asked) <= 12, [one["sql"][:120] for one in asked]


# ---------------------------------------------------------------- changing


def test_a_change_is_saved_and_told(world, as_, falls):
    browser, url = as_(world.nia), page_of("measure_change", world, falls)
    form = form_on(browser, url, "name_en")
    done = browser.post(url, form | {"goal": "3", "kind": "number", "purpose": "To know"})
    assert (done.status_code, done.url) == (302, page_of("measure_definition", world, falls))
    falls.refresh_from_db()
    assert (falls.goal, falls.kind, falls.definition.purpose, falls.definition.meaning) == (
        3, "number", "To know", "On the floor.",
    )  # fmt: skip
    assert MeasureChange.objects.get().before.keys() == {"goal", "kind", "purpose"}


def test_a_unit_that_changes_half_way_asks_from_when_on(world, as_, falls):
    numbered(falls, world.tess)
    browser, url = as_(world.nia), page_of("measure_change", world, falls)
    form = form_on(browser, url, "name_en")
    assert "kind" not in form, "what stays is not asked for"
    page = browser.post(url, form | {"unit_en": "people", "why": "Each person once"})
    assert page.context["form"].errors.keys() == {"from_period"}
    assert 'value="people"' in page.content.decode()
    assert (
        browser.post(url, form | {"unit_en": "people", "why": "Each person once", "from_period": str(LAST)}).status_code
        == 302
    )
    phase = MeasurePhase.objects.get()
    assert (phase.starts_on, phase.why) == (LAST, "Each person once")
    story = words(browser.get(page_of("measure_definition", world, falls)))
    assert "Counted this way since: Week of 7 December 2026" in story
    form = form_on(browser, url, "name_en")
    assert browser.post(url, form | {"unit_en": "persons", "from_period": "words"}).status_code == 302
    assert MeasurePhase.objects.count() == 1


@pytest.mark.parametrize("when", ["", "2026-12-08", "1999-01-04", "soon", "\x00"])
def test_nonsense_for_from_when_on_is_said_beside_the_field(world, as_, falls, when):
    numbered(falls, world.tess)
    browser, url = as_(world.nia), page_of("measure_change", world, falls)
    page = browser.post(url, form_on(browser, url, "name_en") | {"meaning": "Else", "from_period": when})
    assert page.status_code == 200
    assert "from_period" in page.context["form"].errors
    assert "Else</textarea>" in page.content.decode()
    assert Measure.objects.get(pk=falls.pk).version == 1


def test_a_kind_that_could_be_changed_a_moment_ago_is_answered(world, as_, falls):
    browser, url = as_(world.nia), page_of("measure_change", world, falls)
    form = form_on(browser, url, "name_en")
    numbered(falls, world.tess)
    page = browser.post(url, form | {"kind": "percent"})
    assert page.context["form"].errors.keys() == {"kind"}
    assert "Add another measure instead" in words(page)


def test_of_two_who_write_at_once_the_second_sees_both(world, as_, falls):
    browser, url = as_(world.nia), page_of("measure_change", world, falls)
    form = form_on(browser, url, "name_en")
    measuring.change_measure(measure=falls, by=world.tess, version=1, source="Reports", goal=Decimal(3))
    page = browser.post(url, form | {"source": "My list", "goal": "5"})
    html = page.content.decode()
    assert page.status_code == 409
    assert "Where the number comes from Reports" in words(page)
    assert "Goal 3" in words(page)
    assert 'value="My list"' in html
    assert browser.post(url, form_of(page) | {"source": "Reports and my list", "goal": "5"}).status_code == 302
    falls.refresh_from_db()
    assert (falls.definition.source, falls.goal) == ("Reports and my list", 5)


def form_of(page):
    return next(form for form in Reader.of(page).forms if "name_en" in {field.name for field in form.fields}).sent()


def test_what_is_sent_twice_is_done_once(world, as_, falls):
    numbered(falls, world.tess)
    browser, url = as_(world.nia), page_of("measure_change", world, falls)
    form = form_on(browser, url, "name_en") | {"meaning": "Else", "from_period": str(LAST)}
    assert [browser.post(url, form).status_code for _press in range(2)] == [302, 302]
    assert (MeasurePhase.objects.count(), MeasureChange.objects.count()) == (1, 1)


def test_what_the_library_says_stands_beside_an_empty_box(world, as_):
    measure = measuring.add_ready(team=world.team, key="falls", by=world.tess)
    page = as_(world.nia).get(page_of("measure_change", world, measure))
    assert f"As long as this is empty: {READY['falls'].said('meaning')}" in words(page)
    assert page.context["form"]["meaning"].value() == ""


def test_the_measure_that_fills_itself_is_not_asked_for_its_name(world, as_):
    browser, url = as_(world.nia), page_of("measure_change", world, world.measure)
    form = form_on(browser, url, "meaning")
    assert not {"name_en", "unit_en", "kind", "frequency", "per"} & form.keys()
    assert browser.post(url, form | {"goal": "12"}).status_code == 302
    answer = browser.post(url, form_on(browser, url, "meaning") | {"name_en": "Ours"})
    assert answer.context["form"].errors.keys() == {"name_en"}


# ---------------------------------------------------------------- ending


def test_a_measure_is_ended_and_counted_again(world, as_, falls):
    browser, page = as_(world.nia), page_of("measure_definition", world, falls)
    for name, ended, says in (("measure_stop", True, "It was counted until"), ("measure_again", False, "Count it no longer")):  # fmt: skip
        version = form_on(browser, page, "version")
        for _press in range(2):
            assert browser.post(page_of(name, world, falls), version).status_code == 302
        assert bool(Measure.objects.get(pk=falls.pk).ended_on) is ended
        assert says in words(browser.get(page))


def test_who_looks_at_an_older_page_is_shown_how_it_stands(world, as_, falls):
    browser = as_(world.nia)
    form = form_on(browser, page_of("measure_definition", world, falls), "version")
    measuring.change_measure(measure=falls, by=world.tess, version=1, goal=Decimal(3))
    answer = browser.post(page_of("measure_stop", world, falls), form)
    assert answer.status_code == 409
    assert "Somebody changed this while you were looking." in words(answer)
    assert browser.post(page_of("measure_stop", world, falls), form_version(answer)).status_code == 302


def form_version(page):
    return next(form for form in Reader.of(page).forms if "version" in {field.name for field in form.fields}).sent()


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40])
def test_nonsense_for_a_version_ends_nothing(world, as_, falls, version):
    answer = as_(world.nia).post(page_of("measure_stop", world, falls), {"version": version})
    assert answer.status_code in (302, 409)
    assert Measure.objects.get(pk=falls.pk).ended_on is None


def test_who_is_forgotten_leaves_what_is_counted_and_no_name(world, falls):
    numbered(falls, world.tess)
    change = {"meaning": "Else", "from_period": LAST, "why": "Tess said so"}
    measuring.change_measure(measure=falls, by=world.tess, version=1, **change)
    kept = data_of.get("improvement")(world.tess)
    assert [one["before"] for one in kept["measures_changed"]] == [{"meaning": "On the floor."}]
    forget.get("improvement")(world.tess)
    falls.refresh_from_db()
    phase = falls.phases.get()
    assert (falls.by, falls.definition.meaning, falls.changes.get().by) == (None, "Else", None)
    assert (phase.by, phase.why, phase.starts_on) == (None, "", LAST)
    assert changes_of(falls, world.nia)[0].who == "somebody who has left"


@pytest.mark.parametrize(("lang", "typed"), [("en", "0.125"), ("fr", "0,125")])
def test_a_goal_stands_in_its_box_as_somebody_would_type_it(world, as_, lang, typed):
    measure = measuring.add_measure(team=world.team, by=world.tess, name="X", kind="number", goal=Decimal("0.125"))
    who = {"en": world.nia, "fr": world.pierre}[lang]
    with override(lang):
        url = page_of("measure_change", world, measure)
    form = form_on(as_(who), url, "goal")
    assert form["goal"] == typed
    as_(who).post(url, form)
    assert not MeasureChange.objects.exists(), "what was not touched is not changed"
