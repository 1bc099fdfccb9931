"""Every door is tried by everybody: each address × each person × own and far rows × both methods.

The table is tests/doors.py; an address without a row there fails. A refused request and a GET change no row. Everybody
knocks in English; the French address leads to the same view with the same words, so that no right depends on the language.
"""

from __future__ import annotations

import dataclasses
import functools
import uuid

import pytest
from django.test import Client
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import override

from tests import cast as people
from tests.browser import Reader
from tests.doors import DOORS, PUBLIC, READ, all_names, sign_out
from tests.world import CANARY, MEETING, undone, written

# The mark also tells pytest-django that this module needs a test database.
pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def test_every_url_has_a_row():
    listed = {door.name for door in DOORS} | set(PUBLIC)
    assert sorted(all_names() - listed) == []
    assert sorted(listed - all_names()) == []


def knock(client: Client, method: str, url: str, words=None, before=None):
    """Return the answer, the tables it wrote to and what was written by then; nothing that happened behind the door stays.

    ``before``: what the knock before this one found written.
    """
    before = before or written()
    answer, after = pressed(client, method, url, words), written()
    return answer, sorted(name for name in after if after[name] != before.get(name, 0)), after


def pressed(client: Client, method: str, url: str, words=None):
    """Return the answer; nothing that happened behind the door stays."""
    with undone():
        answer = getattr(client, method)(url, words)
    client.cookies.pop("messages", None)  # what was said of a deed that is undone
    return answer


def knocking(door, method: str, place: int) -> list[str]:
    """Return who knocks: everybody; where no one may, three, at each door others, since there is one answer for all who see it."""
    if (door.get if method == "get" else door.post) is not None:
        return list(people.PEOPLE)
    return [people.PEOPLE[(3 * place + more) % len(people.PEOPLE)] for more in range(3)]


@pytest.mark.parametrize("index", range(len(DOORS)), ids=[f"{i}-{door.name}" for i, door in enumerate(DOORS)])
def test_door(world, index):
    door, url, wrong, so_far = DOORS[index], DOORS[index].address(world), [], None
    for method in ("get", "post"):
        words = door.words(world) if method == "post" else None
        for who in knocking(door, method, index):
            answer, tables, so_far = knock(world.clients[who], method, url, words, so_far)
            due = door.due(who, method)
            if answer.status_code not in due or (tables and (method == "get" or answer.status_code >= 400)):
                wrong.append(f"{who}: {method} {answer.status_code} and not {due} {tables or ''}")
        for lang, address in (("en", url), ("fr", door.address(world, "fr"))):
            answer, tables, so_far = knock(world.clients[None], method, address, words, so_far)
            if answer.status_code != 302 or not answer.url.startswith(sign_in_page(lang)) or tables:
                wrong.append(
                    f"a visitor: {method} {answer.status_code} {answer.headers.get('Location')} {tables or ''}"
                )
    assert not wrong, "\n".join(map(str, wrong))


def test_a_french_address_leads_where_the_english_one_does(world):
    def leads_to(door, lang):
        with override(lang):
            match = resolve(door.address(world, lang))
        return match.func, match.args, match.kwargs

    elsewhere = [door.name for door in DOORS if leads_to(door, "fr") != leads_to(door, "en")]
    assert elsewhere == []
    assert sum(door.address(world, "fr") != door.address(world, "en") for door in DOORS) > len(DOORS) / 2


def sign_in_page(lang: str) -> str:
    with override(lang):
        return reverse("account_login")


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_public_door(world, name, lang):
    with override(lang):
        for args in ([], ["cut-off"], [1], [uuid.UUID(int=1)], ["x", "y"], ["x", uuid.UUID(int=1)]):
            try:
                url = reverse(name, args=args)
                break
            except NoReverseMatch:
                continue
    (got, read, _all), (posted, written_to, _all) = (knock(Client(), method, url) for method in ("get", "post"))
    assert (got.status_code, posted.status_code) == PUBLIC[name]
    assert read == written_to == []


def test_a_visitor_cannot_tell_what_exists(client, world):
    there = client.get(reverse("team", args=[world.near.team.pk]))
    nowhere = client.get(reverse("team", args=[uuid.uuid4()]))
    assert (there.status_code, nowhere.status_code) == (302, 302)


@dataclasses.dataclass(frozen=True)
class Opened:
    """A page that was opened: the name of its door, where it led to, what it answered, and what can be pressed there."""

    name: str
    here: str
    status: int
    shows_note: bool
    shows_address: bool
    ways: frozenset[tuple[str, str]]

    @classmethod
    def by(cls, world, door, who: str) -> Opened:
        answer = world.clients[who].get(door.address(world), follow=True)
        here = answer.redirect_chain[-1][0] if answer.redirect_chain else door.address(world)
        assert not here.startswith((sign_in_page("en"), sign_in_page("fr"))), (who, door.name)
        body, ways = answer.getvalue(), set()
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            page = Reader.of(answer)
            ways = {("post", form.action or here) for form in page.forms}
            ways |= {("get", link.partition("#")[0]) for link in page.links}
        shows = (one.encode() in body for one in (CANARY, MEETING))
        return cls(door.name, here, answer.status_code, *shows, frozenset(ways))


@pytest.fixture(scope="module")
def opened(world):
    """Everything that somebody may open: a function of who that is. It opens each page once for all tests."""
    return functools.cache(lambda who: [Opened.by(world, door, who) for door in READ if who in door.get])


@pytest.mark.xdist_group("opened")
def test_the_private_note_is_behind_no_other_door(opened):
    """The canary stands on its author's pages of the team and in the file of what is kept about them, and nowhere else."""
    found = {(page.name, who) for who in people.PEOPLE for page in opened(who) if page.shows_note}
    # The two addresses of the boxes lead to the page that they stand on; what is thrown away is looked at first.
    pages = ("coaching_team", "coaching_note", "coaching_private_note", "coaching_private_throw_away", "my_data")
    assert found == {(name, "colin") for name in pages}


@pytest.mark.xdist_group("opened")
@pytest.mark.parametrize("who", people.PEOPLE)
def test_where_a_session_meets_is_behind_no_door(opened, who):
    """Pages, exports and files say nothing of the address of a meeting: only the answer to Join does."""
    assert [page.name for page in opened(who) if page.shows_address] == []


@pytest.mark.xdist_group("opened")
@pytest.mark.parametrize("who", people.PEOPLE)
def test_no_page_shows_what_may_not_be_pressed(world, opened, who):
    """Every button and every link on every page that this person may open leads to something they may do."""
    client, wrong, left_alone = world.clients[who], [], sign_out()
    stands_on = {way: page.name for page in opened(who) for way in page.ways}
    been = {("get", page.here): page.status for page in opened(who)}
    for way in sorted(stands_on):
        method, url = way
        if not url.startswith("/") or url.startswith(("/static/", "/admin/")) or url in left_alone:
            continue
        status = been.get(way) or pressed(client, method, url).status_code
        if status in (403, 404, 405) or status >= 500:
            wrong.append((stands_on[way], method, url, status))
    assert not wrong, "\n".join(map(str, wrong))
