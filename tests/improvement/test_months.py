"""A measure by the month: on its chart, in the card of Today, in the mail of the week after, in the sheet."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from collaborative.models import Team
from core.refusals import Refused
from improvement import numbers_due, periods
from improvement.activity import today_cards
from improvement.charts import charts_of
from improvement.forms import WeekForm
from improvement.measuring import add_measure
from improvement.models import Measure, MeasureKind
from improvement.numbers_due import plan_coming
from improvement.replies import TAKEN, handle
from improvement.services import record_number
from improvement.sheets.grid import grid_of
from improvement.sheets.writing import sheet_of
from notifications.inbound.incoming import Incoming
from notifications.models import PlannedMessage
from tests.improvement.conftest import MONDAY, leaving

NOVEMBER, DECEMBER = dt.date(2026, 11, 1), dt.date(2026, 12, 1)


@pytest.fixture
def rate(world):
    measure = add_measure(team=world.team, by=world.tess, name="Falls rate")
    Measure.objects.filter(pk=measure.pk).update(kind="rate", per=1000, frequency="monthly")
    # Nobody was there to count before the team came.
    Team.objects.filter(pk=world.team.pk).update(created_at=dt.datetime(2026, 11, 2, tzinfo=dt.UTC))
    return Measure.objects.select_related("team__unit", "team__cohort").get(pk=measure.pk)


def save(measure, by, start, **what):
    return record_number(measure=measure, by=by, period_start=start, **what)


def test_a_month_has_its_place_and_its_name(world, rate):
    save(rate, world.tess, dt.date(2026, 9, 1), numerator=Decimal(3), denominator=Decimal(1240))
    save(rate, world.tess, NOVEMBER, value=Decimal("1.5"))
    (chart,) = charts_of(world.team, measures=[rate])
    assert [(place.label, place.value) for place in chart.places] == [
        ("Sep 2026", Decimal("2.419")), ("Oct 2026", None), ("Nov 2026", Decimal("1.5")),
    ]  # fmt: skip
    assert (chart.asked.start, chart.asked.name) == (DECEMBER, "December 2026 so far")


@pytest.mark.parametrize("start", [MONDAY, dt.date(2026, 11, 2), dt.date(2027, 1, 1), dt.date(2024, 1, 1)])
def test_a_month_begins_on_its_first_day_and_has_come(world, rate, start):
    with pytest.raises(Refused):
        save(rate, world.tess, start, value=Decimal(1))


@pytest.mark.parametrize(("part", "whole"), [(999_999_999, 1), (3, 0), (-1, 10), (None, 10), (3, None)])
def test_parts_that_make_no_number_are_refused(world, rate, part, whole):
    parts = {
        "numerator": None if part is None else Decimal(part),
        "denominator": None if whole is None else Decimal(whole),
    }
    with pytest.raises(Refused):
        save(rate, world.tess, NOVEMBER, **parts)


def test_none_of_none_is_nothing_to_count(world, rate):
    saved = save(rate, world.tess, NOVEMBER, numerator=Decimal(0), denominator=Decimal(0))
    assert (saved.point.value, saved.point.missing_reason, saved.point.denominator) == (None, "no_event", None)


def test_more_than_all_is_refused_and_says_both(world):
    share = add_measure(team=world.team, by=world.tess, name="Rooms", kind="percent")
    with pytest.raises(Refused, match="14 of 12 is more than all of them"):
        save(share, world.tess, MONDAY, numerator=Decimal(14), denominator=Decimal(12))


def test_today_asks_for_the_month_that_is_over(world, rate):
    team = Team.objects.with_rests().select_related("unit", "cohort").get(pk=world.team.pk)
    cards = {card.measure: card for card in today_cards(world.tess, [team])}
    card = cards[rate]
    assert (card.period, card.question) == ("2026-11-01", "Falls rate: how was last month?")
    save(rate, world.tess, NOVEMBER, value=Decimal(2))
    assert rate not in {card.measure for card in today_cards(world.tess, [team])}


def test_the_mail_asks_for_it_in_the_week_of_the_first_friday_and_in_no_other(world, rate):
    first, second = dt.date(2026, 11, 30), dt.date(2026, 12, 7)
    team = Team.objects.select_related("unit", "cohort").get(pk=world.team.pk)
    owed = numbers_due.owed_by_each([team], first)[team.pk]
    assert [(one.measure.pk, one.start) for one in owed[first] if one.measure == rate] == [(rate.pk, NOVEMBER)]
    assert next(one.name for one in owed[first] if one.measure == rate) == "Falls rate, November 2026"
    assert rate not in {one.measure for one in owed[second]}
    save(rate, world.tess, NOVEMBER, value=Decimal(2))
    assert rate not in {one.measure for one in numbers_due.owed_by(team, first)}


def test_its_months_have_rows_of_their_own_in_the_sheet(world, rate):
    save(rate, world.tess, NOVEMBER, value=Decimal(2))
    grid = grid_of(world.team)
    assert NOVEMBER in grid.weeks
    assert list(grid.weeks) == sorted(set(grid.weeks))
    assert grid.standing(rate, NOVEMBER).text == "2"
    assert "Falls rate (each month)" in grid.headings


def test_a_month_is_typed_on_its_page(world, as_, rate):
    url = reverse("number", args=[world.team.pk, rate.pk])
    answer = as_(world.tess).post(url, {"period": "2026-11-01", "part": "3", "whole": "1 240", "seen": ""}, follow=True)
    assert "Saved: 2.42 for November 2026." in answer.content.decode()
    point = rate.points.get()
    assert (point.numerator, point.denominator) == (3, 1240)
    answer = as_(world.tess).post(url, {"period": "2026-11-01", "part": "3", "whole": "0", "seen": point.deed})
    assert answer.status_code == 422
    assert "The second number cannot be 0 here." in answer.content.decode()


@given(st.dates(dt.date(2020, 1, 1), dt.date(2035, 1, 1)))
def test_each_month_is_asked_for_once(day):
    start = periods.start_of("monthly", day)
    monday = periods.asking_week("monthly", start)
    assert periods.asked_in("monthly", monday) == start
    assert monday > periods.last_day("monthly", start) - dt.timedelta(days=7)
    others = [monday + dt.timedelta(weeks=n) for n in range(-6, 7) if n]
    assert start not in [periods.asked_in("monthly", other) for other in others]


def test_of_two_people_with_one_month_the_second_sees_the_first_and_decides(world, as_, rate):
    """Sentence 17 of the moments, for a month and for both its parts."""
    save(rate, world.nia, NOVEMBER, numerator=Decimal(4), denominator=Decimal(1240))
    url = reverse("number", args=[world.team.pk, rate.pk])
    tess = as_(world.tess)
    answer = tess.post(url, {"period": "2026-11-01", "part": "3", "whole": "1240", "seen": ""})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Nia saved a different number a moment ago. November 2026: 3.23. Yours is 3 of 1240." in " ".join(
        page.split()
    )
    assert rate.points.get().numerator == 4, "the first one stands until somebody decides"
    theirs = rate.points.get().deed
    again = tess.post(url, {"period": "2026-11-01", "part": "3", "whole": "1240", "value": "", "seen": theirs})
    assert again.status_code == 302
    assert (rate.points.get().numerator, rate.corrections.get().numerator) == (3, 4)


FIRST = dt.date(2026, 12, 28)  # the week of the first Friday after December


@pytest.fixture
def letter(world, rate, settings, clock):
    """What asks for that week, left already; of the log nobody asks any more."""
    settings.INBOUND_ADDRESS = "answers@example.org"
    clock.move_to(dt.datetime(2026, 12, 28, 15, tzinfo=dt.UTC))
    save(world.measure, world.nia, FIRST, value=Decimal(5))
    clock.shift(dt.timedelta(hours=1))
    plan_coming()
    row = PlannedMessage.objects.get(kind=numbers_due.KIND, occurrence=FIRST.isoformat())
    PlannedMessage.objects.filter(pk=row.pk).update(sent_at=timezone.now())
    return PlannedMessage.objects.select_related("recipient").get(pk=row.pk)


def answered(words, letter):
    person = letter.recipient
    return handle(
        Incoming(
            key=uuid.uuid4(), sender=person.email, person=person, subject="Re:", words=words, everything=words,
            language=person.language, answers=letter, files=(),
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("language", "asks", "between"),
    [
        ("en", "Falls rate: how was December 2026?", "From Tuesday 1 December to Thursday 31 December."),
        ("fr", "Falls rate\u00a0: comment s'est passé le mois de décembre 2026?", "Du mardi 1er décembre au jeudi 31 décembre."),
    ],
)  # fmt: skip
def test_the_mail_names_the_month_and_its_days(world, letter, language, asks, between):
    type(letter.recipient).objects.filter(pk=letter.recipient.pk).update(language=language)
    letter.recipient.refresh_from_db()
    mail = leaving(letter)
    assert mail.subject.startswith(asks)
    assert asks in mail.plain
    assert between in mail.plain


@pytest.mark.parametrize(
    "words", ["2.5", "Falls rate: 2,5", "Falls rate, December 2026: 2.5", "Falls rate, Décembre 2026 : 2,5"]
)
def test_the_month_is_answered_by_mail_and_the_thanks_name_it(world, rate, letter, words):
    assert answered(words, letter) == "number_taken"
    point = rate.points.get()
    assert (point.period_start, point.value) == (DECEMBER, Decimal("2.5"))
    thanks = leaving(PlannedMessage.objects.select_related("recipient").get(kind=TAKEN))
    assert thanks.subject == "Taken: 2.5 for December 2026"
    assert "Falls rate, December 2026: 2.5" in thanks.plain
    assert "week of" not in thanks.plain


def test_the_link_of_the_mail_asks_for_the_month_and_thanks_for_it(world, rate, letter, client):
    path = re.search(r"/answer/[^\s]+", leaving(letter).plain)[0]
    assert "Falls rate: how was December 2026?" in client.get(path).content.decode()
    after = client.post(path, {WeekForm.box(rate): "2.5"}).content.decode()
    assert "Saved. Falls rate, December 2026: 2.5" in after
    assert rate.points.get().period_start == DECEMBER


@pytest.mark.parametrize("words", ["3 of 1240", "Falls rate: 3/1240", "3 sur 1240"])
def test_a_rate_is_answered_with_both_its_parts(world, rate, letter, words):
    assert answered(words, letter) == "number_taken"
    point = rate.points.get()
    assert (point.numerator, point.denominator, point.value) == (3, 1240, Decimal("2.419"))
    thanks = leaving(PlannedMessage.objects.select_related("recipient").get(kind=TAKEN))
    assert thanks.subject == "Taken: 2.42 for December 2026"


@pytest.mark.parametrize("words", ["3 of 0", "-2", "3 of 4000000000", "1 of 3.0001", "999999999 of 0.001"])
def test_parts_that_cannot_be_are_told_so(rate, letter, words):
    assert answered(words, letter) == "number_unclear"
    assert not rate.points.exists()


def test_a_name_with_brackets_is_read_as_it_is(world, rate, letter):
    Measure.objects.filter(pk=rate.pk).update(name_en="Falls (rate)", name_fr="")
    assert answered("Falls (rate), December 2026: 2.5", letter) == "number_taken"
    assert rate.points.get().value == Decimal("2.5")


@pytest.mark.parametrize("kind", MeasureKind.values)
@pytest.mark.parametrize("frequency", ["weekly", "monthly"])
def test_the_sheet_holds_measures_of_every_kind(world, kind, frequency):
    measure = add_measure(team=world.team, by=world.tess, name="Whatever it is")
    per = 1000 if kind == "rate" else None
    Measure.objects.filter(pk=measure.pk).update(kind=kind, frequency=frequency, per=per)
    book = load_workbook(io.BytesIO(sheet_of(world.team, "fr").content))
    headings = [cell.value for cell in next(book.worksheets[0].rows)]
    assert any(str(heading).startswith("Whatever it is") for heading in headings)
