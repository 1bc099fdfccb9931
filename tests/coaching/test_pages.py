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
from django.utils.translation import override

from coaching import services
from coaching.models import PrivateNote, TeamNote, Visit
from collaborative.models import Membership
from collaborative.services import end_role
from desk.demo import make

pytestmark = pytest.mark.django_db
EVERYBODY = [
    "paula", "colin", "cora", "tess", "nia", "joan", "pierre", "max", "fia",
    "sol", "sela", "fay", "stan", "otto", "petra", "root",
]  # fmt: skip
NOTE_READERS = {"paula", "colin", "cora", "tess", "nia"}


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


def test_the_cast_finds_open_or_closed_doors(world):
    note = services.write_note(team=world.home, by=world.colin, text="Your chart moves.")
    private = services.write_private_note(team=world.home, by=world.colin, text="Mine")
    team = world.home.pk
    for name in EVERYBODY:
        client, coach = client_of(getattr(world, name)), name in ("colin", "cora")
        page = 200 if coach else 404
        assert client.get(address("coaching")).status_code == page, name
        assert client.get(address("coaching_team", team)).status_code == page, name
        assert client.get(address("coaching_note", team)).status_code == (302 if coach else 404), name
        assert client.get(address("coaching_private_note", team)).status_code == (302 if coach else 404), name
        assert client.get(address("team_notes", team)).status_code == (200 if name in NOTE_READERS else 404), name
        if not coach:
            assert client.post(address("coaching_seen", team)).status_code == 404, name
            assert client.post(address("coaching_note", team), typed("team", "Hello")).status_code == 404, name
            assert client.post(address("coaching_private_note", team), typed("private", "Hi")).status_code == 404, name
        if name != "colin":
            assert client.post(address("coaching_private_throw_away", private.pk)).status_code == 404, name
        if name not in NOTE_READERS:
            assert client.post(address("coaching_note_hide", note.pk)).status_code == 404, name
        if name != "paula":
            assert client.post(address("coaching_note_show", note.pk)).status_code == 404, name
    # A team that Colin does not coach, in his cohort and in another.
    colin = client_of(world.colin)
    for other in (world.other, world.foreign):
        for door in ("coaching_team", "team_notes", "coaching_note", "coaching_private_note"):
            assert colin.get(address(door, other.pk)).status_code == 404, door
    for door in ("coaching", "coaching_team", "team_notes"):
        answer = Client().get(address(door, *([] if door == "coaching" else [team])))
        assert (answer.status_code, "login" in answer.url) == (302, True)
    assert TeamNote.objects.count() == 1
    assert PrivateNote.objects.of(world.colin).count() == 1


def test_the_private_note_is_nowhere_but_on_its_authors_page(world):
    """The canary: every page of both rooms and of the team, as everybody, has no word of it."""
    services.write_private_note(team=world.home, by=world.colin, text="private-canary")
    thread = make.thread(by=world.nia, board=make.board(cohort=world.cohort))
    pages = [
        address("coaching"),
        address("coaching_team", world.home.pk),
        address("team_notes", world.home.pk),
        address("forum", world.cohort.pk),
        address("forum_board", world.cohort.pk, "ask"),
        address("forum_new", world.cohort.pk, "ask"),
        address("forum_thread", world.cohort.pk, "ask", thread.pk),
    ]
    seen = set()
    for name in EVERYBODY:
        client = client_of(getattr(world, name))
        for url in pages:
            for page in (url, f"/fr{url}"):
                if "private-canary" in client.get(page, follow=True).content.decode():
                    seen.add((name, url))
    assert seen == {("colin", address("coaching_team", world.home.pk))}
    end_role(membership=Membership.objects.get(user=world.colin, role="coach"), by=world.paula)
    assert client_of(world.colin).get(address("coaching_team", world.home.pk)).status_code == 404


def test_the_private_box_says_so_and_is_never_parked_or_drafted(world):
    page = client_of(world.colin).get(address("coaching_team", world.home.pk)).content.decode()
    assert "Only you can read this. Not the planning team either." in page
    from coaching import views

    assert views.write_private_note.never_parked
    answer = Client().post(address("coaching_private_note", world.home.pk), typed("private", "private-canary"))
    assert answer.status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_parkedpost")
        assert cursor.fetchone() == (0,)


def test_the_note_box_names_its_readers(world):
    page = client_of(world.colin).get(address("coaching_team", world.home.pk)).content.decode()
    assert "Read by: the team (2), its other coach (1) and the planning team (1). Not by sponsors." in page


def test_write_mark_take_back(world):
    client, url = client_of(world.colin), address("coaching_team", world.home.pk)
    make.conversation(team=world.home)
    page = client.get(url).content.decode()
    assert "1 conversation logged" in page
    assert "since you became its coach today" in page
    assert not Visit.objects.exists(), "opening the page marks nothing"
    until = re.search(r'name="until" value="([^"]+)"', page)[1].replace("&#x27;", "'")
    later = make.conversation(team=world.home)
    assert client.post(address("coaching_seen", world.home.pk), {"until": until}).url == address("coaching")
    page = client.get(url).content.decode()
    assert "since you marked it read today" in page
    assert "1 conversation logged" in page, "what came while the page was read stays new"
    client.post(address("coaching_seen", world.home.pk), {"until": "rubbish"})
    assert "Nothing new" in client.get(url).content.decode()
    assert later.pk

    answer = client.post(address("coaching_note", world.home.pk), typed("team", "Your chart moves."))
    assert answer.url == url
    page = client.get(url).content.decode()
    assert "Your chart moves." in page
    assert "nobody has been told yet" in page
    assert "Your chart moves." in client_of(world.nia).get(address("team_notes", world.home.pk)).content.decode()
    note = TeamNote.objects.get()
    assert client.post(address("coaching_note_hide", note.pk), {"back": "coaching"}).url == url
    assert "Your chart moves." not in client_of(world.nia).get(address("team_notes", world.home.pk)).content.decode()


def test_since_when_is_said_in_days_of_the_coachs_clock(world):
    client, url = client_of(world.colin), address("coaching_team", world.home.pk)
    old(world.home, days=20)
    assert re.search(r"since \d+ \w+, when you became its coach", client.get(url).content.decode())
    services.mark_seen(team=world.home, by=world.colin, until=timezone.now() - dt.timedelta(days=3))
    assert re.search(r"since \d+ \w+, when you last marked it read", client.get(url).content.decode())


def test_twice_is_once_and_mistakes_keep_the_text(world):
    client = client_of(world.colin)
    for door, prefix in (("coaching_note", "team"), ("coaching_private_note", "private")):
        form = typed(prefix, "Once")
        client.post(address(door, world.home.pk), form)
        client.post(address(door, world.home.pk), form)
        page = client.post(address(door, world.home.pk), typed(prefix, "x" * 4001))
        assert page.status_code == 200
        assert "x" * 4001 in page.content.decode()
        assert client.post(address(door, world.home.pk), typed(prefix, " ")).status_code == 200
    assert TeamNote.objects.count() == 1
    assert PrivateNote.objects.of(world.colin).count() == 1


def test_hide_and_show_from_the_teams_page(world):
    note = services.write_note(team=world.home, by=world.colin, text="A word too much")
    url = address("team_notes", world.home.pk)
    nia, paula = client_of(world.nia), client_of(world.paula)
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


def test_the_board_says_why_and_folds_the_rest(world):
    world.cohort.first_day = timezone.now().date() - dt.timedelta(days=50)
    world.cohort.save()
    old(world.home)
    quiet = make.team(cohort=world.cohort, name="Cedar Ridge, Medicine")
    make.coach(team=quiet, user=world.colin)
    old(quiet)
    make.conversation(team=world.home)
    for _n in range(2):
        make.tried_change(team=quiet, state="doing")
    held = make.learning_session(
        cohort=world.cohort, minutes_ahead=-60 * 24 * 3, kind="learning", title_en="Session 1", title_fr="Séance 1"
    )
    make.attendance(learning_session=held, person=world.nia, team=world.home)
    make.post(thread=make.thread(by=world.joan, board=make.board(cohort=world.cohort)), by=world.nia)
    page = client_of(world.colin).get(address("coaching")).content.decode()
    assert "1 team needs you" in page
    assert re.search(r"No data for \d\d days", page)
    assert "no number and no conversation yet" in page
    assert "Nobody at the last session" in page
    assert "2 tries open, none studied" not in page, "two reasons at most"
    assert "Fine without you (1)" in page
    fine = " ".join(page[page.index("Fine without you") :].split())
    assert "1 conversation, 1 person at a session and 1 forum post since" in fine
    assert page.index("Cedar Ridge") < page.index("Fine without you")


def test_a_coach_without_any_team_meets_404_and_no_place_in_the_menu(world):
    assert address("coaching") not in client_of(world.nia).get(address("team_notes", world.home.pk)).content.decode()
    assert f'href="{address("coaching")}"' in client_of(world.colin).get(address("coaching")).content.decode()


def statements(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries), [query["sql"][:160] for query in queries]


def fill(world, team):
    make.conversation(team=team)
    make.tried_change(team=team)
    make.data_point(measure=make.measure(team=team))
    person = make.member(team=team)
    make.post(thread=make.thread(by=person, board=make.board(cohort=team.cohort)), by=person)
    services.write_note(team=team, by=world.colin, text="A note")
    services.write_private_note(team=team, by=world.colin, text="A private note")


def test_budget_of_the_pages(world):
    fill(world, world.home)
    client = client_of(world.colin)
    urls = {
        "board": address("coaching"),
        "team": address("coaching_team", world.home.pk),
        "notes": address("team_notes", world.home.pk),
    }
    few = {door: statements(client, url) for door, url in urls.items()}
    for _n in range(29):
        team = make.team(cohort=world.cohort)
        make.coach(team=team, user=world.colin)
        fill(world, team)
        fill(world, world.home)
    many = {door: statements(client, url) for door, url in urls.items()}
    for door in urls:
        assert many[door][0] == few[door][0], (door, few[door][1], many[door][1])
    assert many["board"][0] <= 12, many["board"][1]
    assert many["team"][0] <= 20, many["team"][1]


def test_reading_writes_nothing(world):
    fill(world, world.home)
    client = client_of(world.colin)
    with CaptureQueriesContext(connection) as queries:
        for url in (address("coaching"), address("coaching_team", world.home.pk), address("team_notes", world.home.pk)):
            client.get(url)
    assert not [q["sql"] for q in queries if not q["sql"].lstrip().upper().startswith("SELECT")]
