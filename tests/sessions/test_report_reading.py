"""Reports of meetings: read in whatever language they come, rejoins merged, names recognised. No database."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import sheets
from core.refusals import Refused
from sessions.meeting_reports import hours, names
from sessions.meeting_reports.merging import merge, minutes_of, union
from sessions.meeting_reports.reading import Stay, read

NEAR = dt.datetime(2026, 11, 23, 12, 0)
ZONE = "America/Toronto"
START = dt.datetime(2026, 11, 23, 17, 0, tzinfo=dt.UTC)
END = START + dt.timedelta(minutes=90)

SHORT = """Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent
Nia Roy (Harbour View),,11/23/2026 11:58:00 AM,11/23/2026 12:20:30 PM,23,Yes,
Nia Roy (Harbour View),,11/23/2026 12:25:00 PM,11/23/2026 01:31:00 PM,66,Yes,
Tess Holloway,tess@example.org,11/23/2026 12:00:00 PM,11/23/2026 01:30:00 PM,90,No,Yes
"""
WITH_HEAD = """Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
987 6543 2100,"Session 1, together",11/23/2026 11:45:00 AM,11/23/2026 01:31:00 PM,host@example.org,106,2

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,In Waiting Room
Nia Roy,,11/23/2026 12:00:00 PM,11/23/2026 01:30:00 PM,90,Yes,No
Nia Roy,,11/23/2026 11:50:00 AM,11/23/2026 12:00:00 PM,10,Yes,Yes
"""
FRENCH = """Nom (nom original);Adresse e-mail de l’utilisateur;Heure d’arrivée;Heure de départ;Durée (minutes);Invité
Pierre Cyr;pierre@exemple.ca;23/11/2026 12:05:00;23/11/2026 13:30:00;85;Oui
"""
SPANISH = """Nombre (nombre original),Correo electrónico,Hora de entrada,Hora de salida,Duración (minutos),Invitado
Ana Ruiz,,23/11/2026 12:05:00,23/11/2026 13:30:00,85,Sí
"""
JAPANESE = """名前（元の名前）,メール,参加時刻,退出時刻,期間（分）,ゲスト
Nia Roy,,2026/11/23 12:00:00,2026/11/23 13:00:00,60,はい
Tess Holloway,tess@example.org,2026/11/23 12:00:00,2026/11/23 13:30:00,90,いいえ
"""
UNIQUE = """Name (Original Name),User Email,Total Duration (Minutes),Guest
Nia Roy,,88,Yes
Tess Holloway,tess@example.org,0,No
"""
TEAMS = """1. Summary
Meeting title\tLearning session 1
Attended participants\t2
Start time\t11/23/26, 11:55:00 AM
End time\t11/23/26, 1:31:00 PM
Meeting duration\t1h 36m

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole
Roy, Nia\t11/23/26, 11:58:00 AM\t11/23/26, 1:30:00 PM\t1h 2m 4s\tnia@example.org\tnia@example.org\tPresenter
Tess Holloway (Unverified)\t11/23/26, 12:00:00 PM\t11/23/26, 12:30:00 PM\t30m\t\t\tPresenter

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole
Roy, Nia\t11/23/26, 11:58:00 AM\t11/23/26, 12:30:00 PM\t32m\tnia@example.org\tPresenter
Roy, Nia\t11/23/26, 1:00:00 PM\t11/23/26, 1:30:00 PM\t30m\tnia@example.org\tPresenter
Tess Holloway (Unverified)\t11/23/26, 12:00:00 PM\t11/23/26, 12:30:00 PM\t30m\t\tPresenter
"""
TEAMS_FR = """1. Résumé
Titre de la réunion\tRencontre 1

2. Participants
Nom\tPremière participation\tDernier départ\tDurée de la réunion\tE-mail\tID de participant (UPN)\tRôle
Cyr, Pierre\t2026-11-23, 12 h 05 min 00 s\t2026-11-23, 13 h 30 min 00 s\t1 h 25 min\tpierre@exemple.ca\t\tPrésentateur

3. Activités durant la réunion
Nom\tHeure de participation\tHeure de départ\tDurée\tE-mail\tRôle
Cyr, Pierre\t2026-11-23 12:05:00\t2026-11-23 13:30:00\t1 h 25 min\tpierre@exemple.ca\tPrésentateur
"""


def report_of(text: str | bytes):
    content = text if isinstance(text, bytes) else text.encode()
    return read(sheets.read(content), near=NEAR, zone=ZONE)


def people_of(text: str | bytes) -> dict[str, int]:
    return {one.name or one.email: one.minutes for one in merge(report_of(text).stays, start=START, end=END)}


@pytest.mark.parametrize(
    ("text", "provider", "people"),
    [
        (SHORT, "zoom", {"Nia Roy (Harbour View)": 86, "Tess Holloway": 90}),
        (WITH_HEAD, "zoom", {"Nia Roy": 90}),
        (FRENCH, "zoom", {"Pierre Cyr": 85}),
        (SPANISH, "zoom", {"Ana Ruiz": 85}),
        (JAPANESE, "zoom", {"Nia Roy": 60, "Tess Holloway": 90}),
        (UNIQUE, "zoom", {"Nia Roy": 88, "Tess Holloway": 0}),
        (TEAMS, "teams", {"Roy, Nia": 60, "Tess Holloway (Unverified)": 30}),
        (TEAMS_FR, "teams", {"Cyr, Pierre": 85}),
    ],
    ids=["short", "with a head", "French", "Spanish", "another language", "unique users", "Teams", "Teams in French"],
)
def test_who_was_there_and_for_how_long(text, provider, people):
    assert report_of(text).provider == provider
    assert people_of(text) == people


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-16-le"])
def test_teams_writes_utf_16(encoding):
    assert people_of(TEAMS_FR.encode(encoding)) == {"Cyr, Pierre": 85}


def test_rows_that_cannot_be_read_are_named_with_their_reason():
    text = SHORT + (
        "Otto Reimer,,soon,later,9,Yes,\n"
        ",,11/23/2026 12:00:00 PM,11/23/2026 12:10:00 PM,10,Yes,\n"
        "Max Noel,,11/23/2026 01:00:00 PM,11/23/2026 12:10:00 PM,10,Yes,\n"
        "Fia Noble,,11/23/2026 12:0"
    )
    report = report_of(text)
    assert len(report.stays) == 3
    assert report.unread == ((5, "no_times"), (6, "nameless"), (7, "backwards"), (8, "cut_off"))


def test_a_report_without_any_name_is_refused_with_its_reason():
    text = SHORT.splitlines()[0] + "\n,,11/23/2026 12:00:00 PM,11/23/2026 12:10:00 PM,10,Yes,\n"
    with pytest.raises(Refused, match="names nobody"):
        report_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello there",
        "name,email\nNia,nia@example.org",
        SHORT.splitlines()[0],
        WITH_HEAD.split("\n\n")[0],
        "1. Summary",
    ],
)
def test_what_is_no_report_is_refused_with_a_sentence(text):
    with pytest.raises(Refused, match=r"\."):
        report_of(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("11/23/2026 12:00:00 PM", dt.datetime(2026, 11, 23, 12)),
        ("11/23/26, 1:30:00 PM", dt.datetime(2026, 11, 23, 13, 30)),
        ("23/11/2026 12:00:00", dt.datetime(2026, 11, 23, 12)),
        ("23.11.2026 12:00", dt.datetime(2026, 11, 23, 12)),
        ("2026-11-23T12:00:00", dt.datetime(2026, 11, 23, 12)),
        ("2026-11-23 12 h 05", dt.datetime(2026, 11, 23, 12, 5)),
        ("23 nov. 2026 à 12:00", dt.datetime(2026, 11, 23, 12)),
        ("Nov 23, 2026 12:00:00 AM", dt.datetime(2026, 11, 23)),
        ("11/23/2026 1:05 p.m.", dt.datetime(2026, 11, 23, 13, 5)),
        ("29/02/2028 08:00", dt.datetime(2028, 2, 29, 8)),
        ("29/02/2027 08:00", None),
        ("soon", None),
    ],
)
def test_moments_as_services_write_them(text, moment):
    assert hours.read_all([text], near=NEAR) == [moment]


def test_of_two_meanings_the_day_of_the_meeting_is_meant():
    near = dt.datetime(2026, 4, 3, 12)
    assert hours.read_all(["3/4/2026 12:00"], near=near) == [dt.datetime(2026, 4, 3, 12)]
    assert hours.read_all(["4/3/2026 12:00"], near=near) == [dt.datetime(2026, 4, 3, 12)]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("45", 45), ("1h 23m 4s", 83 + 4 / 60), ("1 h 25 min", 85), ("45 min", 45), ("", None), ("x", None)],
)
def test_lengths_as_services_write_them(text, minutes):
    assert hours.minutes_in(text) == (None if minutes is None else pytest.approx(minutes))


@pytest.mark.parametrize(
    "typed",
    [
        "Nia Roy",
        "ROY, Nia",
        "nia  roy",
        "Nía Roy (Harbour View)",
        "Nia Roy - 2 West",
        "Nia (Nia Roy)",
        "Dr. Nia Roy, RN",
        "Nia Roy | HVH",
    ],
)
def test_one_name_in_many_ways(typed):
    assert names.recognised(typed, {"nia roy": ["nia"], "holloway tess": ["tess"]}) == "nia"


def test_a_name_without_an_address_is_of_the_one_who_has_it_and_of_nobody_where_two_do():
    stays = [Stay(row, "Nia Roy", email, minutes=row) for row, email in ((2, "nia@a.ca"), (3, ""), (4, "nia@b.ca"))]
    told = lambda some: {one.email: one.minutes for one in merge(some, start=START, end=END)}  # noqa: E731
    assert told(stays[:2]) == {"nia@a.ca": 5}
    assert told(stays) == {"nia@a.ca": 2, "": 3, "nia@b.ca": 4}


def test_nobody_is_there_for_longer_than_the_session():
    """A report that only says for how long: two stays may be at the same time, on two devices."""
    stays = [Stay(row, "Nia Roy", "", minutes=60) for row in (2, 3)]
    assert [one.minutes for one in merge(stays, start=START, end=END)] == [90]


@pytest.mark.parametrize("typed", ["Nia", "iPad de Marie", "Nia Roy (Tess Holloway)", "", "()", "4 West"])
def test_what_could_be_somebody_else_stays_open(typed):
    assert names.recognised(typed, {"nia roy": ["nia"], "holloway tess": ["tess"]}) is None


def test_two_people_of_one_name_stay_open():
    assert names.recognised("Marie Roy", {"marie roy": ["one", "two"]}) is None


# ---------------------------------------------------------------- whatever comes

_minute = st.integers(min_value=-60, max_value=200)
_spans = st.lists(st.tuples(_minute, _minute).map(sorted), max_size=12)


def _at(minute: int) -> dt.datetime:
    return START + dt.timedelta(minutes=minute)


def test_whoever_teams_only_lists_among_the_participants_is_not_lost_where_the_report_breaks_off():
    stays = TEAMS.index("3. In-Meeting")
    later = report_of(TEAMS[: TEAMS.index("Tess", stays) + len("Tess Holl")])
    assert [(one.name, one.minutes, one.joined is None) for one in later.stays] == [
        ("Roy, Nia", None, False), ("Roy, Nia", None, False), ("Tess Holloway (Unverified)", None, False)
    ]  # fmt: skip
    assert [code for _row, code in later.unread] == ["cut_off"]
    # Nothing of the stays is left: the list of participants alone says for how long, away in between or not.
    sooner = report_of(TEAMS[: TEAMS.index("Roy, Nia", stays) + len("Roy, Nia\t11/23/26, 11:5")])
    assert [(one.name, int(one.minutes or 0), one.joined is None) for one in sooner.stays] == [
        ("Roy, Nia", 62, False), ("Tess Holloway (Unverified)", 0, False)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("came", "left", "length", "minutes"),
    [
        ("10:00:00 AM", "11:55:00 AM", "1h 0m", 0),
        ("10:00:00 AM", "12:05:00 PM", "50m", 5),
        ("12:00:00 PM", "1:30:00 PM", "40m", 40),
    ],
)
def test_minutes_that_a_row_tells_count_only_within_the_session(came, left, length, minutes):
    head = TEAMS[: TEAMS.index("Roy, Nia")]
    report = report_of(f"{head}Roy, Nia\t11/23/26, {came}\t11/23/26, {left}\t{length}\t\t\tPresenter\n")
    assert [one.minutes for one in merge(report.stays, start=START, end=END)] == [minutes]


@given(_spans)
def test_minutes_are_those_in_which_somebody_was_there(spans):
    inside = {minute for first, last in spans for minute in range(first, last)}
    assert minutes_of(union((60 * first, 60 * last) for first, last in spans)) == len(inside)


@given(_spans, st.randoms())
def test_rejoins_are_one_participant_within_the_meeting_in_whatever_order(spans, random):
    stays = [Stay(n, "Nia Roy", "", _at(first), _at(last)) for n, (first, last) in enumerate(spans)]
    random.shuffle(stays)
    merged = merge(stays, start=START, end=END)
    assert len(merged) == bool(spans)
    for one in merged:
        assert one.minutes == len({m for first, last in spans for m in range(first, last)} & set(range(90)))
        assert one.times == len(spans)


@given(
    text=st.sampled_from([SHORT, WITH_HEAD, FRENCH, TEAMS, UNIQUE, JAPANESE]),
    cuts=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 40), st.binary(max_size=12)), max_size=6),
    encoding=st.sampled_from(["utf-8", "utf-16", "latin-1"]),
)
def test_a_spoiled_file_is_read_or_refused_and_nothing_else(text, cuts, encoding):
    content = bytearray(text.encode(encoding, errors="replace"))
    for place, many, instead in cuts:
        content[place : place + many] = instead
    try:
        report = report_of(bytes(content))
    except Refused:
        return
    for one in merge(report.stays, start=START, end=END):
        assert 0 <= one.minutes <= 90
        assert one.name or one.email
