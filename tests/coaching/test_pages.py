"""The doors and pages of coaching, through HTTP; and the canary of the private note."""

import datetime as dt
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import override

from coaching import services
from coaching.board import board_of
from coaching.models import PrivateNote, TeamNote, Visit
from collaborative import pace, pausing
from collaborative.hideable import take_back_window
from collaborative.line import today_in
from collaborative.models import Membership
from collaborative.services import end_role
from core.time import day
from desk.demo import make

pytestmark = pytest.mark.django_db
EVERYBODY = [
    "paula", "colin", "cora", "tess", "nia", "otto", "pierre", "max", "fia",
    "sol", "sela", "fay", "stan", "olga", "pia", "root",
]  # fmt: skip
NOTE_READERS = {"paula", "colin", "cora", "tess", "nia", "pierre"}


def client_of(user):
    client = Client()
    fresh = type(user).objects.get(pk=user.pk)  # a role that ends may end the sessions bound to it
    client.force_login(fresh, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(name, *args):
    with override("en"):
        return reverse(name, args=args)


def once():
    return str(uuid.uuid4())


def typed(prefix, text):
    return {f"{prefix}-text": text, f"{prefix}-once": once()}


def test_the_private_note_is_nowhere_but_on_its_authors_page(cast):
    """The canary: every page of both rooms and of the team, as everybody, has no word of it."""
    services.write_private_note(team=cast.team, by=cast.colin, text="private-canary")
    thread = make.thread(by=cast.nia, board=make.board(cohort=cast.cohort))
    pages = [
        address("coaching"),
        address("coaching_team", cast.team.pk),
        address("team_notes", cast.team.pk),
        address("forum", cast.cohort.pk),
        address("forum_board", cast.cohort.pk, "ask"),
        address("forum_new", cast.cohort.pk, "ask"),
        address("forum_thread", cast.cohort.pk, "ask", thread.pk),
    ]
    seen = set()
    for name in EVERYBODY:
        client = client_of(getattr(cast, name))
        for url in pages:
            for page in (url, f"/fr{url}"):
                if "private-canary" in client.get(page, follow=True).content.decode():
                    seen.add((name, url))
    assert seen == {("colin", address("coaching_team", cast.team.pk))}
    end_role(membership=Membership.objects.get(user=cast.colin, role="coach"), by=cast.paula)
    assert client_of(cast.colin).get(address("coaching_team", cast.team.pk)).status_code == 404


def test_the_private_box_says_so_and_is_never_parked_or_drafted(cast):
    page = client_of(cast.colin).get(address("coaching_team", cast.team.pk)).content.decode()
    assert "Only you can read this. Not the planning team either." in page
    from coaching import views

    assert views.write_private_note.never_parked
    answer = Client().post(address("coaching_private_note", cast.team.pk), typed("private", "private-canary"))
    assert answer.status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_parkedpost")
        assert cursor.fetchone() == (0,)


def test_the_note_box_names_its_readers(cast):
    page = client_of(cast.colin).get(address("coaching_team", cast.team.pk)).content.decode()
    assert "Read by: the team (3), its other coach (1) and the planning team (1). Not by sponsors." in page


def test_write_mark_take_back(cast):
    client, url = client_of(cast.colin), address("coaching_team", cast.team.pk)
    make.conversation(team=cast.team)
    page = client.get(url).content.decode()
    assert "1 conversation logged" in page
    assert "since you became its coach today" in page
    assert not Visit.objects.exists(), "opening the page marks nothing"
    until = re.search(r'name="until" value="([^"]+)"', page)[1].replace("&#x27;", "'")
    later = make.conversation(team=cast.team)
    assert client.post(address("coaching_seen", cast.team.pk), {"until": until}).url == address("coaching")
    page = client.get(url).content.decode()
    assert "since you marked it read today" in page
    assert "1 conversation logged" in page, "what came while the page was read stays new"
    for nonsense in ("rubbish", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"):
        assert client.post(address("coaching_seen", cast.team.pk), {"until": nonsense}).status_code == 302
    assert "Nothing new" in client.get(url).content.decode()
    assert later.pk

    answer = client.post(address("coaching_note", cast.team.pk), typed("team", "Your chart moves."))
    assert answer.url == url
    page = client.get(url).content.decode()
    assert "Your chart moves." in page
    assert "nobody has been told yet" in page
    assert "Your chart moves." in client_of(cast.nia).get(address("team_notes", cast.team.pk)).content.decode()
    note = TeamNote.objects.get()
    assert client.post(address("coaching_note_hide", note.pk), {"back": "coaching"}).url == url
    assert "Your chart moves." not in client_of(cast.nia).get(address("team_notes", cast.team.pk)).content.decode()


def test_since_when_is_said_in_days_of_the_coachs_clock(cast):
    client, url = client_of(cast.colin), address("coaching_team", cast.team.pk)
    old(cast.team, days=20)
    assert re.search(r"since \d+ \w+, when you became its coach", client.get(url).content.decode())
    services.mark_seen(team=cast.team, by=cast.colin, until=timezone.now() - dt.timedelta(days=3))
    assert re.search(r"since \d+ \w+, when you last marked it read", client.get(url).content.decode())


def test_twice_is_once_and_mistakes_keep_the_text(cast):
    client = client_of(cast.colin)
    for door, prefix in (("coaching_note", "team"), ("coaching_private_note", "private")):
        form = typed(prefix, "Once")
        client.post(address(door, cast.team.pk), form)
        client.post(address(door, cast.team.pk), form)
        page = client.post(address(door, cast.team.pk), typed(prefix, "x" * 4001))
        assert page.status_code == 200
        assert "x" * 4001 in page.content.decode()
        assert client.post(address(door, cast.team.pk), typed(prefix, " ")).status_code == 200
    assert TeamNote.objects.count() == 1
    assert PrivateNote.objects.of(cast.colin).count() == 1


def test_hide_and_show_from_the_teams_page(cast):
    note = services.write_note(team=cast.team, by=cast.colin, text="A word too much")
    url = address("team_notes", cast.team.pk)
    nia, paula = client_of(cast.nia), client_of(cast.paula)
    nia.post(address("coaching_note_hide", note.pk))
    page = nia.get(url).content.decode()
    assert "Hidden until the planning team has looked" in page
    assert "A word too much" not in page
    assert "A word too much" in paula.get(url).content.decode()
    paula.post(address("coaching_note_show", note.pk))
    assert "A word too much" in nia.get(url).content.decode()


def old(team, days=60):
    """A team that has been there for a while."""
    moment = timezone.now() - dt.timedelta(days=days)
    type(team).objects.filter(pk=team.pk).update(created_at=moment)
    team.memberships.update(since=moment)


def test_the_board_says_why_and_folds_the_rest(cast):
    cast.cohort.first_day = timezone.now().date() - dt.timedelta(days=50)
    cast.cohort.save()
    old(cast.team)
    quiet = make.team(cohort=cast.cohort, name="Cedar Ridge, Medicine")
    make.coach(team=quiet, user=cast.colin)
    old(quiet)
    make.conversation(team=cast.team)
    for _n in range(2):
        make.tried_change(team=quiet, state="doing")
    held = make.learning_session(
        cohort=cast.cohort, minutes_ahead=-60 * 24 * 3, kind="learning", title_en="Session 1", title_fr="Séance 1"
    )
    make.attendance(learning_session=held, person=cast.nia, team=cast.team)
    post = make.post(thread=make.thread(by=cast.otto, board=make.board(cohort=cast.cohort)), by=cast.nia)
    type(post).objects.filter(pk=post.pk).update(created_at=timezone.now() - take_back_window())
    page = client_of(cast.colin).get(address("coaching")).content.decode()
    assert "1 team needs you" in page
    assert re.search(r"No data for \d\d days", page)
    assert "no number and no conversation yet" in page
    assert "Nobody at the last session" in page
    assert "2 tries open, none studied" not in page, "two reasons at most"
    assert "Fine without you (1)" in page
    fine = " ".join(page[page.index("Fine without you") :].split())
    assert "1 conversation, 1 person at a session and 1 forum post since" in fine
    assert page.index("Cedar Ridge") < page.index("Fine without you")


def test_what_is_said_in_the_forum_is_told_when_its_messages_leave_and_not_before(cast):
    """Not in the minutes in which it can be taken back; and a coach who looked then hears of it all the same."""
    post = make.post(thread=make.thread(by=cast.otto, board=make.board(cohort=cast.cohort)), by=cast.nia)
    client, at = client_of(cast.colin), timezone.now()
    brief, said = address("coaching_team", cast.team.pk), "Answered in the forum"
    assert said not in client.get(brief).content.decode()
    assert "1 forum post" not in client.get(address("coaching")).content.decode()
    looked, written = at - take_back_window(), at - take_back_window() - dt.timedelta(minutes=1)
    type(post).objects.filter(pk=post.pk).update(created_at=written)
    Visit.objects.update_or_create(coach=cast.colin, team=cast.team, defaults={"at": looked})
    assert said in client.get(brief).content.decode()
    assert "1 forum post" in client.get(address("coaching")).content.decode()


def test_paused_teams_stand_by_themselves_after_the_others_the_first_one_back_first(cast):
    cast.cohort.first_day = timezone.now().date() - dt.timedelta(days=50)
    cast.cohort.save()
    today = today_in(cast.cohort)
    teams = {"Long": 20, "Short": 3, "Moving": None, "In need": None}
    for name, days in teams.items():
        team = make.team(cohort=cast.cohort, name=name)
        make.coach(team=team, user=cast.cora)
        if name != "Moving":
            old(team)
        if days:
            pausing.pause(team=team, reason="outbreak", until=today + dt.timedelta(days=days), by=cast.paula)
    board = board_of(cast.cora)
    names = [[card.team.name for card in some] for some in (board.need, board.fine, board.paused)]
    assert names == [["In need"], [cast.team.name, "Moving"], ["Short", "Long"]]
    page = client_of(cast.cora).get(address("coaching")).content.decode()
    fine, paused = page.partition("Fine without you (")[2].split('id="paused"')
    assert "Moving" in fine
    assert "Short" not in fine
    for days in (3, 20):
        assert f"Paused until {day(today + dt.timedelta(days=days), 'en', weekday=False)}" in paused


def test_a_coach_all_of_whose_teams_pause_is_not_told_that_they_move(cast):
    pausing.pause(team=cast.team, reason="outbreak", until=today_in(cast.cohort), by=cast.paula)
    answer = client_of(cast.colin).get(address("coaching"))
    assert answer.context["cohort"] == cast.cohort, "where one is stands above it all the same"
    page = answer.content.decode()
    assert "All your teams are paused" in page
    assert "moving" not in page
    assert "Fine without you" not in page
    team = client_of(cast.colin).get(address("coaching_team", cast.team.pk)).content.decode()
    assert "Paused until" in team
    assert "Fine without you" not in team
    other = make.team(cohort=cast.cohort)
    make.coach(team=other, user=cast.colin)
    page = client_of(cast.colin).get(address("coaching")).content.decode()
    assert "No team needs you now" in page
    assert "Fine without you (1)" in page


def test_a_coach_without_any_team_meets_404_and_no_place_in_the_menu(cast):
    assert address("coaching") not in client_of(cast.nia).get(address("team_notes", cast.team.pk)).content.decode()
    assert f'href="{address("coaching")}"' in client_of(cast.colin).get(address("coaching")).content.decode()


def statements(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries), [query["sql"][:160] for query in queries]


def fill(cast, team):
    make.conversation(team=team)
    make.tried_change(team=team)
    make.data_point(measure=make.measure(team=team))
    person = make.member(team=team)
    make.post(thread=make.thread(by=person, board=make.board(cohort=team.cohort)), by=person)
    services.write_note(team=team, by=cast.colin, text="A note")
    services.write_private_note(team=team, by=cast.colin, text="A private note")


def test_budget_of_the_pages(cast):
    fill(cast, cast.team)
    client = client_of(cast.colin)
    urls = {
        "board": address("coaching"),
        "team": address("coaching_team", cast.team.pk),
        "notes": address("team_notes", cast.team.pk),
    }
    few = {door: statements(client, url) for door, url in urls.items()}
    for _n in range(29):
        team = make.team(cohort=cast.cohort)
        make.coach(team=team, user=cast.colin)
        fill(cast, team)
        fill(cast, cast.team)
    pausing.pause(team=team, reason="other", until=today_in(cast.cohort), by=cast.paula)
    many = {door: statements(client, url) for door, url in urls.items()}
    for door in urls:
        assert many[door][0] == few[door][0], (door, few[door][1], many[door][1])
    assert many["board"][0] <= 12, many["board"][1]
    assert many["team"][0] <= 12, many["team"][1]


def test_the_page_of_a_team_is_enough_to_prepare_a_call(cast):
    cast.cohort.first_day = timezone.now().date() - dt.timedelta(days=50)
    cast.cohort.save()
    old(cast.team)
    measure = make.measure(team=cast.team, name_en="Huddles")
    make.data_point(measure=measure)
    make.tried_change(team=cast.team, state="doing", title="One question at the huddle")
    make.tried_change(team=cast.team, state="doing", title="A second one")
    make.learning_session(cohort=cast.cohort, minutes_ahead=-60 * 24 * 3, kind="learning", title_en="Session 1")
    client = client_of(cast.colin)
    page = client.get(address("coaching_team", cast.team.pk)).content.decode()
    for said in ("Nobody at the last session", "2 tries open, none studied", "Huddles", "One question at the huddle"):
        assert said in page
    for person in (cast.tess, cast.nia, cast.pierre):
        assert escape(person.name) in page
    for name in ("team", "tries", "numbers", "team_conversations", "team_people"):
        assert f'href="{address(name, cast.team.pk)}"' in page
    board = client.get(address("coaching")).content.decode()
    assert "Nobody at the last session" in board


def test_what_happened_stands_first_and_every_tab_leads_back(cast):
    make.conversation(team=cast.team)
    client, url = client_of(cast.colin), address("coaching_team", cast.team.pk)
    page = client.get(url).content.decode()
    assert page.index('id="news"') < page.index('id="tries"') < page.index('id="notes"')
    assert re.search(rf'href="{url}" aria-current="page">Coaching<', page)
    for name in ("team", "tries", "numbers", "team_conversations", "team_people", "team_notes"):
        assert f'href="{url}">Coaching<' in client.get(address(name, cast.team.pk)).content.decode(), name
    assert ">Coaching<" not in client_of(cast.nia).get(address("team", cast.team.pk)).content.decode()


def test_a_team_without_a_patient_partner_or_a_lead_needs_its_coach(cast):
    cast.cohort.first_day = timezone.now().date() - dt.timedelta(days=50)
    cast.cohort.save()
    old(cast.team)
    make.conversation(team=cast.team)
    make.attendance(learning_session=cast.past_session, person=cast.nia, team=cast.team)
    client, people = client_of(cast.colin), address("team_people", cast.team.pk)
    urls = (address("coaching"), address("coaching_team", cast.team.pk))
    assert "Fine without you" in client.get(urls[0]).content.decode()
    for person, said in ((cast.pierre, "No patient partner"), (cast.tess, "No team lead and no patient partner")):
        end_role(membership=Membership.objects.get(user=person), by=cast.paula)
        for url in urls:
            page = client.get(url).content.decode()
            assert re.search(rf'href="{people}"[^>]*>{said}<', page), (url, said)


def test_only_so_many_notes_in_ten_minutes(cast, monkeypatch):
    monkeypatch.setitem(pace.MOST, "note", 2)
    client, url = client_of(cast.colin), address("coaching_note", cast.team.pk)
    answers = [client.post(url, typed("team", f"Note {n}")) for n in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 200]
    assert "a great deal in a short time" in answers[2].content.decode()
    assert "Note 2</textarea>" in answers[2].content.decode()
    assert TeamNote.objects.count() == 2
    assert client_of(cast.cora).post(url, typed("team", "Another coach")).status_code == 302


def test_why_a_team_is_fine(cast):
    cast.cohort.first_day = timezone.now().date() - dt.timedelta(days=50)
    cast.cohort.save()
    old(cast.team)
    make.conversation(team=cast.team)
    make.tried_change(team=cast.team, state="doing")
    make.attendance(learning_session=cast.past_session, person=cast.nia, team=cast.team)
    client = client_of(cast.colin)
    for url in (address("coaching"), address("coaching_team", cast.team.pk)):
        page = client.get(url).content.decode()
        assert "Last number or conversation: " in page
        assert "1 try under way" in page
        assert "1 came to the last session" in page


def test_a_note_is_looked_at_before_it_is_gone(cast):
    client = client_of(cast.colin)
    mine = services.write_private_note(team=cast.team, by=cast.colin, text="For me alone")
    away = address("coaching_private_throw_away", mine.pk)
    for page in (client.get(away), client.post(away)):
        assert "For me alone" in page.content.decode()
    assert PrivateNote.objects.of(cast.colin).exists()
    client.post(away, {"sure": "1"})
    assert not PrivateNote.objects.of(cast.colin).exists()

    note = services.write_note(team=cast.team, by=cast.colin, text="Your chart moves.")
    back = address("coaching_note_hide", note.pk)
    assert "Your chart moves." in client.get(back).content.decode()
    TeamNote.objects.update(created_at=timezone.now() - dt.timedelta(days=1))
    assert "Take this note back?" in client.post(back).content.decode(), "an old note is not gone by one press"
    client.post(back, {"sure": "1", "back": "coaching"})
    note.refresh_from_db()
    assert (note.hidden_why, note.text) == ("writer", "")
    assert client.get(back).status_code == 302
