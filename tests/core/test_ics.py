"""Every calendar that we write is read back with two libraries that are not ours."""

import datetime as dt

import icalendar
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

import config  # noqa: F401  (pins the zones)
from core.ics import Entry, calendar, folded
from core.time import forward_utc

NBSP = "\u00a0"
NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
# What a calendar cannot hold is taken out; the ends of lines are told apart no more.
sayable = st.text(
    alphabet=st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029"), max_size=400
)
nasty = st.text(alphabet=st.one_of(st.characters(), st.sampled_from('\r\n\u2028\u0085\0\x0b\t\\;,:" é')), max_size=300)


def entry(**more) -> Entry:
    starts = dt.datetime(2027, 1, 13, 17, 0, tzinfo=dt.UTC)
    values = {
        "uid": "1@localhost", "title": "Session 2", "starts": starts, "ends": starts + dt.timedelta(minutes=90),
        "stamp": NOW, "changed": NOW,
    }  # fmt: skip
    return Entry(**values | more)


def by_icalendar(text: str):
    (found,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    return found


def by_vobject(text: str):
    return vobject.readOne(text).vevent


def is_folded(text: str) -> bool:
    lines = text.encode().split(b"\r\n")
    return lines[-1] == b"" and all(len(line) <= 75 for line in lines) and b"\n" not in b"".join(lines)


def test_what_both_read():
    text = calendar(
        [
            entry(
                sequence=3, text=f"12{NBSP}h, heure de Montréal\nLa suite est là ; à 100{NBSP}%, c'est promis.",
                url="https://series.example.ca/fr/seances/1/", place="En ligne", organizer="series@example.ca",
                called="Série « Sepsis »", attendee="pierre@example.ca",
            )
        ],
        method="REQUEST",
    )  # fmt: skip
    assert is_folded(text)
    one, other = by_icalendar(text), by_vobject(text)
    assert icalendar.Calendar.from_ical(text)["METHOD"] == "REQUEST"
    assert one.decoded("DTSTART") == other.dtstart.value == dt.datetime(2027, 1, 13, 17, 0, tzinfo=dt.UTC)
    assert one.decoded("DTEND") == other.dtend.value == dt.datetime(2027, 1, 13, 18, 30, tzinfo=dt.UTC)
    assert one["SEQUENCE"] == int(other.sequence.value) == 3
    assert one["DESCRIPTION"] == other.description.value
    assert one["DESCRIPTION"].endswith("là ; à 100\u00a0%, c'est promis.")
    assert one["ORGANIZER"] == other.organizer.value == "mailto:series@example.ca"
    assert one["ORGANIZER"].params["CN"] == other.organizer.params["CN"][0] == "Série « Sepsis »"
    assert one["ATTENDEE"] == other.attendee.value == "mailto:pierre@example.ca"
    assert one["ATTENDEE"].params["RSVP"] == other.attendee.params["RSVP"][0] == "TRUE"
    assert (one["STATUS"], one["LOCATION"], one["URL"]) == (
        "CONFIRMED", "En ligne", "https://series.example.ca/fr/seances/1/",
    )  # fmt: skip


@given(title=sayable, text=sayable)
def test_words_arrive_as_they_were_and_no_line_is_too_long(title, text):
    written = calendar([entry(title=title, text=f"|{text}|")], name=title)
    assert is_folded(written)
    assert by_icalendar(written)["SUMMARY"] == title
    assert by_icalendar(written)["DESCRIPTION"] == f"|{text}|"
    assert by_vobject(written).description.value == f"|{text}|"


@given(text=nasty)
def test_nobody_can_add_a_line(text):
    parts = {"title": text, "text": f"|{text}", "place": f"|{text}", "url": f"https://a.ca/{text}", "called": text}
    written = calendar([entry(**parts, organizer="a@b.ca")])
    assert is_folded(written)
    plain = calendar([entry(text="x", place="x", url="x", organizer="x")])
    assert len(written.replace("\r\n ", "").split("\r\n")) == len(plain.split("\r\n"))
    by_icalendar(written)


@given(line=st.text(alphabet=st.sampled_from("aé漢🙂 "), max_size=600))
def test_no_letter_is_cut_in_two(line):
    pieces = folded(line).split("\r\n")
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line


# Six zones of the country on two days: what a clock there shows and the moment in UTC, by the laws that hold from 2026 on.
WINTER, SUMMER = dt.datetime(2027, 1, 13, 12, 0), dt.datetime(2027, 7, 14, 12, 0)


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        ("America/St_Johns", "20270113T153000Z", "20270714T143000Z"),
        ("America/Halifax", "20270113T160000Z", "20270714T150000Z"),
        ("America/Toronto", "20270113T170000Z", "20270714T160000Z"),
        ("America/Regina", "20270113T180000Z", "20270714T180000Z"),
        # They stopped changing their clocks in 2026.
        ("America/Winnipeg", "20270113T170000Z", "20270714T170000Z"),
        ("America/Edmonton", "20270113T180000Z", "20270714T180000Z"),
        ("America/Yellowknife", "20270113T180000Z", "20270714T180000Z"),
        ("America/Vancouver", "20270113T190000Z", "20270714T190000Z"),
    ],
)
def test_the_moments_of_the_country(zone, winter, summer):
    for wall, due in ((WINTER, winter), (SUMMER, summer)):
        starts = forward_utc(wall, zone)
        text = calendar([entry(starts=starts, ends=starts + dt.timedelta(hours=1))])
        assert f"DTSTART:{due}\r\n" in text
        assert by_icalendar(text).decoded("DTSTART") == by_vobject(text).dtstart.value == starts


def test_the_hour_that_comes_twice_is_the_first_one():
    starts = forward_utc(dt.datetime(2026, 11, 1, 1, 30), "America/Toronto")
    assert "DTSTART:20261101T053000Z\r\n" in calendar([entry(starts=starts, ends=starts)])


def test_days_are_days_and_the_last_one_is_in():
    text = calendar([entry(starts=dt.date(2028, 2, 29), ends=dt.date(2028, 2, 29), busy=False)])
    assert "DTSTART;VALUE=DATE:20280229\r\nDTEND;VALUE=DATE:20280301\r\n" in text
    assert by_icalendar(text).decoded("DTSTART") == by_vobject(text).dtstart.value == dt.date(2028, 2, 29)
    assert by_icalendar(text)["TRANSP"] == "TRANSPARENT"
