"""Our sheet on its pages: taken along, sent back, looked at, saved."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from improvement.measuring import add_measure
from improvement.models import DataPoint, ReturnedSheet
from improvement.services import record_number
from improvement.weeks import WEEK
from tests.improvement import sheets
from tests.improvement.conftest import MONDAY

LAST = MONDAY - WEEK


@pytest.fixture
def falls(world):
    return add_measure(team=world.team, by=world.tess, name="Falls", kind="count", direction="down")


def at(team, name="sheet", *more) -> str:
    return reverse(name, args=[team.pk, *more])


def file(content: bytes, name: str = "our-sheet.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def typed(team, value) -> bytes:
    content = sheets.sheet(team)
    return sheets.typed(content, {f"C{sheets.row_of(content, LAST)}": value})


def test_it_is_found_on_the_page_of_numbers_by_those_who_may_fill_it_in(as_, world, falls):
    assert at(world.team, "sheet_download") in as_(world.nia).get(at(world.team, "numbers")).content.decode()
    assert at(world.team, "sheet_download") not in as_(world.colin).get(at(world.team, "numbers")).content.decode()


def test_the_file_speaks_the_language_of_the_page(as_, world, falls):
    answer = as_(world.nia).get(at(world.team, "sheet_download"))
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="our-sheet-harbour-view')
    assert sheets.shown(answer.content)[0][0] == "Week (its Monday)"
    with override("fr"):
        french = at(world.team, "sheet_download")
    assert "chiffres/feuille/telecharger" in french
    answer = as_(world.pierre).get(french)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="notre-feuille-')
    assert sheets.shown(answer.content)[0][0] == "Semaine (son lundi)"


def test_what_was_read_is_seen_before_it_is_saved(as_, world, falls):
    tess = as_(world.tess)
    page = tess.post(at(world.team), {"file": file(typed(world.team, 4))}, follow=True)
    text = page.content.decode()
    assert "Nothing has been saved yet." in text
    assert "“Falls”, week of 7 December" in text
    assert not DataPoint.objects.exists()
    url = page.redirect_chain[-1][0]
    saved = tess.post(url, follow=True).content.decode()
    assert "1 number saved." in saved
    point = DataPoint.objects.get()
    assert (point.value, point.by, point.method, point.way) == (4, world.tess, "import", "page")
    again = tess.post(url, follow=True)
    assert again.status_code == 200
    assert DataPoint.objects.get().deed == point.deed


def test_a_row_that_needs_somebody_leads_to_where_it_is_typed(as_, world, falls):
    page = as_(world.tess).post(at(world.team), {"file": file(typed(world.team, "some"))}, follow=True).content.decode()
    assert "holds something that is no number" in page
    assert f"{at(world.team, 'number', falls.pk)}?week={LAST.isoformat()}" in page
    assert "There is nothing to save." in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"", "There is nothing in this file."),
        (b"Week,Falls", "We could not read this file. Save it as an Excel workbook (.xlsx) and try again."),
        (b"PK\x03\x04" + bytes(2_100_000), "This file is much larger than a sheet of ours."),
    ],
)
def test_what_is_no_sheet_is_told_beside_the_box(as_, world, falls, sent, said):
    answer = as_(world.tess).post(at(world.team), {"file": file(sent)})
    assert answer.status_code == 200
    assert any(said in error for error in answer.context["form"].errors["file"])
    assert not ReturnedSheet.objects.exists()


def test_no_file_and_the_sheet_of_another_team_are_told(as_, world, falls):
    tess = as_(world.tess)
    assert tess.post(at(world.team), {}).context["form"].errors["file"] == ["Choose the file."]
    errors = tess.post(at(world.team), {"file": file(sheets.sheet(world.other_team))}).context["form"].errors
    assert errors["file"] == ["This is the sheet of another team. Download the one of this team, and send that file."]


def test_the_same_form_twice_is_one_sheet(as_, world, falls):
    tess, once = as_(world.tess), str(uuid.uuid4())
    content = typed(world.team, 4)
    answers = [tess.post(at(world.team), {"file": file(content), "once": once}) for _n in range(2)]
    assert answers[0].url == answers[1].url
    assert ReturnedSheet.objects.count() == 1


def test_a_sheet_is_seen_by_who_sent_it_alone(as_, world, falls):
    page = as_(world.tess).post(at(world.team), {"file": file(typed(world.team, 4))})
    assert as_(world.nia).get(page.url).status_code == 404
    assert as_(world.colin).get(page.url).status_code == 403
    assert as_(world.stan).get(page.url).status_code == 404
    other = page.url.replace(str(world.team.pk), str(world.other_team.pk))
    assert as_(world.tess).get(other).status_code == 404


def test_a_conflict_is_shown_and_nothing_overwritten(as_, world, falls):
    tess = as_(world.tess)
    page = tess.post(at(world.team), {"file": file(typed(world.team, 4))})
    record_number(measure=falls, by=world.nia, period_start=LAST, value=Decimal(9))
    text = tess.post(page.url, follow=True).content.decode()
    assert "says 4, and somebody saved 9 meanwhile" in text
    assert DataPoint.objects.get().value == 9


def test_a_closed_series_takes_no_sheet(as_, world, falls, clock):
    tess = as_(world.tess)
    page = tess.post(at(world.team), {"file": file(typed(world.team, 4))})
    world.cohort.closed_at = "2026-12-16T15:00Z"
    world.cohort.save()
    tess.post(page.url)
    assert not DataPoint.objects.exists()


def test_the_pages_take_the_same_few_statements_for_one_change_as_for_ten(
    as_, world, falls, django_assert_max_num_queries
):
    tess = as_(world.tess)
    content = sheets.sheet(world.team)
    url = tess.post(at(world.team), {"file": file(sheets.typed(content, {"C2": 4, "C3": 5, "C4": "x"}))}).url
    for page in (url, at(world.team), at(world.team, "sheet_download")):
        with django_assert_max_num_queries(12):
            tess.get(page)
