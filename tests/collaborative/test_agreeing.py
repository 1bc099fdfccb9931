"""How a team wants to work together: written, agreed to, changed, asked again."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from collaborative import agreeing
from collaborative.models import Agreed, Agreement
from core.refusals import Overtaken, Refused

pytestmark = pytest.mark.django_db
WORDS = {"meeting": "Tuesdays, standing.", "roles": "", "goals": "One question a day.", "disagreeing": ""}


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_whoever_writes_it_agrees_and_the_others_are_asked(cast):
    row = agreeing.write(team=cast.team, version=0, by=cast.tess, **WORDS)
    standing = agreeing.standing_of(cast.team, cast.nia)
    assert (standing.agreed, standing.open, standing.mine) == (["Tess Holloway"], ["Nia Roy", "Pierre Cyr"], False)
    agreeing.agree(agreement=row, version=1, by=cast.nia)
    agreeing.agree(agreement=row, version=1, by=cast.nia)
    assert agreeing.standing_of(cast.team, cast.nia).agreed == ["Nia Roy", "Tess Holloway"]
    assert Agreed.objects.count() == 2


def test_changed_words_are_asked_again_and_the_same_ones_are_not(cast):
    row = agreeing.write(team=cast.team, version=0, by=cast.tess, **WORDS)
    agreeing.agree(agreement=row, version=1, by=cast.nia)
    agreeing.write(team=cast.team, version=1, by=cast.tess, **WORDS)
    assert agreeing.standing_of(cast.team, cast.nia).mine
    agreeing.write(team=cast.team, version=1, by=cast.tess, **{**WORDS, "roles": "Whoever has the day shift asks."})
    standing = agreeing.standing_of(cast.team, cast.nia)
    assert (standing.agreement.version, standing.agreed, standing.mine) == (2, ["Tess Holloway"], False)
    with pytest.raises(Refused, match="Read it once more"):
        agreeing.agree(agreement=row, version=1, by=cast.nia)


def test_two_who_write_at_once_lose_nothing(cast):
    agreeing.write(team=cast.team, version=0, by=cast.tess, **WORDS)
    with pytest.raises(Overtaken):
        agreeing.write(team=cast.team, version=0, by=cast.nia, **{**WORDS, "goals": "Two."})
    assert Agreement.objects.get().goals == "One question a day."
    page = browser(cast.nia).post(
        reverse("team_agreement_write", args=[cast.team.pk]), {**WORDS, "goals": "Two.", "version": "0"}
    )
    text = page.content.decode()
    assert page.status_code == 409
    assert "Tess saved this while you were writing." in text
    assert "One question a day." in text
    assert ">\nTwo.</textarea>" in text or ">Two.</textarea>" in text


def test_from_the_team_page_to_everybody_agreed(cast):
    page = reverse("team_agreement", args=[cast.team.pk])
    tess, nia, colin = browser(cast.tess), browser(cast.nia), browser(cast.colin)
    assert page in tess.get(reverse("team", args=[cast.team.pk])).content.decode()
    write = reverse("team_agreement_write", args=[cast.team.pk])
    assert "Write in one of the boxes" in tess.post(write, {"version": "0"}).content.decode()
    assert tess.post(write, {**WORDS, "version": "0"}).status_code == 302
    assert "I agree" in nia.get(page).content.decode()
    nia.post(page, {"version": "1"})
    assert "I agree" not in nia.get(page).content.decode()
    assert "Still asked: Pierre Cyr" in nia.get(page).content.decode()
    assert "Tuesdays, standing." in colin.get(page).content.decode()
    assert colin.post(page, {"version": "1"}).status_code == 403
    assert nia.post(page, {"version": "²"}).status_code == 302
