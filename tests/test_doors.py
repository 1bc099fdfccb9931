"""Every door is tried by everybody: each address × each person × own and far rows × both methods, in both languages.

The table is tests/doors.py; an address without a row there fails. A refused request and a GET change no row. In English
everybody knocks; in French one of each kind does, since no right depends on the language.
"""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from tests import cast as people
from tests.browser import Reader
from tests.doors import DOORS, PUBLIC, READ, all_names, sign_out
from tests.world import CANARY, undone, written

# The mark also tells pytest-django that this module needs a test database.
pytestmark = pytest.mark.django_db


def test_every_url_has_a_row():
    listed = {door.name for door in DOORS} | set(PUBLIC)
    assert sorted(all_names() - listed) == []
    assert sorted(listed - all_names()) == []


def knock(client: Client, method: str, url: str, words=None):
    """Return the answer and the tables it wrote to; nothing that happened behind the door stays."""
    with undone():
        before = written()
        answer = getattr(client, method)(url, words)
        after = written()
    client.cookies.pop("messages", None)  # what was said of a deed that is undone
    return answer, sorted(name for name in after if after[name] != before.get(name, 0))


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("index", range(len(DOORS)), ids=[f"{i}-{door.name}" for i, door in enumerate(DOORS)])
def test_door(world, index, lang):
    door, url, wrong = DOORS[index], DOORS[index].address(world, lang), []
    for method in ("get", "post"):
        words = door.words(world) if method == "post" else None
        for who in people.PEOPLE if lang == "en" else one_of_each_kind(door):
            answer, tables = knock(world.clients[who], method, url, words)
            due = door.due(who, method)
            if answer.status_code not in due or (tables and (method == "get" or answer.status_code >= 400)):
                wrong.append(f"{who}: {method} {answer.status_code} and not {due} {tables or ''}")
        answer, tables = knock(world.clients[None], method, url, words)
        if answer.status_code != 302 or not answer.url.startswith(sign_in_page(lang)) or tables:
            wrong.append(f"a visitor: {method} {answer.status_code} {answer.headers.get('Location')} {tables or ''}")
    assert not wrong, "\n".join(map(str, wrong))


def one_of_each_kind(door) -> list[str]:
    """Return people of whom each meets other answers at this door."""
    return list({(door.due(who, "get"), door.due(who, "post")): who for who in people.PEOPLE}.values())


def sign_in_page(lang: str) -> str:
    with override(lang):
        return reverse("account_login")


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_public_door(world, name, lang):
    with override(lang):
        for args in ([], ["cut-off"], [1], ["x", "y"]):
            try:
                url = reverse(name, args=args)
                break
            except NoReverseMatch:
                continue
    (got, read), (posted, written_to) = (knock(Client(), method, url) for method in ("get", "post"))
    assert (got.status_code, posted.status_code) == PUBLIC[name]
    assert read == written_to == []


def test_a_visitor_cannot_tell_what_exists(client, world):
    there = client.get(reverse("team", args=[world.near.team.pk]))
    nowhere = client.get(reverse("team", args=[uuid.uuid4()]))
    assert (there.status_code, nowhere.status_code) == (302, 302)


def test_the_private_note_is_behind_no_other_door(world):
    """The canary stands on its author's pages of the team and in the file of what is kept about them, and nowhere else."""
    found = set()
    for door in READ:
        for who in door.get:
            page = world.clients[who].get(door.address(world), follow=True).content.decode()
            if CANARY in page:
                found.add((door.name, who))
    # The two addresses of the boxes lead to the page that they stand on; what is thrown away is looked at first.
    pages = ("coaching_team", "coaching_note", "coaching_private_note", "coaching_private_throw_away", "my_data")
    assert found == {(name, "colin") for name in pages}


@pytest.mark.parametrize("who", people.PEOPLE)
def test_no_page_shows_what_may_not_be_pressed(world, who):
    """Every button and every link on every page that this person may open leads to something they may do."""
    client, pressed, wrong, left_alone = world.clients[who], set(), [], sign_out()
    for door in READ:
        if who not in door.get:
            continue
        answer = client.get(door.address(world), follow=True)
        here = answer.redirect_chain[-1][0] if answer.redirect_chain else door.address(world)
        assert not here.startswith((sign_in_page("en"), sign_in_page("fr"))), (who, door.name)
        page = Reader.of(answer)
        ways = {("post", form.action or here) for form in page.forms} | {("get", link) for link in page.links}
        for method, url in sorted(ways - pressed):
            if not url.startswith("/") or url.startswith(("/static/", "/admin/")) or url in left_alone:
                continue
            status = knock(client, method, url)[0].status_code
            if status in (403, 404, 405) or status >= 500:
                wrong.append((door.name, method, url, status))
        pressed |= ways
    assert not wrong, "\n".join(map(str, wrong))
