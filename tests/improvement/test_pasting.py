"""A pasted table: what is read of it, what needs a person, and what is saved."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import uuid
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from improvement import pasting
from improvement.measuring import add_measure
from improvement.models import DataPoint, Measure, ReturnedSheet
from improvement.pasting import NotRead, decoded, read
from improvement.services import record_number
from improvement.weeks import WEEK
from tests.improvement.conftest import MONDAY

TODAY = dt.date(2026, 11, 24)
FALLS = Measure(pk=uuid.UUID(int=1), name_en="Falls", name_fr="Chutes", kind="count", frequency="weekly")
ROOMS = Measure(pk=uuid.UUID(int=2), name_en="Rooms", kind="percent", frequency="weekly")
RATE = Measure(pk=uuid.UUID(int=3), name_en="Rate", kind="rate", per=1000, frequency="monthly")
NAMES = {"falls": FALLS, "chutes": FALLS, "rooms": ROOMS, "rate": RATE}


def said(text, chosen=FALLS):
    return [
        (one.week, one.meaning.text or one.meaning.trouble)
        for one in read(text, measures=NAMES, chosen=chosen, today=TODAY)
    ]


WEEKS = [dt.date(2026, 11, 2), dt.date(2026, 11, 9), dt.date(2026, 11, 16)]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-02\t7\n2026-11-09\t8\n2026-11-16\t9",
        "2026-11-02;7\n2026-11-09;8\n2026-11-16;9",
        "2026-11-02,7\n2026-11-09,8\n2026-11-16,9",
        '"2 Nov 2026","7"\n"9 Nov 2026","8"\n"16 Nov 2026","9"',
        "2 Nov 2026 7\n9 Nov 2026 8\n16 Nov 2026 9",
        "Week\tFalls\n2026-11-02\t7\n2026-11-09\t8\n2026-11-16\t9",
        "Semaine\tChutes\tNos remarques\n2 nov. 2026\t7\tbien\n9 nov. 2026\t8\t\n16 nov. 2026\t9\t",
        "7\t2026-11-02\n8\t2026-11-09\n9\t2026-11-16",
        "\ufeff2026-11-02\t7\r\n\r\n2026-11-09\t8\r\n2026-11-16\t9\r\n",
    ],
)
def test_a_table_is_read_however_it_is_parted(text):
    assert said(text) == list(zip(WEEKS, "789", strict=True))


def test_percent_signs_and_decimal_commas_are_read_in_both_languages():
    text = "semaine;Rooms\n2 novembre 2026;62,5 %\n9 novembre 2026;40%\n16 novembre 2026;7 sur 9"
    assert said(text) == list(zip(WEEKS, ["62.5", "40", "77.778"], strict=True))


def test_blanks_say_nothing_and_words_say_why_there_is_none():
    assert said("2026-11-02\t\n2026-11-09\tn/a\n2026-11-16\ts. o.") == [
        (WEEKS[1], "not_collected"),
        (WEEKS[2], "not_collected"),
    ]


def test_two_numbers_for_one_week_are_for_a_person_and_the_same_one_twice_is_one():
    assert said("2026-11-02\t7\n2026-11-03\t8") == [(WEEKS[0], "twice"), (WEEKS[0], "twice")]
    assert said("2026-11-02\t7\n2026-11-03\t7") == [(WEEKS[0], "7")]


def test_two_columns_under_a_share_are_so_many_of_so_many():
    (one, more, none) = read(
        "2026-11-02\t7\t9\n2026-11-09\t14\t12\n2026-11-16\t0\t0", measures=NAMES, chosen=ROOMS, today=TODAY
    )
    assert (one.meaning.text, one.meaning.parts) == ("77.778", (7, 9))
    assert (more.meaning.trouble, none.meaning.reason) == ("too_many", "no_event")


def test_months_and_a_rate():
    (one,) = read("November 2026\t3\t1240", measures=NAMES, chosen=RATE, today=TODAY)
    assert (one.week, one.meaning.text, one.meaning.parts) == (dt.date(2026, 11, 1), "2.419", (3, 1240))


def test_a_month_for_a_weekly_measure_has_no_week():
    assert said("November 2026\t7") == [(None, "7")]


def test_several_measures_stand_in_columns_of_their_names():
    text = "Date\tROOMS\tsomething else\tFalls\n2026-11-02\t40\tx\t3"
    found = read(text, measures=NAMES, chosen=None, today=TODAY)
    assert [(one.measure, one.meaning.text) for one in found] == [(ROOMS.pk, "40"), (FALLS.pk, "3")]


@pytest.mark.parametrize(
    ("text", "chosen", "code"),
    [
        ("", FALLS, pasting.EMPTY),
        (" \n\t\n", FALLS, pasting.EMPTY),
        ("hello\nworld", FALLS, pasting.NO_DATES),
        ("2026-11-02\t7", None, pasting.NO_MEASURE),
        ("2026-11-02\t7\t8", FALLS, pasting.NO_MEASURE),
        ("2026-11-02\t1\t2\t3", ROOMS, pasting.NO_MEASURE),
        ("2026-11-02\t7\n" * (pasting.MOST_ROWS + 1), FALLS, pasting.TOO_MUCH),
        ("x" * (pasting.MOST_SIGNS + 1), FALLS, pasting.TOO_MUCH),
    ],
)
def test_what_is_no_table_is_said(text, chosen, code):
    with pytest.raises(NotRead) as wrong:
        said(text, chosen)
    assert wrong.value.code == code


@given(st.text(max_size=300))
def test_no_text_breaks_it(text):
    found = ()
    with contextlib.suppress(NotRead):
        found = read(text, measures=NAMES, chosen=ROOMS, today=TODAY)
    assert all(one.meaning.text or one.meaning.trouble for one in found)


@given(
    st.dictionaries(
        st.integers(0, 200).map(lambda back: WEEKS[-1] - back * WEEK),
        st.decimals(0, 100, places=2),
        min_size=1,
        max_size=30,
    ),
    st.sampled_from("\t;,"),
)
def test_what_is_written_as_csv_is_read_back(numbers, sign):
    text = io.StringIO()
    csv.writer(text, delimiter=sign).writerows(
        [["Week", "Rooms"], *([on.isoformat(), value] for on, value in numbers.items())]
    )
    found = read(text.getvalue(), measures=NAMES, chosen=None, today=TODAY)
    assert {one.week: one.meaning.value for one in found} == numbers


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_file_is_read_in_the_letters_it_was_written_in(encoding):
    assert decoded("déc. 2026;7".encode(encoding)) == "déc. 2026;7"


# ---------------------------------------------------------------- the page


@pytest.fixture
def rooms(world):
    return add_measure(team=world.team, by=world.tess, name="Rooms", kind="percent")


def paste(client, world, **typed):
    return client.post(reverse("numbers_paste", args=[world.team.pk]), {"once": uuid.uuid4(), **typed}, follow=True)


def weeks_back(*backs):
    return [(MONDAY - back * WEEK).isoformat() for back in backs]


def test_a_table_is_looked_at_before_it_is_saved(world, as_, rooms):
    one, two, three = weeks_back(3, 2, 1)
    record_number(measure=rooms, by=world.nia, period_start=MONDAY - 2 * WEEK, value=Decimal(40))
    client = as_(world.tess)
    answer = paste(client, world, table=f"{one}\t7 of 9\n{two}\t50 %\n{three}\t14 of 12", measure=rooms.pk)
    page = answer.content.decode()
    assert "2 read, 1 needs you: row 3 says 14 of 12" in page
    assert DataPoint.objects.filter(measure=rooms).count() == 1, "nothing is saved yet"
    client.post(answer.redirect_chain[-1][0])
    found = {point.period_start: point for point in DataPoint.objects.filter(measure=rooms)}
    first = found[MONDAY - 3 * WEEK]
    assert (first.value, first.numerator, first.denominator, first.method) == (Decimal("77.778"), 7, 9, "import")
    assert (found[MONDAY - 2 * WEEK].value, len(found)) == (50, 2)


def test_a_number_saved_meanwhile_stands(world, as_, rooms):
    (one,) = weeks_back(1)
    client = as_(world.tess)
    answer = paste(client, world, table=f"{one}\t50", measure=rooms.pk)
    record_number(measure=rooms, by=world.nia, period_start=MONDAY - WEEK, value=Decimal(60))
    client.post(answer.redirect_chain[-1][0])
    assert DataPoint.objects.get(measure=rooms).value == 60
    assert ReturnedSheet.objects.get().troubles[0]["code"] == "overtaken"


def test_a_week_to_come_is_for_a_person(world, as_, rooms):
    page = paste(as_(world.tess), world, table=f"{(MONDAY + WEEK).isoformat()}\t50", measure=rooms.pk).content.decode()
    assert "That week has not begun yet." in page


def test_what_was_pasted_is_not_lost_where_it_cannot_be_read(world, as_):
    answer = paste(as_(world.tess), world, table="2026-11-02\t7")
    assert answer.status_code == 200
    assert "2026-11-02\t7" in answer.content.decode()
    assert "measure" in answer.context["form"].errors


def test_a_file_is_the_same(world, as_, rooms):
    (one,) = weeks_back(1)
    file = SimpleUploadedFile("numbers.csv", f"semaine;Rooms\r\n{one};62,5\r\n".encode("cp1252"), "text/csv")
    client = as_(world.tess)
    answer = paste(client, world, file=file)
    client.post(answer.redirect_chain[-1][0])
    assert DataPoint.objects.get(measure=rooms).value == Decimal("62.5")


def test_a_measure_of_another_team_cannot_be_chosen(world, as_):
    far = add_measure(team=world.other_team, by=world.olga, name="Far")
    answer = paste(as_(world.tess), world, table=f"{weeks_back(1)[0]}\t5", measure=far.pk)
    assert "measure" in answer.context["form"].errors
    assert not DataPoint.objects.exists()


@pytest.mark.parametrize("rows", [1, 60])
def test_the_check_takes_the_same_statements_for_one_row_and_for_sixty(
    world, rooms, rows, django_assert_max_num_queries
):
    from improvement.sheets import returning

    table = "\n".join(f"{start}\t{n % 90}" for n, start in enumerate(weeks_back(*range(1, min(rows, 50) + 1))))
    with django_assert_max_num_queries(14):
        returning.look_at_table(team=world.team, text=table, chosen=rooms, by=world.tess)


def test_the_box_for_a_measure_says_in_the_readers_language_that_one_chooses(world, as_):
    page = as_(world.pierre).get(f"/fr/equipes/{world.team.pk}/chiffres/coller/").content.decode()
    assert "---------" not in page
    assert ">Choisissez<" in page
