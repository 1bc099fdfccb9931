"""Every door while a planner sees a person's pages: nothing is written, and what is for the person's own eyes stays shut."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.urls import reverse

from accounts import drafts
from tests.accounts.test_view_as import visiting
from tests.doors import DOORS, READ
from tests.world import CANARY, undone, written

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]
SEEN = ("tess", "colin", "sol")


@pytest.mark.parametrize(("place", "who"), list(enumerate(SEEN)))
def test_nothing_can_be_done_in_somebody_elses_name(world, place, who):
    """Every door, by POST, changes no row; every page that is read writes none either. At each door one of three is seen."""
    c = world.cast
    with undone():
        client = visiting(c.paula, c.people[who])
        before, wrong = written(), []
        for door in DOORS[place :: len(SEEN)]:
            if door.name == "view_as_end":
                continue
            url = door.address(world)
            answers = (client.get(url).status_code, client.post(url, door.words(world)).status_code)
            if answers[1] != 403 or answers[0] >= 500:
                wrong.append((door.name, answers))
        assert wrong == []
        assert written() == before


def test_what_is_for_ones_own_eyes_stays_shut(world):
    c, shut = world.cast, {}
    with undone():
        drafts.save(c.colin, f"coaching/note/{c.team.pk}", QueryDict(f"text={CANARY}"))
        client = visiting(c.paula, c.colin)
        for door in READ:
            answer = client.get(door.address(world))
            assert answer.streaming or CANARY not in answer.content.decode(errors="replace"), door.name
            shut.setdefault(answer.status_code, set()).add(door.name)
        for name in (
            "account_email",
            "mfa_index",
            "account_change_password",
            "account_reauthenticate",
            "account_login",
        ):
            assert client.get(reverse(name)).status_code == 403, name
        assert client.get("/admin/").status_code == 403
    assert shut[403] >= {"me", "my_messages", "my_data", "who_sees_me", "what_i_see", "coaching_private_note"}
    assert {"today", "coaching", "coaching_team", "forum"} <= shut[200]
